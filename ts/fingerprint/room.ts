// How much a data directory may hold: strangers choose what is stored, so there has to be an end. What is there already may always be written
// anew; only for something new there must be room.

import { join, sep } from 'node:path'
import { bad, checkNames } from '../checks.js'
import type { Directory } from './directory.js'
import { inTurn } from './lock.js'

/** How much is kept. */
export interface StoreLimits {
  /** Documents of one Telnet with one terminal, or of servers that are alike. */
  readonly files: number
  /** Different fingerprints of clients, of the terminals of each, and of servers. */
  readonly fingerprints: number
  /** Visits that a document lists: the first, and the latest; 2 or more. */
  readonly visits: number
}

const DEFAULTS: StoreLimits = { files: 1_000, fingerprints: 1_000, visits: 200 }

/** Limits as they are given, and otherwise as usual. Throws TELNET_BAD_OPTION. */
export function checkLimits(given: Partial<StoreLimits>): StoreLimits {
  checkNames(given, Object.keys(DEFAULTS))
  const limits = Object.entries(given).filter(([, value]) => value !== undefined)
  for (const [name, value] of limits) {
    const least = name === 'visits' ? 2 : 1
    if (!(Number.isSafeInteger(value) && value >= least))
      throw bad(name, value, `give a whole number, ${least} or more`)
  }
  return { ...DEFAULTS, ...Object.fromEntries(limits) }
}

/** The room for new files. It is counted as they come, one after another, by this object; others may take some meanwhile. */
export class Room {
  readonly #directory: Directory
  readonly #limits: StoreLimits

  /** New files under way, which count as if they were there. */
  readonly #coming = new Set<string>()

  constructor(directory: Directory, limits: StoreLimits) {
    this.#directory = directory
    this.#limits = limits
  }

  /** Takes room for a new file, if there is some left: false if not. Afterwards say `give` of it, whatever came of it. */
  take(folders: readonly string[], path: string): Promise<boolean> {
    return inTurn(join(this.#directory.root, folders[0]!), async () => {
      for (let depth = 1; depth < folders.length; depth++) {
        const above = folders.slice(0, depth)
        const taken = this.#withComing(above, await this.#directory.folders(above))
        if (!taken.has(folders[depth]!) && taken.size >= this.#limits.fingerprints) return false
      }
      if (this.#withComing(folders, await this.#directory.files(folders)).size >= this.#limits.files) return false
      this.#coming.add(path)
      return true
    })
  }

  /** The file is there, or will not be. */
  give(path: string): void {
    this.#coming.delete(path)
  }

  /** The names in a folder, and those that are about to be there. */
  #withComing(folders: readonly string[], names: readonly string[]): Set<string> {
    const here = join(this.#directory.root, ...folders) + sep
    const coming = [...this.#coming].filter((path) => path.startsWith(here))
    return new Set([...names, ...coming.map((path) => path.slice(here.length).split(sep)[0]!)])
  }
}
