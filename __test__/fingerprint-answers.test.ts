// What a peer answers to questions about its options: asked in one burst with a fence behind it, once more about what holds
// already, and about what its role cannot have.

import { once } from 'node:events'
import test, { type ExecutionContext } from 'ava'
import { connect, createServer, Option, type Session, type SessionEvents } from 'telnetkit'
import { type AskOptions, askFor, askWrongDirection, findLooped, type OptionGroup } from 'telnetkit/fingerprint'
import { createPair } from 'telnetkit/testing'
import { closed, QUIET, RawPeer, RawServer, serve, wire } from './support/raw-peer.js'

const GROUP: OptionGroup = { BINARY: 0, SGA: 3, TTYPE: 24, NAWS: 31, TLS: Option.START_TLS }

/** A session of a server that has asked nothing, and the bare socket of its client. */
async function visited(t: ExecutionContext): Promise<{ session: Session; peer: RawPeer }> {
  const server = createServer({ policy: QUIET, eager: true }, () => new Promise(() => {}))
  const accepted = once(server, 'session') as Promise<[Session]>
  const peer = await RawPeer.connect(await serve(t, server))
  t.teardown(() => peer.destroy())
  const [session] = await accepted
  return { session, peer }
}

/** The peer is asked how far away it is, before anything else. */
async function tellDistance(peer: RawPeer): Promise<void> {
  await peer.takeUntil('IAC DO TM')
  peer.send('IAC WONT TM')
}

/** What it says next, up to a fence. */
function burst(peer: RawPeer): Promise<Buffer> {
  return peer.takeUntil('IAC DO TM')
}

test('a burst is over when the fence behind it is answered; what is silent then stays silent', async (t) => {
  const { session, peer } = await visited(t)
  const answers = askFor(session, GROUP)
  await tellDistance(peer)
  t.deepEqual(await burst(peer), wire('IAC DO BINARY IAC DO SGA IAC DO TTYPE IAC DO NAWS IAC DO START_TLS IAC DO TM'))
  peer.send('IAC WILL BINARY IAC WONT TTYPE IAC WILL NAWS IAC SB NAWS 0 80 0 24 IAC SE IAC WILL TM')
  const found = { BINARY: 'WILL', SGA: 'timeout', TTYPE: 'WONT', NAWS: 'WILL', TLS: 'timeout' }
  t.deepEqual(Object.fromEntries(await answers), found)
  t.deepEqual([...(await answers).keys()], Object.keys(GROUP))
  t.is(session.remote.state('SGA'), 'WantYes')
})

test('nobody waits for a fence when all is answered', async (t) => {
  const { session, peer } = await visited(t)
  const answers = askFor(session, { SGA: 3, ECHO: 1 })
  await tellDistance(peer)
  await burst(peer)
  peer.send('IAC WONT SGA IAC WONT ECHO')
  t.deepEqual(Object.fromEntries(await answers), { SGA: 'WONT', ECHO: 'WONT' })
})

test('what is known already is not asked, and what was asked and not answered not again', async (t) => {
  const { session, peer } = await visited(t)
  peer.send('IAC WILL NAWS')
  await peer.takeUntil('IAC DO NAWS')
  const first = askFor(session, { TTYPE: 24, TLS: Option.START_TLS })
  await tellDistance(peer)
  await burst(peer)
  peer.send('IAC WONT TTYPE IAC WONT TM')
  await first
  const second = askFor(session, GROUP)
  t.deepEqual(await burst(peer), wire('IAC DO BINARY IAC DO SGA IAC DO TM'))
  peer.send('IAC WONT BINARY IAC WONT SGA IAC WONT TM')
  const found = { BINARY: 'WONT', SGA: 'WONT', TTYPE: 'WONT', NAWS: 'WILL', TLS: 'timeout' }
  t.deepEqual(Object.fromEntries(await second), found)
  const third = await askFor(session, { NAWS: 31, SGA: 3 })
  t.deepEqual(Object.fromEntries(third), { NAWS: 'WILL', SGA: 'WONT' })
  t.is(peer.received.length, 0)
})

