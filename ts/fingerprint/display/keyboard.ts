// What is typed at the display, a key at a time. What a terminal answers late, to a question that was asked before, comes as a
// sequence too: whoever waits for keys meets it as one that means nothing.
//
// Whoever types without end must not keep others out: a turn of the event loop takes one small piece of what was typed.

import { EscapeSequence } from '../../escape-sequence.js'
import { Key } from '../../keys.js'
import type { Session } from '../../session.js'

/** Milliseconds after which an Escape is the key of that name: what belongs to a sequence comes with it, or a packet later. */
const ESCAPE = 250

/** Characters that are taken in one turn of the event loop: each may cost some microseconds, and nobody types more at once. */
const PIECE = 128

/** What a terminal puts around a paste, where a program has asked for that (xterm's mode 2004) and left it so. */
const PASTE = '\x1b[200~'
const PASTED = '\x1b[201~'

/** Two sequences each, since a terminal may be in application mode. */
export const UP: readonly string[] = ['\x1b[A', '\x1bOA']
export const DOWN: readonly string[] = ['\x1b[B', '\x1bOB']
export const PAGE_UP: readonly string[] = ['\x1b[5~', '\x1b[V']
export const PAGE_DOWN: readonly string[] = ['\x1b[6~', '\x1b[U']

export class Keyboard {
  readonly #session: Session
  readonly #whenTaken: (isAll: boolean) => Promise<void>
  #typed = ''
  #at = 0
  #endedLine = false
  #isPasting = false

  /** @param whenTaken called when a piece was taken; whether that is all that was typed. The next is read when it is done. */
  constructor(session: Session, whenTaken: (isAll: boolean) => Promise<void>) {
    this.#session = session
    this.#whenTaken = whenTaken
  }

  /** The last key belongs to a paste. */
  get isPasting(): boolean {
    return this.#isPasting
  }

  /**
   * The next key: a character, or a whole sequence. `undefined` after so many milliseconds without one, `null` when there will
   * be no more.
   */
  async next(timeout?: number): Promise<string | null | undefined> {
    for (;;) {
      if (!this.#hasMore) {
        const more = await this.#read(timeout)
        if (typeof more !== 'string') return more
      }
      const key = this.#take() ?? (await this.#finish())
      const isSecondHalf = key === Key.LINE_FEED && this.#endedLine
      this.#endedLine = key === Key.RETURN
      if (key === PASTE || key === PASTED) this.#isPasting = key === PASTE
      if (key !== '' && !isSecondHalf) return key
    }
  }

  /** The key at the front; `undefined`: it may be half a sequence. */
  #take(): string | undefined {
    const sequence = new EscapeSequence()
    const end = sequence.skip(this.#typed, this.#at)
    if (sequence.isUnfinished) return undefined
    const length = end - this.#at || String.fromCodePoint(this.#typed.codePointAt(this.#at)!).length
    this.#at += length
    return this.#typed.slice(this.#at - length, this.#at)
  }

  /** The sequence at the front when more of it has come; one that goes on no further is the key Escape, or nothing. */
  async #finish(): Promise<string> {
    for (;;) {
      if (typeof (await this.#read(ESCAPE)) !== 'string') break
      const key = this.#take()
      if (key !== undefined) return key
    }
    const rest = this.#typed.slice(this.#at)
    this.#at = this.#typed.length
    return /^\x1b+$/.test(rest) ? Key.ESCAPE : ''
  }

  get #hasMore(): boolean {
    return this.#at < this.#typed.length
  }

  async #read(timeout: number | undefined): Promise<string | null | undefined> {
    await this.#whenTaken(!this.#hasMore && this.#session.readableLength === 0)
    if (this.#session.readableLength > 0) await new Promise(setImmediate)
    try {
      const more = await this.#session.read(PIECE, { timeout })
      if (more === null) return null
      this.#typed = this.#typed.slice(this.#at) + more
      this.#at = 0
      return more
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'TELNET_TIMEOUT') return undefined
      throw error
    }
  }
}
