// What the environment of this process says of fingerprints: where they are kept, and how many.

import { TelnetError } from '../errors.js'
import type { StoreLimits } from './store.js'

/** Where, and how much. */
export interface Keeping {
  /** The folder in which documents are kept. */
  dataDir?: string
  limits: Partial<StoreLimits>
}

/**
 * Options as variables of the environment have them.
 * @throws TELNET_BAD_OPTION
 */
export function fingerprintOptions(environment: Readonly<Record<string, string | undefined>>): Keeping {
  const { TELNETKIT_DATA_DIR: dataDir } = environment
  const files = wholeNumber(environment, 'TELNETKIT_FINGERPRINT_MAX_FILES')
  const fingerprints = wholeNumber(environment, 'TELNETKIT_FINGERPRINT_MAX_FINGERPRINTS')
  return {
    ...(dataDir !== undefined && dataDir !== '' && { dataDir }),
    limits: { ...(files !== undefined && { files }), ...(fingerprints !== undefined && { fingerprints }) },
  }
}

function wholeNumber(environment: Readonly<Record<string, string | undefined>>, name: string): number | undefined {
  const told = environment[name]
  if (told === undefined || told === '') return undefined
  if (!/^\d{1,9}$/.test(told)) throw new TelnetError('TELNET_BAD_OPTION', `${name} is ${told}: give a whole number`)
  return Number(told)
}
