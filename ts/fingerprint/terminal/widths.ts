// How many columns a terminal gives to the samples of samples.ts: each is written at the same place, and the cursor tells.

import type { JsonObject } from '../document.js'
import type { Answers } from './conversation.js'
import { CONCEAL, OTHER_SCREEN, type Position, type Questions, RESTORE, setMode } from './questions.js'
import { AMBIGUOUS, KINDS } from './samples.js'

/** How samples of one version came out. */
export interface Outcome extends JsonObject {
  readonly n_total: number
  readonly n_errors: number
  readonly pct_success: number
  /** What had another width than expected. */
  readonly failed_codepoints: readonly string[]
}

/** The outcomes by version, oldest first. */
export type Versions = Readonly<Record<string, Outcome>>

/** What is known of the widths. */
export interface Widths {
  /** The columns of a character whose width is East Asian "Ambiguous": 1, 2, or -1 where it is another. */
  readonly ambiguous: number
  /** Kinds, versions, outcomes. */
  readonly outcomes: Readonly<Record<string, Versions>>
}

/** The most columns that any sample can take, if a terminal joins nothing, and one more lest it wrap. */
export const ROOM = 12

/**
 * Writes each sample at the same place, and asks how far the cursor went. Returns the number of the first position.
 *
 * It is done on the other screen, for the sake of tmux: if that and the terminal around it are not of one mind about a width, what stands
 * beside is overwritten, and only what comes back from the other screen is drawn anew. Where there is none, it is concealed at least.
 */
export function askWidths(questions: Questions, place: Position): number {
  questions.add(setMode(OTHER_SCREEN, true), CONCEAL)
  const first = questions.positions
  for (const text of ALL) questions.at(place, text)
  questions.add(setMode(OTHER_SCREEN, false), RESTORE)
  return first
}

/** The widths, from the positions from `first` on; `null` if not each has its own. */
export function widthsFrom(place: Position, answers: Answers, first: number): Widths | null {
  if (!answers.isExact) return null
  const measured = new Map(
    ALL.map((text, index) => {
      const { row, column } = answers.positions[first + index]!
      return [text, row === place.row ? column - place.column : -1]
    }),
  )
  const outcomes = Object.entries(KINDS).map(([kind, samples]) => [
    kind,
    Object.fromEntries(samples.map(({ version, columns, texts }) => [version, outcome(columns, texts, measured)])),
  ])
  const ambiguous = measured.get(AMBIGUOUS)
  return {
    ambiguous: ambiguous === 1 || ambiguous === 2 ? ambiguous : -1,
    outcomes: Object.fromEntries(outcomes),
  }
}

/** The newest version that is right, with all before it; `null` if the oldest is wrong. */
export function newestRight(versions: Versions): string | null {
  let newest: string | null = null
  for (const [version, { n_errors }] of Object.entries(versions)) {
    if (n_errors > 0) break
    newest = version
  }
  return newest
}

function outcome(columns: number, texts: readonly string[], measured: ReadonlyMap<string, number>): Outcome {
  const failed = texts.filter((text) => measured.get(text) !== columns)
  const right = texts.length - failed.length
  return {
    n_total: texts.length,
    n_errors: failed.length,
    pct_success: (100 * right) / texts.length,
    failed_codepoints: failed.map((text) => `${codePoints(text)}: ${measured.get(text)}`),
  }
}

function codePoints(text: string): string {
  return Array.from(
    text,
    (character) => `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`,
  ).join(' ')
}

const ALL = [AMBIGUOUS, ...Object.values(KINDS).flatMap((samples) => samples.flatMap(({ texts }) => texts))]
