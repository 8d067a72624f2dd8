// telnetkit-server: its ready line and its log, its flags at work, its end in order, and what it says when it cannot start.

import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { connect } from 'telnetkit'
import { withoutPty } from './support/pty.js'
import { RawPeer, wire } from './support/raw-peer.js'
import { Screen } from './support/screen.js'
import { GREETING } from './support/telsh.js'
import { runTool, startServer, toolPath } from './support/tool.js'

/** A server with these flags; it is stopped with the test. */
async function start(t: ExecutionContext, ...flags: string[]) {
  const server = await startServer(flags)
  t.teardown(() => server.child.kill('SIGKILL'))
  return server
}

/** A client that answers nothing. */
async function raw(t: ExecutionContext, port: number): Promise<RawPeer> {
  const peer = await RawPeer.connect(port)
  t.teardown(() => peer.destroy())
  return peer
}

/** A folder with a module whose exports are shells. */
async function moduleOf(t: ExecutionContext, source: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'telnetkit-cli-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const path = join(folder, 'shell.mjs')
  await writeFile(path, source)
  return path
}

test.serial('it says that it is ready, and how to connect', async (t) => {
  const { port, output } = await start(t)
  t.is(output.out, `Server ready on 127.0.0.1:${port}\nConnect with: telnet 127.0.0.1 ${port}\n`)
  const session = await connect({ host: '127.0.0.1', port })
  t.is(await session.readUntil('tel:sh> '), `${GREETING}\r\ntel:sh> `)
  session.write('quit\n')
  t.regex((await session.readAll()) as string, /Goodbye\.\r\n$/)
})

test.serial('it logs who comes and goes, each in a line with the time', async (t) => {
  const { child, port, output, exited } = await start(t, '--shell', 'echo')
  const session = await connect({ host: '127.0.0.1', port })
  while (!output.err.includes(' connected\n')) await once(child.stderr!, 'data')
  session.destroy()
  while (!output.err.includes(' disconnected ')) await once(child.stderr!, 'data')
  child.kill('SIGTERM')
  t.is(await exited, 0)
  const lines = output.err.trimEnd().split('\n')
  for (const line of lines) t.regex(line, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z info {2}/)
  t.regex(lines[0]!, /Server ready on 127\.0\.0\.1:\d+$/)
  t.regex(lines[1]!, /127\.0\.0\.1:\d+ connected$/)
  t.regex(lines[2]!, /127\.0\.0\.1:\d+ disconnected after [\d.]+ s, \d+ bytes received, \d+ sent$/)
  t.regex(lines[3]!, /SIGTERM received, closing server\.$/)
  t.regex(lines[4]!, /Server stop\.$/)
})

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
  test.serial(`${signal} closes it in order: who is connected is told`, async (t) => {
    const { child, port, exited } = await start(t)
    const session = await connect({ host: '127.0.0.1', port })
    await session.readUntil('tel:sh> ')
    child.kill(signal)
    t.regex((await session.readAll()) as string, /Goodbye\.\r\n$/)
    t.is(await exited, 0)
  })
}

test.serial('a second signal does not wait', async (t) => {
  const { child, port, output, exited } = await start(t, '--shell', 'echo', '--connect-maxwait', '0.05')
  const peer = await raw(t, port)
  while (!output.err.includes(' connected\n')) await once(child.stderr!, 'data')
  child.kill('SIGTERM')
  // The peer does not answer the end of the connection.
  await peer.takeUntil('"Goodbye.\\r\\n"')
  child.kill('SIGTERM')
  t.is(await exited, 143)
})

test.serial('--shell: a function of a module; one that throws ends its own session only', async (t) => {
  const path = await moduleOf(
    t,
    `export default (session) => { session.write('one\\n') }
     export async function named(session) { throw new Error('broken\\nin two') }`,
  )
  const first = await start(t, '--shell', path)
  t.is(await (await connect({ host: '127.0.0.1', port: first.port })).readAll(), 'one\r\n')

  const second = await start(t, '--shell', `${path}#named`)
  for (let visit = 0; visit < 2; visit++) {
    t.is(await (await connect({ host: '127.0.0.1', port: second.port })).readAll(), '')
  }
  const places = () =>
    [...second.output.err.matchAll(/ error 127\.0\.0\.1:\d+ broken\\x0ain two, at (.*)\n/g)].map(([, place]) => place)
  while (places().length < 2) await once(second.child.stderr!, 'data')
  t.deepEqual(places(), Array(2).fill(`${path}:2:51`), second.output.err)
})

