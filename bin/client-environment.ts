// What the client may tell a server of the user's environment (RFC 1572): the variables that --send-environ names and no others,
// whatever the server asks for.

export interface EnvironmentFacts {
  /** The names that may be told. */
  readonly names: readonly string[]
  readonly terminalType: string
  /** The character set of the session; null: bytes as they are. */
  readonly encoding: string | null
  readonly columns: number
  readonly rows: number
  /** The user's own environment. */
  readonly own: Readonly<Record<string, string | undefined>>
}

/** The variables to tell, with their values. */
export function clientEnvironment(facts: EnvironmentFacts): Record<string, string> {
  const { names, own } = facts
  const known: Record<string, string | undefined> = {
    TERM: facts.terminalType,
    COLUMNS: String(facts.columns),
    LINES: String(facts.rows),
    LANG: language(own.LANG, facts.encoding),
  }
  const told = names.map((name) => [name, known[name] ?? own[name]] as const)
  return Object.fromEntries(told.filter((entry): entry is [string, string] => entry[1] !== undefined))
}

/** The user's language with the character set that the session speaks: by it a server chooses what it sends. */
function language(own: string | undefined, encoding: string | null): string {
  if (encoding === null) return 'C'
  const [, language = '', charset = ''] = /^([^.@]*)(?:\.([^@]*))?/.exec(own ?? '') ?? []
  if (own !== undefined && plain(charset) === plain(encoding)) return own
  const name = language === '' || language === 'C' || language === 'POSIX' ? 'en_US' : language
  return `${name}.${encoding}`
}

/** The name of a character set as far as its spellings agree. */
function plain(charset: string): string {
  return charset.toLowerCase().replace(/[-_]/g, '')
}
