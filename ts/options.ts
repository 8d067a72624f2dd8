// What the user chose, parsed once into a complete and frozen object that all sessions of a server share. Each option stands
// here with its default and its bounds; a value that cannot be taken throws TELNET_BAD_OPTION, which names the option, the
// value and the repair.

import { ADMISSION, type Admission, type AdmissionOptions, readAdmission } from './admission.js'
import { type EndpointOptions, Side } from './binding.js'
import { bad, checkNames, checkSignal, flag, LONGEST_TIME, show, whole } from './checks.js'
import { checkCompression, compressionStances } from './compression.js'
import { Option, type OptionName } from './constants.js'
import { isEncoding, unknownEncoding } from './encodings.js'
import { TelnetError } from './errors.js'
import { maskOf } from './linemode.js'
import { type AnyOptionDefinition, type OwnOptions, readDefinitions } from './own-option.js'
import type { TerminalSpeed } from './peer.js'
import type { Session } from './session.js'
import { serverTls, type TlsServerOptions } from './tls.js'

/** What becomes of bytes that the encoding does not have, and of characters that it cannot say. */
export type EncodingErrors = 'replace' | 'ignore' | 'strict' | 'surrogate'

/**
 * Our will about one side of an option: `request` begins with it (WILL, or DO), `accept` agrees when the peer begins,
 * `refuse` says no.
 */
export type Stance = 'request' | 'accept' | 'refuse'

/** An option by its name, such as `'NAWS'` or that of one of the program's own, or by its number. */
export type OptionKey = OptionName | (string & Record<never, never>) | number

/** Something about options, by name or number. */
export type ByOption<Value> = { readonly [option in OptionName | number]?: Value | undefined } & {
  readonly [own: string]: Value | undefined
}

/** Changes of the policy of a role, by option. */
export interface Policy {
  /** What we do ourselves (WILL). */
  local?: ByOption<Stance>
  /** What the peer does (DO). */
  remote?: ByOption<Stance>
}

/** Bounds on what a peer can make us hold. docs/limits.md tells what happens past each. */
export interface Limits {
  /** Bytes in a subnegotiation. **Default:** 65,536. */
  subnegotiation?: number
  /** Environment variables that are kept. **Default:** 100. */
  environmentVariables?: number
  /** Bytes in the name of an environment variable. **Default:** 256. */
  environmentName?: number
  /** Bytes in the value of an environment variable. **Default:** 4,096. */
  environmentValue?: number
  /** Columns of a window. **Default:** 1,000. */
  columns?: number
  /** Rows of a window. **Default:** 1,000. */
  rows?: number
  /** Bytes that may be queued for a peer that reads too slowly. **Default:** 16,777,216. */
  queuedOutput?: number
  /** Milliseconds that a peer may read nothing while output is queued for it; 0: for ever. **Default:** 60,000. */
  writeStall?: number
  /** Bytes a second that a peer may send, over ten seconds; it is read no faster. 0: any number. **Default:** 0. */
  inputRate?: number
  /**
   * Commands, negotiations and subnegotiations a second, likewise. 0: any number. **Default:** 10,000 on a server, 0 on a client.
   */
  negotiationRate?: number
}

/** Told what comes (`'in'`) and goes (`'out'`), as it stands on the wire; {@link describeWire} makes words of it. */
export type Trace = (direction: 'in' | 'out', bytes: Buffer, session: Session) => void

