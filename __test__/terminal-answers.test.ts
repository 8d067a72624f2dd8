// What terminals send: cut into parts wherever the network cut it, and read as reports, or taken for keys.

import test from 'ava'
import fc from 'fast-check'
import { capabilityOf } from '../ts/fingerprint/terminal/capabilities.js'
import { colourOf, hexOf, numberOfColours } from '../ts/fingerprint/terminal/colours.js'
import { featuresOf } from '../ts/fingerprint/terminal/features.js'
import { reportOf } from '../ts/fingerprint/terminal/reports.js'
import { softwareOf, softwareOfAnswerback } from '../ts/fingerprint/terminal/software.js'
import { LONGEST_SEQUENCE, LONGEST_STRING, type Token, Tokens } from '../ts/fingerprint/terminal/tokens.js'

/** The parts, text joined, each as its kind and what it is. */
function partsOf(chunks: readonly string[], eightBit = true): [string, string][] {
  const tokens = new Tokens(eightBit)
  const parts: [string, string][] = []
  for (const { kind, raw, body } of chunks.flatMap((chunk) => tokens.feed(chunk))) {
    const last = parts.at(-1)
    if (kind === 'text' && last?.[0] === 'text') last[1] += raw
    else parts.push([kind, kind === 'escape' || kind === 'none' ? raw : body])
  }
  if (tokens.pending !== '') parts.push(['pending', tokens.pending])
  return parts
}

const PARTS: readonly [input: string, ...parts: [string, string][]][] = [
  ['hello', ['text', 'hello']],
  ['a\x1b[?62;4cb', ['text', 'a'], ['csi', '?62;4c'], ['text', 'b']],
  ['\x1b[A\x1bOP\x1b[15~', ['csi', 'A'], ['escape', '\x1bOP'], ['csi', '15~']],
  ['\x1bO2P', ['escape', '\x1bO2P']],
  ['\x1b(B', ['escape', '\x1b(B']],
  ['\x1bx', ['escape', '\x1bx']],
  ['\x1bP>|tmux 3.4\x1b\\', ['dcs', '>|tmux 3.4']],
  ['\x1b]11;rgb:0/0/0\x07\x1b]10;rgb:f/f/f\x1b\\', ['osc', '11;rgb:0/0/0'], ['osc', '10;rgb:f/f/f']],
  ['\x1b_Gi=31;OK\x1b\\', ['apc', 'Gi=31;OK']],
  ['\x9b1;2R\x90>|x\x9c\x9d4;1;y\x9c', ['csi', '1;2R'], ['dcs', '>|x'], ['osc', '4;1;y']],
  // A message to nobody is a string too.
  ['\x1b^private\x1b\\\x1bXmore\x1b\\', ['none', '\x1b^private\x1b\\'], ['none', '\x1bXmore\x1b\\']],
  // The Escape key, and Alt with what introduces strings, before an answer.
  ['\x1b\x1b[?6c', ['escape', '\x1b'], ['csi', '?6c']],
  ['\x1b]\x1b[?6c', ['none', '\x1b]'], ['csi', '?6c']],
  ['\x1bPab\r', ['none', '\x1bPab\r']],
  ['\x1b[1\x1b[?6c', ['none', '\x1b[1'], ['csi', '?6c']],
  ['\x1bO\x1b[?6c', ['escape', '\x1bO'], ['csi', '?6c']],
  ['\x1b[1\r', ['none', '\x1b[1\r']],
  ['\x1b[1\u00e4', ['none', '\x1b[1\u00e4']],
  ['\x1b', ['pending', '\x1b']],
  ['\x1b[1;', ['pending', '\x1b[1;']],
]

for (const [input, ...parts] of PARTS) {
  test(`parts of ${JSON.stringify(input)}`, (t) => t.deepEqual(partsOf([input]), parts))
}

test('bytes have no controls of eight bits, since they may be UTF-8', (t) => {
  t.deepEqual(partsOf(['\xe2\x80\x9b1;2R'], false), [['text', '\xe2\x80\x9b1;2R']])
})

test('what is too long is no answer, and is over where it ends', (t) => {
  const long = 'x'.repeat(LONGEST_STRING)
  t.deepEqual(partsOf([`\x1bP${long}\x1b\\a`]), [['text', 'a']])
  t.deepEqual(partsOf([`\x1b]${long}${long}\x07a`]), [['text', 'a']])
  t.deepEqual(partsOf([`\x1b]${long}\x1b[?6c`]), [['csi', '?6c']])
  const digits = '1'.repeat(LONGEST_SEQUENCE - 2)
  t.deepEqual(partsOf([`\x1b[${digits}R`]), [
    ['none', `\x1b[${digits}`],
    ['text', 'R'],
  ])
})

