// GMCP: what either end says when the option is agreed, messages in the forms that servers give them, and what is none.

import { once } from 'node:events'
import test from 'ava'
import { connect, decodeGmcp, encodeGmcp, gmcpClient, gmcpServer, version } from 'telnetkit'
import { createPair } from 'telnetkit/testing'
import { RawServer, wire } from './support/raw-peer.js'

test('a client that is offered GMCP says who it is and what it knows, once', async (t) => {
  const server = await RawServer.listen(t)
  const session = await connect({
    port: server.port,
    host: '127.0.0.1',
    options: [gmcpClient({ modules: ['Char 1', 'Room 2'] })],
  })
  t.teardown(() => session.destroy())
  const peer = await server.next()
  peer.send('IAC WILL GMCP')
  const hello = JSON.stringify(`Core.Hello {"client":"telnetkit","version":"${version()}"}`)
  const supported = JSON.stringify('Core.Supports.Set ["Char 1","Room 2"]')
  const said = wire(`IAC DO GMCP IAC SB GMCP ${hello} IAC SE IAC SB GMCP ${supported} IAC SE`)
  t.deepEqual(await peer.take(said.length), said)
  peer.send('IAC WONT GMCP IAC WILL GMCP IAC NOP')
  await once(session, 'command')
  session.write('.')
  t.deepEqual(await peer.take(7), wire('IAC DONT GMCP IAC DO GMCP "."'))
})

test('both ends speak', async (t) => {
  const { client, server } = await createPair({
    client: { options: [gmcpClient()] },
    server: { options: [gmcpServer()] },
  })
  const heard: unknown[] = []
  server.on('gmcp', (name, data) => heard.push([name, data]))
  await server.waitFor({ local: { GMCP: true } })
  const came = once(client, 'gmcp')
  server.sendSubnegotiation('GMCP', { name: 'Char.Name', data: { name: 'Zoë\u{1f600}', ÿ: '\xff' } })
  t.deepEqual(await came, ['Char.Name', { name: 'Zoë\u{1f600}', ÿ: '\xff' }])
  const ping = once(server, 'gmcp')
  client.sendSubnegotiation('GMCP', { name: 'Core.Ping' })
  t.deepEqual(await ping, ['Core.Ping', undefined])
  t.is((heard.at(-1) as unknown[])[0], 'Core.Ping')
})

test('a client offers no GMCP, and a server takes none from it', async (t) => {
  const { client, server } = await createPair({
    client: { options: [gmcpClient()] },
    server: { policy: { local: { GMCP: 'accept' } } },
  })
  t.false(await client.local.enable('GMCP'))
  t.false(server.remote.has('GMCP'))
})

test('messages have the forms that servers of the field give them', (t) => {
  const cases: [payload: string, name: string, data?: unknown][] = [
    ['Core.Ping', 'Core.Ping'],
    ['Core.Ping\n', 'Core.Ping'],
    ['Core.Ping 120', 'Core.Ping', 120],
    ['Room.Info{"num":1}', 'Room.Info', { num: 1 }],
    ['Group["a"]', 'Group', ['a']],
    ['Core.Goodbye"bye"', 'Core.Goodbye', 'bye'],
    ['Char.Vitals  { "hp": null }\r\n', 'Char.Vitals', { hp: null }],
    ['Char.Name "Zo\u00eb"', 'Char.Name', 'Zoë'],
  ]
  for (const [payload, name, data] of cases) {
    const message = data === undefined ? { name } : { name, data }
    t.deepEqual(decodeGmcp(Buffer.from(payload)), message, payload)
    t.deepEqual(decodeGmcp(Buffer.from(payload, 'latin1')), message, `${payload} in Latin-1`)
    t.deepEqual(decodeGmcp(encodeGmcp(message)), message)
  }
  for (const payload of ['', ' ', '{"hp":1}', 'Char.Vitals {', 'Char.Vitals hp', 'Char {} {}']) {
    t.throws(() => decodeGmcp(Buffer.from(payload)), { instanceOf: SyntaxError }, payload)
  }
})

test('a message that is none is a violation, and the session goes on', async (t) => {
  const { client, server } = await createPair({
    client: { options: [gmcpClient()] },
    server: { options: [gmcpServer()] },
  })
  await server.waitFor({ local: { GMCP: true } })
  const wrong = once(client, 'violation')
  server.sendSubnegotiation('GMCP', Buffer.from('Char.Vitals {"hp":'))
  t.like(await wrong, [{ code: 'malformed-subnegotiation', option: 201 }])
  const came = once(client, 'gmcp')
  server.sendSubnegotiation('GMCP', { name: 'Char.Vitals', data: { hp: 1 } })
  t.deepEqual(await came, ['Char.Vitals', { hp: 1 }])
})

test('what cannot be said throws', (t) => {
  for (const name of ['', 'two words', '{}', 7]) {
    t.throws(() => encodeGmcp({ name: name as string }), { code: 'TELNET_BAD_ARGUMENT' }, String(name))
  }
  t.throws(() => encodeGmcp({ name: 'Core', data: () => 1 }), { code: 'TELNET_BAD_ARGUMENT' })
  t.throws(() => gmcpClient({ modules: ['Char'] }), { code: 'TELNET_BAD_OPTION', message: /with a version/ })
  t.throws(() => gmcpClient({ client: 1 as unknown as string }), { code: 'TELNET_BAD_OPTION' })
  t.throws(() => gmcpClient({ names: [] } as object), { code: 'TELNET_BAD_OPTION' })
})
