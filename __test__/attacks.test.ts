// What strangers try, one test an attack: without the guard it succeeds, with the guard it does not, and the server tells of it by
// the event 'guard' and counts it. docs/limits.md lists the guards.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect as netConnect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { deflateSync } from 'node:zlib'
import test, { type ExecutionContext } from 'ava'
import {
  createServer,
  type Dropped,
  type Guard,
  type Guarded,
  type Server,
  type ServerOptions,
  type Session,
  type SessionHandler,
} from 'telnetkit'
import { Certificates } from './support/certificates.js'
import { QUIET, RawPeer, serve, wire } from './support/raw-peer.js'

const stay: SessionHandler = () => new Promise(() => {})

const echo: SessionHandler = async (session) => {
  for await (const line of session.lines()) session.write(`${line}\n`)
}

interface Victim {
  server: Server
  port: number
  /** What its guards told. */
  guarded: Guarded[]
}

async function victim(t: ExecutionContext, options: ServerOptions, handler = stay): Promise<Victim> {
  const server = createServer({ policy: QUIET, negotiationTimeout: 0, ...options }, handler)
  const guarded: Guarded[] = []
  server.on('guard', (one) => guarded.push(one))
  server.on('sessionError', () => {})
  return { server, port: await serve(t, server), guarded }
}

/** So many connections from one address, one after another. They last as long as the test. */
async function crowd(t: ExecutionContext, port: number, count: number, localAddress = '127.0.0.1'): Promise<RawPeer[]> {
  const peers: RawPeer[] = []
  for (let number = 0; number < count; number++) {
    const socket = netConnect({ port, host: '127.0.0.1', localAddress, allowHalfOpen: true })
    peers.push(new RawPeer(socket))
    await once(socket, 'connect')
  }
  t.teardown(() => {
    for (const peer of peers) peer.destroy()
  })
  return peers
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await delay(5)
}

async function joinedBy(t: ExecutionContext, { server, port }: Victim): Promise<{ session: Session; peer: RawPeer }> {
  const joining = once(server, 'session')
  const [peer] = await crowd(t, port, 1)
  const [session] = (await joining) as [Session]
  return { session, peer: peer! }
}

/** That it still answers, and one that came before all this. */
async function isWell(t: ExecutionContext, port: number, live?: RawPeer): Promise<void> {
  for (const peer of [live, (await crowd(t, port, 1))[0]!]) {
    peer?.takeAllNow()
    peer?.send('"still there?" 13 10')
    t.is(String(await peer?.takeUntil('"still there?" 13 10')), peer ? 'still there?\r\n' : 'undefined')
  }
}

/** Those of a crowd that were let in, and those that were not. */
async function admitted(t: ExecutionContext, { server, port }: Victim, count: number, localAddress?: string) {
  const { accepted, dropped } = server.stats()
  await crowd(t, port, count, localAddress)
  const now = () => [server.stats().accepted - accepted, server.stats().dropped - dropped] as const
  await until(() => now()[0] + now()[1] === count)
  return now()
}

const admissions: [Guard, ServerOptions, number][] = [
  ['max-connections', { maxConnections: 4 }, 4],
  ['max-connections-per-address', { maxConnectionsPerAddress: 4, exemptAddresses: [] }, 4],
  ['accept-rate', { acceptRate: 0.4 }, 4],
  ['accept-rate-per-address', { acceptRatePerAddress: 0.4, exemptAddresses: [] }, 4],
]

for (const [guard, options, most] of admissions) {
  test(`a crowd of connections: ${guard}`, async (t) => {
    t.deepEqual(await admitted(t, await victim(t, {}), 20), [20, 0])
    const guardedOne = await victim(t, options)
    const drops: Dropped[] = []
    guardedOne.server.on('drop', (dropped) => drops.push(dropped))
    t.deepEqual(await admitted(t, guardedOne, 20), [most, 20 - most])
    t.is(guardedOne.server.stats().guards[guard], 20 - most)
    t.like(guardedOne.guarded[0], { guard, remoteAddress: '127.0.0.1', message: `turned away: ${guard}`, count: 1 })
    t.like(drops[0], { reason: guard, remoteAddress: '127.0.0.1', count: 1 })
    t.is(drops.length, 20 - most)
  })
}

