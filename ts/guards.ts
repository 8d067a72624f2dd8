// The guards that keep a stranger from doing harm, by name: what each is, has by default, and does is told in docs/limits.md.
// Most of them stand in the core; here is told which of them had something to do, and counted how often.

import type { Dropped } from './hub.js'

/**
 * The name of a guard: the `reason` of a connection that was turned away, the `code` of a violation, or why a session was
 * ended.
 */
export type Guard = (typeof GUARDS)[number]

/** Why a connection was turned away, which never became the program's. */
export type DropReason = (typeof DROPS)[number]

/** What had to be done: the argument of the server's event 'guard'. */
export interface Guarded {
  readonly guard: Guard
  readonly remoteAddress: string
  readonly remotePort: number
  /** A sentence: what came, and what became of it. */
  readonly message: string
  /** How many times, one after another. */
  readonly count: number
}

/** How often each guard had something to do. */
export type GuardCounts = Readonly<Record<Guard, number>>

/** Why a connection is turned away. */
const DROPS = [
  'max-connections',
  'max-connections-per-address',
  'accept-rate',
  'accept-rate-per-address',
  'tls',
  'tls-hello',
  'http',
  'not-taken',
] as const

const GUARDS = [
  ...DROPS,
  // Sessions that are ended.
  'idle',
  'write-stall',
  'queued-output',
  // Sessions that are read more slowly.
  'input-rate',
  'negotiation-rate',
  // What a peer sent is dropped, or cut.
  'oversized-subnegotiation',
  'environment-limit',
  'window-limit',
  'request-storm',
] as const

/** The counters of a server. */
export function noCounts(): Record<Guard, number> {
  return Object.fromEntries(GUARDS.map((guard) => [guard, 0])) as Record<Guard, number>
}

/** True if a violation is the work of a guard. */
export function isGuard(code: string): code is Guard {
  return names.has(code)
}

/** True if it turns connections away. */
export function isDrop(guard: Guard): guard is DropReason {
  return DROPS.includes(guard as DropReason)
}

/** The guard that ended a session, by the code of its error. */
export function guardOf(code: string | undefined): Guard | undefined {
  return code === undefined ? undefined : ENDINGS[code]
}

/** What became of a connection that was turned away. */
export function refusal({ reason, message }: Dropped): string {
  return message === undefined ? `turned away: ${reason}` : `turned away: ${reason}, ${message}`
}

const names: ReadonlySet<string> = new Set(GUARDS)

const ENDINGS: Readonly<Record<string, Guard | undefined>> = {
  TELNET_WRITE_STALLED: 'write-stall',
  TELNET_QUEUE_LIMIT: 'queued-output',
}
