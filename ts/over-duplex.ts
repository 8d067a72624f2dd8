// The same Session over any Duplex: an SSH channel, a WebSocket, a test. The endpoint of the Rust core is fed by hand here, and
// its records and operations are those of the hub; only the bytes go another way.

import type { Duplex } from 'node:stream'
import { Batch, type RecordSource } from './batch.js'
import { NativeEndpoint, OPERATION_WORDS, OperationKind, RecordKind, Side } from './binding.js'
import type { Connection } from './connection.js'
import { Option } from './constants.js'
import { type SystemError, TelnetError } from './errors.js'
import type { ConnectionCarrier, Counters, Ends, Line } from './line.js'
import { LoneOwner } from './lone.js'
import type { Settings } from './options.js'
import { Outbox } from './outbox.js'
import { IdleTimer, StallTimer } from './timing.js'

/** What may be delivered and not yet used up; past it the stream is paused. */
const CREDIT = 256 * 1024

/** The memory of an outbox for one connection. */
const OUTBOX = 16 * 1024

/** After so long without output what compresses is given back, in milliseconds: as over a socket. */
const RESTS_AFTER = 1_000

/** How long the peer may take to end its side after we ended ours, in milliseconds. */
const LINGER = 2_000

/** A line for a session over a stream; its carrier is started when the connection is made. */
export function lineOver(duplex: Duplex, settings: Settings): Line & { carrier: DuplexCarrier } {
  return { carrier: new DuplexCarrier(duplex, settings), id: 0, settings, owner: loneOwner }
}

class DuplexCarrier implements ConnectionCarrier, RecordSource {
  readonly outbox = new Outbox(this, OUTBOX)

  readonly #duplex: Duplex
  readonly #endpoint: NativeEndpoint
  readonly #settings: Settings
  readonly #idle = new IdleTimer(() => this.#connection?.onIdle())
  readonly #stall: StallTimer
  #connection: Connection | undefined
  #bytesRead = 0
  #bytesWritten = 0
  /** What was delivered and not yet used up. */
  #outstanding = 0
  /** Bytes of operations whose output has not come to the stream yet. */
  #underWay = 0
  #isDue = false
  #isMoreDue = false
  /** More can be told of what has come: it was compressed, and is much. */
  #hasMore = false
  /** What came cannot be read: told when all is told that came before. */
  #broken: TelnetError | undefined
  /** The stream has ended. */
  #isOver = false
  #hasEnded = false
  #endIsTold = false
  #resting: NodeJS.Timeout | undefined
  #isEnding = false
  #isDestroyed = false

