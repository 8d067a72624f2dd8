// What a document says. It may be of anybody's making, so nothing in it need be of the kind that it should be: what is looked for
// and is not there, or is of another kind, is undefined. What is kept for the display is bounded.

import type { Json } from '../canonical.js'
import type { JsonObject } from '../document.js'

/** What stands at the end of a path of members. */
export function at(document: unknown, ...path: readonly string[]): unknown {
  let found = document
  for (const name of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined
    found = (found as Record<string, unknown>)[name]
  }
  return found
}

export function textAt(document: unknown, ...path: readonly string[]): string | undefined {
  const found = at(document, ...path)
  return typeof found === 'string' && found !== '' ? found : undefined
}

export function numberAt(document: unknown, ...path: readonly string[]): number | undefined {
  const found = at(document, ...path)
  return typeof found === 'number' && Number.isFinite(found) ? found : undefined
}

/** The texts of a list. */
export function textsAt(document: unknown, ...path: readonly string[]): string[] {
  const found = at(document, ...path)
  return Array.isArray(found) ? found.filter((entry) => typeof entry === 'string') : []
}

/** The members of an object. */
export function membersAt(document: unknown, ...path: readonly string[]): [string, unknown][] {
  const found = at(document, ...path)
  return typeof found === 'object' && found !== null && !Array.isArray(found) ? Object.entries(found) : []
}

/** Bounds of what is shown of a document. */
const DEEPEST = 12
const MOST_ENTRIES = 512
const LONGEST_TEXT = 512
const MOST_VALUES = 5_000
const MOST_TEXT = 131_072

/** The document with the ends cut off that nobody would read: deep, long, and many. */
export function bounded(document: unknown): JsonObject {
  let left = MOST_VALUES
  let room = MOST_TEXT
  const shortened = (text: string): string => {
    const most = Math.min(LONGEST_TEXT, room)
    room -= Math.min(text.length, most)
    return text.length > most ? `${text.slice(0, most)}…` : text
  }
  const keep = (value: unknown, depth: number): Json => {
    if (left-- <= 0 || depth > DEEPEST) return '…'
    if (typeof value === 'string') return shortened(value)
    if (typeof value !== 'object' || value === null) return (value ?? null) as Json
    if (Array.isArray(value)) return value.slice(0, MOST_ENTRIES).map((entry) => keep(entry, depth + 1))
    const entries = Object.entries(value).slice(0, MOST_ENTRIES)
    // Without a prototype a member called __proto__ is a member like others.
    const kept: Record<string, Json> = Object.create(null)
    for (const [name, member] of entries) kept[shortened(name)] = keep(member, depth + 1)
    return kept
  }
  const kept = keep(document, 0)
  return typeof kept === 'object' && kept !== null && !Array.isArray(kept) ? (kept as JsonObject) : {}
}
