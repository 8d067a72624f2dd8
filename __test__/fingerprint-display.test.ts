// What a caller sees of their own fingerprint: whole screens, keys, hostile words. Documents are made here; who really calls is the
// matter of fingerprint-visit.test.ts.

import { setTimeout as delay } from 'node:timers/promises'
import test, { type ExecutionContext } from 'ava'
import type { Session } from 'telnetkit'
import type { JsonObject } from 'telnetkit/fingerprint'
import { bounded } from '../ts/fingerprint/display/facts.js'
import { display, type Form } from '../ts/fingerprint/display/index.js'
import { Keyboard } from '../ts/fingerprint/display/keyboard.js'
import type { Look } from '../ts/fingerprint/display/screen.js'
import { brief } from '../ts/fingerprint/display/visible.js'
import { calledBy, identification, type Records, type Visitor } from '../ts/fingerprint/display/visitor.js'
import { document, TELNET, TERMINAL, telnetProbe, terminalProbe, visitor } from './support/fingerprints.js'
import { type Onlooker, onlooker } from './support/onlooker.js'

const FULL: Look = { depth: 24, isAscii: false, isSynchronized: true, hasTitle: true }
const DUMB: Look = { depth: 1, isAscii: true, isSynchronized: false, hasTitle: false }

const LEGEND = '[t]erminal  te[l]net  [s]ummary  s[u]ggest a name  w[h]o else was here  [q]uit'

const NOTHING: Records = { suggest: async () => true, entries: async () => [] }

interface Shown extends Onlooker {
  readonly ended: Promise<void>
}

async function show(
  t: ExecutionContext,
  size: readonly [number, number],
  {
    form = 'screen',
    look = FULL,
    who = visitor,
    records = NOTHING,
  }: Partial<{ form: Form; look: Look; who: Visitor; records: Records }> = {},
): Promise<Shown> {
  const someone = await onlooker(t, ...size)
  const { server } = someone
  if (!look.isAscii) server.encoding = 'utf8'
  const ended = display(server, form, look, who, records).then(
    () => void server.end(),
    (error) => {
      if (!server.destroyed) throw error
    },
  )
  return Object.assign(someone, { ended })
}

const AT_80 = [
  '╔════════════════════════════════════╗ ╔═════════════════════════════════════╗',
  '║              Terminal              ║ ║               Telnet                ║',
  '╠═════════════════╦══════════════════╣ ╠═══════════════╦═════════════════════╣',
  '║     Fingerprint ║ fedcba9876543210 ║ ║   Fingerprint ║ 0123456789abcdef    ║',
  '║        Software ║ wezterm 20240..  ║ ║ Terminal Type ║ XTERM-256COLOR      ║',
  '║            Size ║ 80x24 (*9x18)    ║ ║               ║ (VT100)             ║',
  '║          Colors ║ 24-bit           ║ ║          LANG ║ en_US.UTF-8         ║',
  '║    fg/bg colors ║ Yes              ║ ║       Options ║ BINARY, ECHO, NAWS, ║',
  '║        Graphics ║ Kitty, iTerm2,   ║ ║               ║ NEW_ENVIRON, SGA,   ║',
  '║                 ║ Sixel            ║ ║               ║ TSPEED, TTYPE       ║',
  '║    Device Class ║ VT500            ║ ║     No answer ║ COM_PORT            ║',
  '║    Aspect Ratio ║ 16:9 (HD)        ║ ║           SLC ║ 1 set, 1 nosupport  ║',
  '║ Graphemes(2027) ║ Yes              ║ ║   Environment ║ USER                ║',
  '║           Emoji ║ Partial          ║ ║         Speed ║ 38400,38400         ║',
  '╚═════════════════╩══════════════════╝ ╚═══════════════╩═════════════════════╝',
  'Welcome! Detected GNU telnet and WezTerm.',
  '',
  LEGEND,
]

test('80 columns: both tables beside one another, the first as narrow as that takes', async (t) => {
  const screen = await show(t, [80, 24])
  await screen.shows('[q]uit')
  t.deepEqual(screen.lines, AT_80)
  t.true(screen.raw.includes('\x1b]0;GNU telnet and WezTerm\x1b\\'), 'the title')
  const drawing = screen.raw.slice(screen.raw.indexOf('\x1b[?2026h'), screen.raw.indexOf('\x1b[?2026l'))
  t.true(drawing.includes('[q]uit') === false && drawing.includes('uit'), 'all in one update')
})

