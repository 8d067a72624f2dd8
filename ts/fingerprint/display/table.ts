// Tables with borders, as lines. A column gives way where the window is too narrow; where that is not enough there are no borders.

import { chop, columnsIn, wrap } from './cells.js'
import type { Line, Span, Style } from './paint.js'
import { visible } from './visible.js'

export interface Cell {
  readonly text: string
  readonly as?: Style | undefined
}

export interface Table {
  readonly title: string
  /** What stands over the columns, if anything does. */
  readonly head?: readonly string[]
  readonly rows: readonly (readonly Cell[])[]
  /** How each column is aligned. */
  readonly aligned: readonly ('left' | 'right')[]
  /** The column whose text is wrapped where there is no room, and at `widest` columns anyway. */
  readonly flexible: number
  readonly widest: number
}

/** Where the lines of a border meet, from left to right, and the lines themselves. */
export interface Borders {
  readonly top: string
  readonly upper: string
  readonly middle: string
  readonly bottom: string
  readonly side: string
  readonly isAscii: boolean
}

/** Each: left corner, line, junction, right corner. */
export const DOUBLE: Borders = {
  top: '╔══╗',
  upper: '╠═╦╣',
  middle: '╠═╬╣',
  bottom: '╚═╩╝',
  side: '║',
  isAscii: false,
}

export const PLAIN: Borders = { top: '+--+', upper: '+-++', middle: '+-++', bottom: '+-++', side: '|', isAscii: true }

/** The narrowest column that is wrapped. */
const NARROWEST = 8

/** The lines of a table that is no wider than `columns`. */
export function draw(table: Table, columns: number, borders: Borders): Line[] {
  const shown = readable(table, borders.isAscii)
  const widths = widthsOf(shown, columns)
  return widths === undefined ? list(shown, columns) : framed(shown, widths, borders)
}

/** Tables beside one another where there is room, else one below the other. */
export function beside(all: readonly Line[][], columns: number): Line[] {
  const tables = all.filter((lines) => lines.length > 0)
  const widths = tables.map((lines) => Math.max(...lines.map(widthOf)))
  const width = widths.reduce((sum, each) => sum + each, tables.length - 1)
  if (width > columns) return tables.flat()
  const height = Math.max(0, ...tables.map((lines) => lines.length))
  return Array.from({ length: height }, (_, row) => {
    const last = tables.findLastIndex((lines) => row < lines.length)
    return tables.slice(0, last + 1).flatMap((lines, index) => {
      const line = lines[row] ?? []
      return index === last ? line : [...line, { text: ' '.repeat(widths[index]! - widthOf(line) + 1) }]
    })
  })
}

/** The columns of a line. */
export function widthOf(line: Line): number {
  return line.reduce((sum, { text }) => sum + columnsIn(text), 0)
}

/** All text in the form in which it is measured and shown. */
function readable(table: Table, isAscii: boolean): Table {
  const rows = table.rows.map((row) => row.map((cell) => ({ ...cell, text: visible(cell.text, isAscii) })))
  return { ...table, rows }
}

/** How wide the columns are; undefined where there is no room for borders. */
function widthsOf({ rows, head = [], aligned, flexible, widest }: Table, columns: number): number[] | undefined {
  const texts = (column: number) => [head[column] ?? '', ...rows.map((row) => row[column]!.text)]
  const widths = aligned.map((_, column) => Math.max(...texts(column).map(columnsIn)))
  const others = widths.reduce((sum, width, column) => (column === flexible ? sum : sum + width), 0)
  const room = columns - others - 3 * widths.length - 1
  if (room < NARROWEST) return undefined
  const most = Math.min(room, widest)
  const lines = texts(flexible).flatMap((text) => wrap(text, most))
  widths[flexible] = Math.max(...lines.map(columnsIn))
  return widths
}

function framed(table: Table, widths: readonly number[], borders: Borders): Line[] {
  const { title, head, rows } = table
  const { top, upper, middle, bottom, side } = borders
  const inner = widths.reduce((sum, width) => sum + width + 3, -1)
  const left = Math.max(0, Math.floor((inner - columnsIn(title)) / 2))
  const after = ' '.repeat(Math.max(0, inner - left - columnsIn(title)))
  const cells = (row: readonly Cell[]) => rowLines(row, table, widths, side)
  return [
    border(top, widths),
    [{ text: `${side}${' '.repeat(left)}` }, { text: title, as: 'title' }, { text: `${after}${side}` }],
    border(upper, widths),
    ...(head === undefined ? [] : [...cells(head.map((text) => ({ text }))), border(middle, widths)]),
    ...rows.flatMap(cells),
    border(bottom, widths),
  ]
}

function border([left = '', line = '', junction = '', right = '']: string, widths: readonly number[]): Line {
  return [{ text: left + widths.map((width) => line.repeat(width + 2)).join(junction) + right }]
}

/** The lines of one row, as many as its highest cell has. */
function rowLines(row: readonly Cell[], { aligned }: Table, widths: readonly number[], side: string): Line[] {
  const cells = row.map(({ text }, column) => wrap(text, widths[column]!))
  const height = Math.max(...cells.map((lines) => lines.length))
  return Array.from({ length: height }, (_, index) => {
    const spans = row.flatMap(({ as }, column): Span[] => {
      const text = cells[column]![index] ?? ''
      const blanks = ' '.repeat(widths[column]! - columnsIn(text))
      const [before, after] = aligned[column] === 'right' ? [blanks, ''] : ['', blanks]
      return [{ text: `${side} ${before}` }, { text, as }, { text: `${after} ` }]
    })
    return [...spans, { text: side }]
  })
}

/** Without borders: each row is text, wrapped. */
function list({ title, rows }: Table, columns: number): Line[] {
  const lines = rows.flatMap((row) => chop(row.map(({ text }) => text).join(': '), columns))
  return [[{ text: title, as: 'title' }], ...lines.map((text) => [{ text }])]
}
