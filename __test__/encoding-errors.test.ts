// `encodingErrors`: what becomes of bytes that are no text, and of text that the character set lacks.

import { once } from 'node:events'
import test from 'ava'
import { createServer, encodings, type Session, TelnetError } from 'telnetkit'
import { ways } from './support/ends.js'
import { QUIET, RawPeer, serve, wire } from './support/raw-peer.js'

const STRICT = { encodingErrors: 'strict', forceBinary: true } as const

for (const [way, make] of ways) {
  test(`${way}: strict: the read that comes to it rejects, and the next goes on behind it`, async (t) => {
    const { session, peer } = await make(t, 'server', STRICT)
    const waits = session.readLine()
    peer.send('"ab" 200 "cd" 255 255 128 10 "e"')
    const error = await t.throwsAsync(waits, { instanceOf: TelnetError, code: 'TELNET_DECODE' })
    t.like(error, { offset: 2, bytes: Buffer.of(200) })
    t.is(error?.message, 'What came cannot be read: no character of UTF-8: bytes c8 at offset 2')
    // Nothing was taken; and there are more.
    t.like(await t.throwsAsync(session.readLine()), { offset: 5, bytes: Buffer.of(255) })
    t.like(await t.throwsAsync(session.readLine()), { offset: 6, bytes: Buffer.of(128) })
    t.is(await session.readLine(), 'abcd')
    t.is(await session.read(), 'e')

    peer.send('"ab" 200 "cd" 200 "e" 200')
    t.is(await session.readExactly(2), 'ab')
    await t.throwsAsync(session.readExactly(2), { code: 'TELNET_DECODE' })
    t.is(await session.readExactly(2), 'cd')
    await t.throwsAsync(session.readUntil('e'), { code: 'TELNET_DECODE' })
    t.is(await session.readUntil('e'), 'e')
    peer.send('"f"')
    await t.throwsAsync(session.read(), { code: 'TELNET_DECODE' })
    t.is(await session.read(), 'f')
    session.write('still here')
    t.is(String(await peer.take(10)), 'still here')
  })

  test(`${way}: strict: iteration ends with it, and may begin anew`, async (t) => {
    const { session, peer } = await make(t, 'server', STRICT)
    peer.send('"ab" 200 "cd" 195')
    peer.end()
    let text = ''
    const codes: string[] = []
    for (let ended = false; !ended; ) {
      try {
        for await (const chunk of session) text += chunk
        ended = true
      } catch (error) {
        codes.push((error as TelnetError).code)
        text += '|'
      }
    }
    t.is(text, 'ab|cd|')
    t.deepEqual(codes, ['TELNET_DECODE', 'TELNET_DECODE'])
  })

  test(`${way}: strict: listeners hear of it in its place`, async (t) => {
    const { session, peer } = await make(t, 'server', STRICT)
    const heard: unknown[] = []
    session.on('data', (text) => heard.push(text))
    session.on('encodingError', ({ code, offset }) => heard.push([code, offset]))
    const ended = once(session, 'end')
    peer.send('"ab" 200 "cd" 226 130')
    peer.end()
    await ended
    t.deepEqual(heard, ['ab', ['TELNET_DECODE', 2], 'cd', ['TELNET_DECODE', 5]])
    t.is(session.errored, null)
  })

  test(`${way}: strict: what came while nobody listened keeps its order`, async (t) => {
    const { session, peer } = await make(t, 'server', STRICT)
    session.pause()
    peer.send('"ab" 200 "cd" 200 200 "e" IAC NOP')
    await once(session, 'command')
    const heard: unknown[] = []
    session.on('data', (text) => heard.push(text))
    session.on('encodingError', ({ code }) => heard.push(code))
    session.resume()
    await new Promise(setImmediate)
    await new Promise(setImmediate)
    t.deepEqual(heard, ['ab', 'TELNET_DECODE', 'cd', 'TELNET_DECODE', 'TELNET_DECODE', 'e'])
  })

  test(`${way}: strict: a terminal goes on, and the event tells`, async (t) => {
    const { session, peer } = await make(t, 'server', STRICT)
    const told = once(session, 'encodingError')
    const { tty } = session
    let typed = ''
    tty.setEncoding('utf8').on('data', (text: string) => {
      typed += text
    })
    peer.send('"a" 200 "b" 13 10')
    t.like((await told)[0], { code: 'TELNET_DECODE' })
    while (typed !== 'ab\n') await new Promise(setImmediate)
    t.pass()
  })

  test(`${way}: strict: what cannot be said is left out and told, with its place in what was written`, async (t) => {
    const { session, peer } = await make(t, 'server', { ...STRICT, encoding: 'latin1' })
    const faults: TelnetError[] = []
    session.on('encodingError', (fault) => faults.push(fault))
    session.write('ä\n😀€\r\n☕!')
    t.deepEqual(await peer.takeUntil('"!"'), wire('228 13 10 13 10 "!"'))
    await session.waitUntil(() => faults.length === 3)
    t.deepEqual(
      faults.map(({ code, offset, bytes }) => [code, offset, String(bytes)]),
      [
        ['TELNET_ENCODE', 2, '😀'],
        ['TELNET_ENCODE', 4, '€'],
        ['TELNET_ENCODE', 7, '☕'],
      ],
    )
    t.is(faults[1]!.message, "What was written cannot be said: U+20AC '€' at offset 4 is not in ISO-8859-1")
  })

  test(`${way}: strict: where BINARY is the cause, the message says so`, async (t) => {
    const { session, peer } = await make(t, 'server', { encodingErrors: 'strict' })
    peer.send('200')
    const incoming = await t.throwsAsync(session.read())
    t.regex(
      incoming!.message,
      /BINARY is not agreed for what comes, which is ASCII therefore: set forceBinary to speak utf8/,
    )
    const told = once(session, 'encodingError')
    session.write('é')
    t.regex((await told)[0].message, /BINARY is not agreed for what goes, which is ASCII therefore: set forceBinary/)
    const ascii = await make(t, 'server', { encodingErrors: 'strict', encoding: 'ascii' })
    ascii.peer.send('200')
    t.notRegex((await t.throwsAsync(ascii.session.read()))!.message, /BINARY/)
  })

  test(`${way}: strict: the session ends if its program wants that`, async (t) => {
    const { session, peer } = await make(t, 'server', STRICT)
    session.on('data', () => {})
    session.on('encodingError', (error) => session.destroy(error))
    peer.send('128')
    await new Promise((resolve) => session.once('close', resolve))
    t.like(session.errored, { code: 'TELNET_DECODE' })
  })

  test(`${way}: surrogate: every byte comes back as it came, in each set that has one for a character`, async (t) => {
    for (const { name } of encodings()) {
      if (AMBIGUOUS.test(name)) continue
      const { session, peer } = await make(t, 'server', {
        encoding: name,
        encodingErrors: 'surrogate',
        forceBinary: true,
      })
      // Each before a blank, so that none begins a character of two.
      const isEbcdic = EBCDIC.test(name)
      const lineEnds = isEbcdic ? [0x0d, 0x15, 0x25] : [0x0d, 0x0a]
      const bytes = Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => !lineEnds.includes(byte))
      const sent = bytes.flatMap((byte) => [...(byte === 255 ? [255, 255] : [byte]), isEbcdic ? 0x40 : 0x20])
      const told = once(session, 'command')
      peer.send(Buffer.concat([Buffer.from(sent), wire('IAC NOP')]))
      await told
      session.write((await session.read())!)
      t.deepEqual([...(await peer.take(sent.length))], sent, name)
      session.destroy()
    }
  })
}

/** Sets with several bytes for one character, of which one comes back (docs/encodings.md). */
const AMBIGUOUS = /^(ATASCII|PETSCII|PETSCII-unshifted|BIG5BBS|GB18030)$/
const EBCDIC = /^CP(037|273|277|500|1047)$/

test('strict: a server tells what no listener of the session hears, and the session goes on', async (t) => {
  const server = createServer({ ...STRICT, policy: QUIET }, () => new Promise(() => {}))
  const accepted = once(server, 'session') as Promise<[Session]>
  const told = once(server, 'sessionError')
  const peer = await RawPeer.connect(await serve(t, server))
  t.teardown(() => peer.destroy())
  const [session] = await accepted
  let text = ''
  session.on('data', (chunk) => {
    text += chunk
  })
  peer.send('200 "a"')
  const [error, culprit] = await told
  t.like(error, { code: 'TELNET_DECODE' })
  t.is(culprit, session)
  await session.waitUntil(() => text === 'a').catch(() => {})
  session.write('on')
  t.is(String(await peer.take(2)), 'on')
})
