// telnetkit-client without a terminal: in a pipe, with nothing to read or nowhere to write, and what it says when it fails.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { RawServer, wire } from './support/raw-peer.js'
import { runTool, toolPath } from './support/tool.js'

/** The client, run in a pipe against a server that says nothing of itself. */
async function start(t: ExecutionContext, flags: string[], input?: string | Buffer) {
  const server = await RawServer.listen(t)
  const tool = runTool('telnetkit-client', [...flags, '127.0.0.1', String(server.port)], { input })
  t.teardown(() => tool.child.kill('SIGKILL'))
  return { ...tool, peer: await server.next() }
}

/** A port where nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

test.serial('what is piped in is sent, what comes is shown, and the server has the last word', async (t) => {
  const { peer, output, exited } = await start(t, [], 'look\nat\r\nthis')
  peer.send('"Welcome\\r\\n"')
  t.deepEqual(await peer.takeUntil('"this"'), wire('"look\\r\\nat\\r\\nthis"'))
  peer.send('"one\\r\\ntwo\\r" 0 "three\\r\\n"')
  peer.end()
  t.is(await exited, 0)
  t.is(output.out, 'Welcome\none\ntwo\rthree\n')
  t.is(output.err, 'Connection closed by foreign host.\n')
})

test.serial('what is piped in waits until the server has its answers', async (t) => {
  const { peer, exited } = await start(t, ['--connect-maxwait', '30'], 'hello\n')
  peer.send('IAC DO TTYPE')
  await peer.takeUntil('IAC WILL TTYPE')
  peer.send('IAC SB TTYPE 1 IAC SE')
  const answer = await peer.takeUntil('"\\n"')
  t.true(answer.indexOf('hello') > answer.indexOf(wire('IAC SE')), 'the answer first')
  peer.end()
  t.is(await exited, 0)
})

test.serial('a server that never speaks gets what is piped in after --connect-maxwait', async (t) => {
  const { peer, exited } = await start(t, ['--connect-maxwait', '0.1'], 'hello\n')
  await peer.takeUntil('"hello\\r\\n"')
  peer.end()
  t.is(await exited, 0)
})

test.serial('--connect-minwait holds back what is piped in', async (t) => {
  const since = Date.now()
  const { peer, exited } = await start(t, ['--connect-minwait', '0.5'], 'hello\n')
  peer.send('"plain\\r\\n"')
  await peer.takeUntil('"hello\\r\\n"')
  t.true(Date.now() - since >= 500)
  peer.end()
  t.is(await exited, 0)
})

test.serial('a megabyte each way, whole', async (t) => {
  const input = Buffer.from('all work and no play\n'.repeat(50_000))
  const { peer, output, exited } = await start(t, [], input)
  peer.send('"\\r\\n"')
  const expected = input.toString().replaceAll('\n', '\r\n')
  t.is((await peer.take(expected.length)).toString(), expected)
  peer.send(Buffer.from(expected))
  peer.end()
  t.is(await exited, 0)
  t.is(output.out, `\n${input}`)
})

test.serial('bytes as they are', async (t) => {
  const { peer, output, exited } = await start(t, ['--encoding', 'false'], Buffer.of(0, 0xff, 0x0a, 0x0d, 0x80))
  peer.send('"x"')
  t.deepEqual(await peer.takeUntil('128'), wire('0 IAC IAC 10 13 128'))
  peer.send('"\\r\\n\\n"')
  peer.end()
  t.is(await exited, 0)
  t.is(output.out, 'x\r\n\n')
})

test.serial('a character set is converted both ways', async (t) => {
  const { peer, output, exited } = await start(t, ['--encoding', 'latin1'], 'é\n')
  peer.send('233 "\\r\\n"')
  await peer.takeUntil('233 "\\r\\n"')
  peer.end()
  t.is(await exited, 0)
  t.is(output.out, 'é\n')
})

test.serial('nobody reads the output any longer: an end like another', async (t) => {
  const { child, peer, output, exited } = await start(t, [])
  peer.send('"first\\r\\n"')
  while (!output.out.includes('first')) await once(child.stdout!, 'data')
  child.stdout!.destroy()
  const pour = () => {
    if (!peer.socket.destroyed) peer.socket.write('more\r\n'.repeat(1_000), () => setImmediate(pour))
  }
  pour()
  t.is(await exited, 0)
  peer.destroy()
  t.notRegex(output.err, /EPIPE|at /)
})

/** What can be written to in vain: a full disk, as Linux has it for tests. */
const FULL = '/dev/full'
const onFull = existsSync(FULL) ? test.serial : test.serial.skip
if (!existsSync(FULL)) console.log(`Skipped: there is no ${FULL}`)

