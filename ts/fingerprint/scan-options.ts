// How a server is looked at: the options of a scan with their defaults, and what they make of the connection.

import { charsetName } from '../binding.js'
import { bad, checkNames, checkSignal, checkWhere, LONGEST_TIME, whole } from '../checks.js'
import { Option } from '../constants.js'
import { checkEncoding, type Policy, type Trace } from '../options.js'
import type { TlsClientOptions } from '../tls.js'
import { SCREEN } from './banner.js'
import { EXTENDED } from './groups.js'
import { ALL } from './server-facts.js'

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
  /**
   * All of it may take so long. Listening is cut at half of it, and the wait for MSSP at its end; who has not answered what is asked
   * about options by then is given up with TELNET_TIMEOUT. **Default:** 90,000.
   */
  timeout?: number | undefined
  /** Gives it up. */
  signal?: AbortSignal | undefined
  /** Called when a step begins. What it throws, or rejects with while the scan goes on, ends that, as what `trace` throws. */
  onProgress?: ((step: ScanStep) => void) | undefined
}

/** All that was chosen, complete. */
export type ScanSettings = ReturnType<typeof scanSettings>

/** What is given to `connect`. */
export function connectionOptions({
  host,
  port,
  tls,
  connectTimeout,
  policy,
  terminalType,
  environment,
}: ScanSettings) {
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

/** Nothing is compressed under TLS, whoever agrees to it. */
const COMPRESSION: ReadonlySet<number> = new Set([Option.MCCP2, Option.MCCP3])

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

/**
 * Options of a scan, complete.
 *
 * @throws TELNET_BAD_ARGUMENT, TELNET_BAD_OPTION, TELNET_UNKNOWN_ENCODING
 */
export function scanSettings(options: ServerScanOptions) {
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