/** What terminals send, and what they would if they were broken. */
const noise = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '\x1b',
        '\x1b[',
        '\x1bP',
        '\x1b]',
        '\x1b_',
        '\x1b\\',
        '\x07',
        '\x9b',
        '\x9c',
        '\x9d',
        '\r',
        '?',
        ';',
      ),
      fc.constantFrom(...PARTS.map(([input]) => input)),
      fc.string({ maxLength: 8 }),
      fc.constant('y'.repeat(700)),
    ),
    { maxLength: 24 },
  )
  .map((parts) => parts.join(''))

test('wherever it is cut, it has the same parts', (t) => {
  fc.assert(
    fc.property(noise, fc.array(fc.nat(64), { maxLength: 40 }), (input, sizes) => {
      const whole = partsOf([input])
      const pieces: string[] = []
      let rest = input
      for (const size of sizes) {
        pieces.push(rest.slice(0, size))
        rest = rest.slice(size)
      }
      pieces.push(rest)
      t.deepEqual(partsOf(pieces), whole)
      t.deepEqual(partsOf([...input].flatMap((character) => character.split(''))), whole)
    }),
  )
})

test('nothing is lost but what is too long, and what is kept is bounded', (t) => {
  fc.assert(
    fc.property(noise, (input) => {
      const tokens = new Tokens(true)
      const raw = tokens.feed(input).map((token) => token.raw)
      t.true(tokens.pending.length <= LONGEST_STRING)
      t.true(raw.every((part) => part.length <= LONGEST_STRING + 2))
      if (input.length < LONGEST_STRING) t.is(raw.join('') + tokens.pending, input)
    }),
    { examples: [['\x1bPab\x1b'], ['\x1b']] },
  )
})

test('any token is read without complaint', (t) => {
  const kinds = ['text', 'escape', 'csi', 'dcs', 'osc', 'apc', 'none'] as const
  fc.assert(
    fc.property(fc.constantFrom(...kinds), fc.string({ maxLength: 60 }), (kind, body) => {
      t.notThrows(() => reportOf({ kind, raw: body, body }))
    }),
  )
})

const REPORTS: readonly [input: string, report: unknown][] = [
  ['\x1b[?64;1;2;22c', { kind: 'attributes', numbers: [64, 1, 2, 22], isCTerm: false }],
  ['\x1b[=67;84;101;114;109;1;323c', { kind: 'attributes', numbers: [67, 84, 101, 114, 109, 1, 323], isCTerm: true }],
  ['\x1b[>84;0;0c', { kind: 'secondary', numbers: [84, 0, 0] }],
  ['\x1bP!|7E565445\x1b\\', { kind: 'unit', id: '7E565445' }],
  ['\x1b[24;80R', { kind: 'position', row: 24, column: 80 }],
  ['\x1b[?2026;2$y', { kind: 'mode', mode: 2026, value: 2 }],
  ['\x1bP>|XTerm(379)\x1b\\', { kind: 'version', text: 'XTerm(379)' }],
  ['\x1bP1+r544e=787465726d\x1b\\', { kind: 'capability', isKnown: true, text: '544e=787465726d' }],
  ['\x1bP0+r\x1b\\', { kind: 'capability', isKnown: false, text: '' }],
  ['\x1bP1$r0;1m\x1b\\', { kind: 'setting', isKnown: true, text: '0;1m' }],
  ['\x1b[4;384;640t', { kind: 'size', of: 4, height: 384, width: 640 }],
  ['\x1b[?1;0;256S', { kind: 'graphics', item: 1, status: 0, values: [256] }],
  ['\x1b[?31u', { kind: 'keyboard', flags: 31 }],
  ['\x1b[?u', { kind: 'keyboard', flags: 0 }],
  ['\x1b[?997;1n', { kind: 'scheme', isDark: true }],
  ['\x1b]10;rgb:ffff/ffff/ffff\x07', { kind: 'colour', of: 'text', colour: 'rgb:ffff/ffff/ffff' }],
  ['\x1b]4;15;rgb:ff/ff/ff\x1b\\', { kind: 'colour', of: 15, colour: 'rgb:ff/ff/ff' }],
  ['\x1b]1337;Capabilities=T2CwLr\x1b\\', { kind: 'features', text: 'T2CwLr' }],
  ['\x1b]1337;ReportCellSize=17.0;8.0;2.0\x1b\\', { kind: 'cell', height: 17, width: 8 }],
  ['\x1b]99;i=telnetkit:p=?;a=focus:o=always\x1b\\', { kind: 'notifications', text: 'a=focus:o=always' }],
  ['\x1b]22;text\x1b\\', { kind: 'pointer', shape: 'text' }],
  ['\x1b_Gi=31;OK\x1b\\', { kind: 'pictures', text: 'OK' }],
  // Keys, and what looks like an answer but has a number that no terminal has.
  ['\x1b[A', null],
  ['\x1b[1;5C', null],
  ['\x1b[200~', null],
  ['\x1b[97;5u', null],
  ['\x1b[<0;10;10M', null],
  ['\x1b[999999;1R', null],
  ['\x1b[?99999999;1$y', null],
  ['\x1b]52;c;Zm9v\x1b\\', null],
]

