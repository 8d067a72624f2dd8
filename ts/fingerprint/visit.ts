// One visit to the shell `fingerprint`. Telnet is asked first, since each answer may change what the client does; what was found is
// kept before the terminal is asked, since that makes some clients leave; and only then something is drawn.

import type { Session } from '../session.js'
import { type Acquaintances, programOf } from './acquaintances.js'
import { bounded, numberAt, textAt } from './display/facts.js'
import { display } from './display/index.js'
import { encodingOf, formOf, hasAnswered, isInteractive, isSyncTerm, lookOf } from './display/look.js'
import { identification, type Likeness, named, type Visitor } from './display/visitor.js'
import type { ClientDocument, Probe } from './document.js'
import { fingerprint } from './fingerprint.js'
import { clientIdentity, type Store } from './store.js'
import { type Stored, visitsOf } from './stored.js'

/** Speaks with a caller whose document was kept. */
export type PostScript = (session: Session, kept: Kept) => void | Promise<void>

/** What is kept of a caller, for a post-script. */
export interface Kept {
  /** The file. */
  readonly path: string
  readonly document: ClientDocument
  /** There is a terminal that each key comes from, and that may be drawn on. */
  readonly isInteractive: boolean
  /** Its terminal has shown that it knows 24 bits of colour. */
  readonly hasTrueColour: boolean
}

/** Where visits are told of. */
export interface HostLog {
  info(line: string, facts: object): void
  /** @param kind of what is told at most once an hour */
  warnHourly(kind: string, line: string): void
}

/** What visits have in common. */
export interface Host {
  readonly store: Store | undefined
  readonly acquaintances: Acquaintances | undefined
  readonly probe: (session: Session, options: { roundTrip: number }) => Promise<Probe | undefined>
  readonly postScript: PostScript | undefined
  readonly onDocument: ((document: ClientDocument, session: Session) => void) | undefined
  readonly log: HostLog
}

export class Visit {
  readonly #session: Session
  readonly #host: Host

  constructor(session: Session, host: Host) {
    this.#session = session
    this.#host = host
  }

