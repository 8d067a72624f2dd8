// What a connection is made on: who carries it, as what, and who is told of its life.

import type { NativeHub, Side } from './binding.js'
import type { Connection } from './connection.js'
import type { Guard } from './guards.js'
import type { Settings } from './options.js'
import type { Carrier, Outbox } from './outbox.js'
import type { Session } from './session.js'

/** What carries connections: the hub, or one Duplex. */
export interface ConnectionCarrier extends Carrier {
  readonly outbox: Outbox
  /** The number of a state in RFC 1143. */
  optionState(connection: number, side: Side, option: number): number
  /** Bytes read and written so far; `null` when the connection is gone. */
  counters(connection: number): Counters | null
  /** Milliseconds since a byte last came or went. */
  idle(connection: number): number
  /** What TLS has agreed on, as the addon tells it. */
  tls?(connection: number): ReturnType<NativeHub['tls']>
  /** What is compressed, as the addon tells it. */
  compression(connection: number): ReturnType<NativeHub['compression']>
  /** Has plain keys typed at a terminal, past JavaScript, until it is told `null`. Absent where that cannot be. */
  typeInto?(connection: number, terminal: number | null): void
  /** The last record of a connection came: its number may be another's from now on. */
  forget(connection: number): void
  /** Something holds the process alive, or no more. */
  hold(): void
  release(): void
}

/** Bytes that went over the wire. */
export interface Counters {
  bytesRead: number
  bytesWritten: number
}

/** The two ends of a connection, as far as they have addresses. */
export interface Ends {
  remoteAddress?: string | undefined
  remotePort?: number | undefined
  localAddress?: string | undefined
  localPort?: number | undefined
}

/** Who made a connection, and is told of the turns of its life. */
export interface Owner {
  /** All sessions that it has made and that are open; absent where it makes but one. */
  sessions?(): Iterable<Session>
  onOpen(connection: Connection): void
  /** Negotiation has settled, or was given up. */
  onReady(connection: Connection): void
  /** It was idle for as long as the settings say, and the session has no listener. */
  onIdle(connection: Connection): void
  /** It failed, and the session has no listener. */
  onError(connection: Connection, error: Error): void
  /** A guard had something to do, so many times. */
  onGuard(connection: Connection, guard: Guard, message: string, count: number): void
  /** Text could not be converted, and nobody listens to that; the session goes on. */
  onFault(connection: Connection, fault: Error): void
  /** A listener of the session threw. */
  onThrow(connection: Connection, error: unknown): void
  onClose(connection: Connection): void
}

/** What a session is made on. */
export interface Line {
  readonly carrier: ConnectionCarrier
  readonly id: number
  readonly settings: Settings
  readonly owner: Owner
}
