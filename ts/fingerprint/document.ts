// The documents: what is kept of a client or a server, in the form of telnetlib3 5.0.1. What stands in `fingerprint-data` is
// hashed and tells nobody's person; `session_data` is not hashed.
//
// Where telnetlib3 counts a question without an answer as refused, we keep the two apart: `unanswered-options` stands beside
// `refused-options` where there are any. `compatible-fingerprint` is then the hash that telnetlib3 makes of the same answers; else it is
// the same as `fingerprint`.

import type { Json } from './canonical.js'

/** An object of JSON. */
export type JsonObject = { readonly [key: string]: Json }

/** One way of looking at a peer, and what was found. */
export interface Probe<Data extends JsonObject = JsonObject> {
  /** The hash of `fingerprint-data`: see `hashOf`. */
  readonly fingerprint: string
  /** The hash that telnetlib3 makes of the same; absent in documents of its own. */
  readonly 'compatible-fingerprint'?: string
  readonly 'fingerprint-data': Data
  readonly session_data: JsonObject
}

/** What is hashed of a client's Telnet. */
export interface ClientFacts extends JsonObject {
  readonly 'probed-protocol': 'client'
  readonly encoding: string
  readonly TERM: string
  readonly charset: string
  readonly 'ttype-count': number
  readonly 'supported-options': readonly string[]
  readonly 'refused-options': readonly string[]
  readonly 'unanswered-options'?: readonly string[]
  /** What it offered, or asked for, and we refused. */
  readonly 'rejected-will'?: readonly string[]
  readonly 'rejected-do'?: readonly string[]
  /** What it asked for that only a client can have. */
  readonly 'directional-refusals'?: readonly string[]
  /** What it answered though it held already. */
  readonly 'looped-negotiation'?: readonly string[]
  readonly 'unagreed-answered'?: boolean
}

/** What is hashed of a server. */
export interface ServerFacts extends JsonObject {
  readonly 'probed-protocol': 'server'
  readonly 'scan-type': 'quick' | 'full'
  readonly 'offered-options': readonly string[]
  readonly 'requested-options': readonly string[]
  readonly 'refused-options': readonly string[]
  readonly 'unanswered-options'?: readonly string[]
  readonly 'wrong-direction-offered': readonly string[]
  readonly 'directional-refusals': readonly string[]
  readonly 'looped-negotiation': readonly string[]
}

/** One visit. Times are ISO 8601, in UTC. */
export interface Visit extends JsonObject {
  readonly ip: string | null
  readonly connected: string
}

/** What is kept of a client. */
export interface ClientDocument {
  readonly 'telnet-probe': Probe<ClientFacts>
  /** There when its terminal was asked, too. */
  readonly 'terminal-probe'?: Probe
  /** What people said that it is. */
  readonly suggestions?: JsonObject
  /** The first of them and the latest. */
  readonly sessions: readonly Visit[]
  /** How many there were between the first and the second that stand in `sessions`; absent where all do. */
  readonly 'sessions-omitted'?: number
}

/** What is kept of a server. */
export interface ServerDocument {
  readonly 'server-probe': Probe<ServerFacts>
  readonly sessions: readonly (Visit & { readonly host: string; readonly port: number })[]
  readonly 'sessions-omitted'?: number
}