test('132 columns: as wide as they like', async (t) => {
  const screen = await show(t, [132, 43])
  await screen.shows('[q]uit')
  t.deepEqual(screen.lines.slice(3, 9), [
    '║     Fingerprint ║ fedcba9876543210     ║ ║   Fingerprint ║ 0123456789abcdef          ║',
    '║        Software ║ wezterm 20240..      ║ ║ Terminal Type ║ XTERM-256COLOR (VT100)    ║',
    '║            Size ║ 132x43 (*9x18)       ║ ║          LANG ║ en_US.UTF-8               ║',
    '║          Colors ║ 24-bit               ║ ║       Options ║ BINARY, ECHO, NAWS,       ║',
    '║    fg/bg colors ║ Yes                  ║ ║               ║ NEW_ENVIRON, SGA, TSPEED, ║',
    '║        Graphics ║ Kitty, iTerm2, Sixel ║ ║               ║ TTYPE                     ║',
  ])
})

test('40 columns, ASCII, no colours: one below the other, in pages', async (t) => {
  const screen = await show(t, [40, 25], { look: DUMB })
  await screen.shows('[q]uit')
  const { lines } = screen
  t.deepEqual(lines.slice(0, 6), [
    '+------------------------------------+',
    '|              Terminal              |',
    '+-----------------+------------------+',
    '|     Fingerprint | fedcba9876543210 |',
    '|        Software | wezterm 20240..  |',
    '|            Size | 40x25 (*9x18)    |',
  ])
  t.deepEqual(lines.slice(-4), [
    'Lines 1 to 21 of 32; space: on, b: back',
    '[t]erminal  te[l]net  [s]ummary',
    's[u]ggest a name  w[h]o else was here',
    '[q]uit',
  ])
  screen.type(' ')
  await screen.shows('Welcome! Detected GNU telnet and')
  t.true(screen.lines.every((line) => line.length < 40))
  screen.type('\x1b[5~')
  await screen.shows('Terminal  ')
  t.regex(screen.raw, /^[\n\r -~\x1b]*$/)
})

test('20 columns: no borders, and nothing is lost', async (t) => {
  const screen = await show(t, [20, 60], { look: DUMB })
  await screen.shows('[q]uit')
  t.true(screen.lines.every((line) => line.length < 20))
  for (const words of ['Fingerprint: fedcba', '9876543210', 'Graphics: Kitty, iT']) await screen.shows(words)
})

test('a change of the window draws all anew', async (t) => {
  const screen = await show(t, [132, 43])
  await screen.shows('[q]uit')
  screen.resize(80, 24)
  await screen.shows('80x24 (*9x18)')
  t.deepEqual(screen.lines, AT_80)
})

test('who else was here: nobody, or that cannot be read', async (t) => {
  for (const [entries, words] of [
    [[], 'Nobody is kept here.'],
    [undefined, 'Who else was here cannot be read.'],
  ] as const) {
    const screen = await show(t, [80, 24], { records: { ...NOTHING, entries: async () => entries } })
    await screen.shows('[q]uit')
    screen.type('h')
    await screen.shows(words)
    t.is(screen.lines[0], words)
  }
})

