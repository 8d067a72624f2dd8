// What has come and goes to the program: to 'data' listeners at once, or into a Reader until it is asked for.
//
// While a read is pending it gets what comes; else, unless the session is paused, the 'data' listeners; and where there are
// none it is kept. What is kept counts against the credit of the connection, so that a peer cannot fill the memory.

import type { Channel } from './channel.js'
import { Reader, type ReaderHost } from './reader.js'
import type { Session } from './session.js'

/** Whose intake it is. */
export interface IntakeOwner {
  readonly session: Session
  readonly channel: Channel
  /** The character set of the session; `null`: bytes. */
  readonly encoding: string | null
  /** The peer has ended its side, and nothing that came is left; `listened`: somebody listens to 'end'. */
  onEndTold(listened: boolean): void
  /** A read was told of the end. */
  onEndRead(): void
  /** What came is no text, and no read waits that could be told. */
  onFault(fault: Error): void
  /** A listener of the program threw. */
  onThrow(error: unknown): void
}

export class Intake implements ReaderHost {
  /** `pause()` was called: nothing goes to the listeners. */
  isPaused = false
  /** `resume()` was called with nobody listening: what comes is thrown away, as `net.Socket` does. */
  isDiscarding = false
  /** The peer has ended its side. */
  hasEnded = false
  /** The program was told so. */
  endIsTold = false

  readonly #owner: IntakeOwner
  #reader: Reader | null = null
  #failure: Error | null = null
  #willFlow = false

  constructor(owner: IntakeOwner) {
    this.#owner = owner
  }

  get binary(): boolean {
    return this.#owner.encoding === null
  }

  /** The Reader, made when first it is needed. */
  get reader(): Reader {
    if (this.#reader === null) {
      this.#reader = new Reader(this)
      if (this.#failure) this.#reader.fail(this.#failure)
      else if (this.hasEnded) this.#reader.end()
    }
    return this.#reader
  }

  /** Characters, or bytes, that are kept. */
  get length(): number {
    return this.#reader?.length ?? 0
  }

  /** True if somebody reads by asking, or something was kept for one who may. */
  get isAsked(): boolean {
    return this.#reader !== null
  }

  /** True if 'data' listeners get what comes. */
  get isFlowing(): boolean {
    return !this.isPaused && (this.isDiscarding || this.#owner.session.listenerCount('data') > 0)
  }

  /** Something came. `cost`: its part of the credit. */
  onChunk(chunk: string | Buffer, cost: number): void {
    if (this.#reader === null || this.#reader.idle) {
      if (!this.isPaused && (this.#owner.session.emit('data', chunk as never) || this.isDiscarding)) {
        this.#owner.channel.credit(cost)
        return
      }
    }
    this.reader.push(chunk, cost)
    if (this.#reader!.length > 0 && this.isFlowing) this.flowSoon()
  }

  /** Something came that is no text. */
  onFaultyText(fault: Error, cost: number): void {
    const reader = this.#reader
    if (this.isFlowing && (reader === null || reader.idle)) {
      this.#owner.channel.credit(cost)
      this.#owner.onFault(fault)
      return
    }
    this.reader.pushFault(fault, cost)
    if (!this.#reader!.isEmpty && this.isFlowing) this.flowSoon()
  }

  /** The peer ended its side. */
  onEnd(): void {
    this.hasEnded = true
    const reader = this.#reader
    if (reader === null) {
      this.#tellEnd()
      return
    }
    reader.end()
    if (!reader.isEmpty) this.flowSoon()
    else if (!reader.waiting) this.#tellEnd()
  }

  /** The connection is gone. What is kept can still be read; then reads are told of the end, or of the failure. */
  close(failure: Error | null): void {
    this.endIsTold = true
    this.#failure = failure
    if (failure) this.#reader?.fail(failure)
    else if (!this.hasEnded) this.#reader?.end()
    this.hasEnded = true
  }

  /** Takes all that is kept, which is bytes. */
  takeBytes(): Buffer[] {
    const bytes = this.#reader?.take() ?? null
    return bytes === null ? [] : [bytes as Buffer]
  }

  /** What is kept was meant to be thrown away. */
  discard(): void {
    this.#reader?.discard()
  }

  /** Gives what is kept to the listeners, when the program has had its turn. */
  flowSoon(): void {
    if (this.#reader === null || this.#willFlow) return
    this.#willFlow = true
    setImmediate(() => this.#guard(() => this.#flow()))
  }

  /** The Reader: so much was used up. */
  consumed(cost: number): void {
    this.#owner.channel.credit(cost)
  }

  /** The Reader: a read was told of the end. Whoever reads has his turn before the session may end. */
  finished(): void {
    setImmediate(() =>
      this.#guard(() => {
        this.#tellEnd()
        this.#owner.onEndRead()
      }),
    )
  }

  /** The Reader: a fault was passed, and no read was told. */
  onFault(fault: Error): void {
    this.#owner.onFault(fault)
  }

  /** The session changed between text and bytes. */
  recode(): void {
    this.#reader?.recode()
  }

  #flow(): void {
    this.#willFlow = false
    const reader = this.#reader
    if (reader === null) return
    while (this.isFlowing && !reader.waiting && !this.endIsTold) {
      const chunk = reader.take()
      const fault = chunk === null ? reader.takeFault() : null
      if (chunk !== null) this.#owner.session.emit('data', chunk as never)
      else if (fault !== null) this.#owner.onFault(fault)
      else {
        this.#tellEnd()
        return
      }
    }
  }

  #guard(run: () => void): void {
    try {
      run()
    } catch (error) {
      this.#owner.onThrow(error)
    }
  }

  #tellEnd(): void {
    if (this.endIsTold || !this.hasEnded) return
    this.endIsTold = true
    this.#owner.onEndTold(this.#owner.session.emit('end'))
  }
}
