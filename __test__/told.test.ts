// What options tell beyond being on or off: speed, display, location, flow control, status, logging out; and why a session is
// as it is.

import { once } from 'node:events'
import test from 'ava'
import { connect, Option } from 'telnetkit'
import { createPair } from 'telnetkit/testing'
import { closed, joined, RawServer } from './support/raw-peer.js'

test('a client that offers its speed, display and location is asked for them', async (t) => {
  const { client, server } = await createPair({
    client: { terminalSpeed: { transmit: 9600, receive: 1200 }, xDisplayLocation: 'host:0.1', location: 'Room 12' },
  })
  const told = Promise.all([once(server, 'terminalSpeed'), once(server, 'xDisplayLocation'), once(server, 'location')])
  for (const option of [Option.TSPEED, Option.XDISPLOC, Option.SNDLOC]) t.true(await client.local.enable(option))
  t.deepEqual(await told, [[{ transmit: 9600, receive: 1200 }], ['host:0.1'], ['Room 12']])
  t.deepEqual(server.peer.terminalSpeed, { transmit: 9600, receive: 1200 })
  t.is(server.peer.xDisplayLocation, 'host:0.1')
  t.is(server.peer.location, 'Room 12')
})

test('a display and a location that are not given are told to nobody', async (t) => {
  const { server } = await createPair()
  t.false(await server.remote.enable(Option.XDISPLOC))
  t.false(await server.remote.enable(Option.SNDLOC))
  t.true(await server.remote.enable(Option.TSPEED))
  await server.waitUntil(() => server.peer.terminalSpeed !== undefined)
  t.deepEqual(server.peer.terminalSpeed, { transmit: 38_400, receive: 38_400 })
})

test('a server says how the terminal of a client is to behave', async (t) => {
  const { client, server } = await createPair()
  const flowControl = { enabled: false, restartAny: true }
  t.false(server.setFlowControl(flowControl), 'before LFLOW is agreed nobody listens')
  const first = once(client, 'flowControl')
  t.true(await server.remote.enable(Option.LFLOW))
  t.deepEqual(await first, [{ enabled: true, restartAny: false }])
  const heard: unknown[] = []
  client.on('flowControl', (wanted) => heard.push(wanted))
  t.true(server.setFlowControl(flowControl))
  await client.waitUntil(() => heard.length === 2)
  t.deepEqual(heard.at(-1), flowControl)
  t.false(client.setFlowControl(flowControl), 'it is a server that says so')
  for (const wrong of [{}, { enabled: 'x', restartAny: true }, { ...flowControl, more: 1 }, 5, null]) {
    t.throws(() => server.setFlowControl(wrong as never), { code: 'TELNET_BAD_OPTION' })
  }
})

test('two ends believe the same', async (t) => {
  const { client, server } = await createPair({ client: { columns: 240, rows: 255 } })
  const status = await server.requestStatus()
  t.deepEqual(status?.disagreements, [])
  t.true(status?.local.includes(Option.ECHO))
  t.true(status?.remote.includes(Option.NAWS))
  t.deepEqual(status?.values.get(Option.NAWS), Buffer.from([0, 240, 0, 255]))
  t.deepEqual((await client.requestStatus())?.disagreements, [])
})

test('where a peer believes something else, it is told', async (t) => {
  const { session, peer } = await joined(t)
  peer.send('IAC DO ECHO')
  await session.waitFor({ local: { ECHO: true } })
  const asked = session.requestStatus()
  await peer.takeUntil('IAC DO STATUS')
  peer.send('IAC WILL STATUS')
  await peer.takeUntil('IAC SB STATUS 1 IAC SE')
  peer.send('IAC SB STATUS 0 251 6 253 6 251 24 253 3 250 33 1 240 IAC SE')
  const status = await asked
  t.deepEqual(status?.remote, [Option.TM, Option.TTYPE])
  t.deepEqual(status?.local, [Option.TM, Option.SGA])
  t.deepEqual(status?.values.get(Option.LFLOW), Buffer.from([1]))
  t.deepEqual(status?.disagreements, [
    { side: 'local', option: Option.ECHO, enabled: false },
    { side: 'local', option: Option.SGA, enabled: true },
    { side: 'remote', option: Option.TTYPE, enabled: true },
  ])
})

test('a server lets a client go that asks to be logged out', async (t) => {
  const { client, server } = await createPair()
  const noticed = once(server, 'logout')
  const gone = closed(server)
  t.true(await client.logout())
  t.deepEqual(await noticed, ['requested'])
  await gone
})

test('a client that is warned asks to stay, and hears of it', async (t) => {
  const { client, server } = await createPair()
  const noticed = once(client, 'logout')
  t.false(await server.logout())
  t.deepEqual(await noticed, ['warned'])
  t.false(client.closed)
})

test('a peer that does not tell its status gives null', async (t) => {
  const { server } = await createPair({ client: { policy: { local: { STATUS: 'refuse' } } } })
  t.is(await server.requestStatus(), null)
})

test('a server that closes the connection has logged the client out', async (t) => {
  const server = await RawServer.listen(t)
  const session = await connect({ port: server.port, host: '127.0.0.1' })
  const peer = await server.next()
  const out = session.logout()
  await peer.takeUntil('IAC DO LOGOUT')
  peer.send('"nobody reads this"')
  peer.end()
  t.true(await out)
  session.destroy()
})

test('who gives up before the answer has not been logged out', async (t) => {
  const server = await RawServer.listen(t)
  const session = await connect({ port: server.port, host: '127.0.0.1' })
  const out = session.logout()
  session.destroy()
  await t.throwsAsync(out, { code: 'TELNET_CLOSED' })
})

test('a server refuses to log its client out', async (t) => {
  const { client } = await createPair({ server: { policy: { local: { LOGOUT: 'refuse' } } } })
  t.false(await client.logout())
  t.false(client.closed)
})

test('a session explains itself: who asked and who refused', async (t) => {
  const { client, server } = await createPair({
    client: { policy: { local: { BINARY: 'refuse' }, remote: { CHARSET: 'refuse' } } },
  })
  const ours = server.explain()
  t.regex(ours, /^Mode: character\./)
  t.regex(ours, /Echo: the server shows what is typed \(ECHO is on: we said WILL, the peer DO\)/)
  t.regex(ours, /Charset of what comes: US-ASCII \(BINARY is off: we said DO, the peer WONT\), else it would be utf8\./)
  t.regex(ours, /Charset of what goes: utf8 \(BINARY is on: we said WILL, the peer DO\)/)
  t.regex(ours, /^ {2}TTYPE there: on, we said DO, the peer WILL$/m)
  const theirs = client.explain()
  t.regex(theirs, /^ {2}TTYPE here: on, the peer said DO, we WILL$/m)
  t.regex(theirs, /^ {2}BINARY here: off, the peer said DO, we WONT$/m)
  await server.local.disable(Option.ECHO)
  t.regex(
    server.explain(),
    /^Mode: line\. The client edits lines and sends them whole: ECHO is off \(we said WONT\)\.$/m,
  )
  t.regex(server.explain(), /Echo: the client shows what is typed/)
  t.is(server.local.course(Option.ECHO), 'weEnded')
  t.is(server.local.course(Option.GMCP), 'silent')

  const agreed = await createPair()
  t.regex(agreed.server.explain(), /^Charset: utf8, both ways, BINARY or not: UTF-8 was agreed by CHARSET\.$/m)
})
