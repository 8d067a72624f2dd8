// A field for a name: a prompt, and so many columns in another colour. It is edited as a line is (line-editor.ts), but shown whole
// after each key, since erasing a character would leave a hole in the colour.

import { Key } from '../../keys.js'
import { LineEditor } from '../../line-editor.js'
import { chop, columnsIn } from './cells.js'
import type { Line } from './paint.js'
import { LONGEST_NAME } from './questions.js'
import { visible } from './visible.js'
import { wrapWords } from './wrap-line.js'

const BELL = '\x07'

export class NameField {
  readonly #prompt: string
  readonly #isAscii: boolean
  readonly #editor = new LineEditor({ maxLength: LONGEST_NAME })
  /** The last key was not taken. */
  isRefused = false
  /** It was left by Escape: what was typed does not count. */
  isLeft = false

  constructor(prompt: string, isAscii: boolean) {
    this.#prompt = prompt
    this.#isAscii = isAscii
  }

  /** Takes a key; returns what was typed when that was Return. */
  press(key: string): string | undefined {
    this.isRefused = false
    this.isLeft = key === Key.ESCAPE
    if (key === Key.RETURN || key === Key.LINE_FEED) return this.#editor.text
    // A sequence means nothing here; Ctrl-C, Ctrl-Z and the like are no way out.
    if (key.startsWith(Key.ESCAPE) || IGNORED.includes(key)) return undefined
    const text = this.#editor.text
    if (text.length >= LONGEST_NAME && key >= ' ' && key < Key.DELETE) {
      this.isRefused = true
      return undefined
    }
    const { shown } = this.#editor.feed(key)
    if (columnsIn(this.#editor.text) > LONGEST_NAME) this.#editor.feed(Key.DELETE)
    this.isRefused = shown.includes(BELL) || (this.#editor.text === text && shown !== '')
    return undefined
  }

  /** Columns from the end of the field back to where the next character comes. */
  back(columns: number): number {
    return Math.max(0, Math.min(LONGEST_NAME, columns) - columnsIn(this.#shown(columns)))
  }

  /** The prompt, and at its end, or below it where there is no room, the field. */
  lines(columns: number): Line[] {
    const prompt = wrapWords([{ text: this.#prompt }], columns, this.#isAscii)
    return this.#isBeside(columns) ? [[], this.line(columns)] : [[], ...prompt, this.line(columns)]
  }

  /** The line with the field. */
  line(columns: number): Line {
    const text = this.#shown(columns) + ' '.repeat(this.back(columns))
    return [{ text: this.#isBeside(columns) ? this.#prompt : '' }, { text, as: 'field' }]
  }

  /** What is seen of the text: the end of what fits neither the field nor the window. */
  #shown(columns: number): string {
    return chop(visible(this.#editor.text, this.#isAscii), Math.min(LONGEST_NAME, columns)).at(-1)!
  }

  #isBeside(columns: number): boolean {
    return columnsIn(this.#prompt) + LONGEST_NAME <= columns
  }
}

/** Control characters that would end, or show again, a line elsewhere. */
const IGNORED: readonly string[] = [Key.INTERRUPT, Key.END, Key.REPRINT, Key.SUSPEND, Key.QUIT]
