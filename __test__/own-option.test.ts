// Options of the program's own: begun with, spoken, switched, and what cannot be defined.

import { once } from 'node:events'
import test from 'ava'
import { createServer, defineOption, Option } from 'telnetkit'
import { createPair } from 'telnetkit/testing'
import { joined, RawPeer, serve } from './support/raw-peer.js'

interface Move {
  x: number
  y: number
}

function board(heard: unknown[], remote: 'request' | 'refuse' = 'request') {
  return defineOption<Move>({
    number: 77,
    name: 'BOARD',
    local: 'accept',
    remote,
    decode: (payload) => {
      if (payload.length !== 2) throw new Error('two bytes are a move')
      return { x: payload[0]!, y: payload[1]! }
    },
    encode: ({ x, y }) => Uint8Array.of(x, y),
    onEnabled: (_session, side) => heard.push(`${side} on`),
    onDisabled: (_session, side) => heard.push(`${side} off`),
    onMessage: (_session, move) => heard.push(move),
  })
}

test('two ends that know an option speak it', async (t) => {
  const [told, heard] = [[] as unknown[], [] as unknown[]]
  const { client, server } = await createPair({
    client: { options: [board(told, 'refuse')] },
    server: { options: [board(heard)] },
  })
  await server.waitFor({ remote: { BOARD: true } })
  t.true(server.remote.has('BOARD'))
  t.is(client.local.state('BOARD'), 'Yes')
  const came = once(server, 'subnegotiation')
  client.sendSubnegotiation('BOARD', { x: 255, y: 3 })
  t.deepEqual(await came, [77, Buffer.of(255, 3)])
  await client.local.disable('BOARD')
  await server.waitFor({ remote: { BOARD: false } })
  t.deepEqual(heard, ['remote on', { x: 255, y: 3 }, 'remote off'])
  t.deepEqual(told, ['local on', 'local off'])
})

test('what a peer says amiss of it is a violation, and is not handed on', async (t) => {
  const heard: unknown[] = []
  const { session, peer } = await joined(t, {
    options: [board(heard)],
    policy: { remote: { TTYPE: 'accept', BOARD: 'accept' } },
  })
  const codes: string[] = []
  session.on('violation', ({ code, option }) => codes.push(`${code} ${option}`))
  peer.send('IAC SB 77 1 2 IAC SE')
  await once(session, 'subnegotiation')
  peer.send('IAC WILL 77 IAC SB 77 1 IAC SE IAC SB 77 1 2 IAC SE IAC NOP')
  await once(session, 'command')
  t.deepEqual(codes, ['unagreed-subnegotiation 77', 'malformed-subnegotiation 77'])
  t.deepEqual(heard, ['remote on', { x: 1, y: 2 }])
})

test('a handler that throws, or rejects, ends its session only', async (t) => {
  for (const onMessage of [
    () => {
      throw new Error('on purpose')
    },
    async () => {
      throw new Error('on purpose')
    },
  ]) {
    const option = defineOption({ number: 78, name: 'FAULTY', remote: 'accept', onMessage })
    const server = createServer({ options: [option] }, () => new Promise(() => {}))
    const failed = once(server, 'sessionError')
    const port = await serve(t, server)
    const peer = await RawPeer.connect(port)
    peer.send('IAC WONT TTYPE IAC WILL 78 IAC SB 78 1 IAC SE')
    const [error] = await failed
    t.is((error as Error).message, 'on purpose')
    await peer.takeAll()
    peer.destroy()
  }
})

test('options go by name and by number', async (t) => {
  const { client, server } = await createPair()
  t.true(server.remote.has('NAWS'))
  t.true(server.remote.has(Option.NAWS))
  t.false(await server.remote.enable('GMCP'))
  t.is(client.local.course('NAWS'), 'peerAsked')
  t.throws(() => server.local.has('TELEPATHY'), { code: 'TELNET_UNKNOWN_OPTION' })
  t.throws(() => server.local.has(256), { code: 'TELNET_BAD_ARGUMENT' })
  t.throws(() => server.sendSubnegotiation('GMCP', 'Core.Ping'), {
    code: 'TELNET_BAD_ARGUMENT',
    message: /give a Uint8Array/,
  })
  await t.throwsAsync(server.local.enable('TELEPATHY'), { code: 'TELNET_UNKNOWN_OPTION' })
})

test('a definition that cannot be meant is refused, with the reason', (t) => {
  const refused = (definition: object, message: RegExp) => {
    t.throws(() => createServer({ options: [definition as never] }), { code: 'TELNET_BAD_OPTION', message })
  }
  refused({ number: 300, name: 'X' }, /number 300: give a whole number from 0 to 255/)
  refused({ number: Option.NAWS, name: 'NAWS' }, /telnetkit handles that option itself/)
  refused({ number: 77, name: 'no name' }, /give a name of capitals, digits and _/)
  refused({ number: 77, name: 'GMCP' }, /that is the name of option 201/)
  refused({ number: 77, name: 'X', decode: 'utf8' }, /X.decode: give a function/)
  refused({ number: 77, name: 'X', local: 'maybe' }, /give one of refuse, accept, request/)
  const one = { number: 77, name: 'X' }
  t.throws(() => createServer({ options: [one, { ...one, number: 78 }] }), { message: /define it once/ })
  t.throws(() => createServer({ options: one as never }), { message: /give an array of definitions/ })
})
