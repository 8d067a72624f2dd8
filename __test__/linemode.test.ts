// LINEMODE (RFC 1184) at a session: who edits, which character does what, and special characters as events.

import { once } from 'node:events'
import test from 'ava'
import { Option, Special } from 'telnetkit'
import { createPair } from 'telnetkit/testing'
import { joined, wire } from './support/raw-peer.js'

const QUIET_BUT_LINEMODE = { policy: { local: { SGA: 'accept', ECHO: 'accept', BINARY: 'accept' } } } as const

test('a client that agrees to LINEMODE sends keys until it is told to edit', async (t) => {
  const { client, server } = await createPair()
  t.is(server.linemode, null)
  t.false(server.setLinemode({ edit: true }), 'nobody listens')
  const modes: string[] = []
  server.on('mode', (mode) => modes.push(mode))
  t.true(await server.remote.enable(Option.LINEMODE))
  t.is(server.mode, 'remote')
  t.deepEqual(server.linemode, { edit: false, trapSignals: false, softTab: false, literalEcho: false })
  const agreed = [once(server, 'linemode'), once(client, 'linemode')]
  t.true(server.setLinemode({ edit: true, trapSignals: true }))
  const mode = { edit: true, trapSignals: true, softTab: false, literalEcho: false }
  t.deepEqual(await Promise.all(agreed), [[mode], [mode]])
  t.is(server.mode, 'line')
  t.is(client.mode, 'line')
  t.deepEqual(client.linemode, mode)
  t.false(client.setLinemode({}), 'the server says')
  for (const wrong of [{ edit: 'x' }, { foo: 1 }, 5, null]) {
    t.throws(() => server.setLinemode(wrong as never), { code: 'TELNET_BAD_OPTION' })
  }
  await server.remote.disable(Option.LINEMODE)
  t.is(server.linemode, null)
  t.is(server.mode, 'character')
  t.deepEqual(modes, ['remote', 'line', 'character'])
})

test('a mode that is agreed anew is told anew', async (t) => {
  const { server } = await createPair({ server: { lineMode: true } })
  for (let times = 0; times < 2; times++) {
    const agreed = once(server, 'linemode')
    t.true(await server.remote.enable(Option.LINEMODE))
    await agreed
    t.is(server.mode, 'line')
    await server.remote.disable(Option.LINEMODE)
    await server.waitFor({ pending: { LINEMODE: false } })
  }
})

test('a server in line mode proposes to edit and to trap signals', async (t) => {
  const { session, peer } = await joined(t, { lineMode: true, policy: {} })
  await peer.takeUntil('IAC DO TTYPE')
  peer.send('IAC WILL LINEMODE')
  await peer.takeUntil('IAC DO LINEMODE IAC SB LINEMODE 1 3 IAC SE')
  peer.send('IAC SB LINEMODE 1 7 IAC SE')
  await session.waitUntil(() => session.linemode?.edit === true)
  t.is(session.mode, 'line')
  t.true((await peer.takeUntil('IAC SE')).includes(wire('IAC SB LINEMODE 3')))
})

test('each end knows the characters of the other', async (t) => {
  const { client, server } = await createPair()
  await server.remote.enable(Option.LINEMODE)
  t.deepEqual([...server.specialCharacters], [])
  const changed = once(server, 'specialCharacters')
  client.setSpecial(Special.IP, 1, { input: true })
  await changed
  await server.waitUntil(() => server.specialCharacters.get(Special.IP)?.character === 1)
  t.deepEqual(server.specialCharacters.get(Special.IP), {
    support: 'value',
    character: 1,
    flushInput: true,
    flushOutput: false,
  })
  client.setSpecial(Special.AO, null)
  await server.waitUntil(() => server.specialCharacters.get(Special.AO)?.support === 'none')
  t.is(server.specialCharacters.get(Special.AO)?.character, undefined)
  t.throws(() => client.setSpecial(31, 1), { code: 'TELNET_BAD_ARGUMENT' })
  t.throws(() => client.setSpecial(Special.IP, 300), { code: 'TELNET_BAD_ARGUMENT' })
})

test('a client that edits is told where to forward', async (t) => {
  const { client, server } = await createPair()
  t.is(client.forwardMask, null)
  await server.remote.enable(Option.LINEMODE)
  server.setLinemode({ edit: true })
  await client.waitUntil(() => client.forwardMask !== null)
  const mask = client.forwardMask!
  t.truthy(mask[0]! & 0x10, 'Ctrl-C: bit 7 - 3 of byte 0')
  t.falsy(mask[12]! & 0x40, 'an a is no reason')
})

test('special characters are events where each key is sent, and can be read all the same', async (t) => {
  const { session, peer } = await joined(t, QUIET_BUT_LINEMODE)
  const specials: (number | string)[] = []
  session.on('special', (special) => specials.push(special))
  session.on('data', (data) => specials.push(data))
  peer.send('"a\\u0003b"')
  peer.send('IAC DO ECHO IAC DO SGA')
  await session.waitFor({ local: { ECHO: true, SGA: true } })
  peer.send('"c\\u0003d\\u001c" IAC IP')
  await once(session, 'command')
  t.deepEqual(specials.slice(-5), ['c\x03', Special.IP, 'd\x1c', Special.ABORT, Special.IP])
  t.is(specials.filter((special) => special === Special.IP).length, 2, 'not while lines are edited there')
  const changed = once(session, 'specialCharacters')
  session.setSpecial(Special.IP, 0x61)
  await changed
  peer.send('"xa" IAC NOP')
  await once(session, 'command')
  t.deepEqual(specials.slice(-2), ['xa', Special.IP])
  peer.send('IAC DONT ECHO "a" IAC NOP')
  await once(session, 'command')
  t.is(specials.at(-1), 'a')
})

test('who does not listen has whole data', async (t) => {
  const { session, peer } = await joined(t, QUIET_BUT_LINEMODE)
  peer.send('IAC DO ECHO IAC DO SGA')
  await session.waitFor({ local: { ECHO: true, SGA: true } })
  const data = once(session, 'data')
  peer.send('"a\\u0003b"')
  t.deepEqual(await data, ['a\x03b'])
})
