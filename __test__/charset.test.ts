// CHARSET (RFC 2066): two sides agree on a character set, and the text is in it from there on.

import { once } from 'node:events'
import test, { type ExecutionContext } from 'ava'
import { type ClientOptions, connect, createServer, encodings, Option, type Session } from 'telnetkit'
import { createPair } from 'telnetkit/testing'
import { joined, type RawPeer, RawServer, serve, wire } from './support/raw-peer.js'

/** No BINARY: only what is agreed lets anything but ASCII through. */
const ASCII = { local: { BINARY: 'refuse' }, remote: { BINARY: 'refuse' } } as const

/** A client's session, and the raw server at its other end. */
async function connected(t: ExecutionContext, options: ClientOptions): Promise<{ session: Session; peer: RawPeer }> {
  const raw = await RawServer.listen(t)
  const session = await connect({ port: raw.port, host: '127.0.0.1', ...options })
  t.teardown(() => session.destroy())
  return { session, peer: await raw.next() }
}

test('a server offers, a client takes, and both speak it though BINARY is refused', async (t) => {
  const { client, server } = await createPair({ server: { policy: ASCII }, client: { policy: ASCII } })
  t.is(server.peer.charset, 'UTF-8')
  t.is(client.peer.charset, 'UTF-8')
  // It is the set that they spoke already: the name stays as it was given.
  t.deepEqual([server.encoding, client.encoding], ['utf8', 'utf8'])
  server.write('é☕')
  t.is(await client.readExactly(2), 'é☕')
  client.write('é☕')
  t.is(await server.readExactly(2), 'é☕')
})

test('a client that was told nothing speaks UTF-8, or what its server speaks', async (t) => {
  const both = await createPair({ server: { encoding: 'cp437' } })
  t.deepEqual([both.server.encoding, both.client.encoding], ['UTF-8', 'utf8'])
  const { client, server } = await createPair({ server: { encoding: 'cp437', charsets: ['CP437', 'LATIN1'] } })
  t.deepEqual([server.encoding, client.encoding], ['cp437', 'CP437'])
  t.is(client.peer.charset, 'CP437')
  client.write('é')
  t.is(await server.readExactly(1), 'é')
})

test('a client that was told what to speak gets it, or nothing', async (t) => {
  const got = await createPair({ client: { encoding: 'cp437' } })
  t.deepEqual([got.server.encoding, got.client.encoding], ['CP437', 'cp437'])
  const refused = await createPair({ client: { encoding: 'cp437' }, server: { charsets: ['UTF-8', 'LATIN1'] } })
  t.deepEqual([refused.server.encoding, refused.client.encoding], ['utf8', 'cp437'])
  t.is(refused.server.peer.charset, undefined)
})

test('over a socket the text changes at the byte', async (t) => {
  const server = createServer({ policy: ASCII })
  const accepted = once(server, 'session') as Promise<[Session]>
  const port = await serve(t, server)
  const client = await connect({ port, host: '127.0.0.1', encoding: 'latin1', policy: ASCII })
  t.teardown(() => client.destroy())
  const [session] = await accepted
  // Latin-1 is offered, so it is taken.
  t.is(session.encoding, 'LATIN1')
  await client.waitUntil(() => client.peer.charset === 'LATIN1')
  session.write('é')
  t.is(await client.readExactly(1), 'é')
  const told = once(session, 'charset')
  t.is(await client.requestCharset(['CP437']), 'CP437')
  t.deepEqual(await told, ['CP437'])
  client.write('é')
  t.is(await session.readExactly(1), 'é')
})

test('what stands before ACCEPTED is in the old set, what stands after it in the new', async (t) => {
  const { session, peer } = await joined(t, { charsets: ['CP437'], forceBinary: true })
  peer.send('IAC DO CHARSET')
  t.deepEqual(await peer.takeUntil('IAC SE'), wire('IAC WILL CHARSET IAC SB CHARSET 1 " CP437" IAC SE'))
  peer.send('195 169 IAC SB CHARSET 2 "CP437" IAC SE 195 169')
  t.is(await session.readExactly(3), 'é├⌐')
  t.is(session.encoding, 'CP437')
  session.write('é')
  t.deepEqual(await peer.take(1), wire('130'))
})

test('a request from code: a name, or null', async (t) => {
  const { client, server } = await createPair()
  t.is(await client.requestCharset(['cp437']), 'cp437')
  t.deepEqual([server.encoding, client.encoding], ['cp437', 'cp437'])
  t.true(client.local.has(Option.CHARSET))
  // One after another, and the server chooses what it speaks already.
  const names = Promise.all([client.requestCharset(['latin-1', 'Cp-437']), client.requestCharset()])
  t.deepEqual(await names, ['Cp-437', 'UTF-8'])
  t.is(await server.requestCharset(['us-ascii']), 'us-ascii')
  t.deepEqual([server.encoding, client.encoding], ['us-ascii', 'us-ascii'])
})

test('requests that cross: the server has its way', async (t) => {
  const { client, server } = await createPair()
  await client.local.enable(Option.CHARSET)
  const names = await Promise.all([client.requestCharset(['LATIN1']), server.requestCharset(['CP437'])])
  t.deepEqual(names, [null, 'CP437'])
  t.deepEqual([server.encoding, client.encoding], ['CP437', 'CP437'])
})

