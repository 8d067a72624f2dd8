// The terminal probe beside terminals whose answers are known, terminals that answer badly, and a real one.

import { setTimeout as delay } from 'node:timers/promises'
import test, { type ExecutionContext } from 'ava'
import fc from 'fast-check'
import type { Session } from 'telnetkit'
import { probeTerminal, type TerminalProbeOptions } from 'telnetkit/fingerprint'
import { createPair, type Pair } from 'telnetkit/testing'
import { characters, Headless } from './support/cells.js'
import { type Script, ScriptedTerminal } from './support/scripted-terminal.js'

const hex = (text: string) => Buffer.from(text).toString('hex')

/** All that there is to know. */
const KNOWING: Script = {
  answers: {
    '[c': '[?62;4;22;52c',
    '[>c': '[>1;4000;36c',
    '[=c': 'P!|00000000',
    '[>q': 'P>|kitty(0.40.0)',
    '[?u': '',
    '[14t': '[4;480;800t',
    '[16t': '[6;20;10t',
    '[18t': '[8;24;80t',
    '[?996n': '[?997;1n',
    '[?2026$p': '[?2026;2$y',
    '[?2027$p': '[?2027;2$y',
    '[?1004$p': '[?1004;1$y',
    '[?1$p': '[?1;2$y',
    '[?5522$p': '[?5522;2$y',
    '[?1;1;0S': '[?1;0;1024S',
    ']10;?': ']10;rgb:dd/dd/dd',
    ']11;?': ']11;rgb:0000/0000/0000',
    ']4;0;?': ']4;0;rgb:0/0/0',
    ']1337;Capabilities': ']1337;Capabilities=T3FSx',
    ']99;i=telnetkit:p=?;': ']99;i=telnetkit:p=?;o=always',
    ']22;?__current__': ']22;text',
    [`P+q${hex('TN')}`]: `P1+r${hex('TN')}=${hex('xterm-kitty')}`,
    [`P+q${hex('bce')}`]: `P1+r${hex('bce')}`,
    [`P+q${hex('Ms')}`]: `P1+r${hex('Ms')}=00`,
    [`P+q${hex('RGB')}`]: 'P0+r',
    P$qm: 'P1$r0;48:2:1:2:3m',
    '_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA': '_Gi=31;OK',
  },
  sizesText: true,
}

/** A VT102, and no more. */
const PLAIN: Script = { answers: { '[c': '[?6c' }, columnsOf: (text) => [...text].length }

/** As PuTTY 0.78: DCS and APC are text. */
const PUTTY: Script = {
  answers: { ...PLAIN.answers, '[>c': '[>0;136;0c', ']4;255;?': ']4;255;rgb:ee/ee/ee', '\x05': 'PuTTY' },
  shows: 'P_',
}

interface Joined extends Pair {
  terminal: ScriptedTerminal
}

/** A server's session with the terminal at its other end. What the terminal says passes through `pass`, which sends it. */
async function joined(t: ExecutionContext, script: Script, pass: Pass = (said, send) => send(said)): Promise<Joined> {
  const options = { encoding: 'utf8', forceBinary: true }
  const pair = await createPair({ client: options, server: options })
  const { client, server } = pair
  const send = (said: string) => void client.write(Buffer.from(said))
  const terminal = new ScriptedTerminal(script, (answer) => pass(answer, send))
  client.on('data', (text) => terminal.write(text))
  t.teardown(() => {
    client.destroy()
    server.destroy()
  })
  return { ...pair, terminal }
}

type Pass = (said: string, send: (said: string) => void) => void

async function hashOf(t: ExecutionContext, script: Script, pass?: Pass): Promise<string> {
  const { server } = await joined(t, script, pass)
  return (await probeTerminal(server)).fingerprint
}

