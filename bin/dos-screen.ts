// The screen of DOS on a modern terminal: what the code pages leave to it. There most control characters are graphics of the font, as
// ANSI.SYS and the terminals of boards have them, and a form feed clears; a modern terminal would ignore them, or worse, switch to
// another set of characters by SO.

import { WithoutSauce } from './sauce.js'

/** 00–1F; blanks where the control is meant. */
const GRAPHICS = ' ☺☻♥♦♣♠    ♂  ♫☼►◄↕‼¶§▬↨↑↓→ ∟↔▲▼'

const HOUSE = '⌂'
const CLEAR = '\x1b[2J\x1b[H'

/** All but BEL, BS, TAB, LF, CR and ESC. */
const SHOWN = /[\x01-\x06\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]/g

/** A second set of characters is designated: so SO and SI mean what they do on a VT100. */
const DESIGNATION = '\x1b)'

/** The code pages that are DOS's. */
const CODE_PAGE = /^CP(437|7\d\d|8\d\d|1131)$/

/** True if a character set, by its own name, is one of DOS's. */
export function isOfDos(charset: string): boolean {
  return CODE_PAGE.test(charset)
}

export class DosScreen {
  readonly #sauce = new WithoutSauce()
  #shifts = false

  /** What to write to the terminal for this text. */
  show(text: string): string {
    return this.#graphics(this.#sauce.feed(text))
  }

  /** What was held back; there comes no more. */
  end(): string {
    return this.#graphics(this.#sauce.end())
  }

  #graphics(text: string): string {
    this.#shifts ||= text.includes(DESIGNATION)
    return text.replace(SHOWN, (control) => {
      if (control === '\x0c') return CLEAR
      if (control === '\x7f') return HOUSE
      const isShift = control === '\x0e' || control === '\x0f'
      return isShift && this.#shifts ? control : GRAPHICS[control.charCodeAt(0)]!
    })
  }
}
