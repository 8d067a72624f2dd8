// `fingerprints compare`: how like each other two are, and where they are not.

import { canonical, indented, type Json } from '../../ts/fingerprint/canonical.js'
import { visible } from '../../ts/fingerprint/display/visible.js'
import type { JsonObject } from '../../ts/fingerprint/document.js'
import { similarity } from '../../ts/fingerprint/similarity.js'
import { UsageError } from '../report.js'
import { meant } from './choice.js'
import type { Work } from './index.js'
import { SUBJECTS, shownName } from './words.js'

/** A place where two differ: the names that lead there, and what either has; null where it has nothing. */
interface Difference {
  readonly where: string
  readonly one: Json
  readonly other: Json
}

export async function compare(work: Work, first: string, second: string, { json }: { json: boolean }): Promise<void> {
  const { fingerprints } = await work.count()
  const [one, other] = [meant(first, fingerprints), meant(second, fingerprints)]
  if (one.subject !== other.subject)
    throw new UsageError(
      `${one.hash} is of a ${SUBJECTS[one.subject]}, and ${other.hash} of a ${SUBJECTS[other.subject]}`,
    )
  const facts = [one.sample['fingerprint-data'], other.sample['fingerprint-data']] as const
  const score = similarity(...facts)
  const found = differences(...facts)
  if (json)
    return work.print(indented({ similarity: score, differences: found.map((difference) => ({ ...difference })) }))
  work.print(
    `${SUBJECTS[one.subject]} ${one.hash}: ${shownName(one)}`,
    `${SUBJECTS[other.subject]} ${other.hash}: ${shownName(other)}`,
    `${Math.floor(score * 100)} % alike`,
    ...found.map(sentence),
  )
}

/** All places where two objects differ. */
function differences(one: JsonObject, other: JsonObject, above = ''): Difference[] {
  const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])].sort()
  return keys.flatMap((key) => {
    const [left, right] = [memberOf(one, key), memberOf(other, key)]
    if (canonical(left) === canonical(right)) return []
    const where = above + key
    const areObjects = [left, right].every((value) => value === null || isObject(value))
    const inside = areObjects ? differences((left ?? {}) as JsonObject, (right ?? {}) as JsonObject, `${where}.`) : []
    return inside.length > 0 ? inside : [{ where, one: left, other: right }]
  })
}

function sentence({ where, one, other }: Difference): string {
  const [first, second] = [one ?? [], other ?? []]
  if (!isList(first) || !isList(second)) return `  ${visible(where)}: ${shown(one)} | ${shown(other)}`
  const [left, right] = [first.map(shown), second.map(shown)]
  const only = (mine: string[], others: string[]) => mine.filter((value) => !others.includes(value)).join(' ') || '-'
  return `  ${visible(where)}: only the first ${only(left, right)} | only the second ${only(right, left)}`
}

function shown(value: Json): string {
  return value === null ? '-' : visible(typeof value === 'string' ? value : canonical(value))
}

function memberOf(object: JsonObject, key: string): Json {
  return Object.hasOwn(object, key) ? (object[key] ?? null) : null
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
