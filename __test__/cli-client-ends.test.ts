// How telnetkit-client ends at a terminal: at once, whatever the terminal does, and with nothing left behind in it.

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import test, { type ExecutionContext } from 'ava'
import { type Client, clientPid, ending, LEAVE, say, startClient, stateOf } from './support/client.js'
import { withoutPty } from './support/pty.js'
import { RawServer, wire } from './support/raw-peer.js'
import { Screen } from './support/screen.js'
import { toolPath } from './support/tool.js'

// One after another: each takes two or three processes.
const run = withoutPty ? test.skip : test.serial
if (withoutPty) console.log(`Skipped: ${withoutPty}`)

/** All that a full-screen program switches on, and more. */
const EVERYTHING = Buffer.from(
  '\x1b[31;44m\x1b[?1049h\x1b[?1h\x1b=\x1b[?25l\x1b[?1002h\x1b[?1006h\x1b[?1004h\x1b[?2004h\x1b[2;20r\x1b[5;5H#',
)
const UNDONE = '\x1b[?1049l\x1b[m\x1b[?1l\x1b>\x1b[?25h\x1b[?1002l\x1b[?1006l\x1b[?1004l\x1b[?2004l\x1b7\x1b[r\x1b8'

/** Has the server pour out text until it is closed. */
function flood({ peer }: Client): void {
  const text = 'makes jack a dull boy\r\n'.repeat(1_000)
  const pour = () => peer.socket.destroyed || peer.socket.write(text, () => setImmediate(pour))
  pour()
}

/** Resolves when the client itself has ended. */
async function gone(pid: number): Promise<void> {
  while (/^[^Z]/.test(await stateOf(pid))) await delay(20)
}

for (const [mode, said] of [
  ['lines', ''],
  ['hidden lines', 'IAC WILL ECHO'],
] as const) {
  run(`Ctrl-S stops the screen, and Ctrl-] leaves all the same, though the server floods: ${mode}`, async (t) => {
    const client = await startClient(t, [], { blind: true })
    client.peer.send(`${said} "#"`)
    while (!client.screen.raw.includes('#')) await delay(10)
    client.screen.type('\x13')
    await delay(50)
    flood(client)
    await delay(300)
    client.screen.type(LEAVE)
    // Nobody types Ctrl-Q: the shell has its screen again.
    t.is(await client.screen.exited, 0)
    t.regex(client.screen.raw, /Connection closed\.\r\ncode 0\r\n/)
    client.peer.destroy()
  })
}

run('a terminal that takes nothing any more keeps neither Ctrl-] nor a signal waiting, nor a log', async (t) => {
  for (const leave of [LEAVE, 'SIGTERM'] as const) {
    const client = await startClient(t, ['--loglevel', 'trace'], { blind: true })
    const pid = await clientPid(client)
    client.screen.program.pause()
    flood(client)
    await delay(300)
    if (leave === LEAVE) client.screen.type(leave)
    else process.kill(pid, leave)
    await gone(pid)
    client.peer.destroy()
    client.screen.program.resume()
    t.true([0, 143].includes(await client.screen.exited))
  }
})

run('a pipe that takes nothing any more does not keep Ctrl-] waiting', async (t) => {
  const server = await RawServer.listen(t)
  const command = [process.execPath, toolPath('telnetkit-client'), '127.0.0.1', String(server.port)]
  const script = '{ "$@"; echo "code $?" >&2; } | sleep 30'
  const screen = Screen.start('/bin/sh', ['-c', script, 'sh', ...command])
  t.teardown(() => screen.kill())
  const client = { screen, peer: await server.next() }
  await screen.shows('Escape character')
  flood(client)
  await delay(300)
  screen.type(LEAVE)
  await screen.shows(/^Connection closed\.\ncode 0$/m)
  t.pass()
  client.peer.destroy()
})

for (const [how, code, end] of [
  ['the server closes', 0, ({ peer }: Client) => peer.end()],
  ['the connection is lost', 1, ({ peer }: Client) => peer.reset()],
  ['Ctrl-]', 0, ({ screen }: Client) => screen.type(LEAVE)],
  ['SIGTERM', 143, async (client: Client) => process.kill(await clientPid(client), 'SIGTERM')],
] as const) {
  run(`what the server has switched on is off again: ${how}`, async (t) => {
    const client = await startClient(t)
    await say(client, 'IAC WILL ECHO IAC WILL SGA')
    // In pieces, as a network has them.
    for (const at of [0, 20, 40, 60, 80]) {
      client.peer.send(EVERYTHING.subarray(at, at + 20))
      await delay(20)
    }
    while (!client.screen.raw.includes('\x1b[5;5H#')) await delay(10)
    await end(client)
    const text = await ending(t, client, code)
    t.true(client.screen.raw.includes(UNDONE), JSON.stringify(client.screen.raw))
    t.regex(text, /^Escape character/, 'the screen of before')
    if (code === 1) t.regex(text, /^telnetkit-client: Lost the connection/m)
  })
}