/** Options of both sides. */
export interface CommonOptions {
  /**
   * The character set of the session, by any of its usual names; `null`: bytes, and data is a Buffer. Until BINARY is agreed
   * for a direction it is US-ASCII there (RFC 856), unless `forceBinary`. A set agreed with the
   * peer (RFC 2066) takes its place. **Default:** `'utf8'`, but a client to whom it was not given may take another.
   */
  encoding?: string | null | undefined
  /**
   * What becomes of that which cannot be converted: `'replace'` takes U+FFFD, or `?` on the way out; `'ignore'` leaves it
   * out; `'surrogate'` makes each byte a lone surrogate (U+DC80 … U+DCFF), which goes out as the same byte; `'strict'` leaves it
   * out too, and tells: a read rejects with TELNET_DECODE, or the session gets 'encodingError'. **Default:** `'replace'`.
   */
  encodingErrors?: EncodingErrors | undefined
  /** Speak the encoding though BINARY is not agreed. **Default:** `false`. */
  forceBinary?: boolean | undefined
  /**
   * The peer ends lines with CR LF, though its set has a line end of its own, as ATASCII and PETSCII have. **Default:**
   * `false`.
   */
  asciiLineEnds?: boolean | undefined
  /**
   * The character sets that are offered to the peer (RFC 2066), best first: by a server when the peer can choose one, by a
   * client at `session.requestCharset()`. **Default:** on a server `encoding` and all others that can be spoken; on a client
   * UTF-8, LATIN1 and US-ASCII.
   */
  charsets?: readonly string[] | undefined
  /** Milliseconds after which negotiation is taken for settled. **Default:** 1,500 on a server, 3,000 on a client. */
  negotiationTimeout?: number | undefined
  /** Bounds. **Default:** see {@link Limits}. */
  limits?: Limits | undefined
  /** Which options are begun with, accepted and refused, where that differs from the defaults of docs/options.md. */
  policy?: Policy | undefined
  /**
   * Compression (MCCP): `true` offers it, or asks for it; `false` refuses it; `undefined` agrees where the peer wants it. Under TLS
   * there is none. **Default:** `undefined`.
   */
  compression?: boolean | undefined
  /** Options of the program's own, beside those that telnetkit handles; see {@link defineOption}. **Default:** none. */
  options?: readonly AnyOptionDefinition[] | undefined
  /** Called with all that comes and goes, as it stands on the wire, from the first byte on. **Default:** none. */
  trace?: Trace | undefined
  /** TCP keep-alive: `true`, or the milliseconds of silence before it begins, at least 1,000 (60,000 if `true`). **Default:** `false`. */
  keepAlive?: boolean | number | undefined
  /** Ends what it belongs to when it is aborted: the server closes, the session is destroyed. */
  signal?: AbortSignal | undefined
}

/** Options of a server. */
export interface ServerOptions extends CommonOptions, AdmissionOptions {
  /**
   * Milliseconds without a byte either way after which a session gets 'timeout', or, where nobody listens to that, is told
   * `Timeout.` and ended; 0: never. **Default:** 300,000.
   */
  timeout?: number | undefined
  /** The client edits and echoes its own lines: neither ECHO nor SGA is said. **Default:** `false`. */
  lineMode?: boolean | undefined
  /** Prompts end with GA where neither EOR nor SGA is agreed. **Default:** `true`. */
  goAhead?: boolean | undefined
  /** Offer to echo what the client types (WILL ECHO), except to MUD clients. **Default:** `true`. */
  echo?: boolean | undefined
  /**
   * The variables of its environment that a client is asked for, and no others. Microsoft's telnet is asked for none but those of the
   * default. **Default:** USER, LOGNAME, DISPLAY, LANG, TERM, TERM_PROGRAM, COLUMNS, LINES, COLORTERM and EDITOR, and then all
   * others that it would tell.
   */
  environmentNames?: readonly string[] | undefined
  /** The handler runs as soon as the connection stands, not when negotiation has settled. **Default:** `false`. */
  eager?: boolean | undefined
  /** Speak TLS, with the names of `node:tls`: it needs `cert` and `key`. **Default:** none. */
  tls?: TlsServerOptions | undefined
  /**
   * Speak TLS only with clients that begin with it, and with others in the clear: those whose first byte is another, or comes
   * not within 500 ms, or so many. **Default:** `false`.
   */
  tlsAuto?: boolean | number | undefined
  /**
   * Let in clients that speak TLS or HTTP to a Telnet port, by what comes first from them, as if that were text. Else they are
   * closed and told by 'drop'. **Default:** `false`.
   */
  strangers?: boolean | undefined
}

