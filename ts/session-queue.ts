// Sessions that wait to be taken by `for await (const session of server)`.

/** A call of `next` that waits. */
interface Taker<Session> {
  readonly iterator: object
  readonly take: (result: IteratorResult<Session, undefined>) => void
}

/** So many may wait; a server whose program is slower than that turns people away. */
const MOST = 1_024

export class SessionQueue<Session extends { readonly destroyed: boolean }> {
  #sessions: Session[] = []
  #takers: Taker<Session>[] = []
  #hasEnded = false

  /** Hands a session over, or lets it wait. Returns false if too many wait. */
  push(session: Session): boolean {
    const taker = this.#takers.shift()
    if (taker) {
      taker.take({ done: false, value: session })
      return true
    }
    if (this.#sessions.length >= MOST) this.#sessions = this.#sessions.filter(({ destroyed }) => !destroyed)
    return this.#sessions.length < MOST && this.#sessions.push(session) > 0
  }

  /** Takes sessions until it is left. Who waits then gets none, and the next session is another's. */
  iterate(): AsyncIterableIterator<Session> {
    let isLeft = false
    const iterator: AsyncIterableIterator<Session> = {
      next: () => (isLeft ? Promise.resolve(DONE) : this.#next(iterator)),
      return: async (value?: unknown) => {
        isLeft = true
        for (const { take } of this.#remove((taker) => taker.iterator === iterator)) take(DONE)
        return { done: true, value }
      },
      [Symbol.asyncIterator]: () => iterator,
    }
    return iterator
  }

  /** The next session that is still open. */
  #next(iterator: object): Promise<IteratorResult<Session, undefined>> {
    for (let session = this.#sessions.shift(); session; session = this.#sessions.shift()) {
      if (!session.destroyed) return Promise.resolve({ done: false, value: session })
    }
    if (this.#hasEnded) return Promise.resolve(DONE)
    return new Promise((take) => this.#takers.push({ iterator, take }))
  }

  /** No more will come. */
  end(): void {
    this.#hasEnded = true
    for (const { take } of this.#remove(() => true)) take(DONE)
  }

  #remove(which: (taker: Taker<Session>) => boolean): Taker<Session>[] {
    const removed = this.#takers.filter(which)
    this.#takers = this.#takers.filter((taker) => !which(taker))
    return removed
  }
}

const DONE = { done: true, value: undefined } as const
