// Pages as boards send them, through the client and onto the screen of a terminal emulator: each cell as it was drawn.

import test from 'ava'
import { characters, type Legend, paint } from './support/cells.js'
import { LEAVE, startClient } from './support/client.js'
import { withoutPty } from './support/pty.js'
import type { ScreenOptions } from './support/screen.js'

// One after another: each takes two or three processes.
const run = withoutPty ? test.skip : test.serial
if (withoutPty) console.log(`Skipped: ${withoutPty}`)

interface Page {
  readonly title: string
  readonly flags: string[]
  /** What the board sends, as Latin-1. The last of it is what `end` waits for. */
  readonly sent: string
  readonly end: RegExp
  readonly screen: ScreenOptions
  readonly text: readonly string[]
  readonly legend: Legend
  readonly painted: readonly string[]
}

const SAUCE =
  '\x1aCOMNT' +
  'drawn for a test'.padEnd(64) +
  'with two comments'.padEnd(64) +
  `SAUCE00${'A page'.padEnd(35)}${'somebody'.padEnd(20)}${'nobody'.padEnd(20)}20261126` +
  `\x00\x08\x00\x00\x01\x01P\x00\x19\x00\x00\x00\x00\x00\x02\x00${'IBM VGA'.padEnd(22, '\0')}`

