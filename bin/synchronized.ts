// Synchronized updates: between CSI ? 2026 h and CSI ? 2026 l a program repaints its screen, and nobody should see the half of
// it. (A private mode that most terminal emulators have.) So that a slow line does not tear a picture, an update leaves here in
// one piece.

const BEGIN = '\x1b[?2026h'
const END = '\x1b[?2026l'

/** What both begin with. Nearly all output has neither, and is looked through at the speed of memory. */
const MARKER = '\x1b[?2026'
const ESCAPE = MARKER[0]!

/** An update that grows larger than this is let go. */
export const UPDATE_LIMIT = 256 * 1024

/** Holds back a program's output while it stands within an update. */
export class SynchronizedUpdates {
  #within = false
  #held: Buffer[] = []
  #size = 0
  /** The last characters seen: a marker may come in two pieces. */
  #tail = ''

  /** True while something is held back. */
  get holding(): boolean {
    return this.#size > 0
  }

  /** Takes what the program wrote and gives what may leave now, perhaps nothing. */
  feed(output: Buffer): Buffer {
    if (this.#tail.includes(ESCAPE) || output.includes(MARKER)) return this.#look(output)
    this.#tail = output.toString('latin1', Math.max(output.length + 1 - BEGIN.length, 0))
    return this.#within ? this.#hold(output) : this.#release(output)
  }

  /** Lets go what is held: the program takes too long over its update, or has ended. */
  release(): Buffer {
    this.#within = false
    return this.#release(NOTHING)
  }

  /** A marker, or the half of one, is there. */
  #look(output: Buffer): Buffer {
    const seen = this.#tail + output.toString('latin1')
    const [begin, end] = [seen.lastIndexOf(BEGIN), seen.lastIndexOf(END)]
    // Positions in `seen` lie so much further back in `output`; a marker's first half may have left already.
    const behind = this.#tail.length
    this.#tail = seen.slice(1 - BEGIN.length)
    if (begin > end && !(this.#within && end < 0)) {
      const from = Math.max(begin - behind, 0)
      const ready = this.#release(output.subarray(0, from))
      this.#within = true
      return this.#hold(output.subarray(from), ready)
    }
    if (end >= 0) this.#within = false
    return this.#within ? this.#hold(output) : this.#release(output)
  }

  #hold(output: Buffer, ready: Buffer = NOTHING): Buffer {
    if (output.length > 0) this.#held.push(output)
    this.#size += output.length
    return this.#size > UPDATE_LIMIT ? Buffer.concat([ready, this.release()]) : ready
  }

  #release(output: Buffer): Buffer {
    if (this.#size === 0) return output
    const all = Buffer.concat([...this.#held, output])
    this.#held = []
    this.#size = 0
    return all
  }
}

const NOTHING = Buffer.alloc(0)
