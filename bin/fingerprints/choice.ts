// Which fingerprint is meant by what somebody typed.

import type { Counted } from '../../ts/fingerprint/census.js'
import { UsageError } from '../report.js'

/** How many are named that could be meant. */
const MOST = 4

/**
 * The hash that begins as typed.
 * @throws UsageError where none does, or several do
 */
export function hashMeant(typed: string, hashes: Iterable<string>): string {
  const start = typed.toLowerCase()
  if (!/^[0-9a-f]{1,16}$/.test(start))
    throw new UsageError(`"${typed}" is no fingerprint: give sixteen hex digits, or the first of them`)
  const meant = [...new Set(hashes)].filter((hash) => hash.startsWith(start)).sort()
  if (meant.length === 0) throw new UsageError(`no fingerprint begins with ${start}; the command list tells all`)
  if (meant.length > 1) {
    const some = `${meant.slice(0, MOST).join(', ')}${meant.length > MOST ? ' …' : ''}`
    throw new UsageError(`${meant.length} fingerprints begin with ${start}: ${some}`)
  }
  return meant[0]!
}

/** The fingerprint that begins as typed. */
export function meant(typed: string, fingerprints: readonly Counted[]): Counted {
  const hash = hashMeant(
    typed,
    fingerprints.map(({ hash }) => hash),
  )
  return fingerprints.find((one) => one.hash === hash)!
}