const pages: Page[] = [
  {
    title: 'ANSI art in CP437',
    flags: ['--encoding', 'cp437'],
    sent:
      // A font, the whole width and no line end, then a frame whose right side is drawn by moving there.
      `\x1b[0;0 D\x1b[2J\x1b[1;1H\x1b[1;34m\xc9${'\xcd'.repeat(78)}\xbb` +
      `\xba\x1b[78C\xba\xba\x1b[3;80H\xba\xc8${'\xcd'.repeat(78)}\xbc` +
      // Back into the frame: a title on blue, shades, a heart that blinks.
      '\x1b[2;4H\x1b[0;1;33;44m \x01 The Board \x02 \x1b[0m\x1b[2;24H\xb0\xb1\xb2\xdb\x1b[32m\xdb\xb2\xb1\xb0' +
      '\x1b[3;4H\x1b[31;5m\x03\x1b[25m\x06\x1b[s\x1b[4;1H\r\n\r\n\x1b[u\x1b[37m\x16\x1e\x1f\x11\x10\x0e\x0f\x7f' +
      // Below it a block whose last column wraps, and one that a CR LF ends.
      `\x1b[5;1H\x1b[0m${'\xdc'.repeat(80)}${'\xdf'.repeat(79)}\r\n` +
      `\x1b[36m\xf4 caf\x82 \xe1 \x9c\x1b[A\x1b[B\x1b[2D\xfb\x1b[K\r\n\x1b[0m\xfe done \xfe${SAUCE}`,
    end: /done ■/,
    screen: { columns: 80, rows: 25 },
    text: [
      `╔${'═'.repeat(78)}╗`,
      `║   ☺ The Board ☻      ░▒▓██▓▒░${' '.repeat(48)}║`,
      `║  ♥♠▬▲▼◄►♫☼⌂${' '.repeat(66)}║`,
      `╚${'═'.repeat(78)}╝`,
      '▄'.repeat(80),
      '▀'.repeat(79),
      '⌠ café ß√',
      '■ done ■',
    ],
    legend: { b: '4 bold', y: '3 on 4 bold', g: '2', r: '1 blinking', s: '1', w: '7', c: '6' },
    painted: [
      'b'.repeat(80),
      `b  ${'y'.repeat(15)}         gggg${' '.repeat(48)}b`,
      `b  rswwwwwwww${' '.repeat(66)}b`,
      'b'.repeat(80),
      '',
      '',
      'c'.repeat(9),
    ],
  },
  {
    title: 'a page of a Commodore',
    flags: ['--encoding', 'petscii'],
    sent:
      // Capitals and graphics; the frame fills 40 columns and no line ends.
      `\x8e\x93\x9a\xb0${'\xc0'.repeat(38)}\xae` +
      `\xdd\x05 THE BOARD${' '.repeat(10)}\x1c\xd3\x9e\xda\x1e\xd8\x9f\xc1${' '.repeat(14)}\x9a\xdd` +
      `\xad${'\xc0'.repeat(38)}\xbd` +
      // Reversed to the end of the line, the cursor moved about, a word corrected.
      '\x96\x12PRESS\x92 \x12RETURN\rLINE\x9d\x9d\x14\x94O\r' +
      // The other set, a bar of blocks.
      `\x0e\x99sMALL \xd3MALL\r\x81\xa1\xa2\xa3\xa6\xaf\x12\xa1\x92\r\x1d\x1d\x91X\x11\x9dY\r\x05END`,
    end: /^end/m,
    screen: { columns: 80, rows: 20, env: { COLORTERM: 'truecolor' } },
    text: [
      `┌${'─'.repeat(38)}┐`,
      `│ THE BOARD${' '.repeat(10)}♥♦♣♠${' '.repeat(14)}│`,
      `└${'─'.repeat(38)}┘`,
      'PRESS RETURN',
      'LONE',
      'Small Small',
      '▌▄x▒▂▌',
      '  y',
      'end',
    ],
    legend: {
      l: '#706deb',
      w: '#ffffff',
      r: '#813338',
      y: '#edf171',
      g: '#56ac4d',
      c: '#75cec8',
      p: '#c46c71',
      P: '#c46c71 reversed',
      G: '#a9ff9f',
      o: '#8e5029',
      O: '#8e5029 reversed',
    },
    painted: [
      'l'.repeat(40),
      `l${'w'.repeat(20)}ryg${'c'.repeat(15)}l`,
      'l'.repeat(40),
      'PPPPPpPPPPPP',
      'pppp',
      'G'.repeat(11),
      'oooooO',
      '  o',
      'www',
    ],
  },
  {
    title: 'a page of an Atari',
    flags: ['--encoding', 'atascii'],
    sent:
      // The frame fills 40 columns and no line ends.
      `\x7d\x11${'\x12'.repeat(38)}\x05|\xd4\xe8\xe5\xa0\xc2\xef\xe1\xf2\xe4${' '.repeat(29)}|\x1a${'\x12'.repeat(38)}\x03` +
      // The tabulator, arrows as glyphs, a word corrected, a line put in between and one taken away.
      'a\x7fb\x7fc\x9b\x1b\x1c\x1b\x1d \x00\x60\x10\x7b\x9bwrng\x1e\x1e\xffo\x9bgone\x9blast\x9b\x1c\x1c\x9c\x9dnew\x9b\x1d\xfdend',
    end: /end$/m,
    screen: { columns: 80, rows: 20 },
    text: [
      `┌${'─'.repeat(38)}┐`,
      `|The Board${' '.repeat(29)}|`,
      `└${'─'.repeat(38)}┘`,
      'a      b       c',
      '↑↓ ♥♦♣♠',
      'wrong',
      'new',
      'last',
      'end',
    ],
    legend: { I: 'reversed' },
    painted: ['', ' IIIIIIIII'],
  },
  {
    title: 'a page of an Atari ST',
    flags: ['--encoding', 'atarist'],
    sent: '\x1bE\x1bb\x02The Board\x1bb\x00\r\n\x1bpBl\x81te\x1bq \x9e\x1bY"(x\x1bY#!\x1bb\x04y\x1bb\x00\x1bH\x1bB\x1bB\x1bB\x1bBend',
    end: /^end/m,
    screen: { columns: 80, rows: 20, env: { COLORTERM: 'truecolor' } },
    text: ['The Board', 'Blüte ß', '        x', ' y', 'end'],
    legend: { g: '#00ff00', w: '#ffffff', W: '#ffffff reversed', b: '#0000ff' },
    painted: ['ggggggggg', 'WWWWWww', '        w', ' b', 'www'],
  },
]

for (const { title, flags, sent, end, screen: options, text, legend, painted } of pages) {
  run(`${title}, whole and in small pieces`, async (t) => {
    const bytes = Buffer.from(sent, 'latin1').toString('latin1').replaceAll('\xff', '\xff\xff')
    for (const length of [bytes.length, 7, 1]) {
      const { screen, peer } = await startClient(t, flags, options)
      for (let at = 0; at < bytes.length; at += length) {
        peer.send(Buffer.from(bytes.slice(at, at + length), 'latin1'))
        // So that no two of them are read as one.
        if (length < bytes.length) await new Promise((resolve) => setTimeout(resolve, 1))
      }
      await screen.shows(end)
      t.deepEqual(characters(screen.terminal), text)
      t.deepEqual(paint(screen.terminal, legend), painted)
      screen.type(LEAVE)
      await screen.shows('Connection closed.')
    }
  })
}
