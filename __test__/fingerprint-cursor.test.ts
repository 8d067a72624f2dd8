// The cursor of a terminal that nobody sees, held to that of one which others wrote.

import headless from '@xterm/headless'
import test from 'ava'
import fc from 'fast-check'
import { VirtualCursor } from '../ts/fingerprint/virtual-cursor.js'

const SCREEN = { columns: 80, rows: 25 }

function cursorWith(): { cursor: VirtualCursor; replies: string[]; fonts: number[] } {
  const replies: string[] = []
  const fonts: number[] = []
  const asked = { reply: (answer: string) => void replies.push(answer), font: (font: number) => void fonts.push(font) }
  return { cursor: new VirtualCursor({ ...SCREEN, asked }), replies, fonts }
}

/** What servers write: text of all widths, and what moves the cursor. */
const word = fc.oneof(
  { weight: 6, arbitrary: fc.stringMatching(/^[ -~]{1,30}$/) },
  { weight: 3, arbitrary: fc.stringMatching(/^[äßЖλ一二三가나あカ│█]{1,12}$/u) },
  { weight: 1, arbitrary: fc.constantFrom('e\u0301', 'a\u200b') },
  { weight: 4, arbitrary: fc.constantFrom('\r', '\n', '\r\n', '\b', '\t', '\x07', '\0', '\f') },
  { weight: 2, arbitrary: fc.constantFrom('\x1bD', '\x1bE', '\x1bM', '\x1b7', '\x1b8', '\x1bc', '\x1b=', '\x1b(B') },
  { weight: 2, arbitrary: fc.constantFrom('\x1b[s', '\x1b[u', '\x1b[2J', '\x1b[K', '\x1b[0;1;36m', '\x1b[?25l') },
  { weight: 1, arbitrary: fc.constantFrom('\x1b]0;title\x07', '\x1b]2;t\x1b\\', '\x1bPq\x1b\\', '\x1b[0;40 D') },
  {
    weight: 6,
    arbitrary: fc
      .tuple(
        fc.option(fc.nat(120), { nil: '' }),
        fc.constantFrom('A', 'B', 'C', 'D', 'E', 'F', 'G', 'd', 'a', 'e', '`'),
      )
      .map(([count, final]) => `\x1b[${count}${final}`),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.nat(40), fc.nat(120), fc.constantFrom('H', 'f')).map(([r, c, f]) => `\x1b[${r};${c}${f}`),
  },
)

test('it stands where that of xterm does, however the text is cut', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(word, { maxLength: 40 }),
      fc.array(fc.nat(400), { maxLength: 8 }),
      async (words, cuts) => {
        const text = words.join('')
        const { cursor } = cursorWith()
        const places = [0, ...cuts.filter((cut) => cut < text.length).sort((one, other) => one - other), text.length]
        for (const [index, place] of places.slice(1).entries()) cursor.write(text.slice(places[index], place))
        const terminal = new headless.Terminal({ cols: SCREEN.columns, rows: SCREEN.rows, allowProposedApi: true })
        await new Promise<void>((resolve) => terminal.write(text, resolve))
        const { cursorX, cursorY, baseY } = terminal.buffer.active
        terminal.dispose()
        // xterm.js keeps a place in the text, which scrolls away, where terminals of DEC keep one on the screen.
        fc.pre(baseY === 0 || !/\x1b(?:8|\[u)/.test(text))
        // xterm.js counts a column behind the last.
        t.deepEqual(
          [cursor.row, cursor.column],
          [cursorY + 1, Math.min(cursorX + 1, SCREEN.columns)],
          JSON.stringify(text),
        )
      },
    ),
    { numRuns: 1_000 },
  )
})

test('a reset forgets where the cursor was to go back to', (t) => {
  const { cursor } = cursorWith()
  cursor.write('one\n\x1b7\x1bc\x1b[9;9H\x1b8')
  t.deepEqual([cursor.row, cursor.column], [1, 1])
})

test('it answers what terminals are asked', (t) => {
  const { cursor, replies } = cursorWith()
  cursor.write('\x1b[c\x1b[0c\x1b[5n\x1b[6n\x05')
  t.deepEqual(replies.splice(0), ['\x1b[?1;2c', '\x1b[?1;2c', '\x1b[0n', '\x1b[1;1R', '\r'])
  // How large is the screen, and how wide is a character?
  cursor.write('\x1b[999;999H\x1b[6n\x1b[3;1H\x1b[6n漢\x1b[6n│\x1b[6ne\u0301\x1b[6n')
  t.deepEqual(replies.splice(0), ['\x1b[25;80R', '\x1b[3;1R', '\x1b[3;3R', '\x1b[3;4R', '\x1b[3;5R'])
  t.is(cursor.requests, 6)
  cursor.write('\x1b[>c\x1b[=c\x1b[?6n\x1b[1c\x1b[7n\x1bZ')
  t.deepEqual(replies, [])
})

test('a question in pieces is one', (t) => {
  const { cursor, replies, fonts } = cursorWith()
  for (const piece of 'ab\x1b[6n\x1b[0;40 D') cursor.write(piece)
  t.deepEqual(replies, ['\x1b[1;3R'])
  t.deepEqual(fonts, [40])
})

test('it hands on what a person would read', (t) => {
  const { cursor } = cursorWith()
  const picture = '\x1b[2J\x1b[1;1H\x1b[0;1mWelcome\x1b[0m\r\n\x1b[5Cto\x1b[Cit\x1b]0;x\x07\x07!\x1b[9;9Hlogin:'
  t.is(cursor.write(picture), '\nWelcome\n to it!\nlogin:')
})

test('a sequence without end takes no memory and no time', (t) => {
  const { cursor } = cursorWith()
  for (let count = 0; count < 2_000; count++) cursor.write('\x1b]0;'.padEnd(count === 0 ? 4 : 1_000, 'x'))
  t.is(cursor.write('\x1b\\now'), 'now')
})
