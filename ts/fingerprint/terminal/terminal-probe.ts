// The course of a terminal probe: what is at the other end of a session is asked by escape sequences what it is and what it can.
//
// Four batches, each fenced (conversation.ts), so four round trips, however little the terminal knows. First comes only what every
// terminal swallows that is one: whoever doesn't answer it is asked no more. Then each kind of sequence is tried once, and where the
// cursor has moved, the terminal has shown it: such are not sent again, and what was shown is erased. Last comes all the rest.
// Whatever is switched on is switched off in the same batch, so that nothing is left behind, whenever it is given up.

import type { Session } from '../../session.js'
import { CAPABILITIES } from './capabilities.js'
import { type Answers, Conversation } from './conversation.js'
import { type Findings, GNU_SCREEN, isKind, TMUX, type Window } from './findings.js'
import { askKeyboard, keyboardFrom } from './keyboard.js'
import { GRAPHEME_CLUSTERS, MODES, SYNCHRONIZED_OUTPUT } from './modes.js'
import * as ask from './questions.js'
import { type Position, Questions } from './questions.js'
import type { Report } from './reports.js'
import { softwareOfAnswerback } from './software.js'
import { askWidths, ROOM, widthsFrom } from './widths.js'

/** What is to be known of a session before. */
export interface Settings {
  readonly roundTrip: number
  readonly timeout: number | undefined
  readonly unicode: boolean
  readonly window: Window | undefined
  readonly signal: AbortSignal | undefined
}

/** Which control strings the terminal swallows, of those that are sent again, and whether it gives sized text its width. */
interface Strings {
  readonly osc: boolean
  readonly dcs: boolean
  readonly sizedWidth: boolean
}

/** One probe of one terminal. */
export class TerminalProbe {
  readonly #settings: Settings
  readonly #talk: Conversation
  readonly #reports: Report[] = []
  readonly #roundTrips: number[] = []
  /** Where the cursor was at first: everything is written there. */
  #home: Position | null = null
  #isComplete = true

  constructor(session: Session<string | Buffer>, settings: Settings) {
    this.#settings = settings
    const { timeout = TIMEOUT, roundTrip, signal } = settings
    this.#talk = new Conversation(session, timeout, FIRST_QUIET + PATIENCE * roundTrip, signal)
  }

  async run(): Promise<Findings> {
    let found: Partial<Findings> = {}
    try {
      const home = await this.#greet()
      if (home !== null) found = await this.#askAll(home)
    } finally {
      this.#leave()
    }
    return {
      asked: { osc: false, dcs: false },
      answerback: undefined,
      keyboard: undefined,
      sizing: { width: false, scale: false },
      widths: null,
      ...found,
      reports: this.#reports,
      window: this.#window,
      roundTrips: this.#roundTrips,
      isComplete: this.#isComplete,
      milliseconds: this.#talk.elapsed,
    }
  }

