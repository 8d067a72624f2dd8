// Which character set a session speaks, and on whose word: what the program chose, until the addon tells that a word of the
// peer's counts for more (crates/telnet-net, choice.rs).

import type { Settings } from './options.js'

/**
 * Whose word it is: `options`, what the session was made with; `program`, an assignment; `charset`, an agreement (RFC 2066);
 * `language` and `variable`, the client's variables LANG and CHARSET; `font`, one that the server chose.
 */
export type Word = 'options' | 'program' | 'charset' | 'language' | 'variable' | 'font'

/** The words of the peer's, as numbered in the addon; 0 is the program's own. */
const WORDS: readonly (Word | undefined)[] = [undefined, 'charset', 'language', 'variable', 'font']

export class Speech {
  /** By the name that it was given; `null`: bytes. */
  encoding: string | null
  word: Word = 'options'
  /** It is spoken whether BINARY is agreed or not. */
  isForced: boolean

  /** What the program chose, and how. */
  #own: { encoding: string | null; word: Word }
  /** How often the program has assigned a set, as far as a record can tell. */
  #assigned = 0

  constructor({ encoding, forceBinary }: Settings) {
    this.encoding = encoding
    this.isForced = forceBinary
    this.#own = { encoding, word: 'options' }
  }

  /** The program's word, which goes before all that came until now. */
  assign(encoding: string | null): void {
    this.encoding = encoding
    this.word = 'program'
    this.#own = { encoding, word: 'program' }
    this.#assigned = (this.#assigned + 1) & 0xff
  }

  /**
   * A word of the peer's changed which set holds, or why.
   *
   * @param argument of the record: the word | 8 if the set is another | 16 if it is forced | assignments that it knows of << 8
   * @returns whether the set is another
   */
  hear(name: string, argument: number): boolean {
    // It was on its way when the program assigned one.
    if (argument >>> 8 !== this.#assigned) return false
    const changes = (argument & 8) !== 0
    const word = WORDS[argument & 7]
    this.isForced = (argument & 16) !== 0
    this.word = word ?? this.#own.word
    if (changes) this.encoding = word === undefined ? this.#own.encoding : name
    return changes
  }
}