test('one address has no more than its part, and others have theirs', async (t) => {
  const attacked = await victim(t, { maxConnectionsPerAddress: 2, exemptAddresses: ['127.0.0.3', '::/0'] }, echo)
  t.deepEqual(await admitted(t, attacked, 5), [2, 3])
  t.deepEqual(await admitted(t, attacked, 3, '127.0.0.2'), [2, 1])
  t.deepEqual(await admitted(t, attacked, 5, '127.0.0.3'), [5, 0])
})

test('who leaves makes room for the next of his address, however he leaves', async (t) => {
  const { server, port } = await victim(t, { maxConnectionsPerAddress: 2, exemptAddresses: [] })
  for (const leave of [
    (peer: RawPeer) => peer.reset(),
    (peer: RawPeer) => peer.destroy(),
    (peer: RawPeer) => peer.end(),
  ]) {
    const peers = await crowd(t, port, 2)
    await until(() => server.stats().open === 2)
    for (const session of server.sessions) session.on('end', () => session.end())
    peers.forEach(leave)
    await until(() => server.stats().open === 0)
  }
  t.is(server.stats().dropped, 0)
})

test('this machine is exempt from what is said of one address, unless told', async (t) => {
  const options = { maxConnectionsPerAddress: 1, acceptRatePerAddress: 0.1 }
  t.deepEqual(await admitted(t, await victim(t, options), 10), [10, 0])
})

test('connections that never begin with TLS', async (t) => {
  const certificates = new Certificates().make('server')
  const tls = { cert: certificates.read('server.crt'), key: certificates.read('server.key') }
  certificates.remove()
  const patient = await victim(t, { tls, maxConnections: 2 })
  const strict = await victim(t, { tls: { ...tls, handshakeTimeout: 100 }, maxConnections: 2 })
  const waiting = await crowd(t, patient.port, 2)
  const given = await crowd(t, strict.port, 2)
  await until(() => strict.server.stats().guards.tls === 2)
  for (const peer of given) t.is((await peer.takeAll()).length, 0)
  t.like(strict.guarded[0], { guard: 'tls', remoteAddress: '127.0.0.1' })
  t.regex(strict.guarded[0]!.message, /turned away: tls, TLS did not stand within 0\.1 s/)
  // They had taken all there is: without the guard nobody else comes in.
  await crowd(t, patient.port, 1)
  await until(() => patient.server.stats().guards['max-connections'] === 1)
  t.true(waiting.every((peer) => !peer.socket.readableEnded))
  t.is(strict.server.stats().guards['max-connections'], 0)
})

test('what a web page has a browser say, and what scanners say', async (t) => {
  const request = Buffer.from('POST / HTTP/1.1\r\nHost: localhost\r\n\r\nquit\r\n')
  const hello = Buffer.from('16030100a5010000a10303', 'hex')
  const heard = async (options: ServerOptions) => {
    const attacked = await victim(t, options)
    let text = ''
    attacked.server.on('session', (session) =>
      session.on('data', (more) => {
        text += more
      }),
    )
    const [browser, scanner] = await crowd(t, attacked.port, 2)
    browser!.send(request)
    scanner!.send(hello)
    return { text: () => text, ...attacked }
  }
  const open = await heard({ strangers: true })
  await until(() => open.text().includes('quit'))
  t.deepEqual(open.guarded, [])
  const strict = await heard({})
  await until(() => strict.guarded.length === 2)
  t.is(strict.text(), '')
  t.like(strict.server.stats(), { guards: { http: 1, 'tls-hello': 1 }, dropped: 2, open: 0 })
})

test('a Telnet client that never says anything is welcome', async (t) => {
  const { server, port, guarded } = await victim(t, { negotiationTimeout: 50, policy: {} })
  await crowd(t, port, 3)
  await until(() => server.sessions.size === 3)
  t.deepEqual(guarded, [])
})

test('who stays and says nothing, and does not leave when told to: idle', async (t) => {
  const patient = await victim(t, { timeout: 0 })
  const strict = await victim(t, { timeout: 100 })
  await crowd(t, patient.port, 5)
  // With `allowHalfOpen` they keep their side open for ever.
  const peers = await crowd(t, strict.port, 5)
  for (const peer of peers) t.regex(String(await peer.takeAll()), /Timeout\.\r\n$/)
  await until(() => strict.server.stats().open === 0)
  t.is(strict.server.stats().guards.idle, 5)
  t.like(strict.guarded[0], { guard: 'idle', remoteAddress: '127.0.0.1' })
  t.is(patient.server.stats().open, 5)
})

