// A session as the program uses it: writing, the flow of data, events, commands. At the other end is a plain socket.

import { once } from 'node:events'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { setTimeout as delay } from 'node:timers/promises'
import test from 'ava'
import { Command, Option, type Session, type Violation } from 'telnetkit'
import { createPair } from 'telnetkit/testing'
import { closed, joined, RawPeer, wire } from './support/raw-peer.js'

const MEBIBYTE = 2 ** 20

test('text goes out with the line ends of the NVT', async (t) => {
  const { session, peer } = await joined(t)
  session.write('one\ntwo\r\nthree\rfour')
  t.deepEqual(await peer.take(21), Buffer.from('one\r\ntwo\r\nthree\r\0four'))
})

test('a CR at the end of a write belongs to an LF at the beginning of the next one of the same turn', async (t) => {
  const { session, peer } = await joined(t)
  session.write('a\r')
  session.write('\nb\r')
  await peer.take(4)
  t.deepEqual(await peer.take(2), Buffer.from('\r\0'))
  const long = 'x'.repeat(100_000)
  for (const [first, second] of [
    [`${long}\r`, '\n'],
    ['\r', `\n${long}`],
    [`${long}\r`, `\n${long}`],
  ] as const) {
    session.write(first)
    session.write(second)
    const expected = Buffer.from((first + second).replace('\r\n', '\n').replace('\n', '\r\n'))
    t.deepEqual(await peer.take(expected.length), expected)
  }
})

test('until BINARY is agreed text is ASCII; then it is the encoding', async (t) => {
  const { session, peer } = await joined(t)
  session.write('é')
  t.deepEqual(await peer.take(1), Buffer.from('?'))
  peer.send('IAC DO BINARY')
  await peer.take(3)
  await session.waitUntil(() => session.local.has('BINARY'))
  session.write('é ☕ 😀')
  t.deepEqual(await peer.take(11), Buffer.from('é ☕ 😀'))
})

test('bytes go out as they are, 255 doubled, and come in single', async (t) => {
  const { session, peer } = await joined<Buffer>(t, { encoding: null })
  session.write(Buffer.of(1, 13, 255, 10, 0))
  t.deepEqual(await peer.take(6), Buffer.of(1, 13, 255, 255, 10, 0))
  peer.send(Buffer.of(7, 255, 255, 13, 0))
  t.deepEqual(await session.readExactly(4), Buffer.of(7, 255, 13, 0))
  session.write('é\n')
  t.deepEqual(await peer.take(3), Buffer.from('é\n'))
  session.write('ff00', 'hex')
  t.deepEqual(await peer.take(3), Buffer.of(255, 255, 0))
})

test('large writes of either kind arrive whole and in their order', async (t) => {
  const { session, peer } = await joined(t, { forceBinary: true })
  const text = 'é☕😀\n'.repeat(20_000)
  const bytes = Buffer.alloc(300_000, Buffer.of(1, 2, 255, 4))
  session.write('begin')
  session.write(text)
  session.write('-')
  session.write(bytes)
  session.write('end')
  const doubled = Buffer.from(bytes.toString('latin1').replaceAll('\xff', '\xff\xff'), 'latin1')
  const expected = Buffer.concat([Buffer.from(`begin${text.replaceAll('\n', '\r\n')}-`), doubled, Buffer.from('end')])
  t.true((await peer.take(expected.length)).equals(expected))
})

test('what comes is text with CR NUL as CR, or a Buffer of its own', async (t) => {
  const { session, peer } = await joined(t, { forceBinary: true })
  const text = once(session, 'data')
  peer.send('"a" 13 0 195 169 13 10')
  t.deepEqual(await text, ['a\ré\r\n'])
  session.encoding = null
  session.write('.')
  await peer.take(1)
  peer.send('0')
  const [first] = (await once(session, 'data')) as unknown as [Buffer]
  peer.send('1')
  await once(session, 'data')
  t.deepEqual(first, Buffer.of(0))
})

test('a character split over two reads comes out whole', async (t) => {
  const { session, peer } = await joined(t, { forceBinary: true })
  const smile = Buffer.from('😀')
  peer.send(smile.subarray(0, 2))
  await t.throwsAsync(session.read(1, { timeout: 30 }), { code: 'TELNET_TIMEOUT' })
  peer.send(smile.subarray(2))
  t.is(await session.read(), '😀')
})

