// Patterns, and where they stand in what has come: the part of `expect` and `readUntil` that knows no waiting.
//
// Text and bytes are looked for in new data only. A RegExp has to look at all that is held each time more comes, since any of
// it may decide; so its work is bounded by the limit of the read, and by the pace of looks (pace.ts).

import { TelnetError } from './errors.js'
import { type Chunk, type Held, recode } from './held.js'
import { paced } from './pace.js'
import type { Postponed } from './turn.js'

/**
 * What to wait for. A string, or bytes, stand for themselves. A RegExp may match anywhere in what is held (with the flag `y`: at its
 * beginning); its `lastIndex` and flag `g` have no meaning here and stay as they are. In bytes mode a RegExp sees each byte as
 * one character of the same number, and a string is looked for as UTF-8.
 */
export type Pattern = string | RegExp | Uint8Array

/** What `expect` found. */
export interface Expected<Data extends Chunk = Chunk> {
  /** Which pattern matched: its place in the list, or 0. */
  index: number
  /** The match of a RegExp, or the pattern as it came. */
  match: RegExpExecArray | Data
  /** All that came up to the end of the match, the match included. What follows stays to be read. */
  text: Data
}

/**
 * Looks for patterns in what is held.
 * @param from before this position they were looked for in vain
 * @returns the first of the list that is there, wherever that is
 */
export type Search = (held: Held, from: number) => Found | null | Postponed

/** A match, and the position after it. */
export interface Found {
  /** The place of the pattern in the list. */
  index: number
  match: RegExpExecArray | Chunk
  end: number
}

/** A pattern made ready to search. */
type Matcher = (held: Held, from: number) => Omit<Found, 'index'> | null

/** As much is looked at again at once, each time more comes: it costs a few microseconds. */
const SHORT = 4_096

/** Makes patterns ready to search in text, or in bytes. */
export function compile(patterns: Pattern | readonly Pattern[], binary: boolean): Search {
  const list = Array.isArray(patterns) ? (patterns as readonly Pattern[]) : [patterns as Pattern]
  if (list.length === 0) throw bad('the list of patterns is empty')
  const matchers = list.map((pattern) => (pattern instanceof RegExp ? expression(pattern) : verbatim(pattern, binary)))
  const search = (held: Held, from: number) => first(matchers, held, from)
  if (!list.some((pattern) => pattern instanceof RegExp)) return search
  return (held, from) =>
    from > held.start && held.length > SHORT ? paced(() => search(held, from)) : search(held, from)
}

function first(matchers: readonly Matcher[], held: Held, from: number): Found | null {
  for (const [index, matcher] of matchers.entries()) {
    const found = matcher(held, from)
    if (found !== null) return { ...found, index }
  }
  return null
}

function verbatim(pattern: string | Uint8Array, binary: boolean): Matcher {
  if (typeof pattern !== 'string' && !(pattern instanceof Uint8Array)) throw bad(`a pattern is ${String(pattern)}`)
  if (pattern.length === 0) throw bad('a pattern is empty')
  const needle = recode(typeof pattern === 'string' ? pattern : Buffer.from(pattern), binary)
  return (held, from) => {
    const at = held.indexOf(needle, from)
    return at === -1 ? null : { end: at + needle.length, match: needle }
  }
}

function expression(pattern: RegExp): Matcher {
  const own = new RegExp(pattern.source, pattern.flags.replace('g', ''))
  return (held) => {
    own.lastIndex = 0
    const match = own.exec(held.text())
    return match && { end: held.start + match.index + match[0].length, match }
  }
}

function bad(what: string): TelnetError {
  const repair = 'give a string or bytes that are not empty, a RegExp, or a list of these'
  return new TelnetError('TELNET_BAD_ARGUMENT', `There is nothing to wait for, since ${what}: ${repair}`)
}