test('who never reads, and a program that waits for him: write-stall', async (t) => {
  const talk: SessionHandler = async (session) => {
    while (session.write(Buffer.alloc(100_000, 'x'))) await new Promise(setImmediate)
    await new Promise((resolve) => session.once('close', resolve))
  }
  const patient = await victim(t, { limits: { writeStall: 0 } }, talk)
  const strict = await victim(t, { limits: { writeStall: 100 } }, talk)
  for (const { port } of [patient, strict]) (await crowd(t, port, 1))[0]!.socket.pause()
  await until(() => strict.server.stats().guards['write-stall'] === 1)
  t.like(strict.guarded[0], { guard: 'write-stall', remoteAddress: '127.0.0.1' })
  t.is(strict.server.stats().open, 0)
  t.is(patient.server.stats().open, 1)
})

test.serial('who never reads, and a program that does not mind: queued-output', async (t) => {
  const patient = await victim(t, { limits: { queuedOutput: 2 ** 31 - 1 } })
  const strict = await victim(t, { limits: { queuedOutput: 2 ** 20 } })
  for (const { port, server } of [patient, strict]) {
    ;(await crowd(t, port, 1))[0]!.socket.pause()
    await until(() => server.sessions.size === 1)
  }
  const banner = 'x'.repeat(2 ** 20)
  for (let count = 0; count < 30; count++) {
    patient.server.broadcast(banner)
    strict.server.broadcast(banner)
    await new Promise(setImmediate)
  }
  await until(() => strict.server.stats().guards['queued-output'] === 1)
  t.like(strict.guarded[0], { guard: 'queued-output' })
  const [session] = patient.server.sessions
  t.true(session!.writableLength > 2 ** 20)
})

test.serial('who sends without end: input-rate', async (t) => {
  const much = Buffer.alloc(2_000_000, 'x')
  const count = async (attacked: Victim) => {
    const { session, peer } = await joinedBy(t, attacked)
    let bytes = 0
    session.on('data', (text) => {
      bytes += text.length
    })
    peer.send(much)
    return () => bytes
  }
  const open = await victim(t, {})
  const all = await count(open)
  await until(() => all() === much.length)
  t.deepEqual(open.guarded, [])

  const strict = await victim(t, { limits: { inputRate: 10_000 } })
  const some = await count(strict)
  await until(() => strict.guarded.length > 0)
  t.like(strict.guarded[0], { guard: 'input-rate', remoteAddress: '127.0.0.1', count: 1 })
  t.is(strict.server.stats().guards['input-rate'], 1)
  t.true(some() < 200_000, `${some()} bytes had come`)
  // He is not thrown out: what he has sent comes little by little.
  const before = some()
  await until(() => some() > before)
  t.is(strict.server.stats().open, 1)
})

const STREAM = wire('IAC SB MCCP3 IAC SE')

for (const [name, bomb] of [
  ['in one stream', Buffer.concat([STREAM, deflateSync(Buffer.alloc(300_000_000, 'x'))])],
  // Each of which has its end in the read in which it begins.
  [
    'in five thousand streams',
    Buffer.concat(
      Array(5_000)
        .fill([STREAM, deflateSync(Buffer.alloc(60_000, 'x'))])
        .flat(),
    ),
  ],
] as const) {
  test.serial(`half a megabyte that unpacks to three hundred, ${name}: input-rate`, async (t) => {
    t.true(bomb.length < 500_000)
    const count = async (attacked: Victim) => {
      const { session, peer } = await joinedBy(t, attacked)
      let bytes = 0
      session.on('data', (text) => {
        bytes += text.length
      })
      peer.send(Buffer.concat([wire('IAC DO MCCP3'), bomb]))
      return () => bytes
    }
    const open = await victim(t, { limits: { inputRate: 0 } })
    const all = await count(open)
    await until(() => all() > 30_000_000)
    t.deepEqual(open.guarded, [])

    const strict = await victim(t, { limits: { inputRate: 100_000 } })
    const some = await count(strict)
    await until(() => strict.guarded.length > 0)
    t.is(strict.guarded[0]?.guard, 'input-rate')
    t.true(some() < 2_000_000, `${some()} bytes had come`)
    t.is(strict.server.stats().open, 1)
  })
}

