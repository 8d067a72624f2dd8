// --typescript, and how files of the client are opened: what is shown is in the file, as it is shown, and nothing else.

import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { ending, LEAVE, startClient } from './support/client.js'
import { withoutPty } from './support/pty.js'
import { RawServer } from './support/raw-peer.js'
import { runTool } from './support/tool.js'

const run = withoutPty ? test.skip : test.serial
if (withoutPty) console.log(`Skipped: ${withoutPty}`)

/** What can be written to in vain: a full disk, as Linux has it for tests. */
const FULL = '/dev/full'
const onFull = existsSync(FULL) ? test.serial : test.serial.skip
if (!existsSync(FULL)) console.log(`Skipped: there is no ${FULL}`)

let folder: string

test.before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'telnetkit-typescript-'))
})

test.after.always(() => rm(folder, { recursive: true, force: true }))

/** A server that says its piece and closes, and the client in a pipe. */
async function visit(t: ExecutionContext, said: string, ...flags: string[]) {
  const server = await RawServer.listen(t)
  const tool = runTool('telnetkit-client', [...flags, '127.0.0.1', String(server.port)], { input: 'typed\n' })
  t.teardown(() => tool.child.kill('SIGKILL'))
  const peer = await server.next()
  peer.send(said)
  await peer.takeUntil('"typed"')
  peer.end()
  return { code: await tool.exited, ...tool.output }
}

test.serial('in a pipe: what is shown, run by run, or of the last one alone', async (t) => {
  const file = join(folder, 'pipe')
  for (const [flags, expected] of [
    [[], 'old\né one\n'],
    [['--typescript-mode', 'append'], 'old\né one\né one\n'],
    [['--typescript-mode', 'rewrite'], 'é one\n'],
  ] as const) {
    if (flags.length === 0) await writeFile(file, 'old\n')
    const { code, out } = await visit(t, '130 " one\\r\\n"', '--encoding', 'cp437', '--typescript', file, ...flags)
    t.is(code, 0)
    t.is(out, 'é one\n')
    t.is(await readFile(file, 'utf8'), expected)
  }
})

run('at a terminal: what the server says, as the screen gets it, and not what the client does', async (t) => {
  const file = join(folder, 'terminal')
  const client = await startClient(t, ['--raw-mode', '--typescript', file])
  client.peer.send('27 "[31m" "red\\n" 27 "[m" "plain\\r\\n" 255 253 1 "end"')
  await client.screen.shows(/^end/m)
  client.screen.type('typed')
  // It can be read along.
  t.is(await readFile(file, 'utf8'), '\x1b[31mred\r\n\x1b[mplain\r\nend')
  client.screen.type(LEAVE)
  await ending(t, client, 0)
  t.is(await readFile(file, 'utf8'), '\x1b[31mred\r\n\x1b[mplain\r\nend')
})

test.serial('the log of the last run alone', async (t) => {
  const file = join(folder, 'log')
  await writeFile(file, 'old\n')
  await visit(t, '"x"', '--logfile', file, '--loglevel', 'info')
  t.regex(await readFile(file, 'utf8'), /^old\n.* connected to 127/)
  await visit(t, '"x"', '--logfile', file, '--loglevel', 'info', '--logfile-mode', 'rewrite')
  t.regex(await readFile(file, 'utf8'), /^\S+ info {2}connected to 127[^\n]*\n$/)
})

test.serial('a file that cannot be opened, and a shell that shows what it likes', async (t) => {
  for (const [flags, message] of [
    [['--typescript', '/nowhere/at/all'], /^telnetkit-client: --typescript \/nowhere\/at\/all: .*--help\n$/],
    [['--typescript', 'x', '--shell', './examples/answer.mjs'], /--typescript is for --shell terminal/],
    [['--typescript-mode', 'sometimes'], /--typescript-mode sometimes: give one of append, rewrite/],
  ] as const) {
    const { exited, output } = runTool('telnetkit-client', [...flags, '127.0.0.1', '9'])
    t.is(await exited, 2)
    t.regex(output.err, message)
  }
})

onFull('a disk that fills up ends the typescript, and not the session', async (t) => {
  const { code, out, err } = await visit(t, '"one\\r\\n"', '--typescript', FULL)
  t.is(code, 0)
  t.is(out, 'one\n')
  t.regex(err, /warn {2}the typescript ends here: ENOSPC/)
})
