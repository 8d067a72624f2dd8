// The names that people gave to fingerprints: `fingerprint_names.json`, an object of hashes and names, as telnetlib3 has it. A name is
// given by whoever keeps the directory; strangers only suggest.

import { join } from 'node:path'
import { TelnetError } from '../errors.js'
import { type Json, sortedEntries } from './canonical.js'
import { noDocument, readJson, setAside, writeJson } from './data-file.js'
import type { OnFlaw } from './directory.js'
import type { JsonObject } from './document.js'
import { exclusively } from './lock.js'
import type { Sample } from './samples.js'
import type { Known } from './similarity.js'
import { isHash } from './stored.js'

/** Hashes and the names that they have. */
export type NameTable = ReadonlyMap<string, string>

/** The most characters of a name. */
const LONGEST_NAME = 80

const FILE = 'fingerprint_names.json'

/** The names of a data directory. */
export class Names {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /**
   * All of them, as they stand in the file now.
   * @throws TelnetError TELNET_DATA_FILE where that is no object of JSON, or the system's code
   */
  async load(): Promise<NameTable> {
    const entries = Object.entries(await this.#read())
    return new Map(
      entries.filter((entry): entry is [string, string] => isHash(entry[0]) && typeof entry[1] === 'string'),
    )
  }

  /** As `load`; where the file cannot be read, `onFlaw` is told, and there are none. */
  async loadIfReadable(onFlaw: OnFlaw): Promise<NameTable> {
    return this.load().catch((error: TelnetError) => {
      onFlaw(error)
      return new Map()
    })
  }

  /** Gives a fingerprint a name, or another one. */
  async set(hash: string, name: string): Promise<void> {
    const valid = validName(name)
    if (!isHash(hash)) throw new TelnetError('TELNET_BAD_ARGUMENT', 'A fingerprint is sixteen hex digits')
    if (valid === undefined) {
      const message = `A name has 1 to ${LONGEST_NAME} characters, and none that moves the cursor`
      throw new TelnetError('TELNET_BAD_ARGUMENT', message)
    }
    return this.#change((names) => names.set(hash, valid))
  }

  /** Takes names away. */
  async remove(hashes: Iterable<string>): Promise<void> {
    return this.#change((names) => {
      for (const hash of hashes) names.delete(hash)
    })
  }

  /** What else stands in the file stays in it. A file that cannot be read is put aside. */
  #change(change: (names: Map<string, Json>) => void): Promise<void> {
    return exclusively(this.#folder, 'names', async (isStillOurs) => {
      const before = await this.#read().catch(async (error: TelnetError) => {
        if (error.code !== 'TELNET_DATA_FILE') throw error
        await setAside(this.#path)
        return {}
      })
      const names = new Map(sortedEntries(before))
      change(names)
      await writeJson(this.#folder, [], FILE, Object.fromEntries(names), isStillOurs)
    })
  }

  async #read(): Promise<JsonObject> {
    const data = await readJson(this.#path).catch((error: TelnetError) => {
      throw error.code === 'TELNET_DATA_FILE' ? noNames(this.#path, error.cause) : error
    })
    if (data === undefined) return {}
    if (typeof data === 'object' && data !== null && !Array.isArray(data)) return data as JsonObject
    throw noNames(this.#path, new SyntaxError('it is no object'))
  }

  get #path(): string {
    return join(this.#folder, FILE)
  }
}

function noNames(path: string, cause: unknown): TelnetError {
  const { code, message } = noDocument(path, cause, 'list of names')
  return new TelnetError(code, `${message}; repair it, or the next name that is given puts it aside as .bad`, { cause })
}

/** The name of what a probe found; one that was given to telnetlib3's hash of the same counts, too. */
export function nameOf(
  names: NameTable,
  probe: Pick<Sample, 'fingerprint' | 'compatible-fingerprint'>,
): string | undefined {
  return names.get(probe.fingerprint) ?? names.get(probe['compatible-fingerprint'] ?? '')
}

/** Of the fingerprints that were found, those which have a name: to compare others with. */
export function named(names: NameTable, probes: Iterable<Sample>): Known[] {
  return [...probes].flatMap((probe) => {
    const name = nameOf(names, probe)
    return name === undefined ? [] : [{ name, facts: probe['fingerprint-data'] }]
  })
}

/** A name that somebody typed, without blanks around it; undefined where it is none: blank, too long, or with controls in it. */
export function validName(typed: string): string | undefined {
  const name = typed.trim()
  return name !== '' && [...name].length <= LONGEST_NAME && !UNSEEN.test(name) ? name : undefined
}

/** Controls, half characters, and what turns the direction of writing round. */
const UNSEEN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u
