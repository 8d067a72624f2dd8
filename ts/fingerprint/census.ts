// What a data directory tells when all of its documents are read: how often each fingerprint was seen and when, with which others,
// and what people say that it is.

import type { JsonObject, Probe } from './document.js'
import { identify } from './identify.js'
import { type NameTable, nameOf } from './names.js'
import type { Store } from './store.js'
import { MAIN, type Stored, visitsOf } from './stored.js'

/** What a fingerprint is of. */
export type Subject = 'telnet' | 'terminal' | 'server'

/** How often something was said, or seen. */
export type Counts = ReadonlyMap<string, number>

/** What is known of one fingerprint. */
export interface Counted {
  readonly subject: Subject
  readonly hash: string
  readonly name: string | undefined
  /** The program that is known to answer so, and its version: see identify.ts. */
  readonly program: string | undefined
  /** One that was found: the one with the latest visit. */
  readonly sample: Probe
  /** The document of that. */
  readonly path: string
  /** How many documents: different clients, or hosts. */
  readonly clients: number
  /** How many visits. */
  readonly calls: number
  /** When the first and the latest were, as they stand in documents; undefined where none says so. */
  readonly first: string | undefined
  readonly last: string | undefined
  /** The fingerprints it was seen with: terminals of a Telnet client, and the other way round. */
  readonly paired: Counts
  /** What people suggested as its name, and as another one: from how many addresses. */
  readonly suggestions: Counts
  readonly revisions: Counts
}

/** What a data directory holds. */
export interface Census {
  /** Those which were seen most often first. */
  readonly fingerprints: readonly Counted[]
  /** Visits, by the day in UTC on which they were: clients', and ours to servers. */
  readonly days: { readonly client: Counts; readonly server: Counts }
  /** How many clients, or servers, have said yes to an option. */
  readonly supported: { readonly client: Counts; readonly server: Counts }
  /** How many documents there are. */
  readonly documents: { readonly client: number; readonly server: number }
  /** Documents that do not stand where their hashes say. */
  readonly misplaced: readonly string[]
  /** What could not be read, and why. */
  readonly flaws: readonly Error[]
}

/** Reads all of a data directory, and counts. */
export async function census(store: Store): Promise<Census> {
  const flaws: Error[] = []
  const names = await store.names.loadIfReadable((flaw) => flaws.push(flaw))
  const tallies = new Map<string, Tally>()
  const days = { client: new Map<string, number>(), server: new Map<string, number>() }
  const supported = { client: new Map<string, number>(), server: new Map<string, number>() }
  const documents = { client: 0, server: 0 }
  const misplaced: string[] = []
  for (const kind of ['client', 'server'] as const) {
    for await (const entry of store.all(kind, (flaw) => flaws.push(flaw))) {
      const { path, document } = entry
      documents[kind]++
      if (!store.isInPlace(entry)) misplaced.push(path)
      for (const { connected } of document.sessions) add(days[kind], dayOf(connected))
      for (const option of optionsOf(document[MAIN[kind]]!)) add(supported[kind], option)
      for (const [subject, probe] of probesOf(document)) {
        const key = `${subject} ${probe.fingerprint}`
        const tally = tallies.get(key) ?? new Tally(subject, probe, path)
        tallies.set(key, tally)
        tally.add(path, probe, document)
      }
    }
  }
  const fingerprints = [...tallies.values()].map((tally) => tally.counted(names)).sort(byCalls)
  return { fingerprints, days, supported, documents, misplaced, flaws }
}

/** The counts of a table, the largest first; of equal ones, in the order of the alphabet. */
export function largestFirst(counts: Counts): [string, number][] {
  return [...counts].sort(([one, ones], [other, others]) => others - ones || (one < other ? -1 : 1))
}

/** What one fingerprint was seen of, as documents are read. */
class Tally {
  readonly #subject: Subject
  #sample: Probe
  #path: string
  #clients = 0
  #calls = 0
  #first: string | undefined
  #last: string | undefined
  readonly #paired = new Map<string, number>()
  readonly #suggestions = new Map<string, Set<string>>()
  readonly #revisions = new Map<string, Set<string>>()

