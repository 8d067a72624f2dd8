// How clients that are out there behave, each as it was heard from the program itself, whose version is named; those that say "-like"
// are made from what is told of programs that were not at hand. The words are those of `describeWire`.

import { Option, Special } from '../constants.js'

/** How a client behaves. None of them has compression offered: what would be said then is not played. */
export interface Manners {
  /** The program, and the version that was listened to. */
  readonly like: string
  /** What it says before it is spoken to. */
  readonly opening?: string
  /** What it says before its first answer. */
  readonly greeting?: string
  /**
   * What it says the first time that it is told so, by words such as `DO NAWS`. All else is refused. What stands in brackets is
   * said once.
   */
  readonly answers: Readonly<Record<string, string>>
  /** What it says when it is told so again; nothing, unless it stands here. */
  readonly repeats?: Readonly<Record<string, string>>
  /** It says the same again, however often it is told. Two that do never come to an end. */
  readonly isLooper?: boolean
  /** It says one word about an option, whichever side is spoken of. */
  readonly isTerse?: boolean
  /** Each wish for SGA switches it, one way and the other. */
  readonly flipsSga?: boolean
  /** It answers nothing. */
  readonly isMute?: boolean
  /** Its terminal types, one a question; the last again and again. */
  readonly terminalTypes?: readonly string[]
  /** It acknowledges modes of LINEMODE, and has not these functions (RFC 1184). */
  readonly lacks?: readonly number[]
  /** The character set that it takes, if it is offered (RFC 2066). */
  readonly charset?: string
  /** What it answers to `SEND`, by the name of an option: the words behind it. */
  readonly tells?: Readonly<Record<string, string>>
  /** It answers a subnegotiation with a command that there is not. */
  readonly leaks?: boolean
  /** It is gone when it hears so many negotiations at once, or is asked for this variable. */
  readonly diesOf?: { readonly burst: number; readonly variable: string }
}

/** `DO BINARY` → `IAC WILL BINARY`, and so on. */
function agrees(heard: string, says: string, options: string): Record<string, string> {
  return Object.fromEntries(options.split(' ').map((option) => [`${heard} ${option}`, `IAC ${says} ${option}`]))
}

/** The window of all of them. */
const WINDOW = 'IAC SB NAWS 0 80 0 24 IAC SE'
const SIZE = `IAC WILL NAWS ${WINDOW}`

/** The table of special characters of a terminal of Linux, as BSD's client sends it (RFC 1184). */
const SLC_BSD = '3 1 0 0 3 98 3 4 2 15 5 0 0 7 98 28 8 2 4 9 66 26 10 2 127 11 2 21'
const SLC_END = '15 2 17 16 2 19 17 2 IAC IAC 18 2 IAC IAC'
const SLC_INETUTILS = `IAC SB LINEMODE ${SLC_BSD} 12 2 23 13 2 18 14 2 22 ${SLC_END} IAC SE`
const SLC_SSL = `IAC SB LINEMODE ${SLC_BSD} ${SLC_END} IAC SE`

const NO_SLC = 'IAC SB LINEMODE 3 0 3 0 IAC SE'

/** What the clients that come from BSD have in common. */
function bsd(specials: string): Record<string, string> {
  return {
    ...agrees('DO', 'WILL', 'BINARY SGA TTYPE TSPEED LFLOW NEW_ENVIRON TM'),
    'DO NAWS': SIZE,
    'DO LINEMODE': `[IAC DO SGA] IAC WILL LINEMODE ${specials}`,
    ...agrees('WILL', 'DO', 'BINARY ECHO STATUS'),
    'WILL SGA': '[IAC DO SGA]',
  }
}

const SPEED = '"38400,38400"'

