// How far a long task has come, as one line at the bottom of a terminal, which goes away when it is done.

import type { WriteStream } from 'node:tty'

/** Milliseconds between two looks of it. */
const PACE = 100

/** Characters of the bar. */
const WIDTH = 30

export class Progress {
  readonly #terminal: WriteStream | undefined
  readonly #total: number | undefined
  #running = 0
  #done = 0
  #failed = 0
  #timer: NodeJS.Timeout | undefined
  #isDrawn = false

  /** @param total undefined: not known */
  constructor(stream: WriteStream, total: number | undefined) {
    this.#terminal = stream.isTTY ? stream : undefined
    this.#total = total
  }

  /** Something has begun. */
  begin(): void {
    this.#running++
    this.#drawSoon()
  }

  /** It is done. */
  finish(hasFailed: boolean): void {
    this.#running--
    this.#done++
    this.#failed += Number(hasFailed)
    this.#drawSoon()
  }

  /** It is put off. */
  putOff(): void {
    this.#running--
    this.#drawSoon()
  }

  /** Makes room for a line that is written to the same terminal. */
  clear(): void {
    if (this.#isDrawn) this.#terminal!.write('\r\x1b[K')
    this.#isDrawn = false
  }

  /** Takes it away. */
  end(): void {
    clearTimeout(this.#timer)
    this.clear()
  }

  #drawSoon(): void {
    if (this.#terminal === undefined) return
    this.#timer ??= setTimeout(() => this.#draw(), PACE)
  }

  #draw(): void {
    this.#timer = undefined
    const columns = this.#terminal!.columns || 80
    this.clear()
    this.#terminal!.write(this.#words.slice(0, columns - 1))
    this.#isDrawn = true
  }

  get #words(): string {
    const total = this.#total
    const counts = `${this.#running} running, ${this.#failed} failed`
    if (total === undefined) return `${this.#done} done, ${counts}`
    const filled = total === 0 ? WIDTH : Math.min(Math.floor((this.#done / total) * WIDTH), WIDTH)
    return `[${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}] ${this.#done} of ${total}, ${counts}`
  }
}
