// What is typed at the display, a key at a time. What a terminal answers late, to a question that was asked before, comes as a
// sequence too: whoever waits for keys meets it as one that means nothing.

import { EscapeSequence } from '../../escape-sequence.js'
import { Key } from '../../keys.js'
import type { Session } from '../../session.js'

/** Milliseconds after which an Escape is the key of that name: what belongs to a sequence comes with it, or a packet later. */
const ESCAPE = 250

/** Two sequences each, since a terminal may be in application mode. */
export const UP: readonly string[] = ['\x1b[A', '\x1bOA']
export const DOWN: readonly string[] = ['\x1b[B', '\x1bOB']
export const PAGE_UP: readonly string[] = ['\x1b[5~', '\x1b[V']
export const PAGE_DOWN: readonly string[] = ['\x1b[6~', '\x1b[U']

export class Keyboard {
  readonly #session: Session
  #typed = ''
  #at = 0
  #endedLine = false

  constructor(session: Session) {
    this.#session = session
  }

  /** More was typed already. */
  get hasMore(): boolean {
    return this.#at < this.#typed.length
  }

  /**
   * The next key: a character, or a whole sequence. `undefined` after so many milliseconds without one, `null` when there will
   * be no more.
   */
  async next(timeout?: number): Promise<string | null | undefined> {
    for (;;) {
      if (!this.hasMore) {
        const more = await this.#read(timeout)
        if (typeof more !== 'string') return more
      }
      const key = this.#take() ?? (await this.#finish())
      const isSecondHalf = key === Key.LINE_FEED && this.#endedLine
      this.#endedLine = key === Key.RETURN
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

  async #read(timeout: number | undefined): Promise<string | null | undefined> {
    try {
      const more = await this.#session.read(undefined, { timeout })
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
