// The same session over any Duplex, and two of them joined in memory.

import { Duplex } from 'node:stream'
import test, { type ExecutionContext } from 'ava'
import { Option, Session } from 'telnetkit'
import { createPair } from 'telnetkit/testing'
import { closed, QUIET, wire } from './support/raw-peer.js'

/** A stream whose far end is in the hands of the test. */
class Scripted extends Duplex {
  written = Buffer.alloc(0)
  /** Called when a write was taken; until then the stream is full. */
  release: (() => void) | null = null
  isStuck = false

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: () => void): void {
    this.written = Buffer.concat([this.written, chunk])
    if (this.isStuck) this.release = callback
    else callback()
  }

  say(what: string | Buffer): void {
    this.push(typeof what === 'string' ? wire(what) : what)
  }
}

/** The timers of a session over a stream hold no process, and here is nothing else that would. */
function stayAwake(t: ExecutionContext): void {
  const timer = setInterval(() => {}, 1_000)
  t.teardown(() => clearInterval(timer))
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 5))

test('a pair is joined, negotiated and ready', async (t) => {
  const { client, server } = await createPair({ client: { terminalType: 'xterm', columns: 90, rows: 30 } })
  t.is(server.peer.terminalType, 'xterm')
  t.deepEqual([server.peer.columns, server.peer.rows], [90, 30])
  t.true(client.remote.has(Option.ECHO))
  t.is(client.mode, 'character')
  server.write('café\n')
  t.is(await client.readLine(), 'café')
  client.write('ok\n')
  t.is(await server.readLine(), 'ok')
  t.is(server.remoteAddress, undefined)
  const ended = [closed(server), closed(client)]
  server.end('bye')
  t.is(await client.readAll(), 'bye')
  client.end()
  await Promise.all(ended)
  t.true(client.bytesRead > 0)
  t.is(client.bytesRead, server.bytesWritten)
})

test('destroying one end ends the other', async (t) => {
  const { client, server } = await createPair()
  const ended = closed(server)
  client.destroy()
  await ended
  t.true(server.closed)
})

test('much goes through a pair, no faster than it is taken', async (t) => {
  const { client, server } = await createPair({ client: { encoding: null }, server: { encoding: null } })
  const bytes = Buffer.alloc(3_000_000, Buffer.of(1, 2, 255, 3))
  let sent = 0
  while (sent < bytes.length && server.write(bytes.subarray(sent, sent + 50_000))) sent += 50_000
  t.true(sent < bytes.length, 'nobody reads, and yet all was taken')
  server.once('drain', () => server.end(bytes.subarray(sent + 50_000)))
  t.true(Buffer.from((await client.readAll()) as never).equals(bytes))
})

test('bytes are exact in both directions', async (t) => {
  const stream = new Scripted()
  const session = new Session(stream, { role: 'server', policy: QUIET })
  stream.say('IAC WILL NAWS IAC SB NAWS 0 80 0 24 IAC SE "hel"')
  stream.say('"lo" 13 10')
  t.is(await session.readLine(), 'hello')
  t.is(session.peer.columns, 80)
  session.write('a\r')
  session.write('\n')
  session.write(Buffer.of(255))
  await turn()
  t.deepEqual(stream.written, wire('IAC DO NAWS "a" 13 10 255 255'))
  session.destroy()
  t.true(session.destroyed)
  await closed(session)
  t.true(stream.destroyed)
})

test('a client over a stream answers what it was given', async (t) => {
  const stream = new Scripted()
  const session = new Session(stream, { role: 'client', terminalType: 'vt220' })
  stream.say('IAC DO TTYPE IAC SB TTYPE 1 IAC SE')
  await session.ready()
  t.deepEqual(stream.written, wire('IAC WILL TTYPE IAC SB TTYPE 0 "vt220" IAC SE'))
  session.destroy()
})

test('enable works over a stream as over a socket', async (t) => {
  const stream = new Scripted()
  const session = new Session(stream, { role: 'server', policy: QUIET })
  const answer = session.local.enable(Option.ECHO)
  t.is(session.local.state(Option.ECHO), 'WantYes')
  await turn()
  t.deepEqual(stream.written, wire('IAC WILL ECHO'))
  stream.say('IAC DO ECHO')
  t.true(await answer)
  await session.local.disable(Option.ECHO)
  t.false(session.local.has(Option.ECHO))
  session.destroy()
})

