// Compression (MCCP2, MCCP3), in both roles and over both carriers, beside node:zlib at the other end.

import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { constants, createDeflate, createInflate, deflateRawSync, deflateSync, gzipSync, inflateSync } from 'node:zlib'
import test from 'ava'
import { connect, createServer, Option, Session } from 'telnetkit'
import { createPair } from 'telnetkit/testing'
import { ways } from './support/ends.js'
import { closed, QUIET, type RawPeer, RawServer, serve, wire } from './support/raw-peer.js'

const OFFER = wire('IAC WILL MCCP2')
const AGREEMENT = wire('IAC DO MCCP2')
const MARK = wire('IAC SB MCCP2 IAC SE')
const MARK3 = wire('IAC SB MCCP3 IAC SE')

/** What zlib ends a flush with. */
const FLUSHED = Buffer.of(0, 0, 0xff, 0xff)

/** A block of a type that there is none of. */
const BROKEN = Buffer.of(0x78, 0x9c, 0x07, 0x07, 0x07)

/** What can be read of a compressed stream that has not ended. */
function readable(bytes: Buffer): string {
  return inflateSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH }).toString('latin1')
}

/** How many bytes of `bytes` the compressed stream at its beginning has, and what it says. */
async function readStream(bytes: Buffer): Promise<{ text: string; rest: Buffer }> {
  const inflate = createInflate()
  const chunks: Buffer[] = []
  inflate.on('data', (chunk) => chunks.push(chunk))
  inflate.end(bytes)
  await once(inflate, 'end')
  return { text: Buffer.concat(chunks).toString('latin1'), rest: bytes.subarray(inflate.bytesWritten) }
}

