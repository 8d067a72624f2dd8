// Escape sequences in what a terminal sends (ECMA-48, and xterm's control sequences): function keys, reports, pastes. Here it is
// only found where they end, so that they can be passed over.
//
// One function a state, as a parser of terminals has them, but for the other direction: keyboards break the rules. A line end
// always ends a sequence, so that Enter works after a stray Escape; and so does the 256th character.

/** A state: what becomes of the next unit. */
type State = (unit: number) => State | typeof ENDED | typeof BROKEN

/** The unit was the last of the sequence. */
const ENDED = 1
/** The unit is not part of the sequence, which has ended without an end. */
const BROKEN = 2

/** Characters after which a sequence without end is given up. */
const LONGEST = 256

const BEL = 0x07
const LF = 0x0a
const CR = 0x0d
const CAN = 0x18
const SUB = 0x1a
const ESC = 0x1b

export class EscapeSequence {
  #state: State | null = null
  #length = 0

  /** What was passed over so far is the beginning of a sequence. */
  get isUnfinished(): boolean {
    return this.#state !== null
  }

  /**
   * Passes over a sequence that begins at `at`, or goes on there.
   * @returns the index behind it, which is `at` if there is none, or the end of `input` if it goes on
   */
  skip(input: string, at: number): number {
    for (let index = at; index < input.length; index++) {
      const next = this.#next(input.charCodeAt(index))
      if (next === BROKEN) return index
      if (next === ENDED) return index + 1
    }
    return input.length
  }

  #next(unit: number): State | typeof ENDED | typeof BROKEN {
    const state = this.#state
    const isOver = unit === CR || unit === LF || this.#length >= LONGEST
    const next = state !== null && isOver ? BROKEN : (state ?? ground)(unit)
    this.#state = typeof next === 'function' ? next : null
    this.#length = this.#state === null ? 0 : this.#length + 1
    return next
  }
}

/** Only an introducer begins a sequence: ESC, or one of the 8-bit ones. */
function ground(unit: number): ReturnType<State> {
  if (unit === ESC) return afterEscape
  if (unit === 0x9b) return csiEntry
  if (unit === 0x8e || unit === 0x8f) return singleShift
  return unit === 0x90 || unit === 0x98 || (unit >= 0x9d && unit <= 0x9f) ? text : BROKEN
}

function afterEscape(unit: number): ReturnType<State> {
  if (unit === ESC) return afterEscape
  if (unit === code('[')) return csiEntry
  if (unit === code('O') || unit === code('N')) return singleShift
  if (TEXTS.includes(unit)) return text
  // All others are whole with this: Alt and a key, or a two-character function.
  return unit >= 0x20 && unit <= 0x2f ? intermediate : ENDED
}

/** The function keys of the Linux console have a second bracket, and one more character. */
function csiEntry(unit: number): ReturnType<State> {
  return unit === code('[') ? anyOne : csi(unit)
}

/** Parameters and intermediates, then a final character. */
function csi(unit: number): ReturnType<State> {
  if (unit === ESC) return afterEscape
  if (unit === CAN || unit === SUB || (unit >= 0x40 && unit <= 0x7e)) return ENDED
  return unit < 0xa0 ? csi : BROKEN
}

/** Keys in application mode; some terminals put a modifier before the last character. */
function singleShift(unit: number): ReturnType<State> {
  if (unit === ESC) return afterEscape
  return unit >= 0x30 && unit <= 0x3b ? singleShift : ENDED
}

/** A character set is designated: `ESC ( B`. */
function intermediate(unit: number): ReturnType<State> {
  if (unit === ESC) return afterEscape
  if (unit >= 0x20 && unit <= 0x2f) return intermediate
  return unit >= 0x30 && unit <= 0x7e ? ENDED : BROKEN
}

/** DCS, SOS, OSC, PM and APC go on to a string terminator, or, as xterm has it, to BEL. */
function text(unit: number): ReturnType<State> {
  if (unit === ESC) return textEscape
  return unit === BEL || unit === CAN || unit === SUB || unit === 0x9c ? ENDED : text
}

function textEscape(unit: number): ReturnType<State> {
  return unit === code('\\') ? ENDED : afterEscape(unit)
}

function anyOne(): ReturnType<State> {
  return ENDED
}

function code(character: string): number {
  return character.charCodeAt(0)
}

/** DCS, SOS, OSC, PM, APC. */
const TEXTS = ['P', 'X', ']', '^', '_'].map(code)
