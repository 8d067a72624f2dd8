// The server's line editor by itself: what is typed goes in, the line and what the terminal shows come out.

import test from 'ava'
import fc from 'fast-check'
import { LineEditor, type LineEditorOptions } from '../ts/line-editor.js'
import { columnsOf } from '../ts/width.js'

const ERASE = '\b \b'

/** Types `input`; gives the line and what was shown. */
function type(input: string, options?: LineEditorOptions): [line: string, shown: string] {
  const editor = new LineEditor(options)
  const { shown } = editor.feed(input)
  return [editor.text, shown]
}

test('what is typed is shown', (t) => {
  t.deepEqual(type('hello, wörld'), ['hello, wörld', 'hello, wörld'])
})

test('it stops before a line end, whichever it is', (t) => {
  for (const end of ['\r', '\n', '\r\n']) {
    t.deepEqual(new LineEditor().feed(`ab${end}cd`), { shown: 'ab', used: 2, end: 'line' })
  }
})

test('BS and DEL erase a character, and nothing where there is none', (t) => {
  t.deepEqual(type('ab\b'), ['a', `ab${ERASE}`])
  t.deepEqual(type('\x7f\bab\x7f\x7f\x7f'), ['', `ab${ERASE}${ERASE}`])
})

test('a machine with an eraser of its own: that wipes out, and its other keys begin no escape sequence', (t) => {
  t.deepEqual(type('ab\x14c\x9dd\b', { eraser: '\x14' }), ['ac', 'ab\x14cd\x14'])
  t.deepEqual(type('ab◀◀◀c', { eraser: '◀' }), ['c', 'ab◀◀c'])
})

test('an erased character is a whole cluster with all its columns', (t) => {
  for (const [cluster, columns] of [
    ['é', 1],
    ['e\u0301', 1],
    ['日', 2],
    ['한', 2],
    ['😀', 2],
    ['👨‍👩‍👧', 2],
    ['🇩🇪', 2],
    ['❤️', 2],
    ['❤', 1],
    ['ｱ', 1],
    ['ｶﾞ', 2],
    ['Ａ', 2],
    ['नि', 1],
  ] as const) {
    t.deepEqual(type(`x${cluster}\x7f`), ['x', `x${cluster}${ERASE.repeat(columns)}`], cluster)
  }
})

test('a cluster that is typed in pieces is one', (t) => {
  const editor = new LineEditor()
  for (const piece of ['x', '👩', '\u200d', '🚀', 'e', '\u0301']) t.is(editor.feed(piece).shown, piece)
  t.is(editor.feed('\b').shown, ERASE)
  t.is(editor.feed('\b').shown, ERASE + ERASE)
  t.is(editor.text, 'x')
})

test('every character is a cluster where Unicode says so, and takes part in one where it does', (t) => {
  const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })
  for (let first = 0xa0; first < 0x1_0000; first += 16) {
    if (first >= 0xd800 && first < 0xe000) continue
    const characters = Array.from({ length: 16 }, (_, at) => String.fromCharCode(first + at))
    const typed = characters.map((character) => `a${character}ä${character}${character}한`).join('')
    const [firstCluster, ...others] = Array.from(graphemes.segment(typed), ({ segment }) => segment)
    const editor = new LineEditor()
    editor.feed(typed + '\x7f'.repeat(others.length))
    if (editor.text !== firstCluster) t.fail(`${typed} is ${others.length + 1} clusters`)
  }
  t.pass()
})

test('Ctrl-W erases the last word and the blanks behind it', (t) => {
  t.deepEqual(type('one two  \x17'), ['one ', `one two  ${ERASE.repeat(5)}`])
  t.deepEqual(type('one\x17\x17'), ['', `one${ERASE.repeat(3)}`])
})

test('Ctrl-U erases the line', (t) => {
  t.deepEqual(type('日本x\x15y'), ['y', `日本x${ERASE.repeat(5)}y`])
})

test('Ctrl-R shows the prompt and the line again', (t) => {
  t.deepEqual(type('ab\x12', { prompt: 'Hello\nName: ' }), ['ab', 'ab\r\nName: ab'])
})

test('Ctrl-C gives the line up for a new one', (t) => {
  t.deepEqual(type('ab\x03c', { prompt: '> ' }), ['c', 'ab^C\r\n> c'])
})

test('Ctrl-D ends the input in an empty line only', (t) => {
  t.deepEqual(new LineEditor().feed('\x04ab'), { shown: '', used: 1, end: 'input' })
  t.deepEqual(new LineEditor().feed('a\b\x04'), { shown: `a${ERASE}`, used: 3, end: 'input' })
  t.deepEqual(new LineEditor().feed('a\x04b'), { shown: 'ab', used: 3, end: null })
})

test('a tab is kept, and shown as a blank', (t) => {
  t.deepEqual(type('a\tb\x7f\x7f'), ['a', `a b${ERASE}${ERASE}`])
})

test('other control characters are passed over', (t) => {
  t.deepEqual(type('a\0\x01\x07\x1d\x80b'), ['ab', 'ab'])
})

test('a storm of reprints shows the line once', (t) => {
  const editor = new LineEditor({ prompt: '> ' })
  editor.feed('x'.repeat(4_000))
  t.is(editor.feed('\x12'.repeat(60_000)).shown, `\r\n> ${'x'.repeat(4_000)}`)
  t.is(editor.feed('\x12y\x12z').shown, `yz\r\n> ${'x'.repeat(4_000)}yz`)
  t.is(editor.feed('\x12', true).shown, '')
  t.is(editor.feed('\x12').shown, `\r\n> ${'x'.repeat(4_000)}yz`)
  t.is(editor.feed('').shown, '')
})

