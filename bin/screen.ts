// Standard output of the client: a terminal, a pipe or a file. It is written no faster than it takes, and when nobody reads it
// any longer that is an end like another. A terminal is given back as it was, whatever the server has switched on.

import { setImmediate as turn } from 'node:timers/promises'
import { cook } from './line-ends.js'
import { isReaderGone, streamError, writeNow } from './report.js'
import { ScreenState } from './screen-state.js'
import type { Finish } from './shown-output.js'
import type { Typescript } from './typescript.js'

/** Bytes after which the event loop gets a turn, so that the keyboard does not wait for a flood of output. */
const TURN = 16 * 1024

const encoder = new TextEncoder()

export interface ScreenOptions {
  /** Columns that the server is told of at most; a machine's lines have as many. */
  readonly mostColumns?: number | undefined
  /** Gets all that is shown of what the server sends. */
  readonly typescript?: Typescript | undefined
}

export class Screen {
  readonly isTerminal = process.stdout.isTTY === true
  /** Resolves when nobody reads what is written; rejects when it cannot be written. */
  readonly closed: Promise<void>
  readonly #typescript: Typescript | undefined
  /** A window may have more. */
  readonly #mostColumns: number
  readonly #state = new ScreenState()
  /** One piece after another of what is written: memory of its own for each would pile up faster than it is collected. */
  readonly #piece = Buffer.allocUnsafeSlow(TURN)
  #isClosed = false
  #isOver = false
  #isGivenBack = false
  /** How often what was being written was given up. */
  #discards = 0
  /** What is written waits for it. */
  #held: { until: Promise<void>; release: () => void } | undefined

  constructor({ mostColumns = Number.POSITIVE_INFINITY, typescript }: ScreenOptions = {}) {
    this.#mostColumns = mostColumns
    this.#typescript = typescript
    for (const output of [process.stdout, process.stderr]) if (output.isTTY) unblock(output)
    this.closed = new Promise((resolve, reject) => {
      process.stdout.on('error', (error) => {
        this.#isClosed = true
        if (isReaderGone(error)) resolve()
        else reject(streamError('Standard output cannot be written', error))
      })
    })
    this.closed.catch(() => undefined)
  }

  /** The size of the window; that of a pipe is what the environment says, or a usual one. */
  get size(): { columns: number; rows: number } {
    const { columns, rows } = process.stdout
    const { COLUMNS, LINES } = process.env
    const width = columns || positive(COLUMNS) || 80
    return { columns: Math.min(width, this.#mostColumns), rows: rows || positive(LINES) || 25 }
  }

  /** Writes, and resolves when it has been taken. @param finish who finishes the line ends */
  async write(text: string, encoding: 'utf8' | 'latin1', finish: Finish): Promise<void> {
    const discards = this.#discards
    const isWanted = () => !this.#isClosed && !this.#isOver && this.#discards === discards
    for (let at = 0; at < text.length; ) {
      while (this.#held && !this.#isOver) await this.#held.until
      if (!isWanted()) return
      const { read, bytes } = this.#encode(text.slice(at), encoding)
      at += read
      const piece = finish === 'cooked' ? cook(bytes) : bytes
      if (this.isTerminal) this.#state.see(piece)
      this.#typescript?.write(piece)
      await this.#taken(piece)
      if (text.length >= TURN) await turn()
    }
  }

  /** As much of a text as has room in the memory for a piece, whole characters, and no CR without the LF that follows it. */
  #encode(text: string, encoding: 'utf8' | 'latin1'): { read: number; bytes: Buffer } {
    const { read, written } =
      encoding === 'utf8' ? encoder.encodeInto(text, this.#piece) : both(this.#piece.write(text, 'latin1'))
    const isCut = text[read] === '\n' && text[read - 1] === '\r'
    return isCut
      ? { read: read - 1, bytes: this.#piece.subarray(0, written - 1) }
      : { read, bytes: this.#piece.subarray(0, written) }
  }

  /** Resolves when a piece has left its memory, or nobody reads any longer. */
  #taken(piece: Buffer): Promise<void> {
    return new Promise((resolve) => {
      process.stdout.write(piece, () => resolve())
    })
  }

  /** Resolves when all that was written has been taken, or nobody reads it any longer. */
  flushed(): Promise<void> {
    return new Promise((resolve) => {
      process.stdout.write('', (error) => resolve(error || this.#isClosed ? this.closed : undefined))
    })
  }

  /** What `write` still has, and is still given, is not shown: the user has left. */
  stopWriting(): void {
    this.#isOver = true
    this.#held?.release()
  }

  /** The terminal is somebody else's for a while: as it was before anything was written, and what is written waits. */
  hold(): void {
    let release = () => {}
    const until = new Promise<void>((resolve) => {
      release = resolve
    })
    this.#held = { until, release }
    if (this.isTerminal && !this.#isClosed) process.stdout.write(this.#state.undo())
  }

  /** It is ours again, as we had it, and what waited is written. */
  goOn(): void {
    if (this.isTerminal && !this.#isClosed) process.stdout.write(this.#state.redo())
    this.#held?.release()
    this.#held = undefined
  }

  /** What `write` still has is not shown. */
  discard(): void {
    this.#discards++
  }

  /** Says something to the user; where output is piped, not among the server's own words. */
  say(text: string): void {
    if (!this.isTerminal) writeNow(2, text)
    else if (!this.#isClosed) process.stdout.write(text)
  }

  /** Gives a terminal back as it was, and says what there is to say at the end, past anything that still waits to be taken. */
  giveBack(text: string): void {
    if (this.isTerminal) writeNow(1, (this.#held ? '' : this.#state.undo()) + text)
    else writeNow(2, text)
    this.#isGivenBack = true
  }

  /** Has a terminal again that was given back. */
  takeAgain(): void {
    if (this.isTerminal && this.#isGivenBack && !this.#held) writeNow(1, this.#state.redo())
    this.#isGivenBack = false
  }
}

/** Node would write to a terminal synchronously, and where that is stopped (Ctrl-S) neither keys nor signals would reach us. */
function unblock(output: NodeJS.WriteStream): void {
  const { _handle: handle } = output as { _handle?: { setBlocking?(blocking: boolean): void } }
  handle?.setBlocking?.(false)
}

/** In Latin-1 a character is a byte. */
function both(length: number): { read: number; written: number } {
  return { read: length, written: length }
}

function positive(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d{0,3}$/.test(text) ? Number(text) : undefined
}
