// What a terminal shows, cell by cell, to be compared with pages written by hand: a picture of the characters and, beside it, one of how
// they are painted, a letter each.

import { createRequire } from 'node:module'
import type { IBufferCell, Terminal } from '@xterm/headless'

export const { Terminal: Headless } = createRequire(import.meta.url)('@xterm/headless') as {
  Terminal: new (options: object) => Terminal
}

/** How cells are painted, by letter; a blank is for those that are not painted at all. */
export type Legend = Readonly<Record<string, string>>

/** A terminal that shows what a program wrote. */
export async function shownOn(size: { columns: number; rows: number }, written: string): Promise<Terminal> {
  const terminal = new Headless({ cols: size.columns, rows: size.rows, allowProposedApi: true })
  await new Promise<void>((resolve) => terminal.write(written, resolve))
  return terminal
}

/** The characters of the screen, a line each, without blanks at the ends of lines and below. */
export function characters(terminal: Terminal): string[] {
  return screenLines(terminal, (cell) => cell.getChars() || ' ')
}

/** How they are painted, in the same form. */
export function paint(terminal: Terminal, legend: Legend): string[] {
  const letters = new Map(Object.entries(legend).map(([letter, painted]) => [painted, letter]))
  return screenLines(terminal, (cell) => {
    const painted = paintOf(cell)
    return painted === '' ? ' ' : (letters.get(painted) ?? `<${painted}>`)
  })
}

/** In words: colours of the palette by their number, others as `#rrggbb`. */
function paintOf(cell: IBufferCell): string {
  const words = [
    colour(cell.isFgPalette(), cell.isFgRGB(), cell.getFgColor()),
    cell.isBgDefault() ? '' : `on ${colour(cell.isBgPalette(), cell.isBgRGB(), cell.getBgColor())}`,
    cell.isBold() ? 'bold' : '',
    cell.isBlink() ? 'blinking' : '',
    cell.isInverse() ? 'reversed' : '',
  ]
  return words.filter((word) => word !== '').join(' ')
}

function colour(isPalette: boolean, isRgb: boolean, value: number): string {
  if (isPalette) return String(value)
  return isRgb ? `#${value.toString(16).padStart(6, '0')}` : ''
}

function screenLines(terminal: Terminal, show: (cell: IBufferCell) => string): string[] {
  const buffer = terminal.buffer.active
  const lines = Array.from({ length: terminal.rows }, (_, row) => {
    const line = buffer.getLine(buffer.baseY + row)!
    const cells = Array.from({ length: terminal.cols }, (_, column) => show(line.getCell(column)!))
    return cells.join('').trimEnd()
  })
  while (lines.at(-1) === '') lines.pop()
  return lines
}
