// Old machines on a modern terminal: what their control characters, colours and glyphs come to on a screen, however the output is cut,
// and what a modern keyboard sends them.

import test, { type ExecutionContext } from 'ava'
import fc from 'fast-check'
import { AtasciiScreen } from '../bin/retro/atascii.js'
import { background, foreground } from '../bin/retro/colours.js'
import { escapeDelay, MachineKeys } from '../bin/retro/keys.js'
import { type BytesMachine, bytesOf, machineFor } from '../bin/retro/machines.js'
import { NarrowScreen } from '../bin/retro/narrow-screen.js'
import { PetsciiScreen } from '../bin/retro/petscii.js'
import { Vt52Screen } from '../bin/retro/vt52.js'
import { characters, type Legend, paint, shownOn } from './support/cells.js'

/** Machines have 40 columns, and this terminal more. */
const SIZE = { columns: 48, rows: 12 }

/** Shows bytes, written as Latin-1, in one piece; cut anywhere they must come to the same. */
async function show(
  t: ExecutionContext,
  machine: () => { show(bytes: Buffer): string },
  bytes: string,
  legend: Legend = {},
): Promise<{ text: string[]; painted: string[] }> {
  const written = (pieces: string[]) => {
    const screen = machine()
    return pieces.map((piece) => screen.show(Buffer.from(piece, 'latin1'))).join('')
  }
  const whole = written([bytes])
  t.is(written([...bytes]), whole, 'byte by byte')
  for (let at = 1; at < bytes.length; at++) t.is(written([bytes.slice(0, at), bytes.slice(at)]), whole, `cut at ${at}`)
  const terminal = await shownOn(SIZE, whole)
  return { text: characters(terminal), painted: paint(terminal, legend) }
}

const narrow = (columns = 40) => new NarrowScreen(() => ({ columns, terminal: SIZE.columns }))

function petscii({ unshifted = false, depth = 24, columns = 40 } = {}) {
  return () => new PetsciiScreen({ screen: narrow(columns), depth, unshifted })
}

function atascii({ asciiEol = false, isBinary = false, columns = 40 } = {}) {
  return () => {
    const screen = new AtasciiScreen({ screen: narrow(columns), asciiEol })
    return { show: (bytes: Buffer) => screen.show(bytes, isBinary) }
  }
}

/** All bytes from one to another. */
const bytes = (from: number, to: number) =>
  String.fromCharCode(...Array.from({ length: to - from + 1 }, (_, index) => from + index))

test('PETSCII: the glyphs of both sets, and the way between them', async (t) => {
  const { text } = await show(
    t,
    petscii(),
    `${bytes(0x20, 0x3f)}\r${bytes(0x40, 0x5f)}\r${bytes(0x60, 0x7f)}\r${bytes(0xa0, 0xbf)}\r${bytes(0xc0, 0xdf)}\r\x8e` +
      `${bytes(0x40, 0x5f)}\r${bytes(0x60, 0x7f)}\r${bytes(0xa0, 0xbf)}\r${bytes(0xc0, 0xdf)}\r${bytes(0xe0, 0xff)}\x0e\xdf`,
  )
  t.deepEqual(text, [
    ' !"#$%&\'()*+,-./0123456789:;<=>?',
    '@abcdefghijklmnopqrstuvwxyz[£]↑←',
    '─ABCDEFGHIJKLMNOPQRSTUVWXYZ┼🮌│🮖🮘',
    ' ▌▄▔▁▏▒▕🮏🮙🮇├▗└┐▂┌┴┬┤▎▍🮈🮂🮃▃✓▖▝┘▘▚',
    '─ABCDEFGHIJKLMNOPQRSTUVWXYZ┼🮌│🮖🮘',
    '@ABCDEFGHIJKLMNOPQRSTUVWXYZ[£]↑←',
    '─♠🭲🭸🭷🭶🭺🭱🭴╮╰╯🭼╲╱🭽🭾●🭻♥🭰╭╳○♣🭵♦┼🮌│π◥',
    ' ▌▄▔▁▏▒▕🮏◤🮇├▗└┐▂┌┴┬┤▎▍🮈🮂🮃▃🭿▖▝┘▘▚',
    '─♠🭲🭸🭷🭶🭺🭱🭴╮╰╯🭼╲╱🭽🭾●🭻♥🭰╭╳○♣🭵♦┼🮌│π◥',
    ' ▌▄▔▁▏▒▕🮏◤🮇├▗└┐▂┌┴┬┤▎▍🮈🮂🮃▃🭿▖▝┘▘π🮘',
  ])
})

