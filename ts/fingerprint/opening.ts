// The opening: what a peer negotiates first, in the order in which it does. A program gives itself away by that before it is
// asked anything out of the ordinary. docs/fingerprinting.md has the grammar.

import { createHash } from 'node:crypto'
import { Command, Option } from '../constants.js'
import type { Trace } from '../options.js'
import { Scanner } from '../scanner.js'
import type { AnySession } from './any-session.js'
import { Patience } from './patience.js'

/** So many negotiations are an opening, however long the peer goes on. */
const MOST = 64

/** A round trip longer than that is a peer that thinks. */
const LONGEST_ROUND_TRIP = 5_000

/** The opening of a peer, as far as it has come. It is fed by the session's `trace`: see {@link watchOpening}. */
export class Opening {
  /** When the connection stood, by `performance.now()`. */
  readonly began = performance.now()
  readonly #items: string[] = []
  readonly #scanner = new Scanner(
    {
      onNegotiation: (verb, option) => this.#add(verb, option),
      onSubnegotiation: (option) => {
        // What follows the beginning of compression is no Telnet until it is made plain.
        if (option === Option.MCCP2 || option === Option.MCCP3) this.close()
      },
    },
    0,
  )
  #isOver = false
  #wasHeard = false
  readonly #ignored: ReadonlySet<number>

  /** @param ignored options of which nothing counts, since their answers come whenever it pleases the peer */
  constructor(ignored: Iterable<number> = []) {
    this.#ignored = new Set([Option.TM, ...ignored])
  }

  /** The opening of a session, if its `trace` feeds one. */
  static of(session: AnySession): Opening | undefined {
    return openings.get(session)
  }

  /** What came, as a string: the items with blanks between. */
  get text(): string {
    return this.#items.join(' ')
  }

  /** The first sixteen hex digits of SHA-256 over {@link text}. */
  get fingerprint(): string {
    return createHash('sha256').update(this.text).digest('hex').slice(0, 16)
  }

  /** What comes from now on belongs to it no more. */
  close(): void {
    this.#isOver = true
  }

  /** Takes in what came over the wire. Returns the milliseconds that the first of it took, once. */
  receive(bytes: Buffer): number | undefined {
    if (!this.#isOver) this.#scanner.take(bytes)
    if (this.#wasHeard || this.#items.length === 0) return undefined
    this.#wasHeard = true
    return Math.min(performance.now() - this.began, LONGEST_ROUND_TRIP)
  }

  #add(verb: number, option: number): void {
    // The answer to a timing mark is when the opening is over.
    if (this.#isOver || this.#ignored.has(option)) return
    this.#items.push(`${SIGNS.get(verb)}${option}`)
    if (this.#items.length === MOST) this.close()
  }
}

/**
 * A `trace` that keeps the opening of each session, for {@link fingerprint}.
 *
 * ```js
 * const server = createServer({ trace: watchOpening }, async (session) => …)
 * ```
 */
export const watchOpening: Trace = (direction, bytes, session) => {
  let opening = openings.get(session)
  if (opening === undefined) {
    opening = new Opening()
    openings.set(session, opening)
  }
  if (direction === 'out') return
  const roundTrip = opening.receive(bytes)
  if (roundTrip !== undefined) Patience.of(session).note(roundTrip)
}

/** What is said of an option. */
const SIGNS: ReadonlyMap<number, string> = new Map([
  [Command.WILL, '+'],
  [Command.WONT, '-'],
  [Command.DO, '>'],
  [Command.DONT, '<'],
])

const openings = new WeakMap<AnySession, Opening>()
