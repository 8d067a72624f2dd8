// A server: listening, its sessions, handlers that return or throw, broadcasts to all, an orderly end.

import { once } from 'node:events'
import { createServer as createNetServer } from 'node:net'
import { connect as connectTls } from 'node:tls'
import test from 'ava'
import { createServer, Server, type Session, TelnetError } from 'telnetkit'
import { closed, QUIET, RawPeer, serve } from './support/raw-peer.js'

/** A handler that never returns. */
const stay = () => new Promise(() => {})

/** As soon as the handler runs, and for as long as the test. */
async function joinAll(t: Parameters<typeof serve>[0], server: Server, count: number): Promise<RawPeer[]> {
  const port = await serve(t, server)
  const peers: RawPeer[] = []
  for (let number = 0; number < count; number++) {
    const accepted = once(server, 'session')
    peers.push(await RawPeer.connect(port))
    await accepted
  }
  t.teardown(() => {
    for (const peer of peers) peer.destroy()
  })
  return peers
}

test('listen resolves to the address, in several forms', async (t) => {
  const server = createServer()
  t.false(server.listening)
  t.is(server.address(), null)
  let listening = 0
  server.on('listening', () => listening++)
  const address = await server.listen(0, '127.0.0.1')
  t.like(address, { address: '127.0.0.1', family: 'IPv4' })
  t.deepEqual(server.address(), address)
  t.true(server.listening)
  t.is(listening, 1)
  await t.throwsAsync(server.listen(0), { code: 'TELNET_LISTENING' })
  await server.close()
  t.false(server.listening)

  t.is((await server.listen({ port: address.port, host: 'localhost', backlog: 5 })).port, address.port)
  await server.close()
  t.true((await server.listen()).port > 0)
  await server.close()
})

test('without a host both versions of IP are served', async (t) => {
  const server = createServer({ policy: QUIET }, (session) => void session.write(String(session.remoteAddress)))
  const { port, address } = await server.listen(0)
  t.teardown(() => server.close())
  const peer = await RawPeer.connect(port)
  t.regex(String(await peer.takeAll()), /127\.0\.0\.1$/)
  peer.destroy()
  if (address === '0.0.0.0') {
    t.log('this machine has no IPv6')
    return
  }
  const other = await RawPeer.connect(port, '::1')
  t.is(String(await other.takeAll()), '::1')
  other.destroy()
})

test('what the system refuses rejects with its code and says what to do', async (t) => {
  const taken = createNetServer()
  taken.listen(0, '127.0.0.1')
  await once(taken, 'listening')
  t.teardown(() => taken.close())
  const { port } = taken.address() as { port: number }
  const error = await t.throwsAsync(createServer().listen(port, '127.0.0.1'), { instanceOf: TelnetError })
  t.like(error, { code: 'EADDRINUSE', syscall: 'listen', address: '127.0.0.1', port })
  t.regex(error?.message ?? '', /127\.0\.0\.1 port \d+: .*take another port/)
  await t.throwsAsync(createServer().listen(0, '192.0.2.1'), { code: 'EADDRNOTAVAIL' })
  await t.throwsAsync(createServer().listen(0, 'no-such-host.invalid'), { message: /no-such-host\.invalid/ })
  const server = createServer()
  await t.throwsAsync(server.listen(port, '127.0.0.1'), { code: 'EADDRINUSE' })
  await server.listen(0, '127.0.0.1')
  await server.close()
})

test('when the handler returns the session ends, after its last word', async (t) => {
  const server = createServer({ policy: QUIET }, async (session) => {
    session.write(`Hello, ${await session.readLine()}!\n`)
  })
  const peer = await RawPeer.connect(await serve(t, server))
  peer.send('"Joe" 13 10')
  t.is(String(await peer.takeAll()), 'Hello, Joe!\r\n')
  peer.destroy()
})

