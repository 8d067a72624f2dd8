// `fingerprints name`: gives a name, or takes one away.

import type { TelnetError } from '../../ts/errors.js'
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
  // What else stands in a file that is no list is put aside when the name is given: then that is all there is.
  const names = await work.store.names.load().catch((error: TelnetError) => {
    if (error.code !== 'TELNET_DATA_FILE') throw error
    work.warn(error.message)
    return new Map<string, string>()
  })
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
