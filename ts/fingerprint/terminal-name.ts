// The name of the terminal that a client says to have, in the answers to TERMINAL-TYPE (RFC 1091) and in its environment.

import type { AnySession } from './any-session.js'
import { environmentOf } from './environment.js'

/** The answers about the terminal's type, the one among them that says that there are no more. */
export function terminalCycle({ peer }: AnySession): readonly string[] {
  const { terminalTypes, hasToldTerminalTypes } = peer
  return hasToldTerminalTypes ? [...terminalTypes, ...terminalTypes.slice(-1)] : terminalTypes
}

/** The terminal as telnetlib3 has it: the environment's word, else the last type, or before the bits of MTTS the second. */
export function terminalOf(session: AnySession): string | undefined {
  const cycle = terminalCycle(session)
  const last = cycle.length === 3 && MTTS.test(cycle[2]!) ? cycle[1] : cycle.at(-1)
  return environmentOf(session).get('TERM') ?? last
}

const MTTS = /^MTTS /i
