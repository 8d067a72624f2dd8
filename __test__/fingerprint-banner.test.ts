// What a scan hears of a server before anybody logs in, and what it answers: scripted servers for each step, and hostile ones.

import test, { type ExecutionContext } from 'ava'
import { connect, type Session } from 'telnetkit'
import { BannerReader } from '../ts/fingerprint/banner.js'
import { EnvironRequests } from '../ts/fingerprint/environ-requests.js'
import { OptionData } from '../ts/fingerprint/option-data.js'
import { wantsSilence } from '../ts/fingerprint/prompts.js'
import { type RawPeer, RawServer, wire } from './support/raw-peer.js'

const BOUNDS = { quietTime: 5_000, maxWait: 20_000, maxBytes: 1_000 }

async function listener(
  t: ExecutionContext,
  { charset, ...bounds }: Partial<typeof BOUNDS> & { charset?: string } = {},
): Promise<{ reader: BannerReader; session: Session<Buffer>; peer: RawPeer }> {
  const server = await RawServer.listen(t)
  const policy = { remote: { MSSP: 'accept', ZMP: 'accept', ATCP: 'accept', AARDWOLF: 'accept' } } as const
  const session = await connect({ host: '127.0.0.1', port: server.port, encoding: null, policy })
  t.teardown(() => session.destroy())
  return { reader: new BannerReader(session, { ...BOUNDS, ...bounds }, charset), session, peer: await server.next() }
}

test('silence ends a banner', async (t) => {
  const { reader, peer } = await listener(t, { quietTime: 1_500 })
  peer.send(Buffer.from('Welcome\r\n'))
  const { bytes, prompt } = await reader.next()
  t.is(bytes.toString(), 'Welcome\r\n')
  t.is(prompt, undefined)
  t.is((await reader.next()).bytes.length, 0)
})

for (const question of ['Continue? (y/n) ', 'login: ', '\x1b[1mtel:sh> \x1b[0m']) {
  test(`a question ends it before the silence does: ${JSON.stringify(question)}`, async (t) => {
    const { reader, peer } = await listener(t, { quietTime: 2 ** 30, maxWait: 2 ** 30 })
    for (const byte of Buffer.from(`Welcome\r\n${question}`)) peer.send(Buffer.of(byte))
    const { bytes } = await reader.next()
    t.is(bytes.toString(), `Welcome\r\n${question}`)
  })
}

test('so does GA, and so does the end', async (t) => {
  const { reader, peer } = await listener(t, { quietTime: 2 ** 30, maxWait: 2 ** 30 })
  peer.send('"Your move" IAC GA')
  t.is((await reader.next()).bytes.toString(), 'Your move')
  peer.send('"Bye"')
  peer.end()
  t.is((await reader.next()).bytes.toString(), 'Bye')
  t.true(reader.isOver)
  t.is((await reader.next()).bytes.length, 0)
})

test('a robot check is answered at once, other questions when the server waits', async (t) => {
  const { reader, peer } = await listener(t)
  const heard = reader.next()
  for (const byte of Buffer.from('Press [ESC] twice now: ')) peer.send(Buffer.of(byte))
  t.deepEqual(await peer.take(2), Buffer.from('\x1b\x1b'))
  for (const byte of Buffer.from('1) ANSI\r\n2) UTF-8\r\n')) peer.send(Buffer.of(byte))
  const { prompt } = await heard
  t.is(peer.received.length, 0)
  t.is(prompt?.reply, '2\r\n')
  reader.answer(prompt)
  t.is((await peer.take(3)).toString(), '2\r\n')
  peer.send(Buffer.from('h\xc3\xa9\r\nPress [ESC]', 'latin1'))
  const next = await reader.next()
  t.is(next.prompt?.reply, '\x1b')
  t.is(reader.charset, 'utf-8')
  t.true(reader.textOf(next.bytes).endsWith('hé\r\nPress [ESC]'))
  reader.answer(next.prompt)
  t.deepEqual(await peer.take(1), Buffer.from('\x1b'))
  reader.answer(undefined)
  t.is((await peer.take(2)).toString(), '\r\n')
})

test('a menu with UTF-8 is not answered where a password is asked for behind it', async (t) => {
  const { reader, peer } = await listener(t)
  const heard = reader.next()
  for (const byte of Buffer.from('5) UTF-8\r\nPassword: ')) peer.send(Buffer.of(byte))
  t.true(wantsSilence((await heard).prompt))
  t.is(peer.received.length, 0)
})

test('to ask for a code page chooses none', async (t) => {
  const { reader, peer } = await listener(t)
  peer.send(Buffer.from('Select your codepage: '))
  const { prompt } = await reader.next()
  reader.answer(prompt)
  t.is((await peer.take(2)).toString(), '\r\n')
  t.is(reader.charset, 'ascii')
})