for (const [way, make] of ways) {
  test(`${way}: a client reads what its server compresses, from one byte to another, in each form`, async (t) => {
    for (const compress of [deflateSync, gzipSync, deflateRawSync]) {
      const { session, peer } = await make(t, 'client')
      const compressed = compress(wire('"Hello, " IAC WILL ECHO "who is there?\\r\\n" IAC SB MCCP2 IAC SE'))
      const said = Buffer.concat([OFFER, Buffer.from('plain '), MARK, compressed, Buffer.from(' plain\r\n')])
      const whole = 'plain Hello, who is there?\r\n plain\r\n'
      peer.send(said)
      t.is(await session.readExactly(whole.length), whole)
      t.true(session.remote.has(Option.ECHO))
      t.deepEqual(await peer.take(3), AGREEMENT)
      // Once more, byte by byte.
      for (const byte of said) {
        peer.send(Buffer.of(byte))
        await sleep(0)
      }
      t.is(await session.readExactly(whole.length), whole)
      t.deepEqual(session.compression, { received: undefined, sent: undefined })
      session.destroy()
    }
  })

  test(`${way}: MCCP1, of a server that has nothing newer, byte by byte, too`, async (t) => {
    const { session, peer } = await make(t, 'client')
    const mark = Buffer.of(0xff, 0xfa, Option.MCCP1, 0xfb, 0xf0)
    const said = Buffer.concat([wire('IAC WILL MCCP1'), mark, deflateSync('Hello.'), Buffer.from(' Plain.')])
    peer.send(said)
    t.is(await session.readExactly(13), 'Hello. Plain.')
    t.deepEqual(await peer.take(3), wire('IAC DO MCCP1'))
    for (const byte of said) {
      peer.send(Buffer.of(byte))
      await sleep(0)
    }
    t.is(await session.readExactly(13), 'Hello. Plain.')
  })

  test(`${way}: what is compressed and what goes on is told`, async (t) => {
    const traced: Buffer[] = []
    const trace = (direction: string, bytes: Buffer) => void (direction === 'in' && traced.push(bytes))
    const { session, peer } = await make(t, 'client', { trace })
    const deflate = createDeflate({ flush: constants.Z_SYNC_FLUSH })
    deflate.on('data', (chunk) => peer.send(chunk))
    peer.send(Buffer.concat([OFFER, MARK]))
    deflate.write('x'.repeat(1_000))
    t.is(await session.readExactly(1_000), 'x'.repeat(1_000))
    t.like(session.compression.received, { option: Option.MCCP2, plain: 1_000 })
    t.true(session.compression.received!.compressed < 100)
    t.is(session.bytesRead, 8 + session.compression.received!.compressed)
    t.regex(session.explain(), /^Compression of what comes: MCCP2, \d\d bytes for 1000\.$/m)
    t.deepEqual(Buffer.concat(traced), Buffer.concat([OFFER, MARK, Buffer.alloc(1_000, 'x')]), 'traced as it was')
    deflate.end('Bye.')
    await once(deflate, 'end')
    t.is(await session.readExactly(4), 'Bye.')
    peer.end()
    t.is(await session.read(), null)
    t.is(session.compression.received, undefined)
  })

  test.serial(`${way}: little that becomes much is held back by who does not read`, async (t) => {
    const length = 64 * 2 ** 20
    const { session, peer } = await make<Buffer>(t, 'client', { encoding: null })
    const bomb = deflateSync(Buffer.alloc(length))
    t.true(bomb.length < 2 ** 16 + 2 ** 12, 'about one read')
    const before = process.memoryUsage().rss
    peer.send(Buffer.concat([OFFER, MARK, bomb]))
    peer.end()
    await session.readExactly(1)
    await sleep(200)
    t.true(session.compression.received!.plain < 2 ** 20)
    t.true(process.memoryUsage().rss - before < 40 * 2 ** 20)
    let total = 1
    for await (const chunk of session) total += chunk.length
    t.is(total, length)
  })

  test(`${way}: a raw passage in what is compressed, and text again behind it`, async (t) => {
    const { session, peer } = await make(t, 'server')
    peer.send(Buffer.concat([wire('IAC DO MCCP3'), MARK3]))
    await peer.take(3)
    const deflate = createDeflate({ flush: constants.Z_SYNC_FLUSH })
    deflate.on('data', (chunk) => peer.send(chunk))
    deflate.write('text')
    t.is(await session.readExactly(4), 'text')
    const raw = session.enterRaw()
    raw.write(Buffer.from('*'))
    await peer.takeUntil('"*"')
    deflate.write(Buffer.from([1, 2, 0xff, 0xff, 3, 13, 0]))
    deflate.write(`${'again '.repeat(50_000)}!`)
    t.deepEqual(await raw.readExactly(6), Buffer.of(1, 2, 0xff, 3, 13, 0))
    await raw.leave()
    t.is(await session.readUntil('!'), `${'again '.repeat(50_000)}!`)
    t.like(session.compression.received, { option: Option.MCCP3 })
  })

  test(`${way}: what is broken closes the session, and says what happened`, async (t) => {
    const { session, peer } = await make(t, 'client')
    const heard: string[] = []
    session.on('data', (text) => heard.push(text))
    const failed = new Promise<Error>((resolve) => session.on('error', resolve))
    peer.send(Buffer.concat([OFFER, Buffer.from('plain'), MARK, BROKEN, Buffer.from('garbage')]))
    const error = await failed
    t.like(error, { code: 'TELNET_COMPRESSION' })
    t.regex(error.message, /\(MCCP2\).* from its byte 3 on: invalid block type/)
    t.is(heard.join(''), 'plain')
  })

  test(`${way}: a server compresses behind its mark, once a turn, and ends the stream`, async (t) => {
    const { session, peer } = await make(t, 'server', { compression: true })
    await peer.takeUntil('IAC WILL MCCP2 IAC WILL MCCP3')
    peer.send('IAC DO MCCP2 IAC DONT MCCP3')
    t.deepEqual(await peer.take(MARK.length), MARK)
    await session.waitFor({ local: { MCCP2: true } })
    for (let line = 0; line < 10; line++) session.write(`line ${line} \xff\n`)
    await peer.until(() => peer.received.includes(FLUSHED))
    const ten = peer.takeAllNow()
    t.is(ten.indexOf(FLUSHED), ten.length - 4, 'one flush for ten writes')
    session.write('the last')
    t.like(session.compression.sent, { option: Option.MCCP2 })
    session.end()
    const said = Buffer.concat([ten, await peer.takeAll()])
    const { text, rest } = await readStream(said)
    t.is(text, `${[...'0123456789'].map((line) => `line ${line} ?\r\n`).join('')}the last`)
    t.is(rest.length, 0)
    t.is(session.bytesWritten, 6 + MARK.length + said.length)
  })

  test(`${way}: a client that says DONT hears plain text behind the end of the stream`, async (t) => {
    const { session, peer } = await make(t, 'server')
    peer.send('IAC DO MCCP2')
    t.deepEqual(await peer.take(8), Buffer.concat([OFFER, MARK]), 'asked for it, a server compresses')
    await session.waitFor({ local: { MCCP2: true } })
    session.write('one')
    await peer.until(() => peer.received.length > 0)
    peer.send('IAC DONT MCCP2')
    await session.waitFor({ local: { MCCP2: false } })
    session.write('two')
    await peer.until(() => peer.received.includes('two'))
    const { text, rest } = await readStream(peer.takeAllNow())
    t.is(text, `one${wire('IAC WONT MCCP2').toString('latin1')}`)
    t.is(rest.toString(), 'two')
    t.is(session.compression.sent, undefined)
    peer.send('IAC DO MCCP2')
    t.deepEqual(await peer.take(8), Buffer.concat([OFFER, MARK]), 'and again')
    session.write('three')
    await peer.until(() => peer.received.includes(FLUSHED))
    t.is(readable(peer.received), 'three')
    await session.local.disable(Option.MCCP2).catch(() => {})
  })

  test(`${way}: MCCP3, a client compresses what it sends and a server reads it`, async (t) => {
    const { session: client, peer: far } = await make(t, 'client')
    far.send('"Wait!\\r\\n" IAC WILL MCCP3')
    t.deepEqual(await far.take(3), wire('IAC DO MCCP3'))
    await client.waitFor({ remote: { MCCP3: true } })
    client.write('plain\n')
    t.is(`${await far.take(7)}`, 'plain\r\n', 'the server has not spoken since')
    far.send('IAC NOP')
    await client.readLine()
    far.send('"What now? "')
    t.deepEqual(await far.take(5), MARK3)
    client.write('look\n')
    await far.until(() => far.received.includes(FLUSHED))
    t.is(readable(far.received), 'look\r\n')
    t.like(client.compression.sent, { option: Option.MCCP3, plain: 6 })
    far.send('IAC WONT MCCP3')
    await client.waitFor({ remote: { MCCP3: false } })
    client.write('plain\n')
    await far.until(() => far.received.includes('plain'))
    const { text, rest } = await readStream(far.received)
    t.is(text + rest.toString(), `look\r\n${wire('IAC DONT MCCP3').toString('latin1')}plain\r\n`)

    const { session: server, peer } = await make(t, 'server')
    const said = Buffer.concat([MARK3, deflateSync('look\r\n'), Buffer.from('plain\r\n')])
    peer.send(Buffer.concat([wire('IAC DO MCCP3'), said]))
    t.deepEqual(await peer.take(3), wire('IAC WILL MCCP3'))
    t.is(await server.readLine(), 'look')
    t.is(await server.readLine(), 'plain')
  })

  test(`${way}: who refuses compression, does`, async (t) => {
    const { peer: server } = await make(t, 'client', { compression: false })
    server.send('IAC WILL MCCP2 IAC WILL MCCP3 IAC WILL MCCP1')
    t.deepEqual(await server.take(9), wire('IAC DONT MCCP2 IAC DONT MCCP3 IAC DONT MCCP1'))
    const { peer: client } = await make(t, 'server', { compression: false })
    client.send('IAC DO MCCP2 IAC DO MCCP3')
    t.deepEqual(await client.take(6), wire('IAC WONT MCCP2 IAC WONT MCCP3'))
  })

  test(`${way}: what is written while much waits comes in order, and a full queue is heeded`, async (t) => {
    const { session, peer } = await make<Buffer>(t, 'server', { encoding: null, compression: true })
    peer.socket.pause()
    peer.send('IAC DO MCCP2 IAC DO MCCP3')
    await session.waitFor({ local: { MCCP2: true } })
    const random = Buffer.from(Array.from({ length: 2 ** 20 }, (_, at) => (at * at * 31) >> 7))
    const noise = Buffer.from(random.map((byte, at) => byte ^ (Math.imul(at, 2_654_435_761) >>> 24)))
    let isRoom = true
    let count = 0
    while (isRoom || count < 12) {
      isRoom = session.write(noise)
      count++
      await sleep(1)
      if (count === 14) break
    }
    t.false(isRoom)
    const drained = once(session, 'drain')
    peer.socket.resume()
    await drained
    session.end()
    const said = await peer.takeAll()
    const { text, rest } = await readStream(said.subarray(said.indexOf(MARK) + MARK.length))
    const expected = Buffer.concat(Array(count).fill(noise)).toString('latin1').replaceAll('\xff', '\xff\xff')
    t.is(rest.length, 0)
    t.true(text.endsWith(expected))
  })
}

