// How the user's terminal behaves while the client runs: a table of what the server does, and the setting of the terminal by it.
// RFC 857 (ECHO), RFC 858 (SUPPRESS-GO-AHEAD), and the use that servers make of the two together.

import type { ReadStream } from 'node:tty'
import * as native from '../ts/binding.js'

/**
 * - `lines`: the terminal edits lines and shows them;
 * - `hidden-lines`: it edits them and the server shows them, or nobody does: a password;
 * - `shown-keys`: each key goes to the server, and the client shows it;
 * - `keys`: each key goes to the server, which shows what it likes.
 */
export type Mode = 'lines' | 'hidden-lines' | 'shown-keys' | 'keys'

/** What the server does: ECHO on its side, SGA on either side. */
export interface ServerManner {
  readonly echo: boolean
  readonly suppressGoAhead: boolean
}

/** The mode for a server. */
export function modeFor({ echo, suppressGoAhead }: ServerManner): Mode {
  if (suppressGoAhead) return echo ? 'keys' : 'shown-keys'
  return echo ? 'hidden-lines' : 'lines'
}

/** True if the terminal edits lines: Enter is LF, and the kernel adds CR to the LF of output. */
export function editsLines(mode: Mode): boolean {
  return mode === 'lines' || mode === 'hidden-lines'
}

/** What `shown-keys` shows for what was typed. */
export function shown(keys: string): string {
  return keys.replace(/[\0-\x1f\x7f]/g, (key) => {
    if (key === '\r') return '\r\n'
    return key === '\x7f' || key === '\b' ? '\b \b' : ''
  })
}

const STANDARD_INPUT = 0

/** The settings of the terminal that standard input is. */
export class TerminalSettings {
  readonly #input: ReadStream
  readonly #escape: number
  /** Where the addon has none (Windows), Node's own raw mode has to do. */
  readonly #native: native.TerminalMode | undefined
  #mode: Mode | undefined
  #isSet = false

  /** @param escapeKey the key, an ASCII control, that must reach us at once in every mode */
  constructor(input: ReadStream, escapeKey: string) {
    this.#input = input
    this.#escape = escapeKey.charCodeAt(0)
    const { TerminalMode } = native
    this.#native = TerminalMode && new TerminalMode(STANDARD_INPUT)
  }

  set(mode: Mode): void {
    this.#mode = mode
    this.#isSet = true
    attempt(() => {
      if (!this.#native) this.#input.setRawMode(mode !== 'lines')
      else if (editsLines(mode)) this.#native.editLines(mode === 'lines', this.#escape)
      else this.#native.passKeys()
    })
  }

  /** Sets again what was set last: another program had the terminal meanwhile. */
  resume(): void {
    if (this.#mode !== undefined) this.set(this.#mode)
  }

  /**
   * Puts back what was found, and throws away what was typed and not read: half a line that was meant for the server, perhaps a
   * password, is no command for the user's shell. What is typed from now on is.
   */
  restore(): void {
    if (!this.#isSet) return
    this.#isSet = false
    attempt(() => (this.#native ? this.#native.restore() : this.#input.setRawMode(false)))
  }
}

/** A terminal that is gone needs no setting, and whoever reads it learns of it. */
function attempt(change: () => unknown): void {
  try {
    change()
  } catch {}
}
