// A field for a name: a prompt, and so many columns in another colour. It is edited as a line is (line-editor.ts), but shown whole
// after each key, since erasing a character would leave a hole in the colour.

import { Key } from '../../keys.js'
import { LineEditor } from '../../line-editor.js'
import { columnsIn } from './cells.js'
import type { Line } from './paint.js'
import { LONGEST_NAME } from './questions.js'
import { wrapWords } from './wrap-line.js'

const BELL = '\x07'

export class NameField {
  readonly #prompt: string
  readonly #editor = new LineEditor({ maxLength: LONGEST_NAME })
  /** The last key was not taken. */
  isRefused = false
  /** It was left by Escape: what was typed does not count. */
  isLeft = false

  constructor(prompt: string) {
    this.#prompt = prompt
  }

  /** Takes a key; returns what was typed when that was Return. */
  press(key: string): string | undefined {
    this.isRefused = false
    this.isLeft = key === Key.ESCAPE
    if (key === Key.RETURN || key === Key.LINE_FEED) return this.#editor.text
    // A sequence means nothing here; Ctrl-C, Ctrl-Z and the like are no way out.
    if (key.startsWith(Key.ESCAPE) || IGNORED.includes(key)) return undefined
    const text = this.#editor.text
    const { shown } = this.#editor.feed(key)
    if (columnsIn(this.#editor.text) > LONGEST_NAME) this.#editor.feed(Key.DELETE)
    this.isRefused = shown.includes(BELL) || (this.#editor.text === text && shown !== '')
    return undefined
  }

  /** Columns from the end of the field back to where the next character comes. */
  get back(): number {
    return LONGEST_NAME - columnsIn(this.#editor.text)
  }

  /** The prompt, and at its end, or below it where there is no room, the field. */
  lines(columns: number): Line[] {
    const prompt = wrapWords([{ text: this.#prompt }], columns, false)
    return this.#isBeside(columns) ? [[], this.line(columns)] : [[], ...prompt, this.line(columns)]
  }

  /** The line with the field. */
  line(columns: number): Line {
    const { text } = this.#editor
    return [{ text: this.#isBeside(columns) ? this.#prompt : '' }, { text: text + ' '.repeat(this.back), as: 'field' }]
  }

  #isBeside(columns: number): boolean {
    return columnsIn(this.#prompt) + LONGEST_NAME <= columns
  }
}

/** Control characters that would end, or show again, a line elsewhere. */
const IGNORED: readonly string[] = [Key.INTERRUPT, Key.END, Key.REPRINT, Key.SUSPEND, Key.QUIT]