/** Runs the client with its output on a full disk. */
async function onFullDisk(args: string[]): Promise<{ code: number; errors: string }> {
  const command = [process.execPath, toolPath('telnetkit-client'), ...args]
  const script = `exec "$@" > ${FULL}`
  const child = spawn('/bin/sh', ['-c', script, 'sh', ...command], { stdio: ['pipe', 'inherit', 'pipe'] })
  let errors = ''
  child.stderr!.on('data', (text) => {
    errors += text
  })
  const [code] = await once(child, 'close')
  return { code, errors }
}

onFull('output that cannot be written is an error', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'telnetkit-cli-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const shell = join(folder, 'shell.mjs')
  await writeFile(
    shell,
    `export default async (session) => {
       console.log(await session.readLine())
       await session.readLine()
     }`,
  )
  const said = 'telnetkit-client: Standard output cannot be written: no space left on device (ENOSPC)\n'
  for (const flags of [[], ['--encoding', 'false'], ['--shell', shell]]) {
    const server = await RawServer.listen(t)
    const ended = onFullDisk([...flags, '127.0.0.1', String(server.port)])
    const peer = await server.next()
    peer.send('"hello\\r\\n"')
    // Also where all there is to write comes with the end.
    if (flags.length === 0) peer.end()
    t.deepEqual(await ended, { code: 1, errors: said }, flags.join(' '))
  }
  t.deepEqual(await onFullDisk(['--help']), { code: 1, errors: said })
})

test.serial('a shell of the user ends with its reader', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'telnetkit-cli-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const shell = join(folder, 'shell.mjs')
  await writeFile(
    shell,
    'export default async (session) => { for await (const line of session.lines()) console.log(line) }',
  )
  const { child, peer, output, exited } = await start(t, ['--shell', shell])
  peer.send('"first\\r\\n"')
  while (!output.out.includes('first')) await once(child.stdout!, 'data')
  child.stdout!.destroy()
  peer.send('"second\\r\\nthird\\r\\n"')
  t.is(await exited, 0)
  t.is(output.err, '')
})

/** The line of a shell with our client in it, against a server that greets and then answers each line, and leaves at `quit`. */
async function inShell(t: ExecutionContext, line: string) {
  const server = await RawServer.listen(t)
  const command = [process.execPath, toolPath('telnetkit-client'), '127.0.0.1', String(server.port)]
  // A session of its own has no terminal, whatever runs the tests has.
  const child = spawn('/bin/sh', ['-c', line, 'sh', ...command], { stdio: ['pipe', 'pipe', 'pipe'], detached: true })
  t.teardown(() => child.kill('SIGKILL'))
  const output = { out: '', err: '' }
  child.stdout.on('data', (text) => {
    output.out += text
  })
  child.stderr.on('data', (text) => {
    output.err += text
  })
  const peer = await server.next()
  const exited = once(child, 'close').then(([code]) => code)
  return { peer, output, exited }
}

for (const [what, redirections, shown] of [
  ['input is', '<&-', ['out', 'err']],
  ['output is', '>&-', ['err']],
  ['error output is', '2>&-', ['out']],
  ['input and output are', '<&- >&-', ['err']],
  ['input, output and error output are', '<&- >&- 2>&-', []],
] as const) {
  test.serial(`standard ${what} closed: it does what it can, and ends in order`, async (t) => {
    const { peer, output, exited } = await inShell(t, `exec "$@" ${redirections}`)
    peer.send('"hello\\r\\n"')
    peer.end()
    t.is(await exited, 0)
    const all = { out: 'hello\n', err: 'Connection closed by foreign host.\n' }
    const isShown = (name: 'out' | 'err') => (shown as readonly string[]).includes(name)
    t.deepEqual(output, { out: isShown('out') ? all.out : '', err: isShown('err') ? all.err : '' })
  })
}

test.serial('commands from printf: the answers, the end, and its exit code', async (t) => {
  const { peer, output, exited } = await inShell(t, String.raw`printf 'look\nquit\n' | "$@"; echo "code $?"`)
  peer.send('"Welcome.\\r\\n> "')
  await peer.takeUntil('"look\\r\\n"')
  peer.send('"A room.\\r\\n> "')
  await peer.takeUntil('"quit\\r\\n"')
  peer.send('"Goodbye.\\r\\n"')
  peer.end()
  t.is(await exited, 0)
  t.deepEqual(output, {
    out: 'Welcome.\n> A room.\n> Goodbye.\ncode 0\n',
    err: 'Connection closed by foreign host.\n',
  })
})

