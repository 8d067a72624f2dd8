// The scanner for who looks on from the side: a stream taken apart, cut wherever it may be.

import test from 'ava'
import { Scanner } from '../ts/scanner.js'
import { wire } from './support/raw-peer.js'

/** What is heard of pieces, data that runs together as one. */
function heard(pieces: readonly Buffer[], longest?: number): string[] {
  const events: string[] = []
  let data = ''
  const note = (...words: unknown[]) => {
    if (data !== '') events.push(data)
    data = ''
    if (words.length > 0) events.push(words.join(' '))
  }
  const listener = {
    onData: (bytes: Buffer) => {
      data += bytes.toString('latin1')
    },
    onNegotiation: (verb: number, option: number) => note('option', verb, option),
    onSubnegotiation: (option: number, payload: Buffer) => note('sub', option, payload.toString('hex')),
    onCommand: (command: number) => note('command', command),
  }
  const scanner = new Scanner(listener, longest)
  for (const piece of pieces) scanner.take(piece)
  note()
  return events
}

for (const [what, stream, expected] of [
  [
    'all that there is',
    '"a" 255 255 IAC DO NAWS IAC NOP IAC SB TTYPE 0 255 255 255 255 "x" IAC SE "z"',
    ['a\xff', 'option 253 31', 'command 241', 'sub 24 00ffff78', 'z'],
  ],
  ['an option of the number 255', 'IAC WILL 255 "z"', ['option 251 255', 'z']],
  ['a single 255 is payload', 'IAC SB TTYPE 0 255 7 "x" IAC SE', ['sub 24 00ff0778']],
  ['a command breaks a subnegotiation off', 'IAC SB TTYPE 0 "x" IAC WILL ECHO "z"', ['option 251 1', 'z']],
  ['one without an option is none', 'IAC SB 255 240 "z"', ['command 240', 'z']],
  ['one without an end is not told', '"a" IAC SB TTYPE 0 "x"', ['a']],
] as const) {
  test(`${what}, wherever it is cut`, (t) => {
    const bytes = wire(stream)
    for (let cut = 0; cut <= bytes.length; cut++)
      t.deepEqual(heard([bytes.subarray(0, cut), bytes.subarray(cut)]), expected, `cut at ${cut}`)
    t.deepEqual(heard(Array.from(bytes, (byte) => Buffer.of(byte))), expected, 'byte by byte')
  })
}

test('of a long subnegotiation so much is kept as is wanted', (t) => {
  t.deepEqual(heard([wire('IAC SB TTYPE "abcdef" IAC SE "z"')], 4), ['sub 24 61626364', 'z'])
})

test('who wants to hear of nothing hears nothing', (t) => {
  t.notThrows(() => new Scanner({}).take(wire('"a" IAC DO NAWS IAC NOP IAC SB TTYPE 0 IAC SE 255 255')))
})
