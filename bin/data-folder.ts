// The data directory of fingerprints, as --data-dir of both commands and the environment have it.

import { checkWritable } from '../ts/fingerprint/data-file.js'
import { fingerprintOptions, type Keeping } from '../ts/fingerprint/from-environment.js'
import { printable, sentence, UsageError } from './report.js'

/** Which folder it is, and who says so. */
export interface DataFolder extends Keeping {
  /** The flag, or the variable. */
  readonly named: string
}

/**
 * The flag goes before the environment.
 * @param whose the flag that wants it, for what is wrong with the environment
 * @throws UsageError
 */
export function dataFolder(typed: string | undefined, whose: string): DataFolder {
  if (typed === '') throw new UsageError('--data-dir: name a folder')
  try {
    const keeping = fingerprintOptions(process.env)
    return typed === undefined
      ? { ...keeping, named: '$TELNETKIT_DATA_DIR' }
      : { ...keeping, dataDir: typed, named: '--data-dir' }
  } catch (error) {
    throw new UsageError(`${whose}: ${sentence(error)}`, { cause: error })
  }
}

/**
 * Makes it if it is not there, and looks whether anything can be kept in it: who starts a command learns of it at once.
 * @param below the folders in it in which something will be kept
 * @throws UsageError
 */
export async function checkDataFolder({ named, dataDir }: DataFolder, ...below: string[]): Promise<void> {
  if (dataDir === undefined) return
  try {
    await checkWritable(dataDir, below)
  } catch (error) {
    throw new UsageError(`${named} ${printable(dataDir)}: ${sentence(error)}`, { cause: error })
  }
}