test('PETSCII: colours, and what is reversed up to the end of its line', async (t) => {
  const colours = '\x05W\x1cR\x1eG\x1fB\x81O\x90K\x95N\x96P\x97D\x98M\x99L\x9aS\x9bH\x9cU\x9eY\x9fC'
  const legend = {
    w: '#ffffff',
    r: '#813338',
    g: '#56ac4d',
    b: '#2e2c9b',
    o: '#8e5029',
    k: '#000000',
    n: '#553800',
    p: '#c46c71',
    d: '#4a4a4a',
    m: '#7b7b7b',
    l: '#a9ff9f',
    s: '#706deb',
    h: '#b2b2b2',
    u: '#8e3c97',
    y: '#edf171',
    c: '#75cec8',
    C: '#75cec8 reversed',
  }
  const page = `${colours}\rA\x12BC\x92D\x12E\rF\x12G\x8dH`
  const { text, painted } = await show(t, petscii({ unshifted: true }), page, legend)
  t.deepEqual(text, ['WRGBOKNPDMLSHUYC', 'ABCDE', 'FG', 'H'])
  t.deepEqual(painted, ['wrgboknpdmlshuyc', 'cCCcC', 'cC', 'c'])
  // Without colours what is reversed is still to be seen.
  const grey = await show(t, petscii({ depth: 1 }), page, { R: 'reversed' })
  t.deepEqual(grey.painted, ['', ' RR R', ' R'])
})

test('PETSCII: the cursor, and lines of 40 columns whose last one leads on at once', async (t) => {
  const full = '*'.repeat(39)
  const { text } = await show(
    t,
    petscii(),
    `X\x93${full}1${full}2\r3\x91\x1d\x1d4\x11\x9d5\r\x13\x11\x11\x11\x11A\r\x9dB\x1dC${'\x1d'.repeat(41)}D`,
  )
  // The full line leads on, so the Return behind it leaves a line empty.
  t.deepEqual(text, [`${full}1`, `${full}2`, '   4', '3  5', `a${' '.repeat(38)}b`, ' c', '   d'])
})

test('PETSCII: characters deleted and inserted, over the edges of a line', async (t) => {
  const full = '*'.repeat(38)
  const { text } = await show(
    t,
    petscii(),
    `\x93ABC\x9d\x14D\r${full}12\x14\x143\r${full}45\x91\x13\x11\x94\x94!?\r\x13\x11\x11\x11\x11X`,
  )
  t.deepEqual(text, ['ad', `!?${full}`, `${full}45`, '', 'x'])
})

test('what no key of a Commodore is, is shown as nothing', async (t) => {
  const { text } = await show(t, petscii(), 'A\x00\x01\x02\x0a\x0d\x00\x1b\x80\x8fB')
  t.deepEqual(text, ['a', 'b'])
})

test('ATASCII: glyphs, inverse video, and control characters as glyphs', async (t) => {
  const shown = [...bytes(0x1b, 0x1f), ...bytes(0x7d, 0x7f)].map((byte) => `\x1b${byte}`).join('')
  const inverse = [...'\x9c\x9d\x9e\x9f\xfd\xfe\xff'].map((byte) => `\x1b${byte}`).join('')
  const { text, painted } = await show(
    t,
    atascii({ isBinary: true }),
    `${bytes(0x00, 0x1a)}\x9b${bytes(0x20, 0x3f)}\x9b${bytes(0x40, 0x5f)}\x9b${bytes(0x60, 0x7c)}\x9b${shown}${inverse}\x9b` +
      `a${bytes(0x80, 0x9a)}\x9b${bytes(0xa0, 0xbf)}\x1b\x9bb${bytes(0xe0, 0xfc)}`,
    { I: 'reversed' },
  )
  t.deepEqual(text, [
    '♥├⎹┘┤┐╱╲◢▗◣▝▘🮂▂▖♣┌─┼●▄▎┬┴▌└',
    ' !"#$%&\'()*+,-./0123456789:;<=>?',
    '@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_',
    '♦abcdefghijklmnopqrstuvwxyz♠|',
    '␛↑↓←→↰◀▶↑↓←→↰◀▶',
    'a♥├⎹┘┤┐╱╲◢▗◣▝▘🮂▂▖♣┌─┼●▄▎┬┴▌└',
    ' !"#$%&\'()*+,-./0123456789:;<=>?',
    'b♦abcdefghijklmnopqrstuvwxyz♠|',
  ])
  t.deepEqual(painted, ['', '', '', '', '        IIIIIII', ` ${'I'.repeat(27)}`, 'I'.repeat(32), ` ${'I'.repeat(29)}`])
})