const storms: [string, Buffer][] = [
  ['negotiations that we refuse', wire('IAC DO 77 IAC WILL 77')],
  ['an option on and off', wire('IAC WILL NAWS IAC WONT NAWS')],
  ['Are-you-there', wire('IAC AYT IAC AYT')],
  ['windows', wire('IAC SB NAWS 0 80 0 24 IAC SE IAC SB NAWS 0 81 0 24 IAC SE')],
  ['commands', wire('IAC NOP IAC BRK')],
  ['subnegotiations that nobody knows', wire('IAC SB 77 1 2 3 IAC SE IAC SB 77 IAC SE')],
  ['what breaks the rules', wire('IAC SE IAC 7')],
]

for (const [name, pair] of storms) {
  test.serial(`a storm of ${name}: negotiation-rate`, async (t) => {
    const storm = Buffer.concat([...Array.from({ length: 50_000 }, () => pair), Buffer.from('over\r\n')])
    const open = await victim(t, { limits: { negotiationRate: 0 } }, echo)
    const [first] = await crowd(t, open.port, 1)
    first!.send(storm)
    await first!.takeUntil('"over" 13 10')
    t.is(open.server.stats().guards['negotiation-rate'], 0)

    const strict = await victim(t, { limits: { negotiationRate: 100 } }, echo)
    const [live, attacker] = await crowd(t, strict.port, 2)
    attacker!.send(storm)
    await until(() => strict.server.stats().guards['negotiation-rate'] > 0)
    await isWell(t, strict.port, live)
    t.like(
      strict.guarded.find(({ guard }) => guard === 'negotiation-rate'),
      { remoteAddress: '127.0.0.1', remotePort: attacker!.socket.localPort!, count: 1 },
    )
    t.false(attacker!.received.includes('over'))
    t.is(strict.server.stats().guards['negotiation-rate'], 1)
  })
}

test.serial('a storm passes, and then all that came is there', async (t) => {
  const attacked = await victim(t, { limits: { negotiationRate: 5_000 } }, echo)
  const [peer] = await crowd(t, attacked.port, 1)
  peer!.send(Buffer.concat([...Array.from({ length: 70_000 }, () => wire('IAC NOP')), Buffer.from('over\r\n')]))
  await peer!.takeUntil('"over" 13 10')
  t.is(attacked.server.stats().guards['negotiation-rate'], 1)
})

test('a subnegotiation without end: oversized-subnegotiation', async (t) => {
  const giant = Buffer.concat([wire('IAC SB GMCP'), Buffer.alloc(200_000, 'x'), wire('IAC SE "on"')])
  const heard = async (limits: ServerOptions['limits']) => {
    const attacked = await victim(t, { limits })
    const { session, peer } = await joinedBy(t, attacked)
    const lengths: number[] = []
    session.on('subnegotiation', (_option, payload) => lengths.push(payload.length))
    peer.send(giant)
    await session.readExactly(2)
    return { lengths, ...attacked }
  }
  t.deepEqual((await heard({ subnegotiation: 1_000_000 })).lengths, [200_000])
  const { lengths, server, guarded } = await heard({})
  t.deepEqual(lengths, [])
  t.is(server.stats().guards['oversized-subnegotiation'], 1)
  t.is(guarded[0]?.guard, 'oversized-subnegotiation')
  t.is(guarded[0]?.message, 'a subnegotiation of GMCP was longer than the limit; dropped')
})

test('the cap on a subnegotiation is not got round by doubled IACs, nor by commands in it', async (t) => {
  const attacked = await victim(t, { limits: { subnegotiation: 1_000 } })
  const { session, peer } = await joinedBy(t, attacked)
  const lengths: number[] = []
  session.on('subnegotiation', (_option, payload) => lengths.push(payload.length))
  peer.send(Buffer.concat([wire('IAC SB GMCP'), Buffer.alloc(3_000, 255), wire('IAC SE "a"')]))
  peer.send(Buffer.concat([wire('IAC SB GMCP'), Buffer.alloc(600, 'x'), wire('IAC NOP')]))
  peer.send(Buffer.concat([Buffer.alloc(600, 'y'), wire('IAC SE "b"')]))
  t.is(await session.readUntil('b'), `a${'y'.repeat(600)}b`)
  t.deepEqual(lengths, [])
  t.is(attacked.server.stats().guards['oversized-subnegotiation'], 1)
})