test('a handler that throws ends its own session only', async (t) => {
  const mine = new Error('mine')
  const server = createServer({ policy: QUIET }, async (session) => {
    session.write('before')
    if ((await session.readLine()) === 'throw') throw mine
    await stay()
  })
  const told: unknown[] = []
  server.on('sessionError', (error, session) => told.push(error, session))
  const [bad, good] = (await joinAll(t, server, 2)) as [RawPeer, RawPeer]
  const [session, other] = [...server.sessions]
  bad.send('"throw" 13 10')
  t.is(String(await bad.takeAll()), 'before')
  t.deepEqual(told, [mine, session])
  good.send('"go on" 13 10')
  other?.write(' after')
  await good.takeUntil('" after"')
  t.is(server.sessions.size, 2)
  bad.end()
  await closed(session!)
  t.is(server.sessions.size, 1)
})

test("a listener for 'session' that throws ends its session only", async (t) => {
  const thrown: string[] = []
  const server = createServer({ policy: QUIET })
  server.on('sessionError', ({ message }) => thrown.push(message))
  server.on('session', (session) => {
    if (thrown.length === 0) throw new Error('a fault of ours')
    session.end('welcome')
  })
  const address = await serve(t, server)
  for (const said of ['', 'welcome']) {
    const peer = await RawPeer.connect(address)
    t.is(String(await peer.takeAll()), said)
    peer.destroy()
  }
  t.deepEqual(thrown, ['a fault of ours'])
})

test('a handler that throws at once, or what is no Error, is told too', async (t) => {
  const thrown: Error[] = []
  const server = createServer({ policy: QUIET }, () => {
    throw 'a string'
  })
  server.on('sessionError', (error) => thrown.push(error))
  const peer = await RawPeer.connect(await serve(t, server))
  t.is(String(await peer.takeAll()), '')
  peer.destroy()
  t.like(thrown, [{ message: 'a string' }])
})

test.serial('without a listener for sessionError one line warns; not if the session is merely gone', async (t) => {
  const warnings: Error[] = []
  const onWarning = (warning: Error) => warnings.push(warning)
  process.on('warning', onWarning)
  t.teardown(() => process.off('warning', onWarning))
  const server = createServer({ policy: QUIET }, async (session) => {
    const line = await session.readLine()
    if (line === 'throw') throw new Error('a fault of ours')
    session.destroy()
    await session.waitFor({ remote: { NAWS: true } })
  })
  const [one, two] = (await joinAll(t, server, 2)) as [RawPeer, RawPeer]
  one.send('"leave" 13 10')
  await one.takeAll()
  two.send('"throw" 13 10')
  await two.takeAll()
  await new Promise(setImmediate)
  t.deepEqual(
    warnings.map(({ message }) => message),
    ['A handler of a session failed: Error: a fault of ours'],
  )
})

test("a session that fails without a listener of its own is told by 'sessionError'", async (t) => {
  const server = createServer({ policy: QUIET }, stay)
  const told = once(server, 'sessionError') as Promise<[TelnetError, Session]>
  const [peer] = await joinAll(t, server, 1)
  const [session] = server.sessions
  peer?.reset()
  const [error, whose] = await told
  t.is(error.code, 'ECONNRESET')
  t.is(whose, session!)
})

for (const [when, options] of Object.entries({ early: {}, late: { eager: true } })) {
  test(`${when}: clients that speak TLS or HTTP to a Telnet port are let go at once, and that is told by drop`, async (t) => {
    const server = createServer(options, stay)
    const port = await serve(t, server)
    server.on('sessionError', (error) => t.fail(error.message))
    const told = once(server, 'drop')
    const failed = once(connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false }), 'error')
    t.like(await told, [{ reason: 'tls-hello', code: 'TELNET_TLS_HELLO', remoteAddress: '127.0.0.1' }])
    await failed

    const toldAgain = once(server, 'drop')
    const peer = await RawPeer.connect(port)
    peer.send('"GET / HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n"')
    t.like(await toldAgain, [{ reason: 'http', message: 'the client speaks HTTP, and this is a Telnet port' }])
    t.regex(String(await peer.takeAll()), /HTTP\/1\.1 400 Bad Request\r\n/)
    t.is(server.stats().dropped, 2)
  })
}

test('with the option strangers they are let in', async (t) => {
  const server = createServer({ strangers: true }, async (session) => session.write(`<${await session.readLine()}>`))
  const peer = await RawPeer.connect(await serve(t, server))
  peer.send('"GET / HTTP/1.1\\r\\n"')
  await peer.takeUntil('"<GET / HTTP/1.1>"')
  t.is(server.stats().dropped, 0)
})