  /** Resolves when it is over. Who leaves in the middle of it is no failure. */
  async run(): Promise<void> {
    try {
      await this.#run()
    } catch (error) {
      if (!this.#session.destroyed && !this.#session.readableEnded) throw error
    }
  }

  async #run(): Promise<void> {
    const session = this.#session
    let document = await fingerprint(session)
    let path = await this.#keep(document)
    const interactive = isInteractive(session)
    if (interactive) {
      const probe = await this.#host.probe(session, { roundTrip: roundTripOf(document) })
      if (probe !== undefined && hasAnswered(probe)) {
        document = { ...document, 'terminal-probe': probe }
        // One that fell silent in the middle has not the hash of its kind.
        if (isWhole(probe)) path = await this.#keepTerminal(path, probe, document)
      }
    }
    this.#host.onDocument?.(document, session)
    const visitor = await this.#meet(document, path)
    const { remoteAddress, remotePort } = session
    this.#host.log.info(identification(visitor, remoteAddress ?? 'unknown'), {
      remoteAddress,
      remotePort,
      ...named(visitor),
    })
    const form = formOf(session, visitor.document)
    const look = lookOf(session, visitor.document, form)
    const encoding = encodingOf(session, look)
    if (encoding !== undefined) session.encoding = encoding
    const { postScript } = this.#host
    if (postScript !== undefined && path !== null) {
      if (isSyncTerm(session)) session.encoding = null
      await postScript(session, { path, document, isInteractive: interactive, hasTrueColour: look.depth === 24 })
      return
    }
    await display(session, form, look, visitor, {
      suggest: path === null ? undefined : (suggestions) => this.#suggest(path, suggestions),
      entries: async () => {
        const { acquaintances } = this.#host
        return acquaintances === undefined ? [] : this.#tried('count', () => acquaintances.entries())
      },
    })
  }

  /** Resolves with the file; `null` where it cannot be kept. */
  async #keep(document: ClientDocument): Promise<string | null> {
    const { store, log } = this.#host
    if (store === undefined) return null
    const path = await this.#tried('keep', () => store.saveClient(document, clientIdentity(this.#identity())))
    if (path === null) log.warnHourly('full', `${store.folder} is full: no more callers are kept there${MAKE_ROOM}`)
    return path ?? null
  }

  async #keepTerminal(path: string | null, probe: Probe, { sessions }: ClientDocument): Promise<string | null> {
    const { store } = this.#host
    if (store === undefined || path === null) return path
    return (await this.#tried('keep', () => store.addTerminal(path, probe, sessions.at(-1)))) ?? path
  }

  async #suggest(path: string, suggestions: Readonly<Record<string, string>>): Promise<boolean> {
    const { store } = this.#host
    return (await this.#tried('keep', () => store?.suggest(path, suggestions).then(() => true))) ?? false
  }

  /** What the data directory knows of the caller. What cannot be read is as if it were not there. */
  async #meet(document: ClientDocument, path: string | null): Promise<Visitor> {
    const { store, acquaintances } = this.#host
    const kept: Stored = (path && (await this.#tried('read', () => store?.read(path)))) || document
    const likeness = async (name: 'telnet-probe' | 'terminal-probe', probe: Probe): Promise<Likeness> =>
      (await this.#tried('read', () => acquaintances?.likeness(name, probe))) ?? {
        hash: probe.fingerprint,
        name: undefined,
        program: programOf(probe),
        nearest: undefined,
      }
    const { 'telnet-probe': telnet, 'terminal-probe': terminal } = document
    // It may have come with another terminal the last time, or with one that answered.
    const { 'terminal-probe': _, ...rest } = kept
    const { environment } = this.#session.peer
    return {
      document: bounded({ ...rest, 'telnet-probe': telnet, ...(terminal && { 'terminal-probe': terminal }) }),
      telnet: await likeness('telnet-probe', telnet),
      terminal: terminal && (await likeness('terminal-probe', terminal)),
      others: (path && (await this.#tried('read', () => acquaintances?.others(telnet)))) || 0,
      visits: visitsOf(kept) - 1,
      last: timeOf(textAt(kept.sessions.at(-2), 'connected')),
      user: environment.get('USER') || environment.get('LOGNAME') || undefined,
    }
  }

  /** Does something with the data directory; what fails there is told, and the caller sees the rest. */
  async #tried<Value>(what: string, work: () => Promise<Value> | undefined): Promise<Value | undefined> {
    try {
      return await work()
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      // That would be a mistake of ours.
      if (code === undefined) throw error
      this.#host.log.warnHourly(`${what} ${code}`, `The data directory fails: ${message}`)
      return undefined
    }
  }

  /** What tells this client from others: see `clientIdentity`. */
  #identity(): Record<string, string | undefined> {
    const { remoteAddress, peer } = this.#session
    const variables = ['USER', 'HOME', 'SHELL', 'LANG', 'IPADDRESS'].map((name) => [name, peer.environment.get(name)])
    return {
      ...Object.fromEntries(variables),
      'client-ip': remoteAddress,
      TERM: peer.terminalType ?? peer.environment.get('TERM'),
      charset: peer.charset,
    }
  }
}

/** What to do about a data directory that is full. */
const MAKE_ROOM = '; look at what strangers put there, move it away, or raise the limits'

/** The round trip in milliseconds that was seen while its Telnet was asked. */
function roundTripOf(document: ClientDocument): number {
  const seconds = numberAt(document['telnet-probe'].session_data, 'timing', 'round_trip') ?? 0
  return Math.min(Math.ceil(seconds * 1_000), 60_000)
}

function isWhole(probe: Probe): boolean {
  return probe.session_data.complete !== false
}

function timeOf(text: string | undefined): Date | undefined {
  const time = Date.parse(text ?? '')
  return Number.isNaN(time) ? undefined : new Date(time)
}
