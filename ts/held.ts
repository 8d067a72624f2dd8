// What has come and nobody has read yet: a queue of chunks, each a string (text mode) or a Buffer (bytes mode).
//
// A unit is a byte, or a UTF-16 unit of text. Each has a position in the stream, which stays its own while the queue moves on, so
// that a search can go on where it stopped. No call but `text` and `recode` costs more than what it takes or looks at.

/** Text, or bytes in bytes mode. */
export type Chunk = string | Buffer

/** The units that end lines. */
export const LF = 0x0a
export const CR = 0x0d

/** Chunks are joined up to so many units, lest a peer that sends single bytes cost us a piece, and a step of each search, for each. */
const SMALL = 1024

/** Who gets the cost of each piece back once it is used up. */
interface Creditor {
  consumed(cost: number): void
}

interface Piece {
  data: Chunk
  /** The position of its first unit. */
  start: number
  /** The credit that it holds. */
  cost: number
}

export class Held {
  readonly #creditor: Creditor
  #pieces: Piece[] = []
  /** The piece, within `#pieces`, in which the first unit lies. */
  #first = 0
  #start = 0
  #end = 0
  /** In this piece the next CR and the next LF stand at `#cr` and `#lf`. */
  #looked: Piece | null = null
  #cr = 0
  #lf = 0
  /** Bytes up to this position as text, as far as they were looked at. */
  #latin1 = ''
  #latin1End = 0

  constructor(creditor: Creditor) {
    this.#creditor = creditor
  }

  /** How many units are held. */
  get length(): number {
    return this.#end - this.#start
  }

  /** The position of the first unit. */
  get start(): number {
    return this.#start
  }

  /** The position after the last unit. */
  get end(): number {
    return this.#end
  }

  /** Appends a chunk, which is not empty. */
  push(data: Chunk, cost: number): void {
    const last = this.#pieces.at(-1)
    if (last !== undefined && last.data.length + data.length <= SMALL) {
      last.data = join([last.data, data])
      last.cost += cost
      this.#looked = null
    } else {
      this.#pieces.push({ data, start: this.#end, cost })
    }
    this.#end += data.length
  }