test('of a hidden line nothing is shown, or a mask for each character', (t) => {
  t.deepEqual(type('se日cret\x7f', { mask: '' }), ['se日cre', ''])
  t.deepEqual(type('a日e\u0301\x7f\x15', { mask: '*' }), ['', `***${ERASE}${ERASE.repeat(2)}`])
  t.deepEqual(type('ab\x12', { mask: '*', prompt: 'Password: ' }), ['ab', '**\r\nPassword: **'])
  const editor = new LineEditor({ mask: '*' })
  t.is(editor.feed('e').shown, '*')
  t.is(editor.feed('\u0301').shown, '')
})

test('past its length a line is refused with a bell', (t) => {
  t.deepEqual(type('abcdef', { maxLength: 4 }), ['abcd', 'abcd\x07'])
  t.deepEqual(type('abc😀', { maxLength: 4 }), ['abc', 'abc\x07'])
  t.deepEqual(type('abc👩‍🚀', { maxLength: 6 }), ['abc', 'abc\x07'])
  const editor = new LineEditor({ maxLength: 2 })
  editor.feed('ae')
  t.deepEqual(editor.feed('\u0301'), { shown: '\x07', used: 1, end: null })
  t.is(editor.text, 'ae')
  t.is(editor.feed('\x7fb').shown, `${ERASE}b`)
  for (const text of ['abcd', 'abcde\u0301', 'abcd😀', 'abcd👩‍🚀']) t.is(type(text, { maxLength: 4 })[0], 'abcd', text)
  t.is(type('abcde\u0301', { maxLength: 5 })[0], 'abcd')
  t.is(type('x'.repeat(5_000))[0].length, 4_096)
})

const SEQUENCES = {
  'an arrow': '\x1b[A',
  'a key with a modifier': '\x1b[1;5C',
  'an arrow in application mode': '\x1bOA',
  'a function key of the Linux console': '\x1b[[A',
  'a position report': '\x1b[12;40R',
  'the brackets of a paste': '\x1b[200~',
  'Alt and a key': '\x1bb',
  'Alt and an arrow': '\x1b\x1b[A',
  'an OSC with BEL': '\x1b]11;rgb:0000/0000/0000\x07',
  'an OSC with ST': '\x1b]11;rgb:0000/0000/0000\x1b\\',
  'a DCS': '\x1bP1$r0m\x1b\\',
  'an APC': '\x1b_Gi=1;OK\x1b\\',
  'a PM': '\x1b^x\x1b\\',
  'a character set': '\x1b(B',
  'an 8-bit CSI': '\x9b5~',
  'a cancelled sequence': '\x1b[1\x18',
}

for (const [name, sequence] of Object.entries(SEQUENCES)) {
  test(`${name} is passed over, whole or in pieces`, (t) => {
    t.deepEqual(type(`a${sequence}b`), ['ab', 'ab'])
    for (let cut = 0; cut <= sequence.length; cut++) {
      const editor = new LineEditor()
      editor.feed(`a${sequence.slice(0, cut)}`)
      editor.feed(`${sequence.slice(cut)}b`)
      t.is(editor.text, 'ab')
    }
  })
}

test('a line end ends a sequence, so that Enter works after a stray Escape', (t) => {
  for (const start of ['\x1b', '\x1b[', '\x1bO', '\x1b]0;', '\x1b(']) {
    t.deepEqual(new LineEditor().feed(`a${start}\r`), { shown: 'a', used: 1 + start.length, end: 'line' })
  }
})

test('a sequence without end is given up after 256 characters', (t) => {
  const [line] = type(`\x1b]${'x'.repeat(300)}`)
  t.is(line, 'x'.repeat(300 - 254))
})

test('the terminal shows the line, whatever was typed in whatever pieces', (t) => {
  const keys = fc.constantFrom('a', ' ', '日', 'é', '😀', '\b', '\x7f', '\x15', '\x17', '\t', '\x1b[A', '\x04')
  fc.assert(
    fc.property(fc.array(keys), fc.integer({ min: 1, max: 5 }), (typed, size) => {
      const editor = new LineEditor({ maxLength: 20 })
      const input = typed.join('').replace(/^[\b\x7f\x15\x17\x04]+/, '')
      let screen = ''
      for (let at = 0; at < input.length; at += size) {
        const { shown, end } = editor.feed(input.slice(at, at + size))
        screen += shown
        if (end !== null) return
      }
      t.is(render(screen), columns(editor.text.replaceAll('\t', ' ')))
    }),
  )
})

test('any input leaves the editor usable', (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (input) => {
      const editor = new LineEditor()
      const { used, end } = editor.feed(input)
      t.true(end === null ? used === input.length : used <= input.length)
      editor.feed(`${'\x18'.repeat(3)}\x15ok`)
      t.is(editor.text, 'ok')
    }),
  )
})

/** What a terminal shows, each character of two columns as two. */
function render(output: string): string {
  const row: string[] = []
  let at = 0
  for (const character of columns(output)) {
    if (character === '\b') at--
    else if (character !== '\x07') row[at++] = character
  }
  return row.slice(0, at).join('')
}

function columns(text: string): string {
  return [...text].map((character) => (columnsOf(character) === 2 ? '##' : character)).join('')
}
