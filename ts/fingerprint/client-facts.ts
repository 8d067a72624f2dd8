// What is hashed of a client: by which programs differ, and nothing by which people do. The form is telnetlib3's.

import { isEncoding } from '../encodings.js'
import { connectionOf } from '../session.js'
import type { Answer } from './answers.js'
import type { AnySession } from './any-session.js'
import type { ClientFacts, JsonObject } from './document.js'
import { bounded, environmentOf } from './environment.js'
import { LEGACY } from './groups.js'
import { known, present } from './members.js'
import type { Rejected } from './rejected.js'
import { specialDifferences } from './special-characters.js'
import { terminalCycle, terminalOf } from './terminal-name.js'

/** All that was found out about a client. */
export interface Findings {
  readonly answers: ReadonlyMap<string, Answer>
  readonly rejected: Rejected
}

/** The facts of a client whose session still stands as it was found. */
export function clientFacts(session: AnySession, { answers, rejected }: Findings): ClientFacts {
  const told = environmentOf(session)
  const presence = PERSONAL.filter((name) => told.get(name)).map((name) => [name, 'True'])
  const by = (wanted: Answer) => [...answers].flatMap(([name, answer]) => (answer === wanted ? [name] : [])).sort()
  return {
    'probed-protocol': 'client',
    ...Object.fromEntries(presence),
    encoding: bounded(encodingOf(told.get('LANG') ?? '')),
    TERM: kindOfTerminal(terminalOf(session)),
    charset: bounded(session.peer.charset ?? connectionOf(session).settings.encoding ?? 'None'),
    'ttype-count': terminalCycle(session).length,
    'supported-options': by('WILL'),
    'refused-options': by('WONT'),
    ...present({
      'unanswered-options': by('timeout'),
      'rejected-will': rejected.will,
      'rejected-do': rejected.do,
      'directional-refusals': rejected.directional,
    }),
    ...known({ slc: answers.get('LINEMODE') === 'WILL' ? specialDifferences(session) : undefined }),
  }
}

/** Adds what was found by what nobody should say. */
export function withOddities(
  facts: ClientFacts,
  { looped, answersUnagreed }: { looped: readonly string[]; answersUnagreed: boolean },
): ClientFacts {
  return {
    ...facts,
    ...present({ 'looped-negotiation': looped }),
    ...(answersUnagreed && { 'unagreed-answered': true }),
  }
}

/**
 * The same facts as telnetlib3 has them. There a question without an answer is a refusal, and so is the agreement to an option of which
 * it knows no more than the name: it rejects what it has asked for itself. Of a client that would echo it takes no note. Of a
 * terminal that has no name it says that it has one.
 */
export function compatibleFacts(facts: ClientFacts): JsonObject {
  const {
    'unanswered-options': unanswered = [],
    'rejected-will': rejected = [],
    'looped-negotiation': looped = [],
    'unagreed-answered': _,
    ...others
  } = facts
  const agreed = facts['supported-options'].filter((name) => name in LEGACY)
  const lost = facts['supported-options'].filter((name) => name in LEGACY || name === 'ECHO')
  return {
    ...others,
    TERM: facts.TERM === 'None' ? 'Yes' : facts.TERM,
    'supported-options': facts['supported-options'].filter((name) => !lost.includes(name)),
    'refused-options': [...facts['refused-options'], ...unanswered, ...lost].sort(),
    ...present({
      'rejected-will': [...new Set([...rejected, ...agreed])].sort(),
      'looped-negotiation': looped.filter((name) => !(name in LEGACY)),
    }),
  }
}

/** The character set in LANG, `de_DE.UTF-8@euro`. What is no name of one makes no kind of client. */
function encodingOf(lang: string): string {
  const [, codeset] = /^[^.]*\.([^@]*)/.exec(lang) ?? []
  if (!codeset) return 'None'
  return isEncoding(codeset) ? codeset : 'other'
}

function kindOfTerminal(terminal: string | undefined): string {
  const name = terminal?.toLowerCase()
  if (name === undefined || name === '') return 'None'
  if (name === 'syncterm') return 'Syncterm'
  return name.includes('ansi') ? 'Yes-ansi' : 'Yes'
}

/** Variables of which only is told that the client has them. */
const PERSONAL = ['HOME', 'USER', 'SHELL', 'IPADDRESS']
