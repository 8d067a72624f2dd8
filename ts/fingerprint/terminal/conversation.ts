// Questions to a terminal and its reports, in order, within a time, and apart from what a person types meanwhile.
//
// Questions go in batches. Behind each stands a fence, a question that every terminal answers which is asked anything here: where
// is the cursor (CPR), and what are you (DA1)? Reports come in the order of the questions, so what is not there by then has no
// answer, and waiting for it costs nothing.

import type { TelnetError } from '../../errors.js'
import type { Session } from '../../session.js'
import { FENCE, type Position, type Questions } from './questions.js'
import { type Report, reportOf } from './reports.js'
import { type Token, Tokens } from './tokens.js'

/** The answers to a batch. */
export interface Answers {
  readonly reports: readonly Report[]
  /** Where the cursor was, for each position that the batch asked for, and at the fence; or fewer, or more: see `isExact`. */
  readonly positions: readonly Position[]
  /** The fence was answered. */
  readonly isWhole: boolean
  /** There are as many positions as were asked for, so that each is the answer to its own question. */
  readonly isExact: boolean
  /** Text that came twice, behind each of two positions (see `ask`); empty if there was none. */
  readonly answerback: string
}

/** Characters that are looked at: a terminal that knows everything sends a tenth of it. */
const MOST = 65_536

export class Conversation {
  readonly #session: Session<string | Buffer>
  readonly #signal: AbortSignal | undefined
  readonly #start = performance.now()
  readonly #isBytes: boolean
  readonly #tokens: Tokens
  #timeout: number
  #quiet: number
  #read = 0
  #typed = ''
  /** Nothing more can be asked: the time is up, too much came, or the terminal has fallen silent or gone. */
  #isOver = false

  /**
   * @param timeout milliseconds for all of it
   * @param quiet milliseconds without any answer, after which there will be none
   */
  constructor(session: Session<string | Buffer>, timeout: number, quiet: number, signal: AbortSignal | undefined) {
    this.#session = session
    this.#signal = signal
    this.#timeout = timeout
    this.#quiet = quiet
    this.#isBytes = session.encoding === null
    this.#tokens = new Tokens(!this.#isBytes)
  }

  /** Milliseconds since it began. */
  get elapsed(): number {
    return performance.now() - this.#start
  }

  /** Waits otherwise from here on; both as in the constructor. */
  setPatience(timeout: number, quiet: number): void {
    this.#timeout = timeout
    this.#quiet = quiet
  }

  /** What was typed so far, with what may be half a key. */
  get typed(): string {
    const { pending } = this.#tokens
    return HALF_A_KEY.test(pending) ? this.#typed + pending : this.#typed
  }

  /**
   * Asks a batch: bytes as they are, since no line end and no character set has any part in it.
   *
   * @param twice the number of a position behind which, and behind the one after it, ENQ is asked. Its answer is mere text, as if typed, so
   * it counts only if it comes both times.
   */
  async ask(questions: Questions, twice?: number): Promise<Answers> {
    const batch = new Batch(questions.positions + 1)
    if (this.#isOver) return batch
    this.#session.write(Buffer.from(questions.text + FENCE))
    try {
      while (!batch.isWhole && !this.#isOver) {
        const came = await this.#receive()
        if (came === null) this.#isOver = true
        else for (const token of this.#tokens.feed(came)) batch.take(token)
      }
    } finally {
      if (twice !== undefined) batch.findAnswerback(twice)
      this.#typed += batch.typed
    }
    return batch
  }

  /** Shows something without asking. */
  show(text: string): void {
    this.#session.write(Buffer.from(text))
  }

  /** What comes next; `null` if nothing more will. */
  async #receive(): Promise<string | null> {
    const left = Math.min(this.#quiet, this.#timeout - this.elapsed)
    if (left <= 0 || this.#read >= MOST) return null
    try {
      const came = await this.#session.read(MOST - this.#read, { timeout: Math.ceil(left), signal: this.#signal })
      if (came === null) return null
      this.#read += came.length
      return typeof came === 'string' ? came : came.toString('latin1')
    } catch (error) {
      if ((error as TelnetError).code === 'TELNET_TIMEOUT') return null
      throw error
    }
  }

  /** Puts what was typed back, before all that is still to be read. */
  giveBack(): void {
    const { typed } = this
    if (typed === '' || this.#session.readableEnded) return
    this.#session.unshift(this.#isBytes ? Buffer.from(typed, 'latin1') : typed)
  }
}

/** The Escape key, or the beginning of a function key. */
const HALF_A_KEY = /^\x1b(?:O|\[[\d;]*)?$/

/** The answers as they come. */
class Batch implements Answers {
  readonly reports: Report[] = []
  readonly positions: Position[] = []
  isWhole = false
  answerback = ''
  readonly #asked: number
  /** What was typed: before the first position, behind it, behind the second, … */
  readonly #typed: string[] = ['']

  constructor(asked: number) {
    this.#asked = asked
  }

  get isExact(): boolean {
    return this.isWhole && this.positions.length === this.#asked
  }

  get typed(): string {
    return this.#typed.join('')
  }

  take(token: Token): void {
    const report = reportOf(token)
    if (report !== null) this.#report(report)
    else if (isTyped(token)) this.#typed[this.#typed.length - 1] += token.raw
  }

  findAnswerback(position: number): void {
    const [first, second] = this.#typed.slice(position + 1)
    if (!this.isExact || first === undefined || first.length < 2 || first !== second) return
    this.answerback = first
    this.#typed[position + 1] = this.#typed[position + 2] = ''
  }

  #report(report: Report): void {
    this.reports.push(report)
    if (report.kind === 'position') {
      this.positions.push(report)
      this.#typed.push('')
    }
    // A terminal that takes another question for DA1 answers that before the last position.
    if (report.kind === 'attributes') this.isWhole = this.positions.length >= this.#asked
  }
}

/** No key sends a control string, nor a control sequence of these: they are answers that nobody knows. */
function isTyped({ kind, body }: Token): boolean {
  return kind === 'text' || kind === 'escape' || kind === 'none' || (kind === 'csi' && !/^[?=>]/.test(body))
}