test('sessions is a live set that nobody can change', async (t) => {
  const server = createServer({ policy: QUIET }, stay)
  const { sessions } = server
  t.is(sessions.size, 0)
  const [peer] = await joinAll(t, server, 3)
  t.is(sessions.size, 3)
  const [session] = sessions
  t.true(sessions.has(session!))
  t.deepEqual([...sessions.keys()], [...sessions])
  let seen = 0
  sessions.forEach((each, same) => {
    t.is(each, same)
    seen++
  })
  t.is(seen, 3)
  t.false('add' in sessions)
  const gone = closed(session!)
  peer?.end()
  session?.end()
  await gone
  t.is(sessions.size, 2)
  t.false(sessions.has(session!))
})

test('for await gives the sessions until the server closes', async (t) => {
  const server = createServer({ policy: QUIET })
  const port = await serve(t, server)
  const peers: RawPeer[] = []
  const names: (string | null)[] = []
  for (const name of ['"one"', '"two"']) {
    const peer = await RawPeer.connect(port)
    peer.send(`${name} 13 10`)
    peers.push(peer)
  }
  for await (const session of server) {
    names.push(await session.readLine())
    session.end()
    if (names.length === 1) peers.push(await RawPeer.connect(port))
    if (names.length === 2) break
  }
  t.deepEqual(names.sort(), ['one', 'two'])
  const rest = (async () => {
    for await (const session of server) session.destroy()
    return 'over'
  })()
  for (const peer of peers) peer.destroy()
  await server.close()
  t.is(await rest, 'over')
})

test('to leave an iteration that waits leaves the next session to others', async (t) => {
  const server = createServer()
  const port = await serve(t, server)
  const left = server[Symbol.asyncIterator]()
  const other = server[Symbol.asyncIterator]()
  const waiting = [left.next(), left.next()]
  const taken = other.next()
  t.deepEqual(await left.return?.('left'), { done: true, value: 'left' })
  for (const { done } of await Promise.all(waiting)) t.true(done)
  t.true((await left.next()).done)
  const peer = await RawPeer.connect(port)
  t.false((await taken).done)
  peer.destroy()
})

test('TCP keep-alive begins when it is told to, and 0 is never', async (t) => {
  for (const keepAlive of [0, 1_000, 32_767_000, true]) {
    const server = createServer({ keepAlive, policy: QUIET }, (session) => void session.write('on'))
    const peer = await RawPeer.connect(await serve(t, server))
    t.is(String(await peer.take(2)), 'on')
    peer.destroy()
  }
})

test('without a handler the session is ended when its peer ends, as in net', async (t) => {
  const server = createServer({ policy: QUIET })
  server.on('session', (session) => session.on('data', (chunk) => session.write(chunk)))
  const peer = await RawPeer.connect(await serve(t, server))
  peer.send('"echo"')
  peer.end()
  t.is(String(await peer.takeAll()), 'echo')
})

test('without a handler, too, who reads by asking may answer after the end of the peer', async (t) => {
  const server = createServer({ policy: QUIET })
  const port = await serve(t, server)
  const answering = (async () => {
    for await (const session of server) {
      const line = await session.readLine()
      await new Promise((resolve) => setTimeout(resolve, 30))
      session.write(`${line}!`)
      t.is(await session.readLine(), null)
      break
    }
  })()
  const peer = await RawPeer.connect(port)
  peer.send('"question" 13 10')
  peer.end()
  t.is(String(await peer.takeAll()), 'question!')
  await answering
})

test("with a handler: a 'data' listener alone ends as in net, one for 'end' keeps it open", async (t) => {
  for (const listens of [false, true]) {
    const server = createServer({ policy: QUIET }, (session) => {
      session.on('data', (chunk) => session.write(chunk))
      if (listens) session.on('end', () => setTimeout(() => session.end(' and more'), 20))
      return stay()
    })
    const peer = await RawPeer.connect(await serve(t, server))
    peer.send('"echo"')
    peer.end()
    t.is(String(await peer.takeAll()), listens ? 'echo and more' : 'echo')
  }
})

