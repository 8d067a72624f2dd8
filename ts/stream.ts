// The session as a plain Duplex, for what wants one: `pipe`, `pipeline`, libraries. It speaks of strings or Buffers as the
// session does, and lets nothing flow faster than it is taken.

import { Duplex } from 'node:stream'
import type { WriteCallback } from './channel.js'
import type { Session } from './session.js'

export class SessionStream extends Duplex {
  readonly #session: Session<string | Buffer>
  #isListening = false
  /** A write waits for the session to drain. */
  #onDrain: WriteCallback | null = null

  constructor(session: Session<string | Buffer>) {
    // One chunk is read ahead; the session keeps the rest, and accounts for it.
    super({ readableObjectMode: true, readableHighWaterMark: 1, decodeStrings: false, emitClose: false })
    this.#session = session
    session.on('drain', () => this.#writeOn())
    session.once('end', () => this.push(null))
    session.once('error', (error) => this.destroy(error))
    session.once('close', () => this.#onClose())
  }

  override _read(): void {
    if (this.#isListening) {
      this.#session.resume()
      return
    }
    this.#isListening = true
    this.#session.on('data', (chunk) => {
      if (!this.push(chunk)) this.#session.pause()
    })
    this.#session.resume()
  }

  override _write(chunk: string | Uint8Array, encoding: BufferEncoding | 'buffer', callback: WriteCallback): void {
    const goesOn = this.#session.write(chunk, encoding === 'buffer' ? undefined : encoding)
    if (goesOn || this.#session.writableEnded) callback()
    else this.#onDrain = callback
  }

  override _final(callback: () => void): void {
    this.#session.end()
    callback()
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    // A stream that has come to its end on both sides is destroyed, too; what the session has queued then still leaves.
    const isOver = this.readableEnded && this.writableFinished
    if (error || !isOver) this.#session.destroy(error ?? undefined)
    callback(error)
  }

  #writeOn(): void {
    const callback = this.#onDrain
    this.#onDrain = null
    callback?.()
  }

  #onClose(): void {
    this.#writeOn()
    if (!this.readableEnded && !this.destroyed) this.push(null)
    this.emit('close')
  }
}
