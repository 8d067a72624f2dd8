// What the shell `fingerprint` tells of a data directory that fails: a full disk is told once an hour, not once a caller, and not once for
// ever, since whoever made room wants to know when that is used up.

import type { HostLog } from './visit.js'

/** Where visits are told of: a logger, or `console`. */
export interface VisitLog {
  /** @param facts the same as the line, for a log of JSON */
  info(line: string, facts?: object): void
  warn(line: string): void
}

/** Milliseconds for which what was told is not told again. */
const PAUSE = 3_600_000

/** A log in which nothing that goes wrong is told with every caller. */
export class Told implements HostLog {
  readonly #log: VisitLog | undefined
  readonly #now: () => number
  /** When each kind was told last. */
  readonly #times = new Map<string, number>()

  constructor(log: VisitLog | undefined, now = () => performance.now()) {
    this.#log = log
    this.#now = now
  }

  info(line: string, facts: object): void {
    this.#log?.info(line, facts)
  }

  warnHourly(kind: string, line: string): void {
    const now = this.#now()
    if (now - (this.#times.get(kind) ?? Number.NEGATIVE_INFINITY) < PAUSE) return
    this.#times.set(kind, now)
    this.#log?.warn(line)
  }
}