test('a client that is told to asks for compression at once', async (t) => {
  const raw = await RawServer.listen(t)
  const session = await connect({ host: '127.0.0.1', port: raw.port, compression: true })
  const peer = await raw.next()
  t.deepEqual(await peer.take(6), wire('IAC DO MCCP2 IAC DO MCCP3'))
  session.destroy()
})

test('a server offers compression when it has heard who is calling', async (t) => {
  const server = createServer({ compression: true }, () => new Promise(() => {}))
  const peer = await import('./support/raw-peer.js').then(async ({ RawPeer }) =>
    RawPeer.connect(await serve(t, server)),
  )
  t.deepEqual(await peer.take(3), wire('IAC DO TTYPE'))
  peer.send('IAC WILL TTYPE')
  await peer.takeUntil('IAC SB TTYPE 1 IAC SE')
  t.false(peer.received.includes(OFFER))
  peer.send('IAC SB TTYPE 0 "MUDLET" IAC SE')
  await peer.takeUntil('IAC WILL MCCP2 IAC WILL MCCP3')
  peer.destroy()
})

test('two sessions of ours compress both ways', async (t) => {
  const { client, server } = await createPair({ server: { compression: true } })
  client.write('look\n')
  t.is(await server.readLine(), 'look')
  server.write('You see a door.\n')
  t.is(await client.readLine(), 'You see a door.')
  for (const { received, sent } of [client.compression, server.compression]) t.truthy(received && sent)
  t.is(client.compression.received?.compressed, server.compression.sent?.compressed)
  server.end()
  t.is(await client.read(), null)
})