test('ATASCII: the cursor, lines of 40 columns, and the tabulator', async (t) => {
  const full = '*'.repeat(39)
  const { text } = await show(
    t,
    atascii(),
    `x\x7d${full}1${full}2\x9b\x1c3\x1d\x1e4\x1f\x1f5\x9b\x1e6\x1f\x1f7\x9b` +
      'a\x7fb\x7fc\x7fd\x7fe\x7ff\x7fg\x9b\x1f\x1f\x1f\x9f\x9b\x7fh\x7fi\x9b\x7f\x7f\x9e\x9b\x7f\x7f\x7f\x1ej',
  )
  t.deepEqual(text, [
    `${full}1`,
    `${full}2`,
    '3',
    '4  5',
    `${' '.repeat(39)}6`,
    '  7',
    'a      b       c       d       e       f',
    '       g',
    '',
    '   h   i',
    '',
    `${' '.repeat(22)}j`,
  ])
})

test('ATASCII: clearing, deleting and inserting', async (t) => {
  const lines = await show(t, atascii(), 'x\x7d1\x9b2\x9b3\x9b4\x1c\x1c\x9d!\x1d\x1d\x9c?')
  t.deepEqual(lines.text, ['1', '!', '2', '?'])
  const erased = await show(t, atascii(), 'abc\xe5\x7e\x7eC\x9b\x7ed', { I: 'reversed' })
  t.deepEqual(erased.text, ['abC', 'd'])
  t.deepEqual(erased.painted, [])
  const pushed = await show(t, atascii({ columns: 9 }), 'abcdefgh\x1e\x1e\x1e\xff\xff12\x1e\x1e\x1e\x1e\xfe\xfd')
  t.deepEqual(pushed.text, ['abce12fg'])
})

test('ATASCII with the line ends of ASCII, and CR NUL', async (t) => {
  const ends = await show(t, atascii({ asciiEol: true }), 'a\r\nb\nc\rd\r\0e\x9bf')
  t.deepEqual(ends.text, ['a', 'b', 'e', 'f'])
  const graphics = await show(t, atascii(), 'a\r\nb\r\0c\0')
  t.deepEqual(graphics.text, ['a🮂◣b🮂c♥'])
  const binary = await show(t, atascii({ isBinary: true }), 'b\r\0c')
  t.deepEqual(binary.text, ['b🮂♥c'])
})

