// A terminal whose answers are written down. It keeps a cursor and what stands on its screen, and tells where the cursor is; all
// else that it says stands in its script.

import { columnsOf } from '../../ts/width.js'

export interface Script {
  /**
   * Questions to answers, both without ESC and, of control strings, ST: `'[>q': 'P>|tmux 3.4'`. CPR is answered always, and
   * kitty's flags are kept where `[?u` is answered at all. That to ENQ is text.
   */
  readonly answers: Readonly<Record<string, string>>
  /** What it shows as text: control strings of these introducers, and, for `$` and `=`, the ends of sequences with that in them. */
  readonly shows?: string
  /** The columns that it gives to a text, if not those of Unicode. */
  readonly columnsOf?: (text: string) => number
  /** It understands kitty's sized text. */
  readonly sizesText?: boolean
}

export class ScriptedTerminal {
  /** All that was shown to it. */
  written = ''
  row = 3
  column = 1
  /** Everything that it says goes this way. */
  readonly say: (answer: string) => void
  readonly #script: Script
  readonly #lines = new Map<number, string[]>()
  readonly #flags = [0]
  #saved: [row: number, column: number] = [1, 1]
  /** What may be half a sequence. */
  #rest = ''

  constructor(script: Script, say: (answer: string) => void) {
    this.#script = script
    this.say = say
  }

  /** The lines that have anything on them, by their rows. */
  get screen(): Record<number, string> {
    const lines = [...this.#lines].map(([row, cells]) => [
      row,
      Array.from(cells, (cell) => cell ?? ' ')
        .join('')
        .trimEnd(),
    ])
    return Object.fromEntries(lines.filter(([, text]) => text !== ''))
  }

  write(text: string): void {
    this.written += text
    const input = this.#rest + text
    let end = 0
    for (const found of input.matchAll(SEQUENCE)) {
      end = found.index + found[0].length
      this.#take(found)
    }
    this.#rest = input.slice(end)
  }

  #take([all, introducer, string, sequence, final]: RegExpMatchArray): void {
    if (introducer !== undefined) this.#string(introducer, string!)
    else if (sequence === undefined) this.#others(all)
    else if (['$', '='].some((sign) => sequence.includes(sign) && this.#script.shows?.includes(sign)))
      this.#show(final!)
    else this.#sequence(sequence, final!)
  }

  #string(introducer: string, body: string): void {
    if (this.#script.shows?.includes(introducer)) this.#show(body)
    else if (this.#script.sizesText && introducer === ']' && body.startsWith('66;')) this.#show('  ')
    else this.#answer(introducer + body)
  }

  #sequence(sequence: string, final: string): void {
    if (final === 'H') [this.row, this.column] = sequence.split(';').map(Number.parseFloat) as [number, number]
    else if (sequence === 'K') this.#lines.get(this.row)?.splice(this.column - 1)
    else if (sequence === '6n') this.say(`\x1b[${this.row};${this.column}R`)
    else if (sequence === '?u' && '[?u' in this.#script.answers) this.say(`\x1b[?${this.#flags.at(-1)}u`)
    else if (sequence === '>0u') this.#flags.push(0)
    else if (sequence === '<u') this.#flags.pop()
    else if (/^=\d+;1u$/.test(sequence)) this.#flags.splice(-1, 1, Number.parseInt(sequence.slice(1), 10))
    else this.#answer(`[${sequence}`)
  }

  #others(all: string): void {
    if (all === '\x1b7') this.#saved = [this.row, this.column]
    else if (all === '\x1b8') [this.row, this.column] = this.#saved
    else if (all === '\r') this.column = 1
    else if (all === '\x05') this.say(this.#script.answers[all] ?? '')
    else if (all !== '\0') this.#show(all)
  }

  #show(text: string): void {
    const cells = this.#lines.get(this.row) ?? []
    this.#lines.set(this.row, cells)
    for (const [index, character] of [...text].entries()) cells[this.column - 1 + index] = character
    this.column += (this.#script.columnsOf ?? unicodeColumnsOf)(text)
  }

  #answer(question: string): void {
    const answer = this.#script.answers[question]
    if (answer === undefined) return
    if (/^[P\]_]/.test(answer)) this.say(`\x1b${answer}\x1b\\`)
    else this.say(answer.startsWith('[') ? `\x1b${answer}` : answer)
  }
}

/** A control string, a control sequence, ESC and a digit, a control; text. */
const SEQUENCE = /\x1b([P\]_])([^\x1b]*)\x1b\\|\x1b\[([ -?]*([@-~]))|\x1b[78]|[\0-\x1a]|[^\0-\x1f]+/gu

function unicodeColumnsOf(text: string): number {
  return Array.from(GRAPHEMES.segment(text), ({ segment }) => columnsOf(segment)).reduce(
    (sum, columns) => sum + columns,
    0,
  )
}

const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' })
