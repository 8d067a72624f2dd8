// Lines that are longer than the window, in as many as it takes. Terminals would wrap them too, but nobody would know how many
// lines that is.

import { chop, columnsIn } from './cells.js'
import type { Line, Span } from './paint.js'
import { widthOf } from './table.js'
import { visible } from './visible.js'

/** A line in as many as it takes, broken where it is full. */
export function wrapLine(line: Line, columns: number, isAscii: boolean): Line[] {
  const lines: Span[][] = [[]]
  let room = columns
  for (const { text, as } of line) {
    const [first = '', ...others] = chop(visible(text, isAscii), columns, room)
    if (first !== '') lines.at(-1)!.push({ text: first, as })
    lines.push(...others.map((piece) => [{ text: piece, as }]))
    room = (others.length === 0 ? room : columns) - columnsIn(others.at(-1) ?? first)
  }
  return lines
}

/** Prose: a line in as many as it takes, broken at blanks. */
export function wrapWords(line: Line, columns: number, isAscii: boolean): Line[] {
  return flow(wordsOf(line), columns, 1).flatMap((each) => wrapLine(each, columns, isAscii))
}

/** Pieces that are not to be torn, behind one another in as few lines as they take, `gap` blanks apart. */
export function flow(pieces: readonly Line[], columns: number, gap: number): Line[] {
  const lines: Line[] = []
  for (const piece of pieces) {
    const last = lines.at(-1)
    const fits = last !== undefined && widthOf(last) + gap + widthOf(piece) <= columns
    if (fits) lines[lines.length - 1] = [...last, { text: ' '.repeat(gap) }, ...piece]
    else lines.push(piece)
  }
  return lines
}

/** What stands between blanks, be it of one colour or of several. */
function wordsOf(line: Line): Line[] {
  const words: Span[][] = [[]]
  for (const { text, as } of line) {
    const [first = '', ...others] = text.split(' ')
    words.at(-1)!.push({ text: first, as })
    for (const word of others) words.push([{ text: word, as }])
  }
  return words.filter((word) => widthOf(word) > 0)
}
