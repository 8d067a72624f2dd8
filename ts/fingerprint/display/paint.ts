// Lines with colours, and the bytes that show them (ECMA-48 8.3.117, SGR). Whatever is written to a caller's terminal comes
// through `paint`, which lets no control character of a stranger pass.

import { visible } from './visible.js'

/** A piece of a line, all of one colour. */
export interface Span {
  readonly text: string
  readonly as?: Style | undefined
}

/** One line, without its end. */
export type Line = readonly Span[]

/** What is painted, and how many bits of colour there are for it. */
export interface Paint {
  readonly depth: Depth
  /** Whether there is ASCII alone. */
  readonly isAscii: boolean
}

/** Bits of colour that a terminal shows; 1: none. */
export type Depth = 1 | 4 | 8 | 24

export type Style = keyof typeof STYLES

/** By name: the attributes for 16 colours, for 256, and for all. */
const STYLES = {
  title: ['35', '38;5;170', '38;2;208;96;208'],
  good: ['32', '38;5;34', '38;2;34;170;34'],
  fair: ['33', '38;5;208', '38;2;255;140;0'],
  bad: ['31', '38;5;203', '38;2;255;64;64'],
  key: ['1;35', '1;38;5;201', '1;38;2;255;96;255'],
  mark: ['36', '38;5;37', '38;2;0;175;175'],
  person: ['33', '38;5;172', '38;2;215;135;0'],
  member: ['36', '38;5;74', '38;2;95;175;215'],
  string: ['32', '38;5;71', '38;2;95;175;95'],
  number: ['33', '38;5;179', '38;2;215;175;95'],
  word: ['35', '38;5;176', '38;2;215;135;215'],
  field: ['37;44', '97;48;5;18', '97;48;2;0;0;135'],
} as const satisfies Record<string, readonly [string, string, string]>

/** Back to how the terminal writes by itself. */
export const NORMAL = '\x1b[m'

/** The line as it is written, without its end. */
export function paint(line: Line, { depth, isAscii }: Paint): string {
  return line
    .map(({ text, as }) => {
      const shown = visible(text, isAscii)
      return as === undefined || depth === 1 ? shown : `\x1b[${STYLES[as][WHICH[depth]]}m${shown}${NORMAL}`
    })
    .join('')
}

const WHICH = { 4: 0, 8: 1, 24: 2 } as const