test("'data' listeners and reads take turns, and nothing is lost between them", async (t) => {
  const { session, peer } = await joined(t)
  peer.send('"kept "')
  t.is(await session.read(2), 'ke')
  const data: string[] = []
  session.on('data', (chunk) => data.push(chunk))
  await once(session, 'data')
  t.deepEqual(data, ['pt '])
  const line = session.readLine()
  peer.send('"line" 13 10 "flows"')
  t.is(await line, 'line')
  while (data.length < 2) await new Promise(setImmediate)
  t.deepEqual(data, ['pt ', 'flows'])
})

test('while a session is paused its peer has to wait', async (t) => {
  const { session, peer } = await joined<Buffer>(t, { encoding: null })
  session.pause()
  t.true(session.isPaused())
  let came = 0
  session.on('data', (chunk) => {
    came += chunk.length
  })
  const total = 16 * MEBIBYTE
  peer.send(Buffer.alloc(total, 'x'))
  let before = -1
  while (before !== session.bytesRead || before === 0) {
    before = session.bytesRead
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  t.is(came, 0)
  t.true(session.bytesRead < MEBIBYTE, `${session.bytesRead} bytes were read of a session that takes none`)
  session.resume()
  while (came < total) await once(session, 'data')
  t.is(came, total)
})

test('resume without a listener throws away what comes', async (t) => {
  const { session, peer } = await joined(t)
  session.resume()
  peer.send(Buffer.alloc(2 * MEBIBYTE, 'x'))
  peer.end()
  await once(session, 'end')
  t.is(session.bytesRead, 2 * MEBIBYTE)
  t.is(await session.read(), null)
})

test("write returns false when much is queued, and 'drain' follows", async (t) => {
  const { session, peer } = await joined(t)
  peer.socket.pause()
  let written = 0
  while (session.write(Buffer.alloc(65_536, 'x'))) written++
  t.true(session.writableNeedDrain)
  t.true(session.writableLength > 256 * 1024)
  let drained = 0
  session.on('drain', () => drained++)
  peer.socket.resume()
  await once(session, 'drain')
  t.false(session.writableNeedDrain)
  await peer.take((written + 1) * 65_536)
  t.is(drained, 1)
})

test('callbacks of writes come in order, and with an error after the end', async (t) => {
  const { session, peer } = await joined(t)
  const order: string[] = []
  session.write('a', () => order.push('a'))
  await new Promise<void>((resolve) => session.write('b', 'utf8', () => resolve()))
  t.deepEqual([...order, 'b'], ['a', 'b'])
  t.deepEqual(await peer.take(2), Buffer.from('ab'))
  session.end()
  const error = await new Promise<Error | null | undefined>((resolve) => session.write('c', resolve))
  t.like(error, { code: 'TELNET_CLOSED' })
})

test('after end nothing is written, and nobody minds', async (t) => {
  const { session, peer } = await joined(t)
  session.write('last ')
  session.end('words')
  t.true(session.writableEnded)
  t.false(session.write('too late'))
  session.end()
  session.sendCommand(Command.NOP)
  t.is(String(await peer.takeAll()), 'last words')
  peer.end()
  await once(session, 'close')
  t.false(session.write('much too late'))
  session.end()
  session.destroy()
  session.setNoDelay().setKeepAlive(true).setTimeout(5).ref().unref().pause().resume()
  session.encoding = 'cp437'
  t.true(session.destroyed)
  t.true(session.closed)
})

test('after the FIN of the peer writing works', async (t) => {
  const { session, peer } = await joined(t)
  peer.send('"question" 13 10')
  peer.end()
  t.is(await session.readLine(), 'question')
  t.is(await session.readLine(), null)
  await new Promise((resolve) => setTimeout(resolve, 20))
  session.write('answer\n')
  session.end()
  t.is(String(await peer.takeAll()), 'answer\r\n')
})

test('after our end a peer that does not end is cut off within two seconds or so', async (t) => {
  const { session } = await joined(t)
  session.end()
  const begun = Date.now()
  await once(session, 'close')
  t.true(Date.now() - begun > 500)
})

test("'end', then 'close' last and once", async (t) => {
  const { session, peer } = await joined(t)
  const events: unknown[] = []
  session.on('end', () => events.push('end'))
  session.on('error', (error) => events.push(error))
  session.on('close', (hadError) => events.push(['close', hadError]))
  session.resume()
  peer.end()
  await once(session, 'end')
  session.end()
  await once(session, 'close')
  await new Promise(setImmediate)
  t.deepEqual(events, ['end', ['close', false]])
})

test("destroy with an error gives 'error', then 'close'", async (t) => {
  const { session } = await joined(t)
  const mine = new Error('mine')
  const events: unknown[] = []
  session.on('error', (error) => events.push(error))
  session.on('close', (hadError) => events.push(hadError))
  const read = session.read()
  session.destroy(mine)
  session.destroy(new Error('another'))
  t.true(session.destroyed)
  const done = closed(session)
  await t.throwsAsync(read, { is: mine })
  await done
  t.deepEqual(events, [mine, true])
  t.is(session.errored, mine)
})

test("a peer that breaks off gives 'error' with Node's code", async (t) => {
  const { session, peer } = await joined(t)
  const errors: Error[] = []
  session.on('error', (error) => errors.push(error))
  const failed = closed(session)
  peer.reset()
  t.true(await failed)
  t.deepEqual(errors, [session.errored!])
  t.like(session.errored, { code: 'ECONNRESET', name: 'TelnetError' })
  await t.throwsAsync(session.read(), { code: 'ECONNRESET' })
})

test("without a listener for 'error' nothing breaks", async (t) => {
  const { session, peer } = await joined(t)
  peer.reset()
  await closed(session)
  t.like(session.errored, { code: 'ECONNRESET' })
})

test('setTimeout tells of idleness, once, and ends nothing', async (t) => {
  const { session, peer } = await joined(t)
  let count = 0
  session.setTimeout(40, () => count++)
  await once(session, 'timeout')
  await new Promise((resolve) => setTimeout(resolve, 120))
  t.is(count, 1)
  session.on('timeout', () => count++)
  peer.send('"x"')
  await once(session, 'timeout')
  t.is(count, 2)
  session.setTimeout(0)
  session.write('still here')
  await new Promise((resolve) => setTimeout(resolve, 120))
  t.is(count, 2)
  t.is(String(await peer.take(10)), 'still here')
})

test('iteration gives chunks, and to leave it leaves the rest', async (t) => {
  const { session, peer } = await joined(t)
  peer.send('"one "')
  for await (const chunk of session) {
    t.is(chunk, 'one ')
    break
  }
  peer.send('"two" 13 10 "three" 13 10 "rest"')
  const lines: string[] = []
  for await (const line of session.lines()) {
    lines.push(line)
    if (lines.length === 2) break
  }
  t.deepEqual(lines, ['two', 'three'])
  peer.end()
  t.is(await session.readAll(), 'rest')
})

test('unshift puts back what was read', async (t) => {
  const { session, peer } = await joined(t)
  peer.send('"hello"')
  t.is(await session.readExactly(5), 'hello')
  session.unshift('llo')
  t.is(await session.read(), 'llo')
})

test('encoding may be assigned at any time', async (t) => {
  const { session, peer } = await joined(t, { forceBinary: true })
  session.encoding = 'cp437'
  t.is(session.encoding, 'cp437')
  session.write('é\n')
  t.deepEqual(await peer.take(3), Buffer.of(0x82, 13, 10))
  peer.send('130')
  t.is(await session.read(), 'é')
  session.encoding = null
  session.write('\n')
  t.deepEqual(await peer.take(1), Buffer.of(10))
  t.throws(() => (session.encoding = 'klingon'), { code: 'TELNET_UNKNOWN_ENCODING', message: /klingon/ })
  t.is(session.encoding, null)
})

test("'surrogate' brings every byte back as it came", async (t) => {
  const { session, peer } = await joined(t, { forceBinary: true, encodingErrors: 'surrogate' })
  peer.send('"a" 128 237 160 128 255 255 195 169')
  const text = await session.readExactly(7)
  t.is(text, 'a\udc80\udced\udca0\udc80\udcffé')
  session.write(`${text}\n`)
  t.deepEqual(await peer.take(11), wire('"a" 128 237 160 128 255 255 195 169 13 10'))
})

test('a prompt ends with EOR where that is agreed, else with GA where SGA is not', async (t) => {
  const { session, peer } = await joined(t)
  session.prompt('> ')
  t.deepEqual(await peer.take(4), wire('"> " IAC GA'))
  peer.send('IAC DO SGA')
  await peer.take(3)
  await session.waitUntil(() => session.local.has('SGA'))
  session.prompt('> ')
  t.false(session.goAhead())
  t.deepEqual(await peer.take(2), wire('"> "'))
  peer.send('IAC DO EOR')
  t.deepEqual(await peer.take(3), wire('IAC WILL EOR'))
  await session.waitUntil(() => session.local.has('EOR'))
  session.prompt('> ')
  t.deepEqual(await peer.take(4), wire('"> " IAC EOR'))
})

test('goAhead: false means no GA, ever', async (t) => {
  const { session, peer } = await joined(t, { goAhead: false })
  session.prompt('> ')
  t.false(session.goAhead())
  session.write('.')
  t.is(String(await peer.take(3)), '> .')
})

test('echo gives back only while we echo', async (t) => {
  const { session, peer } = await joined(t)
  t.false(session.echo('no'))
  peer.send('IAC DO ECHO')
  await peer.take(3)
  await session.waitUntil(() => session.local.has('ECHO'))
  t.true(session.echo('yes'))
  t.is(String(await peer.take(3)), 'yes')
})

test('commands and subnegotiations go out with 255 doubled, and only such as are valid', async (t) => {
  const { session, peer } = await joined(t)
  session.interrupt()
  session.sendCommand(Command.NOP)
  session.sendSubnegotiation(Option.GMCP, Buffer.of(1, 255, 2))
  t.deepEqual(await peer.take(14), wire('IAC IP IAC IAC NOP IAC SB GMCP 1 255 255 2 IAC SE'))
  for (const command of [Command.SE, Command.SB, Command.WILL, Command.IAC, 0, 1.5, 300]) {
    t.throws(() => session.sendCommand(command), { code: 'TELNET_BAD_ARGUMENT' }, String(command))
  }
  t.throws(() => session.sendSubnegotiation(256, Buffer.of()), { code: 'TELNET_BAD_ARGUMENT' })
  t.throws(() => session.write(5 as never), { code: 'TELNET_BAD_ARGUMENT' })
})

test('what the peer tells comes as events', async (t) => {
  const { session, peer } = await joined(t)
  const events: unknown[][] = []
  for (const name of ['command', 'prompt', 'subnegotiation', 'resize', 'option', 'violation', 'mode'] as const) {
    session.on(name, (...args: unknown[]) => events.push([name, ...args]))
  }
  peer.send('IAC IP IAC GA IAC WILL NAWS IAC SB NAWS 0 100 0 30 IAC SE IAC SB GMCP "Core" IAC SE IAC SE')
  peer.send('IAC DO SGA IAC DO ECHO')
  await session.waitFor({ local: { ECHO: true } })
  peer.send('IAC DONT ECHO')
  await session.waitFor({ local: { ECHO: false } })
  t.deepEqual(
    events.filter(([name]) => name !== 'violation'),
    [
      ['command', Command.IP],
      ['command', Command.GA],
      ['prompt'],
      ['option', 'remote', Option.NAWS, true],
      ['resize', 100, 30],
      ['subnegotiation', Option.GMCP, Buffer.from('Core')],
      ['option', 'local', Option.SGA, true],
      ['option', 'local', Option.ECHO, true],
      ['mode', 'character'],
      ['option', 'local', Option.ECHO, false],
      ['mode', 'line'],
    ],
  )
  const [, violation] = events.find(([name]) => name === 'violation') as [string, Violation]
  t.like(violation, { code: 'stray-end', count: 1 })
  t.deepEqual([session.peer.columns, session.peer.rows], [100, 30])
})

test('Are-you-there is answered and told', async (t) => {
  const { session, peer } = await joined(t)
  peer.send('IAC AYT')
  t.deepEqual(await once(session, 'command'), [Command.AYT])
  t.is(String(await peer.takeUntil('"[Yes]" 13 10')), '\r\n[Yes]\r\n')
})

test('timingMark and areYouThere measure how far away the peer is', async (t) => {
  const { session, peer } = await joined(t)
  const first = session.timingMark()
  const second = session.timingMark()
  t.deepEqual(await peer.take(6), wire('IAC DO TM IAC DO TM'))
  peer.send('IAC WILL TM IAC WONT TM')
  t.true((await first) >= 0)
  t.true((await second) >= 0)
  const answer = session.areYouThere()
  t.deepEqual(await peer.take(2), wire('IAC AYT'))
  peer.send('"yes"')
  t.true((await answer) >= 0)
  t.is(await session.read(), 'yes')
  await t.throwsAsync(session.timingMark({ timeout: 20 }), { code: 'TELNET_TIMEOUT' })
  await t.throwsAsync(session.areYouThere({ signal: AbortSignal.abort() }), { name: 'AbortError', code: 'ABORT_ERR' })
  const never = session.timingMark()
  session.destroy()
  await t.throwsAsync(never, { code: 'TELNET_CLOSED' })
})

test('counters and addresses stay after the close', async (t) => {
  const { session, peer } = await joined(t)
  session.write('12345')
  await peer.take(5)
  peer.send('"123"')
  await session.readExactly(3)
  const { localPort, remotePort } = peer.socket
  const facts = () => [
    session.bytesRead,
    session.bytesWritten,
    session.remoteAddress,
    session.remotePort,
    session.localAddress,
    session.localPort,
  ]
  const expected = [3, 5, '127.0.0.1', localPort, '127.0.0.1', remotePort]
  t.deepEqual(facts(), expected)
  session.destroy()
  await once(session, 'close')
  t.deepEqual(facts(), expected)
  t.false(session.encrypted)
})

test('the stream pipes both ways, no faster than it is taken', async (t) => {
  const { session, peer } = await joined<Buffer>(t, { encoding: null })
  const echoed = pipeline(session.stream, session.stream)
  const sent = Buffer.alloc(4 * MEBIBYTE, 'telnet')
  peer.send(sent)
  peer.end()
  t.true((await peer.takeAll()).equals(sent))
  await echoed
})

test('the stream can be read to its end', async (t) => {
  const { session, peer } = await joined<Buffer>(t, { encoding: null })
  peer.send('"all of it"')
  peer.end()
  t.is(String(await buffer(session.stream)), 'all of it')
})

test('await using ends the session and waits for its close', async (t) => {
  const { session, peer } = await joined(t)
  session.write('bye')
  const disposed = session[Symbol.asyncDispose]()
  t.is(String(await peer.takeAll()), 'bye')
  peer.end()
  await disposed
  t.true(session.closed)
  await session[Symbol.asyncDispose]()
})

test('idle is the time since a byte came or went, over a socket and over a stream', async (t) => {
  const { session, peer } = await joined(t)
  const { client, server } = await createPair()
  const idle = async (one: Session) => {
    await delay(60)
    t.true(one.idle >= 50, `${one.idle} ms after 60`)
    t.true(Number.isInteger(one.idle))
  }
  await Promise.all([session, client, server].map(idle))
  const sent = performance.now()
  peer.send('"x"')
  server.write('x')
  await Promise.all([session.read(), client.read()])
  for (const one of [session, client]) t.true(one.idle <= performance.now() - sent + 1)
  session.destroy()
  await closed(session)
  t.is(session.idle, 0)
})

test('a listener that throws ends its own session only', async (t) => {
  const { session, peer } = await joined(t)
  const other = await joined(t)
  session.on('data', () => {
    throw new Error('on purpose')
  })
  const warned = once(process, 'warning')
  peer.send('"x"')
  other.peer.send('"y"')
  t.is(await other.session.read(), 'y')
  const [warning] = await warned
  t.like(warning, { name: 'TelnetWarning', code: 'TELNET_SESSION_ERROR' })
  t.is(String(await peer.takeAll()), '')
})

test('RawPeer itself understands what it is told', (t) => {
  t.deepEqual(wire('IAC SB NAWS 0 80 "a\\u00ffb" IAC SE'), Buffer.from([255, 250, 31, 0, 80, 97, 255, 98, 255, 240]))
  t.throws(() => wire('IAC NONSENSE'))
  t.is(typeof RawPeer.connect, 'function')
})
