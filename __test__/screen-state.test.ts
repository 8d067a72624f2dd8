// What a server has switched on at a terminal: which sequences undo it, however the output is cut.

import { createRequire } from 'node:module'
import type { Terminal } from '@xterm/headless'
import test from 'ava'
import fc from 'fast-check'
import { ScreenState } from '../bin/screen-state.js'

const { Terminal: Headless } = createRequire(import.meta.url)('@xterm/headless') as {
  Terminal: new (options: object) => Terminal
}

/** What undoes an output, which must not depend on how it is cut. */
function undo(t: { deepEqual(one: unknown, other: unknown, message: string): void }, output: string): string {
  const seen = (pieces: string[]) => {
    const state = new ScreenState()
    for (const piece of pieces) state.see(Buffer.from(piece))
    return state.undo()
  }
  const whole = seen([output])
  for (let at = 1; at < output.length; at++) {
    t.deepEqual(seen([output.slice(0, at), output.slice(at)]), whole, `${JSON.stringify(output)} cut at ${at}`)
  }
  t.deepEqual(seen([...output]), whole, `${JSON.stringify(output)} in single characters`)
  return whole
}

for (const [what, on, undone, off] of [
  ['the alternate screen', '\x1b[?1049h', '\x1b[?1049l', '\x1b[?1049l'],
  ['the older alternate screen', '\x1b[?47h', '\x1b[?47l', '\x1b[?47l'],
  ['a hidden cursor', '\x1b[?25l', '\x1b[?25h', '\x1b[?25h'],
  ['no wrapping of lines', '\x1b[?7l', '\x1b[?7h', '\x1b[?7h'],
  ['the mouse', '\x1b[?1000h', '\x1b[?1000l', '\x1b[?1000l'],
  ['the mouse and its form, in one', '\x1b[?1002;1006h', '\x1b[?1002l\x1b[?1006l', '\x1b[?1006;1002l'],
  ['the focus', '\x1b[?1004h', '\x1b[?1004l', '\x1b[?1004l'],
  ['bracketed paste', '\x1b[?2004h', '\x1b[?2004l', '\x1b[?2004l'],
  ['cursor keys', '\x1b[?1h', '\x1b[?1l', '\x1b[?1l'],
  ['the keypad', '\x1b=', '\x1b>', '\x1b>'],
  ['colours', '\x1b[1;38;5;0m', '\x1b[m', '\x1b[0m'],
  ['colours, ended the short way', '\x1b[31m', '\x1b[m', '\x1b[m'],
  ['a scrolling region', '\x1b[3;20r', '\x1b7\x1b[r\x1b8', '\x1b[r'],
  ['a scrolling region from the top', '\x1b[;20r', '\x1b7\x1b[r\x1b8', '\x1b[1r'],
  ['inserting', '\x1b[4h', '\x1b[4l', '\x1b[4l'],
  ['the form of the cursor', '\x1b[6 q', '\x1b[0 q', '\x1b[ q'],
  ['line drawing', '\x1b(0', '\x1b(B\x0f', '\x1b(B'],
  ['line drawing by SO', '\x1b)0', '\x1b)B\x0f', '\x1b)B'],
  ['another coding than UTF-8', '\x1b%@', '\x1b%G', '\x1b%G'],
  ['keys with modifiers', '\x1b[>4;2m', '\x1b[>4m', '\x1b[>4m'],
  ['keys by the protocol of kitty', '\x1b[>1u\x1b[>5u', '\x1b[<2u', '\x1b[<u\x1b[<1u'],
  ['output to a printer', '\x1b[5i', '\x1b[4i', '\x1b[4i'],
  ['a link', '\x1b]8;id=1;http://example.org/\x1b\\', '\x1b]8;;\x1b\\', '\x1b]8;;\x07'],
  ['the colour of the background', '\x1b]11;#102030\x07', '\x1b]111\x1b\\', '\x1b]111\x07'],
  ['a colour of the palette', '\x1b]4;1;rgb:ff/00/00\x1b\\', '\x1b]104\x1b\\', '\x1b]104\x1b\\'],
] as const) {
  test(`${what}: undone at the end, and not where it is off again`, (t) => {
    t.is(undo(t, `before${on}after`), undone)
    t.is(undo(t, `${on}a${on}b`), undone.replace('[<2u', '[<4u'))
    t.is(undo(t, `${on}between${off}`), '')
    t.is(undo(t, `${off}\n`), '')
    t.is(undo(t, `${on}\x1bc`), '', 'a terminal that was reset')
  })
}

test('output that changes nothing, or nothing for long, needs nothing', (t) => {
  t.is(undo(t, 'plain text\r\n\t\x07\b'), '')
  t.is(undo(t, '\x1b[2J\x1b[H\x1b[10;5Hmoved\x1b[K\x1b7\x1b8\x1bM\x1b[6n\x1b[c\x1b[?1u\x1b[?1004$p'), '')
  t.is(undo(t, '\x1b]0;a title with [31m in it\x07\x1b]11;?\x07\x1b]4;1;?\x1b\\'), '')
  t.is(undo(t, '\x1b[?9999h\x1b[?1049r\x1b[?1049s\x1b[99h'), '')
})

