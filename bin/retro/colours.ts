// The colours of old machines on a modern terminal: as they were where it has 24 bits of colour, else the nearest of its 256 (xterm's
// palette) or of the usual 16 (ECMA-48 and its bright ones), or none.

/** How many bits of colour a terminal has, as `tty.WriteStream.getColorDepth()` tells it. */
export type ColourDepth = number

export interface Colour {
  readonly rgb: readonly [red: number, green: number, blue: number]
  /** Its place among the usual 16: 0–7, then the bright ones. */
  readonly plain: number
}

/** The sequence that writes in a colour. */
export function foreground(colour: Colour, depth: ColourDepth): string {
  return selecting(colour, depth, { extended: 38, plain: 30, bright: 90 })
}

/** The sequence that writes on a colour. */
export function background(colour: Colour, depth: ColourDepth): string {
  return selecting(colour, depth, { extended: 48, plain: 40, bright: 100 })
}

function selecting(
  { rgb, plain }: Colour,
  depth: ColourDepth,
  base: { extended: number; plain: number; bright: number },
): string {
  if (depth >= 24) return `\x1b[${base.extended};2;${rgb.join(';')}m`
  if (depth >= 8) return `\x1b[${base.extended};5;${nearest(rgb)}m`
  if (depth < 4) return ''
  return `\x1b[${plain < 8 ? base.plain + plain : base.bright + plain - 8}m`
}

/** What the six steps of xterm's cube stand for, and where its greys begin. */
const STEPS = [0, 95, 135, 175, 215, 255]
const CUBE = 16
const GREYS = 232

function nearest(rgb: Colour['rgb']): number {
  let best = CUBE
  for (let index = CUBE + 1; index < 256; index++) {
    if (distance(rgb, xterm(index)) < distance(rgb, xterm(best))) best = index
  }
  return best
}

function xterm(index: number): Colour['rgb'] {
  if (index >= GREYS) {
    const grey = 8 + 10 * (index - GREYS)
    return [grey, grey, grey]
  }
  const place = index - CUBE
  return [STEPS[Math.floor(place / 36)]!, STEPS[Math.floor(place / 6) % 6]!, STEPS[place % 6]!]
}

function distance(one: Colour['rgb'], other: Colour['rgb']): number {
  return one.reduce((sum, value, index) => sum + (value - other[index]!) ** 2, 0)
}
