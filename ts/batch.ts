// Reads records and hands each to its connection. They come in memory that is reused: three words a record in `head`, and
// their bytes one after another in `data`. No object is made for a record.

import { RECORD_WORDS, RecordKind, type Side } from './binding.js'
import type { Connection } from './connection.js'
import type { Counters } from './line.js'
import { allocateSlab, type Slab } from './text.js'

/** Where records come from. */
export interface RecordSource {
  /**
   * Copies records into `head` and `data`. Returns how many; 0: none are left; -n: the next one needs n bytes of `data`.
   */
  poll(head: Uint32Array, data: Buffer): number
  /** Whose record it is; `undefined`: nobody's any more. */
  connection(id: number): Connection | undefined
  /** A record of the source itself: a connection stands, output is due, a listener has something to tell. */
  onOther(kind: number, id: number, argument: number, data: Buffer): void
  /** A listener of the program threw. */
  onThrow(connection: Connection | undefined, error: unknown): void
}

/** Records that are read at once. */
const RECORDS = 1024

/** Bytes that are read at once. */
const SLAB = 256 * 1024

/** A slab with less room than this is not worth going on with. */
const LEAST_ROOM = 64 * 1024

/** Data from so many bytes on stays where it is, and the slab is not used again; shorter data is copied, not to pin a slab. */
const LARGE = 16 * 1024

/** Records that go to their source, as bits. */
const OTHERS =
  (1 << RecordKind.Open) | (1 << RecordKind.Output) | (1 << RecordKind.Drop) | (1 << RecordKind.ListenerError)

const UTF16 = 1 << RecordKind.Utf16

/** Records of data. */
const DATA = (1 << RecordKind.Bytes) | (1 << RecordKind.Latin1) | UTF16

/** What a record takes of its connection's credit, beside its bytes; data takes its bytes alone, text its characters. */
export const RECORD_COST = 12

export class Batch {
  readonly #head = new Uint32Array(RECORDS * RECORD_WORDS)
  #data: Slab = allocateSlab(SLAB)
  /** Somebody holds a part of the slab. */
  #isShared = false