test('who was told the character set leaves it to the server', async (t) => {
  const { reader, peer } = await listener(t, { charset: 'cp437' })
  peer.send(Buffer.from('\x1b[0;36 D1) ANSI\r\n2) UTF-8 \xda: ', 'latin1'))
  const { prompt, bytes } = await reader.next()
  reader.answer(prompt)
  t.is((await peer.take(2)).toString(), '\r\n')
  t.is(reader.charset, 'cp437')
  t.true(reader.textOf(bytes).endsWith('UTF-8 ┌: '))
})

test('a font is a character set, and an Atari ends lines in its own way', async (t) => {
  const { reader, peer } = await listener(t)
  peer.send(Buffer.from('\x1b[0;36 DColor (y/n)'))
  const { prompt } = await reader.next()
  t.is(reader.charset, 'atascii')
  reader.answer(prompt)
  t.deepEqual(await peer.take(2), Buffer.from('y\x9b', 'latin1'))
})

test('what is agreed by CHARSET is spoken', async (t) => {
  const server = await RawServer.listen(t)
  const policy = { remote: { CHARSET: 'accept' } } as const
  const session = await connect({ host: '127.0.0.1', port: server.port, encoding: null, policy })
  t.teardown(() => session.destroy())
  const reader = new BannerReader(session, BOUNDS)
  const peer = await server.next()
  peer.send('IAC WILL CHARSET IAC SB CHARSET 1 ";KLINGON;cp437" IAC SE')
  await peer.takeUntil('IAC SB CHARSET 2 "cp437" IAC SE')
  peer.send('"\\u00db?"')
  const { bytes } = await reader.next()
  t.is(reader.textOf(bytes), '█?')
  t.is(reader.charset, 'cp437')
})

test('without a set text is UTF-8, and what is not stands for its bytes', async (t) => {
  const { reader } = await listener(t)
  const bytes = Buffer.from('\xe2\x94\x82\xb1\xb1 \xe2\x94', 'latin1')
  t.is(reader.textOf(bytes), '│\udcb1\udcb1 \udce2\udc94')
})

test('a Commodore has letters, no colours', async (t) => {
  const { reader } = await listener(t, { charset: 'petscii' })
  t.is(reader.textOf(Buffer.from('\x93\x05\xc8ELLO\r\x1c', 'latin1')), 'Hello\n')
})

test('it is a terminal to who asks, whoever is listening', async (t) => {
  const { reader, peer } = await listener(t)
  const heard = reader.next()
  peer.send(Buffer.from('\x1b[6n漢\x1b[6n\x1b[c\x1b[5n\x05'))
  const answers = '\x1b[1;1R\x1b[1;3R\x1b[?1;2c\x1b[0n\r'
  t.is((await peer.take(answers.length)).toString(), answers)
  peer.send(Buffer.from('login: '))
  await heard
  peer.send(Buffer.from('\x1b[6n'))
  t.is((await peer.take(7)).toString(), '\x1b[1;10R'.slice(0, 7))
  t.deepEqual(reader.positions, { requests: 3, replies: 3 })
})

test('a flood, a drip and questions without end come to an end', async (t) => {
  const { reader, peer } = await listener(t, { quietTime: 5_000, maxWait: 500 })
  const flood = setInterval(() => peer.send(Buffer.alloc(65_536, 'x')), 1)
  t.teardown(() => clearInterval(flood))
  t.is((await reader.next()).bytes.length, BOUNDS.maxBytes)
  t.is((await reader.next()).bytes.length, BOUNDS.maxBytes)
  clearInterval(flood)

  const dripping = await listener(t, { quietTime: 5_000, maxWait: 500 })
  const drip = setInterval(() => dripping.peer.send(Buffer.from('.')), 20)
  t.teardown(() => clearInterval(drip))
  const { length } = (await dripping.reader.next()).bytes
  t.true(length > 0 && length < 100)

  const asking = await listener(t, { maxBytes: 10_000_000 })
  asking.peer.send(Buffer.from('\x1b[6n'.repeat(100_000)))
  asking.peer.end()
  await asking.reader.next()
  t.deepEqual(asking.reader.positions, { requests: 100_000, replies: 256 })
  const urgent = await listener(t, { maxBytes: 10_000_000, maxWait: 5_000 })
  const heard = urgent.reader.next()
  for (let count = 0; count < 5; count++) {
    urgent.peer.send(Buffer.from('press esc twice '))
    await urgent.peer.take(2)
  }
  t.false(urgent.reader.mayAnswer)
  for (let count = 0; count < 1_000; count++) urgent.peer.send(Buffer.from('press esc twice '))
  await heard
  t.is(urgent.peer.received.length, 0)
})