test('a peer that answers no fence is waited for as long as it speaks', async (t) => {
  const { session, peer } = await visited(t)
  const answers = askFor(session, GROUP)
  await burst(peer)
  await peer.takeUntil('IAC DO START_TLS')
  const late = ['BINARY', 'SGA', 'TTYPE', 'NAWS']
  for (const option of late) {
    await new Promise((resolve) => setTimeout(resolve, 250))
    peer.send(`IAC WILL ${option}`)
  }
  const found = { BINARY: 'WILL', SGA: 'WILL', TTYPE: 'WILL', NAWS: 'WILL', TLS: 'timeout' }
  t.deepEqual(Object.fromEntries(await answers), found)
})

test('what came while the event loop stood still was no silence', async (t) => {
  const { session, peer } = await visited(t)
  const answers = askFor(session, { SGA: 3 })
  await tellDistance(peer)
  await burst(peer)
  peer.send('IAC WILL SGA')
  const end = performance.now() + 800
  while (performance.now() < end);
  t.deepEqual(Object.fromEntries(await answers), { SGA: 'WILL' })
})

test('who answers a timing mark only once is asked about options that nobody has instead', async (t) => {
  const { session, peer } = await visited(t)
  const first = askFor(session, { SGA: 3, ECHO: 1 })
  await tellDistance(peer)
  await burst(peer)
  peer.send('IAC WILL SGA')
  t.deepEqual(Object.fromEntries(await first), { SGA: 'WILL', ECHO: 'timeout' })
  const second = askFor(session, { TTYPE: 24, NAWS: 31 })
  t.deepEqual(await peer.takeUntil('IAC DO XASCII'), wire('IAC DO TTYPE IAC DO NAWS IAC DO XASCII'))
  peer.send('IAC WONT NAWS IAC WONT XASCII')
  t.deepEqual(Object.fromEntries(await second), { TTYPE: 'timeout', NAWS: 'WONT' })
  const looped = findLooped(session)
  t.deepEqual(await peer.takeUntil('IAC DO TUID'), wire('IAC DO SGA IAC DO TUID'))
  peer.send('IAC WILL SGA IAC WONT TUID')
  t.deepEqual(await looped, ['SGA'])
  // That was no question: whoever has it is not answered.
  peer.send('IAC WILL OUTMRK')
  t.deepEqual(await peer.take(3), wire('IAC DONT OUTMRK'))
  t.is(session.remote.course(Option.TUID), 'silent')
})

test('who has ended answers no more', async (t) => {
  const { session, peer } = await visited(t)
  const answers = askFor(session, { SGA: 3, ECHO: 1 })
  await tellDistance(peer)
  await burst(peer)
  peer.send('IAC WILL SGA')
  peer.end()
  t.deepEqual(Object.fromEntries(await answers), { SGA: 'WILL', ECHO: 'timeout' })
})

test('our own side is asked about by WILL', async (t) => {
  const { session, peer } = await visited(t)
  const answers = askFor(session, { ECHO: 1, SGA: 3, GMCP: 201 }, { side: 'local' })
  await tellDistance(peer)
  t.deepEqual(await burst(peer), wire('IAC WILL ECHO IAC WILL SGA IAC WILL GMCP IAC DO TM'))
  peer.send('IAC DO ECHO IAC DONT SGA IAC WONT TM')
  t.deepEqual(Object.fromEntries(await answers), { ECHO: 'WILL', SGA: 'WONT', GMCP: 'timeout' })
})

for (const [what, ask] of Object.entries({
  'a burst': (session: Session, options: AskOptions) => askFor(session, GROUP, options),
  'the loop test': (session: Session, { signal }: AskOptions) => findLooped(session, signal),
  'the wrong questions': (session: Session, { signal }: AskOptions) => askWrongDirection(session, undefined, signal),
})) {
  test(`${what} can be given up, and ends with the session`, async (t) => {
    const { session, peer } = await visited(t)
    peer.send('IAC WILL NAWS')
    await session.waitFor({ remote: { NAWS: true } })
    const given = new AbortController()
    const asked = ask(session, { signal: given.signal })
    await peer.takeUntil('IAC DO TM')
    given.abort()
    await t.throwsAsync(asked, { name: 'AbortError' })
    const again = ask(session, {})
    const over = closed(session)
    peer.reset()
    await t.throwsAsync(again, { code: 'TELNET_CLOSED' })
    await over
  })
}

