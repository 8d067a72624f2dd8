// Who refuses everything looks like everybody who does. They differ in what they do with a subnegotiation about an option that they
// have refused, which nobody should send: most throw it away, and Ncat answers it with a command that there is not.

import { Option } from '../constants.js'
import { connectionOf } from '../session.js'
import type { Violation } from '../session-events.js'
import type { Answer } from './answers.js'
import type { AnySession } from './any-session.js'
import type { Patience } from './patience.js'

const { TTYPE } = Option

/** True if a client that refuses everything answers what it should throw away. Nobody else is asked. */
export async function answersUnagreed(
  session: AnySession,
  {
    answers,
    patience,
    signal,
  }: { answers: ReadonlyMap<string, Answer>; patience: Patience; signal: AbortSignal | undefined },
): Promise<boolean> {
  const told = new Set(answers.values())
  if (told.has('WILL') || !told.has('WONT')) return false
  let answered = false
  const onViolation = ({ code }: Violation) => {
    answered ||= code === 'unknown-command'
  }
  session.on('violation', onViolation)
  connectionOf(session).channel.subnegotiation(TTYPE, Uint8Array.of(SEND))
  try {
    await patience.settle(undefined, signal)
  } finally {
    session.off('violation', onViolation)
  }
  return answered
}

/** Of RFC 1091. */
const SEND = 1