test('of a terminal that knows everything, everything is known', async (t) => {
  const { server, terminal } = await joined(t, KNOWING)
  const probe = await probeTerminal(server)
  const { modes, test_results, ...facts } = probe['fingerprint-data']
  t.deepEqual(facts, {
    software_name: 'kitty',
    software_version: '0.40.0',
    number_of_colors: 2 ** 24,
    sixel: true,
    iterm2_features: { supported: true, features: { truecolor: 3, focus_reporting: true, sixel: true } },
    kitty_graphics: true,
    kitty_clipboard_protocol: true,
    kitty_keyboard: {
      disambiguate: true,
      report_events: true,
      report_alternates: true,
      report_all_keys: true,
      report_text: true,
      supported_flags: 31,
    },
    kitty_notifications: { supported: true },
    kitty_pointer_shapes: { supported: true, current: 'text' },
    text_sizing: { width: true, scale: true },
    da_service_class: 62,
    da_extensions: [4, 22, 52],
    xtgettcap: { supported: true, capabilities: { TN: 'xterm-kitty', bce: '' } },
    ambiguous_width: 1,
  })
  t.deepEqual(modes, {
    1004: { supported: true, changeable: true, enabled: true, value: 1 },
    2026: { supported: true, changeable: true, enabled: false, value: 2 },
    2027: { supported: true, changeable: true, enabled: false, value: 2 },
    5522: { supported: true, changeable: true, enabled: false, value: 2 },
  })
  t.is(probe.fingerprint.length, 16)
  t.deepEqual(terminal.screen, {})
  t.deepEqual([terminal.row, terminal.column], [3, 1])
})

test('widths are told kind by kind, and where they go wrong', async (t) => {
  const { server } = await joined(t, { ...KNOWING, columnsOf: (text) => ([...text].length > 1 ? 2 : 1) })
  const { 'fingerprint-data': facts, session_data } = await probeTerminal(server)
  const results = facts.test_results as Record<string, object>
  t.deepEqual(results.emoji_zwj_results, { unicode_version: '15.1', n_errors: 0, n_total: 8 })
  t.deepEqual(results.sri_results, { unicode_version: null, n_errors: 2, n_total: 2 })
  t.deepEqual((session_data.test_results as Record<string, Record<string, object>>).sri_results!['6.0'], {
    n_total: 2,
    n_errors: 2,
    pct_success: 0,
    failed_codepoints: ['U+1F1E6: 1', 'U+1F1FF: 1'],
  })
})