test('a peer that does not know CHARSET, or answers nothing', async (t) => {
  const { session, peer } = await joined(t)
  const refused = session.requestCharset()
  t.deepEqual(await peer.take(3), wire('IAC WILL CHARSET'))
  peer.send('IAC DONT CHARSET')
  t.is(await refused, null)

  peer.send('IAC DO CHARSET')
  await session.waitFor({ local: { CHARSET: true } })
  await peer.takeUntil('IAC SE')
  await t.throwsAsync(session.requestCharset(['CP437'], { timeout: 20 }), { code: 'TELNET_TIMEOUT' })
  await t.throwsAsync(session.requestCharset(['CP437'], { signal: AbortSignal.abort() }), { name: 'AbortError' })
  const next = session.requestCharset(['LATIN1'])
  peer.send('IAC SB CHARSET 3 IAC SE')
  t.deepEqual(await peer.takeUntil('IAC SE'), wire('IAC SB CHARSET 1 " CP437" IAC SE'))
  peer.send('IAC SB CHARSET 3 IAC SE')
  t.deepEqual(await peer.takeUntil('IAC SE'), wire('IAC SB CHARSET 1 " LATIN1" IAC SE'))
  peer.send('IAC DONT CHARSET')
  t.is(await next, null)
  session.destroy()
  await t.throwsAsync(session.requestCharset(), { code: 'TELNET_CLOSED' })
})

test('a client answers in the spelling of its server', async (t) => {
  const { session, peer } = await connected(t, { encoding: 'latin1' })
  peer.send('IAC WILL CHARSET IAC SB CHARSET 1 ";UTF-16;ISO 8859-01;UTF-8" IAC SE 233')
  t.deepEqual(await peer.takeUntil('IAC SE'), wire('IAC DO CHARSET IAC SB CHARSET 2 "ISO 8859-01" IAC SE'))
  t.is(await session.readExactly(1), 'é')
  t.is(session.encoding, 'latin1')
  t.is(session.peer.charset, 'ISO 8859-01')
  // Its own choice goes before what was agreed.
  session.encoding = 'cp437'
  session.write('é')
  t.deepEqual(await peer.take(1), wire('130'))
  peer.send('130 IAC SB CHARSET 1 " UTF-8" IAC SE')
  t.is(await session.readExactly(1), 'é')
  t.deepEqual(await peer.takeUntil('IAC SE'), wire('IAC SB CHARSET 3 IAC SE'))
})

test('bytes have no character set', async (t) => {
  const { session, peer } = await connected(t, { encoding: null })
  peer.send('IAC WILL CHARSET IAC SB CHARSET 1 " UTF-8" IAC SE "x"')
  t.deepEqual(await peer.take(3), wire('IAC DONT CHARSET'))
  t.deepEqual(await session.readExactly(1), Buffer.from('x') as never)
  const { session: served } = await joined(t, { encoding: null, policy: {}, negotiationTimeout: 50 })
  t.false(served.local.has(Option.CHARSET))
})

test('names that cannot be offered are refused at once', async (t) => {
  for (const charsets of [['utf8', 'no such'], ['UTF-16']]) {
    t.throws(() => createServer({ charsets }), { code: 'TELNET_UNKNOWN_ENCODING' })
  }
  for (const charsets of [[], 'UTF-8', [8]]) {
    t.throws(() => createServer({ charsets: charsets as never }), { code: 'TELNET_BAD_OPTION' })
  }
  const { client } = await createPair()
  await t.throwsAsync(client.requestCharset(['no such']), { code: 'TELNET_UNKNOWN_ENCODING' })
})

test('encodings() has every set, and every name of it is taken', (t) => {
  const all = encodings()
  t.is(all[0]?.name, 'UTF-8')
  t.true(all.length > 60)
  for (const { name, aliases, description } of all) {
    t.regex(description, /^\S.*\S$/)
    t.notThrows(() => createServer({ charsets: [name, ...aliases] }))
  }
})

test('a name that is none is told what it should be', async (t) => {
  const refused = (encoding: string, message: RegExp) =>
    t.throws(() => createServer({ encoding }), { code: 'TELNET_UNKNOWN_ENCODING', message })
  refused('klingon', /^No character set is called "klingon": give a name such as utf8/)
  refused('cp473', /"cp473": did you mean CP437\?$/)
  for (const encoding of ['utf-16', 'UTF-16LE', 'ucs2']) refused(encoding, /: UTF-16 has a NUL in .*: use UTF-8$/)
  for (const encoding of ['utf32', 'UCS-4']) refused(encoding, /: UTF-32 has NULs .*: use UTF-8$/)
  refused('utf7', /: UTF-7 .*: use UTF-8$/)
  const { client } = await createPair()
  t.throws(() => (client.encoding = 'utf16'), { code: 'TELNET_UNKNOWN_ENCODING', message: /UTF-16 has a NUL/ })
  await t.throwsAsync(client.requestCharset(['latni1']), { code: 'TELNET_UNKNOWN_ENCODING', message: /mean latin1\?/ })
})
