// The fingerprint of a client, taken by the server that it calls. The order of what is asked, and what is not asked of whom, is that of
// telnetlib3's fingerprinting server, so that documents and hashes of both can be compared.
//
// Who calls decides how much is asked: a burst of what hardly anybody has makes Microsoft's telnet crash, and numbers above 140
// make icy_term fail, so that only those are asked about them who seem to be MUD clients.

import { Option } from '../constants.js'
import { TelnetError } from '../errors.js'
import type { Policy, ServerOptions, Stance, Trace } from '../options.js'
import { connectionOf } from '../session.js'
import { type Answer, askFor, findLooped } from './answers.js'
import type { AnySession } from './any-session.js'
import { hashOf } from './canonical.js'
import { clientFacts, compatibleFacts, withOddities } from './client-facts.js'
import { sessionData } from './client-session.js'
import type { ClientDocument } from './document.js'
import { ASKED } from './environment.js'
import { CORE, EXTENDED, LEGACY, type OptionGroup, SERIAL } from './groups.js'
import { Opening, watchOpening } from './opening.js'
import { Patience } from './patience.js'
import { joined, rejectedBy } from './rejected.js'
import { terminalCycle, terminalOf } from './terminal-name.js'
import { answersUnagreed } from './unagreed.js'

/** How to take a fingerprint. */
export interface FingerprintOptions {
  /** Gives it up: it rejects with an `AbortError`. */
  signal?: AbortSignal | undefined
}

/**
 * Takes the fingerprint of the client of a server's session. Resolves with the document that is kept of it, without its terminal
 * and with this visit.
 *
 * It asks for every option that a client may have, and leaves on what the client agrees to, but LINEMODE. Until it resolves the session
 * is to be left alone; what the client says meanwhile can be read afterwards. A client that answers at once is known after a few round
 * trips, and one that answers nothing after about two seconds.
 *
 * ```js
 * const server = createServer(fingerprinting(), async (session) => {
 *   const { 'telnet-probe': probe } = await fingerprint(session)
 *   session.write(`You are ${probe.fingerprint}.\n`)
 * })
 * ```
 *
 * Rejects with TELNET_CLOSED, TELNET_BAD_ARGUMENT for the session of a client, or an AbortError.
 */
export async function fingerprint(session: AnySession, { signal }: FingerprintOptions = {}): Promise<ClientDocument> {
  const connection = connectionOf(session)
  if (connection.settings.role !== 'server') {
    const message = 'The session is a client’s: give that of a server, or see fingerprintServer'
    throw new TelnetError('TELNET_BAD_ARGUMENT', message)
  }
  const patience = Patience.of(session)
  await session.ready({ signal })
  // Where the peer is far away, `negotiationTimeout` is over before its opening is.
  await patience.settle(undefined, signal)
  await patience.hearOut(signal)
  Opening.of(session)?.close()
  const began = performance.now()
  const rejectedBefore = rejectedBy(session)
  const answers = await askAll(session, patience, signal)
  const probe = performance.now() - began
  if (terminalOf(session)?.toLowerCase() === 'syncterm') session.write(TOPAZ)
  const rejected = joined(rejectedBefore, rejectedBy(session))
  // As it stands before the loop test, and before LINEMODE is switched off.
  const facts = clientFacts(session, { answers, rejected })
  const data = sessionData(session, { answers, rejected, probe })
  const found = withOddities(facts, {
    answersUnagreed: await answersUnagreed(session, { answers, patience, signal }),
    looped: await findLooped(session, signal),
  })
  if (answers.get('LINEMODE') === 'WILL') await endLinemode(session, patience, signal)
  connection.channel.unobserve()
  return {
    'telnet-probe': {
      fingerprint: hashOf(found),
      'compatible-fingerprint': hashOf(compatibleFacts(found)),
      'fingerprint-data': found,
      session_data: data,
    },
    sessions: [{ ip: session.remoteAddress ?? null, connected: new Date().toISOString() }],
  }
}