run('where nothing was switched on nothing is switched off', async (t) => {
  const client = await startClient(t)
  await say(client, 'IAC WILL ECHO IAC WILL SGA')
  client.peer.send('27 "[31m" "red" 27 "[m" 27 "[?25l" 27 "[?25h" "over"')
  await client.screen.shows('over')
  client.peer.end()
  await ending(t, client, 0)
  t.is(client.screen.raw.split('over')[1]!.match(/\x1b/), null, JSON.stringify(client.screen.raw))
})

run('stopped, the shell has a screen of its own, and continued, the server has its again', async (t) => {
  const client = await startClient(t, [], { jobControl: true })
  await say(client, 'IAC WILL ECHO IAC WILL SGA')
  client.peer.send('27 "[?1049h" 27 "[?25l" "full screen"')
  await client.screen.shows('full screen')
  process.kill(await clientPid(client), 'SIGTSTP')
  await client.screen.shows(/stopped$/m)
  t.regex(client.screen.raw, /full screen\x1b\[\?1049l\x1b\[\?25hstopped/)
  client.screen.type('\r')
  while (!client.screen.raw.endsWith('\x1b[?1049h\x1b[?25l')) await delay(10)
  client.screen.type(LEAVE)
  await ending(t, client, 0)
})

for (const [how, end] of [
  ['the server closes', ({ peer }: Client) => peer.end()],
  ['the connection is lost', ({ peer }: Client) => peer.reset()],
  ['SIGTERM', async (client: Client) => process.kill(await clientPid(client), 'SIGTERM')],
] as const) {
  run(`half a line is no command for the shell: ${how}`, async (t) => {
    const afterwards = 'echo "code $?"; read line; echo "ran <$line>"; echo done'
    const client = await startClient(t, [], { afterwards })
    await say(client, 'IAC WILL ECHO')
    client.screen.type('rm -rf secr')
    await delay(100)
    await end(client)
    await client.screen.shows('code ')
    client.screen.type('ls\r')
    await client.screen.shows(/^done$/m)
    t.regex(client.screen.text, /^ran <ls>$/m, client.screen.text)
  })
}

run('more than a line can hold keeps Ctrl-] from nothing', async (t) => {
  const client = await startClient(t, [], { blind: true })
  client.screen.type('x'.repeat(6_000))
  await delay(200)
  client.screen.type(LEAVE)
  t.is(await client.screen.exited, 0)
  t.regex(client.screen.raw, /Connection closed\.\r\ncode 0\r\n/)
})

run('what was typed in vain before Enter is not sent to the server either', async (t) => {
  const client = await startClient(t)
  client.screen.type(`half a line${LEAVE}`)
  await ending(t, client, 0)
  t.deepEqual(await client.peer.takeAll(), wire(''))
})

/** The client in a terminal, with flags that let it come to nothing, or come to an end by itself. */
function clientOf(t: ExecutionContext, ...args: string[]): Screen {
  const script = 'trap : INT QUIT; "$@"; echo "code $?"; stty -a; echo done'
  const command = [process.execPath, toolPath('telnetkit-client'), ...args]
  const screen = Screen.start('/bin/sh', ['-c', script, 'sh', ...command], { columns: 200 })
  t.teardown(() => screen.kill())
  return screen
}

run('at a terminal, too, what fails is one line', async (t) => {
  const server = await RawServer.listen(t)
  server.close()
  for (const [args, code, line] of [
    [['127.0.0.1', String(server.port)], 1, /^telnetkit-client: .* \(ECONNREFUSED\)$/m],
    [
      ['--raw-mode', '--line-mode', 'localhost'],
      2,
      /^telnetkit-client: --line-mode and --raw-mode exclude each other; see telnetkit-client --help$/m,
    ],
    [[], 2, /^telnetkit-client: .*'host'; see telnetkit-client --help$/m],
  ] as const) {
    const screen = clientOf(t, ...args)
    const text = await ending(t, { screen }, code)
    t.regex(text, line)
    t.regex(text, /^telnetkit-client: .*\ncode /, 'nothing else')
  }
})

run(
  'a shell of the user that throws with the terminal raw: it is as it was, and the line stands at its edge',
  async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'telnetkit-cli-'))
    t.teardown(() => rm(folder, { recursive: true }))
    const shell = join(folder, 'shell.mjs')
    await writeFile(
      shell,
      `export default async (session) => {
       process.stdin.setRawMode(true)
       console.log(await session.readLine())
       throw new Error('no such luck')
     }`,
    )
    const server = await RawServer.listen(t)
    const screen = clientOf(t, '--shell', shell, '127.0.0.1', String(server.port))
    const peer = await server.next()
    peer.send('"last words\\r\\n"')
    const text = await ending(t, { screen }, 1)
    t.regex(text, /^last words *\n *telnetkit-client: no such luck, at .*shell\.mjs:4:\d+\ncode 1$/m)
  },
)
