// The terminal probe, as others see it: its options, and the document that comes of it.

import { checkNames, checkSignal, flag, whole } from '../../checks.js'
import type { Peer } from '../../peer.js'
import type { Session } from '../../session.js'
import { hashOf } from '../canonical.js'
import type { Probe } from '../document.js'
import { factsOf, type TerminalFacts } from './facts.js'
import type { Window } from './findings.js'
import { sessionDataOf } from './session-data.js'
import { TerminalProbe } from './terminal-probe.js'

/** How a terminal is probed. */
export interface TerminalProbeOptions {
  /** Milliseconds for all of it. **Default:** 5,000, and more where the first round trip was a long one, up to 15,000. */
  timeout?: number | undefined
  /** Milliseconds of a round trip, if they are known: a terminal on a slow line is waited for longer. **Default:** 100. */
  roundTrip?: number | undefined
  /** Whether the terminal reads UTF-8, without which widths are not measured. **Default:** whether the session's encoding is that. */
  unicode?: boolean | undefined
  /** Gives it up: it rejects with an `AbortError`. */
  signal?: AbortSignal | undefined
}

/**
 * Asks a client's terminal what it is. What the person types meanwhile can be read from the session afterwards.
 *
 * It is for sessions in character mode whose echo is ours, with a set of characters that has ASCII at its place, and for nobody
 * who has no terminal: others would see the questions, or send the answers as a line. The cursor should stand at the beginning of an empty
 * line, as what is at its right is erased.
 *
 * @throws TELNET_BAD_OPTION; rejects with TELNET_BUSY while another read waits, and with the error of a session that failed
 */
export async function probeTerminal(
  session: Session<string> | Session<Buffer>,
  options: TerminalProbeOptions = {},
): Promise<Probe<TerminalFacts>> {
  checkNames(options, ['timeout', 'roundTrip', 'unicode', 'signal'])
  const roundTrip = whole('roundTrip', options.roundTrip, 100, 0, 60_000)
  const timeout = options.timeout === undefined ? undefined : whole('timeout', options.timeout, 0, 1, 600_000)
  const unicode = flag('unicode', options.unicode, isUtf8(session.encoding))
  const probe = new TerminalProbe(session as never, {
    roundTrip,
    timeout,
    unicode,
    window: windowOf(session.peer),
    signal: checkSignal(options.signal),
  })
  const findings = await probe.run()
  const facts = factsOf(findings)
  return { fingerprint: hashOf(facts), 'fingerprint-data': facts, session_data: sessionDataOf(findings, facts) }
}

function windowOf({ columns: width, rows: height }: Peer): Window | undefined {
  return width === undefined || height === undefined ? undefined : { width, height }
}

function isUtf8(encoding: string | null): boolean {
  return encoding !== null && /^utf-?8$/i.test(encoding)
}