/** Options of a client. */
export interface ClientOptions extends CommonOptions {
  /** What the server is told of the terminal (RFC 1091): a name, or several, best first. **Default:** `'unknown'`. */
  terminalType?: string | readonly string[] | undefined
  /** The width of the window in characters (RFC 1073). **Default:** 80. */
  columns?: number | undefined
  /** The height of the window in lines. **Default:** 25. */
  rows?: number | undefined
  /**
   * The speed of the terminal in bits a second, both ways or each (RFC 1079). **Default:** 38,400.
   */
  terminalSpeed?: number | TerminalSpeed | undefined
  /** The X display, for a server that asks (RFC 1096); at most 80 bytes are told. **Default:** not told. */
  xDisplayLocation?: string | undefined
  /** Where the user is, for a server that asks (RFC 779); at most 80 bytes are told. **Default:** not told. */
  location?: string | undefined
  /**
   * Take the character set of a font that the server chooses (`ESC [ 0 ; 36 SP D`), as SyncTERM does, unless `encoding` was given.
   * **Default:** `true`.
   */
  followFonts?: boolean | undefined
  /**
   * Variables for a server that asks (RFC 1572); nothing else is ever sent. The character set in LANG is made to be that of the
   * session. **Default:** none.
   */
  environment?: Readonly<Record<string, string>> | undefined
  /** Milliseconds for looking up the name and connecting. **Default:** 10,000; 0: as long as the system tries. */
  connectTimeout?: number | undefined
}

/** All that was chosen, complete. */
export interface Settings {
  readonly role: 'server' | 'client'
  readonly encoding: string | null
  readonly encodingErrors: EncodingErrors
  readonly forceBinary: boolean
  readonly asciiLineEnds: boolean
  readonly negotiationTimeout: number
  readonly limits: Readonly<Required<Limits>>
  readonly timeout: number
  readonly goAhead: boolean
  readonly eager: boolean
  /** Of a server. */
  readonly admission: Admission
  readonly connectTimeout: number
  /** Of a server, for the addon. */
  readonly tls: ReturnType<typeof serverTls>
  readonly signal: AbortSignal | undefined
  readonly trace: Trace | undefined
  /** The program's own options. */
  readonly own: OwnOptions
  /** For the addon. */
  readonly endpoint: EndpointOptions
}

/** The rules of conversion, in the order of their numbers at the addon. */
export const ENCODING_ERRORS: readonly EncodingErrors[] = ['replace', 'ignore', 'strict', 'surrogate']

const LIMITS: Readonly<Required<Limits>> = {
  subnegotiation: 65_536,
  environmentVariables: 100,
  environmentName: 256,
  environmentValue: 4_096,
  columns: 1_000,
  rows: 1_000,
  queuedOutput: 16_777_216,
  writeStall: 60_000,
  inputRate: 0,
  negotiationRate: 10_000,
}

/** Where a client's differ: a server may well mark each of a million lines. */
const CLIENT_LIMITS: Readonly<Required<Limits>> = { ...LIMITS, negotiationRate: 0 }

/** What a limit can be at most: the width of its field in the addon. */
const MOST: Readonly<Required<Limits>> = {
  subnegotiation: 2 ** 31 - 1,
  environmentVariables: 65_535,
  environmentName: 65_535,
  environmentValue: 65_535,
  columns: 65_535,
  rows: 65_535,
  queuedOutput: 2 ** 31 - 1,
  writeStall: LONGEST_TIME,
  inputRate: 2 ** 31 - 1,
  negotiationRate: 2 ** 31 - 1,
}

