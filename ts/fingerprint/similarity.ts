// How like each other two fingerprints are, by the measure of telnetlib3 5.0.1: the mean over what either has, of what tells the
// program and not its user. What is equal counts 1, what only one has 0, lists by what they share, objects by the same measure.

import { canonical, type Json } from './canonical.js'
import type { JsonObject } from './document.js'

/** What is compared with: a fingerprint that has a name. */
export interface Known {
  readonly name: string
  readonly facts: JsonObject
}

/** What comes nearest, and how near: 1 is the same. */
export interface Nearest {
  readonly name: string
  readonly score: number
}

/** How like each other two are, from 0 to 1. */
export function similarity(one: JsonObject, other: JsonObject): number {
  // In one order, so that the sum is the same whichever comes first.
  const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])].sort().filter((key) => !PERSONAL.has(key))
  const scores = keys.flatMap((key) => {
    const [left, right] = [member(one, key), member(other, key)]
    return left === null && right === null ? [] : [likeness(left, right)]
  })
  return scores.length === 0 ? 1 : scores.reduce((sum, score) => sum + score, 0) / scores.length
}

/** The one that comes nearest; undefined where all are less than half alike. Of those that are equally near, the first. */
export function nearest(facts: JsonObject, known: Iterable<Known>): Nearest | undefined {
  let best: Nearest | undefined
  for (const { name, facts: others } of known) {
    const score = similarity(facts, others)
    if (score >= LEAST && score > (best?.score ?? 0)) best = { name, score }
  }
  return best
}

const LEAST = 0.5

/** What tells of the user and the language, or of nothing. */
const PERSONAL: ReadonlySet<string> = new Set([
  ...['probed-protocol', 'HOME', 'SHELL', 'USER', 'IPADDRESS', 'LOGNAME', 'charset', 'encoding', 'TERM'],
  ...['rejected-do', 'rejected-will'],
])

function member(object: JsonObject, key: string): Json {
  return Object.hasOwn(object, key) ? (object[key] ?? null) : null
}

function likeness(one: Json, other: Json): number {
  if (one === null || other === null) return 0
  if (canonical(one) === canonical(other)) return 1
  if (isList(one) && isList(other)) return shared(one, other)
  if (isObject(one) && isObject(other)) return similarity(one, other)
  return 0
}

/** The part that two lists share of all that is in either. */
function shared(one: readonly Json[], other: readonly Json[]): number {
  const [left, right] = [new Set(one.map(asText)), new Set(other.map(asText))]
  const all = new Set([...left, ...right])
  return [...left].filter((value) => right.has(value)).length / all.size
}

/** A number and its digits are the same here. */
function asText(value: Json): string {
  return typeof value === 'string' ? value : canonical(value)
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && !Array.isArray(value)
}
