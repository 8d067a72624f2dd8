// PETSCII, the set of Commodore's machines, on a modern terminal: its control characters and its colours as well as its two sets of
// glyphs. Sources: the Commodore 64 Programmer's Reference Guide, appendices C and F; the mapping of the C64's interchange sets in
// Unicode's L2/19-025 ("Symbols for Legacy Computing"). The colours are those that Colodore measured.
//
// This takes bytes, since text has lost what a byte meant: a byte 60–7F shows what C0–DF shows, and E0–FE what A0–BE does, whatever the
// table of the codec has for it.

import { type Colour, type ColourDepth, foreground } from './colours.js'
import type { NarrowScreen } from './narrow-screen.js'

export interface PetsciiOptions {
  readonly screen: NarrowScreen
  readonly depth: ColourDepth
  /** Begins with capitals and graphics, as the machine does when it is switched on; boards count on the other set. */
  readonly unshifted: boolean
}

/** Shows what a server sends. */
export class PetsciiScreen {
  readonly #screen: NarrowScreen
  readonly #controls: ReadonlyMap<number, () => void>
  #glyphs: string[]
  #isReversed = false

  constructor({ screen, depth, unshifted }: PetsciiOptions) {
    this.#screen = screen
    this.#glyphs = unshifted ? UNSHIFTED : SHIFTED
    const colours = [...COLOURS].map(([byte, colour]) => [byte, foreground(colour, depth)] as const)
    this.#controls = new Map([
      ...colours.map(([byte, sequence]): [number, () => void] => [byte, () => screen.write(sequence)]),
      [0x07, () => screen.write('\x07')],
      [0x0d, () => this.#return()],
      [0x8d, () => this.#return()],
      [0x0e, () => this.#show(SHIFTED)],
      [0x8e, () => this.#show(UNSHIFTED)],
      [0x11, () => screen.down(true)],
      [0x91, () => screen.up()],
      [0x12, () => this.#reverse(true)],
      [0x92, () => this.#reverse(false)],
      [0x13, () => screen.home()],
      [0x93, () => screen.clear()],
      [0x14, () => this.#delete()],
      [0x94, () => screen.insertCharacter()],
      [0x1d, () => this.#right()],
      [0x9d, () => this.#left()],
    ])
  }

  /** What to write to the terminal for these bytes. */
  show(bytes: Uint8Array): string {
    return this.#screen.shown(bytes, (byte) => {
      if ((byte & 0x7f) < 0x20) this.#controls.get(byte)?.()
      else this.#screen.put(this.#glyphs[byte]!)
    })
  }

  #show(glyphs: string[]): void {
    this.#glyphs = glyphs
  }

  /** The end of a line is that of what is reversed, too. */
  #return(): void {
    this.#reverse(false)
    this.#screen.newLine()
  }

  #delete(): void {
    this.#left()
    this.#screen.deleteCharacter()
  }

  #reverse(isOn: boolean): void {
    if (isOn !== this.#isReversed) this.#screen.write(isOn ? '\x1b[7m' : '\x1b[27m')
    this.#isReversed = isOn
  }

  /** Past the end of a line is the next one, which may come up from below. */
  #right(): void {
    const { column } = this.#screen
    this.#screen.goTo(column + 1)
    if (this.#screen.column === column) this.#screen.newLine()
  }

  /** Before the beginning of a line is the end of the one above. */
  #left(): void {
    const { column } = this.#screen
    if (column === 0) this.#screen.up()
    this.#screen.goTo(column > 0 ? column - 1 : Number.POSITIVE_INFINITY)
  }
}

/** The byte of a character, as the keyboard sends it: letters are those of the set with small ones, whichever is shown. */
export function petsciiByte(character: string): number | undefined {
  return BYTES.get(character)
}

const COLOURS: ReadonlyMap<number, Colour> = new Map([
  [0x05, { rgb: [0xff, 0xff, 0xff], plain: 15 }],
  [0x1c, { rgb: [0x81, 0x33, 0x38], plain: 1 }],
  [0x1e, { rgb: [0x56, 0xac, 0x4d], plain: 2 }],
  [0x1f, { rgb: [0x2e, 0x2c, 0x9b], plain: 4 }],
  [0x81, { rgb: [0x8e, 0x50, 0x29], plain: 3 }],
  [0x90, { rgb: [0x00, 0x00, 0x00], plain: 0 }],
  [0x95, { rgb: [0x55, 0x38, 0x00], plain: 3 }],
  [0x96, { rgb: [0xc4, 0x6c, 0x71], plain: 9 }],
  [0x97, { rgb: [0x4a, 0x4a, 0x4a], plain: 8 }],
  [0x98, { rgb: [0x7b, 0x7b, 0x7b], plain: 8 }],
  [0x99, { rgb: [0xa9, 0xff, 0x9f], plain: 10 }],
  [0x9a, { rgb: [0x70, 0x6d, 0xeb], plain: 12 }],
  [0x9b, { rgb: [0xb2, 0xb2, 0xb2], plain: 7 }],
  [0x9c, { rgb: [0x8e, 0x3c, 0x97], plain: 5 }],
  [0x9e, { rgb: [0xed, 0xf1, 0x71], plain: 11 }],
  [0x9f, { rgb: [0x75, 0xce, 0xc8], plain: 6 }],
])

/** 20–5F, and what both sets have at A0–BF and C0–DF. */
const SYMBOLS = ' !"#$%&\'()*+,-./0123456789:;<=>?'
const CAPITALS = '@ABCDEFGHIJKLMNOPQRSTUVWXYZ[£]↑←'
const SMALL = '@abcdefghijklmnopqrstuvwxyz[£]↑←'
const BLOCKS = ' ▌▄▔▁▏▒▕🮏◤🮇├▗└┐▂┌┴┬┤▎▍🮈🮂🮃▃🭿▖▝┘▘▚'
const GRAPHICS = '─♠🭲🭸🭷🭶🭺🭱🭴╮╰╯🭼╲╱🭽🭾●🭻♥🭰╭╳○♣🭵♦┼🮌│π◥'
const SHIFTED_BLOCKS = ' ▌▄▔▁▏▒▕🮏🮙🮇├▗└┐▂┌┴┬┤▎▍🮈🮂🮃▃✓▖▝┘▘▚'
const SHIFTED_GRAPHICS = '─ABCDEFGHIJKLMNOPQRSTUVWXYZ┼🮌│🮖🮘'

const UNSHIFTED = glyphs(CAPITALS, BLOCKS, GRAPHICS)
const SHIFTED = glyphs(SMALL, SHIFTED_BLOCKS, SHIFTED_GRAPHICS)

/** By byte; control characters have none. */
function glyphs(letters: string, blocks: string, graphics: string): string[] {
  const none = Array<string>(0x20).fill('')
  const all = [
    ...none,
    ...SYMBOLS,
    ...letters,
    ...graphics,
    ...none,
    ...blocks,
    ...graphics,
    ...[...blocks].slice(0, -1),
    [...graphics][0x1e]!,
  ]
  return all
}

/** The sets' own characters; then what else keyboards of today have, by the glyph that looks most like it. */
const BYTES: ReadonlyMap<string, number> = new Map([
  ...bytes(UNSHIFTED),
  ...bytes(SHIFTED),
  ['^', 0x5e],
  ['_', 0xa4],
  ['|', 0xdd],
])

/** 60–7F are no key's, and nor are E0–FE. */
function bytes(set: readonly string[]): [string, number][] {
  const keys = [...range(0x20, 0x60), ...range(0xa0, 0xe0), 0xff]
  return keys.map((byte): [string, number] => [set[byte]!, byte]).reverse()
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index)
}
