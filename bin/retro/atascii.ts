// ATASCII, the set of Atari's eight-bit machines, on a modern terminal: its control characters and inverse video as well as its glyphs.
// Source: the Atari Operating System User's Manual, "Screen Editor"; for the glyphs the chart of the codec (docs/encodings.md).
//
// This takes bytes, since text has lost inverse video, and which of two bytes with one glyph moves the cursor.

import type { NarrowScreen } from './narrow-screen.js'

export interface AtasciiOptions {
  readonly screen: NarrowScreen
  /** CR and LF are what they are in ASCII, and not two graphics. */
  readonly asciiEol: boolean
}

const NUL = 0x00
const LF = 0x0a
const CR = 0x0d
const ESC = 0x1b
const EOL = 0x9b

/** Where the tabulator stops before a program says otherwise. */
const TAB_STOPS = [7, 15, 23, 31, 39]

/** Shows what a server sends. */
export class AtasciiScreen {
  readonly #screen: NarrowScreen
  readonly #asciiEol: boolean
  readonly #stops = new Set(TAB_STOPS)
  readonly #controls: ReadonlyMap<number, () => void>
  #isInverse = false
  /** What comes next is a glyph, even if it is a control character. */
  #isEscaped = false
  #isAfterReturn = false

  constructor({ screen, asciiEol }: AtasciiOptions) {
    this.#screen = screen
    this.#asciiEol = asciiEol
    this.#controls = new Map([
      ...(asciiEol ? this.#lineEnds() : []),
      [ESC, () => this.#escape()],
      [0x1c, () => screen.up()],
      [0x1d, () => screen.down(false)],
      [0x1e, () => this.#left()],
      [0x1f, () => this.#right()],
      [0x7d, () => screen.clear()],
      [0x7e, () => this.#backspace()],
      [0x7f, () => this.#tab()],
      [EOL, () => screen.newLine()],
      [0x9c, () => screen.deleteLine()],
      [0x9d, () => screen.insertLine()],
      [0x9e, () => this.#stops.delete(screen.column)],
      [0x9f, () => this.#stops.add(screen.column)],
      [0xfd, () => screen.write('\x07')],
      [0xfe, () => screen.deleteCharacter()],
      [0xff, () => screen.insertCharacter()],
    ])
  }

  /** What to write to the terminal for these bytes. @param isBinary BINARY is agreed: a NUL behind a CR is meant */
  show(bytes: Uint8Array, isBinary: boolean): string {
    return this.#screen.shown(bytes, (byte) => {
      const isPadding = byte === NUL && this.#isAfterReturn && (!isBinary || this.#asciiEol)
      if (!isPadding) this.#next(byte)
      this.#isAfterReturn = byte === CR
    })
  }

  #next(byte: number): void {
    const isEscaped = this.#isEscaped
    this.#isEscaped = false
    const control = byte === EOL || !isEscaped ? this.#controls.get(byte) : undefined
    if (control) control()
    else this.#put(byte)
  }

  #put(byte: number): void {
    this.#inverse(byte >= 0x80)
    this.#screen.put(GLYPHS[byte & 0x7f]!)
  }

  #lineEnds(): [number, () => void][] {
    return [
      [CR, () => this.#screen.carriageReturn()],
      [LF, () => this.#screen.newLine()],
    ]
  }

  #escape(): void {
    this.#isEscaped = true
  }

  #inverse(isOn: boolean): void {
    if (isOn !== this.#isInverse) this.#screen.write(isOn ? '\x1b[7m' : '\x1b[27m')
    this.#isInverse = isOn
  }

  /** Past an edge is the other one, on the same line. */
  #left(): void {
    const { column } = this.#screen
    this.#screen.goTo(column > 0 ? column - 1 : Number.POSITIVE_INFINITY)
  }

  #right(): void {
    const { column } = this.#screen
    this.#screen.goTo(column + 1)
    if (this.#screen.column === column) this.#screen.carriageReturn()
  }

  #backspace(): void {
    const { column } = this.#screen
    if (column === 0) return
    this.#inverse(false)
    this.#screen.goTo(column - 1)
    this.#screen.put(' ')
    this.#screen.goTo(column - 1)
  }

  /** To the next stop; past the last one, to the next line. */
  #tab(): void {
    const next = Math.min(...[...this.#stops].filter((stop) => stop > this.#screen.column))
    if (Number.isFinite(next)) this.#screen.goTo(next)
    else this.#screen.newLine()
  }
}

/** The byte of a character, as the keyboard sends it. */
export function atasciiByte(character: string): number | undefined {
  return BYTES.get(character)
}

const GLYPHS = [
  ...'♥├⎹┘┤┐╱╲◢▗◣▝▘🮂▂▖♣┌─┼●▄▎┬┴▌└␛↑↓←→',
  ...' !"#$%&\'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_',
  ...'♦abcdefghijklmnopqrstuvwxyz♠|↰◀▶',
]

const BYTES: ReadonlyMap<string, number> = new Map(GLYPHS.map((glyph, byte) => [glyph, byte]))