  constructor(subject: Subject, sample: Probe, path: string) {
    this.#subject = subject
    this.#sample = sample
    this.#path = path
  }

  add(path: string, probe: Probe, document: Stored): void {
    this.#clients++
    this.#calls += visitsOf(document)
    for (const { connected } of document.sessions) {
      if (typeof connected !== 'string' || Number.isNaN(Date.parse(connected))) continue
      if (this.#first === undefined || Date.parse(connected) < Date.parse(this.#first)) this.#first = connected
      if (this.#last !== undefined && Date.parse(connected) <= Date.parse(this.#last)) continue
      this.#last = connected
      this.#sample = probe
      this.#path = path
    }
    if (this.#subject === 'server') return
    const { 'telnet-probe': telnet, 'terminal-probe': terminal, suggestions = {} } = document
    const other = this.#subject === 'telnet' ? terminal : telnet
    if (other) add(this.#paired, other.fingerprint)
    const what = this.#subject === 'telnet' ? 'telnet-client' : 'terminal-emulator'
    for (const [counts, name] of [
      [this.#suggestions, suggestions[what]],
      [this.#revisions, suggestions[`${what}-revision`]],
    ] as const)
      if (typeof name === 'string') counts.set(name, (counts.get(name) ?? new Set()).add(voter(path, document)))
  }

  counted(names: NameTable): Counted {
    return {
      subject: this.#subject,
      hash: this.#sample.fingerprint,
      name: nameOf(names, this.#sample),
      program: programOf(this.#sample),
      sample: this.#sample,
      path: this.#path,
      clients: this.#clients,
      calls: this.#calls,
      first: this.#first,
      last: this.#last,
      paired: this.#paired,
      suggestions: sizes(this.#suggestions),
      revisions: sizes(this.#revisions),
    }
  }
}

function probesOf(document: Stored): [Subject, Probe][] {
  const { 'telnet-probe': telnet, 'terminal-probe': terminal, 'server-probe': server } = document
  const found: [Subject, Probe | undefined][] = [
    ['telnet', telnet],
    ['terminal', terminal],
    ['server', server],
  ]
  return found.filter((one): one is [Subject, Probe] => one[1] !== undefined)
}

/** Terminals are in no table: they say what they are. */
function programOf({ 'fingerprint-data': facts }: Probe): string | undefined {
  const known = 'probed-protocol' in facts ? identify(facts) : undefined
  return known && `${known.name} ${known.version}`
}

/** Who suggests: an address has one voice for a name, however many documents there are of it. */
function voter(path: string, { sessions }: Stored): string {
  const { ip } = sessions.at(-1) ?? {}
  return typeof ip === 'string' ? ip : path
}

function sizes(sets: ReadonlyMap<string, ReadonlySet<string>>): Counts {
  return new Map([...sets].map(([key, set]) => [key, set.size]))
}

/** The options that a peer said yes to, each once. */
function optionsOf({ 'fingerprint-data': facts }: Probe): Set<string> {
  const listed = [
    ...namesIn(facts, 'supported-options'),
    ...namesIn(facts, 'offered-options'),
    ...namesIn(facts, 'requested-options'),
  ]
  return new Set(listed)
}

function namesIn(facts: JsonObject, key: string): string[] {
  const value = Object.hasOwn(facts, key) ? facts[key] : []
  return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : []
}

/** `2026-01-31`; what is no time, or none of this century, was on no day. */
function dayOf(connected: unknown): string | undefined {
  const time = typeof connected === 'string' ? Date.parse(connected) : Number.NaN
  const day = Number.isNaN(time) ? undefined : new Date(time).toISOString().slice(0, 10)
  return day !== undefined && /^20\d\d-\d\d-\d\d$/.test(day) ? day : undefined
}

function add(counts: Map<string, number>, key: string | undefined): void {
  if (key !== undefined) counts.set(key, (counts.get(key) ?? 0) + 1)
}

function byCalls(one: Counted, other: Counted): number {
  return other.calls - one.calls || other.clients - one.clients || (one.hash < other.hash ? -1 : 1)
}