test('close stops listening, says goodbye, and resolves when all are gone', async (t) => {
  const server = createServer({ policy: QUIET }, stay)
  let closes = 0
  server.on('close', () => closes++)
  const [one, two] = (await joinAll(t, server, 2)) as [RawPeer, RawPeer]
  const { port } = server.address()!
  const closing = server.close({ message: 'Good night.\n' })
  t.is(server.close(), closing)
  t.false(server.listening)
  await t.throwsAsync(RawPeer.connect(port), { code: 'ECONNREFUSED' })
  for (const peer of [one, two]) {
    t.is(String(await peer.takeAll()), 'Good night.\r\n')
    t.is(closes, 0)
    peer.end()
  }
  await closing
  t.is(closes, 1)
  t.is(server.sessions.size, 0)
  await server.close()
})

test('close destroys at the deadline who has not gone, and at once who still negotiates', async (t) => {
  const server = createServer({ negotiationTimeout: 60_000 }, stay)
  const mute = await RawPeer.connect(await serve(t, server))
  await mute.take(3)
  const talking = once(server, 'session')
  const peer = await RawPeer.connect(server.address()!.port)
  peer.send('"plain"')
  await talking
  t.is(server.stats().open, 2)
  // One without a deadline of its own takes longer over a peer that does not end.
  const patient = createServer({ policy: QUIET }, stay)
  const accepted = once(patient, 'session')
  const other = await RawPeer.connect(await serve(t, patient))
  await accepted
  const order: string[] = []
  await Promise.all([
    patient.close().then(() => order.push('patient')),
    server.close({ deadline: 50 }).then(() => order.push('at its deadline')),
  ])
  t.deepEqual(order, ['at its deadline', 'patient'])
  await mute.takeAll()
  await peer.takeAll()
  for (const one of [mute, peer, other]) one.destroy()
  await t.throwsAsync(server.close({ deadline: -1 }), { code: 'TELNET_BAD_OPTION' })
})

test('a signal closes the server', async (t) => {
  const first = new AbortController()
  const server = createServer({ signal: first.signal })
  await server.listen(0, '127.0.0.1')
  const done = once(server, 'close')
  first.abort()
  await done
  const second = new AbortController()
  const other = createServer()
  await other.listen({ port: 0, host: '127.0.0.1', signal: second.signal })
  const over = once(other, 'close')
  second.abort()
  await over
  t.false(other.listening)
  await t.throwsAsync(other.listen({ signal: AbortSignal.abort() }), { name: 'AbortError' })
})

test('a server that is closed while it looks a name up does not listen', async (t) => {
  const server = createServer()
  const listening = server.listen(0, 'localhost')
  await server.close()
  await t.throwsAsync(listening, { code: 'TELNET_CLOSED' })
  t.false(server.listening)
})

test('maxConnections turns away who is too much, and tells', async (t) => {
  const server = createServer({ policy: QUIET, maxConnections: 2 }, stay)
  const peers = await joinAll(t, server, 2)
  const { port } = server.address()!
  const dropped = once(server, 'drop')
  const third = await RawPeer.connect(port)
  t.like((await dropped)[0], {
    remoteAddress: '127.0.0.1',
    remotePort: third.socket.localPort,
    reason: 'max-connections',
  })
  t.is(String(await third.takeAll()), '')
  third.destroy()
  t.like(server.stats(), { accepted: 2, dropped: 1, open: 2 })

  server.maxConnections = 3
  t.is(server.maxConnections, 3)
  const accepted = once(server, 'session')
  const fourth = await RawPeer.connect(port)
  await accepted
  fourth.destroy()
  t.throws(() => (server.maxConnections = -1), { code: 'TELNET_BAD_OPTION' })
  t.is(peers.length, 2)
})

test('stats count what went by', async (t) => {
  const server = createServer({ policy: QUIET }, async (session) => {
    session.write('1234')
    await session.readAll()
  })
  const peer = await RawPeer.connect(await serve(t, server))
  await peer.take(4)
  t.like(server.stats(), { accepted: 1, dropped: 0, open: 1, bytesRead: 0, bytesWritten: 4 })
  peer.send('"abc"')
  peer.end()
  await closed([...server.sessions][0]!)
  t.like(server.stats(), { accepted: 1, dropped: 0, open: 0, bytesRead: 3, bytesWritten: 4 })
})

