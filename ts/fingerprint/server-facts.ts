// What is hashed of a server: how it answered, in the form of telnetlib3.

import { Option } from '../constants.js'
import type { Session } from '../session.js'
import type { Answer } from './answers.js'
import type { JsonObject, ServerFacts } from './document.js'
import { CORE, EXTENDED, LEGACY, nameInDocument, type OptionGroup, SERIAL } from './groups.js'

/** What a client performs, so that a server is not asked for it. */
export const OF_CLIENTS: ReadonlySet<number> = new Set([
  ...[Option.TTYPE, Option.TSPEED, Option.NAWS, Option.XDISPLOC],
  ...[Option.NEW_ENVIRON, Option.LFLOW, Option.LINEMODE, Option.SNDLOC],
])

/** Every option. */
export const ALL: readonly number[] = Array.from({ length: 256 }, (_, option) => option)

/** What a server is asked for. */
export function questionsFor(scanType: ServerFacts['scan-type']): OptionGroup {
  const groups = [CORE, SERIAL, scanType === 'full' ? LEGACY : {}, EXTENDED]
  const all = groups.flatMap((group) => Object.entries(group))
  return Object.fromEntries(all.filter(([, option]) => !OF_CLIENTS.has(option)))
}

/** What was found out. */
export interface Found {
  readonly answers: ReadonlyMap<string, Answer>
  /** What it agreed to and no server should. */
  readonly accepted: readonly string[]
  /** What it offered that is a client's. */
  readonly directional: readonly string[]
  readonly looped: readonly string[]
}

/** Of who hung up before. */
export const NOTHING: Found = { answers: new Map(), accepted: [], directional: [], looped: [] }

/** What is hashed. */
export function factsOf(
  { local }: Pick<Session<Buffer>, 'local'>,
  scanType: ServerFacts['scan-type'],
  { answers, accepted, directional, looped }: Found,
): ServerFacts {
  const named = (answer: Answer) => [...answers].filter(([, told]) => told === answer).map(([name]) => name)
  const requested = ALL.filter((option) => local.has(option)).map(nameInDocument)
  const unanswered = named('timeout')
  // Who agrees that we echo has asked for it, by telnetlib3's count.
  if (accepted.includes('ECHO')) requested.push('ECHO')
  return {
    'probed-protocol': 'server',
    'scan-type': scanType,
    'offered-options': sorted(named('WILL')),
    'requested-options': sorted(requested),
    'refused-options': sorted(named('WONT')),
    ...(unanswered.length > 0 && { 'unanswered-options': sorted(unanswered) }),
    'wrong-direction-offered': sorted(accepted),
    'directional-refusals': sorted(directional),
    'looped-negotiation': sorted(looped),
  }
}

/** As telnetlib3 has it: who is silent refuses, and so does who offers what it knows no more of than the name. */
export function compatible({ 'unanswered-options': unanswered = [], ...facts }: ServerFacts): JsonObject {
  const isKnown = (name: string) => !(name in LEGACY)
  const offered = facts['offered-options']
  return {
    ...facts,
    'offered-options': offered.filter(isKnown),
    'refused-options': sorted([
      ...facts['refused-options'],
      ...unanswered,
      ...offered.filter((name) => !isKnown(name)),
    ]),
    'looped-negotiation': facts['looped-negotiation'].filter(isKnown),
  }
}

/** In the order of code points, each once; all names are ASCII. */
export function sorted(names: readonly string[]): string[] {
  return [...new Set(names)].sort()
}
