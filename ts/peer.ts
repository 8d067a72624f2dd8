// What is known of the peer: its terminal (RFC 1091, RFC 1073, RFC 1079, MTTS), its environment (RFC 1572), where it is
// (RFC 1096, RFC 779) and its character set (RFC 2066). Facts come while the connection opens and may change at any time; none
// is to be believed.

/** The speed of a terminal in bits a second (RFC 1079). */
export interface TerminalSpeed {
  /** From the terminal. */
  readonly transmit: number
  /** To the terminal. */
  readonly receive: number
}

/** A variable of the peer's environment, as it came. */
export interface Variable {
  readonly name: string
  /** `undefined`: the peer says that it has no such variable. */
  readonly value: string | undefined
  /** `VAR`: one of the well-known names; `USERVAR`: any other (RFC 1572). */
  readonly kind: 'VAR' | 'USERVAR'
}

/** A variable as it comes from the addon: its kind on the wire, its name, its value. */
export type ToldVariable = [kind: number, name: string, value: string | null]

const VAR = 0

/** The Mud Terminal Type Standard: the third name is `MTTS` and a number whose bits tell what the client can do. */
const MTTS = /^MTTS +(\d+)$/

/** What is known of the peer of a session: `session.peer`. */
export class Peer {
  /** It has told the size of its window, be it that it doesn't say (RFC 1073). */
  hasToldWindow = false
  /** The width of its window in characters (RFC 1073); `undefined` until it says so. */
  columns: number | undefined = undefined
  /** The height of its window in lines; `undefined` until it says so. */
  rows: number | undefined = undefined
  /** The character set agreed with it (RFC 2066), as it spells the name; `undefined`: none. */
  charset: string | undefined = undefined
  /** Its first terminal type is that of a known MUD client. */
  isMudClient = false
  /** It has given its last terminal type, and said so by giving one again. */
  hasToldTerminalTypes = false

  /** The speed of its terminal (RFC 1079); `undefined` until it says so. */
  terminalSpeed: TerminalSpeed | undefined = undefined
  /** Its X display, such as `host:0.0` (RFC 1096); `undefined` until it says so. */
  xDisplayLocation: string | undefined = undefined
  /** Where its user says to be (RFC 779); `undefined` until it says so. */
  location: string | undefined = undefined

  #terminalTypes: string[] | null = null
  #variables: readonly Variable[] | null = null
  #environment: Map<string, string> | null = null

  /**
   * The name to look up in a terminal database, as the peer wrote it; `undefined` until it is known. It is the first that the
   * peer gave, or the second if the first is the name of a MUD client.
   */
  get terminalType(): string | undefined {
    const [first, second] = this.terminalTypes
    const isName = second !== undefined && !MTTS.test(second)
    return isName && (this.isMudClient || this.mtts !== undefined) ? second : first
  }

  /** All terminal types that the peer gave, best first, each once. */
  get terminalTypes(): readonly string[] {
    return this.#terminalTypes ?? NONE
  }

  /** The bits of MTTS, if the peer gave them: 1 ANSI, 2 VT100, 4 UTF-8, 8 256 colours, 64 screen reader, 256 true colour … */
  get mtts(): number | undefined {
    const bits = this.terminalTypes.map((name) => MTTS.exec(name)?.[1]).find((found) => found !== undefined)
    return bits === undefined ? undefined : Number(bits)
  }

  /** Its environment, names to values; where a name is both a VAR and a USERVAR, the VAR. The Map follows what the peer tells. */
  get environment(): ReadonlyMap<string, string> {
    if (this.#environment === null) {
      this.#environment = new Map()
      for (const { name } of this.variables) this.#look(name)
    }
    return this.#environment
  }

  /** All variables that the peer told, in the order in which they came. */
  get variables(): readonly Variable[] {
    return this.#variables ?? NONE
  }

  /** The peer named a terminal type; `ordinal` 1 begins anew. */
  onTerminalType(name: string, ordinal: number, isMudClient: boolean): void {
    if (ordinal === 1 || this.#terminalTypes === null) {
      this.#terminalTypes = [name]
      this.isMudClient = isMudClient
      this.hasToldTerminalTypes = false
    } else if (!this.#terminalTypes.includes(name)) {
      this.#terminalTypes.push(name)
    }
  }

  /** The peer told the size of its window; 0 is RFC 1073's "I don't say". */
  onWindowSize(columns: number, rows: number): void {
    this.hasToldWindow = true
    this.columns = columns === 0 ? undefined : columns
    this.rows = rows === 0 ? undefined : rows
  }

  /**
   * The peer told variables. At most `most` are kept, however often it tells.
   * @returns false if there were more
   */
  onEnvironment(told: readonly ToldVariable[], most: number): boolean {
    let fits = true
    for (const [code, name, value] of told) {
      const kind = code === VAR ? 'VAR' : 'USERVAR'
      const variable: Variable = { name, value: value ?? undefined, kind }
      const known = this.variables.findIndex((other) => other.name === name && other.kind === kind)
      // Arrays of their exact length: most sessions have a few variables, and keep them.
      if (known !== -1) this.#variables = this.variables.with(known, variable)
      else if (this.variables.length < most) this.#variables = this.variables.concat(variable)
      else fits = false
    }
    if (this.#environment !== null) for (const [, name] of told) this.#look(name)
    return fits
  }

  #look(name: string): void {
    const known = this.variables.filter((variable) => variable.name === name && variable.value !== undefined)
    const best = known.find((variable) => variable.kind === 'VAR') ?? known[0]
    if (best?.value === undefined) this.#environment!.delete(name)
    else this.#environment!.set(name, best.value)
  }
}

const NONE: readonly never[] = Object.freeze([])
