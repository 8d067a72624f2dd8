// The way out: what sessions do in one turn of the event loop is gathered in memory that is reused, and crosses to the
// addon in one call. The first operation of a turn schedules a microtask that flushes; while records are being read the
// reading loop does it instead.

import { OPERATION_WORDS, OperationKind } from './binding.js'
import type { Channel } from './channel.js'
import { allocateSlab, type Slab, writeUtf8 } from './text.js'

/** What carries a flush away. */
export interface Carrier {
  /**
   * Performs the operations in `head`, whose bytes lie one after another in `data`. Afterwards the last word of each
   * operation holds how much its connection has queued.
   */
  perform(head: Uint32Array, count: number, data: Uint8Array): void
}

/** A chunk at least this long is not copied into the common memory, but goes alone and at once. */
const LARGE = 4096

/** UTF-8 takes at most so many bytes for a unit of a JavaScript string. */
const UTF8_EXPANSION = 3

export class Outbox {
  /** Something asked for an option, so the addon's states are older than what the program wants. */
  hasAsked = false

  readonly #carrier: Carrier
  readonly #head: Uint32Array
  readonly #alone = new Uint32Array(OPERATION_WORDS)
  readonly #data: Slab
  readonly #channels: (Channel | undefined)[]
  #count = 0
  #used = 0
  #isHeld = false
  #isScheduled = false
  #relieved: Channel[] = []
  readonly #run = () => {
    this.#isScheduled = false
    this.flush()
  }

  /** @param size bytes of memory; four times what one operation may take */
  constructor(carrier: Carrier, size: number) {
    this.#carrier = carrier
    this.#data = allocateSlab(size)
    const operations = size >> 6
    this.#head = new Uint32Array(operations * OPERATION_WORDS)
    this.#channels = new Array(operations).fill(undefined)
  }

  /** Appends an operation without bytes. */
  put(channel: Channel, kind: number, argument: number): void {
    if (!this.#fits(0)) this.flush()
    this.#append(channel, kind | (argument << 8), 0)
  }

  /** Appends text. Returns how many bytes of it wait for the flush. */
  text(channel: Channel, text: string): number {
    const room = text.length * UTF8_EXPANSION
    if (room > this.#data.length >> 2) return this.#longText(channel, text)
    if (!this.#fits(room)) {
      const held = this.#takeCarriageReturn(channel)
      this.flush()
      if (held) return this.text(channel, `\r${text}`)
    }
    const length = writeUtf8(text, this.#data, this.#used)
    this.#append(channel, OperationKind.Text, length)
    return length
  }

  /** Appends an operation with bytes. Returns how many of them wait for the flush. */
  bytes(channel: Channel, kind: number, argument: number, bytes: Uint8Array): number {
    const { length } = bytes
    if (length >= LARGE) {
      this.#sendAlone(channel, kind | (argument << 8), bytes)
      return 0
    }
    if (!this.#fits(length)) this.flush()
    this.#data.set(bytes, this.#used)
    this.#append(channel, kind | (argument << 8), length)
    return length
  }

  /** Records are being read: whoever reads them flushes, and no microtask is needed. */
  hold(): void {
    this.#isHeld = true
  }

  /** The records have been read. */
  release(): void {
    this.#isHeld = false
    if (this.#count > 0) this.#schedule()
  }

  /** Performs what has gathered, at once. */
  flush(): void {
    const count = this.#count
    if (count === 0) return
    this.#count = 0
    this.#used = 0
    this.hasAsked = false
    const head = this.#head
    this.#carrier.perform(head, count, this.#data)
    for (let index = 0, at = 3; index < count; index++, at += OPERATION_WORDS) {
      const channel = this.#channels[index]!
      this.#channels[index] = undefined
      this.#onPerformed(channel, head[at]!)
    }
  }

  /** Text too long for the common memory. A CR at its end still has to wait for what the turn may write next. */
  #longText(channel: Channel, text: string): number {
    const before = this.#takeCarriageReturn(channel) ? '\r' : ''
    const holds = text.endsWith('\r')
    const body = Buffer.from(before + (holds ? text.slice(0, -1) : text))
    this.#sendAlone(channel, OperationKind.Text, body)
    return holds ? this.text(channel, '\r') : 0
  }

  /** Takes a CR back that ends the last operation, since what belongs to it leaves in another flush. */
  #takeCarriageReturn(channel: Channel): boolean {
    const last = this.#count - 1
    if (last < 0 || this.#channels[last] !== channel || this.#data[this.#used - 1] !== 0x0d) return false
    const at = last * OPERATION_WORDS
    const head = this.#head
    if (head[at + 1] !== OperationKind.Text || head[at + 2] === 0) return false
    head[at + 2]!--
    this.#used--
    return true
  }

  /** One operation whose bytes are too many to be copied first. */
  #sendAlone(channel: Channel, word: number, bytes: Uint8Array): void {
    this.flush()
    const head = this.#alone
    head[0] = channel.id
    head[1] = word
    head[2] = bytes.length
    head[3] = channel.takeCredit()
    this.#carrier.perform(head, 1, bytes)
    this.#onPerformed(channel, head[3]!)
  }

  /** What the carrier has queued for a channel has become less. */
  onQueued(channel: Channel, queued: number): void {
    if (channel.onQueued(queued)) this.#relieve(channel)
  }

  #onPerformed(channel: Channel, queued: number): void {
    if (channel.onPerformed(queued)) this.#relieve(channel)
  }

  /** Not before others had their turn: a program that writes whenever it may would write for ever. */
  #relieve(channel: Channel): void {
    if (this.#relieved.push(channel) === 1) setImmediate(this.#tell)
  }

  readonly #tell = () => {
    const relieved = this.#relieved
    this.#relieved = []
    for (const channel of relieved) {
      try {
        channel.onRelief()
      } catch (error) {
        channel.owner.onThrow(error)
      }
    }
  }

  #append(channel: Channel, word: number, length: number): void {
    const head = this.#head
    const at = this.#count * OPERATION_WORDS
    head[at] = channel.id
    head[at + 1] = word
    head[at + 2] = length
    head[at + 3] = channel.takeCredit()
    this.#channels[this.#count++] = channel
    this.#used += length
    this.#schedule()
  }

  #fits(room: number): boolean {
    return this.#count < this.#channels.length && this.#used + room <= this.#data.length
  }

  #schedule(): void {
    if (this.#isScheduled || this.#isHeld) return
    this.#isScheduled = true
    queueMicrotask(this.#run)
  }
}
