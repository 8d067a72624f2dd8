// CHARSET (RFC 2066) with telnetlib3 5.0.1, both ways.

import { once } from 'node:events'
import { connect, createServer, type Session } from 'telnetkit'
import { freePort, needsPrograms, person, startPeer } from '../support/peer.js'
import { serve } from '../support/raw-peer.js'

needsPrograms('telnetlib3-client')('a client of telnetlib3 takes one of our sets', async (t) => {
  for (const [charsets, encoding, taken, spoken] of [
    [['CP437', 'UTF-8'], 'cp437', 'UTF-8', /^utf-?8$/i],
    [['UTF-8', 'CP437'], 'utf8', 'CP437', /^cp437$/i],
  ] as const) {
    const server = createServer({ encoding, charsets })
    const accepted = once(server, 'session') as Promise<[Session]>
    const port = await serve(t, server)
    const flag = taken === 'CP437' ? ['--encoding', 'cp437'] : []
    const screen = person(t, ['telnetlib3-client', ...flag, '127.0.0.1', String(port)])
    const [session] = await accepted
    t.is(session.peer.charset, taken)
    // Its LANG says the same, in a spelling of its own.
    t.regex(session.encoding ?? '', spoken)
    session.write('café\n')
    await screen.shows(/café/)
    // What is typed it sends as it comes from the terminal, in UTF-8, whatever was agreed.
    session.end()
  }
})

needsPrograms('telnetlib3-server')('a server of telnetlib3 is answered, and answers', async (t) => {
  const port = await freePort()
  await startPeer(t, ['telnetlib3-server', '127.0.0.1', port], /Server ready/)
  for (const [encoding, taken] of [
    [undefined, 'UTF-8'],
    ['cp437', 'CP437'],
  ] as const) {
    const session = await connect({ host: '127.0.0.1', port: Number(port), encoding })
    t.teardown(() => session.destroy())
    await session.waitUntil(() => session.peer.charset === taken, { timeout: 5_000 })
    await session.readUntil('tel:sh> ')
    session.write('é\r')
    // What is typed is echoed.
    t.is(await session.readUntil('é'), 'é')
    session.destroy()
  }
  const session = await connect({ host: '127.0.0.1', port: Number(port), encoding: 'cp437' })
  t.teardown(() => session.destroy())
  await session.readUntil('tel:sh> ')
  t.is(await session.requestCharset(['LATIN1', 'US-ASCII'], { timeout: 5_000 }), null)
})
