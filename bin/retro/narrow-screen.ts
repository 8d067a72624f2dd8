// The screen of an eight-bit machine on a modern terminal: 40 columns, the last of which leads to the next line at once. Modern
// terminals wait there until one more character comes, and are wider, so the column is counted here.

export interface NarrowSize {
  /** Columns of a line. */
  readonly columns: number
  /** Columns of the terminal. */
  readonly terminal: number
}

export class NarrowScreen {
  readonly #sizeNow: () => NarrowSize
  #size: NarrowSize
  #written = ''
  /** 0 at the left edge. */
  #column = 0

  constructor(size: () => NarrowSize) {
    this.#sizeNow = size
    this.#size = size()
  }

  /** What `show` writes for bytes. A window can change, but not while they are shown. */
  shown(bytes: Uint8Array, show: (byte: number) => void): string {
    this.#size = this.#sizeNow()
    this.#written = ''
    for (const byte of bytes) show(byte)
    return this.#written
  }

  get column(): number {
    return this.#column
  }

  /** Writes a sequence that leaves the cursor where it is. */
  write(sequence: string): void {
    this.#written += sequence
  }

  /** Shows a character. */
  put(glyph: string): void {
    this.#written += glyph
    this.#column++
    if (this.#column >= this.#size.columns) this.newLine()
  }

  newLine(): void {
    this.#written += '\r\n'
    this.#column = 0
  }

  /** To the left edge of the same line. */
  carriageReturn(): void {
    this.#written += '\r'
    this.#column = 0
  }

  home(): void {
    this.#written += '\x1b[H'
    this.#column = 0
  }

  clear(): void {
    this.home()
    this.#written += '\x1b[2J'
  }

  up(): void {
    this.#written += '\x1b[A'
  }

  /** @param scrolls on the last line the others move up; else nothing happens there */
  down(scrolls: boolean): void {
    this.#written += scrolls ? '\x1bD' : '\x1b[B'
  }

  /** To a column; past the last one it is the last. */
  goTo(column: number): void {
    this.#column = Math.min(column, this.#size.columns - 1)
    this.#written += `\x1b[${this.#column + 1}G`
  }

  /** Takes the character under the cursor away; what follows moves up to it. */
  deleteCharacter(): void {
    this.#written += '\x1b[P'
  }

  /** Makes room under the cursor. What is pushed out of the line is gone, though the terminal be wider. */
  insertCharacter(): void {
    const { columns, terminal } = this.#size
    this.#written += '\x1b[@'
    if (terminal > columns) this.#written += `\x1b[${columns + 1}G\x1b[X\x1b[${this.#column + 1}G`
  }

  insertLine(): void {
    this.#written += '\x1b[L'
    this.carriageReturn()
  }

  deleteLine(): void {
    this.#written += '\x1b[M'
    this.carriageReturn()
  }
}