test('scanners that connect and leave run no handler and stay nowhere', async (t) => {
  const server = createServer(() => t.fail('a handler for nobody'))
  server.on('sessionError', (error) => t.is((error as TelnetError).code, 'ECONNRESET'))
  const port = await serve(t, server)
  for (let number = 0; number < 20; number++) {
    const scanner = await RawPeer.connect(port)
    // Half of them end in order, half break off.
    if (number % 2) scanner.socket.destroy()
    else scanner.socket.resetAndDestroy()
  }
  while (server.stats().accepted < 20 || server.stats().open > 0) await new Promise(setImmediate)
  t.is(server.sessions.size, 0)
})

test('an idle session is told so and ended, unless somebody listens', async (t) => {
  const server = createServer({ policy: QUIET, timeout: 60 }, stay)
  const peer = await RawPeer.connect(await serve(t, server))
  t.is(String(await peer.takeAll()), '\r\nTimeout.\r\n')
  peer.destroy()
  const patient = createServer({ policy: QUIET, timeout: 60 }, (session) => {
    session.on('timeout', () => session.write('still here?'))
    return stay()
  })
  const other = await RawPeer.connect(await serve(t, patient))
  await other.takeUntil('"still here?"')
  await other.takeUntil('"still here?"')
  other.destroy()
})

test('options that cannot be are refused, by name, value and repair', (t) => {
  const refused: [object, RegExp][] = [
    [{ encoding: 5 }, /encoding is 5/],
    [{ encodingErrors: 'panic' }, /encodingErrors is "panic": give one of replace, ignore/],
    [{ timeout: -1 }, /timeout is -1/],
    [{ timeout: '5' }, /timeout is "5"/],
    [{ echo: 'no' }, /echo is "no": give true or false/],
    [{ limits: { columns: 0.5 } }, /limits\.columns is 0\.5/],
    [{ limits: { colums: 5 } }, /no option colums/],
    [{ policy: { local: { ECHO: 'maybe' } } }, /policy\.local\.ECHO is "maybe": give one of refuse/],
    [{ policy: { locl: {} } }, /no option locl/],
    [{ maxConnections: 1.5 }, /maxConnections/],
    [{ acceptRate: -1 }, /acceptRate is -1: give connections a second/],
    [{ acceptRatePerAddress: '5' }, /acceptRatePerAddress is "5"/],
    [{ exemptAddresses: '::1' }, /exemptAddresses is "::1": give an array/],
    [
      { exemptAddresses: ['::1', '192.0.2.0/33'] },
      /exemptAddresses is "192\.0\.2\.0\/33": give IP addresses, or networks/,
    ],
    [{ limits: { inputRate: -1 } }, /limits\.inputRate is -1/],
    [{ keepAlive: -5 }, /keepAlive/],
    [{ signal: 'stop' }, /signal is "stop"/],
    [{ enconding: 'utf8' }, /no option enconding here/],
  ]
  for (const [options, message] of refused) {
    t.throws(() => createServer(options as never), { code: 'TELNET_BAD_OPTION', message }, JSON.stringify(options))
  }
  t.throws(() => createServer({ encoding: 'klingon' }), { code: 'TELNET_UNKNOWN_ENCODING', message: /klingon/ })
  t.throws(() => createServer({ policy: { remote: { NONSENSE: 'accept' } as never } }), {
    code: 'TELNET_UNKNOWN_OPTION',
  })
  t.notThrows(() => new Server({ encoding: 'Latin-1', timeout: 0, keepAlive: true, signal: undefined }))
})

test('bad places to listen at are refused', async (t) => {
  for (const options of [
    { port: 70_000 },
    { port: '23' },
    { host: '' },
    { backlog: -1 },
    { shared: 1 },
    { prot: 23 },
  ]) {
    await t.throwsAsync(createServer().listen(options as never), { code: 'TELNET_BAD_OPTION' }, JSON.stringify(options))
  }
})