test('over sockets, too, with pauses in which the compressor is given back', async (t) => {
  const server = createServer({ compression: true }, async (session) => {
    for await (const line of session.lines()) session.write(`You said ${line}.\n`)
  })
  const session = await connect({ host: '127.0.0.1', port: await serve(t, server) })
  for (const pause of [0, 1_200, 0, 1_200]) {
    await sleep(pause)
    session.write(`hello after ${pause}\n`)
    t.is(await session.readLine(), `You said hello after ${pause}.`)
  }
  t.truthy(session.compression.received && session.compression.sent)
  const gone = closed(session)
  session.end()
  t.is(await session.readAll(), '')
  t.false(await gone)
})

test('many sessions at once each have a stream of their own', async (t) => {
  const sessions: Session[] = []
  const server = createServer({ compression: true }, async (session) => {
    sessions.push(session)
    await closed(session)
  })
  const port = await serve(t, server)
  // More than keep a compressor.
  const clients = await Promise.all(Array.from({ length: 300 }, () => connect({ host: '127.0.0.1', port })))
  while (sessions.length < clients.length) await sleep(10)
  for (let round = 0; round < 3; round++) {
    for (const [at, session] of sessions.entries()) session.write(`round ${round} of ${at}, as all of them say\n`)
    server.broadcast('to all\n')
  }
  const heard = await Promise.all(
    clients.map(async (client) => {
      const lines: (string | null)[] = []
      while (lines.length < 6) lines.push(await client.readLine())
      client.end()
      return lines.join('\n')
    }),
  )
  t.is(new Set(heard).size, clients.length)
  for (const text of heard)
    t.regex(text, /^round 0 of (\d+), .*\nto all\nround 1 of \1, .*\nto all\nround 2 of \1,.*\nto all$/)
})

test('an option that asks for it where it cannot be is refused', async (t) => {
  t.throws(() => createServer({ compression: 'yes' as never }), { code: 'TELNET_BAD_OPTION', message: /compression/ })
  t.throws(() => createServer({ compression: true, tls: { cert: '', key: '' } }), { message: /under TLS/ })
  await t.throwsAsync(connect({ port: 1, compression: true, tls: true }), { message: /under TLS/ })
})

test('over a stream that is encrypted nothing is compressed', async (t) => {
  const raw = await RawServer.listen(t)
  const { connect: netConnect } = await import('node:net')
  const socket = Object.assign(netConnect(raw.port, '127.0.0.1'), { encrypted: true })
  const session = new Session(socket, { role: 'client' })
  const peer: RawPeer = await raw.next()
  peer.send('IAC WILL MCCP2 IAC WILL MCCP3')
  t.deepEqual(await peer.take(6), wire('IAC DONT MCCP2 IAC DONT MCCP3'))
  session.destroy()
})

test('a Synch in what is compressed is in its place', async (t) => {
  const { client, server } = await createPair({ server: { compression: true } })
  const synch = once(client, 'command')
  server.write('before')
  server.synch()
  server.write('behind')
  await synch
  t.is(await client.readExactly(12), 'beforebehind')
  server.destroy()
})

test('the policy may do what the option does', async (t) => {
  const policy = { ...QUIET, local: { ...QUIET.local, MCCP2: 'refuse' as const } }
  const { client } = await createPair({ server: { policy } })
  t.is(await client.remote.enable(Option.MCCP2), false)
  client.destroy()
})
