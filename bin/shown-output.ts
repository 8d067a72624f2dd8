// What the server sends, made fit for where it is shown: a pipe or a file gets the text, or the bytes, and no more; a terminal gets what
// makes a modern one look as the far one would. The terminal takes UTF-8.

import { Option, type Session } from '#telnetkit'
import { charsetName } from '../ts/binding.js'
import { DosScreen, isOfDos } from './dos-screen.js'
import { WithoutFontSwitches } from './font-switches.js'
import { ScreenLines } from './line-ends.js'
import type { Machine, MachineScreen, ScreenFacts } from './retro/machines.js'

/** Who finishes the line ends: nobody, so that a line needs CR LF; or the kernel, or whoever reads a pipe. */
export type Finish = 'raw' | 'cooked'

export class ShownOutput {
  /** How what is to be written is to be written: bytes that go through as they are travel here as Latin-1. */
  readonly encoding: 'utf8' | 'latin1'
  readonly #session: Session
  readonly #isTerminal: boolean
  readonly #lines = new ScreenLines()
  readonly #fonts = new WithoutFontSwitches()
  readonly #dos = new DosScreen()
  readonly #bytes: MachineScreen<Buffer> | undefined
  readonly #text: MachineScreen<string> | undefined

  /** @param machine the one that the server takes us for, if any */
  constructor(session: Session, isTerminal: boolean, machine: Machine | undefined, facts: ScreenFacts) {
    this.#session = session
    this.#isTerminal = isTerminal
    const shown = isTerminal ? machine : undefined
    if (shown?.speaks === 'bytes') this.#bytes = shown.screen(facts)
    if (shown?.speaks === 'text') this.#text = shown.screen(facts)
    this.encoding = session.encoding === null && !this.#bytes ? 'latin1' : 'utf8'
  }

  /** Bytes, on their way to a pipe or a file: nobody changes them. */
  get isExact(): boolean {
    return this.encoding === 'latin1' && !this.#isTerminal
  }

  /** What to write for what came. @param finish who finishes the line ends once it is written */
  show(chunk: string | Buffer, finish: Finish): string {
    const isBinary = this.#session.remote.has(Option.BINARY)
    if (typeof chunk !== 'string') {
      if (this.#bytes) return this.#bytes.show(chunk, isBinary)
      const text = chunk.toString('latin1')
      return this.isExact ? text : this.#finish(text, finish, isBinary)
    }
    return this.#finish(this.#isTerminal ? this.#onScreen(chunk, isBinary) : chunk, finish, isBinary)
  }

  /** What was held back; there comes no more. */
  end(): string {
    return this.#lineEnds(this.#lines.end()) + this.#fonts.end() + this.#dos.end()
  }

  #onScreen(text: string, isBinary: boolean): string {
    if (this.#text) return this.#text.show(text, isBinary)
    const plain = this.#fonts.feed(text)
    return this.#isOfDos ? this.#dos.show(plain) : plain
  }

  get #isOfDos(): boolean {
    return isOfDos(this.#charset)
  }

  /** The lines of a Commodore end with CR; those of a pipe do not. */
  #lineEnds(text: string): string {
    const endsWithReturn = this.#charset.startsWith('PETSCII') && !this.#isTerminal
    return endsWithReturn ? text.replace(/\r\n?/g, '\n') : text
  }

  /** The set by its own name. It can change at any time: by CHARSET, or by a font. */
  get #charset(): string {
    const { encoding } = this.#session
    return encoding === null ? '' : (charsetName(encoding) ?? '')
  }

  #finish(text: string, finish: Finish, isBinary: boolean): string {
    if (finish === 'cooked') return this.#lineEnds(this.#lines.cooked(text))
    return isBinary ? this.#lines.exact(text) : this.#lines.raw(text)
  }
}
