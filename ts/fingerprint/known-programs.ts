// Clients and servers that are known, each as its program was found to be, by the version that Debian 12 or PyPI carries. What depends
// on the user and the machine is left out. The tests look at the programs anew.

import { version } from '../binding.js'

/** A client, by what it answers. All that is not named here it refuses. */
export interface KnownClient {
  readonly name: string
  readonly version: string
  /** What it performs. */
  readonly performs: string
  /** What it performs where the user's environment has something to tell. */
  readonly mayPerform?: string
  /** What it does not answer; `*`: anything. */
  readonly silent?: string
  /** How often it tells its terminal's name, until it has told one twice. */
  readonly names: number
  /** What it answers though it holds already. */
  readonly loops?: string
  /** The special characters of RFC 1184 that it does not have. */
  readonly lacks?: string
  /** It answers a subnegotiation about what it has refused. */
  readonly isLoose?: boolean
}

/** A server, as a quick look finds it. All that is not named here it refuses. */
export interface KnownServer {
  readonly name: string
  readonly version: string
  readonly offers: string
  readonly requests: string
  /** It answers nothing. */
  readonly isMute?: boolean
}

export const knownClients: readonly KnownClient[] = [
  {
    name: 'GNU inetutils telnet',
    version: '2.4',
    performs: 'BINARY ENCRYPT LFLOW LINEMODE NAWS NEW_ENVIRON SGA TSPEED TTYPE',
    mayPerform: 'XDISPLOC',
    names: 2,
    lacks: 'AYT BRK EOR SYNCH',
  },
  {
    name: 'netkit telnet-ssl',
    version: '0.17',
    performs: 'AUTHENTICATION BINARY LFLOW LINEMODE NAWS NEW_ENVIRON SGA TSPEED TTYPE',
    mayPerform: 'XDISPLOC',
    names: 2,
    lacks: 'AYT BRK EOR EW LNEXT RP SYNCH',
  },
  { name: 'BusyBox telnet', version: '1.35.0', performs: 'NAWS TTYPE', silent: 'SGA', names: 2, loops: 'NAWS TTYPE' },
  {
    name: 'PuTTY',
    version: '0.78',
    performs: 'BINARY NAWS NEW_ENVIRON SGA TSPEED TTYPE',
    names: 2,
  },
  {
    name: 'TinTin++',
    version: '2.02.20',
    performs: 'ECHO EOR MCCP2 NAWS NEW_ENVIRON TSPEED TTYPE',
    silent: 'BINARY CHARSET SGA',
    names: 3,
  },
  { name: 'TinyFugue', version: '5.0 beta 8', performs: 'BINARY NAWS TTYPE', names: 5 },
  {
    name: 'telnetlib3-client',
    version: '5.0.1',
    performs: 'BINARY CHARSET EOR LFLOW LINEMODE NAWS NEW_ENVIRON SGA STATUS TSPEED TTYPE XDISPLOC',
    names: 2,
  },
  {
    name: 'telnetkit-client',
    version: version(),
    performs: 'BINARY CHARSET EOR LFLOW LINEMODE NAWS NEW_ENVIRON SGA STATUS TSPEED TTYPE',
    names: 2,
  },
  // With its input at an end: before that it answers when a line is typed.
  { name: 'curl', version: '7.88.1', performs: 'BINARY NAWS SGA', names: 0 },
  { name: 'Python telnetlib', version: '3.11', performs: '', names: 0 },
  { name: 'Ncat -t', version: '7.93', performs: '', names: 0, isLoose: true },
  { name: 'What speaks no Telnet', version: '', performs: '', silent: '*', names: 0 },
]

export const knownServers: readonly KnownServer[] = [
  {
    name: 'GNU inetutils telnetd',
    version: '2.4',
    offers: 'BINARY ECHO SGA STATUS',
    requests: 'BINARY LFLOW NAWS NEW_ENVIRON TSPEED TTYPE XDISPLOC',
  },
  {
    name: 'telnetlib3-server',
    version: '5.0.1',
    offers: 'AARDWOLF ATCP BINARY CHARSET ECHO EOR GMCP MCCP2 MSDP MSP MSSP MXP SGA STATUS ZMP',
    requests: 'AARDWOLF ATCP BINARY CHARSET GMCP MCCP2 MCCP3 MSDP MSP MSSP MXP NAWS NEW_ENVIRON TTYPE ZMP',
  },
  { name: 'ser2net', version: '4.3.11', offers: 'BINARY ECHO SGA', requests: 'BINARY SGA' },
  { name: 'Twisted', version: '26.10.0', offers: 'ECHO SGA', requests: 'NAWS' },
  {
    name: 'telnetkit-server',
    version: version(),
    offers: 'BINARY CHARSET ECHO EOR MCCP2 MCCP3 SGA STATUS',
    requests: 'BINARY NAWS NEW_ENVIRON TTYPE',
  },
  {
    name: 'telnetkit-server --line-mode',
    version: version(),
    offers: 'BINARY CHARSET EOR MCCP2 MCCP3 STATUS',
    requests: 'NAWS NEW_ENVIRON TTYPE',
  },
  { name: 'What speaks no Telnet', version: '', offers: '', requests: '', isMute: true },
]
