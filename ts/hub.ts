// The hub of this JavaScript context: its listeners and connections, whose sockets the addon has. It reads records when the
// addon wakes it, flushes what was written meanwhile, and holds the process alive while something is open.

import { Batch, RECORD_COST, type RecordSource } from './batch.js'
import { NativeHub, OperationKind, RecordKind, Side, typeInto } from './binding.js'
import { now } from './clock.js'
import type { Connection } from './connection.js'
import type { SystemError } from './errors.js'
import type { DropReason } from './guards.js'
import type { ConnectionCarrier, Counters } from './line.js'
import { throwLater } from './lone.js'
import { Outbox } from './outbox.js'

/** Who listens: it makes connections of what is accepted. */
export interface Listener {
  /** Makes the connection with that number; `undefined`: it isn't wanted. */
  accept(id: number): Connection | undefined
  onDrop(dropped: Dropped): void
  onError(error: SystemError): void
}

/** A connection that was turned away: the argument of the server's event 'drop'. */
export interface Dropped {
  readonly remoteAddress: string
  readonly remotePort: number
  /**
   * Why: the name of a guard, such as `max-connections`; `tls` where TLS did not come to stand; `tls-hello` or `http` where it spoke
   * that, and no Telnet; `not-taken` where sessions are iterated and too many wait.
   */
  readonly reason: DropReason
  /** How many were turned away for that reason, this one the last; more than one only in a flood. */
  readonly count: number
  /** With `tls`, `tls-hello` and `http`: what went wrong, by its code and in words. */
  readonly code?: string
  readonly message?: string
}

/** The memory of the outbox: what is written in a turn crosses at once, up to so much. */
const OUTBOX = 256 * 1024

/** So many times records are read before others have their turn: timers, and files, and what was promised. */
const MOST_ROUNDS = 8

/** Milliseconds after which they are read no further, however few times that was: what they cost is the program's to say. */
const SPELL = 5

/** Node has no way to hold the process but something that is due. */
const FAR_AWAY = 2 ** 31 - 1

export class Hub implements ConnectionCarrier, RecordSource {
  readonly native: NativeHub
  readonly outbox = new Outbox(this, OUTBOX)

  readonly #batch = new Batch()
  readonly #connections: (Connection | undefined)[] = []
  readonly #listeners = new Map<number, Listener>()
  #holds = 0
  #holder: NodeJS.Timeout | undefined

  /** @param native the addon's part, which this event loop is woken by unless it is given */
  constructor(native?: NativeHub) {
    this.native = native ?? new NativeHub(() => this.#onWake())
  }

  /** Records with that listener's number are its own. */
  addListener(id: number, listener: Listener): void {
    this.#listeners.set(id, listener)
  }

  removeListener(id: number): void {
    this.native.closeListener(id)
    this.#listeners.delete(id)
  }

  /** Records with that number are the connection's. */
  add(id: number, connection: Connection): void {
    this.#connections[id] = connection
  }

  forget(id: number): void {
    this.#connections[id] = undefined
  }

  connection(id: number): Connection | undefined {
    return this.#connections[id]
  }

  /** All connections that are open. */
  *open(): Iterable<Connection> {
    for (const connection of this.#connections) if (connection !== undefined) yield connection
  }

  perform(head: Uint32Array, count: number, data: Uint8Array): void {
    this.native.flush(head, count, data)
  }

  poll(head: Uint32Array, data: Buffer): number {
    return this.native.poll(head, data)
  }

  optionState(connection: number, side: Side, option: number): number {
    return this.native.optionState(connection, Side[side], option)
  }

  counters(connection: number): Counters | null {
    return this.native.counters(connection)
  }

  idle(connection: number): number {
    return this.native.idle(connection)
  }

  tls(connection: number): ReturnType<NativeHub['tls']> {
    return this.native.tls(connection)
  }

  compression(connection: number): ReturnType<NativeHub['compression']> {
    return this.native.compression(connection)
  }

  typeInto(connection: number, terminal: number | null): void {
    typeInto(this.native, connection, terminal)
  }

  hold(): void {
    if (this.#holds++ === 0) this.#holder = setInterval(() => {}, FAR_AWAY)
  }

  release(): void {
    if (--this.#holds === 0) clearInterval(this.#holder)
  }

  onOther(kind: number, id: number, argument: number, data: Buffer): void {
    const text = data.toString()
    if (kind === RecordKind.Open) this.#onOpen(id, argument, text, data.length + RECORD_COST)
    else if (kind === RecordKind.Drop) this.#listeners.get(id)?.onDrop({ ...JSON.parse(text), count: argument })
    else if (kind === RecordKind.ListenerError) this.#listeners.get(id)?.onError(JSON.parse(text))
  }

  onThrow(connection: Connection | undefined, error: unknown): void {
    if (connection) connection.onThrow(error)
    else throwLater(error)
  }

  #onOpen(id: number, argument: number, ends: string, cost: number): void {
    if ((argument & 1) !== 0) {
      const listener = this.#listeners.get(Number.parseInt(ends, 10))
      this.#connections[id] = listener?.accept(id)
    }
    const connection = this.#connections[id]
    if (connection) {
      connection.channel.credit(cost)
      connection.encrypted = (argument & 2) !== 0
      connection.onOpen(ends)
    } else {
      this.native.flush(Uint32Array.of(id, OperationKind.Destroy, 0, 0), 1, new Uint8Array())
    }
  }

  #onWake(): void {
    if (this.work()) setImmediate(this.#wakeAgain)
  }

  /** Reads the records that are there, and flushes what is written meanwhile. True if more may be there: others shall have a turn. */
  protected work(): boolean {
    this.outbox.hold()
    const end = now() + SPELL
    let count = 0
    for (let round = 0; round < MOST_ROUNDS; round++) {
      count = this.#batch.fill(this)
      if (count === 0) break
      this.#batch.dispatch(count, this)
      this.outbox.flush()
      if (now() >= end) break
    }
    this.outbox.release()
    return count !== 0
  }

  readonly #wakeAgain = () => this.#onWake()
}

/** The hub, made when first it is needed. */
export function theHub(): Hub {
  hub ??= new Hub()
  return hub
}

let hub: Hub | undefined