for (const [input, report] of REPORTS) {
  test(`report of ${JSON.stringify(input)}`, (t) => {
    const [token] = new Tokens(true).feed(input)
    t.deepEqual(reportOf(token as Token), report as never)
  })
}

test('numbers that are too long for any terminal are left out', (t) => {
  const [token] = new Tokens(true).feed('\x1b[?62;99999999999999999999;4c')
  t.deepEqual(reportOf(token!), { kind: 'attributes', numbers: [62, 4], isCTerm: false })
})

test('capabilities come in hexadecimal digits, and values as terminfo has them or as they are', (t) => {
  const hex = (text: string) => Buffer.from(text).toString('hex')
  t.deepEqual(capabilityOf(`${hex('TN')}=${hex('xterm-kitty')}`), ['TN', 'xterm-kitty'])
  t.deepEqual(capabilityOf(hex('bce')), ['bce', ''])
  t.deepEqual(capabilityOf(`${hex('kf1')}=${hex('\\EOP')}`), ['kf1', '\x1bOP'])
  t.deepEqual(capabilityOf(`${hex('kbs')}=${hex('^?')}`), ['kbs', '\x7f'])
  t.deepEqual(capabilityOf(`${hex('x')}=${hex('\\033^A\\\\\\s\\,')}`), ['x', '\x1b\x01\\ ,'])
  t.is(capabilityOf(''), null)
  t.is(capabilityOf('5'), null)
  t.is(capabilityOf('zz=00'), null)
  t.is(capabilityOf('41=42=43'), null)
})

test('colours are those of X, in one to four digits', (t) => {
  t.deepEqual(colourOf('rgb:ffff/8080/0000'), [65_535, 32_896, 0])
  t.deepEqual(colourOf('rgb:f/80/000'), [65_535, 32_896, 0])
  t.deepEqual(colourOf('rgba:ff/00/ff/80'), [65_535, 0, 65_535])
  t.is(hexOf([65_535, 32_896, 0]), '#ffff80800000')
  for (const text of ['', 'red', 'rgb:', 'rgb:12345/0/0', 'rgb:0/0', '#fff']) t.is(colourOf(text), null)
})

test('as many colours are counted as show', (t) => {
  const setting = (text: string) => ({ kind: 'setting', isKnown: true, text }) as const
  const palette = (of: number) => ({ kind: 'colour', of, colour: '' }) as const
  t.is(numberOfColours([setting('0;48:2::1:2:3m')], {}, {}), 2 ** 24)
  t.is(numberOfColours([setting('0;48;2;1;2;3m')], {}, {}), 2 ** 24)
  t.is(numberOfColours([setting('0;48:5:16m'), palette(255)], {}, {}), 256)
  t.is(numberOfColours([], { RGB: '8' }, {}), 2 ** 24)
  t.is(numberOfColours([], { colors: '88' }, {}), 88)
  t.is(numberOfColours([], {}, { truecolor: 2 }), 2 ** 24)
  t.is(numberOfColours([palette(0), palette(15)], {}, {}), 16)
  t.is(numberOfColours([{ kind: 'attributes', numbers: [62, 22], isCTerm: false }], {}, {}), 8)
  t.is(numberOfColours([{ kind: 'attributes', numbers: [22], isCTerm: false }], {}, {}), null)
})

test('features have names, and numbers where they are numbers', (t) => {
  t.deepEqual(featuresOf('T2CwLrUw9MBQx7Sx'), {
    truecolor: 2,
    clipboard_writable: true,
    decslrm: true,
    unicode_widths: 9,
    mouse: true,
    bracketed_paste: true,
    sixel: true,
  })
  t.deepEqual(featuresOf('nothing at all'), {})
})

test('software is told with a version in three ways, or without', (t) => {
  const told = (text: string) => Object.values(softwareOf(text)).slice(0, 2)
  t.deepEqual(told('tmux 3.3a'), ['tmux', '3.3a'])
  t.deepEqual(told('WezTerm 20240203-110809-5046fc22'), ['WezTerm', '20240203-110809-5046fc22'])
  t.deepEqual(told('kitty(0.26.5)'), ['kitty', '0.26.5'])
  t.deepEqual(told('X.Org 7.7.0(370)'), ['X.Org', '7.7.0(370)'])
  t.deepEqual(told('contour'), ['contour', ''])
  t.deepEqual(told('evil\x1b[2J\u202e'), ['evil[2J', ''])
  t.is(softwareOf('x'.repeat(1000)).name.length, 128)
  t.deepEqual(softwareOfAnswerback('PuTTY'), { name: 'PuTTY', version: '', method: 'ENQ' })
  t.deepEqual(softwareOfAnswerback('Some Terminal 1.2'), { name: 'Some Terminal', version: '1.2', method: 'ENQ' })
})