test('the alternate screen is left first, with what belongs to it', (t) => {
  t.is(undo(t, '\x1b[>1u\x1b[?25l\x1b[31m\x1b[?1049h\x1b[>3u'), '\x1b[<1u\x1b[?1049l\x1b[<1u\x1b[m\x1b[?25h')
})

test('what comes back with the cursor', (t) => {
  t.is(undo(t, '\x1b(0\x1b7\x1b(B\x1b8'), '\x1b(B\x0f')
  t.is(undo(t, '\x1b[31m\x1b7\x1b[m\x1b8'), '\x1b[m')
  t.is(undo(t, '\x1b[31m\x1b[?1049h\x1b[m\x1b[?1049l'), '\x1b[m')
  t.is(undo(t, '\x1b7\x1b[31m\x1b[m\x1b8'), '')
})

test('a sequence that is cut off by the end is ended', (t) => {
  t.is(undo(t, 'text\x1b[3'), '\x18')
  t.is(undo(t, '\x1b[31m\x1b]0;half a tit'), '\x18\x1b[m')
  t.is(undo(t, '\x1bPq#0;2;0;0;0#0!'), '\x18')
  t.is(undo(t, '\x1b[3\x18 and on'), '')
})

test('what is in a picture or a long title is no sequence, and is not kept', (t) => {
  const state = new ScreenState()
  state.see(Buffer.from('\x1bPq'))
  for (let piece = 0; piece < 1_000; piece++) state.see(Buffer.alloc(1_000, '[31m(0='))
  state.see(Buffer.from(`\x1b\\\x1b]52;c;${'A'.repeat(100_000)}\x07`))
  state.see(Buffer.from('\x1b[?25l'))
  t.is(state.undo(), '\x1b[?25h')
  state.see(Buffer.from(`\x1b[${'1;'.repeat(10_000)}m`))
  for (let pushed = 0; pushed < 10_000; pushed++) state.see(Buffer.from('\x1b[>1u'))
  t.true(state.undo().length < 100)
})

test('what was undone for a while is done again', (t) => {
  const state = new ScreenState()
  state.see(Buffer.from('\x1b[?1049h\x1b[?25l\x1b[2;10r\x1b[>1u\x1b='))
  t.is(state.redo(), '\x1b[?1049h\x1b[?25l\x1b7\x1b[2;10r\x1b8\x1b=\x1b[>1u')
  const again = new ScreenState()
  again.see(Buffer.from(state.redo()))
  t.is(again.undo(), state.undo())
})

/** Sequences, and what could be taken for some: whole, cut off, and of numbers that mean much or nothing. */
const numbers = fc.oneof(fc.constantFrom(1, 6, 7, 25, 45, 47, 66, 1_000, 1_002, 1_004, 1_006, 1_049, 2_004), fc.nat(40))
const fragments = fc.array(
  fc.oneof(
    fc.tuple(fc.constantFrom('h', 'l'), fc.array(numbers, { minLength: 1, maxLength: 3 })).map(([final, modes]) => {
      return `\x1b[?${modes.join(';')}${final}`
    }),
    fc.constantFrom(
      '\x1b[4h',
      '\x1b[4l',
      '\x1b=',
      '\x1b>',
      '\x1b7',
      '\x1b8',
      '\x1b[2;5r',
      '\x1b[31m',
      '\x1b[1;0m',
      '\x1b[m',
    ),
    fc.constantFrom(
      '\x1b',
      '[',
      '\x1b[?',
      '\x1b]0;',
      '\x1bP',
      '\x1b\\',
      '\x07',
      '\x18',
      'text',
      '\r\n',
      '\x1bc',
      '\x1b(0',
      '\x1b(B',
      '\x1b)0',
      '\x0e',
      '\x0f',
      'h',
      '1',
      'é',
    ),
  ),
  { maxLength: 30 },
)

/** How a terminal is that has shown all this: its modes, its screen, and whether a letter is plain. */
async function after(output: string): Promise<object> {
  const terminal = new Headless({ cols: 20, rows: 6, allowProposedApi: true, logLevel: 'off' })
  await new Promise<void>((resolve) => terminal.write(`${output}\rx`, resolve))
  const { modes, buffer } = terminal
  const { applicationCursorKeysMode, applicationKeypadMode, bracketedPasteMode, insertMode } = modes
  const { mouseTrackingMode, originMode, reverseWraparoundMode, sendFocusMode, wraparoundMode } = modes
  const { active } = buffer
  const letter = active.getLine(active.baseY + active.cursorY)!.getCell(0)!
  return {
    ...{ applicationCursorKeysMode, applicationKeypadMode, bracketedPasteMode, insertMode },
    ...{ mouseTrackingMode, originMode, reverseWraparoundMode, sendFocusMode, wraparoundMode },
    screen: active.type,
    letter: letter.getChars(),
    plain: letter.isAttributeDefault(),
  }
}

test('a terminal that somebody else wrote is as it was, whatever it was sent', async (t) => {
  const usual = await after('')
  await fc.assert(
    fc.asyncProperty(fragments, async (output) => {
      const state = new ScreenState()
      for (const piece of output) state.see(Buffer.from(piece))
      const atOnce = new ScreenState()
      atOnce.see(Buffer.from(output.join('')))
      t.is(atOnce.undo(), state.undo())
      t.deepEqual(await after(output.join('') + state.undo()), usual, JSON.stringify(output))
    }),
    { numRuns: 500 },
  )
})
