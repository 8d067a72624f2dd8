// Errors: one class, a stable code, the fields a program needs, and a message that says what to do.

import test from 'ava'
import { AbortError, connect, createServer, errorCodes, Session, TelnetError } from 'telnetkit'
import { createPair } from 'telnetkit/testing'
import { joined } from './support/raw-peer.js'

test('every error is a TelnetError with code, message and name', async (t) => {
  const { session } = await joined(t)
  const attempts: [string, () => unknown][] = [
    ['TELNET_BAD_ARGUMENT', () => session.sendCommand(5)],
    ['TELNET_BAD_OPTION', () => createServer({ timeout: -1 })],
    ['TELNET_UNKNOWN_ENCODING', () => createServer({ encoding: 'klingon' })],
    ['TELNET_UNKNOWN_OPTION', () => session.waitFor({ local: { NONSENSE: true } as never })],
    ['TELNET_TIMEOUT', () => session.readLine({ timeout: 1 })],
    ['ABORT_ERR', () => session.readLine({ signal: AbortSignal.abort() })],
    ['TELNET_BUSY', () => Promise.all([session.readLine({ timeout: 20 }), session.readLine()])],
  ]
  for (const [code, attempt] of attempts) {
    const error = await t.throwsAsync(async () => void (await attempt()), { instanceOf: TelnetError }, code)
    t.is(error?.code, code)
    t.regex(error?.message ?? '', /^[A-Z].*[^.\n]$/, code)
    t.is(error?.name, code === 'ABORT_ERR' ? 'AbortError' : 'TelnetError')
    if (error?.code.startsWith('TELNET_')) t.true(error.code in errorCodes)
  }
})

test('whatever nonsense a call is given, it answers with what to give', async (t) => {
  const { session, peer } = await joined(t)
  const server = createServer()
  const { local, remote } = session
  // As a program without types has it.
  const any = (value?: unknown) => value as never
  const nonsense: Record<string, readonly (() => unknown)[]> = {
    TELNET_BAD_ARGUMENT: [
      () => connect(any()),
      () => connect(any(null)),
      () => connect(any('example.org')),
      () => createServer({}, any(5)),
      () => server.listen(any('6023')),
      () => server.listen(any(null)),
      () => server.broadcast(any()),
      () => new Session(any(), { role: 'server' }),
      () => new Session(any(5), any()),
      () => session.write(any()),
      () => session.write('00', any('klingon')),
      () => session.prompt(any(5)),
      () => session.unshift(any(5)),
      () => session.question(any()),
      () => session.read(any('all')),
      () => session.readExactly(any('all')),
      () => session.readUntil(any()),
      () => session.expect(any(null)),
      () => session.waitUntil(any()),
      () => session.setTimeout(any('soon')),
      () => session.resize(any('80'), 25),
      () => session.sendCommand(any('NOP')),
      () => session.sendSubnegotiation(256, Buffer.of()),
      () => session.sendSubnegotiation(31, any('text')),
      () => local.has(256),
      () => local.state(any()),
      () => remote.course(1.5),
      () => remote.enable(any(null)),
      () => remote.disable(-1),
    ],
    TELNET_BAD_OPTION: [
      () => connect(Number.NaN),
      () => connect(0),
      () => connect({ port: any('6023') }),
      () => connect(23, any(5)),
      () => connect({ prot: 23 } as never),
      () => connect({ signal: any(5) }),
      () => createServer(any('6023')),
      () => createServer({ keepAlive: 500 }),
      () => createServer({ keepAlive: any(Object.create(null)) }),
      () => server.listen(-1),
      () => server.listen(6023, any(5)),
      () => server.listen(6023, '127.0.0.1', any('many')),
      () => server.listen({ hots: 'localhost' } as never),
      () => server.close(any(null)),
      () => server.close({ deadlin: 5 } as never),
      () => server.close({ message: any(5) }),
      () => server.broadcast('text', { excpt: session } as never),
      () => createPair({ clint: {} } as never),
      () => session.question('> ', { hiden: true } as never),
      () => session.ready(any(5)),
      () => session.readLine({ timout: 5 } as never),
      () => session.waitFor(any()),
      () => session.waitFor({ NAWS: true } as never),
      () => session.waitFor({ local: { NAWS: any('on') } }),
      () => session.waitUntil(() => true, { timeout: -1 }),
      () => session.timingMark({ timout: 5 } as never),
      () => session.areYouThere({ signal: any('stop') }),
      () => local.enable('ECHO', { timeout: any('5') }),
      () => local.disable('ECHO', { timout: 5 } as never),
    ],
    TELNET_UNKNOWN_OPTION: [
      () => session.waitFor({ local: { NONSENSE: true } as never }),
      () => session.waitFor({ local: { 256: true } }),
      () => session.sendSubnegotiation(any('naws'), Buffer.of()),
      () => local.has(any('')),
      () => local.state(any('256')),
      () => remote.course(any('NONSENSE')),
      () => remote.enable(any('NONSENSE')),
      () => remote.disable(any('NONSENSE')),
      () => createServer({ policy: { local: { NONSENSE: 'accept' } as never } }),
    ],
    TELNET_UNKNOWN_ENCODING: [() => createServer({ encoding: '' })],
  }
  for (const [code, calls] of Object.entries(nonsense)) {
    for (const call of calls) {
      const error = await t.throwsAsync(
        async () => void (await call()),
        { instanceOf: TelnetError, code },
        String(call),
      )
      t.regex(error?.message ?? '', /: (?:give|take) /, String(call))
    }
  }
  session.end('unharmed')
  t.is(String(await peer.take(8)), 'unharmed')
})

test('an AbortError is what Node would give, with the reason as its cause', (t) => {
  const error = new AbortError('reason')
  t.like(error, { name: 'AbortError', code: 'ABORT_ERR', cause: 'reason' })
  t.true(error instanceof TelnetError)
  t.is(String(error), 'AbortError: The operation was aborted')
})

test('what an error has not to say it does not have', (t) => {
  const error = new TelnetError('TELNET_TIMEOUT', 'Message', { timeout: 5, address: undefined })
  t.deepEqual(Object.keys(error).sort(), ['code', 'timeout'])
  t.false('cause' in error)
  t.is(error.timeout, 5)
})