  constructor(duplex: Duplex, settings: Settings) {
    this.#duplex = duplex
    this.#settings = settings
    const { encrypted = false } = duplex as { encrypted?: boolean }
    this.#endpoint = new NativeEndpoint({ ...settings.endpoint, secure: encrypted })
    const { writeStall } = settings.limits
    const stalled = () =>
      this.#fail(
        new TelnetError(
          'TELNET_WRITE_STALLED',
          `The peer read nothing for ${writeStall} ms while output was queued for it`,
        ),
      )
    this.#stall = new StallTimer(writeStall, () => duplex.writableLength, stalled)
  }

  /** The connection stands: says what is said first, and reads. */
  start(connection: Connection): void {
    const duplex = this.#duplex
    this.#connection = connection
    duplex.on('data', (chunk: Buffer | string) => this.#onData(chunk))
    duplex.on('end', () => this.#onEnd())
    duplex.on('drain', () => this.#onDrain())
    duplex.on('error', (error) => this.#onClose(error as SystemError))
    duplex.on('close', () => this.#onClose(null))
    this.#idle.set(this.#settings.timeout)
    connection.onOpen(endsOf(duplex))
    this.#endpoint.open()
    this.#pumpSoon()
    if (duplex.destroyed) process.nextTick(() => this.#onClose(null))
    else if (duplex.readableEnded) process.nextTick(() => this.#onEnd())
  }

  perform(head: Uint32Array, count: number, data: Uint8Array): void {
    this.#endpoint.perform(head, count, data)
    for (let at = 0; at < count * OPERATION_WORDS; at += OPERATION_WORDS) {
      this.#underWay += head[at + 2]!
      this.#outstanding -= head[at + 3]!
      this.#performHere(head[at + 1]! & 0xff, head[at + 1]! >>> 8)
      head[at + 3] = this.#queued
    }
    this.#readOn()
    this.#pumpSoon()
  }

  poll(head: Uint32Array, data: Buffer): number {
    return this.#endpoint.poll(head, data)
  }

  connection(): Connection | undefined {
    return this.#connection
  }

  optionState(_connection: number, side: Side, option: number): number {
    return this.#endpoint.optionState(Side[side], option)
  }

  compression(): ReturnType<NativeEndpoint['compression']> {
    return this.#endpoint.compression()
  }

  counters(): Counters {
    return { bytesRead: this.#bytesRead, bytesWritten: this.#bytesWritten }
  }

  idle(): number {
    return this.#idle.elapsed
  }

  forget(): void {
    this.#connection = undefined
    clearTimeout(this.#resting)
    this.#idle.set(0)
    this.#stall.stop()
  }

  /** Whether the process lives on is the stream's matter. */
  hold(): void {}

  release(): void {}

  onOther(kind: number, _id: number, _argument: number, data: Buffer): void {
    if (kind !== RecordKind.Output || !this.#duplex.writable) return
    this.#bytesWritten += data.length
    this.#idle.touch()
    this.#duplex.write(data)
    if (this.#isCompressing) this.#restLater()
    this.#stall.look()
    const { queuedOutput } = this.#settings.limits
    if (this.#duplex.writableLength > queuedOutput)
      this.#fail(
        new TelnetError(
          'TELNET_QUEUE_LIMIT',
          `More than ${queuedOutput} bytes were queued for a peer that reads too slowly`,
        ),
      )
  }

  onThrow(connection: Connection | undefined, error: unknown): void {
    connection?.onThrow(error)
  }

  get #queued(): number {
    return this.#duplex.writableLength + this.#underWay
  }

  get #isCompressing(): boolean {
    const connection = this.#connection
    return !!connection && (connection.isOn('local', Option.MCCP2) || connection.isOn('remote', Option.MCCP3))
  }

  /** What compresses is large, and is given back when there is nothing to say for a while. */
  #restLater(): void {
    this.#resting ??= setTimeout(() => this.#endpoint.rest(), RESTS_AFTER).unref()
    this.#resting.refresh()
  }

  /** What an operation asks of the stream itself. */
  #performHere(kind: number, argument: number): void {
    if (kind === OperationKind.End) this.#isEnding = true
    else if (kind === OperationKind.Destroy) this.#isDestroyed = true
    else if (kind === OperationKind.Timeout) this.#idle.set(argument)
  }

  #onData(chunk: Buffer | string): void {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
    this.#bytesRead += bytes.length
    this.#idle.touch()
    this.#receive(bytes)
    this.#pump()
  }

  #receive(bytes: Uint8Array): void {
    try {
      this.#hasMore = this.#endpoint.receive(bytes)
    } catch (error) {
      const { code, message } = error as TelnetError
      this.#broken = new TelnetError(code, message)
    }
  }

  /** Goes on with what has come, when others had their turn. */
  #receiveMore(): void {
    if (this.#isMoreDue) return
    this.#isMoreDue = true
    setImmediate(() => {
      this.#isMoreDue = false
      this.#receive(NOTHING)
      this.#pump()
    })
  }

  #onEnd(): void {
    this.#isOver = true
    this.#pump()
  }

  #onDrain(): void {
    this.#stall.look()
    if (this.#connection) this.outbox.onQueued(this.#connection.channel, this.#queued)
  }

  #onClose(failure: SystemError | null): void {
    this.#connection?.onClose(this.counters(), this.#isDestroyed ? null : failure)
  }

  /** Nothing more is expected of the peer: a limit was passed, or what it sends cannot be read. */
  #fail(error: TelnetError): void {
    this.#connection?.destroy(error)
    this.#pumpSoon()
  }

  #readOn(): void {
    if (this.#outstanding >= CREDIT) return
    if (this.#hasMore) this.#receiveMore()
    else if (this.#duplex.isPaused()) this.#duplex.resume()
  }

  #pumpSoon(): void {
    if (this.#isDue) return
    this.#isDue = true
    queueMicrotask(() => this.#pump())
  }

  /** Brings records to the connection and output to the stream. Writing to one stream may well make another one speak. */
  #pump(): void {
    this.#isDue = false
    pumping.push(this)
    if (pumping.length > 1) return
    while (pumping.length > 0) {
      pumping[0]!.#run()
      pumping.shift()
    }
  }

  #run(): void {
    const { outbox } = this
    this.#isDue = true
    outbox.hold()
    batch ??= new Batch()
    if (this.#isOver && !this.#hasMore && !this.#hasEnded) {
      this.#hasEnded = true
      this.#endpoint.receiveEnd()
    }
    for (let count = batch.fill(this); count > 0; count = batch.fill(this)) {
      this.#outstanding += batch.cost(count)
      this.#underWay = 0
      batch.dispatch(count, this)
      outbox.flush()
    }
    if (this.#broken) this.#fail(this.#broken)
    if (this.#hasEnded && !this.#endIsTold) this.#tellEnd()
    outbox.release()
    this.#isDue = false
    this.#underWay = 0
    if (this.#outstanding >= CREDIT || this.#hasMore) this.#duplex.pause()
    this.#readOn()
    if (this.#isDestroyed) this.#duplex.destroy()
    else if (this.#isEnding && !this.#duplex.writableEnded) this.#end()
    this.#onDrain()
  }

  #tellEnd(): void {
    this.#endIsTold = true
    try {
      this.#connection?.onEnd()
    } catch (error) {
      this.#connection?.onThrow(error)
    }
  }

  #end(): void {
    this.#duplex.end()
    setTimeout(() => this.#duplex.destroy(), LINGER).unref()
  }
}

function endsOf(duplex: Duplex): Ends {
  const { remoteAddress, remotePort, localAddress, localPort } = duplex as Ends & Duplex
  return { remoteAddress, remotePort, localAddress, localPort }
}

const NOTHING = new Uint8Array()

const loneOwner = new LoneOwner()

/** The carriers that have something to do, in turn: they share the memory of one batch. */
const pumping: DuplexCarrier[] = []
let batch: Batch | undefined