test('what options tell is kept, as much of it as is of use', async (t) => {
  const { session, peer } = await listener(t)
  const told = new OptionData(session)
  const names = ['MSSP', 'ZMP', 'ATCP', 'AARDWOLF']
  peer.send(names.map((name) => `IAC WILL ${name}`).join(' '))
  peer.send(String.raw`IAC SB MSSP 1 "NAME" 2 "A M\u00fcD" 1 "PORT" 2 "23" 2 "4000" 1 "__proto__" 2 "x" IAC SE`)
  peer.send(String.raw`IAC SB ZMP "zmp.ident\u0000a\u0000b\u0000" IAC SE IAC SB ATCP "Char.Vitals H:1 M:2" IAC SE`)
  peer.send('IAC SB AARDWOLF 100 3 IAC SE IAC SB AARDWOLF 7 IAC SE')
  await session.waitUntil(() => (told.toJson().aardwolf as unknown[] | undefined)?.length === 2)
  t.is(
    JSON.stringify(told.toJson()),
    JSON.stringify({
      mssp: JSON.parse('{ "NAME": "A MüD", "PORT": ["23", "4000"], "__proto__": "x" }'),
      zmp: { 'zmp.ident': ['a', 'b'] },
      atcp: [{ package: 'Char.Vitals', value: 'H:1 M:2' }],
      aardwolf: [
        { channel: 'status', channel_byte: 100, data_byte: 3, data_bytes: '\x03' },
        { channel: '0x07', channel_byte: 7 },
      ],
    }),
  )
  for (let count = 0; count < 1_000; count++) peer.send('IAC SB ATCP "x" IAC SE')
  for (let count = 0; count < 10; count++) {
    peer.send(Buffer.concat([wire('IAC SB MSSP 1 "BIG" 2'), Buffer.alloc(60_000, 'x'), wire('IAC SE')]))
  }
  peer.send('"over"')
  await session.waitUntil(() => session.bytesRead > 600_000)
  const { atcp, mssp } = told.toJson() as { atcp: unknown[]; mssp: object }
  t.is(atcp.length, 100)
  t.true(JSON.stringify(mssp).length < 70_000)
})

test('of values without number, of one variable or of many, as many are kept as are of use', async (t) => {
  const ofOne = `\x01A${'\x02'.repeat(20_000)}`
  const ofMany = Array.from({ length: 7_000 }, (_, at) => `\x01${at}\x02`).join('')
  for (const [values, names] of [
    [ofOne, 1],
    [ofMany, 1_000],
  ] as const) {
    const { session, peer } = await listener(t)
    const told = new OptionData(session)
    peer.send(Buffer.concat([wire('IAC WILL MSSP IAC SB MSSP'), Buffer.from(values), wire('IAC SE')]))
    await session.waitUntil(() => told.hasMssp)
    const { mssp } = told.toJson() as { mssp: Record<string, string | string[]> }
    t.is(Object.values(mssp).flat().length, 1_000)
    t.is(Object.keys(mssp).length, names)
  }
})

test('a serial port is asked what it is', async (t) => {
  const server = await RawServer.listen(t)
  const policy = { remote: { COM_PORT: 'accept' } } as const
  const session = await connect({ host: '127.0.0.1', port: server.port, encoding: null, policy })
  t.teardown(() => session.destroy())
  const told = new OptionData(session)
  const peer = await server.next()
  peer.send('IAC WILL COM_PORT')
  t.deepEqual(await peer.take(3 + 6), wire('IAC DO COM_PORT IAC SB COM_PORT 0 IAC SE'))
  peer.send('IAC SB COM_PORT 100 "ser" IAC SE IAC SB COM_PORT 101 0 0 37 128 IAC SE IAC SB COM_PORT 103 3 IAC SE')
  peer.send(
    'IAC SB COM_PORT 104 9 IAC SE IAC SB COM_PORT 107 IAC SE IAC SB COM_PORT 99 1 IAC SE IAC SB COM_PORT IAC SE "over"',
  )
  await session.read()
  t.deepEqual(told.toJson(), {
    comport: { signature: 'ser', baudrate: 9_600, parity: 'EVEN', stopsize: 'unknown-9' },
  })
})

test('it is known which variables a server asked for', (t) => {
  const asked = (description: string, cut = 1_000) => {
    const requests = new EnvironRequests()
    const bytes = wire(description)
    for (let at = 0; at < bytes.length; at += cut) requests.see(bytes.subarray(at, at + cut))
    return requests.last
  }
  const all = [
    { type: 'VAR', name: '*' },
    { type: 'USERVAR', name: '*' },
  ]
  const some = 'IAC WILL SGA "x" IAC SB NEW_ENVIRON 1 0 "USER" 3 "A" 1 "v" 3 0 "B" 200 IAC IAC IAC SE "y"'
  for (const cut of [1, 2, 7, 1_000]) {
    t.is(asked('IAC DO NEW_ENVIRON IAC SB NEW_ENVIRON 0 3 "X" IAC SE', cut), undefined)
    t.deepEqual(asked('IAC SB NEW_ENVIRON 1 IAC SE', cut), all)
    t.deepEqual(asked('IAC SB NEW_ENVIRON 1 0 3 IAC SE', cut), all)
    t.deepEqual(asked(some, cut), [
      { type: 'VAR', name: 'USER' },
      { type: 'USERVAR', name: 'A', value_hex: '76' },
      { type: 'USERVAR', name: '*' },
      { type: 'VAR', name: 'B' },
    ])
  }
})
