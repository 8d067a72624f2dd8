// A reader on its own: what it gives back and tells is written down.

import type { Chunk } from '../../ts/held.js'
import { Reader, type ReaderHost } from '../../ts/reader.js'

export class Host implements ReaderHost {
  credit = 0
  ends = 0
  readonly faults: Error[] = []
  binary: boolean

  constructor(binary = false) {
    this.binary = binary
  }

  consumed(cost: number): void {
    this.credit += cost
  }

  finished(): void {
    this.ends++
  }

  onFault(fault: Error): void {
    this.faults.push(fault)
  }
}

/** A reader of text that has these chunks, each at the cost of its length. */
export function textReader(...chunks: string[]): { reader: Reader<string>; host: Host } {
  const host = new Host()
  const reader = new Reader<string>(host)
  feed(reader, chunks)
  return { reader, host }
}

/** A reader of bytes that has these chunks, written as latin-1. */
export function byteReader(...chunks: string[]): { reader: Reader<Buffer>; host: Host } {
  const host = new Host(true)
  const reader = new Reader<Buffer>(host)
  feed(
    reader,
    chunks.map((chunk) => Buffer.from(chunk, 'latin1')),
  )
  return { reader, host }
}

/** All values of an iterator. */
export async function collect<T>(values: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const value of values) all.push(value)
  return all
}

/** Lets what is waiting for a promise have its turn. */
export async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}

function feed(reader: Reader<string> | Reader<Buffer>, chunks: Chunk[]): void {
  for (const chunk of chunks) reader.push(chunk, chunk.length)
}
