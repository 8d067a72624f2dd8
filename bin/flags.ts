// The flags of both tools, one list each. The command line, the help texts and docs/cli.md all come from it or are tested
// against it. A key is the flag's name in camel case; what becomes of the text typed after it is told by its kind.

import { isNetwork, THIS_MACHINE } from '../ts/admission.js'
import { encodingHint, isEncoding } from '../ts/encodings.js'
import { optionNumber } from '../ts/options.js'
import { template } from './log-template.js'
import { fileModes, type LineForm, levels, printable, UsageError } from './report.js'

/** One flag. */
export interface Flag<Value> {
  /** The heading in the help under which it stands. */
  readonly group: string
  readonly help: string
  /** What stands for its argument in the help. Without one the flag is a switch. */
  readonly argument?: string | undefined
  /** What is taken as typed where its argument may be left out, and is. */
  readonly bare?: string | undefined
  /** The value where the flag is not given. */
  readonly fallback: Value
  /** That value as the help tells it; absent where there is nothing to tell. */
  readonly told?: string | undefined
  /** A switch that can be given as `--no-…` too, and means neither where it is not given. */
  readonly isThreeWay?: boolean | undefined
  /** The help says nothing of it: it is there for who knows it from elsewhere. */
  readonly isHidden?: boolean | undefined
  /** Makes a value of what was typed; `before` is the value so far, for flags that may be repeated. */
  readonly parse: (typed: string, before: Value) => Value
}

/** A list of flags. */
// biome-ignore lint/suspicious/noExplicitAny: a list holds flags of every kind of value, and a parser is contravariant in it
export type Flags = Record<string, Flag<any>>

/** What was given, or the fallback, for each flag of a list. */
export type Values<List extends Flags> = {
  [Name in keyof List]: List[Name] extends Flag<infer Value> ? Value : never
}