  /** Puts a chunk, which is not empty, before all that is held. */
  unshift(data: Chunk): void {
    const first = this.#pieces[this.#first]
    if (first !== undefined && first.start < this.#start) {
      first.data = cut(first.data, this.#start - first.start, first.data.length)
      first.start = this.#start
    }
    this.#start -= data.length
    this.#latin1 = ''
    const piece = { data, start: this.#start, cost: 0 }
    if (this.#first > 0) this.#pieces[--this.#first] = piece
    else this.#pieces.unshift(piece)
  }

  /** Removes and returns the first `count` units, of at least one that are held. */
  take(count: number): Chunk {
    const taken = this.slice(this.#start, this.#start + count)
    this.drop(count)
    return taken
  }

  /** Removes the first `count` units. */
  drop(count: number): void {
    this.#start += count
    const pieces = this.#pieces
    let freed = 0
    let first = this.#first
    for (; first < pieces.length; first++) {
      const piece = pieces[first]!
      if (endOf(piece) > this.#start) break
      freed += piece.cost
    }
    this.#first = first
    if (first === pieces.length) {
      this.#pieces = []
      this.#first = 0
      // A session at rest keeps nothing of what it has read.
      this.#looked = null
      this.#latin1 = ''
    } else if (first > 64 && first * 2 > pieces.length) {
      pieces.splice(0, first)
      this.#first = 0
    }
    if (freed > 0) this.#creditor.consumed(freed)
  }

  /** The first of the units, of at least one that are held: as many as can be had without copying. They stay held. */
  head(): Chunk {
    const { data, start } = this.#pieces[this.#first]!
    return start === this.#start ? data : cut(data, this.#start - start, data.length)
  }

  /** The units of at least one position, `from` to before `to`. */
  slice(from: number, to: number): Chunk {
    let index = this.#pieceAt(from)
    let piece = this.#pieces[index]!
    if (to <= endOf(piece)) return cut(piece.data, from - piece.start, to - piece.start)
    const parts: Chunk[] = [cut(piece.data, from - piece.start, piece.data.length)]
    while (endOf(piece) < to) {
      piece = this.#pieces[++index]!
      parts.push(cut(piece.data, 0, to - piece.start))
    }
    return join(parts)
  }

  /** The unit at a position. */
  unit(position: number): number {
    const { data, start } = this.#pieces[this.#pieceAt(position)]!
    return unitOf(data, position - start)
  }

  /** So many units as `count`, or one more where a surrogate pair would be torn, or as many as are held. */
  whole(count: number): number {
    if (count >= this.length) return this.length
    const position = this.#start + count
    const isTorn = typeof this.#pieces[this.#first]!.data === 'string' && isHigh(this.unit(position - 1))
    return isTorn && isLow(this.unit(position)) ? count + 1 : count
  }

  /**
   * Where `needle`, of the kind that is held, first stands; -1: nowhere.
   * @param seen no needle ends before this position
   */
  indexOf(needle: Chunk, seen: number): number {
    const overlap = needle.length - 1
    const from = Math.max(this.#start, seen - overlap)
    for (let index = this.#pieceAt(seen); index < this.#pieces.length; index++) {
      const { data, start } = this.#pieces[index]!
      const seam = Math.max(from, start - overlap)
      if (seam < start) {
        // It may begin before this piece and end in it.
        const around = this.slice(seam, start + Math.min(overlap, data.length))
        const at = find(around, needle, 0)
        if (at !== -1) return seam + at
      }
      const at = find(data, needle, Math.max(from - start, 0))
      if (at !== -1) return start + at
    }
    return -1
  }

  /** Where the first CR or LF stands at or after `from`; -1: nowhere. */
  lineEnd(from: number): number {
    for (let index = this.#pieceAt(from); index < this.#pieces.length; index++) {
      const piece = this.#pieces[index]!
      const at = this.#lineEndIn(piece, Math.max(from, piece.start))
      if (at !== Number.POSITIVE_INFINITY) return at
    }
    return -1
  }

  /** All that is held as text, of bytes each one as the character of its number. It stays held. */
  text(): string {
    const data = this.#joined()
    if (typeof data === 'string') return data
    // Who takes one match after another from the same bytes has them converted once.
    if (this.#latin1End !== this.#end || this.#latin1.length < data.length) {
      this.#latin1 = data.toString('latin1')
      this.#latin1End = this.#end
    }
    return this.#latin1.slice(this.#latin1.length - data.length)
  }

  /** Makes all that is held text, or bytes, by UTF-8. */
  recode(binary: boolean): void {
    if (this.length > 0) this.#become(recode(this.#joined(), binary))
    this.#latin1 = ''
  }

  /** Releases the cost of all that is held, which has been looked at and waits for more. */
  releaseAll(): void {
    let freed = 0
    for (let index = this.#pieces.length - 1; index >= this.#first; index--) {
      const piece = this.#pieces[index]!
      // What was there when this was last called costs nothing any more.
      if (piece.cost === 0) break
      freed += piece.cost
      piece.cost = 0
    }
    if (freed > 0) this.#creditor.consumed(freed)
  }

  #joined(): Chunk {
    if (this.#pieces.length - this.#first > 1 || this.#pieces[this.#first]!.start < this.#start) {
      this.#become(this.slice(this.#start, this.#end))
    }
    return this.#pieces[this.#first]!.data
  }

  #become(data: Chunk): void {
    const cost = this.#pieces.reduce((sum, piece, index) => (index < this.#first ? sum : sum + piece.cost), 0)
    this.#pieces = [{ data, start: this.#start, cost }]
    this.#first = 0
    this.#end = this.#start + data.length
  }

  /** The index of the piece in which a position lies. */
  #pieceAt(position: number): number {
    const pieces = this.#pieces
    let low = this.#first
    if (position < endOf(pieces[low]!)) return low
    let high = pieces.length - 1
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if (pieces[middle]!.start <= position) low = middle
      else high = middle - 1
    }
    return low
  }

  /**
   * Node finds one character many times faster than a loop finds one of two. Both places are remembered, lest a chunk of many
   * lines that has only the one be searched to its end for the other at each line.
   */
  #lineEndIn(piece: Piece, from: number): number {
    const { data, start } = piece
    // Within one piece `from` never goes back before a line end, so what is remembered holds.
    if (this.#looked !== piece) {
      this.#looked = piece
      this.#cr = this.#lf = from - 1
    }
    if (this.#cr < from) this.#cr = positionOf(data, '\r', CR, from - start) + start
    if (this.#lf < from) this.#lf = positionOf(data, '\n', LF, from - start) + start
    return Math.min(this.#cr, this.#lf)
  }
}

/** Makes a chunk text, or bytes, by UTF-8. */
export function recode(data: Chunk, binary: boolean): Chunk {
  if (typeof data === 'string') return binary ? Buffer.from(data) : data
  return binary ? data : data.toString()
}

/** A part of a chunk, without copying it. */
export function cut(data: Chunk, from: number, to: number): Chunk {
  return typeof data === 'string' ? data.slice(from, to) : data.subarray(from, to)
}

/** One unit of a chunk. */
export function unitOf(data: Chunk, index: number): number {
  return typeof data === 'string' ? data.charCodeAt(index) : data[index]!
}

function endOf(piece: Piece): number {
  return piece.start + piece.data.length
}

function join(parts: Chunk[]): Chunk {
  return typeof parts[0] === 'string' ? parts.join('') : Buffer.concat(parts as Buffer[])
}

function find(data: Chunk, needle: Chunk, from: number): number {
  return typeof data === 'string' ? data.indexOf(needle as string, from) : data.indexOf(needle as Buffer, from)
}

function positionOf(data: Chunk, character: string, byte: number, from: number): number {
  const at = typeof data === 'string' ? data.indexOf(character, from) : data.indexOf(byte, from)
  return at === -1 ? Number.POSITIVE_INFINITY : at
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000
}