test.serial('where a shell went wrong is told: what it called, and what a peer said, is not the place', async (t) => {
  const path = await moduleOf(
    t,
    `import { createRequire } from 'node:module'
     export default async (session) => {
       const said = await session.readLine()
       if (said === 'parse') JSON.parse('{')
       if (said === 'text') throw 'only text'
       throw new Error(said)
     }`,
  )
  const { child, port, output } = await start(t, '--shell', path)
  for (const said of ['parse', 'text', 'lies\x01    at evil (/etc/passwd:1:1)']) {
    const session = await connect({ host: '127.0.0.1', port })
    session.write(`${said}\n`)
    t.is(await session.readAll(), '')
  }
  const errors = () => output.err.split('\n').filter((line) => line.includes(' error '))
  while (errors().length < 3) await once(child.stderr!, 'data')
  t.regex(errors()[0]!, new RegExp(` .*JSON.*, at ${path}:4:\\d+$`))
  t.regex(errors()[1]!, / only text$/)
  t.regex(errors()[2]!, new RegExp(`evil \\(/etc/passwd:1:1\\), at ${path}:6:\\d+$`))
})

test.serial('a shell that fails where nobody waits for it ends the server, which says where', async (t) => {
  const path = await moduleOf(t, `export default () => void setTimeout(() => { throw new Error('stray') })`)
  const log = join(path, '..', 'log')
  const { port, output, exited } = await start(t, '--shell', path, '--logfile', log)
  await (await connect({ host: '127.0.0.1', port })).readAll()
  t.is(await exited, 1)
  t.regex(await readFile(log, 'utf8'), / error stray, at .*:1:52\n$/)
  t.regex(output.err, new RegExp(`^telnetkit-server: stray, at ${path}:1:52$`, 'm'))
})

test.serial('a module that cannot be loaded: which file, and which line', async (t) => {
  const refused = async (source: string, told: (path: string) => string) => {
    const path = await moduleOf(t, source)
    const { output, exited } = runTool('telnetkit-server', ['--shell', path])
    t.is(await exited, 2)
    t.is(output.err, `telnetkit-server: --shell ${path}: ${told(path)}; see telnetkit-server --help\n`)
    return path
  }
  const syntax = (path: string) => `it cannot be loaded: missing ) after argument list, at ${path}:2`
  const broken = await refused('export default () => {\n  f(1\n}', syntax)
  await refused(`console.log('ran')\nimport ${JSON.stringify(broken)}`, () => syntax(broken))
  await refused(`\nthrow new Error('no database')`, (path) => `it cannot be loaded: no database, at ${path}:2:7`)
  await refused(
    `import { gone } from 'node:fs'`,
    (path) =>
      `it cannot be loaded: The requested module 'node:fs' does not provide an export named 'gone', at ${path}:1`,
  )
  await refused(
    'export const play = () => {}, rules = 1, score = () => {}',
    (path) => `${path} exports nothing called default; say ${path}#play or ${path}#score`,
  )
})

test.serial('--encoding: clients that name no character set, BINARY or not', async (t) => {
  const { port } = await start(t, '--shell', 'echo', '--encoding', 'latin1', '--connect-maxwait', '0.05')
  const peer = await raw(t, port)
  peer.send('233 "\\r\\n"')
  t.true((await peer.takeUntil('"\\r\\n"')).includes(233))
})

test.serial('--encoding false passes bytes', async (t) => {
  const path = await moduleOf(t, `export default async (session) => session.write(await session.read())`)
  const { port } = await start(t, '--shell', path, '--encoding', 'false', '--connect-maxwait', '0.05')
  const peer = await raw(t, port)
  peer.send('128 "\\n" 254 0')
  await peer.takeUntil('128 "\\n" 254 0')
  t.pass()
})