test('keys lead to pages; those that end programs elsewhere, and late answers of a terminal, mean nothing', async (t) => {
  const entries = [
    { kind: 'Telnet' as const, name: 'GNU telnet', clients: 12, calls: 340 },
    { kind: 'Terminal' as const, name: TERMINAL, clients: 1, calls: 2 },
  ]
  const screen = await show(t, [80, 24], { records: { ...NOTHING, entries: async () => entries } })
  await screen.shows('[q]uit')
  screen.type('t')
  await screen.shows(/^Terminal\n========\n\{\n {2}"fingerprint": "fedcba9876543210",\n/)
  screen.type('\x1b[6~')
  await screen.shows(/^Lines 23 to 44 of \d+;/m)
  screen.type('L')
  await screen.shows(/^Telnet\n======\n\{\n {2}"fingerprint": "0123456789abcdef",\n/)
  screen.type('h')
  await screen.shows('Database')
  t.deepEqual(screen.lines, [
    '╔═══════════════════════════════════════════════╗',
    '║           Database (2 fingerprints)           ║',
    '╠══════════╦══════════════════╦═════════╦═══════╣',
    '║ Type     ║ Fingerprint      ║ Clients ║ Calls ║',
    '╠══════════╬══════════════════╬═════════╬═══════╣',
    '║ Telnet   ║ GNU telnet       ║      12 ║   340 ║',
    '║ Terminal ║ fedcba9876543210 ║       1 ║     2 ║',
    '╚══════════╩══════════════════╩═════════╩═══════╝',
    '',
    LEGEND,
  ])
  screen.type('\x03\x1a\x1c\x04\x1bP>|quit\x1b\\\x1b[12;40R\x1b[?62;4cs')
  await screen.shows('Welcome!')
  t.deepEqual(screen.lines, AT_80)
  screen.terminal.write('\x1b[2J')
  screen.type('\x0c')
  await screen.shows('Welcome!')
  screen.type('\x1b')
  await screen.ended
  t.pass()
})

test('keys come in pieces, as a slow line has them', async (t) => {
  const screen = await show(t, [80, 24])
  await screen.shows('[q]uit')
  screen.type('t')
  await screen.shows(/^Lines 1 to/m)
  for (const piece of '\x1b[6~') {
    screen.type(piece)
    await delay(20)
  }
  await screen.shows(/^Lines \d\d to/m)
  screen.type('\x1b[')
  await delay(300)
  screen.type('l')
  await screen.shows(/^Telnet\n=/)
  screen.type('\x1b\x1b')
  await screen.ended
  t.pass()
})

test('who types a page of keys at once has one page drawn', async (t) => {
  const screen = await show(t, [80, 24])
  await screen.shows('[q]uit')
  const before = screen.raw.length
  screen.type(`${'tl'.repeat(5_000)}h`)
  await screen.shows('Nobody is kept here.')
  t.true(screen.raw.length - before < 30_000, `${screen.raw.length - before}`)
})

/** The most that a session reads in one turn of the event loop, and all that it has read. */
function watch(session: Session): { readonly most: number; readonly all: number } {
  const seen = { most: 0, all: 0 }
  let now = 0
  const turn = () => {
    now = 0
  }
  const { read } = session
  session.read = async (...args) => {
    const chunk = await read.apply(session, args)
    if (now === 0) setImmediate(turn)
    now += chunk?.length ?? 0
    seen.all += chunk?.length ?? 0
    seen.most = Math.max(seen.most, now)
    return chunk
  }
  return seen
}

const NAMELESS: Visitor = {
  ...visitor,
  telnet: { hash: TELNET, name: undefined, program: undefined, nearest: undefined },
}

for (const [what, who, flood, last, shown] of [
  ['at a question', NAMELESS, 'A', '\r', 'Thank you'],
  ['of sequences at a question', NAMELESS, '\x1b[B', 'A\r', 'Thank you'],
  ['of a sequence without end', visitor, '\x1b]AAAAAAAA', '\x07t', /^Terminal\n=/],
  ['of ways down', visitor, '\x1b[B\x1b[A', 't\x1b[B', /^Lines 2 to/m],
  ['of pages', visitor, 'hjtjlj', 'sh', 'Nobody is kept here.'],
] as const) {
  test.serial(`others are served during a flood ${what}`, async (t) => {
    let readings = 0
    const suggested: object[] = []
    const records: Records = {
      suggest: async (names) => suggested.push(names) > 0,
      entries: async () => {
        readings++
        return []
      },
    }
    const other = await show(t, [80, 24])
    await other.shows('[q]uit')
    const screen = await show(t, [80, 24], { who, records })
    await screen.shows(/Or, press return:|\[q\]uit/)
    const seen = watch(screen.server)
    const before = screen.raw.length
    const size = 600_000
    screen.type(flood.repeat(size / flood.length) + last)
    other.type('t')
    await other.shows(/^Terminal\n=/)
    t.true(seen.all < size, 'the other was served before the flood was over')
    await screen.shows(shown)
    t.true(seen.all > size - 200, `${seen.all} characters were read`)
    t.true(seen.most < 1_000, `${seen.most} characters in one turn`)
    t.true(readings <= size / 100, `the data base was read ${readings} times`)
    t.true(screen.raw.length - before < 200_000, `${screen.raw.length - before} characters were drawn`)
    if (shown === 'Thank you') t.deepEqual(suggested, [{ 'telnet-client': flood === 'A' ? 'A'.repeat(18) : 'A' }])
  })
}

test.serial('all keys of a flood are told, in order', async (t) => {
  const { server, client } = await onlooker(t, 80, 24)
  const keys = ['a', '\x1b[6~', 'é', '\x1bOB', '\u{1f600}', '\r', '\x1b]0;t\x1b\\', ' ']
  server.encoding = 'utf8'
  let taken = 0
  const keyboard = new Keyboard(server, async (isAll) => {
    if (isAll) taken++
  })
  const flood = keys.join('').repeat(5_000)
  client.write(Buffer.from(flood))
  while (server.readableLength < flood.length) await delay(5)
  for (let index = 0; index < 40_000; index++) {
    const key = await keyboard.next()
    if (key !== keys[index % keys.length]) return t.fail(`${JSON.stringify(key)} is key ${index}`)
  }
  t.is(await keyboard.next(0), undefined)
  t.true(taken > 0)
})

test('a paste is for a field, not for pages', async (t) => {
  const screen = await show(t, [80, 24])
  await screen.shows('[q]uit')
  screen.type('\x1b[200~tell him to quit\r\x1b[201~')
  screen.type('\x1b[20')
  await delay(20)
  screen.type('0~quit\x1b[2')
  await delay(20)
  screen.type('01~l')
  await screen.shows(/^Telnet\n=/)
  screen.type('u\x1b[200~pasted\r\x1b[201~Telnet\r')
  await screen.shows('Thank you')
  screen.type('\x1b[200~unended\x1b')
  await screen.ended
  t.pass()
})

test('the smallest windows have no more lines than rows', async (t) => {
  for (const [columns, rows] of [
    [1, 1],
    [2, 2],
    [10, 4],
    [10, 1],
    [200, 1],
    [30, 3],
  ] as const) {
    for (const who of [visitor, NAMELESS]) {
      const { server } = await onlooker(t, columns, rows)
      const written: string[] = []
      const write = server.write.bind(server)
      server.write = (chunk: string | Uint8Array) => {
        written.push(String(chunk))
        return write(chunk)
      }
      server.encoding = 'utf8'
      const ended = display(server, 'screen', FULL, who, NOTHING).catch(() => {})
      while (!written.some((text) => text.includes('\x1b[2J'))) await delay(5)
      const drawn = written.find((text) => text.includes('\x1b[2J'))!.replace(/\x1b\[[?\d;]*[A-Za-z]/g, '')
      t.true(drawn.split('\r\n').length <= rows, `${columns} x ${rows}: ${JSON.stringify(drawn)}`)
      const room = Math.max(1, columns - 1)
      t.true(
        drawn.split('\r\n').every((line) => line.length <= room),
        `${columns} x ${rows}: ${JSON.stringify(drawn)}`,
      )
      server.destroy()
      await ended
    }
  }
})

test('a name of wide characters is cut when it is spelled', async (t) => {
  const name = '漢'.repeat(40)
  const probe = {
    ...terminalProbe,
    'fingerprint-data': { ...terminalProbe['fingerprint-data'], software_name: name },
  }
  const who = {
    ...NAMELESS,
    document: { ...document, 'terminal-probe': probe } as JsonObject,
    terminal: { hash: TERMINAL, name: undefined, program: undefined, nearest: undefined },
  }
  const screen = await show(t, [90, 24], { look: { ...DUMB, depth: 4 }, who })
  await screen.shows(`Terminal emulator name (return for "${'\\u{6f22}'.repeat(5)}.."):`)
  t.is(brief(name), `${'漢'.repeat(20)}..`)
  t.is(identification(who, '::1'), `Identified ::1 ${'漢'.repeat(20)}..`)
  screen.type('漢語')
  await screen.shows('):\n\\u{6f22}\\u{8a9e}')
})

test('what has no name is asked for, in a field of 18 characters', async (t) => {
  const suggested: object[] = []
  const records = { ...NOTHING, suggest: async (names: object) => suggested.push(names) > 0 }
  const who = {
    ...visitor,
    telnet: { hash: TELNET, name: undefined, program: undefined, nearest: { name: 'GNU telnet', score: 0.7249 } },
    terminal: { hash: TERMINAL, name: undefined, program: undefined, nearest: { name: 'WezTerm', score: 0.96 } },
  }
  const screen = await show(t, [80, 24], { who, records })
  await screen.shows('Terminal emulator name (return for "wezterm"):')
  await screen.shows('Welcome! Detected GNU telnet? (72%) and WezTerm (96%).')
  screen.type('\r\n')
  await screen.shows('What is your TELNET client name? Or, press return:')
  screen.type('Näme\x7f\x08\x03\x1b[Aof a client that is long\x7fX')
  await screen.shows('return: Näof a client thaX')
  const field = screen.terminal.buffer.active
  t.is(screen.terminal.buffer.active.cursorX, 'What is your TELNET client name? Or, press return: '.length + 18)
  t.is(
    field
      .getLine(field.baseY + field.cursorY)!
      .getCell(55)!
      .getBgColor(),
    0x000087,
  )
  screen.type('\r')
  await screen.shows('Thank you')
  t.deepEqual(suggested, [{ 'terminal-emulator': 'wezterm', 'telnet-client': 'Näof a client thaX' }])
  screen.type('u\x1b')
  await screen.shows('What is your TELNET client name?')
  screen.type('left\x1b')
  await screen.shows(/Welcome.*\n\n.*\[q\]uit/)
  t.is(suggested.length, 1, 'Escape says nothing')
  screen.type('q')
  await screen.ended
})

test('where nothing is kept nobody is asked for names', async (t) => {
  const who = { ...visitor, telnet: { hash: TELNET, name: undefined, program: undefined, nearest: undefined } }
  const records = { ...NOTHING, suggest: undefined }
  for (const form of ['screen', 'lines'] as const) {
    const screen = await show(t, [80, 40], { form, look: form === 'screen' ? FULL : DUMB, who, records })
    await screen.shows('[q]uit')
    screen.type(form === 'screen' ? 'u' : 'u\r\n')
    await screen.shows('Nothing is kept here.')
    screen.type('q\r\n')
    await screen.ended
    t.false(screen.raw.includes('name?'))
    t.false(screen.lines.join(' ').includes('s[u]ggest'))
  }
})

test('who has names may suggest better ones; a blank answer is none', async (t) => {
  const suggested: object[] = []
  const records = { ...NOTHING, suggest: async (names: object) => suggested.push(names) < 0 }
  const screen = await show(t, [80, 24], { records })
  await screen.shows('[q]uit')
  screen.type('u')
  await screen.shows('Terminal emulator name (return for "WezTerm"):')
  screen.type('   \r')
  await screen.shows('Telnet client name (return for "GNU telnet"):')
  screen.type('inetutils\r')
  await screen.shows('Thank you; but that cannot be kept just now.')
  t.deepEqual(suggested, [{ 'telnet-client-revision': 'inetutils' }])
})

test('line by line, for who edits lines: the same words, no control sequence', async (t) => {
  const suggested: object[] = []
  const records = { ...NOTHING, suggest: async (names: object) => suggested.push(names) > 0 }
  const who = {
    ...visitor,
    telnet: { hash: TELNET, name: undefined, program: undefined, nearest: undefined },
    others: 1,
    visits: 1,
  }
  const screen = await show(t, [80, 60], { form: 'lines', look: DUMB, who, records })
  await screen.shows('What is your TELNET client name? Or, press return:')
  screen.type('tintin\r\n')
  await screen.shows('Thank you')
  t.deepEqual(suggested, [{ 'telnet-client': 'tintin' }])
  const at = screen.lines.findIndex((line) => line.startsWith('1 other client'))
  t.deepEqual(screen.lines.slice(at), [
    '1 other client with your configuration was here.',
    'Your exact fingerprint was here 1 time before.',
    'Welcome! Detected 0123456789abcdef and WezTerm.',
    'What is your TELNET client name? Or, press return: tintin',
    'Thank you: somebody will look at it.',
    '',
    '[t]erminal, te[l]net, [s]ummary, s[u]ggest a name, w[h]o else was here, or',
    '[q]uit',
    ':',
  ])
  screen.type('h\r\n')
  await screen.shows('Nobody is kept here.')
  screen.type('q\r\n')
  await screen.ended
  t.regex(screen.raw, /^[\n\r -~\b]*$/)
})

test('as JSON: the document, in ASCII', async (t) => {
  const strange = { ...document, pre: 'é\x1b[2J\x9b\u202e' } as JsonObject
  const screen = await show(t, [80, 24], { form: 'json', look: DUMB, who: { ...visitor, document: strange } })
  await screen.ended
  await new Promise((resolve) => screen.client.once('close', resolve))
  t.deepEqual(JSON.parse(screen.raw), strange)
  t.regex(screen.raw, /^[\n\r -~]*$/)
})

test('hostile documents are shown, harmlessly', async (t) => {
  const evil = `\x1b]0;owned\x07\x9b2J\r\n\u202eolleh\ud800${'\u0300'.repeat(500)}`
  const hostile = {
    'telnet-probe': {
      ...telnetProbe,
      'fingerprint-data': { ...telnetProbe['fingerprint-data'], 'supported-options': [evil, 'x'.repeat(9_999), 7] },
      session_data: { ttype_cycle: [evil, evil.repeat(999)], extra: { LANG: evil, __proto__: null }, slc_tab: 'none' },
    },
    'terminal-probe': {
      fingerprint: evil,
      'fingerprint-data': { ...terminalProbe['fingerprint-data'], software_name: evil, modes: [1], test_results: evil },
      session_data: Array.from({ length: 99_999 }, () => evil),
    },
    sessions: evil,
  }
  const deep = JSON.parse(`${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`)
  const kept = bounded({ ...hostile, deep })
  t.true(JSON.stringify(kept).length < 5_000_000)
  const who: Visitor = {
    ...visitor,
    document: kept,
    telnet: { hash: TELNET, name: evil, program: undefined, nearest: undefined },
    user: evil,
  }
  for (const look of [FULL, DUMB]) {
    const screen = await show(t, [80, 24], {
      look,
      who,
      records: { ...NOTHING, entries: async () => [{ kind: 'Telnet', name: evil, clients: 1, calls: 1 }] },
    })
    await screen.shows('[q]uit')
    for (const [key, shown] of [
      ['t', 'Terminal\n===='],
      ['l', 'Telnet\n===='],
      ['h', 'Database'],
      ['s', '\\x1b]0;owned'],
    ] as const) {
      screen.type(key)
      await screen.shows(shown)
    }
    const ours = /\x1b\[[\d;]*[mHJD]|\x1b\[\?2026[hl]|\x1b\]0;[^\x1b\x07]*\x1b\\/g
    t.notRegex(screen.raw.replace(ours, ''), /[\0-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u202e]/)
    t.false(screen.raw.includes('\u0300'.repeat(5)))
  }
})

test('a document of anything at all is shown', async (t) => {
  for (const strange of [null, 1, 'text', [], {}, { 'telnet-probe': [] }, { 'telnet-probe': { session_data: 1 } }]) {
    const screen = await show(t, [80, 24], { who: { ...visitor, document: bounded(strange), terminal: undefined } })
    await screen.shows('Welcome! Detected GNU telnet.')
    screen.type('t')
    await screen.shows('Your terminal was not asked.')
    screen.type('q')
    await screen.ended
  }
  t.pass()
})

test('names: certain, near, a guess, none', (t) => {
  const hash = TELNET
  t.is(calledBy({ hash, name: 'PuTTY', program: undefined, nearest: { name: 'other', score: 1 } }), 'PuTTY')
  t.is(calledBy({ hash, name: undefined, program: undefined, nearest: { name: 'PuTTY', score: 0.999 } }), 'PuTTY (99%)')
  t.is(
    calledBy({ hash, name: undefined, program: undefined, nearest: { name: 'PuTTY', score: 0.799 } }),
    'PuTTY? (79%)',
  )
  t.is(calledBy({ hash, name: undefined, program: undefined, nearest: undefined }), hash)
  const known = { hash, program: 'PuTTY 0.78', nearest: { name: 'other', score: 0.9 } }
  t.is(calledBy({ ...known, name: undefined }), 'PuTTY 0.78')
  t.is(calledBy({ ...known, name: 'mine' }), 'mine')
  t.is(calledBy({ hash, name: 'x'.repeat(999), program: undefined, nearest: undefined }), `${'x'.repeat(40)}..`)
})

test('the line of the log', (t) => {
  t.is(identification(visitor, '192.0.2.1'), "Identified 192.0.2.1 wezterm / 'GNU telnet' / 'WezTerm'")
  const nobody = { ...visitor, document: {}, telnet: { ...visitor.telnet, name: undefined }, terminal: undefined }
  t.is(identification(nobody, '::1'), 'Identified ::1 (unknown)')
})
