// Bounds: what a peer can make us hold, and what happens past each. docs/limits.md tells the same.

import { once } from 'node:events'
import test from 'ava'
import { createServer, Option, type Session, type Violation } from 'telnetkit'
import { closed, joined, QUIET, RawPeer, serve, wire } from './support/raw-peer.js'

function violations<Data extends string | Buffer>(session: Session<Data>): Violation[] {
  const list: Violation[] = []
  session.on('violation', (violation) => list.push(violation))
  return list
}

test('a subnegotiation over the limit is dropped whole, and the session goes on', async (t) => {
  const { session, peer } = await joined(t, { limits: { subnegotiation: 100 } })
  const list = violations(session)
  const payloads: Buffer[] = []
  session.on('subnegotiation', (_option, payload) => payloads.push(payload))
  for (const length of [100, 101, 50_000]) {
    peer.send('IAC SB GMCP')
    peer.send(Buffer.alloc(length, 'x'))
    peer.send('IAC SE')
  }
  peer.send('"on"')
  t.is(await session.readExactly(2), 'on')
  t.deepEqual(payloads, [Buffer.alloc(100, 'x')])
  t.like(list[0], { code: 'oversized-subnegotiation', option: Option.GMCP })
})

test.serial('a subnegotiation without end is held to its limit only', async (t) => {
  const { session, peer } = await joined(t)
  peer.send('IAC SB GMCP')
  const chunk = Buffer.alloc(2 ** 20, 'x')
  const before = process.memoryUsage().rss
  for (let count = 0; count < 100; count++) peer.send(chunk)
  peer.send('IAC SE "on"')
  t.is(await session.readExactly(2), 'on')
  t.true(session.bytesRead > 100 * 2 ** 20)
  t.true(process.memoryUsage().rss - before < 50 * 2 ** 20)
})

test('variables of the environment are bounded in number, name and value, however often they come', async (t) => {
  const limits = { environmentVariables: 3, environmentName: 4, environmentValue: 5 }
  const { session, peer } = await joined(t, { limits })
  const list = violations(session)
  peer.send('IAC WILL NEW_ENVIRON')
  await peer.take(3)
  peer.send('IAC SB NEW_ENVIRON 0 0 "GOOD" 1 "12345" 0 "LONGER" 1 "1" 0 "BIG" 1 "123456" IAC SE')
  peer.send('IAC SB NEW_ENVIRON 2 0 "A" 1 "1" IAC SE IAC SB NEW_ENVIRON 2 0 "B" 1 "2" 0 "C" 1 "3" IAC SE')
  await session.waitUntil(() => list.length === 2)
  t.deepEqual(Object.fromEntries(session.peer.environment), { GOOD: '12345', A: '1', B: '2' })
  t.deepEqual(
    list.map(({ code, option }) => [code, option]),
    [
      ['environment-limit', Option.NEW_ENVIRON],
      ['environment-limit', Option.NEW_ENVIRON],
    ],
  )
})

test('a window is cut to its limit', async (t) => {
  const { session, peer } = await joined(t, { limits: { columns: 200, rows: 100 } })
  const list = violations(session)
  const size = once(session, 'resize')
  peer.send('IAC WILL NAWS IAC SB NAWS 255 255 255 255 255 255 255 255 IAC SE')
  t.deepEqual(await size, [200, 100])
  await session.waitUntil(() => list.length > 0)
  t.is(list[0]?.code, 'window-limit')
})

test('a peer that never reads, and a program that never stops: the queue is bounded', async (t) => {
  const { session, peer } = await joined(t, { limits: { queuedOutput: 1_000_000 } })
  peer.socket.pause()
  const done = closed(session)
  while (!session.closed) {
    session.write(Buffer.alloc(100_000, 'x'))
    await new Promise(setImmediate)
  }
  t.true(await done)
  t.like(session.errored, { code: 'TELNET_QUEUE_LIMIT' })
})

