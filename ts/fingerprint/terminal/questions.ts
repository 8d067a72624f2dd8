// What a terminal is asked, as bytes, and how a batch of it is put together. The answers stand in reports.ts, with the documents that
// describe both.
//
// Each control string ends with ST: whoever doesn't know it takes BEL for a bell.

/** A place on the screen, from 1. */
export interface Position {
  readonly row: number
  readonly column: number
}

const CSI = '\x1b['
const ST = '\x1b\\'

/** CPR: where is the cursor? */
export const POSITION = `${CSI}6n`

/** Behind each batch: who says where the cursor is, and then what it is (DA1), has read all before. */
export const FENCE = `${POSITION}${CSI}c`

/** To a place on the screen. */
export const cursorTo = ({ row, column }: Position) => `${CSI}${row};${column}H`

/** Erases from the cursor to the end of its line. */
export const ERASE = `${CSI}K`

/** Remembers the cursor and how it paints, and brings both back (DECSC, DECRC). */
export const SAVE = '\x1b7'
export const RESTORE = '\x1b8'

/** What is written from here on takes its place and is not seen (ECMA-48, SGR 8). */
export const CONCEAL = `${CSI}8m`

/** DA2, and DA3. */
export const SECONDARY = `${CSI}>c`
export const UNIT = `${CSI}=c`

/** XTVERSION. */
export const VERSION = `${CSI}>q`

/** ENQ: the text that its owner, or its maker, has given it. */
export const ANSWERBACK = '\x05'

/** kitty's keyboard protocol: which flags are set? */
export const KEYBOARD = `${CSI}?u`

/** Pushes a set of flags, sets another one in its place, and pops it. */
export const KEYBOARD_PUSH = `${CSI}>0u`
export const keyboardFlags = (flags: number) => `${CSI}=${flags};1u`
export const KEYBOARD_POP = `${CSI}<u`

/** DECRQM of a private mode, and the mode set and reset (DECSET, DECRST). */
export const modeOf = (mode: number) => `${CSI}?${mode}$p`
export const setMode = (mode: number, isOn: boolean) => `${CSI}?${mode}${isOn ? 'h' : 'l'}`

/** XTWINOPS: pixels of the text area, pixels of a cell, cells. */
export const SIZES = `${CSI}14t${CSI}16t${CSI}18t`

/** XTSMGRAPHICS: how many colour registers, how large a sixel picture. Where it is not known, it may be SU, which scrolls. */
export const GRAPHICS = `${CSI}?1;1;0S${CSI}?2;1;0S`

/** contour: dark or light? */
export const SCHEME = `${CSI}?996n`

/** XTGETTCAP of one capability: where one of several is unknown, xterm is silent about those behind it. */
export const capability = (name: string) => `\x1bP+q${Buffer.from(name).toString('hex')}${ST}`

/** DECRQSS of SGR: how does the cursor paint? */
export const PAINT = `\x1bP$qm${ST}`

/** Paints the background in a colour that no palette has (ITU T.416), to see whether `PAINT` tells it. */
export const TRUE_COLOUR = `${CSI}48:2:1:2:3m`

/** The colours of text, background, cursor, and one of the palette. */
export const BACKGROUND = `\x1b]11;?${ST}`
export const COLOURS = `\x1b]10;?${ST}\x1b]12;?${ST}`
export const colour = (number: number) => `\x1b]4;${number};?${ST}`

/** iTerm2: features, and the size of a cell. */
export const FEATURES = `\x1b]1337;Capabilities${ST}`
export const CELL = `\x1b]1337;ReportCellSize${ST}`

/** kitty's notifications: which can it show? The identifier is ours. */
export const NOTIFICATIONS = `\x1b]99;i=telnetkit:p=?;${ST}`

/** kitty's pointer shapes: which is it? */
export const POINTER = `\x1b]22;?__current__${ST}`

/** kitty's text sizing: a blank in two columns, and one twice as large. */
export const SIZED_WIDTH = `\x1b]66;w=2; ${ST}`
export const SIZED_SCALE = `\x1b]66;s=2; ${ST}`

/** kitty's graphics: would a picture of one black pixel be shown? It is not. */
export const PICTURES = `\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA${ST}`

/** To the other screen and back, which restores the cursor (xterm, private mode 1049). */
export const OTHER_SCREEN = 1_049

/** A batch: bytes, and which of the positions that it asks for measures what. */
export class Questions {
  #text = ''
  #positions = 0

  get text(): string {
    return this.#text
  }

  /** How many positions it asks for. */
  get positions(): number {
    return this.#positions
  }

  /** Says what asks for no position. */
  add(...questions: readonly string[]): this {
    this.#text += questions.join('')
    return this
  }

  /** Asks where the cursor is, and returns the number of the position that answers. */
  position(): number {
    this.#text += POSITION
    return this.#positions++
  }

  /** Says something in an empty line, and asks where the cursor is then. */
  at(place: Position, ...questions: readonly string[]): number {
    return this.add(cursorTo(place), ERASE, ...questions).position()
  }
}