test.serial('--line-mode offers neither ECHO nor SGA', async (t) => {
  const { port } = await start(t, '--line-mode', '--connect-maxwait', '0.3')
  const peer = await raw(t, port)
  peer.send('IAC WONT TTYPE')
  const said = await peer.takeUntil('"tel:sh> "')
  t.false(said.includes(wire('IAC WILL ECHO')))
  t.false(said.includes(wire('IAC WILL SGA')))
})

test.serial('GA follows a prompt where SGA is not agreed, and never with --never-send-ga', async (t) => {
  const polite = await start(t, '--connect-maxwait', '0.05')
  const first = await raw(t, polite.port)
  await first.takeUntil('"tel:sh> " IAC GA')

  const silent = await start(t, '--connect-maxwait', '0.05', '--never-send-ga')
  const second = await raw(t, silent.port)
  second.send('"proto\\r\\nquit\\r\\n"')
  t.false((await second.takeAll()).includes(wire('IAC GA')))
})

test.serial('--timeout disconnects who is silent', async (t) => {
  const { port } = await start(t, '--timeout', '0.2', '--connect-maxwait', '0.05')
  const peer = await raw(t, port)
  t.regex((await peer.takeAll()).toString('latin1'), /\r\nTimeout\.\r\n$/)
})

test.serial('a client whose line has no end is a warning, not a failure', async (t) => {
  const { child, output, port } = await startServer(['--shell', 'echo'])
  t.teardown(() => child.kill())
  const peer = await RawPeer.connect(port)
  t.teardown(() => peer.destroy())
  peer.send(Buffer.alloc(2 ** 21, 'x'))
  while (!/ disconnected after /.test(output.err)) await once(child.stderr!, 'data')
  t.regex(output.err, / warn {2}127\.0\.0\.1:\d+ A line is longer than the limit of 1048576: /)
  t.notRegex(output.err, / error /)
})

test.serial('--max-connections turns away who is too many, and logs it', async (t) => {
  const { child, port, output } = await start(t, '--max-connections', '1', '--connect-maxwait', '0.05')
  const first = await raw(t, port)
  await first.takeUntil('"tel:sh> "')
  const second = await raw(t, port)
  t.is((await second.takeAll()).length, 0)
  while (!output.err.includes('turned away')) await once(child.stderr!, 'data')
  t.regex(output.err, / warn {2}127\.0\.0\.1:\d+ turned away: max-connections\n/)
})

test.serial('--logfile and --loglevel', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'telnetkit-cli-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const log = join(folder, 'log')
  const { child, output, exited } = await start(t, '--logfile', log, '--loglevel', 'warn')
  child.kill('SIGTERM')
  t.is(await exited, 0)
  t.is(await readFile(log, 'utf8'), '')
  t.is(output.err, '')
})

