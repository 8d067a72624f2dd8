// Standard output of the client: a terminal, a pipe or a file. It is written no faster than it takes, and when nobody reads it
// any longer that is an end like another.

import { once } from 'node:events'
import { setImmediate as turn } from 'node:timers/promises'

/** Characters after which the event loop gets a turn, so that a flood of output does not keep the keyboard waiting. */
const TURN = 16 * 1024

export class Screen {
  readonly isTerminal = process.stdout.isTTY === true
  /** Resolves when nobody reads what is written. */
  readonly closed: Promise<void>
  #isClosed = false

  constructor() {
    this.closed = new Promise((resolve) => {
      process.stdout.on('error', () => {
        this.#isClosed = true
        resolve()
      })
    })
  }

  /** The size of the window; that of a pipe is what the environment says, or a usual one. */
  get size(): { columns: number; rows: number } {
    const { columns, rows } = process.stdout
    const { COLUMNS, LINES } = process.env
    return { columns: columns || positive(COLUMNS) || 80, rows: rows || positive(LINES) || 25 }
  }

  /** Writes, and resolves when there may be more. */
  async write(text: string, encoding: BufferEncoding): Promise<void> {
    if (text === '' || this.#isClosed) return
    if (!process.stdout.write(text, encoding)) await Promise.race([once(process.stdout, 'drain'), this.closed])
    else if (text.length >= TURN) await turn()
  }

  /** Writes now. */
  say(text: string): void {
    if (!this.#isClosed) process.stdout.write(text)
  }
}

function positive(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d{0,3}$/.test(text) ? Number(text) : undefined
}
