// Waiting for something: all that returns a promise takes `{ signal, timeout }`, and cleans up after itself.

import { unwatch, watch } from './aborts.js'
import { bad, checkNames, checkSignal, LONGEST_TIME } from './checks.js'
import { AbortError, TelnetError } from './errors.js'

/** How long, and under which signal, to wait. */
export interface WaitOptions {
  /** Gives the wait up: it rejects with an `AbortError`. */
  signal?: AbortSignal | undefined
  /**
   * Milliseconds, after which it rejects with `TELNET_TIMEOUT`; 0: what is there at once or not at all. **Default:** as long as it
   * takes.
   */
  timeout?: number | undefined
}

/** The names of these options. */
export const WAIT: readonly string[] = ['signal', 'timeout']

/** One wait: a promise with its two settlers, which a signal or a timer may settle too. */
export class Wait<T> {
  readonly promise: Promise<T>
  /** True when it has been settled, by whomever. */
  settled = false

  #resolve!: (value: T) => void
  #reject!: (error: Error) => void
  readonly #signal: AbortSignal | undefined
  readonly #over: ((wait: Wait<T>) => void) | undefined
  #timer: NodeJS.Timeout | undefined
  #onAbort: (() => void) | undefined

  /**
   * @param what what is waited for, to complete the sentence "… took longer than 100 ms"
   * @param over called when a signal or the timer has ended it, to forget it
   */
  constructor(what: string, options?: WaitOptions, over?: (wait: Wait<T>) => void) {
    checkWait(options)
    const { signal, timeout } = options ?? NONE
    this.#signal = signal
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
      watch(signal, this.#onAbort)
    }
    // A wait that is longer than Node's timers can, 24.8 days, is taken for one without end.
    if (timeout !== undefined && timeout <= LONGEST_TIME) {
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
    if (this.#onAbort) unwatch(this.#signal!, this.#onAbort)
    return true
  }
}

/** The error of a wait that took too long. */
export function timedOut(what: string, timeout: number): TelnetError {
  return new TelnetError('TELNET_TIMEOUT', `${what} took longer than ${timeout} ms`, { timeout })
}

/**
 * Throws TELNET_BAD_OPTION. No options cost nothing.
 * @param known the names that there are
 */
export function checkWait(options: WaitOptions | undefined, known = WAIT): void {
  if (options === undefined) return
  checkNames(options, known)
  const { signal, timeout } = options
  checkSignal(signal)
  if (timeout === undefined || (typeof timeout === 'number' && timeout >= 0)) return
  throw bad('timeout', timeout, 'give milliseconds, 0 or more')
}

const NONE: WaitOptions = {}
