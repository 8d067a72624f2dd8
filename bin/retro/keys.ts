// The keys of a modern terminal as those of an old machine. A terminal sends a key as one character or as several (ECMA-48 and xterm's
// control sequences), and a read may end in the middle of them, so what could become a key is held for a while. A lone Escape is such
// a beginning, too.

/** What keys send, by what the terminal sends for them. */
export type KeyTable = ReadonlyMap<string, string>

/** Milliseconds that a sequence may take, where ESCDELAY does not say. */
const PATIENCE = 350

/** The milliseconds that the user's ESCDELAY says, as ncurses has it. */
export function escapeDelay(variable: string | undefined): number {
  return variable !== undefined && /^\d{1,5}$/.test(variable) ? Number(variable) : PATIENCE
}

export class MachineKeys {
  readonly #table: KeyTable
  readonly #encode: (text: string) => string
  readonly #send: (keys: string) => void
  readonly #patience: number
  readonly #longest: number
  readonly #beginnings: ReadonlySet<string>
  #held = ''
  #timer: NodeJS.Timeout | undefined

  /**
   * @param encode gives what is sent for characters that are no keys of the table
   * @param send gets what is to be sent
   * @param patience milliseconds to wait for the rest of a sequence
   */
  constructor(table: KeyTable, encode: (text: string) => string, send: (keys: string) => void, patience: number) {
    this.#table = table
    this.#encode = encode
    this.#send = send
    this.#patience = patience
    const sequences = [...table.keys()]
    this.#longest = Math.max(0, ...sequences.map(({ length }) => length))
    this.#beginnings = new Set(sequences.flatMap((sequence) => beginningsOf(sequence)))
  }

  /** Takes what was typed. */
  type(typed: string): void {
    clearTimeout(this.#timer)
    this.#translate(this.#held + typed, false)
    if (this.#held !== '') this.#timer = setTimeout(() => this.flush(), this.#patience)
  }

  /** What is held becomes no longer a sequence: it is sent as it is. */
  flush(): void {
    clearTimeout(this.#timer)
    this.#translate(this.#held, true)
  }

  /** No more is sent. */
  stop(): void {
    clearTimeout(this.#timer)
    this.#held = ''
  }

  #translate(typed: string, isOver: boolean): void {
    let sent = ''
    let at = 0
    const mayGoOn = () => !isOver && typed.length - at < this.#longest && this.#beginnings.has(typed.slice(at))
    while (at < typed.length && !mayGoOn()) {
      const key = this.#keyAt(typed, at) ?? String.fromCodePoint(typed.codePointAt(at)!)
      sent += this.#table.get(key) ?? this.#encode(key)
      at += key.length
    }
    this.#held = typed.slice(at)
    if (sent !== '') this.#send(sent)
  }

  /** The longest key of the table that begins there. */
  #keyAt(typed: string, at: number): string | undefined {
    for (let length = Math.min(this.#longest, typed.length - at); length > 0; length--) {
      const sequence = typed.slice(at, at + length)
      if (this.#table.has(sequence)) return sequence
    }
    return undefined
  }
}

/** All that a sequence begins with, but not the whole. */
function beginningsOf(sequence: string): string[] {
  return Array.from({ length: sequence.length - 1 }, (_, index) => sequence.slice(0, index + 1))
}
