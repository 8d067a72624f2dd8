// The character sets by their names. docs/encodings.md tells the same, at length; the list itself is in Rust.

import { charsetName, charsetRefusal, charsets, nearestCharset } from './binding.js'
import { TelnetError } from './errors.js'

/** A character set that can be spoken. */
export interface Encoding {
  /** The name by which it is known best, such as `UTF-8`. */
  readonly name: string
  /** Its other names. Case, hyphens, underscores, blanks, colons, full stops and zeros that lead a number do not matter in any name. */
  readonly aliases: readonly string[]
  /** What it is, in a few words. */
  readonly description: string
}

/**
 * The character sets that `encoding` and `charsets` take.
 *
 * ```js
 * for (const { name, description } of encodings()) console.log(name, description)
 * ```
 */
export function encodings(): Encoding[] {
  return charsets()
}

/** Whether there is a character set of that name. */
export function isEncoding(name: string): boolean {
  return charsetName(name) !== null
}

/** For a name that is none: which it probably should be, or why there is no such character set; `undefined` if nothing can be said. */
export function encodingHint(name: string): string | undefined {
  const nearest = nearestCharset(name)
  return charsetRefusal(name) ?? (nearest === null ? undefined : `did you mean ${nearest}?`)
}

/**
 * The error about a name that is none.
 *
 * @param examples what could have been given
 */
export function unknownEncoding(name: string, examples: string): TelnetError {
  const message = `No character set is called ${JSON.stringify(name)}: ${encodingHint(name) ?? `give ${examples}`}`
  return new TelnetError('TELNET_UNKNOWN_ENCODING', message)
}