/** The flag as it is typed: `--connect-timeout` for `connectTimeout`. */
export function spelling(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

/** There is a `--no-x`, too. */
export function mayBeNegated({ fallback, isThreeWay }: Flags[string]): boolean {
  return fallback === true || isThreeWay === true
}

/**
 * The value of a flag for what was typed after it.
 * @throws UsageError that names the flag
 */
export function readValue(name: string, { parse }: Flags[string], typed: string, before: unknown): unknown {
  try {
    return parse(typed, before)
  } catch (error) {
    if (error instanceof UsageError) throw new UsageError(`${spelling(name)} ${printable(typed)}: ${error.message}`)
    throw error
  }
}

interface Text {
  group: string
  help: string
  told?: string
  isHidden?: boolean
}

function toggle(fallback: boolean, text: Text): Flag<boolean> {
  return { ...text, fallback, told: fallback ? 'on' : undefined, parse: () => true }
}

function threeWay(text: Text): Flag<boolean | undefined> {
  return { ...text, fallback: undefined, isThreeWay: true, parse: () => true }
}

function word(argument: string, fallback: string, text: Text): Flag<string> {
  return { ...text, argument, fallback, told: text.told ?? fallback, parse: (typed) => typed }
}

function optional(argument: string, text: Text): Flag<string | undefined> {
  return { ...text, argument, fallback: undefined, parse: (typed) => typed }
}

function choice<const Word extends string>(
  argument: string,
  words: readonly Word[],
  fallback: NoInfer<Word>,
  text: Text,
): Flag<Word> {
  const parse = (typed: string): Word => {
    const found = words.find((one) => one === typed.toLowerCase())
    if (found === undefined) throw new UsageError(`give one of ${words.join(', ')}`)
    return found
  }
  return { ...text, argument, fallback, told: fallback, parse }
}

/** A time in seconds, as the field's tools have it; its value is in milliseconds, as everything else of ours is. */
function seconds(fallback: number, text: Text): Flag<number> {
  const parse = (typed: string): number => {
    const milliseconds = /^(\d+\.?\d*|\.\d+)$/.test(typed) ? Math.round(Number(typed) * 1_000) : Number.NaN
    // Node's timers go no further.
    if (!(milliseconds < 2 ** 31)) throw new UsageError('give a time in seconds, from 0 to 2147483, such as 30 or 1.5')
    return milliseconds
  }
  return { ...text, argument: '<seconds>', fallback: fallback * 1_000, told: String(fallback), parse }
}

/** How long something may wait; without a time that is typed, so many seconds. */
function patience(bare: number, most: number, text: Text): Flag<number | undefined> {
  const parse = (typed: string): number => {
    const time = /^(\d+\.?\d*|\.\d+)$/.test(typed) ? Math.round(Number(typed) * 1_000) : Number.NaN
    // A port that stands behind the flag would be taken for a time.
    if (!(time >= 1 && time <= most * 1_000))
      throw new UsageError(`give seconds, from 0.001 to ${most}, or nothing; a host or port goes before the flag`)
    return time
  }
  return { ...text, argument: '[seconds]', bare: String(bare), fallback: undefined, parse }
}

/** A template of lines in the log. */
function lineForm(text: Text): Flag<LineForm | undefined> {
  return { ...text, argument: '<template>', fallback: undefined, parse: template }
}

function bitsPerSecond(fallback: number, text: Text): Flag<number> {
  const parse = (typed: string): number => {
    if (!/^\d{1,9}$/.test(typed)) throw new UsageError('give bits a second, such as 9600')
    return Number(typed)
  }
  return { ...text, argument: '<bps>', fallback, told: String(fallback), parse }
}

function count(fallback: number, text: Text, most = 999_999_999, least = 0): Flag<number> {
  const parse = (typed: string): number => {
    if (!/^\d{1,9}$/.test(typed)) throw new UsageError(`give a whole number, ${least} or more`)
    if (Number(typed) < least) throw new UsageError(`give at least ${least}`)
    if (Number(typed) > most) throw new UsageError(`give at most ${most}`)
    return Number(typed)
  }
  return { ...text, argument: '<number>', fallback, told: text.told ?? String(fallback), parse }
}

/** So many things a second. */
function perSecond(text: Text): Flag<number> {
  const parse = (typed: string): number => {
    if (!/^(\d{1,9}\.?\d*|\.\d+)$/.test(typed)) throw new UsageError('give a number, such as 20 or 0.5')
    return Number(typed)
  }
  return { ...text, argument: '<number>', fallback: 0, told: text.told ?? 'no limit', parse }
}

/** Addresses and networks, separated by commas. */
function networks(fallback: readonly string[], text: Text): Flag<readonly string[]> {
  const parse = (typed: string): readonly string[] => {
    const given = typed.split(',').map((network) => network.trim())
    const wrong = given.find((network) => network !== '' && !isNetwork(network))
    if (wrong !== undefined)
      throw new UsageError(`"${wrong}" is no address; give addresses, or networks such as 192.0.2.0/24`)
    return given.filter((network) => network !== '')
  }
  return { ...text, argument: '<addresses>', fallback, told: fallback.join(','), parse }
}

/** A width; without one, what is usual. */
function columns(text: Text): Flag<number | undefined> {
  const parse = (typed: string): number => {
    if (!/^[1-9]\d{0,2}$/.test(typed)) throw new UsageError('give a number of columns from 1 to 999, such as 40 or 80')
    return Number(typed)
  }
  return { ...text, argument: '<number>', fallback: undefined, parse }
}

/** Names of environment variables, separated by commas. Given again, the names of both are meant. */
function names(fallback: readonly string[], text: Text): Flag<readonly string[]> {
  const parse = (typed: string, before: readonly string[]): readonly string[] => {
    const given = typed.split(',').map((name) => name.trim())
    const wrong = given.find((name) => name !== '' && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    if (wrong !== undefined) throw new UsageError(`"${wrong}" is not the name of a variable; separate names by commas`)
    const known = before === fallback ? [] : before
    return [...new Set([...known, ...given])].filter((name) => name !== '')
  }
  const told = fallback.length > 0 ? fallback.join(',') : undefined
  return { ...text, argument: '<names>', fallback, told, parse }
}

/** A name that stands in a subnegotiation: printable ASCII. */
function printableName(fallback: string, text: Text): Flag<string> {
  const parse = (typed: string): string => {
    if (!/^[ -~]+$/.test(typed)) throw new UsageError('give a name of printable ASCII characters')
    return typed
  }
  return { ...word('<name>', fallback, text), parse }
}

/** A variable and its value. May be repeated. */
function variables(text: Text): Flag<Readonly<Record<string, string>>> {
  const parse = (typed: string, before: Readonly<Record<string, string>>): Readonly<Record<string, string>> => {
    const [, name, value = ''] = /^([^=\0]+)=(.*)$/s.exec(typed) ?? []
    if (name === undefined) throw new UsageError('give a name and a value, such as USER=guest, or nothing behind =')
    return { ...before, [name]: value }
  }
  return { ...text, argument: '<name=value>', fallback: {}, parse }
}

/** Packages of GMCP with their versions, separated by commas; without a version: 1. Given again, the packages of both are meant. */
function gmcpModules(text: Text): Flag<readonly string[] | undefined> {
  const parse = (typed: string, before: readonly string[] | undefined): readonly string[] => {
    const given = typed.split(',').map((module) => module.trim().replace(/^\S+$/, '$& 1'))
    const wrong = given.find((module) => module !== '' && !/^\S+ +[1-9]\d*$/.test(module))
    if (wrong !== undefined)
      throw new UsageError(`"${wrong}" is no GMCP package: give a name and a version, such as "Char 1"`)
    const modules = given.filter((module) => module !== '').map((module) => module.replace(/ +/, ' '))
    return [...new Set([...(before ?? []), ...modules])]
  }
  return { ...text, argument: '<modules>', fallback: undefined, parse }
}

/** Telnet options by name or number, separated by commas. Given again, the options of both are meant. */
function telnetOptions(text: Text): Flag<readonly number[]> {
  const parse = (typed: string, before: readonly number[]): readonly number[] => {
    const given = typed.split(',').map((name) => name.trim())
    const numbers = given.filter((name) => name !== '').map((name) => telnetOption(name))
    return [...new Set([...before, ...numbers])]
  }
  return { ...text, argument: '<options>', fallback: [], parse }
}

function telnetOption(name: string): number {
  try {
    return optionNumber(name.toUpperCase().replaceAll('-', '_'))
  } catch {
    throw new UsageError(`"${name}" is no Telnet option; give names such as NAWS, or numbers from 0 to 255`)
  }
}

/** A character set, by a name that the library knows; false: none. */
function charset(text: Text): Flag<string | false> {
  const parse = (typed: string): string | false => {
    if (typed.toLowerCase() === 'false') return false
    if (isEncoding(typed)) return typed
    const hint = encodingHint(typed) ?? 'telnetkit-client --list-encodings tells all; false is for bytes'
    throw new UsageError(`no such character set; ${hint}`)
  }
  return { ...text, argument: '<name>', fallback: 'utf8', told: 'utf8', parse }
}

const serving = 'What is served'
const guards = 'Who is served'
const shell =
  'a function (session) that speaks with the other side: ./file.js or a package, #name if not its default export'
const connecting = 'Connection'
const text = 'Text'
const terminal = 'Terminal'
const negotiation = 'Telnet options, by name or number, separated by commas'
const secure = 'TLS'
const bounds = 'Bounds, which keep strangers from doing harm'
const compressing = 'Compression'
const logging = 'Logging'
const looking = 'Looking at a server, with --fingerprint'
const hosts = 'Looking at a list of your own servers, with --fingerprint --many'

const encodingErrors = choice('<rule>', ['replace', 'ignore', 'strict'], 'replace', {
  group: text,
  help: 'characters that the character set lacks: replace, ignore, or strict, which ends it with an error',
})

const logfmt = lineForm({
  group: logging,
  help: 'the form of a line of the log, such as "%(asctime)s %(levelname)-7s %(message)s"; also created, levelno, msecs, name, process',
  told: 'time, level, message',
})

const logfileMode = choice('<mode>', fileModes, 'append', {
  group: logging,
  help: 'append to the file of the log, or rewrite it',
})

/** The flags of telnetkit-client. */
export const clientFlags = {
  shell: word('<module#name>', 'terminal', {
    group: connecting,
    help: `${shell}; or terminal, which is you`,
  }),
  connectTimeout: seconds(10, {
    group: connecting,
    help: 'give up if no connection stands after so long; 0: when the system does',
  }),
  connectMinwait: seconds(0, {
    group: connecting,
    help: 'start the shell, or send what is piped in, no sooner than this',
  }),
  connectMaxwait: seconds(4, {
    group: connecting,
    help: 'the same, no later than this, though the server has not said all that it was asked',
  }),

  ssl: toggle(false, {
    group: secure,
    help: 'speak TLS from the first byte, at port 992 unless told; telnets:// means the same',
  }),
  sslCafile: optional('<file>', {
    group: secure,
    help: "trust the certificates in this file (PEM), an authority's or the server's own, and no others; implies --ssl",
    told: 'whom the system trusts',
  }),
  sslNoVerify: toggle(false, {
    group: secure,
    help: 'speak TLS with whoever answers: whoever is on the way can read and change all that is said; implies --ssl',
  }),

  compression: threeWay({
    group: compressing,
    help: 'ask the server to compress what it says and to read what is compressed here (MCCP); --no-compression: refuse',
    told: 'as the server wishes',
  }),

  encoding: charset({
    group: text,
    help: "the server's character set, such as utf8, latin1 or cp437; false: bytes as they are",
  }),
  encodingErrors,
  forceBinary: toggle(true, {
    group: text,
    help: 'use the character set also where BINARY is not agreed; --no-force-binary: plain ASCII there',
  }),

  term: optional('<name>', {
    group: terminal,
    help: 'the kind of terminal that the server is told',
    told: '$TERM, else unknown',
  }),
  speed: bitsPerSecond(38_400, { group: terminal, help: 'the speed of the terminal that the server is told' }),
  sendEnviron: names(['TERM', 'LANG', 'COLUMNS', 'LINES', 'COLORTERM'], {
    group: terminal,
    help: 'the only variables that the server may be told',
  }),
  columns: columns({
    group: terminal,
    help: 'as many as the server is told of at most, though the window be wider',
    told: "the window's; 40 on old machines",
  }),
  lineMode: toggle(false, {
    group: terminal,
    help: 'edit and show lines here, whatever the server says',
  }),
  rawMode: toggle(false, {
    group: terminal,
    help: 'send each key at once and show nothing here, whatever the server says',
  }),
  ansiKeys: toggle(false, {
    group: terminal,
    help: 'with --encoding atascii, petscii or atarist: send arrows and function keys as a modern terminal does',
  }),
  asciiEol: toggle(false, {
    group: terminal,
    help: 'with --encoding atascii: lines end with CR and LF, both ways',
  }),

  alwaysWill: telnetOptions({
    group: negotiation,
    help: 'offer these when the connection stands (WILL), and agree to them',
  }),
  alwaysDo: telnetOptions({
    group: negotiation,
    help: 'ask the server for these when the connection stands (DO), and agree to them',
  }),
  alwaysWont: telnetOptions({ group: negotiation, help: 'refuse to perform these (WONT)' }),
  alwaysDont: telnetOptions({ group: negotiation, help: 'do not let the server perform these (DONT)' }),
  gmcpModules: gmcpModules({
    group: negotiation,
    help: 'the GMCP packages that a MUD is told we want, such as "Char 1,Room 1"',
    told: 'char, room, comm and group',
  }),

  loglevel: choice('<level>', levels, 'warn', {
    group: logging,
    help: `how much is told: ${levels.join(', ')}; trace tells all that goes over the wire`,
  }),
  logfile: optional('<file>', { group: logging, help: 'write the log to a file', told: 'standard error' }),
  logfileMode,
  logfmt,
  typescript: optional('<file>', { group: logging, help: 'write what is shown of the server to a file' }),
  typescriptMode: choice('<mode>', fileModes, 'append', {
    group: logging,
    help: 'append to the typescript, or rewrite it',
  }),

  fingerprint: toggle(false, {
    group: looking,
    help: 'tell what the server is, as JSON, instead of speaking with it; only for servers that you may look at',
  }),
  scanType: choice('<type>', ['quick', 'full'], 'quick', {
    group: looking,
    help: 'quick, or full, which also asks for the options that hardly anybody has',
  }),
  ttype: printableName('VT100', { group: looking, help: 'the kind of terminal that the server is told' }),
  sendEnv: variables({ group: looking, help: 'a variable that the server is told if it asks; may be repeated' }),
  bannerQuietTime: seconds(2, {
    group: looking,
    help: 'so much silence ends what the server shows; a question that is known ends it sooner',
  }),
  bannerMaxWait: seconds(8, { group: looking, help: 'what it shows is heard no longer than this, at a time' }),
  bannerMaxBytes: count(65_536, { group: looking, help: 'and no more bytes of it' }, 16_777_216, 1),
  msspWait: seconds(5, {
    group: looking,
    help: 'wait until so long after the connection for the status of a MUD that has one (MSSP)',
  }),
  timeout: seconds(90, { group: looking, help: 'it is given up after so long in all' }),
  dataDir: optional('<folder>', {
    group: looking,
    help: 'keep what was found in this data directory',
    told: '$TELNETKIT_DATA_DIR',
  }),
  saveJson: optional('<file>', {
    group: looking,
    help: 'write what was found to this file, not to the data directory',
  }),
  setName: optional('<name>', { group: looking, help: 'in the data directory, give this fingerprint a name' }),
  silent: toggle(false, { group: looking, help: 'print nothing' }),

  many: optional('<file>', {
    group: hosts,
    help: 'a file with a host, or host:port, a line, or - for what is piped in; an object of JSON a line for each',
  }),
  concurrency: count(16, { group: hosts, help: 'how many are looked at at once, 1 to 512' }, 512, 1),
  output: optional('<file>', {
    group: hosts,
    help: 'append to this file; hosts that it has are not looked at again',
    told: 'standard output',
  }),
} satisfies Flags

/** The flags of telnetkit-server. */
export const serverFlags = {
  shell: word('<module#name>', 'telsh', {
    group: serving,
    help: `${shell}; or a built-in one: telsh, echo, busy, fingerprint or relay`,
  }),
  dataDir: optional('<folder>', {
    group: serving,
    help: 'with --shell fingerprint: the folder in which is kept who called',
    told: '$TELNETKIT_DATA_DIR',
  }),
  postScript: optional('<program>', {
    group: serving,
    help: 'with --shell fingerprint: a program, or a module of Node, that speaks with callers whose file it is given',
    told: '$TELNETKIT_FINGERPRINT_POST_SCRIPT',
  }),
  ucsDetect: toggle(false, {
    group: serving,
    help: 'with --shell fingerprint: have the program ucs-detect ask terminals, as telnetlib3 does, not our own probe',
  }),
  relayTarget: optional('<host:port>', {
    group: serving,
    help: 'with --shell relay: the Telnet host that it connects to',
    told: '$TELNETKIT_RELAY_TARGET',
  }),
  relayPasscode: optional('<word>', {
    group: serving,
    help: 'with --shell relay: what a visitor must know; other users of this machine can see it here',
    told: '$TELNETKIT_RELAY_PASSCODE',
  }),
  relayFile: optional('<file>', {
    group: serving,
    help: 'with --shell relay: a file with lines that set these two variables',
  }),
  ptyExec: optional('<program>', {
    group: serving,
    help: 'instead of a shell, run a program in a terminal for each connection; its arguments stand after --',
  }),
  ptyEnv: names([], {
    group: serving,
    help: 'variables that the program may get from the client beside TERM, COLORTERM, LANG, LC_ALL and LC_CTYPE; may be repeated',
  }),
  ptyCwd: optional('<folder>', {
    group: serving,
    help: 'the folder that the program begins in',
    told: 'where the server was started',
  }),
  ptyRaw: toggle(false, {
    group: serving,
    help: 'the terminal neither edits lines nor shows what is typed, until the program changes that',
    isHidden: true,
  }),

  ptyForkLimit: count(0, {
    group: guards,
    help: 'how many may be served at once, be it a program or a shell; who is too many is told that the machine is busy',
    told: 'no limit',
  }),
  robotCheck: toggle(false, {
    group: guards,
    help: 'serve only those whose terminal can tell where its cursor is',
  }),

  connectMaxwait: seconds(1.5, {
    group: connecting,
    help: 'start at the latest after this, though the client has not said all that it was asked',
  }),
  timeout: seconds(300, { group: connecting, help: 'disconnect who is silent for so long; 0: never' }),

  maxConnections: count(0, { group: bounds, help: 'how many may be connected at once', told: 'no limit' }),
  maxConnectionsPerAddress: count(128, {
    group: bounds,
    help: 'the same of one address, or of one IPv6 network of 64 bits; 0: no limit',
  }),
  acceptRate: perSecond({ group: bounds, help: 'how many may come a second, over ten seconds' }),
  acceptRatePerAddress: perSecond({ group: bounds, help: 'the same of one address' }),
  exemptAddresses: networks(THIS_MACHINE, {
    group: bounds,
    help: 'addresses and networks for which what is said of one address does not hold',
  }),
  tlsHandshakeTimeout: seconds(10, {
    group: bounds,
    help: 'disconnect who wants TLS and does not come to it within so long; 0: never',
  }),
  writeStall: seconds(60, {
    group: bounds,
    help: 'disconnect who reads nothing for so long while something waits for him; 0: never',
  }),
  maxQueuedOutput: count(16_777_216, { group: bounds, help: 'bytes that may wait for one who reads too slowly' }),
  inputRate: count(10_485_760, {
    group: bounds,
    help: 'bytes a second, over ten seconds, that are read of one client; 0: no limit',
  }),
  negotiationRate: count(10_000, { group: bounds, help: 'the same for commands of Telnet; 0: no limit' }),
  maxSubnegotiation: count(65_536, { group: bounds, help: 'bytes of a subnegotiation; a longer one is dropped' }),
  maxEnvironment: count(100, { group: bounds, help: 'variables that are kept of what a client tells' }, 65_535),
  maxEnvironmentName: count(256, { group: bounds, help: "bytes of a variable's name" }, 65_535),
  maxEnvironmentValue: count(4_096, { group: bounds, help: "bytes of a variable's value" }, 65_535),
  maxColumns: count(1_000, { group: bounds, help: 'columns of a window; a wider one is cut' }, 65_535),
  maxRows: count(1_000, { group: bounds, help: 'lines of a window; a higher one is cut' }, 65_535),

  sslCertfile: optional('<file>', {
    group: secure,
    help: 'speak TLS from the first byte; the certificate, and those above it, in PEM',
  }),
  sslKeyfile: optional('<file>', {
    group: secure,
    help: 'the key of the certificate, in PEM',
    told: 'the file of the certificate',
  }),
  tlsAuto: patience(0.5, 60, {
    group: secure,
    help: 'one port with and without TLS: who does not begin with TLS within so long (0.5 if no time is given) is spoken to in the clear',
  }),

  compression: threeWay({
    group: compressing,
    help: 'offer clients to compress what they are told and to read what they compress (MCCP); --no-compression: refuse',
    told: 'as the client wishes',
  }),

  encoding: charset({
    group: text,
    help: 'the character set of clients, such as utf8, latin1 or cp437; false: bytes as they are',
  }),
  encodingErrors,
  forceBinary: toggle(false, {
    group: text,
    help: 'use the character set also where BINARY is not agreed; --encoding of anything but ASCII implies it',
  }),
  lineMode: toggle(false, {
    group: text,
    help: 'let clients edit and show their own lines: neither ECHO nor SGA is offered',
  }),
  neverSendGa: toggle(false, { group: text, help: 'never send go-ahead (GA) after prompts and output' }),

  loglevel: choice('<level>', levels, 'info', {
    group: logging,
    help: `how much is told: ${levels.join(', ')}; trace tells all that goes over the wire`,
  }),
  logfile: optional('<file>', { group: logging, help: 'write the log to a file', told: 'standard error' }),
  logfileMode,
  logfmt,
  logFormat: choice('<form>', ['text', 'json'], 'text', {
    group: logging,
    help: 'the log, and what is said when the server is ready, as text or as JSON, an object a line',
  }),
  statusInterval: seconds(20, {
    group: logging,
    help: 'tell who is connected each time so much has passed, if anything has changed; 0: never',
  }),
} satisfies Flags
