// What a connection sends: operations on their way to the addon, and the accounts of both directions: how much is queued
// for the peer, and how much of what came has been used up (its credit).

import { OperationKind, Side } from './binding.js'
import { ENCODING_ERRORS, type Settings } from './options.js'
import type { Outbox } from './outbox.js'
import type { FlowControl } from './told.js'

/** Queued bytes from which on a write returns false. */
export const HIGH_MARK = 256 * 1024

/** Queued bytes down to which the queue must fall before writing goes on. */
export const LOW_MARK = 64 * 1024

/**
 * Credit that isn't given back along with something else goes back by itself when it has come to so much: well below the 16 KiB
 * at which the addon holds back what a flood of commands would tell (crates/telnet-net, intake.rs).
 */
const CREDIT_TO_RETURN = 8 * 1024

/** Called when what was written has been handed on, or can't be any more. */
export type WriteCallback = (error?: Error | null) => void

/** Whose channel it is. */
export interface ChannelOwner {
  /** The queue is low after a write that returned false. */
  onDrain(): void
  /** A listener or a callback of the program threw. */
  onThrow(error: unknown): void
}

export class Channel {
  /** The connection's number at its carrier. */
  readonly id: number
  readonly owner: ChannelOwner
  /** A write returned false, and nobody was told yet that it may go on. */
  needsDrain = false

  readonly #outbox: Outbox
  /** Bytes that the carrier had queued when last it told. */
  #queued = 0
  /** Bytes written since. */
  #written = 0
  /** Bytes that were used up and not yet given back. */
  #credit = 0
  #isClosed = false
  #callbacks: WriteCallback[] | null = null

  constructor(id: number, outbox: Outbox, owner: ChannelOwner) {
    this.id = id
    this.#outbox = outbox
    this.owner = owner
  }

  /** Bytes that wait for the peer. */
  get length(): number {
    return this.#queued + this.#written
  }

  /** Sends text. Returns false if the queue is over the high mark. */
  text(text: string): boolean {
    return this.#wrote(this.#outbox.text(this, text))
  }

  /** Sends text that is UTF-8 already, or WTF-8. */
  encodedText(text: Uint8Array): boolean {
    return this.#wrote(this.#outbox.bytes(this, OperationKind.Text, 0, text))
  }

  /** Sends bytes as they are, 255 doubled. */
  bytes(bytes: Uint8Array): boolean {
    return this.#wrote(this.#outbox.bytes(this, OperationKind.Bytes, 0, bytes))
  }

  /** Calls back when all that was written before has been handed on and the queue is low. */
  whenHandedOn(callback: WriteCallback): void {
    this.#callbacks ??= []
    this.#callbacks.push(callback)
    this.#put(OperationKind.Nothing)
  }

  command(command: number): void {
    this.#put(OperationKind.Command, command)
  }

  synch(): void {
    this.#put(OperationKind.Synch)
  }

