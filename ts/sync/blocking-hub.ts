// The hub of connections whose program does not await, but waits: the addon holds this thread up until there is something to
// read. It holds no process alive, and does nothing while the program is elsewhere: its sockets are the addon's, and what comes
// waits there, up to the credit of each connection.

import { NativeHub } from '../binding.js'
import { Hub } from '../hub.js'
import { heedsInterrupts, interrupted } from '../interrupts.js'
import { timedOut } from '../waiting.js'

/** What ended a wait, by its number at the boundary. */
export const INTERRUPTED = 2

/** Milliseconds that an exit waits for what was written and has not left. */
const FAREWELL = 500

/** Milliseconds between two looks at what no record tells of. */
const LOOK = 5

/** How a wait ends without what it waits for. */
export interface Limits {
  /** Milliseconds, after which it throws TELNET_TIMEOUT; `undefined`: it waits as long as it takes. */
  timeout: number | undefined
  /** When that time began, by `performance.now()`. **Default:** now. */
  since?: number
  /** Milliseconds after which it looks again though no record came. */
  lookAfter?: () => number | undefined
}

export class BlockingHub extends Hub {
  /** By `performance.now()`, when the process ends; before that none. */
  #farewell: number | null = null

  constructor() {
    super(NativeHub.blocking())
    process.on('exit', this.#onExit)
  }

  override hold(): void {}

  override release(): void {}

  /**
   * Waits until `look` finds something: it is asked now, and each time after records were read.
   * @param what to complete the sentence "… took longer than 100 ms"
   */
  waitFor<Result>(what: string, look: () => Result | undefined, limits: Limits): Result {
    const { timeout, since = performance.now(), lookAfter } = limits
    const end = since + (timeout ?? Number.POSITIVE_INFINITY)
    let isRead = false
    for (;;) {
      this.outbox.flush()
      const found = look()
      if (found !== undefined) {
        if (this.#farewell !== null) this.#drain()
        return found
      }
      if (!isRead) {
        // It looks again, whatever that brought.
        isRead = !this.work()
        continue
      }
      const left = end - performance.now()
      if (left <= 0) throw timedOut(what, timeout!)
      this.#sleep(Math.min(left, lookAfter?.() ?? left))
      isRead = false
    }
  }

  /** Ctrl-C ends the process, unless the program listens to it: then it ends the wait, and the listener has its turn afterwards. */
  #sleep(milliseconds: number): void {
    const most = Number.isFinite(milliseconds) ? milliseconds : null
    if (this.native.wait(most, heedsInterrupts()) === INTERRUPTED) throw interrupted()
  }

  /**
   * The process ends: what was written shall still leave, and connections end in order. Listeners that were added after this one may want them
   * yet: then they are left to the system to close, and what those write leaves at once.
   */
  readonly #onExit = () => {
    this.#farewell = performance.now() + FAREWELL
    this.outbox.flush()
    const isLast = process.listeners('exit').at(-1) === this.#onExit
    if (isLast) for (const { session } of this.open()) session.end()
    this.#drain()
  }

  #drain(): void {
    this.outbox.flush()
    const isSending = () => [...this.open()].some(({ channel }) => (this.native.queued(channel.id) ?? 0) > 0)
    while (isSending() && performance.now() < this.#farewell!) this.native.wait(LOOK, false)
  }
}

/** The hub of this thread, made when first it is needed. */
export function theBlockingHub(): BlockingHub {
  hub ??= new BlockingHub()
  return hub
}

let hub: BlockingHub | undefined
