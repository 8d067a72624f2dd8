// What a terminal sends, cut into its parts: keys and text, control sequences (ECMA-48, 5.4), and control strings (5.6: DCS, OSC,
// APC and their kin). What a part means is reports.ts's matter.
//
// Total and bounded: every input has its parts, whose `raw` joined is the input again, but for what is too long to be an answer.
// A part is told when it is whole, so that the cuts of the network make no difference to any but text.

/** A part of what came. */
export interface Token {
  /**
   * `text`: characters, of which each may come as a token of its own. `escape`: ESC and what belongs to it. `csi`: a control sequence.
   * `dcs`, `osc`, `apc`: control strings. `none`: one that is malformed, and so no answer to anything.
   */
  readonly kind: 'text' | 'escape' | 'csi' | 'dcs' | 'osc' | 'apc' | 'none'
  /** As it came. */
  readonly raw: string
  /** Of a control sequence, what follows the introducer; of a control string, what stands in it. */
  readonly body: string
}

/** Characters of a control string, past which it is given up: the longest answer that is known, of DECRQSS, has some hundreds. */
export const LONGEST_STRING = 4_096
/** Characters of a control sequence, past which it is given up. */
export const LONGEST_SEQUENCE = 256

/** Where in a part the next unit stands. */
type State =
  | 'ground'
  | 'escape'
  | 'shift'
  | 'designation'
  | 'csi'
  | 'string'
  | 'string-escape'
  | 'overlong'
  | 'overlong-escape'

export class Tokens {
  readonly #eightBit: boolean
  #state: State = 'ground'
  /** What came of the part that is not whole yet. */
  #raw = ''
  /** What it will be, and how many units introduce it. */
  #kind: Token['kind'] = 'text'
  #head = 0
  #whole: Token[] = []

  /** @param eightBit whether U+0080 to U+009F are controls, as they are in text, and not in bytes that may be UTF-8 */
  constructor(eightBit: boolean) {
    this.#eightBit = eightBit
  }

  /** The parts that end in `input`. */
  feed(input: string): Token[] {
    for (let index = 0; index < input.length; index++) this.#next(input[index]!)
    const whole = this.#whole
    this.#whole = []
    return whole
  }

  /** What came of a part that is not whole yet. */
  get pending(): string {
    return this.#raw
  }

  #next(unit: string): void {
    switch (this.#state) {
      case 'ground':
        this.#ground(unit)
        break
      case 'escape':
        this.#escape(unit)
        break
      case 'shift':
        // A key in application mode; some terminals put a modifier before the last character.
        this.#until(unit, unit >= '0' && unit <= ';')
        break
      case 'designation':
        this.#until(unit, unit >= ' ' && unit <= '/')
        break
      case 'csi':
        this.#csi(unit)
        break
      case 'string':
        this.#string(unit)
        break
      case 'string-escape':
        this.#stringEscape(unit)
        break
      default:
        this.#overlong(unit)
    }
  }

  #ground(unit: string): void {
    this.#raw = unit
    const kind = this.#eightBit ? EIGHT_BIT[unit] : undefined
    if (unit === ESC) this.#state = 'escape'
    else if (kind !== undefined) this.#introduce(kind)
    else this.#end('text')
  }

  #escape(unit: string): void {
    // The Escape key, and then something else.
    if (unit === ESC) this.#interrupt('escape')
    else {
      this.#raw += unit
      const kind = SEVEN_BIT[unit]
      if (kind !== undefined) this.#introduce(kind)
      else if (unit === 'O' || unit === 'N') this.#state = 'shift'
      else if (unit >= ' ' && unit <= '/') this.#state = 'designation'
      else this.#end('escape')
    }
  }

  #until(unit: string, goesOn: boolean): void {
    if (unit === ESC) this.#interrupt('escape')
    else {
      this.#raw += unit
      if (!goesOn || this.#raw.length >= LONGEST_SEQUENCE) this.#end('escape')
    }
  }

  /** Parameters and intermediates, then a final character. */
  #csi(unit: string): void {
    if (unit === ESC) this.#interrupt('none')
    else {
      this.#raw += unit
      const goesOn = unit >= ' ' && unit <= '?'
      if (!goesOn) this.#end(unit >= '@' && unit <= '~' ? 'csi' : 'none')
      else if (this.#raw.length >= LONGEST_SEQUENCE) this.#end('none')
    }
  }

  /** Up to ST, or, as xterm has it, to BEL. No other control stands in an answer, so that one ends what Alt and a key began. */
  #string(unit: string): void {
    this.#raw += unit
    if (unit === ESC) this.#state = 'string-escape'
    else if (unit === BEL || this.#isTerminator(unit)) this.#end(this.#kind, 1)
    else if (unit < ' ') this.#end('none')
    else if (this.#raw.length > LONGEST_STRING) this.#passOver()
  }

  #stringEscape(unit: string): void {
    if (unit === '\\') {
      this.#raw += unit
      this.#end(this.#kind, 2)
    } else {
      this.#raw = this.#raw.slice(0, -1)
      this.#interrupt('none')
      this.#next(unit)
    }
  }

  /** What is too long to be an answer is passed over up to its end. */
  #overlong(unit: string): void {
    const isAfterEscape = this.#state === 'overlong-escape'
    this.#state = unit === ESC ? 'overlong-escape' : 'overlong'
    if (isAfterEscape && unit !== '\\') {
      this.#ground(ESC)
      this.#next(unit)
    } else if (isAfterEscape || (unit !== ESC && unit < ' ') || this.#isTerminator(unit)) this.#state = 'ground'
  }

  #introduce(kind: Introduced): void {
    this.#kind = kind
    this.#head = this.#raw.length
    this.#state = kind === 'csi' ? 'csi' : 'string'
  }

  #passOver(): void {
    this.#raw = ''
    this.#head = 0
    this.#state = 'overlong'
  }

  /** What was is over, and ESC begins something else. */
  #interrupt(kind: Token['kind']): void {
    this.#end(kind)
    this.#ground(ESC)
  }

  #end(kind: Token['kind'], terminator = 0): void {
    const raw = this.#raw
    this.#whole.push({ kind, raw, body: raw.slice(this.#head, raw.length - terminator) })
    this.#raw = ''
    this.#head = 0
    this.#state = 'ground'
  }

  #isTerminator(unit: string): boolean {
    return this.#eightBit && unit === ST
  }
}

/** What an introducer can begin. */
type Introduced = Exclude<Token['kind'], 'text' | 'escape'>

const BEL = '\x07'
const ESC = '\x1b'
const ST = '\x9c'

/** What introduces what, behind ESC. SOS and PM are strings too, and answers to nothing. */
const SEVEN_BIT: Readonly<Record<string, Introduced>> = {
  '[': 'csi',
  P: 'dcs',
  ']': 'osc',
  _: 'apc',
  X: 'none',
  '^': 'none',
}

/** The same in one character. */
const EIGHT_BIT: typeof SEVEN_BIT = {
  '\x9b': 'csi',
  '\x90': 'dcs',
  '\x9d': 'osc',
  '\x9f': 'apc',
  '\x98': 'none',
  '\x9e': 'none',
}
