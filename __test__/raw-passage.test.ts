// A raw passage: bytes in the middle of a session in text, from one byte to another.

import { once } from 'node:events'
import { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import test from 'ava'
import type { RawPassage, Session } from 'telnetkit'
import { createPair } from 'telnetkit/testing'
import { type End, ways } from './support/ends.js'
import { wire } from './support/raw-peer.js'

/** As they go over the wire. */
function escaped(bytes: Uint8Array): Buffer {
  return Buffer.from([...bytes].flatMap((byte) => (byte === 255 ? [255, 255] : [byte])))
}

const ALL = Uint8Array.from({ length: 256 }, (_, byte) => byte)

/** Enters a passage, and waits until the addon has: what the session writes then has crossed. */
async function enter({ session, peer }: End): Promise<RawPassage> {
  const raw = session.enterRaw()
  raw.write(Buffer.from('*'))
  await peer.takeUntil('"*"')
  return raw
}

for (const [way, make] of ways) {
  test(`${way}: all bytes both ways, whatever the set, with BINARY or without`, async (t) => {
    for (const encoding of ['utf8', 'cp437', 'atascii', 'cp037', 'gbk']) {
      const end = await make(t, 'server', { encoding })
      const raw = await enter(end)
      end.peer.send(Buffer.concat([escaped(ALL), wire('13 0 13 10 10 13 0')]))
      t.deepEqual((await raw.readExactly(263))!, Buffer.concat([ALL, wire('13 0 13 10 10 13 0')]))
      raw.write(Buffer.concat([ALL, wire('13 0 13 10 10 13')]))
      t.deepEqual(await end.peer.take(263), Buffer.concat([escaped(ALL), wire('13 0 13 10 10 13')]))
    }
  })

  test(`${way}: what was received before is text, what nobody read of the passage is text again`, async (t) => {
    const end = await make(t, 'server', { encoding: 'gbk', forceBinary: true })
    const { session, peer } = end
    const told = once(session, 'command')
    peer.send('"typed ahead" 13 0 196 IAC NOP')
    await told
    const raw = await enter(end)
    t.is(await session.read(), 'typed ahead\r')
    // Half a character before it was the first byte of what is raw.
    peer.send('227 13 0 1 2 3 196 227 13 0 "b" 196')
    t.deepEqual(await raw.readExactly(7), wire('196 227 13 0 1 2 3'))
    await raw.leave()
    t.is(await raw.read(), null)
    peer.send('227 "!"')
    t.is(await session.readUntil('!'), '你\rb你!')
    session.write('é\n')
    t.deepEqual(await peer.take(4), wire('168 166 13 10'))
  })

  test(`${way}: text begins at any byte that the program chooses, however the stream is cut`, async (t) => {
    const bytes = wire('"xyz" 226 130 172 13 0 "!"')
    for (let cut = 0; cut <= bytes.length; cut++) {
      for (const used of [0, 1, 3]) {
        const end = await make(t, 'server', { forceBinary: true })
        const raw = await enter(end)
        end.peer.send(bytes.subarray(0, cut))
        const taken = used > 0 && used <= cut ? (await raw.readExactly(used))! : Buffer.alloc(0)
        const left = raw.leave()
        end.peer.send(bytes.subarray(cut))
        await left
        t.is(await end.session.readUntil('!'), `${'xyz'.slice(taken.length)}€\r!`, `cut at ${cut}, ${used} used`)
        end.session.destroy()
        end.peer.destroy()
      }
    }
  })

  test(`${way}: what was taken too much is put back by unshift`, async (t) => {
    const end = await make(t, 'server', { forceBinary: true })
    const raw = await enter(end)
    end.peer.send(escaped(Buffer.from('filedonetext\n')))
    let came = ''
    for await (const chunk of raw) {
      came += chunk
      const at = came.indexOf('done')
      if (at === -1) continue
      raw.unshift(Buffer.from(came.slice(at + 4)))
      break
    }
    await raw.leave()
    t.is(await end.session.readLine(), 'text')
  })

  test(`${way}: commands are commands; what is agreed holds when the passage is over`, async (t) => {
    const end = await make(t, 'server')
    const raw = await enter(end)
    const told = once(end.session, 'command')
    end.peer.send('130 IAC NOP IAC WILL BINARY 195 169')
    await told
    t.deepEqual(await raw.readExactly(3), wire('130 195 169'))
    await raw.leave()
    end.peer.send('195 169')
    t.is(await end.session.read(), 'é')
  })

  test(`${way}: one at a time, again and again`, async (t) => {
    const end = await make(t, 'server')
    const { session, peer } = end
    for (const round of ['a', 'b', 'c']) {
      const raw = session.enterRaw()
      t.throws(() => session.enterRaw(), { code: 'TELNET_BUSY' })
      raw.write(Buffer.from(round))
      await peer.takeUntil(Buffer.from(round))
      peer.send(Buffer.from(round))
      t.is(String(await raw.readExactly(1)), round)
      const left = raw.leave()
      t.throws(() => session.enterRaw(), { code: 'TELNET_BUSY' })
      t.is(raw.leave(), left)
      await left
    }
    session.destroy()
    t.throws(() => session.enterRaw(), { code: 'TELNET_CLOSED' })
  })

  test(`${way}: a pipeline feeds it and is fed, and no more comes than is taken`, async (t) => {
    const end = await make(t, 'server')
    const raw = await enter(end)
    const file = Buffer.alloc(1024 * 1024, ALL)
    const sending = pipeline(Readable.from([file]), raw.stream)
    const wanted = Buffer.alloc(4096 * escaped(ALL).length, escaped(ALL))
    t.deepEqual(await end.peer.take(wanted.length), wanted)
    await sending

    end.peer.socket.write(wanted)
    // Nobody reads: past its credit the session takes no more.
    await new Promise((resolve) => setTimeout(resolve, 50))
    t.true(end.session.bytesRead < 700 * 1024, String(end.session.bytesRead))
    const chunks: Buffer[] = []
    let length = 0
    const sink = new Writable({
      write(chunk: Buffer, _encoding, done) {
        chunks.push(chunk)
        length += chunk.length
        done()
      },
    })
    raw.stream.pipe(sink)
    while (length < file.length) await new Promise(setImmediate)
    t.true(Buffer.concat(chunks).equals(file))
    const piped = once(sink, 'finish')
    await raw.leave()
    await piped
  })

  test(`${way}: the peer's end ends the passage; the session hears of it when the passage is left`, async (t) => {
    const end = await make(t, 'server', { forceBinary: true })
    const raw = await enter(end)
    end.peer.send('"ab" 195')
    end.peer.end()
    t.is(String(await raw.readExactly(1)), 'a')
    t.false(end.session.readableEnded)
    await raw.leave()
    t.is(await end.session.readAll(), 'b\ufffd')
  })

  test(`${way}: what a stream has read ahead is text again, or goes to the next who reads`, async (t) => {
    const end = await make(t, 'server')
    const raw = await enter(end)
    const { stream } = raw
    t.is(raw.stream, stream)
    end.peer.send('"abcdef"')
    await once(stream, 'readable')
    t.is(String(stream.read(2)), 'ab')
    t.is(raw.readableLength, 4)
    stream.destroy()
    t.is(String(await raw.readExactly(1)), 'c')
    await raw.leave()
    t.is(await end.session.read(), 'def')

    const next = await enter(end)
    const told: string[] = []
    next.stream.on('data', (chunk: Buffer) => {
      told.push(String(chunk))
      next.stream.pause()
    })
    end.peer.send('"a"')
    while (told.length === 0) await new Promise(setImmediate)
    end.peer.send('"b"')
    while (next.stream.readableLength === 0) await new Promise(setImmediate)
    const ended = once(next.stream, 'end')
    await next.leave()
    await ended
    t.is(await end.session.read(), 'b')
    t.deepEqual(told, ['a'])
  })

  test(`${way}: a read that waits when the passage is left gives nothing`, async (t) => {
    const end = await make(t, 'server')
    const raw = await enter(end)
    end.peer.send('"ab"')
    const waits = raw.readExactly(5)
    while (raw.readableLength < 2) await new Promise(setImmediate)
    await raw.leave()
    t.is(await waits, null)
    t.is(await end.session.readExactly(2), 'ab')
    await t.throwsAsync(raw.readExactly(1, { timeout: -1 }), { code: 'TELNET_BAD_OPTION' })
  })

  test(`${way}: a Synch throws away what the passage has not read`, async (t) => {
    const end = await make(t, 'server')
    const raw = await enter(end)
    const synch = once(end.session, 'command')
    end.peer.send('"abc" IAC NOP')
    await synch
    t.is(raw.readableLength, 3)
    if (way !== 'socket') return
    const thrown = once(end.session, 'synch')
    end.peer.send('IAC DM')
    await thrown
    t.is(raw.readableLength, 0)
    end.peer.send('"d"')
    t.is(String(await raw.read()), 'd')
  })

  test(`${way}: a connection that is lost ends the passage with its error`, async (t) => {
    const end = await make(t, 'server')
    end.session.on('error', () => {})
    const raw = await enter(end)
    const waits = raw.read()
    end.peer.reset()
    await t.throwsAsync(waits, { code: 'ECONNRESET' })
    t.false(raw.write(Buffer.of(1)))
    await raw.leave()
  })

  test(`${way}: bytes that nobody has read are text where text is chosen`, async (t) => {
    const { session, peer } = await make<Buffer>(t, 'server', { encoding: null, forceBinary: true })
    const told = once(session, 'command')
    peer.send('130 13 0 196 IAC NOP')
    await told
    const text = session as unknown as Session
    text.encoding = 'cp437'
    peer.send('196 "!"')
    t.is(await text.readUntil('!'), 'é\r──!')
    t.regex(text.explain(), /cp437/)
  })
}

test('between two of ours, over a stream in memory', async (t) => {
  const { client, server } = await createPair()
  const [near, far] = [server.enterRaw(), client.enterRaw()]
  near.write(ALL)
  t.deepEqual((await far.readExactly(256))!, Buffer.from(ALL))
  far.write(ALL)
  t.deepEqual((await near.readExactly(256))!, Buffer.from(ALL))
  await Promise.all([near.leave(), far.leave()])
  server.write('é\n')
  t.is(await client.readLine(), 'é')
})