const COMMON = [
  'encoding',
  'encodingErrors',
  'forceBinary',
  'asciiLineEnds',
  'charsets',
  'negotiationTimeout',
  'limits',
  'policy',
  'compression',
  'options',
  'trace',
  'keepAlive',
  'signal',
]
const SERVER = [
  ...COMMON,
  'timeout',
  'lineMode',
  'goAhead',
  'echo',
  'environmentNames',
  'eager',
  'tls',
  'tlsAuto',
  'strangers',
  ...ADMISSION,
]
const CLIENT = [
  ...COMMON,
  'terminalType',
  'columns',
  'rows',
  'terminalSpeed',
  'xDisplayLocation',
  'location',
  'environment',
  'followFonts',
  'connectTimeout',
]

/** @param others names that the caller reads itself */
export function serverSettings(options: ServerOptions, others: readonly string[] = []): Settings {
  checkNames(options, [...SERVER, ...others])
  const { lineMode, echo, tls, tlsAuto, compression } = options
  if (!tlsAuto) checkCompression(compression, tls)
  const sugar: number[] = []
  if (flag('lineMode', lineMode, false)) sugar.push(...refusals(['local', Option.SGA], ['remote', Option.SGA]))
  if (!flag('echo', echo, true) || lineMode) sugar.push(...refusals(['local', Option.ECHO]))
  const settings = {
    ...commonSettings('server', options, 1_500, sugar),
    timeout: whole('timeout', options.timeout, 300_000, 0, LONGEST_TIME),
    goAhead: flag('goAhead', options.goAhead, true),
    eager: flag('eager', options.eager, false),
    admission: readAdmission(options),
    connectTimeout: 0,
    tls: serverTls(tls, tlsAuto),
  }
  if (lineMode) settings.endpoint.linemode = LINES_THERE
  const names = environmentNames(options.environmentNames)
  if (names !== undefined) settings.endpoint.environmentNames = names
  if (flag('strangers', options.strangers, false)) settings.endpoint.strangers = true
  if (settings.timeout > 0) settings.endpoint.idleTimeout = settings.timeout
  return Object.freeze(settings)
}

/** @param others names that the caller reads itself */
export function clientSettings(options: ClientOptions, others: readonly string[] = []): Settings {
  checkNames(options, [...CLIENT, ...others])
  const settings = {
    ...commonSettings('client', options, 3_000, []),
    timeout: 0,
    goAhead: true,
    eager: true,
    admission: readAdmission({}),
    tls: undefined,
    connectTimeout: whole('connectTimeout', options.connectTimeout, 10_000, 0, LONGEST_TIME),
  }
  const { endpoint, limits } = settings
  endpoint.terminalTypes = terminalTypes(options.terminalType)
  endpoint.columns = whole('columns', options.columns, 80, 0, limits.columns)
  endpoint.rows = whole('rows', options.rows, 25, 0, limits.rows)
  endpoint.terminalSpeed = terminalSpeed(options.terminalSpeed)
  const display = text('xDisplayLocation', options.xDisplayLocation)
  if (display !== undefined) endpoint.xDisplayLocation = display
  const location = text('location', options.location)
  if (location !== undefined) endpoint.location = location
  endpoint.environment = environment(options.environment)
  endpoint.followFonts = flag('followFonts', options.followFonts, true)
  return Object.freeze(settings)
}

/** The settings of either role. */
export function settingsOf(role: unknown, options: ServerOptions | ClientOptions): Settings {
  if (role === 'server') return onStream(serverSettings(options as ServerOptions))
  if (role === 'client') return clientSettings(options as ClientOptions)
  throw bad('role', role, "give 'server' or 'client'")
}

/** A stream that is given speaks TLS itself, or does not. */
function onStream(settings: Settings): Settings {
  if (settings.tls) throw bad('tls', {}, 'over a stream: give a tls.TLSSocket as the stream')
  return settings
}

/** The name of an encoding as it was given, if it is one. */
export function checkEncoding(name: unknown): string | null {
  if (name === null) return name
  if (typeof name !== 'string') throw bad('encoding', name, 'give the name of a character set, or null for bytes')
  if (!isEncoding(name)) throw unknownEncoding(name, 'a name such as utf8, latin1 or cp437, or null for bytes')
  return name
}

/**
 * Names of character sets that are offered to a peer.
 *
 * @param option where they were given
 */
