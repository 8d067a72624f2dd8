// One of each fingerprint, to compare others with. To read a thousand files takes half a second, so what was found is kept in memory, where many come
// at once; what a fingerprint is of never changes. What this process stores is there at once, what others store within a minute.

import { type Directory, passOver } from './directory.js'
import type { Probe } from './document.js'
import type { Stored } from './stored.js'

/** What a probe found, without what only one session knows. */
export type Sample = Pick<Probe, 'fingerprint' | 'compatible-fingerprint' | 'fingerprint-data'>

/** The probes of which there are samples. */
export type ProbeName = 'telnet-probe' | 'terminal-probe' | 'server-probe'

/** Milliseconds after which the directory is looked through again. */
const FRESH = 60_000

interface Found {
  readonly samples: Map<string, Sample>
  readonly since: number
}

/** The samples of a data directory. */
export class Samples {
  readonly #directory: Directory
  readonly #found = new Map<ProbeName, Promise<Found>>()

  constructor(directory: Directory) {
    this.#directory = directory
  }

  /** One of each fingerprint that a probe found. */
  async all(name: ProbeName): Promise<Sample[]> {
    const known = this.#found.get(name)
    const isFresh = known !== undefined && performance.now() - (await known).since < FRESH
    // Another may have begun meanwhile.
    if (!isFresh && this.#found.get(name) === known) this.#found.set(name, this.#look(name, known))
    const { samples } = await this.#found.get(name)!
    return [...samples.values()]
  }

  /** What is stored now. */
  add(document: Stored): void {
    for (const [name, found] of this.#found) {
      const probe = document[name]
      // Whoever looks through the directory is told if that fails.
      if (probe) found.then(({ samples }) => remember(samples, probe)).catch(() => {})
    }
  }

  /** Looks for fingerprints that were not there before: of those, nothing is read again. */
  async #look(name: ProbeName, known: Promise<Found> | undefined): Promise<Found> {
    const since = performance.now()
    const before = (await known)?.samples ?? new Map<string, Sample>()
    const samples = new Map<string, Sample>()
    const kind = name === 'server-probe' ? 'server' : 'client'
    try {
      for await (const folders of this.#directory.leaves(kind, passOver)) {
        const hash = folders[name === 'terminal-probe' ? 2 : 1]!
        if (samples.has(hash)) continue
        const same = before.get(hash)
        if (same) samples.set(hash, same)
        else await this.#read(name, folders, samples)
      }
    } catch (error) {
      // Whoever comes next tries again.
      this.#found.delete(name)
      throw error
    }
    return { samples, since }
  }

  /** One document of a folder is enough, unless it has none of that probe. */
  async #read(name: ProbeName, folders: readonly string[], samples: Map<string, Sample>): Promise<void> {
    const kind = name === 'server-probe' ? 'server' : 'client'
    for await (const { document } of this.#directory.documents(kind, folders)) {
      const probe = document[name]
      if (!probe) continue
      remember(samples, probe)
      return
    }
  }
}

function remember(samples: Map<string, Sample>, probe: Probe): void {
  const { fingerprint, 'compatible-fingerprint': compatible, 'fingerprint-data': facts } = probe
  if (samples.has(fingerprint)) return
  const sample = { fingerprint, 'fingerprint-data': facts }
  samples.set(fingerprint, compatible === undefined ? sample : { ...sample, 'compatible-fingerprint': compatible })
}
