// What is typed at the terminal of a program. A terminal takes what it can and says nothing when it can take more, so that the rest
// is tried again a little later. (Polled for room it would always have some, and keep the event loop spinning.)

import { writeSync } from 'node:fs'

/** Milliseconds until a terminal that is full is asked again. */
const RETRY = 10

export class TerminalInput {
  /** Called when all that had to wait has been taken. */
  onTaken: () => void = () => undefined

  #descriptor: number
  #waiting: Buffer[] = []
  #retry: NodeJS.Timeout | undefined

  /** @param descriptor of the terminal; whoever closes it calls `close` first */
  constructor(descriptor: number) {
    this.#descriptor = descriptor
  }

  /** The terminal is full: what is typed has to wait. */
  get isFull(): boolean {
    return this.#waiting.length > 0
  }

  /** Types. Returns false where some of it has to wait; better type no more until `onTaken`. */
  type(bytes: Buffer): boolean {
    const isFirst = !this.isFull
    this.#waiting.push(bytes)
    return isFirst && this.#drain()
  }

  /** What waits, and what is typed from now on, is lost. */
  close(): void {
    clearTimeout(this.#retry)
    this.#descriptor = -1
    this.#waiting = []
  }

  #drain(): boolean {
    for (let [bytes] = this.#waiting; bytes !== undefined; [bytes] = this.#waiting) {
      const length = this.#write(bytes)
      if (length === bytes.length) {
        this.#waiting.shift()
        continue
      }
      this.#waiting[0] = bytes.subarray(length)
      if (length > 0) continue
      this.#retry = setTimeout(() => {
        if (this.#drain()) this.onTaken()
      }, RETRY)
      return false
    }
    return true
  }

  /** The bytes that were taken. Where the terminal is gone nobody is left to be told, and it takes all. */
  #write(bytes: Buffer): number {
    if (this.#descriptor < 0) return bytes.length
    try {
      return writeSync(this.#descriptor, bytes)
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'EAGAIN' ? 0 : bytes.length
    }
  }
}
