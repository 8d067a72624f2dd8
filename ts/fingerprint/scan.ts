// Looks at a server from outside, as somebody does who has no account there: what it shows, which options it has and how it
// negotiates. The steps are those of telnetlib3 5.0.1, so that documents of both can be compared.
//
// Nobody logs in. What a server asks is answered by the table of prompts.ts or with Enter, and that a few times at most; whatever it
// does, a scan ends.

import { unwatch, watch } from '../aborts.js'
import { charsetName } from '../binding.js'
import { bad, checkNames, checkSignal, checkWhere, LONGEST_TIME, whole } from '../checks.js'
import { connect } from '../connect.js'
import { Option } from '../constants.js'
import { AbortError, TelnetError } from '../errors.js'
import { checkEncoding, type Policy, type Trace } from '../options.js'
import type { Session } from '../session.js'
import type { TlsClientOptions } from '../tls.js'
import { askFor, askWrongDirection, findLooped } from './answers.js'
import { BannerReader, SCREEN } from './banner.js'
import { hashOf } from './canonical.js'
import type { JsonObject, ServerDocument, ServerFacts } from './document.js'
import { EnvironRequests } from './environ-requests.js'
import { CORE, EXTENDED, LEGACY, nameInDocument, type OptionGroup, SERIAL } from './groups.js'
import { Opening } from './opening.js'
import { OptionData } from './option-data.js'

/** What a scan is at. */
export type ScanStep = 'connected' | 'banner' | 'prompt' | 'options' | 'wrong-direction' | 'loop' | 'mssp' | 'done'

/** Where the server is, and how it is looked at. Times are in milliseconds. */
export interface ServerScanOptions {
  /** A name or an IP address. */
  host: string
  /** **Default:** 23. */
  port?: number | undefined
  /** Speak TLS: `true`, or how, with the names of `node:tls`. **Default:** `false`. */
  tls?: boolean | TlsClientOptions | undefined
  /** For looking up the name and connecting; 0: as long as the system tries. **Default:** 10,000. */
  connectTimeout?: number | undefined
  /** So much silence ends a banner, where no question that is known stands at its end. **Default:** 2,000. */
  bannerQuietTime?: number | undefined
  /** A banner is heard no longer than this. **Default:** 8,000. */
  bannerMaxWait?: number | undefined
  /** Bytes of a banner that are heard. **Default:** 65,536. */
  bannerMaxBytes?: number | undefined
  /**
   * The character set of the server, by any of its usual names. What the server says of it does not count then. **Default:** what
   * the server chooses, by a menu, a font or CHARSET.
   */
  encoding?: string | undefined
  /** What the server is told of the terminal. **Default:** `'VT100'`. */
  terminalType?: string | undefined
  /** Variables that the server is told if it asks. **Default:** TERM, LANG, COLUMNS and LINES of that terminal. */
  environment?: Readonly<Record<string, string>> | undefined
  /** `'full'` asks for the options that hardly anybody has, too. **Default:** `'quick'`. */
  scanType?: 'quick' | 'full' | undefined
  /** So long, from the connection on, the status of a MUD is waited for, if the server said to have it. **Default:** 5,000. */
  msspWait?: number | undefined
  /** Options that are begun with, accepted or refused otherwise. **Default:** as telnetlib3 does. */
  policy?: Policy | undefined
  /** Called with all that comes and goes, as it stands on the wire. **Default:** none. */
  trace?: Trace | undefined
  /** All of it may take so long; then it is given up with TELNET_TIMEOUT. **Default:** 90,000. */
  timeout?: number | undefined
  /** Gives it up. */
  signal?: AbortSignal | undefined
  /** Called when a step begins. */
  onProgress?: ((step: ScanStep) => void) | undefined
}

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
  const settings = read(options)
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
    session = await connect({
      ...connection(settings),
      signal,
      encoding: null,
      trace: (direction, bytes, session) => {
        settings.trace?.(direction, bytes, session)
        if (direction === 'out') return
        environ.see(bytes)
        opening.receive(bytes)
        scan?.banners.onHeard()
      },
    })
    scan = new Scan(session, settings, { environ, opening }, { started, begun, signal })
    return await scan.run()
  } catch (error) {
    throw bound.error ?? session?.errored ?? error
  } finally {
    bound.end()
    // What it still says, nobody waits for.
    session?.end().unref()
  }
}

type Settings = ReturnType<typeof read>

/** Questions that are answered, before what comes is taken for the last. */
const MOST_ROUNDS = 5

/** What a client performs, so that a server is not asked for it. */
const OF_CLIENTS: ReadonlySet<number> = new Set([
  ...[Option.TTYPE, Option.TSPEED, Option.NAWS, Option.XDISPLOC],
  ...[Option.NEW_ENVIRON, Option.LFLOW, Option.LINEMODE, Option.SNDLOC],
])

/** Nothing is compressed under TLS, whoever agrees to it. */
const COMPRESSION: ReadonlySet<number> = new Set([Option.MCCP2, Option.MCCP3])

