// Silence of a peer, as far as this process can tell. When the event loop has stood still, timers are due before anybody is told what
// came meanwhile. So silence is made of several short ones, between which the loop goes round.

/** So many short silences are one. */
const PARTS = 5

export class Silence {
  #left = PARTS
  readonly #timer: NodeJS.Timeout

  /** @param onSilence called once, when nothing came for so many milliseconds */
  constructor(milliseconds: number, onSilence: () => void) {
    this.#timer = setTimeout(() => {
      if (--this.#left > 0) this.#timer.refresh()
      else onSilence()
    }, milliseconds / PARTS)
  }

  /** Something came: it begins anew. */
  break(): void {
    this.#left = PARTS
    this.#timer.refresh()
  }

  /** Nobody listens any more. */
  stop(): void {
    clearTimeout(this.#timer)
  }
}