test('variables of the environment without end: environment-limit', async (t) => {
  const variable = (number: number) => wire(`0 "V${number}" 1 "${'x'.repeat(number % 5_000)}"`)
  const answer = Array.from({ length: 2_000 }, (_, number) => variable(number))
  const kept = async (limits: ServerOptions['limits']) => {
    const attacked = await victim(t, { limits })
    const { session, peer } = await joinedBy(t, attacked)
    peer.send('IAC WILL NEW_ENVIRON')
    for (let first = 0; first < answer.length; first += 50) {
      peer.send(Buffer.concat([wire('IAC SB NEW_ENVIRON 2'), ...answer.slice(first, first + 50), wire('IAC SE')]))
    }
    peer.send('"on"')
    await session.readExactly(2)
    return { count: session.peer.environment.size, ...attacked }
  }
  const unlimited = { environmentVariables: 65_535, environmentValue: 65_535, subnegotiation: 2 ** 24 }
  t.is((await kept(unlimited)).count, 2_000)
  const { count, server, guarded } = await kept({})
  t.is(count, 100)
  t.true(server.stats().guards['environment-limit'] > 0)
  t.like(guarded[0], { guard: 'environment-limit', remoteAddress: '127.0.0.1' })
})

test('a window of 65,535 by 65,535: window-limit', async (t) => {
  const told = async (limits: ServerOptions['limits']) => {
    const attacked = await victim(t, { limits })
    const { session, peer } = await joinedBy(t, attacked)
    peer.send(Buffer.concat([wire('IAC WILL NAWS IAC SB NAWS'), Buffer.alloc(8, 255), wire('IAC SE "on"')]))
    await session.readExactly(2)
    return { size: [session.peer.columns, session.peer.rows], ...attacked }
  }
  t.deepEqual((await told({ columns: 65_535, rows: 65_535 })).size, [65_535, 65_535])
  const { size, server, guarded } = await told({})
  t.deepEqual(size, [1_000, 1_000])
  t.is(server.stats().guards['window-limit'], 1)
  t.like(guarded[0], { guard: 'window-limit', count: 1 })
})

test.serial('who asks and never reads the answers is not heard any more, and costs no memory', async (t) => {
  const attacked = await victim(t, { limits: { negotiationRate: 0 } }, echo)
  const [live, attacker] = await crowd(t, attacked.port, 2)
  await until(() => attacked.server.sessions.size === 2)
  attacker!.socket.pause()
  const before = process.memoryUsage().rss
  attacker!.send(Buffer.concat(Array.from({ length: 1_000_000 }, () => wire('IAC AYT'))))
  await isWell(t, attacked.port, live)
  for (let round = 0; round < 20; round++) await delay(10)
  const session = [...attacked.server.sessions].find(({ remotePort }) => remotePort === attacker!.socket.localPort)
  t.true(session!.writableLength < 2 ** 20, `${session!.writableLength} bytes wait`)
  t.true(process.memoryUsage().rss - before < 100 * 2 ** 20)
})

test('a crowd that never reads does not hold up what others are told', async (t) => {
  const attacked = await victim(t, {}, stay)
  const peers = await crowd(t, attacked.port, 50)
  await until(() => attacked.server.sessions.size === 50)
  for (const peer of peers.slice(1)) peer.socket.pause()
  for (let count = 0; count < 20; count++) {
    t.is(attacked.server.broadcast('x'.repeat(50_000)), 50)
    await peers[0]!.take(50_000)
  }
})

/** A program of its own with connections, which can be killed as no connection in this one can. */
const CLIENTS = `
import { connect } from 'node:net'
const [port, count] = process.argv.slice(1).map(Number)
let open = 0
for (let number = 0; number < count; number++) {
  const socket = connect(port, '127.0.0.1', () => ++open === count && console.log('open'))
  socket.on('data', () => {})
  socket.write('half a li')
}
`

