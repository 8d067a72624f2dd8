// Bytes that came and wait to be taken, in one piece of memory: to append costs what is appended, to take from the front nothing.

export class ByteQueue {
  #memory = Buffer.alloc(0)
  #start = 0
  #end = 0

  get length(): number {
    return this.#end - this.#start
  }

  /** All that waits. It is good until more is appended. */
  get bytes(): Buffer {
    return this.#memory.subarray(this.#start, this.#end)
  }

  set bytes(bytes: Uint8Array) {
    this.#start = this.#end = 0
    this.append(bytes)
  }

  append(bytes: Uint8Array): void {
    this.#reserve(bytes.length)
    this.#memory.set(bytes, this.#end)
    this.#end += bytes.length
  }

  /** True if they end with the first `count` of these. */
  endsWith(bytes: Uint8Array, count: number): boolean {
    for (let index = 0; index < count; index++) {
      if (this.#memory[this.#end - count + index] !== bytes[index]) return false
    }
    return true
  }

  /** Moves all of them to the front of `into`. */
  moveTo(into: Buffer): void {
    this.#memory.copy(into, 0, this.#start, this.#end)
    this.#start = this.#end = 0
  }

  /** Takes the first of them away, a copy. */
  take(count = this.length): Buffer {
    const taken = Buffer.allocUnsafe(count)
    this.#memory.copy(taken, 0, this.#start, this.#start + count)
    this.#start += count
    if (this.#start === this.#end) this.#start = this.#end = 0
    return taken
  }

  /** Where `needle` stands, counted from the first byte, at `from` or behind it; -1: nowhere. */
  indexOf(needle: Uint8Array, from = 0): number {
    if (this.length < from + needle.length) return -1
    const at = this.#memory.indexOf(needle, this.#start + from)
    return at === -1 || at + needle.length > this.#end ? -1 : at - this.#start
  }

  #reserve(more: number): void {
    if (this.#end + more <= this.#memory.length) return
    const waiting = this.bytes
    const needed = waiting.length + more
    // Where half of it is free at the front, it is only moved there.
    if (needed * 2 <= this.#memory.length) {
      this.#memory.copyWithin(0, this.#start, this.#end)
    } else {
      const memory = Buffer.allocUnsafeSlow(Math.max(needed * 2, 256))
      memory.set(waiting)
      this.#memory = memory
    }
    this.#end = waiting.length
    this.#start = 0
  }
}
