// Who is known: what fingerprints are called, what they are like, and how often each was here. To find that out takes a look at
// much of the data directory, so those who come within a few seconds of each other share it.

import type { OnFlaw } from './directory.js'
import type { Entry, Likeness } from './display/visitor.js'
import type { Probe } from './document.js'
import { identify } from './identify.js'
import { type NameTable, named, nameOf } from './names.js'
import { type Known, nearest } from './similarity.js'
import type { Store } from './store.js'
import { visitsOf } from './stored.js'

/** Milliseconds for which a look holds. */
const FRESH = 10_000

/** Documents that are counted for the data base's page. */
const MOST_COUNTED = 10_000

type ProbeName = 'telnet-probe' | 'terminal-probe'

export class Acquaintances {
  readonly #store: Store
  readonly #onFlaw: OnFlaw
  readonly #known = new Map<ProbeName, Shared<Known[]>>()
  readonly #entries = new Shared(() => this.#count())

  /** @param onFlaw told what cannot be read, and is passed over when all are counted */
  constructor(store: Store, onFlaw: OnFlaw) {
    this.#store = store
    this.#onFlaw = onFlaw
    for (const name of ['telnet-probe', 'terminal-probe'] as const)
      this.#known.set(name, new Shared(() => this.#named(name)))
  }

  /** What a probe's fingerprint is called, or is like. */
  async likeness(name: ProbeName, probe: Probe): Promise<Likeness> {
    const called = nameOf(await this.#store.names.load(), probe)
    const near =
      called === undefined ? nearest(probe['fingerprint-data'], await this.#known.get(name)!.get()) : undefined
    return { hash: probe.fingerprint, name: called, program: programOf(probe), nearest: near }
  }

  /** How many other clients have the same Telnet. */
  async others(telnet: Probe): Promise<number> {
    return Math.max(0, (await this.#store.clientsLike(telnet.fingerprint)) - 1)
  }

  /** All fingerprints, by name, most calls first. */
  entries(): Promise<readonly Entry[]> {
    return this.#entries.get()
  }

  /** Those that have names. */
  async #named(probe: ProbeName): Promise<Known[]> {
    const names = await this.#store.names.load()
    if (names.size === 0) return []
    return named(names, await this.#store.samples(probe))
  }

  async #count(): Promise<Entry[]> {
    const names = await this.#store.names.loadIfReadable(this.#onFlaw)
    const tally = new Tally(names)
    let left = MOST_COUNTED
    for await (const { document } of this.#store.all('client', this.#onFlaw)) {
      if (left-- <= 0) break
      const calls = visitsOf(document)
      tally.add('Telnet', document['telnet-probe'], calls)
      tally.add('Terminal', document['terminal-probe'], calls)
    }
    return tally.entries()
  }
}

/** What a program is called that answers so. */
export function programOf(probe: Probe): string | undefined {
  const known = identify(probe['fingerprint-data'])
  return known && `${known.name} ${known.version}`.trim()
}

/** Clients and calls by the names of fingerprints. */
class Tally {
  readonly #names: NameTable
  readonly #entries = new Map<string, Entry>()

  constructor(names: NameTable) {
    this.#names = names
  }

  add(kind: Entry['kind'], probe: Probe | undefined, calls: number): void {
    if (probe === undefined) return
    const name = nameOf(this.#names, probe) ?? probe.fingerprint
    const key = `${kind} ${name}`
    const before = this.#entries.get(key) ?? { kind, name, clients: 0, calls: 0 }
    this.#entries.set(key, { kind, name, clients: before.clients + 1, calls: before.calls + calls })
  }

  entries(): Entry[] {
    return [...this.#entries.values()].sort((one, other) => other.calls - one.calls)
  }
}

/** What is found out once for all who ask within a while. */
class Shared<Value> {
  readonly #find: () => Promise<Value>
  #found: Promise<Value> | undefined
  #until = 0

  constructor(find: () => Promise<Value>) {
    this.#find = find
  }

  get(): Promise<Value> {
    if (this.#found === undefined || performance.now() > this.#until) {
      const found = this.#find()
      found.catch(() => {
        this.#found = undefined
      })
      this.#found = found
      this.#until = performance.now() + FRESH
    }
    return this.#found
  }
}