  subnegotiation(option: number, payload: Uint8Array): void {
    if (this.#isClosed) return
    this.#outbox.bytes(this, OperationKind.Subnegotiation, option, payload)
  }

  /** Asks the peer to have an option on or off. */
  ask(side: Side, option: number, enable: boolean): void {
    this.#outbox.hasAsked = true
    this.#put(OperationKind.Ask, option | (Side[side] << 8) | (Number(enable) << 9))
  }

  /** Says a negotiation whatever the state. What the peer says of that side from here on is told, and does nothing else. */
  say(verb: number, option: number): void {
    this.#put(OperationKind.Say, option | (verb << 8))
  }

  /** What the peer says counts again. */
  unobserve(): void {
    this.#put(OperationKind.Unobserve)
  }

  end(): void {
    this.#put(OperationKind.End)
  }

  destroy(): void {
    this.#put(OperationKind.Destroy)
  }

  resize(columns: number, rows: number): void {
    if (this.#isClosed) return
    const size = new Uint8Array([columns, columns >> 8, rows, rows >> 8])
    this.#outbox.bytes(this, OperationKind.Resize, 0, size)
  }

  giveUp(): void {
    this.#put(OperationKind.GiveUp)
  }

  timingMark(): void {
    this.#put(OperationKind.TimingMark)
  }

  logout(): void {
    this.#put(OperationKind.Logout)
  }

  requestStatus(): void {
    this.#put(OperationKind.RequestStatus)
  }

  flowControl({ enabled, restartAny }: FlowControl): void {
    this.#put(OperationKind.FlowControl, Number(enabled) | (Number(restartAny) << 1))
  }

  watch(): void {
    this.#put(OperationKind.Watch)
  }

  linemode(mask: number): void {
    this.#put(OperationKind.Linemode, mask)
  }

  /** CR NUL is told as it is from here on, in text too, or as CR again. */
  keepNuls(keeps: boolean): void {
    this.#put(OperationKind.KeepNuls, Number(keeps))
  }

  /** @param flags the level and the flags of a triplet (RFC 1184) */
  special(special: number, flags: number, character: number): void {
    this.#put(OperationKind.Special, special | (flags << 8) | (character << 16))
  }

  idleAfter(milliseconds: number): void {
    this.#put(OperationKind.Timeout, milliseconds)
  }

  /** @param name `null` is bytes mode */
  charset(name: string | null, { forceBinary, encodingErrors, asciiLineEnds }: Settings): void {
    if (this.#isClosed) return
    const rule = ENCODING_ERRORS.indexOf(encodingErrors)
    const argument = Number(forceBinary) | (rule << 1) | (Number(asciiLineEnds) << 3)
    this.#outbox.bytes(this, OperationKind.Charset, argument, Buffer.from(name ?? ''))
  }

  /** What comes is bytes from here on. */
  enterRaw(): void {
    this.#put(OperationKind.Raw, 1)
  }

  /** What comes is text again, once it is said what of the bytes is. */
  leaveRaw(): void {
    this.#put(OperationKind.Raw, 0)
  }

  /** These bytes, the last that came, are text. */
  reread(bytes: Uint8Array): void {
    if (!this.#isClosed) this.#outbox.bytes(this, OperationKind.Reread, 0, bytes)
  }

  /** Offers character sets to the peer; without names, those of the options. */
  requestCharset(names: readonly string[]): void {
    if (this.#isClosed) return
    this.#outbox.bytes(this, OperationKind.RequestCharset, 0, Buffer.from(names.join('\n')))
  }

  noDelay(noDelay: boolean): void {
    this.#put(OperationKind.Socket, Number(noDelay) | 0b10)
  }

  keepAlive(keepAlive: boolean): void {
    this.#put(OperationKind.Socket, (Number(keepAlive) << 2) | 0b1000)
  }

  /** Takes note that so much of what came has been used up. */
  credit(bytes: number): void {
    this.#credit += bytes
    if (this.#credit >= CREDIT_TO_RETURN) this.#put(OperationKind.Nothing)
  }

  /** For the outbox: the credit that goes along with an operation. */
  takeCredit(): number {
    const credit = this.#credit
    this.#credit = 0
    return credit
  }

  /** For the outbox: a flush has left so much queued. Returns true if that is low and somebody waits to hear it. */
  onPerformed(queued: number): boolean {
    this.#written = 0
    return this.onQueued(queued)
  }

  /** So much is queued now. Returns as `onPerformed`. */
  onQueued(queued: number): boolean {
    this.#queued = queued
    return (this.needsDrain || this.#callbacks !== null) && this.length <= LOW_MARK
  }

  /** The queue has fallen to the low mark. */
  onDrained(): void {
    this.#queued = Math.min(this.#queued, LOW_MARK)
    this.onRelief()
  }

  /** The queue is low: who waited for it is told. */
  onRelief(): void {
    if (this.length > LOW_MARK) return
    this.#callBack()
    if (!this.needsDrain) return
    this.needsDrain = false
    this.owner.onDrain()
  }

  /** The connection is gone: nothing is sent any more. `reason` is asked only where somebody waits to hear it: an Error is dear. */
  close(reason: () => Error): void {
    this.#isClosed = true
    this.needsDrain = false
    if (this.#callbacks !== null) this.#callBack(reason())
  }

  #wrote(waiting: number): boolean {
    this.#written += waiting
    if (this.length <= HIGH_MARK) return true
    this.needsDrain = true
    return false
  }

  #put(kind: number, argument = 0): void {
    if (!this.#isClosed) this.#outbox.put(this, kind, argument)
  }

  #callBack(error?: Error | null): void {
    const callbacks = this.#callbacks
    if (callbacks === null) return
    this.#callbacks = null
    for (const callback of callbacks) callback(error)
  }
}