/**
 * The options of a server that takes fingerprints, with others of your own: it keeps each {@link Opening}, asks for the variables by
 * which clients differ, and agrees to what telnetlib3's agrees to, so that what is rejected is the same.
 */
export function fingerprinting(options: ServerOptions = {}): ServerOptions {
  const { policy, trace } = options
  return {
    environmentNames: ASKED,
    ...options,
    policy: {
      local: { ...AGREED.local, ...policy?.local },
      remote: { ...AGREED.remote, ...policy?.remote },
    } as Policy,
    trace: trace === undefined ? watchOpening : both(watchOpening, trace),
  }
}

/** All questions about options, with the answers to what follows from them. */
async function askAll(session: AnySession, patience: Patience, signal?: AbortSignal): Promise<Map<string, Answer>> {
  const usual: OptionGroup = mayBeMicrosoft(session) ? OF_MICROSOFT : { ...CORE, ...SERIAL, ...LEGACY }
  const answers = await askFor(session, usual, { signal })
  // A client that has a mode to acknowledge is told our special characters then, and says which of them it lacks.
  if (session.remote.has(Option.LINEMODE)) session.setLinemode({ literalEcho: true })
  await patience.hearOut(signal)
  if (!mayBeMud(session)) return answers
  const extended = await askFor(session, EXTENDED, { signal })
  await patience.hearOut(signal)
  return new Map([...answers, ...extended])
}

/** Microsoft's telnet says ANSI, then VT100, and then often nothing more. */
function mayBeMicrosoft(session: AnySession): boolean {
  const [first, second] = terminalCycle(session)
  return first?.toUpperCase() === 'ANSI' && (second === undefined || second.toUpperCase() === 'VT100')
}

/** It has the name of a MUD client, or has spoken of what only those have. */
function mayBeMud(session: AnySession): boolean {
  const { peer, remote } = session
  const speaksOf = (option: number) => remote.has(option) || remote.course(option) === 'weRefused'
  return peer.isMudClient || OF_MUDS.some(speaksOf)
}

/** A client that shows control characters as they are, and a terminal of ours that echoes them, would go on for ever. */
async function endLinemode(session: AnySession, patience: Patience, signal?: AbortSignal): Promise<void> {
  await session.remote.disable(Option.LINEMODE, { signal })
  await patience.settle(() => session.remote.state(Option.LINEMODE) === 'No', signal)
}

function both(one: Trace, other: Trace): Trace {
  return (...told) => {
    one(...told)
    other(...told)
  }
}

/** For SyncTERM: the font of the Amiga, a courtesy of telnetlib3's by which its users know that they were recognised. */
const TOPAZ = '\x1b[0;40 D'

const { NEW_ENVIRON: _, ...CORE_OF_MICROSOFT } = CORE
const OF_MICROSOFT: OptionGroup = { ...CORE_OF_MICROSOFT, ...SERIAL }

/** What only MUD clients have. */
const OF_MUDS = [Option.GMCP, Option.MSDP, Option.MXP, Option.MSP, Option.ATCP, Option.AARDWOLF]

/**
 * What telnetlib3's server agrees to and ours does not by default. EOR is not offered, or TinTin++, which has one state of an option for
 * both sides, would not say whether it has it.
 */
const AGREED = {
  remote: accepting('SNDLOC', 'COM_PORT', 'MSDP', 'MSSP', 'MSP', 'MXP', 'ZMP', 'GMCP', 'AARDWOLF', 'ATCP'),
  local: accepting('EOR', 'MSDP', 'MSSP', 'MSP', 'MXP', 'ZMP', 'GMCP', 'AARDWOLF', 'ATCP'),
}

function accepting(...names: string[]): Record<string, Stance> {
  return Object.fromEntries(names.map((name) => [name, 'accept' as const]))
}
