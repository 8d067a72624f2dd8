// The hash of a fingerprint: over the one form of JSON that telnetlib3 hashes too, so that the same facts have the same hash
// in both. Keys in the order of their code points, no blanks, ASCII only.

import { createHash } from 'node:crypto'

/** What a document is made of. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/** The first sixteen hex digits of SHA-256 over the canonical form. */
export function hashOf(data: Json): string {
  return createHash('sha256').update(canonical(data)).digest('hex').slice(0, 16)
}

/** The canonical form. */
export function canonical(data: Json): string {
  if (typeof data === 'string') return quote(data)
  if (typeof data !== 'object' || data === null) return JSON.stringify(data)
  if (Array.isArray(data)) return `[${data.map(canonical).join(',')}]`
  return `{${sortedEntries(data as { readonly [key: string]: Json })
    .map(([key, value]) => `${quote(key)}:${canonical(value)}`)
    .join(',')}}`
}

/** The form that stands in files: as Python's `json.dump(data, indent=2, sort_keys=True)` has it. */
export function indented(data: Json, margin = '\n'): string {
  if (typeof data !== 'object' || data === null) return canonical(data)
  const inner = `${margin}  `
  const [open, close, members] = Array.isArray(data)
    ? ['[', ']', data.map((value) => indented(value, inner))]
    : ['{', '}', sortedEntries(data as { readonly [key: string]: Json }).map(member)]
  return members.length === 0 ? open + close : `${open}${inner}${members.join(`,${inner}`)}${margin}${close}`

  function member([key, value]: [string, Json]): string {
    return `${quote(key)}: ${indented(value, inner)}`
  }
}

/** The members of an object in canonical order. */
export function sortedEntries(data: { readonly [key: string]: Json }): [string, Json][] {
  return Object.entries(data).sort(([one], [other]) => byCodePoint(one, other))
}

/** The order of code points, which above the BMP is not that of UTF-16. */
function byCodePoint(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other))
}

/** JSON's own escapes, and `\uXXXX` for what is no printable ASCII. */
function quote(text: string): string {
  return JSON.stringify(text).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