/** By name. */
export const manners = {
  inetutils: {
    like: 'GNU inetutils telnet 2.4',
    answers: {
      ...bsd(SLC_INETUTILS),
      ...agrees('DO', 'WILL', 'ENCRYPT'),
      ...agrees('WILL', 'DO', 'AUTHENTICATION'),
      'WILL ENCRYPT': 'IAC DO ENCRYPT IAC SB ENCRYPT 1 IAC SE',
    },
    repeats: { 'DO NAWS': WINDOW, 'DO LINEMODE': `${SLC_INETUTILS} IAC DO SGA`, 'DO TM': 'IAC WILL TM' },
    terminalTypes: ['XTERM'],
    lacks: [Special.BRK, Special.EOR],
    tells: { TSPEED: SPEED, NEW_ENVIRON: '' },
  },
  'telnet-ssl': {
    like: 'netkit telnet-ssl 0.17.41',
    answers: {
      ...bsd(SLC_SSL),
      ...agrees('DO', 'WILL', 'AUTHENTICATION'),
      ...agrees('WILL', 'DO', 'AUTHENTICATION'),
    },
    repeats: { 'DO NAWS': WINDOW, 'DO LINEMODE': `${SLC_SSL} IAC DO SGA`, 'DO TM': 'IAC WILL TM' },
    terminalTypes: ['xterm'],
    lacks: [Special.BRK, Special.EOR, Special.EW, Special.RP, Special.LNEXT],
    tells: { TSPEED: SPEED, NEW_ENVIRON: '' },
  },
  busybox: {
    like: 'BusyBox telnet 1.35',
    answers: {
      'DO TTYPE': 'IAC WILL TTYPE',
      'DO NAWS': SIZE,
      'WILL ECHO': 'IAC DO ECHO',
      // It does not look who offers what.
      'WILL TTYPE': 'IAC WILL TTYPE',
      'WILL NAWS': SIZE,
      'WILL NEW_ENVIRON': 'IAC WONT NEW_ENVIRON',
    },
    flipsSga: true,
    repeats: {
      'DO TTYPE': 'IAC WILL TTYPE',
      'DO NAWS': SIZE,
      'WILL TTYPE': 'IAC WILL TTYPE',
      'WILL NAWS': SIZE,
    },
    terminalTypes: ['xterm'],
  },
  plink: {
    like: 'PuTTY plink 0.78',
    opening: 'IAC WILL NAWS IAC WILL TSPEED IAC WILL TTYPE IAC WILL NEW_ENVIRON IAC DO ECHO IAC WILL SGA IAC DO SGA',
    answers: {
      'DO BINARY': 'IAC WILL BINARY',
      'DO NAWS': WINDOW,
      'DO TSPEED': '',
      'DO TTYPE': '',
      'DO NEW_ENVIRON': '',
      'DO SGA': '',
      'WILL BINARY': 'IAC DO BINARY',
      'WILL ECHO': '',
      'WILL SGA': '',
    },
    terminalTypes: ['XTERM'],
    tells: { TSPEED: SPEED, NEW_ENVIRON: '0 "USER" 1 "guest"' },
  },
  'tintin++': {
    like: 'TinTin++ 2.02',
    answers: {
      ...agrees('DO', 'WILL', 'SGA ECHO TTYPE TSPEED NEW_ENVIRON CHARSET EOR MCCP2'),
      'DO NAWS': SIZE,
      ...agrees('WILL', 'DO', 'SGA ECHO TTYPE TSPEED NAWS NEW_ENVIRON CHARSET EOR'),
    },
    repeats: { 'DO NAWS': WINDOW },
    isTerse: true,
    terminalTypes: ['TINTIN++', 'xterm', 'MTTS 271'],
    tells: {
      TSPEED: SPEED,
      NEW_ENVIRON:
        '0 0 "CHARSET" 1 "UTF-8" 0 0 "CLIENT_NAME" 1 "TinTin++" 0 0 "CLIENT_VERSION" 1 "2.02.20 " ' +
        '0 0 "MTTS" 1 "783" 0 0 "TERMINAL_TYPE" 1 "xterm"',
    },
    charset: 'UTF-8',
  },
  tf5: {
    like: 'TinyFugue 5.0 beta 8',
    greeting: 'IAC WILL NAWS',
    answers: {
      'DO NAWS': 'IAC SB NAWS 0 79 0 24 IAC SE',
      ...agrees('DO', 'WILL', 'BINARY TTYPE'),
      ...agrees('WILL', 'DO', 'BINARY ECHO EOR'),
    },
    terminalTypes: ['TINYFUGUE', 'ANSI-ATTR', 'ANSI', 'UNKNOWN'],
  },
  telnetlib3: {
    like: 'telnetlib3-client 5.0.1',
    answers: {
      ...agrees('DO', 'WILL', 'BINARY SGA TTYPE TSPEED LFLOW XDISPLOC NEW_ENVIRON CHARSET EOR MCCP2 TM'),
      'DO NAWS': SIZE,
      'DO STATUS': 'IAC WILL STATUS IAC SB STATUS 0 251 0 251 3 251 1 IAC SE',
      'DO LINEMODE': `IAC WILL LINEMODE ${NO_SLC}`,
      ...agrees('WILL', 'DO', 'BINARY SGA ECHO CHARSET EOR GMCP ZMP'),
      'WILL STATUS': 'IAC SB STATUS 1 IAC SE',
      'WILL COM_PORT': 'IAC DO COM_PORT IAC SB COM_PORT 0 IAC SE',
    },
    repeats: {
      'DO NAWS': WINDOW,
      'DO LINEMODE': NO_SLC,
      'DO STATUS': 'IAC SB STATUS 0 251 0 251 3 251 1 IAC SE',
      'DO TM': 'IAC WILL TM',
    },
    charset: 'UTF-8',
    lacks: [],
    terminalTypes: ['xterm'],
    tells: {
      TSPEED: SPEED,
      XDISPLOC: '',
      NEW_ENVIRON: '0 "LANG" 1 "C.UTF-8" 0 "TERM" 1 "xterm" 0 "COLUMNS" 1 "80" 0 "LINES" 1 "24" 0 "COLORTERM" 1 ""',
    },
  },
  'python-telnetlib': { like: "Python 3.11's telnetlib", answers: {} },
  ncat: { like: 'Ncat 7.93, with -t', answers: {}, repeats: {}, leaks: true },
  syncterm: {
    like: 'SyncTERM-like',
    answers: {
      ...agrees('DO', 'WILL', 'BINARY SGA TTYPE TSPEED'),
      'DO NAWS': SIZE,
      ...agrees('WILL', 'DO', 'BINARY SGA ECHO'),
    },
    repeats: { 'DO NAWS': WINDOW },
    terminalTypes: ['syncterm'],
    tells: { TSPEED: '"0,0"' },
  },
  microsoft: {
    like: 'Microsoft-like',
    opening: 'IAC WILL NAWS',
    answers: {
      'DO NAWS': WINDOW,
      ...agrees('DO', 'WILL', 'BINARY TTYPE NEW_ENVIRON'),
      ...agrees('WILL', 'DO', 'BINARY SGA ECHO'),
    },
    terminalTypes: ['ANSI', 'VT100', 'VT52', 'VTNT'],
    tells: { NEW_ENVIRON: '' },
    diesOf: { burst: 24, variable: 'USER' },
  },
  mute: { like: 'what says nothing of Telnet', answers: {}, isMute: true },
  refuser: { like: 'what refuses everything, once', answers: {} },
  looper: {
    like: 'what answers what already holds',
    answers: {
      ...agrees('DO', 'WILL', 'BINARY SGA TTYPE'),
      'DO NAWS': SIZE,
      ...agrees('WILL', 'DO', 'BINARY SGA ECHO'),
    },
    isLooper: true,
    terminalTypes: ['looper'],
  },
} satisfies Readonly<Record<string, Manners>>

/** The names of the personas. */
export type PersonaName = keyof typeof manners

/** The name of an option in words: that of `Option`, or its number. */
export function optionInWords(option: number): string {
  return NAMES.get(option) ?? String(option)
}

const NAMES = new Map(Object.entries(Option).map(([name, option]): [number, string] => [option, name]))
