// The first thing that a caller sees: two tables, and what is known of them beside.

import type { Line, Span } from './paint.js'
import { type Borders, beside, draw, widthOf } from './table.js'
import { telnetRows } from './telnet-rows.js'
import { type Row, softwareName, terminalRows } from './terminal-rows.js'
import { brief } from './visible.js'
import { calledBy, type Likeness, type Visitor } from './visitor.js'
import { wrapWords } from './wrap-line.js'

/** The widest that values are, and the narrowest that a table beside another is: its fingerprint stands in one line. */
const WIDEST = 30
const LEAST = 38

export interface Window {
  /** The columns that may be written to. */
  readonly columns: number
  readonly borders: Borders
  /** The whole window, if its size is known. */
  readonly size: { readonly columns?: number | undefined; readonly rows?: number | undefined }
}

/** The tables, and the lines below them. */
export function summaryLines(visitor: Visitor, window: Window): Line[] {
  const { columns, borders } = window
  const told = acquaintance(visitor, borders.isAscii).flatMap((line) => wrapWords(line, columns, borders.isAscii))
  return [...tables(visitor, window), ...told]
}

/** Two tables: the first gives way, so that the second stands beside it; that takes what room is left. */
function tables({ document }: Visitor, { columns, borders, size }: Window): Line[] {
  const isWide = columns > 2 * LEAST
  const most = isWide ? columns - LEAST - 1 : columns
  const terminal = drawn('Terminal', terminalRows(document, size), most, borders)
  const room = isWide && terminal.length > 0 ? columns - Math.max(...terminal.map(widthOf)) - 1 : columns
  return beside([terminal, drawn('Telnet', telnetRows(document), room, borders)], columns)
}

/** How the caller is known, in words. */
function acquaintance(visitor: Visitor, isAscii: boolean): Line[] {
  const { others, visits, last, user, telnet, terminal, document } = visitor
  const lines: Line[] = []
  if (others > 0)
    lines.push([
      { text: `${counted(others, 'other client')} with your configuration ${others === 1 ? 'was' : 'were'} here.` },
    ])
  if (visits > 0) {
    const when = last === undefined ? '' : `, last ${ago(last)} ago`
    lines.push([{ text: `Your exact fingerprint was here ${counted(visits, 'time')} before${when}.` }])
  }
  const greeting: Span[] =
    user === undefined
      ? [{ text: 'Welcome!' }]
      : [{ text: 'Welcome, ' }, { text: `'${brief(user, isAscii)}'`, as: 'person' }, { text: '!' }]
  const program = name(telnet, isAscii)
  const second = terminal && name(terminal, isAscii, softwareName(document))
  const both: Span[] = second && second.text !== program.text ? [program, { text: ' and ' }, second] : [program]
  lines.push([...greeting, { text: ' Detected ' }, ...both, { text: '.' }])
  return lines
}

function drawn(title: string, rows: readonly Row[], columns: number, borders: Borders): Line[] {
  return rows.length === 0
    ? []
    : draw({ title, rows, aligned: ['right', 'left'], flexible: 1, widest: WIDEST }, columns, borders)
}

/** @param own what it calls itself: better than a hash */
function name(likeness: Likeness, isAscii: boolean, own?: string): Span {
  const { name, program, nearest } = likeness
  const text = calledBy(likeness, isAscii)
  if ((name ?? program) !== undefined) return { text, as: 'good' }
  if (nearest !== undefined) return { text, as: 'fair' }
  return { text: own === undefined ? text : brief(own, isAscii) }
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}

/** How long ago something was, in the largest unit that is full. */
function ago(then: Date): string {
  const seconds = Math.max(0, Math.floor((Date.now() - then.getTime()) / 1_000))
  const [length, unit] = UNITS.find(([length]) => seconds >= length) ?? [1, 'second']
  return counted(Math.floor(seconds / length), unit)
}

const UNITS: readonly (readonly [number, string])[] = [
  [86_400, 'day'],
  [3_600, 'hour'],
  [60, 'minute'],
]
