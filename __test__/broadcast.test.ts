// server.broadcast: one call for many sessions.

import { once } from 'node:events'
import test, { type ExecutionContext } from 'ava'
import { Server, type ServerOptions, type Session } from 'telnetkit'
import { QUIET, RawPeer, serve } from './support/raw-peer.js'

async function crowd(t: ExecutionContext, count: number, options: ServerOptions = {}) {
  const server = new Server({ policy: QUIET, ...options }, () => new Promise(() => {}))
  const port = await serve(t, server)
  const peers: RawPeer[] = []
  const sessions: Session[] = []
  for (let number = 0; number < count; number++) {
    const accepted = once(server, 'session')
    peers.push(await RawPeer.connect(port))
    sessions.push((await accepted)[0])
  }
  t.teardown(() => {
    for (const peer of peers) peer.destroy()
  })
  return { server, peers, sessions }
}

test('text and bytes reach everybody, each in its own way', async (t) => {
  const { server, peers, sessions } = await crowd(t, 5, { forceBinary: true })
  sessions[0]!.encoding = 'cp437'
  sessions[1]!.encoding = null
  t.is(server.broadcast('café\n'), 5)
  t.is(server.broadcast(Buffer.of(255, 10)), 5)
  const bytes = [255, 255, 10]
  t.deepEqual(await peers[0]!.take(9), Buffer.of(99, 97, 102, 0x82, 13, 10, ...bytes))
  t.deepEqual(await peers[1]!.take(9), Buffer.concat([Buffer.from('café\n'), Buffer.from(bytes)]))
  for (const peer of peers.slice(2)) {
    t.deepEqual(await peer.take(10), Buffer.concat([Buffer.from('café\r\n'), Buffer.from(bytes)]))
  }
})

test('except and filter leave people out, and so does having left', async (t) => {
  const { server, peers, sessions } = await crowd(t, 4)
  t.is(server.broadcast('1', { except: sessions[0] }), 3)
  t.is(server.broadcast('2', { except: [sessions[0]!, sessions[1]!] }), 2)
  t.is(server.broadcast('3', { except: new Set(sessions) }), 0)
  t.is(server.broadcast('4', { filter: (session) => session === sessions[3] }), 1)
  sessions[2]!.end()
  t.is(server.broadcast('5'), 3)
  t.is(String(await peers[0]!.take(1)), '5')
  t.is(String(await peers[1]!.take(2)), '15')
  t.is(String(await peers[2]!.takeAll()), '12')
  t.is(String(await peers[3]!.take(4)), '1245')
})

test('long broadcasts keep their place among other writes', async (t) => {
  const { server, peers, sessions } = await crowd(t, 3)
  const long = 'x'.repeat(50_000)
  for (const session of sessions) session.write('before ')
  server.broadcast(long)
  for (const session of sessions) session.write(' after')
  for (const peer of peers) t.is(String(await peer.take(50_013)), `before ${long} after`)
})

test('with nobody there nobody gets it', (t) => {
  t.is(new Server().broadcast('anybody?'), 0)
})