/** How long a scan may go on: so long, and until the program has enough of it. */
class Bound {
  readonly #settings: Settings
  readonly #controller = new AbortController()
  readonly #timer: NodeJS.Timeout
  readonly #onAbort = () => this.#giveUp(new AbortError(this.#settings.signal!.reason))

  /** Why it was given up, if it was. */
  error: TelnetError | undefined

  constructor(settings: Settings) {
    this.#settings = settings
    const { host, port, timeout, signal } = settings
    const late = `Looking at ${host} port ${port} took longer than ${timeout} ms`
    const facts = { timeout, address: host, port }
    this.#timer = setTimeout(() => this.#giveUp(new TelnetError('TELNET_TIMEOUT', late, facts)), timeout)
    if (signal?.aborted) this.#onAbort()
    else if (signal) watch(signal, this.#onAbort)
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  end(): void {
    clearTimeout(this.#timer)
    if (this.#settings.signal) unwatch(this.#settings.signal, this.#onAbort)
  }

  #giveUp(error: TelnetError): void {
    this.error = error
    this.#controller.abort()
  }
}

/** One scan of a server that is connected to. */
class Scan {
  readonly banners: BannerReader
  readonly #session: Session<Buffer>
  readonly #settings: Settings
  readonly #environ: EnvironRequests
  readonly #opening: Opening
  readonly #told: OptionData
  readonly #started: Date
  readonly #begun: number
  readonly #signal: AbortSignal

  constructor(
    session: Session<Buffer>,
    settings: Settings,
    { environ, opening }: { environ: EnvironRequests; opening: Opening },
    { started, begun, signal }: { started: Date; begun: number; signal: AbortSignal },
  ) {
    this.#session = session
    this.#settings = settings
    this.#environ = environ
    this.#opening = opening
    this.#started = started
    this.#begun = begun
    this.#signal = signal
    this.#told = new OptionData(session)
    this.banners = new BannerReader(session, settings.bounds, settings.encoding)
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
    const facts = hasLeft ? this.#facts(NOTHING) : await this.#probe()
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
    for (let round = 0; round < MOST_ROUNDS && !banners.isOver; round++) {
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
    const directional = this.#refusals()
    this.#enter('options')
    const answers = await askFor(session, this.#questions(), { signal })
    this.#checkThere()
    this.#enter('wrong-direction')
    const wrong = await askWrongDirection(session, undefined, signal)
    this.#checkThere()
    this.#enter('loop')
    const looped = await findLooped(session, signal)
    this.#checkThere()
    const accepted = Object.keys(wrong).filter((name) => wrong[name] === 'wrong-accept')
    return this.#facts({ answers, accepted, directional: [...directional, ...this.#refusals()], looped })
  }

  /** What half a probe has found would be a fingerprint of nobody. */
  #checkThere(): void {
    if (!this.banners.isOver) return
    const { host, port } = this.#settings
    const message = `${host} port ${port} ended the connection while it was asked about options`
    throw new TelnetError('TELNET_CLOSED', message, { address: host, port })
  }

  #facts({ answers, accepted, directional, looped }: Found): ServerFacts {
    const named = (answer: string) => [...answers].filter(([, told]) => told === answer).map(([name]) => name)
    const requested = ALL.filter((option) => this.#session.local.has(option)).map(nameInDocument)
    const unanswered = named('timeout')
    // Who agrees that we echo has asked for it, by telnetlib3's count.
    if (accepted.includes('ECHO')) requested.push('ECHO')
    return {
      'probed-protocol': 'server',
      'scan-type': this.#settings.scanType,
      'offered-options': sorted(named('WILL')),
      'requested-options': sorted(requested),
      'refused-options': sorted(named('WONT')),
      ...(unanswered.length > 0 && { 'unanswered-options': sorted(unanswered) }),
      'wrong-direction-offered': sorted(accepted),
      'directional-refusals': sorted(directional),
      'looped-negotiation': sorted(looped),
    }
  }

  #questions(): OptionGroup {
    const { scanType } = this.#settings
    const groups = [CORE, SERIAL, scanType === 'full' ? LEGACY : {}, EXTENDED]
    const all = groups.flatMap((group) => Object.entries(group))
    return Object.fromEntries(all.filter(([, option]) => !OF_CLIENTS.has(option)))
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
    const rest = this.#begun + this.#settings.msspWait - performance.now()
    if (!this.#session.remote.has(Option.MSSP) || this.#told.hasMssp || rest <= 0) return
    this.#enter('mssp')
    const isHere = () => this.#told.hasMssp
    // A server that keeps it to itself, or hangs up, has none.
    await this.#session.waitUntil(isHere, { timeout: Math.ceil(rest), signal: this.#signal }).catch(() => undefined)
  }

  #enter(step: ScanStep): void {
    this.#settings.onProgress?.(step)
  }
}

/** What was found out. */
interface Found {
  readonly answers: ReadonlyMap<string, string>
  readonly accepted: readonly string[]
  readonly directional: readonly string[]
  readonly looped: readonly string[]
}

const NOTHING: Found = { answers: new Map(), accepted: [], directional: [], looped: [] }

const ALL = Array.from({ length: 256 }, (_, option) => option)

/** As telnetlib3 has it: who is silent refuses, and so does who offers what it knows no more of than the name. */
function compatible({ 'unanswered-options': unanswered = [], ...facts }: ServerFacts): JsonObject {
  const isKnown = (name: string) => !(name in LEGACY)
  const offered = facts['offered-options']
  const silent = unanswered as readonly string[]
  return {
    ...facts,
    'offered-options': offered.filter(isKnown),
    'refused-options': sorted([...facts['refused-options'], ...silent, ...offered.filter((name) => !isKnown(name))]),
    'looped-negotiation': facts['looped-negotiation'].filter(isKnown),
  }
}

/** In the order of code points, each once; all names are ASCII. */
function sorted(names: readonly string[]): string[] {
  return [...new Set(names)].sort()
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

/** What is given to `connect`. */
function connection({ host, port, tls, connectTimeout, policy, terminalType, environment }: Settings) {
  const own = { TERM: terminalType, LANG: 'C', COLUMNS: String(SCREEN.columns), LINES: String(SCREEN.rows) }
  return {
    host,
    port,
    tls,
    connectTimeout,
    policy: {
      local: { ...LOCAL, ...asked(!tls), ...policy?.local },
      remote: { ...REMOTE, ...asked(!tls), ...policy?.remote },
    },
    terminalType,
    environment: { ...own, ...environment },
    xDisplayLocation: '',
    ...SCREEN,
    // A server that floods is read at leisure.
    limits: { inputRate: 1_048_576, negotiationRate: 10_000 },
  }
}

/** What we agree to, as telnetlib3 does; all else is refused. */
const LOCAL: Policy['local'] = {
  ...stances('refuse', ALL),
  ...stances('accept', [Option.BINARY, Option.SGA, Option.STATUS, Option.TM, Option.TTYPE, Option.NAWS, Option.EOR]),
  ...stances('accept', [
    Option.TSPEED,
    Option.LFLOW,
    Option.LINEMODE,
    Option.XDISPLOC,
    Option.NEW_ENVIRON,
    Option.CHARSET,
  ]),
}
const REMOTE: Policy['remote'] = {
  ...stances('refuse', ALL),
  ...stances('accept', [Option.BINARY, Option.SGA, Option.ECHO, Option.EOR, Option.STATUS, Option.TM, Option.CHARSET]),
  ...stances('accept', [Option.COM_PORT]),
}

/** What MUDs have is begun with: their servers wait to be asked. */
function asked(mayCompress: boolean): Record<number, 'request'> {
  return stances(
    'request',
    Object.values(EXTENDED).filter((option) => mayCompress || !COMPRESSION.has(option)),
  )
}

function stances<Stance extends string>(stance: Stance, options: readonly number[]): Record<number, Stance> {
  return Object.fromEntries(options.map((option) => [option, stance]))
}

function read(options: ServerScanOptions) {
  checkWhere(options)
  checkNames(options, NAMES)
  const {
    host,
    tls,
    encoding,
    terminalType = 'VT100',
    environment,
    scanType = 'quick',
    policy,
    trace,
    onProgress,
  } = options
  if (scanType !== 'quick' && scanType !== 'full') throw bad('scanType', scanType, "give 'quick' or 'full'")
  if (trace !== undefined && typeof trace !== 'function') throw bad('trace', trace, 'give a function')
  if (onProgress !== undefined && typeof onProgress !== 'function')
    throw bad('onProgress', onProgress, 'give a function')
  const time = (name: 'connectTimeout' | 'bannerQuietTime' | 'bannerMaxWait' | 'msspWait' | 'timeout', usual: number) =>
    whole(name, options[name], usual, 0, LONGEST_TIME)
  return {
    host,
    port: whole('port', options.port, 23, 1, 65_535),
    tls,
    connectTimeout: time('connectTimeout', 10_000),
    bounds: {
      quietTime: time('bannerQuietTime', 2_000),
      maxWait: time('bannerMaxWait', 8_000),
      maxBytes: whole('bannerMaxBytes', options.bannerMaxBytes, 65_536, 1, 16_777_216),
    },
    encoding: encoding === undefined ? undefined : nameOf(encoding),
    terminalType,
    environment,
    scanType,
    msspWait: time('msspWait', 5_000),
    policy,
    trace,
    timeout: time('timeout', 90_000),
    signal: checkSignal(options.signal),
    onProgress,
  }
}

/** The name of a character set as documents have it. */
function nameOf(encoding: string): string {
  if (typeof encoding !== 'string') throw bad('encoding', encoding, 'give the name of a character set')
  checkEncoding(encoding)
  return charsetName(encoding)!.toLowerCase()
}

const NAMES = [
  ...['host', 'port', 'tls', 'connectTimeout', 'bannerQuietTime', 'bannerMaxWait', 'bannerMaxBytes', 'encoding'],
  ...['terminalType', 'environment', 'scanType', 'msspWait', 'policy', 'trace', 'timeout', 'signal', 'onProgress'],
]