test.serial('a signal ends it with 128 and its number', async (t) => {
  const { child, peer, exited } = await start(t, [])
  peer.send('"x"')
  await once(child.stdout!, 'data')
  child.kill('SIGTERM')
  t.is(await exited, 143)
})

test.serial('what fails is told in one line', async (t) => {
  const port = await closedPort()
  const failing = async (args: string[], code: number, line: RegExp) => {
    const { output, exited } = runTool('telnetkit-client', args, { input: '' })
    t.is(await exited, code, output.err)
    t.regex(output.err, line)
    t.is(output.err.trimEnd().split('\n').length, 1, output.err)
    t.is(output.out, '')
  }
  await failing(['127.0.0.1', String(port)], 1, /^telnetkit-client: .*127\.0\.0\.1.* \(ECONNREFUSED\)\n$/)
  await failing([`telnet://127.0.0.1:${port}`], 1, new RegExp(`port ${port}: .* \\(ECONNREFUSED\\)`))
  await failing(['no-such-host.invalid'], 1, /^telnetkit-client: .*no-such-host\.invalid/)
  await failing([], 2, /'host'; see telnetkit-client --help/)
  await failing([''], 2, /host "": give a name or an address/)
  await failing([`127.0.0.1:${port}`], 1, new RegExp(`port ${port}: .* \\(ECONNREFUSED\\)`))
  await failing(['localhost', '99999'], 2, /99999/)
  await failing(['localhost', '--spede', '9'], 2, /'--spede'.*--speed.*--help/)
  await failing(['localhost', '--line-mode', '--raw-mode'], 2, /--line-mode and --raw-mode/)
  await failing(
    ['localhost', '--connect-minwait', '3', '--connect-maxwait', '2'],
    2,
    /--connect-minwait is longer than/,
  )
  await failing(['localhost', '--shell', './nothing.js'], 2, /--shell \.\/nothing\.js: .*--help/)
  await failing(['localhost', '--encoding', 'klingon'], 2, /--encoding klingon/)
})

test.serial('a connection that does not come about is given up', async (t) => {
  // An address for documentation (RFC 5737): it does not answer, or where no route leads there, is refused at once.
  const { output, exited } = runTool('telnetkit-client', ['--connect-timeout', '0.2', '192.0.2.1'], { input: '' })
  t.is(await exited, 1)
  t.is(output.err.trimEnd().split('\n').length, 1, output.err)
})

test.serial('a shell of the user: what it says, its exit code, a log in a file', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'telnetkit-cli-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const shell = join(folder, 'shell.mjs')
  await writeFile(
    shell,
    `export async function answer(session) {
       const question = await session.readUntil('? ')
       session.write(question.length + '\\n')
       console.log(await session.readLine())
     }
     export default async function () { throw new Error('no such luck') }
     export async function judge(session) {
       if (await session.readLine() !== 'right') process.exitCode = 42
     }`,
  )
  const log = join(folder, 'log')
  const { peer, output, exited } = await start(t, [
    '--shell',
    `${shell}#answer`,
    '--logfile',
    log,
    '--loglevel',
    'info',
  ])
  peer.send('"How long? "')
  await peer.takeUntil('"10\\r\\n"')
  peer.send('"right\\r\\n"')
  t.is((await peer.takeAll()).length, 0)
  peer.end()
  t.is(await exited, 0)
  t.is(output.out, 'right\n')
  t.regex(await readFile(log, 'utf8'), /^\d{4}-\d\d-\d\dT[\d:.]+Z info {2}connected to 127\.0\.0\.1:\d+\n$/)

  const failing = await start(t, ['--shell', shell])
  failing.peer.send('"x\\r\\n"')
  t.is(await failing.exited, 1)
  t.regex(failing.output.err, /^telnetkit-client: no such luck, at .*shell\.mjs:6:\d+\n$/)

  for (const [said, code] of [
    ['right', 0],
    ['wrong', 42],
  ] as const) {
    const judging = await start(t, ['--shell', `${shell}#judge`], '')
    judging.peer.send(`"${said}\\r\\n"`)
    t.is(await judging.exited, code, said)
  }
})
