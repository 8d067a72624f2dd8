// What the program waits for on a session, and how it is looked at: now, and after everything that the peer tells but data.

import { Wait, type WaitOptions } from './waiting.js'

interface Condition {
  readonly wait: Wait<void>
  readonly holds: () => boolean
}

export class Conditions {
  #waiting: Condition[] = []

  /** Resolves when `holds` says so. @param what completes the sentence "… took longer than 100 ms" */
  until(what: string, holds: () => boolean, options?: WaitOptions): Promise<void> {
    const wait = new Wait<void>(what, options, () => this.#forget(wait))
    if (!wait.settled) {
      const condition = { wait, holds }
      this.#waiting.push(condition)
      this.#look(condition)
    }
    return wait.promise
  }

  /** Something was told: looks at all. */
  reconsider(): void {
    for (const condition of [...this.#waiting]) this.#look(condition)
  }

  /** Nothing more will be told. */
  reject(error: Error): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const { wait } of waiting) wait.reject(error)
  }

  #look({ wait, holds }: Condition): void {
    try {
      if (!wait.settled && holds()) wait.resolve()
    } catch (error) {
      wait.reject(error as Error)
    }
    if (wait.settled) this.#forget(wait)
  }

  #forget(wait: Wait<void>): void {
    this.#waiting = this.#waiting.filter((condition) => condition.wait !== wait)
  }
}
