// The wire in words: as logs show it, however the stream is cut.

import test from 'ava'
import { connect, createServer, describeWire } from 'telnetkit'
import { serve, wire } from './support/raw-peer.js'

const STREAM = Buffer.concat([
  wire('IAC DO NAWS IAC WILL 99 IAC GA'),
  Buffer.from('Hi "you"\r\nnext\0\xff\xff!', 'latin1'),
  wire('IAC SB NAWS 0 80 0 24 IAC SE IAC SB TTYPE 0 "XTERM" IAC SE IAC SB 0 IAC IAC 1 IAC SE'),
  Buffer.from([255, 7]),
])

const LINES = [
  'IAC DO NAWS',
  'IAC WILL 99',
  'IAC GA',
  '"Hi \\"you\\"\\r\\n"',
  '"next\\0"',
  '"\\xff"',
  '"!"',
  'IAC SB NAWS 0 80 0 24 IAC SE',
  'IAC SB TTYPE 0 "XTERM" IAC SE',
  'IAC SB BINARY IAC IAC 1 IAC SE',
  'IAC 7',
]

test('commands and options have their names, data stands in quotes', (t) => {
  t.deepEqual(describeWire()(STREAM), LINES)
})

test('a command that is cut is told when it is whole', (t) => {
  for (let cut = 1; cut < STREAM.length; cut++) {
    const describe = describeWire()
    const told = [...describe(STREAM.subarray(0, cut)), ...describe(STREAM.subarray(cut))]
    t.is(told.join('').replaceAll('""', ''), LINES.join('').replaceAll('""', ''), `cut at ${cut}`)
  }
})

test('data comes in lines of a width that can be read', (t) => {
  const lines = describeWire()(Buffer.from('x'.repeat(150)))
  t.deepEqual(
    lines.map((line) => line.length),
    [66, 66, 24],
  )
})

test('a single 255 in a subnegotiation is payload, as the core has it', (t) => {
  const lines = describeWire()(Buffer.from([255, 250, 34, 1, 255, 120, 7, 255, 255, 255, 240]))
  t.deepEqual(lines, ['IAC SB LINEMODE 1 255 120 7 IAC IAC IAC SE'])
})

test('a subnegotiation that is broken off, or never ends, is told', (t) => {
  t.deepEqual(describeWire()(wire('IAC SB NAWS 1 2 IAC DO ECHO')), ['IAC SB NAWS 1 2', 'IAC DO ECHO'])
  const describe = describeWire()
  t.deepEqual(describe(wire('IAC SB NAWS')), [])
  t.is(describe(Buffer.alloc(70_000)).length, 1)
})

test('a session tells its wire both ways, the opening and the last CR included', async (t) => {
  const told = { in: [] as Buffer[], out: [] as Buffer[] }
  const policy = { local: { SGA: 'refuse', ECHO: 'refuse', BINARY: 'refuse' } } as const
  const trace = (direction: 'in' | 'out', bytes: Buffer) => void told[direction].push(bytes)
  const server = createServer({ trace, policy }, async (session) => {
    session.write('one\n')
    await session.readLine()
    session.write('two\r')
    session.sendCommand(249)
    session.write('three')
  })
  const port = await serve(t, server)
  const client = await connect({ port, host: '127.0.0.1', policy: { local: { TTYPE: 'refuse', NAWS: 'refuse' } } })
  client.write('x\n')
  await client.readAll()
  const words = (direction: 'in' | 'out') => describeWire()(Buffer.concat(told[direction]))
  t.true(words('out').includes('IAC DO NAWS'))
  t.true(words('in').includes('IAC WONT TTYPE'))
  t.true(words('in').includes('"x\\r\\n"'))
  const out = words('out').join(' ')
  t.true(out.endsWith('"one\\r\\n" "two\\r\\0" IAC GA "three"'), out)
  t.is(Buffer.concat(told.out).length, client.bytesRead)
  t.is(Buffer.concat(told.in).length, client.bytesWritten)
})
