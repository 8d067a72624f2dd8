// Time over a stream that JavaScript carries; for sockets the net layer has the clock (crates/telnet-net, deadline.rs).

import { now } from './clock.js'

/** Tells once when nothing has happened for so long, and again when something has happened since. */
export class IdleTimer {
  readonly #onIdle: () => void
  #timer: NodeJS.Timeout | undefined
  #since = now()

  constructor(onIdle: () => void) {
    this.#onIdle = onIdle
  }

  /** 0: never. */
  set(milliseconds: number): void {
    clearTimeout(this.#timer)
    this.#timer = milliseconds > 0 ? setTimeout(this.#onIdle, milliseconds).unref() : undefined
  }

  /** Whole milliseconds since something last came or went. */
  get elapsed(): number {
    return Math.floor(now() - this.#since)
  }

  /** Something came or went: the time begins anew. */
  touch(): void {
    this.#since = now()
    // A timer that has gone off begins anew, too.
    this.#timer?.refresh()
  }
}

/** Tells when what is queued has not become less for so long. */
export class StallTimer {
  readonly #milliseconds: number
  readonly #queued: () => number
  readonly #onStall: () => void
  #least = 0
  #timer: NodeJS.Timeout | undefined

  /** @param milliseconds 0: never */
  constructor(milliseconds: number, queued: () => number, onStall: () => void) {
    this.#milliseconds = milliseconds
    this.#queued = queued
    this.#onStall = onStall
  }

  /** Something was queued, or has left. */
  look(): void {
    const queued = this.#queued()
    if (queued === 0) this.stop()
    else if (this.#timer === undefined && this.#milliseconds > 0) this.#wait(queued)
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #wait(queued: number): void {
    this.#least = queued
    this.#timer = setTimeout(() => this.#onTime(), this.#milliseconds).unref()
  }

  /** Who takes a little now and then is slow, not gone. */
  #onTime(): void {
    this.#timer = undefined
    const queued = this.#queued()
    if (queued >= this.#least) this.#onStall()
    else if (queued > 0) this.#wait(queued)
  }
}
