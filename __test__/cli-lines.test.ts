// Where terminals meet the stream: line ends both ways, whole screen updates, the mode of the user's terminal.

import test from 'ava'
import { cook, EnterKeys, ScreenLines, WholeLineEnds } from '../bin/line-ends.js'
import { SynchronizedUpdates, UPDATE_LIMIT } from '../bin/synchronized.js'
import { editsLines, modeFor, shown } from '../bin/terminal-mode.js'

/** What comes of a text, whole and cut at each position. */
function everyCut(text: string, run: (pieces: string[]) => string): Set<string> {
  const results = new Set([run([text])])
  for (let at = 1; at < text.length; at++) results.add(run([text.slice(0, at), text.slice(at)]))
  results.add(run([...text]))
  return results
}

test('on a raw screen CR LF and LF are both CR LF, however they are cut', (t) => {
  const raw = (pieces: string[]) => {
    const lines = new ScreenLines()
    return pieces.map((piece) => lines.raw(piece)).join('') + lines.end()
  }
  t.deepEqual(
    [...everyCut('one\r\ntwo\nthree\n\nfour\r\r\nfive\rsix', raw)],
    ['one\r\ntwo\r\nthree\r\n\r\nfour\r\r\nfive\rsix'],
  )
})

test('where the kernel adds CR, CR LF is LF, however it is cut', (t) => {
  const cooked = (pieces: string[]) => {
    const lines = new ScreenLines()
    const cooked = pieces.map((piece) => cook(Buffer.from(lines.cooked(piece))).toString())
    return cooked.join('') + lines.end()
  }
  t.deepEqual([...everyCut('one\r\ntwo\nthr\ree\r\r\n\r\nfour\r', cooked)], ['one\ntwo\nthr\ree\r\n\nfour\r'])
  t.is(cook(Buffer.from('no return')).toString(), 'no return')
})

test('under BINARY nothing is changed, and a CR held back in another mode is not lost', (t) => {
  const lines = new ScreenLines()
  t.is(lines.cooked('one\r'), 'one')
  t.is(lines.exact('\ntwo\n'), '\r\ntwo\n')
  t.is(lines.cooked('three\r'), 'three')
  t.is(lines.raw('\nfour'), '\r\nfour')
  t.is(lines.exact('\r'), '\r')
  t.is(lines.raw('\n\n'), '\n\r\n')
})

test('each form of Enter is one key, however it is cut', (t) => {
  const keys = (pieces: string[]) => {
    const enter = new EnterKeys()
    return pieces.map((piece) => enter.feed(piece)).join('')
  }
  t.deepEqual([...everyCut('a\r\nb\r\0c\rd\ne', keys)], ['a\rb\rc\rd\re'])
  t.deepEqual([...everyCut('\r\r\n\n\r\0\r\n\0x', keys)], ['\r\r\r\r\r\0x'])
})

test('where a bare CR is an Enter, an LF or NUL that comes later is a key', (t) => {
  const enter = new EnterKeys()
  t.is(enter.feed('a\r', true, 0), 'a\r')
  t.is(enter.feed('\nb\r\n', true, 249), 'b\r')
  t.is(enter.feed('\n\r', true, 249), '\r\r')
  t.is(enter.feed('\0\r', true, 500), '\0\r')
  t.is(enter.feed('\n', true, 750), '\r')
  t.is(enter.feed('\r', false, 800), '\r')
  t.is(enter.feed('\nc', false, 2_000), 'c')
})

test('a CR waits for what follows it', (t) => {
  const whole = new WholeLineEnds()
  t.is(whole.feed('one\r'), 'one')
  t.is(whole.feed('\ntwo\r'), '\r\ntwo')
  t.is(whole.feed('\r'), '\r')
  t.is(whole.end(), '\r')
  t.is(whole.end(), '')
})

test('a synchronized update leaves in one piece, however it comes', (t) => {
  const output = 'before\x1b[?2026hfirst\x1b[?2026lbetween\x1b[?2026hsecond\x1b[?2026lafter'
  for (let cut = 1; cut < output.length; cut++) {
    const updates = new SynchronizedUpdates()
    const pieces = [output.slice(0, cut), output.slice(cut)].map((piece) => updates.feed(Buffer.from(piece)).toString())
    t.is(pieces.join(''), output)
    t.false(updates.holding)
    // The marks are 8 characters long; once the first is whole, nothing leaves before the last is.
    for (const [begin, end] of [
      [6, 27],
      [34, 56],
    ] as const) {
      if (cut >= begin + 8 && cut < end) t.true(pieces[0]!.length <= begin + 8, `cut at ${cut}`)
    }
  }
})

test('an update that comes byte by byte is held from its mark on', (t) => {
  const updates = new SynchronizedUpdates()
  const pieces = [...'ab\x1b[?2026hcd\x1b[?2026lef'].map((byte) => updates.feed(Buffer.from(byte)).toString())
  t.deepEqual(
    pieces.filter((piece) => piece !== ''),
    ['a', 'b', '\x1b', '[', '?', '2', '0', '2', '6', 'hcd\x1b[?2026l', 'e', 'f'],
  )
})

test('an update without end is let go at its limit, and when it takes too long', (t) => {
  const updates = new SynchronizedUpdates()
  t.is(updates.feed(Buffer.from('\x1b[?2026hx')).length, 0)
  t.is(updates.feed(Buffer.alloc(UPDATE_LIMIT, 'y')).length, UPDATE_LIMIT + 9)
  t.is(updates.feed(Buffer.from('z')).toString(), 'z')

  t.is(updates.feed(Buffer.from('\x1b[?2026hx')).length, 0)
  t.true(updates.holding)
  t.is(updates.release().toString(), '\x1b[?2026hx')
  t.false(updates.holding)
  t.is(updates.feed(Buffer.from('z')).toString(), 'z')
})

test('the terminal follows what the server does', (t) => {
  t.is(modeFor({ echo: false, sendsKeys: false }), 'lines')
  t.is(modeFor({ echo: true, sendsKeys: false }), 'hidden-lines')
  t.is(modeFor({ echo: false, sendsKeys: true }), 'shown-keys')
  t.is(modeFor({ echo: true, sendsKeys: true }), 'keys')
  t.deepEqual(
    (['lines', 'hidden-lines', 'shown-keys', 'keys'] as const).map((mode) => editsLines(mode)),
    [true, true, false, false],
  )
})

test('keys that the client shows itself: text as it is, erasing erases, other controls show nothing', (t) => {
  t.is(shown('aé€\x7f\b\r\x03\x1b[A'), 'aé€\b \b\b \b\r\n[A')
})