test('modes that were off are off again, and keys are as they were', async (t) => {
  const { server, terminal } = await joined(t, KNOWING)
  await probeTerminal(server)
  const switched = Array.from(terminal.written.matchAll(/\x1b\[\?(\d+)([hl])/g), ([, mode, end]) => `${mode}${end}`)
  // Sized text is on the other screen, and so are the widths.
  t.deepEqual(switched, ['1049h', '1049l', '2027h', '1049h', '1049l', '2027l'])
  t.is(terminal.written.split('\x1b[>0u').length, terminal.written.split('\x1b[<u').length)
})

test('what is not hashed is kept beside it', async (t) => {
  const { server } = await joined(t, KNOWING)
  const { session_data } = await probeTerminal(server)
  const { terminal_results, ...data } = session_data
  t.like(data, { software_name: 'kitty', ambiguous_width: 1, width: 80, height: 25, complete: true })
  t.like(terminal_results, {
    width: 80,
    height: 25,
    cell_width: 10,
    cell_height: 20,
    pixels_width: 800,
    pixels_height: 480,
    screen_ratio: '16:10',
    screen_ratio_name: 'WSXGA',
    foreground_color_hex: '#dddddddddddd',
    background_color_rgb: [0, 0, 0],
    color_scheme: 'dark',
    secondary_device_attributes: [1, 4000, 36],
    sixel_colors: 1024,
    osc52_clipboard: true,
    unit_id: '00000000',
  })
})

test('a terminal that knows little is asked as fast', async (t) => {
  const { server, terminal } = await joined(t, PLAIN)
  const { 'fingerprint-data': facts, session_data } = await probeTerminal(server)
  t.like(facts, { software_name: '', number_of_colors: null, da_service_class: 6, sixel: false, ambiguous_width: 1 })
  t.deepEqual(facts.kitty_keyboard, {})
  t.deepEqual(facts.modes, {})
  t.true(session_data.complete)
  t.deepEqual(terminal.screen, {})
})

test('what a terminal would show is not sent again, and is erased', async (t) => {
  const { server, terminal } = await joined(t, PUTTY)
  const { 'fingerprint-data': facts, session_data } = await probeTerminal(server)
  t.like(facts, { software_name: 'PuTTY', number_of_colors: 256, kitty_graphics: false })
  // What was not asked has no answer.
  t.deepEqual(facts.xtgettcap, {})
  t.deepEqual(facts.text_sizing, { width: false, scale: false })
  t.is(terminal.written.split('\x1bP').length - 1, 2)
  t.is(terminal.written.split('\x1b_').length - 1, 1)
  t.deepEqual(terminal.screen, {})
  t.true(session_data.complete)
  t.is(server.readableLength, 0)
})

test('a terminal that shows the end of DECRQM is not asked about modes', async (t) => {
  const { server, terminal } = await joined(t, { ...KNOWING, shows: '$' })
  const { 'fingerprint-data': facts } = await probeTerminal(server)
  t.deepEqual(facts.modes, {})
  t.deepEqual(facts.xtgettcap, {})
  t.true(facts.kitty_graphics)
  t.is(terminal.written.split('$p').length - 1, 2)
  t.deepEqual(terminal.screen, {})
})

test('QTerminal shows the ends of what it does not know, and is asked all that it knows', async (t) => {
  const { server, terminal } = await joined(t, { ...PLAIN, shows: '=$P_' })
  const { 'fingerprint-data': facts, session_data } = await probeTerminal(server)
  t.is(facts.ambiguous_width, 1)
  t.deepEqual([facts.modes, facts.xtgettcap, facts.iterm2_features], [{}, {}, { supported: false, features: {} }])
  t.is(terminal.written.split('\x1b[=').length - 1, 1)
  t.deepEqual(terminal.screen, {})
  t.true(session_data.complete)
})

test('GNU screen gets no string that it would hand on or show', async (t) => {
  const { server, terminal } = await joined(t, { answers: { '[c': '[?1;2c', '[>c': '[>83;40900;0c' }, shows: 'P_' })
  await probeTerminal(server)
  t.notRegex(terminal.written, /\x1b[P_]/)
})

test('tmux gets no APC, and what it makes of joined emoji is not hashed', async (t) => {
  const { server, terminal } = await joined(t, { answers: { '[c': '[?1;2c', '[>c': '[>84;0;0c' } })
  const { 'fingerprint-data': facts, session_data } = await probeTerminal(server)
  t.false('emoji_zwj_results' in (facts.test_results as object))
  t.true('emoji_vs16_results' in (facts.test_results as object))
  t.true('emoji_zwj_results' in (session_data.test_results as object))
  t.notRegex(terminal.written, /\x1b_/)
})

test('SyncTERM tells its name in its attributes, and shows sixel pictures', async (t) => {
  const { server, terminal } = await joined(t, { answers: { '[c': '[=67;84;101;114;109;1;323c' } })
  const { 'fingerprint-data': facts } = await probeTerminal(server)
  t.like(facts, { software_name: 'CTerm', software_version: '1.323', sixel: true, da_service_class: 0 })
  t.false(terminal.written.includes('\x05'))
})

test('who answers nothing is not waited for long, and what it showed is overwritten', async (t) => {
  const { client, server } = await createPair()
  t.teardown(() => client.destroy())
  const seen: string[] = []
  client.on('data', (text) => seen.push(text))
  const { 'fingerprint-data': facts, session_data } = await probeTerminal(server, { roundTrip: 10 })
  t.like(facts, { software_name: '', da_service_class: null, ambiguous_width: -1 })
  t.false(session_data.complete)
  t.deepEqual([facts.iterm2_features, facts.text_sizing, facts.xtgettcap], [{}, {}, {}])
  t.regex(seen.join(''), /^\x1b\[6n\x1b\[c\r {7,}\r$/)
})

test('who has no device attributes is asked no more', async (t) => {
  const { server, terminal } = await joined(t, { answers: {} })
  const { session_data } = await probeTerminal(server, { roundTrip: 10 })
  t.false(session_data.complete)
  t.is(terminal.written, '\x1b[6n\x1b[c')
})

for (const [name, script] of Object.entries({ KNOWING, PLAIN, PUTTY })) {
  test(`late, in single bytes, or with somebody typing: ${name} is the same`, async (t) => {
    const hash = await hashOf(t, script)
    t.is(await hashOf(t, script, lateBy(150)), hash, 'late')
    t.is(await hashOf(t, script, (said, send) => [...said].forEach(send)), hash, 'in single bytes')
    t.is(await hashOf(t, script, (said, send) => send(said.endsWith('c') ? `ls\r${said}` : said)), hash, 'typing')
  })
}

function lateBy(milliseconds: number): Pass {
  return (said, send) => void delay(milliseconds).then(() => send(said))
}

test('what is typed is there to be read afterwards, and no answer', async (t) => {
  const keys = ['l', 's', '\r', '\x1b[A', '\x1bOP', '\x1b', '\x1bx', 'é', '\x1b[15~', '\x1b[<0;1;1M']
  const typed: string[] = []
  const { server } = await joined(t, KNOWING, (said, send) => {
    const key = keys[typed.length]
    if (key !== undefined) typed.push(key)
    send(`${key ?? ''}${said}`)
  })
  const { session_data } = await probeTerminal(server)
  t.true(session_data.complete)
  t.deepEqual(typed, keys)
  t.is(await server.read(), typed.join(''))
})

test('what is typed where an answerback would stand is none', async (t) => {
  const words = ['k', 'one', 'two', 'three']
  for (const word of [() => 'k', (position: number) => words[position % words.length]!]) {
    let positions = 0
    const { server } = await joined(t, PLAIN, (said, send) =>
      send(said.endsWith('R') ? word(positions++) + said : said),
    )
    t.is((await probeTerminal(server))['fingerprint-data'].software_name, '')
    const typed = Array.from({ length: positions }, (_, position) => word(position)).join('')
    t.is(await server.read(), typed)
  }
})

test('a function key that looks like a position has the batch asked again', async (t) => {
  const expected = await hashOf(t, KNOWING)
  let positions = 0
  const { server } = await joined(t, KNOWING, (said, send) => {
    // Shift and F3, in the last batch.
    if (said.endsWith('R') && ++positions === 12) send('\x1b[1;2R')
    send(said)
  })
  const { fingerprint, session_data } = await probeTerminal(server)
  t.is(fingerprint, expected)
  t.true(session_data.complete)
})

test('whoever presses that key all the time is not told apart, but it ends', async (t) => {
  const { server } = await joined(t, KNOWING, (said, send) => send(said.endsWith('R') ? `\x1b[1;2R${said}` : said))
  t.false((await probeTerminal(server)).session_data.complete)
})

test('widths are measured only where they can be', async (t) => {
  const measured = async (options: TerminalProbeOptions, column = 1) => {
    const { server, terminal } = await joined(t, KNOWING)
    terminal.column = column
    const { 'fingerprint-data': facts } = await probeTerminal(server, options)
    t.deepEqual([terminal.row, terminal.column], [3, column])
    return 'test_results' in facts
  }
  t.true(await measured({}))
  t.true(await measured({}, 40))
  t.false(await measured({ unicode: false }))
  t.false(await measured({}, 75))
})

test('a session in bytes is probed too, and gets its keys back as bytes', async (t) => {
  const pair = await createPair({ server: { encoding: null } as never })
  const server = pair.server as never as Session<Buffer>
  const terminal = new ScriptedTerminal(KNOWING, (said) => pair.client.write(Buffer.from(said)))
  pair.client.on('data', (text) => terminal.write(text))
  pair.client.write(Buffer.from('é'))
  const { 'fingerprint-data': facts } = await probeTerminal(server)
  t.is(facts.software_name, 'kitty')
  t.deepEqual(await server.read(), Buffer.from('é'))
  pair.client.destroy()
})

test('a terminal that says too much is not listened to any longer', async (t) => {
  const { server } = await joined(t, KNOWING, (said, send) => send(`${'x'.repeat(40_000)}${said}`))
  const { session_data } = await probeTerminal(server)
  t.false(session_data.complete)
  t.true(server.readableLength > 0)
})

test('an answer that is too long, and never ends, is passed over', async (t) => {
  let isFirst = true
  const { server } = await joined(t, PLAIN, (said, send) => {
    send(said)
    if (said.endsWith('c') && isFirst) send(`\x1b]${'y'.repeat(20_000)}`)
    if (said.endsWith('c')) isFirst = false
  })
  const { fingerprint, session_data } = await probeTerminal(server)
  t.true(session_data.complete)
  t.is(fingerprint, await hashOf(t, PLAIN))
  t.is(server.readableLength, 0)
})

test('any answers are survived, and end in a document', async (t) => {
  const known = Object.values(KNOWING.answers).filter((answer) => answer !== '')
  const piece = fc.oneof(
    fc.constantFrom(
      ...known.map((answer) => `\x1b${answer}\x1b\\`),
      '\x1b[1;1R',
      '\x1b[?6c',
      '\x1b[c',
      '\x1b]',
      '\x1bP',
      '\x1b',
    ),
    fc.string({ maxLength: 20 }),
    fc.tuple(fc.nat(), fc.nat()).map(([row, column]) => `\x1b[${row};${column}R`),
    fc.nat().map((value) => `\x1b[?${value};${value}$y`),
  )
  const sayings = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''))
  await fc.assert(
    fc.asyncProperty(fc.array(sayings, { minLength: 1, maxLength: 8 }), async (said) => {
      const { client, server } = await createPair()
      let turn = 0
      client.on('data', () => client.write(Buffer.from(said[turn++ % said.length]!)))
      const probe = await probeTerminal(server, { timeout: 60 })
      t.true(JSON.stringify(probe).length < 100_000)
      t.true(server.readableLength < 100_000)
      client.destroy()
      server.destroy()
    }),
    { numRuns: 60 },
  )
})

test('five hundred at once', async (t) => {
  const all = await Promise.all(Array.from({ length: 500 }, () => joined(t, PLAIN)))
  const probes = await Promise.all(all.map(({ server }) => probeTerminal(server)))
  t.deepEqual([...new Set(probes.map(({ fingerprint }) => fingerprint))], [await hashOf(t, PLAIN)])
  t.true(probes.every(({ session_data }) => session_data.complete))
})

test('it can be given up, and what was typed is there', async (t) => {
  const { server, client } = await createPair()
  t.teardown(() => client.destroy())
  const controller = new AbortController()
  const probing = probeTerminal(server, { signal: controller.signal })
  client.write('typed')
  await delay(20)
  controller.abort()
  await t.throwsAsync(probing, { name: 'AbortError' })
  t.is(await server.read(), 'typed')
})

test('one who hangs up ends it', async (t) => {
  const { server, terminal, client } = await joined(t, KNOWING, (said, send) => {
    send(said)
    if (terminal.written.length > 100) client.end()
  })
  t.false((await probeTerminal(server)).session_data.complete)
})

test('it is refused while somebody else reads, and with options that there are not', async (t) => {
  const { server } = await joined(t, KNOWING)
  const reading = server.readLine()
  await t.throwsAsync(probeTerminal(server), { code: 'TELNET_BUSY' })
  server.destroy()
  await reading
  await t.throwsAsync(probeTerminal(server, { timeout: -1 }), { code: 'TELNET_BAD_OPTION' })
  await t.throwsAsync(probeTerminal(server, { tiemout: 1 } as never), { code: 'TELNET_BAD_OPTION' })
})

test("xterm.js's screen is left as it was", async (t) => {
  const { client, server } = await createPair({ client: { encoding: null } as never, server: { encoding: 'utf8' } })
  t.teardown(() => client.destroy())
  const screen = new Headless({ cols: 80, rows: 6, allowProposedApi: true })
  const write = (text: string | Buffer) => new Promise<void>((resolve) => screen.write(text, resolve))
  await write('\x1b[31mone\r\ntwo\r\nthree\r\nfour\r\nfive\r\n\x1b[?25l')
  const before = screen.buffer.active.baseY
  screen.onData((answer) => client.write(Buffer.from(answer)))
  let shown = Promise.resolve()
  client.on('data', (bytes) => {
    shown = write(bytes as never as Buffer)
  })
  const { 'fingerprint-data': facts } = await probeTerminal(server)
  t.like(facts, { da_service_class: 1, da_extensions: [2], software_name: '', ambiguous_width: 1 })
  t.true(facts.modes[2026]?.supported)
  server.write('x')
  await delay(50)
  await shown
  t.deepEqual(characters(screen), ['one', 'two', 'three', 'four', 'five', 'x'])
  const { active, normal } = screen.buffer
  t.is(active, normal)
  t.is(active.baseY, before)
  const cell = active.getLine(active.baseY + 5)!.getCell(0)!
  t.is(cell.getFgColor(), 1)
  t.falsy(cell.isInvisible())
})
