// A raw passage as a plain Duplex. One chunk is read ahead; when the passage is left, that is taken back.

import { Duplex } from 'node:stream'
import type { WriteCallback } from './channel.js'
import type { Consumer } from './inflow.js'
import type { PassageOwner, RawPassage } from './raw-passage.js'
import type { Reader } from './reader.js'

export class RawStream extends Duplex {
  readonly #passage: RawPassage
  readonly #reader: Reader<Buffer>
  readonly #owner: PassageOwner
  readonly #taking: Consumer = { consume: () => this.#take(), end: () => this.push(null) }
  #onDrain: WriteCallback | null = null
  readonly #writeOn = () => {
    const done = this.#onDrain
    this.#onDrain = null
    done?.()
  }

  constructor(passage: RawPassage, reader: Reader<Buffer>, owner: PassageOwner) {
    super({ readableHighWaterMark: 1 })
    this.#passage = passage
    this.#reader = reader
    this.#owner = owner
    owner.session.on('drain', this.#writeOn)
  }

  override _read(): void {
    this.#reader.consumer = this.#taking
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: WriteCallback): void {
    const goesOn = this.#passage.write(chunk)
    if (goesOn || !this.#owner.isWritable) done()
    else this.#onDrain = done
  }

  override _destroy(error: Error | null, done: WriteCallback): void {
    // Who goes on reading the passage has what this one had read ahead.
    for (const chunk of this.takeAhead().reverse()) this.#reader.unshift(chunk)
    done(error)
  }

  /** What was read ahead and nobody has taken. */
  takeAhead(): Buffer[] {
    const ahead: Buffer[] = []
    // It must not be told as data.
    const listeners = this.rawListeners('data') as ((chunk: Buffer) => void)[]
    this.removeAllListeners('data')
    for (let chunk = this.read(); chunk !== null; chunk = this.read()) {
      ahead.push(typeof chunk === 'string' ? Buffer.from(chunk, this.readableEncoding ?? 'utf8') : chunk)
    }
    for (const listener of listeners) this.on('data', listener)
    return ahead
  }

  /** Nothing comes any more. */
  finish(): void {
    this.#reader.consumer = null
    this.push(null)
    // Somebody has to see that it has ended.
    this.resume()
    this.end()
  }

  /** The passage is over, or the connection is gone. */
  onOver(error: Error | null): void {
    this.#owner.session.off('drain', this.#writeOn)
    this.#writeOn()
    if (error !== null) this.destroy(error)
  }

  #take(): void {
    this.#reader.consumer = null
    const chunk = this.#reader.take()
    if (chunk !== null) this.push(chunk)
  }
}
