// Waiting for something: all that returns a promise takes `{ signal, timeout }`, and cleans up after itself.

import { AbortError, TelnetError } from './errors.js'

/** How long, and under which signal, to wait. */
export interface WaitOptions {
  /** Gives the wait up: it rejects with an `AbortError`. */
  signal?: AbortSignal | undefined
  /** Milliseconds, after which it rejects with `TELNET_TIMEOUT`; 0: what is there at once or not at all. **Default:** none. */
  timeout?: number | undefined
}

/** Node's timers go no further; a longer wait than 24.8 days is taken for one without end. */
const LONGEST_TIMER = 2 ** 31 - 1

/** One wait: a promise with its two settlers, which a signal or a timer may settle too. */
export class Wait<T> {
  readonly promise: Promise<T>
  /** True when it has been settled, by whomever. */
  settled = false

  #resolve!: (value: T) => void
  #reject!: (error: Error) => void
  readonly #options: WaitOptions
  readonly #over: ((wait: Wait<T>) => void) | undefined
  #timer: NodeJS.Timeout | undefined
  #onAbort: (() => void) | undefined

  /**
   * @param what what is waited for, to complete the sentence "… took longer than 100 ms"
   * @param over called when a signal or the timer has ended it, to forget it
   */
  constructor(what: string, options: WaitOptions = {}, over?: (wait: Wait<T>) => void) {
    const { signal, timeout } = options
    checkTimeout(timeout)
    this.#options = options
    this.#over = over
    this.promise = new Promise<T>((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    if (signal?.aborted) {
      this.reject(new AbortError(signal.reason))
      return
    }
    if (signal) {
      this.#onAbort = () => this.#end(new AbortError(signal.reason))
      signal.addEventListener('abort', this.#onAbort, { once: true })
    }
    if (timeout !== undefined && timeout <= LONGEST_TIMER) {
      this.#timer = setTimeout(() => this.#end(timedOut(what, timeout)), timeout)
    }
  }

  resolve(value: T): void {
    if (this.#settle()) this.#resolve(value)
  }

  reject(error: Error): void {
    if (this.#settle()) this.#reject(error)
  }

  #end(error: Error): void {
    this.reject(error)
    this.#over?.(this)
  }

  #settle(): boolean {
    if (this.settled) return false
    this.settled = true
    clearTimeout(this.#timer)
    if (this.#onAbort) this.#options.signal?.removeEventListener('abort', this.#onAbort)
    return true
  }
}

/** The error of a wait that took too long. */
export function timedOut(what: string, timeout: number): TelnetError {
  return new TelnetError('TELNET_TIMEOUT', `${what} took longer than ${timeout} ms`, { timeout })
}

function checkTimeout(timeout: number | undefined): void {
  if (timeout === undefined || (typeof timeout === 'number' && timeout >= 0)) return
  throw new TelnetError('TELNET_BAD_ARGUMENT', `timeout is ${String(timeout)}: give milliseconds, 0 or more`)
}
