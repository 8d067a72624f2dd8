// The relay: what opens it, and what the two sides see of each other.

import test, { type ExecutionContext } from 'ava'
import { Command, type ConnectOptions, connect, createServer, type ServerOptions, type Session } from 'telnetkit'
import { relay, relayFrom, type Shell, shells, telsh } from 'telnetkit/shells'
import { Certificates } from './support/certificates.js'

const PASSCODE = 'open sesame'

/** A server, closed with the test; its port. */
async function serve(t: ExecutionContext, shell: Shell, options: ServerOptions = {}): Promise<number> {
  const server = createServer(options, shell)
  server.on('sessionError', () => undefined)
  t.teardown(() => server.close({ deadline: 0 }))
  const { port } = await server.listen(0, '127.0.0.1')
  return port
}

/** A far host and a relay to it, and a visitor who knows the passcode. */
async function visit(t: ExecutionContext, far: Shell, options: { client?: ConnectOptions; far?: ServerOptions } = {}) {
  const target = await serve(t, far, options.far)
  const port = await serve(t, relay({ host: '127.0.0.1', port: target, passcode: PASSCODE }))
  const session = await connect({ port, host: '127.0.0.1', ...options.client })
  t.teardown(() => session.destroy())
  await session.readUntil('Passcode: ')
  session.write(`${PASSCODE}\n`)
  await session.readUntil(' connected!\r\n')
  return session
}

test('a visitor sees the far host, and it sees him: text, whatever its set, both ways', async (t) => {
  const far: Shell = async (session) => {
    const name = await session.question('Näme: ')
    session.write(`Hello, ${name}!\n`)
  }
  const session = await visit(t, far, { far: { encoding: 'latin1', forceBinary: true }, client: { encoding: null } })
  const bytes = session as unknown as Session<Buffer>
  t.deepEqual(await bytes.readUntil(': '), Buffer.from('Näme: ', 'latin1'))
  bytes.write(Buffer.from('Zoë\r\n', 'latin1'))
  t.deepEqual(await bytes.readAll(), Buffer.from('Zoë\r\nHello, Zoë!\r\n', 'latin1'))
})

test('the far host may speak TLS, and telsh says so', async (t) => {
  const certificates = new Certificates().make('own', { leaf: true })
  const [cert, key] = [certificates.read('own.crt'), certificates.read('own.key')]
  certificates.remove()
  const target = await serve(t, telsh, { tls: { cert, key } })
  const port = await serve(t, relay({ host: 'localhost', port: target, tls: { ca: cert }, passcode: PASSCODE }))
  const session = await connect({ port, host: '127.0.0.1' })
  session.write(`${PASSCODE}\nquit\n`)
  const said = (await session.readAll()) as string
  t.regex(said, /connected!\r\nReady \(secure: TLSv1\.3\)\. Type help, .*\r\ntel:sh> quit\r\nGoodbye\.\r\n$/)
  for (const line of said.split('\r\n')) t.true(line.length < 80)
})

test('three wrong passcodes close it, and none is shown', async (t) => {
  const port = await serve(t, relay({ host: '127.0.0.1', port: 1, passcode: PASSCODE }))
  const session = await connect({ port, host: '127.0.0.1' })
  const began = performance.now()
  session.write('one\ntwo\nthree\nopen sesame\n')
  const said = (await session.readAll()) as string
  t.is(said.match(/Passcode: /g)?.length, 3)
  t.notRegex(said, /one|two|three|sesame|connect/i)
  t.true(performance.now() - began > 2_900, 'each try takes a second')
})

test('a far host that is not there is told, and the session ends', async (t) => {
  const gone = await serve(t, () => undefined)
  const server = createServer(relay({ host: '127.0.0.1', port: 1, passcode: PASSCODE }))
  t.teardown(() => server.close({ deadline: 0 }))
  const failure = new Promise<Error>((resolve) => server.once('sessionError', resolve))
  const { port } = await server.listen(0, '127.0.0.1')
  const session = await connect({ port, host: '127.0.0.1' })
  session.write(`${PASSCODE}\n`)
  t.regex((await session.readAll()) as string, /Connecting to 127\.0\.0\.1:1 \.\.\. failed\.\r\n$/)
  t.is(((await failure) as NodeJS.ErrnoException).code, 'ECONNREFUSED')
  t.true(gone > 0)
})

test('the far host gets the terminal, its colours, its size and its changes, and nothing else', async (t) => {
  const far: Shell = async (session) => {
    const { peer } = session
    await session.waitUntil(() => peer.environment.size > 0 && peer.columns !== undefined)
    session.write(`${peer.terminalType} ${JSON.stringify([...peer.environment])} ${peer.columns}x${peer.rows}\n`)
    await session.waitUntil(() => peer.columns === 101)
    session.write(`${peer.columns}x${peer.rows}\n`)
  }
  const environment = { TERM: 'xterm', COLORTERM: 'truecolor', LANG: 'de_DE.UTF-8', USER: 'ada' }
  const session = await visit(t, far, {
    client: { terminalType: 'XTERM-DIRECT', columns: 93, rows: 31, environment },
  })
  t.is(
    (await session.readUntil('\n')) as string,
    'XTERM-DIRECT [["TERM","XTERM-DIRECT"],["COLORTERM","truecolor"]] 93x31\r\n',
  )
  session.resize(101, 37)
  t.is(await session.readAll(), '101x37\r\n')
})

