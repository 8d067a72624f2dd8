// Sessions that wait to be taken by `for await (const session of server)`.

/** So many may wait; a server whose program is slower than that turns people away. */
const MOST = 1_024

export class SessionQueue<Session extends { readonly destroyed: boolean }> {
  #sessions: Session[] = []
  readonly #takers: ((result: IteratorResult<Session, undefined>) => void)[] = []
  #hasEnded = false

  /** Hands a session over, or lets it wait. Returns false if too many wait. */
  push(session: Session): boolean {
    const taker = this.#takers.shift()
    if (taker) {
      taker({ done: false, value: session })
      return true
    }
    if (this.#sessions.length >= MOST) this.#sessions = this.#sessions.filter(({ destroyed }) => !destroyed)
    return this.#sessions.length < MOST && this.#sessions.push(session) > 0
  }

  /** The next session that is still open. */
  next(): Promise<IteratorResult<Session, undefined>> {
    for (let session = this.#sessions.shift(); session; session = this.#sessions.shift()) {
      if (!session.destroyed) return Promise.resolve({ done: false, value: session })
    }
    if (this.#hasEnded) return Promise.resolve(DONE)
    return new Promise((resolve) => this.#takers.push(resolve))
  }

  /** No more will come. */
  end(): void {
    this.#hasEnded = true
    for (const taker of this.#takers.splice(0)) taker(DONE)
  }
}

const DONE = { done: true, value: undefined } as const