test('kill -9 of clients, in the middle of a line', async (t) => {
  const attacked = await victim(t, {}, echo)
  const [live] = await crowd(t, attacked.port, 1)
  const child = spawn(process.execPath, ['--input-type=module', '-e', CLIENTS, String(attacked.port), '50'])
  t.teardown(() => child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  await until(() => attacked.server.sessions.size === 51)
  child.kill('SIGKILL')
  await until(() => attacked.server.stats().open === 1)
  await isWell(t, attacked.port, live)
})

test('clients that stop where they are, as if the line were cut: what waits for them is given up', async (t) => {
  const attacked = await victim(t, { timeout: 0, limits: { writeStall: 200 } }, echo)
  const [live] = await crowd(t, attacked.port, 1)
  const child = spawn(process.execPath, ['--input-type=module', '-e', CLIENTS, String(attacked.port), '5'])
  t.teardown(() => child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  await until(() => attacked.server.sessions.size === 6)
  child.kill('SIGSTOP')
  while (attacked.server.stats().open > 1) {
    attacked.server.broadcast('x'.repeat(100_000))
    await live!.take(100_000)
    await delay(1)
  }
  const { guards } = attacked.server.stats()
  t.is(guards['write-stall'] + guards['queued-output'], 5)
  await isWell(t, attacked.port, live)
})

test('lone NULs, by which old clients keep a line alive, are no command and no character of an answer', async (t) => {
  const attacked = await victim(t, {}, async (session) => {
    session.write(`<${await session.question('Name? ')}>`)
  })
  const [peer] = await crowd(t, attacked.port, 1)
  await peer!.takeUntil('"Name? "')
  peer!.send('0')
  await delay(20)
  peer!.send('"A" 0')
  await delay(20)
  peer!.send('0 "da" 13 0')
  await peer!.takeUntil('"<Ada>"')
  t.pass()
})

test('idle ends who is silent in bytes and in text, at a prompt and elsewhere, and leaves no trace', async (t) => {
  const ask: SessionHandler = async (session) => {
    session.write(`<${await session.question('Name? ')}>`)
  }
  const handlers: [ServerOptions, SessionHandler<Buffer> | SessionHandler][] = [
    [{}, ask],
    [{}, stay],
    [{ encoding: null }, stay],
    [{ encoding: null }, ((session: Session<Buffer>) => session.readLine()) as SessionHandler<Buffer>],
  ]
  for (const [options, handler] of handlers) {
    const { server, port, guarded } = await victim(t, { timeout: 50, ...options }, handler as SessionHandler)
    const faults: Error[] = []
    server.on('sessionError', (error) => faults.push(error))
    const [peer] = await crowd(t, port, 1)
    t.regex(String(await peer!.takeAll()), /\r\nTimeout\.\r\n/)
    peer!.end()
    await until(() => server.stats().open === 0)
    t.is(guarded.length, 1)
    t.deepEqual(faults, [])
  }
})

test('who hangs up at a prompt, in the middle of negotiation, or twice, leaves no trace', async (t) => {
  const leave: [string, (peer: RawPeer) => void][] = [
    ['ends', (peer) => peer.end()],
    ['breaks off', (peer) => peer.reset()],
    ['vanishes', (peer) => peer.destroy()],
  ]
  const warnings: Error[] = []
  const onWarning = (warning: Error) => warnings.push(warning)
  process.on('warning', onWarning)
  t.teardown(() => process.off('warning', onWarning))
  for (const [how, go] of leave) {
    const asking = createServer({ negotiationTimeout: 20 }, async (session) => {
      const answer = await session.question('Name? ')
      session.write(`<${answer}>`)
      session.end()
      session.end()
      session.destroy()
      session.write('too late')
    })
    const port = await serve(t, asking)
    const [early, late] = await crowd(t, port, 2)
    go(early!)
    await late!.takeUntil('"Name? "')
    go(late!)
    await until(() => asking.stats().accepted === 2 && asking.stats().open === 0)
    t.is(asking.sessions.size, 0, how)
    await asking.close()
    await asking.close()
  }
  t.deepEqual(
    warnings.map(({ message }) => message),
    [],
  )
})