export function checkCharsets(option: string, names: unknown): readonly string[] | undefined {
  if (names === undefined) return undefined
  if (!Array.isArray(names)) throw bad(option, names, 'give an array of names')
  if (names.length === 0) throw bad(option, names, 'give at least one name')
  for (const name of names) {
    if (typeof name !== 'string') throw bad(option, name, 'give names of character sets')
    if (!isEncoding(name)) throw unknownEncoding(name, 'names such as UTF-8 or CP437')
  }
  return [...names]
}

/** The number of a Telnet option that is given by its name, or by its number, which as the key of an object is a string, too. */
export function optionNumber(option: string | number, own?: OwnOptions): number {
  if (typeof option !== 'string') return checkOption(option)
  const number = /^\d+$/.test(option) ? Number(option) : (numbers.get(option) ?? own?.number(option))
  if (number !== undefined && number <= 255) return number
  const message = `No Telnet option is called ${JSON.stringify(option)}: give a name of Option, such as NAWS or NEW_ENVIRON`
  throw new TelnetError('TELNET_UNKNOWN_OPTION', message)
}

function checkOption(option: unknown): number {
  if (Number.isInteger(option) && (option as number) >= 0 && (option as number) <= 255) return option as number
  const message = `The option is ${show(option)}: give its name, such as NAWS, or a number from 0 to ${Option.EXOPL}`
  throw new TelnetError('TELNET_BAD_ARGUMENT', message)
}

function commonSettings(role: 'server' | 'client', options: CommonOptions, patience: number, sugar: number[]) {
  const encoding = checkEncoding(options.encoding === undefined ? 'utf8' : options.encoding)
  const encodingErrors = options.encodingErrors ?? 'replace'
  if (!ENCODING_ERRORS.includes(encodingErrors)) {
    throw bad('encodingErrors', encodingErrors, `give one of ${ENCODING_ERRORS.join(', ')}`)
  }
  const forceBinary = flag('forceBinary', options.forceBinary, false)
  const asciiLineEnds = flag('asciiLineEnds', options.asciiLineEnds, false)
  // Bytes have no character set to agree on.
  const unsaid = encoding === null ? refusals(['local', Option.CHARSET], ['remote', Option.CHARSET]) : []
  const limits = readLimits(options.limits ?? {}, role === 'server' ? LIMITS : CLIENT_LIMITS)
  const own = readDefinitions(options.options)
  const endpoint: EndpointOptions = {
    role,
    encodingErrors,
    forceBinary,
    asciiLineEnds,
    limits,
    policy: [
      ...sugar,
      ...unsaid,
      ...compressionStances(role, options.compression, STANCES),
      ...ownStances(own),
      ...triples(options.policy ?? {}, own),
    ],
  }
  if (encoding !== null) endpoint.encoding = encoding
  if (options.encoding === undefined) endpoint.encodingIsDefault = true
  const charsets = checkCharsets('charsets', options.charsets)
  if (charsets !== undefined) endpoint.charsets = [...charsets]
  const { trace } = options
  if (trace !== undefined && typeof trace !== 'function') throw bad('trace', trace, 'give a function')
  if (trace !== undefined) endpoint.trace = true
  const keepAlive = readKeepAlive(options.keepAlive)
  if (keepAlive !== undefined) endpoint.keepAlive = keepAlive
  return {
    role,
    encoding,
    encodingErrors,
    forceBinary,
    asciiLineEnds,
    negotiationTimeout: whole('negotiationTimeout', options.negotiationTimeout, patience, 0, LONGEST_TIME),
    limits,
    signal: checkSignal(options.signal),
    trace,
    own,
    endpoint,
  }
}

function readLimits(given: Limits, usual: Readonly<Required<Limits>>): Readonly<Required<Limits>> {
  if (typeof given !== 'object' || given === null) throw bad('limits', given, 'give an object')
  checkNames(given, Object.keys(LIMITS))
  const names = Object.keys(LIMITS) as (keyof Limits)[]
  const entries = names.map((name) => [name, whole(`limits.${name}`, given[name], usual[name], 0, MOST[name])])
  return Object.freeze(Object.fromEntries(entries))
}

