// Compression with programs that others wrote: telnetlib3 5.0.1 at either end, TinTin++ 2.02 and TinyFugue 5.0 beta 8 at a server
// of ours.

import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { connect, createServer, Option, type Session } from 'telnetkit'
import { freePort, needsPrograms, person, startPeer } from '../support/peer.js'
import { closed, serve } from '../support/raw-peer.js'

const SCRIPT = fileURLToPath(new URL('../support/telnetlib3-peer.py', import.meta.url))

/** Text that compresses, and lasts for many reads. */
const STORY = Array.from(
  { length: 5_000 },
  (_, at) => `${at}: The troll says "${(at * 7_919) % 10_007}!" and hits you.`,
)

needsPrograms('telnetlib3-server')('our client at its server, which takes back its offer of MCCP3', async (t) => {
  const port = await freePort()
  await startPeer(t, ['python', SCRIPT, 'server', port, 'compression'], /Server ready/)
  const session = await connect({ host: '127.0.0.1', port: Number(port) })
  t.teardown(() => session.destroy())
  await session.readUntil('ready\r\n')
  await session.waitUntil(() => session.remote.has(Option.MCCP2))
  for (let round = 0; round < 20; round++) {
    session.write('facts\n')
    await session.readUntil(/\{.*\}\r\n/)
  }
  const { received, sent } = session.compression
  t.is(received?.option, Option.MCCP2)
  t.true(received!.compressed * 3 < received!.plain, `${received!.compressed} bytes for ${received!.plain}`)
  t.is(sent, undefined)
  t.is(session.remote.course(Option.MCCP3), 'peerEnded')

  // Asked to end its stream, it goes on. It is understood all the same.
  await session.remote.disable(Option.MCCP2)
  session.write('facts\n')
  await session.readUntil(/\{.*\}\r\n/)
  t.truthy(session.compression.received)
})

needsPrograms('telnetlib3-client')('its client at a server of ours, both ways', async (t) => {
  const server = createServer({ compression: true }, () => new Promise(() => {}))
  const accepted = once(server, 'session') as Promise<[Session]>
  const port = await serve(t, server)
  const peer = startPeer(t, ['python', SCRIPT, 'client', `${port}`, 'compression'], /Client ready/)
  const [session] = await accepted
  await Promise.all([peer, session.ready()])
  t.is(await session.readLine(), 'ready')
  await session.waitFor({ local: { MCCP2: true, MCCP3: true } })
  for (let round = 0; round < 20; round++) {
    session.write('facts\n')
    await session.readUntil(/\{.*\}\r\n/)
  }
  const { received, sent } = session.compression
  t.is(sent?.option, Option.MCCP2)
  t.true(received!.compressed * 3 < received!.plain, `${received!.compressed} bytes for ${received!.plain}`)

  await session.local.disable(Option.MCCP2)
  session.write('facts\n')
  await session.readUntil(/\{.*\}\r\n/)
  t.is(session.compression.sent, undefined)
})

for (const [program, command, last] of [
  ['tt++', (port: number) => ['tt++', '-G', '-e', `#config mccp on;#session x 127.0.0.1 ${port}`], '#end\r'],
  ['tf', (port: number) => ['tf', '-f', '-q', '-v', '127.0.0.1', `${port}`], '/quit\r'],
] as const) {
  needsPrograms(program)(`${program} at a server of ours`, async (t) => {
    let told = { compressed: 0, plain: 0 }
    const server = createServer({ compression: true }, async (session) => {
      await session.waitFor({ local: { MCCP2: true } }, { timeout: 5_000 })
      session.write(`${STORY.join('\n')}\nWhat now?\n`)
      const answer = await session.readLine()
      session.write(`You ${answer} in vain.\n`)
      told = session.compression.sent!
      await session.local.disable(Option.MCCP2)
      session.write(`Then you ${await session.readLine()}.\nThis is the end.\n`)
      await closed(session)
    })
    const screen = person(t, command(await serve(t, server)), { columns: 100, rows: 40 })
    await screen.shows('What now?')
    t.true(screen.text.includes(STORY.at(-1)!), screen.text)
    t.true(screen.text.includes(STORY.at(-20)!), screen.text)
    screen.type('dance\r')
    await screen.shows('You dance in vain.')
    t.true(told.compressed * 3 < told.plain, `${told.compressed} bytes for ${told.plain}`)
    screen.type('flee\r')
    await screen.shows(/Then you flee\.\s+This is the end\./)
    screen.type(last)
    await screen.exited
  })
}