  /** Whether there is a terminal, where its cursor stands, and how far away it is. */
  async #greet(): Promise<Position | null> {
    const { isWhole, positions } = await this.#ask(new Questions())
    if (!isWhole) return null
    const roundTrip = this.#roundTrips[0]!
    const bound = Math.min(Math.max(TIMEOUT, ROUND_TRIPS * roundTrip), LONGEST_TIMEOUT)
    this.#talk.setPatience(this.#settings.timeout ?? bound, QUIET + PATIENCE * roundTrip)
    this.#home = positions.at(-1)!
    return this.#home
  }

  async #askAll(home: Position): Promise<Partial<Findings>> {
    const intermediates = await this.#trySequences(home)
    const strings = await this.#tryStrings(home, intermediates)
    return this.#askRest(home, intermediates, strings)
  }

  /**
   * Control sequences with prefixes, which are not sent again, and with an intermediate. QTerminal shows the ends of the latter, and of
   * DA3; macOS's Terminal shows the latter.
   */
  async #trySequences(home: Position): Promise<boolean> {
    const questions = new Questions().add(ask.SAVE, ask.SIZES, ask.SECONDARY, ask.UNIT, ask.VERSION, ask.KEYBOARD)
    const intermediates = questions.at(home, ask.modeOf(SYNCHRONIZED_OUTPUT), ask.modeOf(GRAPHEME_CLUSTERS))
    return isAt(home, await this.#ask(questions), intermediates)
  }

  /** Control strings, one of each kind, and sized text, which moves the cursor as text does that is shown. */
  async #tryStrings(home: Position, intermediates: boolean): Promise<Strings> {
    // GNU screen hands DCS on to its own terminal. Both show APC in their status lines.
    const isScreen = isKind(this.#reports, GNU_SCREEN)
    const showsApc = isScreen || isKind(this.#reports, TMUX)
    const questions = new Questions().add(ask.CONCEAL)
    const osc = questions.at(home, ask.BACKGROUND)
    const sized = questions.at(home, ask.SIZED_WIDTH)
    const dcs = isScreen || !intermediates ? NOT_ASKED : questions.at(home, ask.capability('TN'), ask.PAINT)
    if (!showsApc) questions.at(home, ask.PICTURES)
    questions.add(ask.RESTORE)
    const answers = await this.#ask(questions)
    const isSwallowed = isAt(home, answers, osc)
    return {
      osc: isSwallowed,
      dcs: isAt(home, answers, dcs),
      sizedWidth: isSwallowed && isAt({ ...home, column: home.column + 2 }, answers, sized),
    }
  }

  /** All that is left to ask, of what the terminal swallows. */
  async #askRest(home: Position, intermediates: boolean, strings: Strings): Promise<Partial<Findings>> {
    const { osc, dcs, sizedWidth } = strings
    const hasKeyboard = this.#has(({ kind }) => kind === 'keyboard')
    const questions = new Questions().add(ask.cursorTo(home), ask.ERASE, ask.SCHEME)
    if (intermediates) questions.add(...MODES.map(ask.modeOf))
    // Where there are no pictures, the question might scroll.
    if (this.#has((report) => report.kind === 'attributes' && report.numbers.includes(4))) questions.add(ask.GRAPHICS)
    if (osc) questions.add(ask.COLOURS, ...PALETTE.map(ask.colour), ask.FEATURES, ask.CELL)
    if (osc) questions.add(ask.NOTIFICATIONS, ask.POINTER)
    if (dcs) questions.add(...CAPABILITIES.map(ask.capability))
    if (this.#has(({ kind }) => kind === 'setting')) questions.add(ask.TRUE_COLOUR, ask.PAINT, ask.RESTORE)
    if (hasKeyboard) askKeyboard(questions)
    const scaled = sizedWidth ? askScale(questions) : NOT_ASKED
    const answerback = this.#isNamed ? undefined : askAnswerback(questions, home)
    const widths = this.#canMeasure(home) ? this.#askWidths(questions, home) : NOT_ASKED

    const answers = await this.#ask(questions, answerback)
    return {
      asked: { osc, dcs },
      answerback: answers.answerback === '' ? undefined : softwareOfAnswerback(answers.answerback),
      keyboard: hasKeyboard ? keyboardFrom(answers) : undefined,
      sizing: { width: sizedWidth, scale: isAt({ row: 1, column: 3 }, answers, scaled) },
      widths: widths === NOT_ASKED ? null : widthsFrom(home, answers, widths),
    }
  }

  /** Widths are those that it can have: where it clusters graphemes only if told to, it is. */
  #askWidths(questions: Questions, home: Position): number {
    const isOff = this.#has(
      (report) => report.kind === 'mode' && report.mode === GRAPHEME_CLUSTERS && report.value === 2,
    )
    if (isOff) questions.add(ask.setMode(GRAPHEME_CLUSTERS, true))
    const first = askWidths(questions, home)
    if (isOff) questions.add(ask.setMode(GRAPHEME_CLUSTERS, false))
    return first
  }

  /** Asks a batch; again, where function keys were typed into it that look like positions. */
  async #ask(questions: Questions, answerback?: number): Promise<Answers> {
    for (let attempt = 1; ; attempt++) {
      const since = performance.now()
      const answers = await this.#talk.ask(questions, answerback)
      this.#reports.push(...answers.reports)
      if (answers.isWhole) this.#roundTrips.push(performance.now() - since)
      if (!answers.isExact && answers.isWhole && attempt < ATTEMPTS) continue
      this.#isComplete &&= answers.isExact
      return answers
    }
  }

  /** The line is empty again, or, where nothing understood us, what it showed of the question is overwritten. */
  #leave(): void {
    if (this.#home !== null) this.#talk.show(ask.RESTORE + ask.cursorTo(this.#home) + ask.ERASE)
    else if (this.#reports.length === 0) this.#talk.show(OVERWRITE)
    this.#talk.giveBack()
  }

  #has(isWanted: (report: Report) => boolean): boolean {
    return this.#reports.some(isWanted)
  }

  /** As the client says (NAWS), or as the terminal does: tmux 3.3a tells its columns as its rows. */
  get #window(): Window | undefined {
    const told = this.#reports.find((report) => report.kind === 'size' && report.of === 8)
    return this.#settings.window ?? (told?.kind === 'size' && told.width > 0 ? told : undefined)
  }

  get #isNamed(): boolean {
    return this.#has((report) => report.kind === 'version' || (report.kind === 'attributes' && report.isCTerm))
  }

  /** Whether its characters reach it, and none of them would wrap. */
  #canMeasure({ column }: Position): boolean {
    return this.#settings.unicode && column + ROOM <= (this.#window?.width ?? COLUMNS)
  }
}

/** Sized text of two rows, on the other screen lest this one scroll. */
function askScale(questions: Questions): number {
  const scaled = questions.add(ask.setMode(ask.OTHER_SCREEN, true)).at(CORNER, ask.SIZED_SCALE)
  questions.add(ask.setMode(ask.OTHER_SCREEN, false))
  return scaled
}

/** Asks for the answerback twice, between positions, and returns the number of the first. */
function askAnswerback(questions: Questions, home: Position): number {
  const first = questions.at(home)
  questions.add(ask.ANSWERBACK).position()
  questions.add(ask.ANSWERBACK).position()
  return first
}

/** A sequence that was shown has moved the cursor. */
function isAt({ row, column }: Position, { positions, isExact }: Answers, number: number): boolean {
  const position = positions[number]
  return isExact && position?.row === row && position.column === column
}

/** For a measurement that is not made. */
const NOT_ASKED = -1

/** The first column and row. */
const CORNER: Position = { row: 1, column: 1 }

/** Of a terminal that tells no size. */
const COLUMNS = 80

/** The colours whose number everybody knows, and the last that there is. */
const PALETTE = [...Array(16).keys(), 255]

/** How often a batch is asked. */
const ATTEMPTS = 3

/** Milliseconds for all of it, where the caller has not said; as many round trips on a slow line; and at the most. */
const TIMEOUT = 5_000
const ROUND_TRIPS = 20
const LONGEST_TIMEOUT = 15_000

/** Milliseconds without an answer, after which there will be none, beside so many round trips; a terminal may have fonts to load. */
const FIRST_QUIET = 500
const QUIET = 1_500
const PATIENCE = 4

/** What a printer would have shown of the first questions, overwritten: `\r NUL` is a bare carriage return (RFC 854). */
const OVERWRITE = `\r\0${' '.repeat(ask.FENCE.length)}\r\0`
