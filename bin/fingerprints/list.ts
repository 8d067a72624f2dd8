// `fingerprints list`: one line a fingerprint, or an array of JSON.

import { indented } from '../../ts/fingerprint/canonical.js'
import type { Counted } from '../../ts/fingerprint/census.js'
import type { JsonObject } from '../../ts/fingerprint/document.js'
import type { Work } from './index.js'
import { columns, day, SUBJECTS, shownName } from './words.js'

export async function list(work: Work, { json }: { json: boolean }): Promise<void> {
  const { fingerprints } = await work.count()
  if (json) return work.print(indented(fingerprints.map(asJson)))
  if (fingerprints.length === 0) return work.print('No fingerprints are stored here.')
  const head = ['fingerprint', 'of', 'clients', 'calls', 'first', 'last', 'name']
  work.print(...columns([head, ...fingerprints.map(row)], [2, 3]))
}

/** What a list has of a fingerprint, for programs. */
export function asJson({ subject, hash, name, program, clients, calls, first, last }: Counted): JsonObject {
  const seen = { clients, calls, first: first ?? null, last: last ?? null }
  return { subject, fingerprint: hash, name: name ?? null, program: program ?? null, ...seen }
}

function row(one: Counted): string[] {
  const { subject, hash, clients, calls, first, last } = one
  return [hash, SUBJECTS[subject], String(clients), String(calls), day(first), day(last), shownName(one)]
}
