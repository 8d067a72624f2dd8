// Which options are on, on one side, as the program has been told. The core may be ahead by what is still on its way, and the
// program would otherwise find an option on before its event says so.
//
// Three words a side: options 0 to 63, nearly all that are ever on, are bits.

export class AgreedOptions {
  /** Options 0 to 31, and 32 to 63. */
  #low = 0
  #high = 0
  #others: Set<number> | null = null

  has(option: number): boolean {
    const bit = 1 << (option & 31)
    if (option < 32) return (this.#low & bit) !== 0
    if (option < 64) return (this.#high & bit) !== 0
    return this.#others?.has(option) ?? false
  }

  set(option: number, on: boolean): void {
    const bit = 1 << (option & 31)
    if (option < 32) this.#low = on ? this.#low | bit : this.#low & ~bit
    else if (option < 64) this.#high = on ? this.#high | bit : this.#high & ~bit
    else if (on) this.#others = (this.#others ?? new Set()).add(option)
    else this.#others?.delete(option)
  }
}