test('a stream that is full makes write return false, and drains', async (t) => {
  const stream = new Scripted()
  stream.isStuck = true
  const session = new Session(stream, { role: 'server', policy: QUIET })
  let writes = 0
  while (session.write('x'.repeat(20_000))) writes++
  t.true(writes < 20)
  let drained = false
  session.once('drain', () => {
    drained = true
  })
  await turn()
  t.false(drained)
  stream.isStuck = false
  while (stream.release) {
    const release = stream.release
    stream.release = null
    release()
    await turn()
  }
  t.true(drained)
  t.is(stream.written.length, (writes + 1) * 20_000)
  session.destroy()
})

test('a session that is paused pauses its stream', async (t) => {
  const stream = new Scripted()
  const session = new Session(stream, { role: 'server', policy: QUIET, encoding: null })
  session.pause()
  for (let count = 0; count < 100; count++) stream.say(Buffer.alloc(10_000, 'x'))
  await turn()
  t.true(stream.isPaused())
  t.true(session.bytesRead < 400_000)
  let came = 0
  session.on('data', (chunk) => {
    came += chunk.length
  })
  session.resume()
  while (came < 1_000_000) await turn()
  t.is(came, 1_000_000)
  session.destroy()
})

test('the end of the stream is the end of the session', async (t) => {
  const stream = new Scripted()
  const session = new Session(stream, { role: 'server', policy: QUIET, forceBinary: true })
  const ended = closed(session)
  stream.say('"caf" 195')
  stream.push(null)
  t.is(await session.readAll(), 'caf\ufffd')
  t.false(await ended)
  t.true(stream.writableEnded)
})

test('an error of the stream is the error of the session', async (t) => {
  const stream = new Scripted()
  const session = new Session(stream, { role: 'server' })
  const ended = closed(session)
  const errors: Error[] = []
  session.on('error', (error) => errors.push(error))
  const mine = Object.assign(new Error('cable cut'), { code: 'ECABLE' })
  stream.destroy(mine)
  t.true(await ended)
  t.like(errors, [{ code: 'ECABLE', cause: mine }])
  t.regex(errors[0]!.message, /cable cut/)
})

test('a stream that is over already makes a session that is over', async (t) => {
  const stream = new Scripted()
  stream.destroy()
  await turn()
  const session = new Session(stream, { role: 'client' })
  await closed(session)
  t.is(await session.read(), null)
})

test('idleness is told over a stream, too', async (t) => {
  stayAwake(t)
  const stream = new Scripted()
  const session = new Session(stream, { role: 'server', policy: QUIET, timeout: 40 })
  await closed(session)
  t.is(String(stream.written), '\r\nTimeout.\r\n')
  const other = new Session(new Scripted(), { role: 'server', policy: QUIET })
  let count = 0
  other.setTimeout(30, () => count++)
  await new Promise((resolve) => setTimeout(resolve, 100))
  t.is(count, 1)
  other.destroy()
})

test('a signal destroys the session', async (t) => {
  const controller = new AbortController()
  const session = new Session(new Scripted(), { role: 'server', signal: controller.signal })
  const ended = closed(session)
  controller.abort()
  t.true(await ended)
  t.like(session.errored, { name: 'AbortError' })
})

test('the role must be one of two', (t) => {
  t.throws(() => new Session(new Scripted(), { role: 'peer' as never }), { code: 'TELNET_BAD_OPTION' })
  t.throws(() => new Session(new Scripted(), {} as never), { code: 'TELNET_BAD_OPTION' })
  t.throws(() => new Session(new Scripted(), { role: 'client', maxConnections: 5 } as never), {
    code: 'TELNET_BAD_OPTION',
  })
})

test('a stream that takes nothing is held to the limit of its queue', async (t) => {
  stayAwake(t)
  const stream = new Scripted()
  stream.isStuck = true
  const session = new Session(stream, { role: 'server', limits: { queuedOutput: 100_000 } })
  const failed = new Promise<Error & { code?: string }>((resolve) => session.once('error', resolve))
  for (let written = 0; written < 1_000_000; written += 10_000) session.write('x'.repeat(10_000))
  const gone = closed(session)
  t.is((await failed).code, 'TELNET_QUEUE_LIMIT')
  await gone
  t.true(stream.destroyed)
})

test('a stream that has taken nothing for too long is given up', async (t) => {
  stayAwake(t)
  const stream = new Scripted()
  stream.isStuck = true
  const session = new Session(stream, { role: 'server', limits: { writeStall: 50 } })
  const failed = new Promise<Error & { code?: string }>((resolve) => session.once('error', resolve))
  const gone = closed(session)
  session.write('anybody there?')
  t.is((await failed).code, 'TELNET_WRITE_STALLED')
  await gone
})