test('a peer that reads nothing for writeStall is given up', async (t) => {
  const { session, peer } = await joined(t, { limits: { writeStall: 100 } })
  peer.socket.pause()
  const done = closed(session)
  while (session.write(Buffer.alloc(100_000, 'x')));
  await done
  t.like(session.errored, { code: 'TELNET_WRITE_STALLED' })
})

test('a line over the limit of its read rejects, and stays to be read', async (t) => {
  const { session, peer } = await joined(t)
  peer.send('"0123456789" 13 10')
  await t.throwsAsync(session.readLine({ limit: 5 }), { code: 'TELNET_LIMIT' })
  t.is(await session.readLine(), '0123456789')
})

test('a storm of negotiation is answered within bounds, and told in few events', async (t) => {
  const { session, peer } = await joined(t)
  let events = 0
  for (const name of ['option', 'violation', 'command'] as const) session.on(name, () => events++)
  const request = wire('IAC DO 77 IAC WILL 77 IAC DO TM IAC SE')
  peer.send(Buffer.concat(Array.from({ length: 20_000 }, () => request)))
  peer.send('"on"')
  t.is(await session.readExactly(2), 'on')
  session.write('done')
  const answers = await peer.takeUntil('"done"')
  t.true(answers.length <= 20_000 * 6 + 100, `${answers.length} bytes were answered`)
  t.true(events <= 40_000)
})

test('strangers on the port do no harm: a TLS hello, an HTTP request, noise', async (t) => {
  const server = createServer({ policy: QUIET }, async (session) => {
    for await (const line of session.lines()) session.write(`${line}\n`)
  })
  const port = await serve(t, server)
  const live = await RawPeer.connect(port)
  const noise = Buffer.from(Array.from({ length: 4_096 }, (_, index) => (index * 7919 + (index >> 3)) & 0xff))
  const strangers = [
    Buffer.from('16030100a5010000a10303', 'hex'),
    Buffer.from('GET / HTTP/1.1\r\nHost: example.org\r\n\r\n'),
    noise,
    wire('IAC SB NAWS'),
    Buffer.of(255),
    Buffer.alloc(100_000, 255),
  ]
  const peers = await Promise.all(
    Array.from({ length: 120 }, async (_, index) => {
      const peer = await RawPeer.connect(port)
      peer.send(strangers[index % strangers.length]!)
      return peer
    }),
  )
  live.send('"are you well?" 13 10')
  t.is(String(await live.take(15)), 'are you well?\r\n')
  for (const [index, peer] of peers.entries()) {
    if (index % 2 === 0) peer.reset()
    else peer.destroy()
  }
  live.send('"still?" 13 10')
  t.is(String(await live.take(8)), 'still?\r\n')
  while (server.sessions.size > 1) await new Promise((resolve) => setTimeout(resolve, 10))
  live.destroy()
})

test('who connects and leaves costs nothing', async (t) => {
  const server = createServer()
  const port = await serve(t, server)
  for (let count = 0; count < 50; count++) {
    const peer = await RawPeer.connect(port)
    if (count % 2 === 0) peer.reset()
    else peer.destroy()
  }
  while (server.stats().open > 0) await new Promise((resolve) => setTimeout(resolve, 10))
  t.is(server.sessions.size, 0)
  t.like(server.stats(), { open: 0 })
})

test('who answers questions and reads nothing is asked no more than fits', async (t) => {
  const { session, peer } = await joined(t)
  peer.socket.pause()
  peer.send(Buffer.from('\r\n'.repeat(100_000)))
  const menu = 'one, two, three\n'.repeat(100)
  let asked = 0
  const asking = (async () => {
    while ((await session.question(menu)) !== null) asked++
  })()
  for (let count = 0; count < 1_000; count++) await new Promise(setImmediate)
  t.true(asked > 100)
  t.true(session.writableLength < 2 ** 19, `${session.writableLength} bytes wait after ${asked} questions`)
  const before = asked
  peer.socket.resume()
  while (asked < before + 1_000) await new Promise((resolve) => setTimeout(resolve, 5))
  session.destroy()
  await asking
})
