// The Atari ST's terminal, a VT52 with colours, on a modern one. Sources: DEC's VT52 manual (EK-VT5X-OP-001) and Atari's "GEMDOS Reference
// Manual", VT52 screen control, for what stands in small letters.
//
// A sequence that begins with ESC [ is none of a VT52 and all of a modern terminal: it passes, as what else is not known.

import { background, type Colour, type ColourDepth, foreground } from './colours.js'

const CSI = '\x1b['

/** What the sequences of two characters are. */
const SEQUENCES: ReadonlyMap<string, string> = new Map([
  ['A', `${CSI}A`],
  ['B', `${CSI}B`],
  ['C', `${CSI}C`],
  ['D', `${CSI}D`],
  ['E', `${CSI}H${CSI}2J`],
  ['H', `${CSI}H`],
  ['I', '\x1bM'],
  ['J', `${CSI}J`],
  ['K', `${CSI}K`],
  ['L', `${CSI}L\r`],
  ['M', `${CSI}M\r`],
  ['d', `${CSI}1J`],
  ['e', `${CSI}?25h`],
  ['f', `${CSI}?25l`],
  ['j', '\x1b7'],
  ['k', '\x1b8'],
  ['l', `${CSI}2K\r`],
  ['o', `${CSI}1K`],
  ['p', `${CSI}7m`],
  ['q', `${CSI}27m`],
  ['v', `${CSI}?7h`],
  ['w', `${CSI}?7l`],
  // Graphics on and off, a question what this is, and the way to ANSI: nothing to see.
  ['F', ''],
  ['G', ''],
  ['Z', ''],
  ['<', ''],
])

/** The colours that the machine begins with, by their register. */
const COLOURS: readonly Colour[] = [
  { rgb: [0xff, 0xff, 0xff], plain: 15 },
  { rgb: [0xff, 0x00, 0x00], plain: 1 },
  { rgb: [0x00, 0xff, 0x00], plain: 2 },
  { rgb: [0xff, 0xff, 0x00], plain: 3 },
  { rgb: [0x00, 0x00, 0xff], plain: 4 },
  { rgb: [0xff, 0x00, 0xff], plain: 5 },
  { rgb: [0x00, 0xff, 0xff], plain: 6 },
  { rgb: [0xb6, 0xb6, 0xb6], plain: 7 },
  { rgb: [0x6d, 0x6d, 0x6d], plain: 8 },
  { rgb: [0xff, 0x6d, 0x6d], plain: 9 },
  { rgb: [0x6d, 0xff, 0x6d], plain: 10 },
  { rgb: [0xff, 0xff, 0x6d], plain: 11 },
  { rgb: [0x6d, 0x6d, 0xff], plain: 12 },
  { rgb: [0xff, 0x6d, 0xff], plain: 13 },
  { rgb: [0x6d, 0xff, 0xff], plain: 14 },
  { rgb: [0x00, 0x00, 0x00], plain: 0 },
]

/** A sequence that is whole; or one at the end whose rest has not come. */
const WHOLE = /\x1b(?:Y([\s\S])([\s\S])|([bc])([\s\S])|(?![Ybc])([A-Za-z<]))/g
const UNFINISHED = /\x1b(?:Y[\s\S]?|[bc])?$/

export class Vt52Screen {
  readonly #depth: ColourDepth
  #held = ''

  constructor(depth: ColourDepth) {
    this.#depth = depth
  }

  /** What to write to the terminal for this text. */
  show(text: string): string {
    const all = this.#held + text
    this.#held = UNFINISHED.exec(all.replace(WHOLE, (sequence) => '-'.repeat(sequence.length)))?.[0] ?? ''
    return all
      .slice(0, all.length - this.#held.length)
      .replace(WHOLE, (sequence, row?: string, column?: string, ground?: string, colour?: string, letter?: string) => {
        if (row !== undefined && column !== undefined) return `${CSI}${place(row)};${place(column)}H`
        if (ground !== undefined && colour !== undefined) return this.#colour(ground, colour)
        return SEQUENCES.get(letter ?? '') ?? sequence
      })
  }

  #colour(ground: string, colour: string): string {
    const chosen = COLOURS[colour.charCodeAt(0) & 0x0f]!
    return ground === 'b' ? foreground(chosen, this.#depth) : background(chosen, this.#depth)
  }
}

/** A row or column, which is sent as a character from the blank on, and counted from 1 here. */
function place(character: string): number {
  return Math.max(character.charCodeAt(0) - 0x20, 0) + 1
}
