// Looks at a server from outside, as somebody does who has no account there: what it shows, which options it has and how it
// negotiates. The steps are those of telnetlib3 5.0.1, so that documents of both can be compared.
//
// Nobody logs in. What a server asks is answered by the table of prompts.ts or with Enter, and that a few times at most; whatever it
// does, a scan ends.

import { unwatch, watch } from '../aborts.js'
import { connect } from '../connect.js'
import { Option } from '../constants.js'
import { AbortError, TelnetError } from '../errors.js'
import type { Session } from '../session.js'
import { askFor, askWrongDirection, findLooped } from './answers.js'
import { BannerReader } from './banner.js'
import { hashOf } from './canonical.js'
import type { JsonObject, ServerDocument, ServerFacts } from './document.js'
import { EnvironRequests } from './environ-requests.js'
import { EXTENDED, nameInDocument } from './groups.js'
import { Opening } from './opening.js'
import { OptionData } from './option-data.js'
import { wantsSilence } from './prompts.js'
import {
  connectionOptions,
  type ScanSettings,
  type ScanStep,
  type ServerScanOptions,
  scanSettings,
} from './scan-options.js'
import { ALL, compatible, factsOf, NOTHING, OF_CLIENTS, questionsFor, sorted } from './server-facts.js'

/**
 * Looks at a server. Resolves with the document about it.
 *
 * Rejects as `connect` does; with TELNET_CLOSED if the connection ends while options are asked about, with TELNET_TIMEOUT, or an
 * AbortError. A server that hangs up before that has a document without options.
 *
 * ```js
 * const { 'server-probe': probe } = await fingerprintServer({ host: 'mud.example.org', port: 4000 })
 * console.log(probe.fingerprint, probe['fingerprint-data']['offered-options'])
 * ```
 */
export async function fingerprintServer(options: ServerScanOptions): Promise<ServerDocument> {
  const settings = scanSettings(options)
  const environ = new EnvironRequests()
  // What MUDs have is asked for at once, and answered some time.
  const opening = new Opening(Object.values(EXTENDED))
  const started = new Date()
  const begun = performance.now()
  const bound = new Bound(settings)
  const { signal } = bound
  let session: Session<Buffer> | undefined
  try {
    let scan: Scan | undefined
    let told: OptionData | undefined
    session = await connect({
      ...connectionOptions(settings),
      signal,
      encoding: null,
      trace: (direction, bytes, session) => {
        // Before the first is heard, which may tell MSSP already: `connect` hands the session over when that has been read.
        told ??= new OptionData(session as unknown as Session<Buffer>)
        bound.call(settings.trace, direction, bytes, session)
        if (direction === 'out') return
        environ.see(bytes)
        opening.receive(bytes)
        scan?.banners.onHeard()
      },
    })
    told ??= new OptionData(session)
    scan = new Scan(session, settings, { environ, opening, told }, { started, begun, bound })
    return await scan.run()
  } catch (error) {
    throw bound.reason ? bound.reason.error : (session?.errored ?? error)
  } finally {
    bound.end()
    // What it still says, nobody waits for.
    session?.end().unref()
  }
}

/** How long a scan may go on: so long, and until the program has enough of it, or what it is told by throws. */
class Bound {
  readonly #settings: ScanSettings
  readonly #controller = new AbortController()
  readonly #end: number
  readonly #timer: NodeJS.Timeout
  readonly #onAbort = () => this.#giveUp(new AbortError(this.#settings.signal!.reason))

  /** Why it was given up, if it was. What a program throws may be anything. */
  reason: { readonly error: unknown } | undefined

