// The cursor of a terminal that nobody sees. Servers ask where it is, to learn how large the screen is, how wide a character is
// drawn, or whether there is a terminal at all; a scan that did not answer would be shown less than a person is. ECMA-48 has the
// sequences, DEC's VT100 and VT510 manuals what moves the cursor and how.
//
// Nothing is drawn. What is kept is where the cursor stands, and of the output the text that a person would read.

import { columnsOf } from '../width.js'

/** What a terminal is asked, and what goes through it to who fills it. */
export interface Asked {
  /** The terminal has this to say. */
  reply(answer: string): void
  /** The server chose a font of SyncTERM's (`CSI page ; font SP D`). */
  font(number: number): void
}

export class VirtualCursor {
  /** From 1, as they are reported. */
  row = 1
  column = 1

  /** How often the server has asked where it is. */
  requests = 0

  readonly #columns: number
  readonly #rows: number
  readonly #asked: Asked
  /** A sequence whose end has not come yet. */
  #rest = ''
  /** The last column is filled: the next character begins a line. */
  #isBehind = false
  #saved = { row: 1, column: 1, isBehind: false }

  constructor({ columns, rows, asked }: { columns: number; rows: number; asked: Asked }) {
    this.#columns = columns
    this.#rows = rows
    this.#asked = asked
  }

  /** Takes what the server has written. Returns what of it is text to read: where the cursor jumped, a line ends. */
  write(output: string): string {
    const text = this.#rest + output
    this.#rest = ''
    let shown = ''
    for (const { index, 0: token } of text.matchAll(TOKENS)) {
      if (token >= ' ' && token !== '\x7f' && !isC1(token)) {
        this.#print(token)
        shown += token
      } else if (token.length === 1 && token !== '\x1b') shown += this.#control(token)
      else if (isWhole(token)) shown += this.#sequence(token)
      // What else cuts a sequence short, or makes it longer than any that is known here, undoes it.
      else if (index + token.length === text.length && token.length <= LONGEST) this.#rest = token
    }
    return shown
  }

  #print(text: string): void {
    for (const character of text) {
      const width = columnsOf(character)
      if (width === 0) continue
      if (this.#isBehind || this.column + width - 1 > this.#columns) {
        this.column = 1
        this.#down()
      }
      const next = this.column + width
      this.#isBehind = next > this.#columns
      this.column = Math.min(next, this.#columns)
    }
  }

  #control(control: string): string {
    switch (control) {
      case '\x05':
        this.#asked.reply('\r')
        return ''
      case '\b':
        this.#to(this.row, this.column - 1)
        return ''
      case '\t':
        if (!this.#isBehind) this.column = Math.min((((this.column - 1) >> 3) + 1) * 8 + 1, this.#columns)
        return '\t'
      case '\n':
      case '\v':
      case '\f':
        this.#down()
        return '\n'
      case '\r':
        this.#to(this.row, 1)
        return ''
      default:
        return ''
    }
  }

  #sequence(sequence: string): string {
    const [, parameters, final] = /^\x1b\[([\d;]*)( ?[@-~])$/.exec(sequence) ?? []
    if (final !== undefined) return this.#controlSequence(parameters!, final)
    switch (sequence) {
      case '\x1b7':
        this.#save()
        return ''
      case '\x1b8':
        return this.#restore()
      case '\x1bD':
        this.#down()
        return '\n'
      case '\x1bE':
        this.#to(this.row, 1)
        this.#down()
        return '\n'
      case '\x1bM':
        return this.#to(this.row - 1, this.column)
      case '\x1bc':
        this.#to(1, 1)
        this.#save()
        return '\n'
      default:
        return ''
    }
  }

  #controlSequence(parameters: string, final: string): string {
    const [first = 0, second = 0] = parameters.split(';').map(Number)
    const count = first || 1
    switch (final) {
      case 'A':
        return this.#to(this.row - count, this.column)
      case 'B':
      case 'e':
        return this.#to(this.row + count, this.column)
      case 'C':
      case 'a':
        this.#to(this.row, this.column + count)
        // Pictures leave out blanks so; it is none of their words that ends.
        return ' '
      case 'D':
        return this.#to(this.row, this.column - count)
      case 'E':
        return this.#to(this.row + count, 1)
      case 'F':
        return this.#to(this.row - count, 1)
      case 'G':
      case '`':
        return this.#to(this.row, count)
      case 'H':
      case 'f':
        return this.#to(count, second || 1)
      case 'd':
        return this.#to(count, this.column)
      case 's':
        this.#save()
        return ''
      case 'u':
        return this.#restore()
      case 'c':
        // A VT100 with the advanced video option, which every server knows.
        if (first === 0) this.#asked.reply('\x1b[?1;2c')
        return ''
      case 'n':
        if (first === 5) this.#asked.reply('\x1b[0n')
        if (first === 6) {
          this.requests++
          this.#asked.reply(`\x1b[${this.row};${this.column}R`)
        }
        return ''
      case ' D':
        this.#asked.font(parameters.includes(';') ? second : 0)
        return ''
      default:
        return ''
    }
  }

  #down(): void {
    this.#to(this.row + 1, this.column)
  }

  /** Goes there, as far as the screen does. What is shown next is apart from what was shown before. */
  #to(row: number, column: number): string {
    this.row = Math.min(Math.max(row, 1), this.#rows)
    this.column = Math.min(Math.max(column, 1), this.#columns)
    this.#isBehind = false
    return '\n'
  }

  #save(): void {
    this.#saved = { row: this.row, column: this.column, isBehind: this.#isBehind }
  }

  #restore(): string {
    const { row, column, isBehind } = this.#saved
    this.#to(row, column)
    this.#isBehind = isBehind
    return '\n'
  }
}

/** Characters of a sequence that is waited for. */
const LONGEST = 1_024

/**
 * Text; sequences, whole or so far as they go: CSI, strings to the terminal (OSC, DCS, SOS, PM, APC), and those of two or three
 * characters; other controls. The 8-bit forms are not taken for sequences, since they are letters in the sets of the PC.
 */
const TOKENS =
  /[^\0-\x1f\x7f-\x9f]+|\x1b\[[0-?]*[ -/]*[@-~]?|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\|\x1b$)?|\x1b[ -/]*[0-~]?|[\0-\x1f\x7f-\x9f]/g

/** A sequence that has its last character. */
function isWhole(sequence: string): boolean {
  if (/^\x1b[\]PX^_]/.test(sequence)) return /(?:\x07|\x1b\\)$/.test(sequence)
  return /^\x1b(?:\[[0-?]*[ -/]*[@-~]|[ -/]*[0-Z\\-~])$/.test(sequence)
}

function isC1(token: string): boolean {
  return token >= '\x80' && token <= '\x9f'
}