test('the Atari ST: the VT52 on a modern terminal', async (t) => {
  const screen = () => {
    const vt52 = new Vt52Screen(24)
    return { show: (bytes: Buffer) => vt52.show(bytes.toString('latin1')) }
  }
  const place = (row: number, column: number) => `\x1bY${String.fromCharCode(0x20 + row, 0x20 + column)}`

  const colours = await show(t, screen, `rubbish\x1bE${place(1, 2)}\x1bb\x01\x1bc4red\x1bb\x0f\x1bc0\x1bpback\x1bqx`, {
    r: '#ff0000 on #0000ff',
    k: '#000000 on #ffffff',
    K: '#000000 on #ffffff reversed',
  })
  t.deepEqual(colours.text, ['', '  redbackx'])
  t.deepEqual(colours.painted, ['', '  rrrKKKKk'])

  const moves = await show(t, screen, `${place(2, 5)}a\x1bA\x1bDb\x1bB\x1bCc\x1bHd\x1bj${place(4, 0)}e\x1bkf`)
  t.deepEqual(moves.text, ['df', '     b', '     a c', '', 'e'])

  const page = 'one\r\ntwo\r\nthree\r\nfour'
  const erased = await show(
    t,
    screen,
    `${page}${place(1, 1)}\x1bK${place(2, 1)}\x1bo${place(3, 2)}\x1bJ${place(0, 2)}\x1blx`,
  )
  t.deepEqual(erased.text, ['x', 't', '  ree', 'fo'])
  const above = await show(t, screen, `${page}${place(1, 1)}\x1bd`)
  t.deepEqual(above.text, ['', '  o', 'three', 'four'])
  const lines = await show(t, screen, `${page}${place(1, 2)}\x1bLnew${place(3, 2)}\x1bM?${place(0, 0)}\x1bIfirst`)
  t.deepEqual(lines.text, ['first', 'one', 'new', 'two', '?our'])

  // What is none of its own passes, and what asks for nothing that can be seen is gone.
  t.is(
    new Vt52Screen(24).show('\x1b[32mgreen\x1b[m\x1bF\x1bG\x1bZ\x1b<\x1b7\x1be'),
    '\x1b[32mgreen\x1b[m\x1b7\x1b[?25h',
  )
})

/** Bytes as a board sends them, and as none does; and where they are cut. */
const stream = fc.record({
  bytes: fc.array(
    fc.oneof(
      fc.integer({ min: 0, max: 255 }),
      fc.constantFrom(0x1b, 0x59, 0x62, 0x0d, 0x0a, 0x00, 0x9b, 0x9d, 0x14, 0x94, 0x1d, 0x12, 0x7e, 0x7f),
      fc.integer({ min: 0x40, max: 0x5f }),
    ),
    { maxLength: 200 },
  ),
  cuts: fc.array(fc.nat(200), { maxLength: 10 }),
})

for (const [name, machine] of [
  ['a Commodore', petscii()],
  ['an Atari', atascii()],
  ['an Atari with the line ends of ASCII', atascii({ asciiEol: true })],
  [
    'an Atari ST',
    () => {
      const vt52 = new Vt52Screen(24)
      return { show: (bytes: Buffer) => vt52.show(bytes.toString('latin1')) }
    },
  ],
] as const) {
  test(`${name}: no matter how what comes is cut, and no line is longer than a screen`, async (t) => {
    await fc.assert(
      fc.asyncProperty(stream, async ({ bytes, cuts }) => {
        const whole = machine().show(Buffer.from(bytes))
        const pieces = machine()
        const places = [
          0,
          ...cuts.map((cut) => cut % (bytes.length + 1)).sort((one, other) => one - other),
          bytes.length,
        ]
        const written = places
          .slice(1)
          .map((end, index) => pieces.show(Buffer.from(bytes.slice(places[index], end))))
          .join('')
        t.is(written, whole)
        if (name === 'an Atari ST') return
        const lines = characters(await shownOn(SIZE, whole))
        t.true(
          lines.every((line) => [...line].length <= 40),
          lines.join('\n'),
        )
      }),
      { numRuns: 300 },
    )
  })
}

test('colours are the nearest that a terminal has', (t) => {
  const orange = { rgb: [0x8e, 0x50, 0x29], plain: 3 } as const
  const grey = { rgb: [0x4a, 0x4a, 0x4a], plain: 8 } as const
  t.is(foreground(orange, 24), '\x1b[38;2;142;80;41m')
  t.is(foreground(orange, 8), '\x1b[38;5;94m')
  t.is(foreground(grey, 8), '\x1b[38;5;239m')
  t.is(foreground(orange, 4), '\x1b[33m')
  t.is(foreground(grey, 4), '\x1b[90m')
  t.is(background(orange, 24), '\x1b[48;2;142;80;41m')
  t.is(background(orange, 8), '\x1b[48;5;94m')
  t.is(background(orange, 4), '\x1b[43m')
  t.is(background(grey, 4), '\x1b[100m')
  t.is(foreground(orange, 1), '')
})

/** Keys of a machine, and what they have sent so far, as Latin-1. */
function keysOf(encoding: string, options = { ansiKeys: false, asciiEol: false }, patience = 60_000) {
  const machine = machineFor(encoding, options)!
  const sent: string[] = []
  const encode = (text: string) => (machine.speaks === 'bytes' ? bytesOf(machine, text, 'replace') : text)
  const keys = new MachineKeys(machine.keys, encode, (some) => sent.push(some), patience)
  return { keys, sent }
}