  constructor(settings: ScanSettings) {
    this.#settings = settings
    const { host, port, timeout, signal } = settings
    const late = `Looking at ${host} port ${port} took longer than ${timeout} ms`
    const facts = { timeout, address: host, port }
    this.#end = performance.now() + timeout
    this.#timer = setTimeout(() => this.#giveUp(new TelnetError('TELNET_TIMEOUT', late, facts)), timeout)
    if (signal?.aborted) this.#onAbort()
    else if (signal) watch(signal, this.#onAbort)
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** When listening is over, by the clock of `performance.now()`: half of the time is for questions. */
  get endOfListening(): number {
    return this.#end - this.#settings.timeout / 2
  }

  /** Calls what the program gave, until it has failed once. */
  call<Arguments extends unknown[]>(callback: ((...args: Arguments) => unknown) | undefined, ...args: Arguments): void {
    if (callback === undefined || this.reason !== undefined) return
    try {
      const result = callback(...args)
      if (result instanceof Promise) result.catch((error) => this.#giveUp(error))
    } catch (error) {
      this.#giveUp(error)
    }
  }

  /** All that was to be found is found: what is waited for from now on is cut at the end. Returns the milliseconds until then. */
  release(): number {
    clearTimeout(this.#timer)
    return this.#end - performance.now()
  }

  end(): void {
    clearTimeout(this.#timer)
    if (this.#settings.signal) unwatch(this.#settings.signal, this.#onAbort)
  }

  #giveUp(error: unknown): void {
    this.reason ??= { error }
    this.#controller.abort()
  }
}

/** One scan of a server that is connected to. */
class Scan {
  readonly banners: BannerReader
  readonly #session: Session<Buffer>
  readonly #settings: ScanSettings
  readonly #environ: EnvironRequests
  readonly #opening: Opening
  readonly #told: OptionData
  readonly #started: Date
  readonly #begun: number
  readonly #bound: Bound
  readonly #signal: AbortSignal

  constructor(
    session: Session<Buffer>,
    settings: ScanSettings,
    { environ, opening, told }: { environ: EnvironRequests; opening: Opening; told: OptionData },
    { started, begun, bound }: { started: Date; begun: number; bound: Bound },
  ) {
    this.#session = session
    this.#settings = settings
    this.#environ = environ
    this.#opening = opening
    this.#started = started
    this.#begun = begun
    this.#bound = bound
    this.#signal = bound.signal
    this.#told = told
    this.banners = new BannerReader(session, { ...settings.bounds, end: bound.endOfListening }, settings.encoding)
  }

  async run(): Promise<ServerDocument> {
    const { host, port, scanType } = this.#settings
    const { remoteAddress } = this.#session
    this.#enter('connected')
    const { before, after } = await this.#hear()
    const states = this.#optionStates()
    const hasLeft = this.banners.isOver
    const opening = this.#opening
    opening.close()
    const probeBegun = performance.now()
    const facts = hasLeft ? factsOf(this.#session, scanType, NOTHING) : await this.#probe()
    const probed = performance.now()
    if (!hasLeft) await this.#awaitMssp()
    this.#signal.throwIfAborted()
    this.#enter('done')
    const { banners } = this
    const session_data: JsonObject = {
      scan_type: scanType,
      encoding: banners.charset,
      banner_before_return: banners.textOf(before),
      banner_after_return: banners.textOf(after),
      option_states: states,
      opening: { text: opening.text, fingerprint: opening.fingerprint },
      timing: { probe: seconds(probed - probeBegun), total: seconds(performance.now() - this.#begun) },
      dsr_requests: banners.positions.requests,
      dsr_replies: banners.positions.replies,
      ...this.#told.toJson(),
      ...tlsFacts(this.#session),
      ...(hasLeft && { closed_by_server: true }),
    }
    return {
      'server-probe': {
        fingerprint: hashOf(facts),
        'compatible-fingerprint': hashOf(compatible(facts)),
        'fingerprint-data': facts,
        session_data,
      },
      sessions: [{ host, ip: remoteAddress ?? null, port, connected: this.#started.toISOString() }],
    }
  }

  /** What it shows, before the first Enter and after. */
  async #hear(): Promise<{ before: Buffer; after: Buffer }> {
    const { banners } = this
    this.#enter('banner')
    let banner = await this.#next()
    const before = banner.bytes
    const after: Buffer[] = []
    while (banners.mayAnswer && !banners.isOver && !wantsSilence(banner.prompt)) {
      this.#enter('prompt')
      const last = banner
      banners.answer(last.prompt)
      banner = await this.#next()
      after.push(banner.bytes)
      // It shows the same again, or what asks nothing that is known: so it will go on.
      if (banner.bytes.length === 0 || banner.bytes.equals(last.bytes)) break
      if (last.prompt === undefined && banner.prompt === undefined) break
    }
    return { before, after: Buffer.concat(after) }
  }

  async #next() {
    const banner = await this.banners.next()
    this.#signal.throwIfAborted()
    return banner
  }

  async #probe(): Promise<ServerFacts> {
    const session = this.#session as unknown as Session
    const signal = this.#signal
    const { scanType } = this.#settings
    const directional = this.#refusals()
    this.#enter('options')
    const answers = await askFor(session, questionsFor(scanType), { signal })
    this.#checkThere()
    this.#enter('wrong-direction')
    const wrong = await askWrongDirection(session, undefined, signal)
    this.#checkThere()
    this.#enter('loop')
    const looped = await findLooped(session, signal)
    this.#checkThere()
    const accepted = Object.keys(wrong).filter((name) => wrong[name] === 'wrong-accept')
    const found = { answers, accepted, directional: [...directional, ...this.#refusals()], looped }
    return factsOf(this.#session, scanType, found)
  }

  /** What half a probe has found would be a fingerprint of nobody. */
  #checkThere(): void {
    if (!this.banners.isOver) return
    const { host, port } = this.#settings
    const message = `${host} port ${port} ended the connection while it was asked about options`
    throw new TelnetError('TELNET_CLOSED', message, { address: host, port })
  }

  /** What is known of options before any is asked for. */
  #optionStates(): JsonObject {
    const { local, remote } = this.#session
    const states = (view: typeof local) =>
      Object.fromEntries(
        ALL.filter((option) => view.course(option) !== 'silent').map((option) => [
          nameInDocument(option),
          view.has(option),
        ]),
      )
    const environ_requested = this.#environ.last
    return {
      server_offered: states(remote),
      server_requested: states(local),
      directional_refusals: sorted(this.#refusals()),
      ...(environ_requested && { environ_requested }),
    }
  }

  /** What it offered to perform that is a client's, and was refused. */
  #refusals(): string[] {
    const { remote } = this.#session
    return [...OF_CLIENTS].filter((option) => remote.course(option) === 'weRefused').map(nameInDocument)
  }

  async #awaitMssp(): Promise<void> {
    const rest = Math.min(this.#begun + this.#settings.msspWait - performance.now(), this.#bound.release())
    if (!this.#session.remote.has(Option.MSSP) || this.#told.hasMssp || rest <= 0) return
    this.#enter('mssp')
    const isHere = () => this.#told.hasMssp
    // A server that keeps it to itself, or hangs up, has none.
    await this.#session.waitUntil(isHere, { timeout: Math.ceil(rest), signal: this.#signal }).catch(() => undefined)
  }

  #enter(step: ScanStep): void {
    this.#bound.call(this.#settings.onProgress, step)
    this.#signal.throwIfAborted()
  }
}

function seconds(milliseconds: number): number {
  return Math.round(milliseconds) / 1_000
}

function tlsFacts({ tls }: Session<Buffer>): JsonObject {
  if (tls === undefined) return {}
  const { protocol, cipher, peerCertificate: certificate, authorized, authorizationError } = tls
  return {
    tls: {
      protocol,
      cipher,
      authorized,
      ...(authorizationError !== undefined && { authorization_error: authorizationError }),
      ...(certificate && {
        certificate: {
          subject: certificate.subject ?? '',
          issuer: certificate.issuer ?? '',
          valid_from: certificate.validFrom,
          valid_to: certificate.validTo,
          sha256: certificate.fingerprint256,
        },
      }),
    },
  }
}
