// `fingerprints show`: all that is known of one.

import { indented } from '../../ts/fingerprint/canonical.js'
import { type Census, type Counted, type Counts, largestFirst } from '../../ts/fingerprint/census.js'
import { visible } from '../../ts/fingerprint/display/visible.js'
import { validName } from '../../ts/fingerprint/names.js'
import { nearest } from '../../ts/fingerprint/similarity.js'
import { meant } from './choice.js'
import type { Work } from './index.js'
import { asJson } from './list.js'
import { serverContext } from './server-context.js'
import { day, many, SUBJECTS, shownName } from './words.js'

/** How many of those that it was seen with, and of the suggestions, are told. */
const MOST = 10

export async function show(work: Work, typed: string, { json }: { json: boolean }): Promise<void> {
  const census = await work.count()
  const one = meant(typed, census.fingerprints)
  if (!json) {
    work.print(...description(one, census))
    if (one.subject === 'server') work.print(...(await serverContext(one, { dns: false })))
    return
  }
  const { sample, paired, suggestions, revisions, path } = one
  const counted = (counts: Counts) => Object.fromEntries(counts)
  const near = likeness(one, census)
  work.print(
    indented({
      ...asJson(one),
      nearest: near ? { name: near.name, score: near.score } : null,
      paired: counted(paired),
      suggestions: counted(suggestions),
      revisions: counted(revisions),
      'fingerprint-data': sample['fingerprint-data'],
      latest: path,
    }),
  )
}

/** What is told of one to people. */
export function description(one: Counted, census: Census): string[] {
  const near = likeness(one, census)
  const { subject, hash, clients, calls, first, last, paired, suggestions, revisions, sample, path } = one
  const seen = `${many(calls, 'call')} of ${many(clients, subject === 'server' ? 'server' : 'client')}`
  const lines = [
    `${SUBJECTS[subject]} ${hash}: ${shownName(one)}`,
    // Of those without a name the line above says so.
    ...(one.name === undefined || one.program === undefined ? [] : [`  answers as  ${one.program}`]),
    ...(near ? [`  nearest     ${visible(near.name)}, ${Math.floor(near.score * 100)} % alike`] : []),
    `  seen        ${seen}, from ${day(first)} to ${day(last)}`,
    ...section('with', largestFirst(paired), (other) => {
      const found = census.fingerprints.find(({ hash, subject: its }) => hash === other && its !== subject)
      return found?.name === undefined ? other : `${other} ${shownName(found)}`
    }),
    ...section('suggested', largestFirst(suggestions), suggested),
    ...section('revised', largestFirst(revisions), suggested),
    ...typesOf(one),
    `  latest      ${path}`,
  ]
  return [...lines, ...indented(sample['fingerprint-data'], '\n  ').replace(/^/, '  ').split('\n')]
}

/** The terminal types that a client named, which often tell its own name. */
function typesOf({ sample }: Counted): string[] {
  const { ttype_cycle: types = [] } = sample.session_data ?? {}
  if (!Array.isArray(types) || types.length === 0) return []
  return [
    `  types       ${types
      .slice(0, MOST)
      .map((type) => visible(String(type)))
      .join(' ')}`,
  ]
}

/** The nearest one that has a name, of those which have none. */
function likeness(one: Counted, { fingerprints }: Census) {
  if (one.name !== undefined) return undefined
  const named = fingerprints.filter(({ subject, name }) => subject === one.subject && name !== undefined)
  return nearest(
    one.sample['fingerprint-data'],
    named.map(({ name, sample }) => ({ name: name!, facts: sample['fingerprint-data'] })),
  )
}

function section(title: string, counts: readonly [string, number][], words: (key: string) => string): string[] {
  const lines = counts.slice(0, MOST).map(([key, count], index) => {
    return `  ${(index === 0 ? title : '').padEnd(10)}  ${count} × ${words(key)}`
  })
  return counts.length > MOST ? [...lines, `${' '.repeat(14)}and ${counts.length - MOST} more`] : lines
}

/** What somebody suggested; what cannot be a name is told so. */
function suggested(name: string): string {
  return validName(name) === undefined ? `${visible(name)} (cannot be a name)` : visible(name)
}
