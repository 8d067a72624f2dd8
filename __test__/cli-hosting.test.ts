// telnetkit-server as a host to strangers: who is let in, what is told of them in the log, and that one who dies takes nobody along.

import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import test, { type ExecutionContext } from 'ava'
import { type ConnectOptions, connect, type Session } from 'telnetkit'
import { person } from './support/peer.js'
import { withoutPty } from './support/pty.js'
import { RawPeer } from './support/raw-peer.js'
import { type Run, runTool, startServer, toolPath } from './support/tool.js'

const withPty = withoutPty ? test.skip : test.serial
if (withoutPty) console.log(`Skipped: ${withoutPty}`)

type Host = Run & { port: number }

/** A server with these flags; it is stopped with the test. */
async function start(t: ExecutionContext, flags: string[], env: Record<string, string> = {}): Promise<Host> {
  const server = await startServer(flags, env)
  t.teardown(() => server.child.kill('SIGKILL'))
  return server
}

async function client(t: ExecutionContext, { port }: Host, options: ConnectOptions = {}): Promise<Session> {
  const session = await connect({ host: '127.0.0.1', port, ...options })
  t.teardown(() => session.destroy())
  return session
}

/** Resolves when the log has a line of that kind. */
async function logged({ output }: Host, pattern: RegExp): Promise<RegExpExecArray> {
  for (;;) {
    const match = pattern.exec(output.err)
    if (match) return match
    await delay(5)
  }
}

/** What a command line that cannot be meant says. */
async function refused(t: ExecutionContext, args: string[], line: RegExp, env: Record<string, string> = {}) {
  const { output, exited } = runTool('telnetkit-server', args, { env })
  t.is(await exited, 2, output.err)
  t.regex(output.err, line)
  t.is(output.err.trimEnd().split('\n').length, 1, output.err)
}

async function scratch(t: ExecutionContext): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'telnetkit-hosting-')))
  t.teardown(() => rm(folder, { recursive: true }))
  return folder
}

test.serial('--pty-fork-limit: who is too many finds the machine busy, and what he types is in the log', async (t) => {
  const server = await start(t, ['--pty-fork-limit', '1', '--shell', 'telsh'])
  const first = await client(t, server)
  await first.readUntil('tel:sh> ')
  const second = await client(t, server)
  await second.readUntil('do not touch! ')
  second.write('let me in\r\n')
  await second.readUntil('explosion... ')
  await logged(server, / info {2}127\.0\.0\.1:\d+ said to a guard: "let me in"\n/)
  second.destroy()
  first.write('quit\n')
  await first.readAll()
  const third = await client(t, server)
  t.regex((await third.readUntil('tel:sh> ')) as string, /^Ready\./)
})

test.serial('--robot-check: a terminal is served, a script is not', async (t) => {
  const server = await start(t, ['--robot-check'])
  const script = await client(t, server)
  await script.readUntil('\x1b[6n')
  script.write('\x1b[1;1R\x1b[1;1R')
  await script.readUntil('[yn] ')
  script.write('y\n')
  await logged(server, / said to a guard: "y"\n/)
  if (withoutPty) return void t.log(`The rest is skipped: ${withoutPty}`)
  const screen = person(t, [process.execPath, toolPath('telnetkit-client'), '127.0.0.1', String(server.port)])
  await screen.shows(/^tel:sh> $/m)
  t.regex(screen.text, /^Ready\./m)
})

test.serial('--shell busy is for everybody, and logs what is typed', async (t) => {
  const server = await start(t, ['--shell', 'busy'])
  const session = await client(t, server)
  session.write('one\ntwo\n')
  t.regex((await session.readAll()) as string, /do not touch! .*explosion\.\.\. /s)
  await logged(server, /guard: "one"\n(.*\n)*.*guard: "two"\n/)
})

test.serial('--status-interval: a line when something has changed, and none else', async (t) => {
  const server = await start(t, ['--status-interval', '0.1', '--shell', 'echo'])
  await delay(300)
  t.notRegex(server.output.err, /Status/, 'nobody was there, and is not told')
  const session = await client(t, server)
  await session.ready()
  const [, port] = await logged(server, /Status: 1 client: 127\.0\.0\.1:(\d+) \(rx=\d+, tx=\d+, idle=0\)\n/)
  t.is(Number(port), session.localPort!)
  await delay(300)
  const lines = () => server.output.err.match(/Status: 1 client/g)?.length ?? 0
  const before = lines()
  await delay(300)
  t.is(lines(), before, 'nothing has changed')
  session.write('hello\n')
  await session.readUntil('hello\r\n')
  while (lines() === before) await delay(5)
  const other = await client(t, server)
  await other.ready()
  await logged(server, /Status: 2 clients: 127\.0\.0\.1:\d+ \(.*\), 127\.0\.0\.1:\d+ \(.*\)\n/)
  session.destroy()
  other.destroy()
  await logged(server, /Status: 0 clients connected\n/)
  const silent = await start(t, ['--status-interval', '0', '--shell', 'echo'])
  await (await client(t, silent)).ready()
  await delay(200)
  t.notRegex(silent.output.err, /Status/)
})

