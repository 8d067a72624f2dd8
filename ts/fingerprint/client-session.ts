// What is kept of a visit beside its fingerprint: all that the session came to know, in the form of telnetlib3. It is not hashed.

import { connectionOf } from '../session.js'
import type { Answer } from './answers.js'
import type { AnySession } from './any-session.js'
import type { JsonObject } from './document.js'
import { bounded, environmentOf, kept } from './environment.js'
import { CORE, EXTENDED, LEGACY, nameInDocument, OPTIONS, SERIAL } from './groups.js'
import { known, present } from './members.js'
import { Opening } from './opening.js'
import { Patience } from './patience.js'
import type { Rejected } from './rejected.js'
import { specialDifferences } from './special-characters.js'
import { terminalCycle, terminalOf } from './terminal-name.js'

/** What was found, and how long it took. */
export interface Visited {
  readonly answers: ReadonlyMap<string, Answer>
  readonly rejected: Rejected
  /** Milliseconds. */
  readonly probe: number
}

/** All that is known of the session now. Times are in seconds, as in telnetlib3's documents. */
export function sessionData(session: AnySession, { answers, rejected, probe }: Visited): JsonObject {
  const opening = Opening.of(session)
  return known({
    extra: factsOf(session),
    ttype_cycle: terminalCycle(session).map(bounded),
    option_states: { remote: optionStates(session, 'remote'), local: optionStates(session, 'local') },
    probe: byAnswer(answers),
    timing: known({
      probe: seconds(probe),
      idle: seconds(session.idle),
      duration: opening && seconds(performance.now() - opening.began),
      connect_time: opening && seconds(performance.timeOrigin + opening.began),
      round_trip: seconds(Patience.of(session).roundTrip),
    }),
    slc_tab: answers.get('LINEMODE') === 'WILL' ? specialDifferences(session) : undefined,
    rejected: present(rejected),
    opening: opening && { text: opening.text, fingerprint: opening.fingerprint },
  })
}

/** What the peer told of itself. */
function factsOf(session: AnySession): JsonObject {
  const { peer } = session
  const environment = [...environmentOf(session)].map(([name, value]) => [bounded(name), kept(name, value)])
  const told: JsonObject = Object.fromEntries(environment)
  const terminal = terminalOf(session)
  const { terminalSpeed: speed } = peer
  return known({
    ...told,
    TERM: terminal && bounded(terminal),
    cols: 'COLUMNS' in told ? undefined : peer.columns,
    rows: 'LINES' in told ? undefined : peer.rows,
    charset: bounded(peer.charset ?? connectionOf(session).settings.encoding ?? ''),
    tspeed: speed && `${speed.transmit},${speed.receive}`,
    xdisploc: peer.xDisplayLocation && 'True',
    location: peer.location && 'True',
    mtts: peer.mtts,
    encrypted: session.encrypted || undefined,
  })
}

/** Every option with its state, of one side of which somebody has spoken. */
function optionStates(session: AnySession, side: 'remote' | 'local'): { [name: string]: boolean } {
  const view = session[side]
  const spoken = OPTIONS.filter((option) => view.has(option) || view.course(option) !== 'silent')
  return Object.fromEntries(spoken.map((option) => [nameInDocument(option), view.has(option)]))
}

/** `{ WILL: { BINARY: 0 }, WONT: { … } }` */
function byAnswer(answers: ReadonlyMap<string, Answer>): JsonObject {
  const found: Record<string, Record<string, number>> = {}
  for (const [name, answer] of answers) {
    found[answer] ??= {}
    found[answer][name] = NUMBERS[name]!
  }
  return found
}

function seconds(milliseconds: number): number {
  return Math.round(milliseconds) / 1_000
}

const NUMBERS: { readonly [name: string]: number } = { ...CORE, ...SERIAL, ...LEGACY, ...EXTENDED }
