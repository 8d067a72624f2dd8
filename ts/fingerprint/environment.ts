// Which variables of its environment a client is asked for by name, and of which the value is kept.
//
// The list is telnetlib3's, by which clients differ, without what may be a credential or lead to one: nobody is asked for
// that, not even to show that it would be told. Nor is anybody asked for all that there is, as a bare USERVAR would.

import type { AnySession } from './any-session.js'

/** The parts of a locale (POSIX, and those of the GNU C library). */
const LOCALE = [
  ...[
    'LC_ALL',
    'LC_CTYPE',
    'LC_MESSAGES',
    'LC_COLLATE',
    'LC_TIME',
    'LC_ADDRESS',
    'LC_IDENTIFICATION',
    'LC_MEASUREMENT',
  ],
  ...['LC_MONETARY', 'LC_NAME', 'LC_NUMERIC', 'LC_PAPER', 'LC_TELEPHONE'],
]

/** What is asked for, and nothing else. */
export const ASKED: readonly string[] = [
  ...['USER', 'LOGNAME', 'DISPLAY', 'LANG', 'TERM', 'TERM_PROGRAM', 'COLUMNS', 'LINES', 'COLORTERM', 'EDITOR'],
  ...[
    'IPADDRESS',
    'HOME',
    'SHELL',
    'SSH_CLIENT',
    'SSH_TTY',
    'SSH_REMOTE_HOST',
    'SSH_REMOTE_IP',
    'HOSTNAME',
    'HOSTTYPE',
  ],
  ...['OSTYPE', 'PWD', 'PS1', 'VISUAL', 'TMUX', 'STY', 'SHELLOPTS', 'TERM_PROGRAM_VERSION', 'XDG_SESSION_PATH'],
  ...['XDG_CURRENT_DESKTOP', 'XCURSOR_THEME', ...LOCALE, 'HISTFILE', 'HISTFILESIZE', 'HISTSIZE', 'EPOCHREALTIME'],
  ...['LSCOLORS', 'LS_COLORS', 'DIRCOLORS', 'GCC_COLORS', 'AWS_REGION'],
]

/** The variables of the client's environment that have a value, with names in capitals. */
export function environmentOf(session: AnySession): Map<string, string> {
  const told = [...session.peer.environment].filter(([, value]) => value !== '')
  return new Map(told.map(([name, value]) => [name.toUpperCase(), value]))
}

/**
 * The value of a variable as it is kept: of those that tell of a terminal or of a language the value, of all others, which may
 * tell of a person, only that there is one.
 */
export function kept(name: string, value: string): string {
  return OF_TERMINALS.has(name) ? bounded(value) : 'True'
}

/** Text of a peer's, which may be of any length, as it is kept. */
export function bounded(text: string): string {
  return text.slice(0, LONGEST)
}

/** In UTF-16 units. */
const LONGEST = 256

const OF_TERMINALS: ReadonlySet<string> = new Set([
  ...['TERM', 'TERM_PROGRAM', 'TERM_PROGRAM_VERSION', 'COLORTERM', 'COLUMNS', 'LINES', 'LANG', ...LOCALE, 'CHARSET'],
  ...['HOSTTYPE', 'OSTYPE', 'SYSTEMTYPE'],
])