  /** Reads what there is, as much as fits at once. Returns how many records; they must be dispatched before the next call. */
  fill(source: RecordSource): number {
    let count = source.poll(this.#head, this.#data)
    if (count < 0) {
      this.#data = allocateSlab(-count)
      count = source.poll(this.#head, this.#data)
    }
    return count
  }

  /** Hands `count` records out. What the program throws meanwhile stops none of the others. */
  dispatch(count: number, source: RecordSource): void {
    const head = this.#head
    const end = count * RECORD_WORDS
    let at = 0
    let start = 0
    while (at < end) {
      let connection: Connection | undefined
      try {
        while (at < end) {
          const id = head[at]!
          const word = head[at + 1]!
          const length = head[at + 2]!
          const from = start
          at += RECORD_WORDS
          start += length
          connection = undefined
          const kind = word & 0xff
          if (((1 << kind) & OTHERS) === 0) {
            connection = source.connection(id)
            if (connection !== undefined) this.#deliver(connection, kind, word >>> 8, from, start)
          } else {
            source.onOther(kind, id, word >>> 8, this.#bytes(from, start))
          }
        }
      } catch (error) {
        source.onThrow(connection, error)
      }
    }
    this.#renew(start)
  }

  /** What `count` records take of the credit; those of the source itself take none. */
  cost(count: number): number {
    let cost = 0
    for (let at = 0; at < count * RECORD_WORDS; at += RECORD_WORDS) {
      const bit = 1 << (this.#head[at + 1]! & 0xff)
      const length = this.#head[at + 2]!
      if ((bit & DATA) !== 0) cost += bit === UTF16 ? length >> 1 : length
      else if ((bit & OTHERS) === 0) cost += length + RECORD_COST
    }
    return cost
  }

  #deliver(connection: Connection, kind: number, argument: number, start: number, end: number): void {
    const data = this.#data
    switch (kind) {
      case RecordKind.Latin1:
        connection.onText(data.latin1Slice(start, end), end - start)
        break
      case RecordKind.Bytes:
        connection.onBytes(this.#bytes(start, end), end - start)
        break
      case RecordKind.Utf16:
        connection.onText(data.ucs2Slice(start, end), (end - start) >> 1)
        break
      case RecordKind.TextError:
        connection.onTextError(this.#json(start, end), argument === 1, RECORD_COST + end - start)
        break
      default:
        connection.channel.credit(RECORD_COST + end - start)
        this.#deliverRare(connection, kind, argument, start, end)
    }
  }

  #deliverRare(connection: Connection, kind: number, argument: number, start: number, end: number): void {
    const data = this.#data
    switch (kind) {
      case RecordKind.End:
        connection.onEnd()
        break
      case RecordKind.Close:
        connection.onClose(counters(data, start), this.#json(start + COUNTERS, end))
        break
      case RecordKind.Drain:
        connection.channel.onDrained()
        break
      case RecordKind.Option: {
        const side: Side = argument & 0x100 ? 'remote' : 'local'
        connection.onOption(side, argument & 0xff, (argument & 0x200) !== 0, (argument & 0x400) !== 0)
        break
      }
      case RecordKind.Command:
        connection.onCommand(argument & 0xff, argument > 0xff)
        break
      case RecordKind.Subnegotiation:
        connection.onSubnegotiation(argument, this.#bytes(start, end))
        break
      case RecordKind.WindowSize:
        connection.onWindowSize(data.readUInt16LE(start), data.readUInt16LE(start + 2))
        break
      case RecordKind.TerminalType:
        connection.onTerminalType(data.utf8Slice(start, end), argument & 0xff, argument > 0xff)
        break
      case RecordKind.Environment:
        connection.onEnvironment(this.#json(start, end))
        break
      case RecordKind.Charset:
        connection.onCharset(data.utf8Slice(start, end), (argument & 1) !== 0)
        break
      case RecordKind.Encoding:
        connection.onEncoding(data.utf8Slice(start, end), argument)
        break
      case RecordKind.Left:
        connection.onLeft(argument === 1)
        break
      case RecordKind.TimingMark:
        connection.onTimingMark()
        break
      case RecordKind.Settled:
        connection.onSettled()
        break
      case RecordKind.Violation:
        connection.onViolation({ ...this.#json<{ code: string; message: string }>(start, end), count: argument })
        break
      case RecordKind.Idle:
        connection.onIdle()
        break
      case RecordKind.Value:
        connection.onValue(argument, this.#json(start, end))
        break
      case RecordKind.Trace:
        connection.onTrace(argument === 0 ? 'in' : 'out', this.#bytes(start, end))
        break
      case RecordKind.TerminalTypesComplete:
        connection.onTerminalTypesComplete()
        break
      case RecordKind.Heard:
        connection.onHeard(argument >>> 8, argument & 0xff)
        break
      case RecordKind.Special:
        connection.session.emit('special', argument)
    }
  }

  /** Bytes of the slab that the program may keep. */
  #bytes(start: number, end: number): Buffer {
    if (end - start >= LARGE) {
      this.#isShared = true
      return this.#data.subarray(start, end)
    }
    const bytes = Buffer.allocUnsafe(end - start)
    this.#data.copy(bytes, 0, start, end)
    return bytes
  }

  /** The JSON that stands there, `null` where nothing does. */
  #json<T>(start: number, end: number): T {
    return JSON.parse(start === end ? 'null' : this.#data.utf8Slice(start, end))
  }

  /** Makes sure that nobody else has the memory that is read into next. */
  #renew(used: number): void {
    if (this.#isShared) {
      this.#isShared = false
      const rest = this.#data.subarray(used) as Slab
      this.#data = rest.length >= LEAST_ROOM ? rest : allocateSlab(SLAB)
    } else if (this.#data.length > SLAB) {
      this.#data = allocateSlab(SLAB)
    }
  }
}

/** Two numbers of eight octets. */
const COUNTERS = 16

function counters(data: Buffer, start: number): Counters {
  return {
    bytesRead: Number(data.readBigUInt64LE(start)),
    bytesWritten: Number(data.readBigUInt64LE(start + 8)),
  }
}
