// The caller's terminal as the display draws on it: a whole screen at a time, in one write, and in one update where the terminal
// knows synchronized output (mode 2026).

import { drained } from '../../drained.js'
import type { Session } from '../../session.js'
import { type Line, NORMAL, type Paint, paint } from './paint.js'
import { type Borders, DOUBLE, PLAIN } from './table.js'
import { visible } from './visible.js'

/** What the terminal can do. */
export interface Look extends Paint {
  /** Whether an update may be drawn as one. */
  readonly isSynchronized: boolean
  /** Whether it takes a title. */
  readonly hasTitle: boolean
}

/** The window of a terminal that does not tell its size. */
const COLUMNS = 80
const ROWS = 24

const CLEAR = '\x1b[2J\x1b[H'
const BEGIN_UPDATE = '\x1b[?2026h'
const END_UPDATE = '\x1b[?2026l'

export class Screen {
  readonly session: Session
  readonly look: Look

  constructor(session: Session, look: Look) {
    this.session = session
    this.look = look
  }

  /** Columns that may be written to: where the last one is, terminals differ over what comes next. */
  get columns(): number {
    return Math.max(1, (this.session.peer.columns ?? COLUMNS) - 1)
  }

  get rows(): number {
    return Math.max(1, this.session.peer.rows ?? ROWS)
  }

  get isAscii(): boolean {
    return this.look.isAscii
  }

  get borders(): Borders {
    return this.look.isAscii ? PLAIN : DOUBLE
  }

  /** Draws lines from the top, and leaves the cursor so many columns before the end of the last. */
  draw(lines: readonly Line[], back = 0): void {
    const drawn = lines.map((line) => paint(line, this.look)).join('\r\n')
    const cursor = back > 0 ? `\x1b[${back}D` : ''
    const update = `${NORMAL}${CLEAR}${drawn}${cursor}`
    this.#write(this.look.isSynchronized ? `${BEGIN_UPDATE}${update}${END_UPDATE}` : update)
  }

  /** Draws the line with the cursor anew. */
  redraw(line: Line, back: number): void {
    this.#write(`\r${paint(line, this.look)}${back > 0 ? `\x1b[${back}D` : ''}`)
  }

  /** Writes lines behind one another, for a terminal that only does that. */
  print(lines: readonly Line[]): void {
    this.#write(lines.map((line) => `${paint(line, this.look)}\r\n`).join(''))
  }

  bell(): void {
    this.#write('\x07')
  }

  title(text: string): void {
    if (this.look.hasTitle) this.#write(`\x1b]0;${visible(text, this.look.isAscii)}\x1b\\`)
  }

  /** Resolves when the caller has taken what was drawn. */
  taken(): Promise<void> {
    return drained(this.session)
  }

  #write(text: string): void {
    this.session.write(text)
  }
}