function readKeepAlive(value: boolean | number | undefined): number | undefined {
  if (value === undefined || value === false || value === 0) return undefined
  if (value === true) return 60_000
  // Systems count it in seconds, and Linux up to 32,767 of them.
  return whole('keepAlive', value, 0, 1_000, 32_767_000)
}

/** A policy as the addon takes it: side, option, stance; one after another. */
function triples(policy: Policy, own: OwnOptions): number[] {
  checkNames(policy, Object.keys(Side))
  return (Object.keys(Side) as Side[]).flatMap((side) =>
    Object.entries(policy[side] ?? {}).flatMap(([option, stance]) => {
      const number = STANCES.indexOf(stance as Stance)
      if (number === -1) throw bad(`policy.${side}.${option}`, stance, `give one of ${STANCES.join(', ')}`)
      return [Side[side], optionNumber(option, own), number]
    }),
  )
}

/** The stances of the program's own options. */
function ownStances(own: OwnOptions): number[] {
  const sides = Object.keys(Side) as Side[]
  return own.all.flatMap((definition) =>
    sides.flatMap((side) => {
      const stance = definition[side] ?? 'refuse'
      const number = STANCES.indexOf(stance)
      if (number === -1) throw bad(`options: ${definition.name}.${side}`, stance, `give one of ${STANCES.join(', ')}`)
      return [Side[side], definition.number, number]
    }),
  )
}

function refusals(...sides: [Side, number][]): number[] {
  return sides.flatMap(([side, option]) => [Side[side], option, STANCES.indexOf('refuse')])
}

function terminalTypes(value: unknown): string[] {
  const names = value === undefined ? ['unknown'] : typeof value === 'string' ? [value] : value
  const areNames = Array.isArray(names) && names.length > 0 && names.every((name) => typeof name === 'string')
  if (!areNames) throw bad('terminalType', value, 'give the name of a terminal, or several')
  return [...names]
}

function terminalSpeed(value: unknown): number[] {
  const { transmit, receive } = (
    typeof value === 'object' && value !== null ? value : { transmit: value, receive: value }
  ) as {
    transmit: unknown
    receive: unknown
  }
  return [
    whole('terminalSpeed', transmit, 38_400, 0, 2 ** 32 - 1),
    whole('terminalSpeed', receive, 38_400, 0, 2 ** 32 - 1),
  ]
}

function text(name: string, value: unknown): string | undefined {
  if (value === undefined || typeof value === 'string') return value
  throw bad(name, value, 'give a string')
}

function environmentNames(names: unknown): string[] | undefined {
  if (names === undefined) return undefined
  const isName = (name: unknown) => typeof name === 'string' && name !== '' && Buffer.byteLength(name) <= LONGEST_NAME
  if (Array.isArray(names) && names.every(isName)) return [...names]
  throw bad('environmentNames', names, `give a list of names, each of 1 to ${LONGEST_NAME} bytes`)
}

function environment(variables: unknown): { name: string; value: string }[] {
  if (variables === undefined) return []
  if (typeof variables !== 'object' || variables === null) throw bad('environment', '…', 'give an object of strings')
  return Object.entries(variables).map(([name, value]) => {
    // The value itself may be a secret.
    if (typeof value !== 'string') throw bad(`environment.${name}`, typeof value, 'give a string')
    return { name, value }
  })
}

/** A request for variables has room for a name of so many bytes, whatever has to be escaped in it. */
const LONGEST_NAME = 100

/** To a client that performs LINEMODE: it edits lines, and sends signals as commands. */
const LINES_THERE = maskOf({ edit: true, trapSignals: true })

const numbers: ReadonlyMap<string, number> = new Map(Object.entries(Option))

const STANCES: readonly Stance[] = ['refuse', 'accept', 'request']