test.serial('--shell relay: flags, a file and the environment open it; without them it is closed', async (t) => {
  const far = await start(t, [])
  const target = `127.0.0.1:${far.port}`
  const folder = await scratch(t)
  const file = join(folder, 'relay.env')
  await writeFile(file, `TELNETKIT_RELAY_TARGET=${target}\nTELNETKIT_RELAY_PASSCODE="from a file"\n`)
  const ways: [passcode: string, flags: string[], env: Record<string, string>][] = [
    ['flag', ['--relay-target', target, '--relay-passcode', 'flag'], { TELNETKIT_RELAY_PASSCODE: 'no' }],
    ['from a file', ['--relay-file', file], { TELNETKIT_RELAY_PASSCODE: 'no' }],
    ['word', [], { TELNETKIT_RELAY_TARGET: target, TELNETKIT_RELAY_PASSCODE: 'word' }],
  ]
  for (const [passcode, flags, env] of ways) {
    const server = await start(t, ['--shell', 'relay', ...flags], env)
    const session = await client(t, server)
    await session.readUntil('Passcode: ')
    session.write(`${passcode}\n`)
    t.regex((await session.readUntil('tel:sh> ')) as string, /connected!\r\nReady\./)
    session.write('quit\n')
    t.regex((await session.readAll()) as string, /Goodbye\.\r\n$/)
  }
  await refused(t, ['--shell', 'relay'], /--shell relay: .*no target.*TELNETKIT_RELAY_TARGET.*; see/)
  await refused(t, ['--shell', 'relay', '--relay-target', target], /--shell relay: .*no passcode/)
  await refused(t, ['--shell', 'relay', '--relay-target', 'x', '--relay-passcode', 'y'], /host:port/)
  await refused(t, ['--shell', 'relay', '--relay-file', join(folder, 'none')], /--relay-file .*none: ENOENT/)
  await refused(t, ['--relay-target', target], /--relay-target is for --shell relay/)
  await refused(t, ['--pty-exec', 'sh', '--relay-file', file], /--relay-file is for --shell relay/)
})

withPty('--pty-cwd: the program begins there', async (t) => {
  const folder = await scratch(t)
  const server = await start(t, ['--pty-cwd', folder, '--pty-exec', 'pwd'])
  t.is(await (await client(t, server)).readAll(), `${folder}\r\n`)
  await refused(
    t,
    ['--pty-cwd', join(folder, 'none'), '--pty-exec', 'pwd'],
    /--pty-cwd .*none: there is no such folder/,
  )
  await refused(t, ['--pty-cwd', folder], /--pty-cwd is for --pty-exec/)
})

withPty('--pty-raw: keys as they are, and no echo', async (t) => {
  const keys = 'echo ready; head -c 3 | od -An -tx1'
  const server = await start(t, ['--pty-raw', '--pty-exec', 'sh', '--', '-c', keys])
  const session = await client(t, server)
  await session.readUntil('ready\r\n')
  session.write('a\x7fb')
  t.is(((await session.readAll()) as string).trim(), '61 7f 62')
  const { output, exited } = runTool('telnetkit-server', ['--help'])
  await exited
  t.false(output.out.includes('--pty-raw'))
})

withPty('a program that has gone since the server was started: its visitor is told, and so is the log', async (t) => {
  const program = join(await scratch(t), 'program')
  await writeFile(program, '#!/bin/sh\necho here', { mode: 0o755 })
  const server = await start(t, ['--pty-exec', program])
  t.is(await (await client(t, server)).readAll(), 'here\r\n')
  await rm(program)
  t.is(await (await client(t, server)).readAll(), 'The program cannot be started just now.\r\n')
  await logged(server, / error 127\.0\.0\.1:\d+ ENOENT: .*program/)
  await writeFile(program, '#!/bin/sh\necho again', { mode: 0o755 })
  t.is(await (await client(t, server)).readAll(), 'again\r\n')
})

withPty('a client that does not read keeps nobody from stopping', async (t) => {
  const server = await start(t, ['--pty-exec', 'yes'])
  const session = await client(t, server)
  await session.readUntil('y')
  session.pause()
  const peer = await RawPeer.connect(server.port)
  t.teardown(() => peer.destroy())
  await logged(server, /connected\n(.*\n)*.* connected\n/)
  server.child.kill('SIGTERM')
  t.is(await server.exited, 0)
  t.regex(
    server.output.err,
    /SIGTERM received, closing server\.\n(.*\n)*.*yes was ended by SIGHUP\n(.*\n)*.*Server stop\.\n$/,
  )
})

for (const victim of ['program', 'client'] as const) {
  withPty(`kill -9 of a hosted ${victim} ends its own session only, and the log says so`, async (t) => {
    const server = await start(t, ['--pty-exec', 'sh', '--', '-c', 'echo "pid $$"; exec cat'])
    const other = await client(t, server)
    await other.readUntil(/pid \d+\r\n/)
    const screen = person(t, [process.execPath, toolPath('telnetkit-client'), '127.0.0.1', String(server.port)])
    await screen.shows(/^pid \d+$/m)
    const pid = Number(/^pid (\d+)$/m.exec(screen.text)?.[1])
    process.kill(victim === 'program' ? pid : screen.program.pid, 'SIGKILL')
    if (victim === 'program') {
      await logged(server, / info {2}127\.0\.0\.1:\d+ \S*sh was ended by SIGKILL\n/)
      t.is(await screen.exited, 0)
    } else {
      await logged(server, / info {2}127\.0\.0\.1:\d+ \S*sh was ended by SIGHUP\n/)
      t.throws(() => process.kill(pid, 0), { code: 'ESRCH' }, 'its program is gone')
    }
    await logged(server, / disconnected after /)
    other.write('still here\r')
    await other.readUntil('still here\r\nstill here\r\n')
    t.is(server.child.exitCode, null)
  })
}
