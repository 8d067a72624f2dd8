// The environment of a program under --pty-exec. Part comes from a stranger, so it is built up from nothing: what is not named
// here is not passed on. LINES and COLUMNS are not set, since programs that find them ignore the size of their terminal and
// every change of it.

/** What the client may set. RFC 1572 lets it send any name and any value. */
const FROM_CLIENT = ['COLORTERM', 'LANG', 'LC_ALL', 'LC_CTYPE'] as const

/** What the program needs of our own: where programs and files are, who it runs as, and the time of day. */
const FROM_SERVER = ['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'TMPDIR', 'TZ'] as const

/**
 * What is set here, and what decides which files a program reads, loads or runs, or where its names are looked up: no business of
 * a stranger. The C library's part is what it ignores itself in a program that has more rights than its caller.
 */
const RESERVED = new RegExp(
  `^(${[
    'TERM|LINES|COLUMNS|IPADDRESS',
    'PATH|HOME|SHELL|TMPDIR|TERMCAP|TERMINFO.*',
    'LD_.*|DYLD_.*|GCONV_PATH|GETCONF_DIR|GLIBC_.*|MALLOC_.*|LOCPATH|NLSPATH|TZDIR',
    'HOSTALIASES|LOCALDOMAIN|NIS_PATH|RES_OPTIONS|RESOLV_.*|.*_PROXY',
    'IFS|ENV|BASH.*|SHELLOPTS|PS[0-9]|PROMPT_COMMAND|CDPATH|ZDOTDIR|INPUTRC',
    'EDITOR|VISUAL|.*PAGER|BROWSER|LESS.*|GIT_.*|SSH_.*|XDG_.*',
    'NODE_.*|NPM_.*|PERL.*|PYTHON.*|RUBY.*|JAVA.*|JDK_.*|_JAVA.*|LUA_.*',
  ].join('|')})$`,
  'i',
)

/** Terminals whose descriptions have padding, which a program shows as `$<2>` where nothing removes it. */
const PADDED = /^(vt100|vt52|vtnt)$/

export interface Client {
  readonly terminalType: string | undefined
  readonly environment: ReadonlyMap<string, string>
  /** Its address, as we see it. */
  readonly address: string | undefined
}

export interface EnvironmentOptions {
  /** Further names to take from the client, as --pty-env gives them; none of them reserved. */
  readonly names: readonly string[]
  /** Whether the program's text is converted, and so has to be UTF-8. */
  readonly converts: boolean
  /** The server's own environment. */
  readonly own: Readonly<Record<string, string | undefined>>
}

/** The program's whole environment. */
export function programEnvironment(client: Client, options: EnvironmentOptions): Record<string, string> {
  const { names, converts, own } = options
  const environment: Record<string, string> = {}
  const set = (name: string, value: string | undefined): void => {
    if (value !== undefined && value !== '') environment[name] = value
  }
  for (const name of FROM_SERVER) set(name, own[name])
  for (const name of [...FROM_CLIENT, ...names]) {
    const told = client.environment.get(name)
    if (told !== undefined) set(name, checked(name, told, converts))
  }
  if (!('LANG' in environment || 'LC_ALL' in environment || 'LC_CTYPE' in environment)) {
    set('LANG', ownLocale(own, converts))
  }
  set('TERM', terminalType(client.terminalType))
  set('IPADDRESS', client.address)
  return environment
}

/** True if a client may never set a variable, whatever --pty-env says. */
export function isReserved(name: string): boolean {
  return RESERVED.test(name)
}

/** A terminal's name as the terminal's data base spells it. */
export function terminalType(told: string | undefined): string {
  const name = told?.toLowerCase() ?? ''
  if (!/^[a-z0-9][a-z0-9+._-]{0,63}$/.test(name) || name === 'unknown') return 'xterm'
  return PADDED.test(name) ? 'ansi' : name
}

/** A value if it has the shape that its name wants. */
function checked(name: string, value: string, converts: boolean): string | undefined {
  if (name === 'LANG' || name.startsWith('LC_')) return locale(value, converts)
  return (name === 'COLORTERM' ? WORD : FEW_WORDS).test(value) ? value : undefined
}

/** What a terminal says of its colours, `truecolor`: no path, no option, no blanks. */
const WORD = /^[A-Za-z0-9][\w.-]{0,31}$/

/** What nobody takes for an option, or for more than a word or two. */
const FEW_WORDS = /^(?!-)[\w.@:+/,= -]{1,256}$/

/**
 * A locale as the C library takes it, `language_TERRITORY.charset@modifier`. A name with a slash would be a file's. Where text is
 * converted between the program and the client, the program's character set is UTF-8 and only the language is the client's.
 */
function locale(value: string, converts: boolean): string | undefined {
  const parts = LOCALE_NAME.exec(value)
  if (!parts) return undefined
  const [, language = '', charset = '', modifier = ''] = parts
  if (!converts || (charset === '' && (language === 'C' || language === 'POSIX'))) return value
  return /^\.utf-?8$/i.test(charset) ? value : `${language}.UTF-8${modifier}`
}

const LOCALE_NAME = /^([A-Za-z]{1,8}(?:_[A-Za-z0-9]{1,8})?)(\.[A-Za-z0-9_-]{1,32})?(@[A-Za-z0-9]{1,16})?$/

/** The server's own locale if the text may be in its character set, else the plainest that has UTF-8. */
function ownLocale(own: EnvironmentOptions['own'], converts: boolean): string | undefined {
  const value = own.LC_ALL || own.LC_CTYPE || own.LANG
  if (!converts || (value !== undefined && /\.utf-?8(@|$)/i.test(value))) return value
  return process.platform === 'darwin' ? 'en_US.UTF-8' : 'C.UTF-8'
}
