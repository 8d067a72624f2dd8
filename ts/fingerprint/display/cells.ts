// Text measured in the columns of a terminal: how many it takes, and as lines of so many. It is visible already.
//
// The widths are those of the line editor (width.ts), by which what is typed is erased: a name has one width in both.

import { columnsOf } from '../../width.js'

/** The columns that a text takes. */
export function columnsIn(text: string): number {
  if (ASCII.test(text)) return text.length
  return clusters(text).reduce((sum, cluster) => sum + columnsOf(cluster), 0)
}

/** A text in lines of at most so many columns, broken at blanks where there are any. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (columnsIn(longer) <= columns) {
      line = longer
      continue
    }
    if (line !== '') lines.push(line)
    const pieces = chop(word, columns)
    line = pieces.pop()!
    lines.push(...pieces)
  }
  return [...lines, line]
}

/** A text in pieces of at most so many columns, wherever that breaks it; the first of at most `room`. */
export function chop(text: string, columns: number, room = columns): string[] {
  const pieces = ['']
  let left = room
  for (const cluster of ASCII.test(text) ? text : clusters(text)) {
    const width = columnsOf(cluster)
    // A character that is wider than a line stands alone.
    if (width > left && (left < columns || pieces.at(-1) !== '')) {
      pieces.push('')
      left = columns
    }
    pieces[pieces.length - 1] += cluster
    left -= width
  }
  return pieces
}

function clusters(text: string): string[] {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' })
  return Array.from(segmenter.segment(text), ({ segment }) => segment)
}

let segmenter: Intl.Segmenter | undefined

const ASCII = /^[ -~]*$/