test('a client that tells nothing has nothing told', async (t) => {
  const far: Shell = async (session) => {
    session.write(`${session.peer.terminalType} ${session.peer.columns}x${session.peer.rows}\n`)
  }
  const policy = { local: { TTYPE: 'refuse', NAWS: 'refuse', NEW_ENVIRON: 'refuse' } } as const
  const session = await visit(t, far, { client: { policy } })
  t.is(await session.readAll(), 'unknown 80x25\r\n')
})

test('signals reach the far host, and prompts the visitor', async (t) => {
  const far: Shell = async (session) => {
    const commands: number[] = []
    session.on('command', (command) => commands.push(command))
    session.write('ready\n')
    // Not before somebody listens.
    await session.readLine()
    session.goAhead()
    await session.waitUntil(() => commands.includes(Command.AO))
    session.write(`${commands.filter((command) => command !== Command.DM)}\n`)
  }
  // Neither suppresses go-ahead.
  const policy = { local: { SGA: 'refuse' } } as const
  const session = await visit(t, far, { far: { policy } })
  const prompted = new Promise((resolve) => session.once('prompt', () => resolve(true)))
  await session.readUntil('ready\r\n')
  await session.waitFor({ remote: { SGA: false } })
  session.write('go on\n')
  t.true(await prompted)
  session.sendCommand(Command.IP)
  session.sendCommand(Command.AO)
  t.regex((await session.readAll()) as string, new RegExp(`^${Command.IP},${Command.AO}\r\n$`))
})

test('who echoes is as the far host has it', async (t) => {
  const far: Shell = async (session) => {
    session.write('ready\n')
    await session.readLine()
    await session.local.enable('ECHO')
    await session.readLine()
  }
  const session = await visit(t, far, { far: { lineMode: true } })
  await session.readUntil('ready\r\n')
  await session.waitFor({ remote: { ECHO: false, SGA: false } })
  t.is(session.mode, 'line')
  session.write('go on\n')
  await session.waitFor({ remote: { ECHO: true } })
  session.write('enough\n')
  t.is(await session.readAll(), '')
})

test('much passes, at the pace of who reads', async (t) => {
  const length = 8 * 2 ** 20
  const far: Shell = async (session) => {
    const chunk = 'x'.repeat(2 ** 16)
    for (let sent = 0; sent < length; sent += chunk.length) {
      if (!session.write(chunk)) await new Promise((resolve) => session.once('drain', () => resolve(undefined)))
    }
  }
  const session = await visit(t, far)
  await new Promise((resolve) => setTimeout(resolve, 100))
  t.is(((await session.readAll()) as string).length, length)
})

test('when the visitor leaves the far host is left, too', async (t) => {
  let left = () => {}
  const gone = new Promise<void>((resolve) => {
    left = resolve
  })
  const session = await visit(t, async (far) => {
    far.once('close', left)
    await far.readAll()
  })
  session.destroy()
  await gone
  t.pass()
})

test('it is closed unless it has a target and a passcode', async (t) => {
  const TELNETKIT_RELAY_TARGET = 'localhost:23'
  const TELNETKIT_RELAY_PASSCODE = PASSCODE
  t.throws(() => relayFrom({ TELNETKIT_RELAY_TARGET }), { code: 'TELNET_BAD_OPTION', message: /no passcode/ })
  t.throws(() => relayFrom({ TELNETKIT_RELAY_PASSCODE }), { code: 'TELNET_BAD_OPTION', message: /no target/ })
  for (const target of ['localhost', 'localhost:', 'localhost:70000', ':23', '::1:23'])
    t.throws(() => relayFrom({ TELNETKIT_RELAY_TARGET: target, TELNETKIT_RELAY_PASSCODE }), {
      code: 'TELNET_BAD_OPTION',
      message: /host:port/,
    })
  for (const target of ['localhost:23', '[::1]:23', '192.0.2.1:992', 'telnet://localhost:23', 'telnets://[::1]:992'])
    t.is(typeof relayFrom({ TELNETKIT_RELAY_TARGET: target, TELNETKIT_RELAY_PASSCODE }), 'function')
  t.throws(() => relay({ host: 'localhost', passcode: '' }), { code: 'TELNET_BAD_OPTION' })
  t.throws(() => relay({ host: '', passcode: 'x' }), { code: 'TELNET_BAD_OPTION' })
  t.throws(() => relay({ host: 'localhost', port: 70_000, passcode: 'x' }), { code: 'TELNET_BAD_OPTION' })
  const port = await serve(t, shells.relay!)
  t.is(await (await connect({ port, host: '127.0.0.1' })).readAll(), '')
})
