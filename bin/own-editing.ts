// What the terminal of a Unix system does with what is typed while lines are edited, for systems that give us keys and no more
// (Windows; see terminal-mode.ts): lines are edited, shown, and handed over whole, keys for signals are signals, and the escape key is
// there at once.

import { Key } from '../ts/keys.js'
import { LineEditor } from '../ts/line-editor.js'
import { editsLines, type Mode } from './terminal-mode.js'

export interface EditingHost {
  /** How the terminal is to behave just now. */
  readonly mode: () => Mode
  readonly show: (text: string) => void
  /** Takes what a program would read: lines that end with LF, or keys. */
  readonly pass: (typed: string) => void
  /** A key for a signal was typed. */
  readonly signal: (name: NodeJS.Signals, number: number) => void
}

export class OwnEditing {
  readonly #host: EditingHost
  /** A line with its end, or as far as it goes: up to a key that is none of a line's. */
  readonly #piece: RegExp
  #editor = new LineEditor()

  /** @param escapeKey the key that is handed over at once, without what was typed of the line */
  constructor(escapeKey: string, host: EditingHost) {
    this.#host = host
    const special = [...SIGNALS.keys(), Key.END, escapeKey].join('')
    this.#piece = new RegExp(`[^\\r\\n${special}]*(?:\\r\\n?|\\n)?`, 'y')
  }

  /** Takes what was typed. What becomes of a key can depend on what the one before has done. */
  type(typed: string): void {
    let at = 0
    while (at < typed.length && editsLines(this.#host.mode())) {
      this.#piece.lastIndex = at
      const [piece = ''] = this.#piece.exec(typed) ?? []
      if (piece === '') this.#press(typed[at]!)
      else this.#edit(piece)
      at += piece.length || 1
    }
    if (at < typed.length) this.#host.pass(this.#take() + typed.slice(at))
  }

  /** Ctrl-D is sent at once, behind what was typed of the line; the others take that back. */
  #press(key: string): void {
    const line = this.#take()
    const signal = SIGNALS.get(key)
    if (signal === undefined) this.#host.pass(key === Key.END ? line + key : key)
    else {
      this.#show(caret(key))
      this.#host.signal(...signal)
    }
  }

  #edit(piece: string): void {
    const { shown, end } = this.#editor.feed(piece)
    this.#show(shown)
    if (end !== 'line') return
    this.#show('\n')
    this.#host.pass(`${this.#take()}\n`)
  }

  #show(text: string): void {
    if (text !== '' && this.#host.mode() === 'lines') this.#host.show(text)
  }

  /** The line as it stands; a new one begins. */
  #take(): string {
    const { text } = this.#editor
    this.#editor = new LineEditor()
    return text
  }
}

/** `^C` for Ctrl-C. */
function caret(key: string): string {
  return `^${String.fromCharCode(key.charCodeAt(0) + 0x40)}`
}

const SIGNALS: ReadonlyMap<string, [name: NodeJS.Signals, number: number]> = new Map([
  [Key.INTERRUPT, ['SIGINT', 2]],
  [Key.QUIT, ['SIGQUIT', 3]],
])
