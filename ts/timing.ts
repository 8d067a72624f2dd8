// Time over a stream that JavaScript carries; for sockets the net layer has the clock (crates/telnet-net, deadline.rs).

/** Tells once when nothing has happened for so long, and again when something has happened since. */
export class IdleTimer {
  readonly #onIdle: () => void
  #timer: NodeJS.Timeout | undefined

  constructor(onIdle: () => void) {
    this.#onIdle = onIdle
  }

  /** 0: never. */
  set(milliseconds: number): void {
    clearTimeout(this.#timer)
    this.#timer = milliseconds > 0 ? setTimeout(this.#onIdle, milliseconds).unref() : undefined
  }

  /** Something came or went: the time begins anew. */
  touch(): void {
    // A timer that has gone off begins anew, too.
    this.#timer?.refresh()
  }
}
