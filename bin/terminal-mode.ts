// How the user's terminal behaves while the client runs: a table of what the server does, and the setting of the terminal by it.
// RFC 857 (ECHO), RFC 858 (SUPPRESS-GO-AHEAD) and the use that servers make of the two together; RFC 1184 (LINEMODE), which says
// the same in more detail; RFC 1372 (remote flow control).

import type { ReadStream } from 'node:tty'
import { type FlowControl, Option, type Session, type SpecialCharacter } from '#telnetkit'
import * as native from '../ts/binding.js'

/**
 * - `lines`: the terminal edits lines and shows them;
 * - `hidden-lines`: it edits them and the server shows them, or nobody does: a password;
 * - `shown-keys`: each key goes to the server, and the client shows it;
 * - `keys`: each key goes to the server, which shows what it likes.
 */
export type Mode = 'lines' | 'hidden-lines' | 'shown-keys' | 'keys'

/** What the terminal is to do. */
export interface Manner {
  readonly mode: Mode
  /** While lines are edited, keys for signals are signals. */
  readonly signals: boolean
  /** Control characters are shown as they are. */
  readonly literalEcho: boolean
  /** Tabs of the output are made blanks. */
  readonly softTab: boolean
  /** Whether Ctrl-S stops the output here; `undefined`: the server does not say. */
  readonly flow: FlowControl | undefined
  /** Which character does what; empty: the user's own. */
  readonly specials: ReadonlyMap<number, SpecialCharacter>
}

/** The manner that a session asks for. @param flow what the server said last of flow control */
export function mannerOf(session: Session, flow: FlowControl | undefined, forced: Mode | undefined): Manner {
  const { linemode, local, remote } = session
  const echo = remote.has(Option.ECHO)
  const suppressGoAhead = local.has(Option.SGA) || remote.has(Option.SGA)
  const sendsKeys = linemode === null ? suppressGoAhead : !linemode.edit
  return {
    mode: forced ?? modeFor({ echo, sendsKeys }),
    signals: linemode?.trapSignals ?? true,
    literalEcho: linemode?.literalEcho ?? false,
    softTab: linemode?.softTab ?? false,
    flow: local.has(Option.LFLOW) ? flow : undefined,
    specials: linemode === null ? new Map() : session.specialCharacters,
  }
}

/** The mode for a server: whether it shows what is typed, and wants each key. */
export function modeFor({ echo, sendsKeys }: { echo: boolean; sendsKeys: boolean }): Mode {
  if (sendsKeys) return echo ? 'keys' : 'shown-keys'
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
  /** Where the addon has none (Windows), Node's own raw mode has to do, always. */
  readonly #native: native.TerminalMode | undefined
  #manner: Manner | undefined
  #isSet = false

  /** @param escapeKey the key, an ASCII control, that must reach us at once in every mode */
  constructor(input: ReadStream, escapeKey: string) {
    this.#input = input
    this.#escape = escapeKey.charCodeAt(0)
    const { TerminalMode } = native
    this.#native = TerminalMode && new TerminalMode(STANDARD_INPUT)
  }

  /** The characters that the user has for functions of RFC 1184: function, character, and so on. */
  get characters(): readonly (readonly [special: number, character: number])[] {
    const pairs = this.#native?.specialCharacters() ?? []
    return Array.from({ length: pairs.length / 2 }, (_, index) => [pairs[2 * index]!, pairs[2 * index + 1]!])
  }

  /** The system gives keys and no more, and adds CR to LF: lines are not edited, whatever is set. */
  get isBare(): boolean {
    return this.#native === undefined
  }

  set(manner: Manner): void {
    const { mode } = manner
    this.#manner = manner
    this.#isSet = true
    attempt(() => {
      if (!this.#native) this.#input.setRawMode(true)
      else if (editsLines(mode)) this.#native.editLines(mode === 'lines', this.#escape, wishes(manner))
      else this.#native.passKeys(wishes(manner))
    })
  }

  /** Sets again what was set last: another program had the terminal meanwhile. */
  resume(): void {
    if (this.#manner !== undefined) this.set(this.#manner)
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

function wishes({ signals, literalEcho, softTab, flow, specials }: Manner): native.TerminalWishes {
  return {
    signals,
    literalEcho,
    expandsTabs: softTab,
    ...(flow === undefined ? {} : { stopsOutput: flow.enabled }),
    anyKeyRestarts: flow?.restartAny ?? false,
    characters: [...specials].flatMap(([special, { character = 0 }]) => [special, character]),
  }
}

/** A terminal that is gone needs no setting, and whoever reads it learns of it. */
function attempt(change: () => unknown): void {
  try {
    change()
  } catch {}
}
