// `fingerprints name`: gives a name, or takes one away.

import { visible } from '../../ts/fingerprint/display/visible.js'
import { validName } from '../../ts/fingerprint/names.js'
import { isHash } from '../../ts/fingerprint/stored.js'
import { UsageError } from '../report.js'
import { hashMeant } from './choice.js'
import type { Work } from './index.js'

export async function name(
  work: Work,
  typed: string,
  words: string | undefined,
  { remove }: { remove: boolean },
): Promise<void> {
  if (remove === (words !== undefined)) throw new UsageError('give a name, or --remove')
  if (words !== undefined && validName(words) === undefined)
    throw new UsageError(`"${visible(words)}" cannot be a name: give 1 to 80 characters that can be seen`)
  const names = await work.store.names.load()
  const hash = await whole(work, typed.toLowerCase(), [...names.keys()])
  if (words === undefined) {
    const before = names.get(hash)
    if (before === undefined) throw new UsageError(`${hash} has no name`)
    await work.store.names.remove([hash])
    return work.print(`${hash}: ${visible(before)} taken away`)
  }
  await work.store.names.set(hash, words)
  work.print(`${hash}: ${visible(words.trim())}`)
}

/** All sixteen digits. */
async function whole(work: Work, typed: string, named: readonly string[]): Promise<string> {
  if (isHash(typed)) return typed
  return hashMeant(typed, [...named, ...(await work.store.hashes(({ message }) => work.warn(message)))])
}
