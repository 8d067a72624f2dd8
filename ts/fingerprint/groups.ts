// Which options are asked about, in the order in which they are. The groups and their names are those of telnetlib3, so that
// documents of both can be compared.

import { Option } from '../constants.js'

/** A group of options: names as they stand in documents, to numbers. */
export type OptionGroup = Readonly<Record<string, number>>

/**
 * What every client may have: RFCs 856 to 1572. LOGOUT is missing, since a client of BSD waits for nothing when it is asked
 * for that.
 */
export const CORE: OptionGroup = pick(
  ['BINARY', 'SGA', 'ECHO', 'STATUS', 'TTYPE', 'TSPEED', 'LFLOW', 'XDISPLOC', 'NAWS', 'NEW_ENVIRON', 'CHARSET'],
  ['LINEMODE', 'EOR', 'SNDLOC'],
)

/** RFC 2217. */
export const SERIAL: OptionGroup = pick(['COM_PORT'])

/** What hardly anybody has: a burst of it makes Microsoft's telnet crash. */
export const LEGACY: OptionGroup = {
  ...pick(['AUTHENTICATION', 'ENCRYPT', 'TN3270E', 'XAUTH', 'RSP', 'SUPPRESS_LOCAL_ECHO']),
  TLS: Option.START_TLS,
  ...pick(
    ['KERMIT', 'SEND_URL', 'FORWARD_X', 'PRAGMA_LOGON', 'SSPI_LOGON', 'PRAGMA_HEARTBEAT', 'X3PAD', 'VT3270REGIME'],
    ['TTYLOC', 'SUPDUP', 'SUPDUPOUTPUT', 'DET', 'BM', 'RCP', 'NAMS', 'RCTE', 'NAOL', 'NAOP', 'NAOCRD', 'NAOHTS'],
    ['NAOHTD', 'NAOFFD', 'NAOVTS', 'NAOVTD', 'NAOLFD'],
  ),
}

/** What MUDs have. Numbers above 140 make icy_term fail, so only those are asked who seem to know them. */
export const EXTENDED: OptionGroup = pick([
  'MCCP2',
  'MCCP3',
  'GMCP',
  'MSDP',
  'MSSP',
  'MSP',
  'MXP',
  'ZMP',
  'AARDWOLF',
  'ATCP',
])

/** The numbers of all options. */
export const OPTIONS: readonly number[] = Array.from({ length: 256 }, (_, option) => option)

/** The name of an option in a document: that of its group, or `0x` and two hex digits. */
export function nameInDocument(option: number): string {
  return NAMES.get(option) ?? `0x${option.toString(16).padStart(2, '0')}`
}

const NAMES = new Map(
  [CORE, SERIAL, LEGACY, EXTENDED].flatMap(Object.entries).map(([name, option]: [string, number]) => [option, name]),
)

function pick(...names: (keyof typeof Option)[][]): OptionGroup {
  return Object.fromEntries(names.flat().map((name) => [name, Option[name]]))
}