test.serial('what it cannot do is told in one line', async (t) => {
  const busy = createServer().listen(0, '127.0.0.1')
  await once(busy, 'listening')
  t.teardown(() => busy.close())
  const port = String((busy.address() as { port: number }).port)
  const failing = async (args: string[], code: number, line: RegExp) => {
    const { output, exited } = runTool('telnetkit-server', args)
    t.is(await exited, code, output.err)
    t.regex(output.err, line)
    t.is(output.err.trimEnd().split('\n').length, 1, output.err)
    t.is(output.out, '')
  }
  await failing(['127.0.0.1', port], 1, new RegExp(`^telnetkit-server: .*${port}.* \\(EADDRINUSE\\)\n$`))
  await failing(['no-such-host.invalid', '0'], 1, /no-such-host\.invalid/)
  await failing([port], 1, new RegExp(`^telnetkit-server: .*${port}.* \\(EADDRINUSE\\)\n$`))
  await failing(['70000'], 2, /port 70000: .*; see telnetkit-server --help\n$/)
  await failing(['127.0.0.1', '70000'], 2, /port 70000: .*; see telnetkit-server --help\n$/)
  await failing(['localhost:2323'], 2, /host localhost:2323: the port stands apart, localhost 2323; see/)
  await failing([':2323'], 2, /host :2323: the port stands apart, 127\.0\.0\.1 2323; see/)
  await failing(['[::1]:2323'], 2, /the port stands apart, ::1 2323; see/)
  await failing(['6100', '6200'], 2, /host 6100: give an address, such as 127\.0\.0\.1, or the port alone/)
  await failing(['--shell', './nothing.js'], 2, /--shell \.\/nothing\.js: .*--help/)
  await failing(['--shell', 'nothing'], 2, /--shell nothing: .*--help/)
  await failing(['--timeout', 'soon'], 2, /--timeout soon: .*--help/)
  await failing(['--logfile', '/nowhere/at/all'], 2, /--logfile \/nowhere\/at\/all: .*--help/)
  await failing(['--', 'a'], 2, /--pty-exec/)
  await failing(['--encoding', 'false', '--force-binary'], 2, /--force-binary is for a character set, and/)
  await failing(['--pty-exec', 'sh', '-c', 'ls'], 2, /unknown option '-c'; the arguments of --pty-exec stand after --;/)
  await failing(['-c', 'ls'], 2, /unknown option '-c'; see/)
  await failing(['--pty-env', 'A'], 2, /--pty-env is for --pty-exec/)
  await failing(['--pty-exec', 'sh', '--shell', 'echo'], 2, /--shell and --pty-exec/)
  await failing(['--pty-exec', 'no-such-program'], 2, /--pty-exec no-such-program: no such program/)
  await failing(['--pty-exec', './README.md'], 2, /--pty-exec \.\/README\.md: not executable by you; chmod \+x/)
  await failing(['--pty-exec', '/usr'], 2, /--pty-exec \/usr: a folder, not a program/)
  await failing(['--pty-exec', 'sh', '--pty-env', 'LD_PRELOAD'], 2, /--pty-env LD_PRELOAD/)
})

test.serial('the help tells each flag, and ends with examples', async (t) => {
  for (const name of ['telnetkit-server', 'telnetkit-client'] as const) {
    const { output, exited } = runTool(name, ['--help'])
    t.is(await exited, 0)
    t.is(output.err, '')
    t.regex(output.out, new RegExp(`^Usage: ${name} \\[options\\] `))
    t.regex(output.out, /\nExamples:\n/)
    for (const flag of ['--encoding <name>', '--shell <module#name>', '--loglevel <level>', '--line-mode']) {
      t.true(output.out.includes(flag), flag)
    }
    t.notRegex(output.out, /default: .*default: /)
    t.notRegex(output.out, /preset:/)
    const short = runTool(name, ['-h'])
    t.is(await short.exited, 0)
    t.is(short.output.out, output.out)
  }
})

/** The longest line of a help in a terminal of that width; none: in a pipe. */
async function helpWidth(t: ExecutionContext, name: 'telnetkit-server' | 'telnetkit-client', columns?: number) {
  let text: string
  if (columns === undefined) {
    const { output, exited } = runTool(name, ['--help'])
    await exited
    text = output.out
  } else {
    const screen = Screen.start(process.execPath, [toolPath(name), '--help'], { columns })
    t.teardown(() => screen.kill())
    await screen.exited
    text = screen.raw
  }
  return Math.max(...text.split(/\r?\n/).map((line) => line.length))
}

test.serial('the help has the width of the terminal, up to 100', async (t) => {
  for (const name of ['telnetkit-server', 'telnetkit-client'] as const) {
    const width = await helpWidth(t, name)
    t.true(width > 70 && width <= 80, `${width} without a terminal`)
    if (withoutPty) {
      t.log(`The rest is skipped: ${withoutPty}`)
      continue
    }
    for (const [columns, most] of [
      [77, 77],
      [95, 95],
      [200, 100],
    ] as const) {
      const width = await helpWidth(t, name, columns)
      t.true(width > most - 10 && width <= most, `${name}: ${width} in a terminal of ${columns}`)
    }
  }
})

test.serial('a number alone is the port', async (t) => {
  const { child, output, exited } = runTool('telnetkit-server', ['0'])
  t.teardown(() => child.kill('SIGKILL'))
  while (!output.out.includes('\n')) await once(child.stdout!, 'data')
  t.regex(output.out, /^Server ready on 127\.0\.0\.1:[1-9]\d+\n/)
  child.kill('SIGTERM')
  t.is(await exited, 0)
})
