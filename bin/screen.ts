// Standard output of the client: a terminal, a pipe or a file. It is written no faster than it takes, and when nobody reads it
// any longer that is an end like another.

import { once } from 'node:events'
import { setImmediate as turn } from 'node:timers/promises'

/** Bytes after which the event loop gets a turn, so that the keyboard does not wait for a flood of output. */
const TURN = 16 * 1024

export class Screen {
  readonly isTerminal = process.stdout.isTTY === true
  /** Resolves when nobody reads what is written. */
  readonly closed: Promise<void>
  #isClosed = false
  #isOver = false

  constructor() {
    // Node would write to a terminal synchronously, and where that is stopped (Ctrl-S) neither keys nor signals would reach us.
    const { _handle: handle } = process.stdout as { _handle?: { setBlocking?(blocking: boolean): void } }
    if (this.isTerminal) handle?.setBlocking?.(false)
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
    const bytes = Buffer.from(text, encoding)
    for (let at = 0; at < bytes.length && !this.#isClosed && !this.#isOver; at += TURN) {
      const mayGoOn = process.stdout.write(bytes.subarray(at, at + TURN))
      if (!mayGoOn) await Promise.race([once(process.stdout, 'drain'), this.closed])
      else if (bytes.length >= TURN) await turn()
    }
  }

  /** What `write` still has, and is still given, is not shown: the user has left. */
  stopWriting(): void {
    this.#isOver = true
  }

  /** Writes now. */
  say(text: string): void {
    if (!this.#isClosed) process.stdout.write(text)
  }
}

function positive(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d{0,3}$/.test(text) ? Number(text) : undefined
}