for (const [encoding, typed, expected] of [
  ['atascii', '\x7f\b\r\n\t', '\x7e\x7e\x9b\x9b\x7f'],
  ['atari8bit', '\x1b[A\x1bOA\x1b[B\x1bOB\x1b[C\x1bOC\x1b[D\x1bOD\x1b[3~', '\x1c\x1c\x1d\x1d\x1f\x1f\x1e\x1e\x7e'],
  ['atascii', 'Az|_♠\x01\x03', 'Az|_\x7b\x01\x03'],
  ['petscii', '\x7f\b\r\n', '\x14\x14\r\r'],
  ['c64', '\x1b[A\x1bOA\x1b[B\x1bOB\x1b[C\x1bOC\x1b[D\x1bOD', '\x91\x91\x11\x11\x1d\x1d\x9d\x9d'],
  ['petscii', '\x1b[3~\x1b[H\x1bOH\x1b[1~\x1b[2~\x1bOP\x1bOQ\x1b[15~', '\x14\x13\x13\x13\x94\x85\x89\x87'],
  ['petscii-unshifted', 'Az1£_^|♥π', '\xc1\x5a1\x5c\xa4\x5e\xdd\xd3\xde'],
  ['atarist', '\x1b[A\x1bOD\x1b[H\x7f\x1b[3~é', '\x1bA\x1bD\x1bH\b\x7fé'],
] as const) {
  test(`keys of ${encoding}: ${JSON.stringify(typed)}, however they are cut`, (t) => {
    for (let at = 0; at < typed.length; at++) {
      const { keys, sent } = keysOf(encoding)
      keys.type(typed.slice(0, at))
      keys.type(typed.slice(at))
      t.is(sent.join(''), expected, `cut at ${at}`)
    }
  })
}

test('what could become a key is held, and sent as it is when it does not', async (t) => {
  const { keys, sent } = keysOf('petscii', undefined, 20)
  keys.type('\x1b')
  keys.type('[')
  t.deepEqual(sent, [])
  keys.type('9')
  t.deepEqual(sent, ['\x1b[9'])
  keys.type('\x1b')
  await new Promise((resolve) => setTimeout(resolve, 100))
  t.deepEqual(sent, ['\x1b[9', '\x1b'])
  keys.type('A')
  t.deepEqual(sent.slice(2), ['\xc1'])
  keys.type('\x1b[')
  keys.stop()
  keys.flush()
  t.is(sent.length, 3)
})

test('ESCDELAY is in milliseconds', (t) => {
  t.is(escapeDelay(undefined), 350)
  t.is(escapeDelay('25'), 25)
  t.is(escapeDelay('soon'), 350)
})

test('--ansi-keys and --ascii-eol leave keys as they are', (t) => {
  const ansi = keysOf('atascii', { ansiKeys: true, asciiEol: false })
  ansi.keys.type('\x1b[A\x7f\r')
  t.is(ansi.sent.join(''), '\x1b[A\x7e\x9b')
  const ascii = keysOf('atascii', { ansiKeys: false, asciiEol: true })
  ascii.keys.type('\x1b[A\x7f\r\n')
  t.is(ascii.sent.join(''), '\x1c\x7e\r\n')
  t.is(machineFor('cp437', { ansiKeys: false, asciiEol: false }), undefined)
  t.throws(() => machineFor('cp437', { ansiKeys: true, asciiEol: false }), { message: /^--ansi-keys is for / })
  t.throws(() => machineFor('petscii', { ansiKeys: false, asciiEol: true }), { message: /^--ascii-eol is for / })
})

test('characters that a machine does not have', (t) => {
  const machine = machineFor('petscii', { ansiKeys: false, asciiEol: false }) as BytesMachine
  t.is(bytesOf(machine, 'a☕{b', 'replace'), 'A??B')
  t.is(bytesOf(machine, 'a☕{b', 'ignore'), 'AB')
  t.throws(() => bytesOf(machine, 'a☕b', 'strict'), { code: 'TELNET_ENCODE', message: /U\+2615/ })
})
