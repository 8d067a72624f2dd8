// `fingerprints prune`: puts a data directory in order.

import type { TelnetError } from '../../ts/errors.js'
import type { Census } from '../../ts/fingerprint/census.js'
import { visible } from '../../ts/fingerprint/display/visible.js'
import type { Work } from './index.js'
import { many } from './words.js'

export async function prune(work: Work, { yes }: { yes: boolean }): Promise<void> {
  const census = await tidy(work)
  const idle = await namesWithoutData(work, census)
  if (idle === undefined) return
  if (idle.length === 0) return work.print('All names have data.')
  work.print(...idleLines(idle))
  if (!yes) return work.print('They stay; with --yes they are taken away.')
  await work.store.names.remove(idle.map(([hash]) => hash))
  work.print(`${many(idle.length, 'name')} taken away.`)
}

/** Brings documents to where they belong, and takes away what writers left behind. */
export async function tidy(work: Work): Promise<Census> {
  const census = await work.count()
  const { removed, aside } = await work.store.sweep()
  if (removed > 0) work.print(`${many(removed, 'file')} that writers left behind, taken away.`)
  for (const path of aside) work.print(`${path} was put aside, since it was no document: look at it, and remove it.`)
  let moved = 0
  for (const path of census.misplaced) {
    const to = await work.store.refile(path)
    if (to === null) work.warn(`${path} stays where it is: the folder where it belongs is full`)
    else moved++
  }
  if (moved > 0) work.print(`${many(moved, 'document')} brought to where they belong.`)
  return moved > 0 ? work.count() : census
}

/** The names of fingerprints that nothing is stored of. Undefined where not all could be read, so that nobody knows: that is told. */
export async function namesWithoutData(work: Work, { fingerprints }: Census): Promise<[string, string][] | undefined> {
  const unread: TelnetError[] = []
  const stored = await work.store.hashes((flaw) => unread.push(flaw))
  const names = await work.store.names.loadIfReadable((flaw) => unread.push(flaw))
  if (unread.length > 0) return void work.warn('Names without data are not looked for, since not all can be read')
  const hashes = fingerprints.flatMap(({ hash, sample }) => [hash, sample['compatible-fingerprint'] ?? hash])
  // What cannot be read has data, too.
  const known = new Set([...hashes, ...stored])
  return [...names].filter(([hash]) => !known.has(hash))
}

/** How these are told. */
export function idleLines(idle: readonly [string, string][]): string[] {
  const lines = idle.map(([hash, name]) => `  ${hash}  ${visible(name)}`)
  return [`${many(idle.length, 'name')} without data:`, ...lines.sort()]
}
