// Text from strangers, made fit to be shown: it moves no cursor, paints nothing, turns no direction round and breaks no table.
// What it cannot show it spells, `\x1b`, and it ends at a bound.

import { chop } from './cells.js'

/** UTF-16 units of one piece of text that are looked at. Nobody reads more of a name. */
const LONGEST = 2_048

/** Columns of a name, which is to leave room for others. */
const LONGEST_NAME = 40

/** Controls, format characters (bidirectional ones among them), lone surrogates, and what no font has; line separators. */
const HIDDEN = /[\p{C}\p{Zl}\p{Zp}]/gu

/** Marks that stand on nothing, or higher than a line is. */
const PILED = /(?<=^|\p{M}{4})\p{M}/gu

/** What a terminal lacks that has ASCII alone. */
const NOT_ASCII = /[^ -~]/gu

/** The text with all spelled that is hidden; for a terminal that has ASCII alone, all else than that. */
export function visible(text: string, isAscii = false): string {
  const cut = text.length > LONGEST ? `${text.slice(0, LONGEST)}${isAscii ? '..' : '…'}` : text
  return isAscii ? cut.replace(NOT_ASCII, spell) : cut.replace(HIDDEN, spell).replace(PILED, spell)
}

function spell(character: string): string {
  const code = character.codePointAt(0)!.toString(16)
  return code.length > 2 ? `\\u{${code}}` : `\\x${code.padStart(2, '0')}`
}

/** A name of which nobody knows how long it is, as it is shown: spelled first, which may make it eight times as long. */
export function brief(name: string, isAscii = false): string {
  const [start = '', ...rest] = chop(visible(name, isAscii), LONGEST_NAME)
  return rest.length === 0 ? start : `${start}..`
}
