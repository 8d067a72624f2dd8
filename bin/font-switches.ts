// SyncTERM's choice of a font, `CSI page ; font SP D` (ECMA-48's FNT, in the form of its CTerm manual). The session takes it for what it
// means, a character set; to the user's terminal, which has one font and gets UTF-8, it is nothing, and some would show parts of it.

const SWITCH = /\x1b\[\d*(?:;\d*)? D/g

/** The beginning of one, at the end. No longer than that: what has more digits is none. */
const BEGINNING = /\x1b(?:\[(?:\d{0,5}(?:;\d{0,5})? ?)?)?$/

export class WithoutFontSwitches {
  #held = ''

  /** The text without them. What could be the beginning of one is held back; it would show nothing yet. */
  feed(text: string): string {
    if (this.#held === '' && !text.includes('\x1b')) return text
    const all = (this.#held + text).replace(SWITCH, '')
    this.#held = BEGINNING.exec(all)?.[0] ?? ''
    return all.slice(0, all.length - this.#held.length)
  }

  /** What was held back; there comes no more. */
  end(): string {
    const held = this.#held
    this.#held = ''
    return held
  }
}