test('who answers what already holds would loop, and nothing comes of it', async (t) => {
  const { session, peer } = await visited(t)
  peer.send('IAC WILL NAWS IAC WILL TTYPE IAC DO ECHO IAC DO BINARY IAC WILL BINARY')
  await session.waitFor({ remote: { NAWS: true, TTYPE: true, BINARY: true }, local: { ECHO: true, BINARY: true } })
  await peer.takeUntil('IAC DO BINARY')
  peer.takeAllNow()
  const looped = findLooped(session)
  await tellDistance(peer)
  t.deepEqual(await burst(peer), wire('IAC DO BINARY IAC DO TTYPE IAC DO NAWS IAC DO TM'))
  const changes: SessionEvents['option'][] = []
  session.on('option', (...change) => changes.push(change))
  // The size of the window is no answer; a refusal is one, and is not taken to heart.
  peer.send('IAC SB NAWS 0 80 0 24 IAC SE IAC WILL TTYPE IAC WILL TTYPE IAC DO BINARY IAC WONT TM')
  t.deepEqual(await burst(peer), wire('IAC WILL BINARY IAC WILL ECHO IAC DO TM'))
  peer.send('IAC DONT ECHO IAC WILL BINARY IAC WONT TM')
  t.deepEqual(await looped, ['ECHO', 'TTYPE'])
  t.true(session.local.has('ECHO'))
  t.deepEqual(changes, [])
  peer.send('IAC WONT TTYPE')
  t.deepEqual(await peer.take(3), wire('IAC DONT TTYPE'))
  await session.waitFor({ remote: { TTYPE: false } })
  t.deepEqual(changes, [['remote', Option.TTYPE, false]])
})

test('compression is not begun again', async (t) => {
  const { session, peer } = await visited(t)
  peer.send('IAC DO MCCP3 IAC WILL NAWS')
  await session.waitFor({ local: { MCCP3: true }, remote: { NAWS: true } })
  await peer.takeUntil('IAC DO NAWS')
  const looped = findLooped(session)
  await tellDistance(peer)
  t.deepEqual(await burst(peer), wire('IAC DO NAWS IAC DO TM'))
  peer.send('IAC WONT TM')
  t.deepEqual(await looped, [])
})

test('two sessions of ours do not loop, and refuse what is not theirs', async (t) => {
  const { client, server } = await createPair()
  await Promise.all([client.ready(), server.ready()])
  t.deepEqual(await findLooped(server as Session), [])
  t.deepEqual(await findLooped(client as Session), [])
  const refused = { NAWS: 'correct-refuse', TTYPE: 'correct-refuse', ECHO: 'correct-refuse' }
  t.deepEqual(await askWrongDirection(client as Session), refused)
  client.destroy()
})

test('a server that agrees to what is a client’s is found out, and nothing of it stays', async (t) => {
  const server = await RawServer.listen(t)
  const session = await connect({ port: server.port, host: '127.0.0.1' })
  const peer = await server.next()
  const answers = askWrongDirection(session)
  await tellDistance(peer)
  t.deepEqual(await burst(peer), wire('IAC DO NAWS IAC DO TTYPE IAC WILL ECHO IAC DO TM'))
  peer.send('IAC WILL NAWS IAC DO ECHO IAC WONT TM')
  t.deepEqual(await answers, { NAWS: 'wrong-accept', TTYPE: 'correct-refuse', ECHO: 'wrong-accept' })
  t.deepEqual(await peer.take(6), wire('IAC DONT NAWS IAC WONT ECHO'))
  peer.send('IAC WONT NAWS IAC DONT ECHO')
  await session.timingMark({ timeout: 1 }).catch(() => {})
  t.deepEqual([session.remote.state('NAWS'), session.local.state('ECHO')], ['No', 'No'])
  session.destroy()
})
