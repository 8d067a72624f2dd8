// A raw passage: for as long as the program wants, what comes is bytes and not text, for a transfer of files in the middle of a
// session. It is read for itself; text that the session has not read waits meanwhile.
//
// Where it ends is the program's choice: the bytes that it has not read go back to the addon, are converted as if they came
// now, and can be read as text. Until they have gone back the addon looks at nothing that came later (crates/telnet-net, passage.rs).

import type { Duplex } from 'node:stream'
import type { Channel, WriteCallback } from './channel.js'
import { checkBytes } from './checks.js'
import { TelnetError } from './errors.js'
import type { Expected, Pattern } from './expect.js'
import { RawStream } from './raw-stream.js'
import { Reader, type ReadOptions } from './reader.js'
import type { WaitOptions } from './waiting.js'

/** What takes bytes that come while the session is in text. */
export interface ByteTaker {
  /** @param cost their part of the credit */
  onBytes(bytes: Buffer, cost: number): void
  /** The peer has ended its side. */
  onEnd(): void
  /** What is kept was meant to be thrown away. */
  discard(): void
  /** All has come that is bytes: returns what of it is to be text again. */
  takeRest(): Buffer
  /** The rest has come back as text, or the connection is gone. */
  onOver(error: Error | null): void
}

/** Whose passage it is. */
export interface PassageOwner {
  readonly channel: Channel
  readonly isWritable: boolean
  readonly isClosed: boolean
  readonly session: {
    on(name: 'drain', listener: () => void): unknown
    off(name: 'drain', listener: () => void): unknown
  }
}

/** The other side of a passage: for the package's own use. */
export let takerOf: (passage: RawPassage) => ByteTaker

/** Bytes as they come and go, with only 255 doubled on the wire: what `session.enterRaw()` gives. It is read as a session is. */
export class RawPassage {
  readonly #owner: PassageOwner
  readonly #reader: Reader<Buffer>
  #stream: RawStream | null = null
  #leaving: Promise<void> | null = null
  #onOver: (() => void) | null = null

  static {
    takerOf = (passage) => ({
      onBytes: (bytes, cost) => passage.#reader.push(bytes, cost),
      onEnd: () => passage.#reader.end(),
      discard: () => void passage.#takeAll(),
      takeRest: () => passage.#takeRest(),
      onOver: (error) => passage.#over(error),
    })
  }

  constructor(owner: PassageOwner) {
    this.#owner = owner
    const consumed = (cost: number) => owner.channel.credit(cost)
    this.#reader = new Reader<Buffer>({ binary: true, consumed, finished: ignore, onFault: ignore })
  }

  /** Bytes that came and were not read yet. */
  get readableLength(): number {
    return this.#reader.length + (this.#stream?.readableLength ?? 0)
  }

  /**
   * Reads at most `n` bytes, as soon as anything is there. `null`: the peer has ended its side, or the passage was left.
   *
   * All that read reject and resolve as those of a session do.
   */
  read(n?: number, options?: WaitOptions): Promise<Buffer | null> {
    return this.#reader.read(n, options)
  }

  /** Reads exactly `n` bytes. */
  readExactly(n: number, options?: WaitOptions): Promise<Buffer | null> {
    return this.#reader.readExactly(n, options)
  }

  /** Reads up to and with the first match. */
  readUntil(pattern: Pattern, options?: ReadOptions): Promise<Buffer | null> {
    return this.#reader.readUntil(pattern, options)
  }

  /** Reads until one of the patterns is found. */
  expect(patterns: Pattern | readonly Pattern[], options?: ReadOptions): Promise<Expected<Buffer> | null> {
    return this.#reader.expect(patterns, options)
  }

  /** Everything that comes, chunk by chunk, until the passage ends. */
  [Symbol.asyncIterator](): AsyncIterableIterator<Buffer> {
    return this.#reader[Symbol.asyncIterator]()
  }

  /** Puts back what was read, before all that comes: after `leave()` it is text. */
  unshift(bytes: Uint8Array): void {
    checkBytes('bytes', bytes)
    this.#reader.unshift(bytes)
  }

  /**
   * Sends bytes.
   *
   * @param callback called when they have been handed on, or with an error if that can't be
   * @returns false if more than 256 KiB wait for the peer: better wait for the session's 'drain'
   */
  write(bytes: Uint8Array, callback?: WriteCallback): boolean {
    checkBytes('bytes', bytes)
    const { channel, isWritable } = this.#owner
    if (!isWritable) {
      if (callback) process.nextTick(callback, new TelnetError('TELNET_CLOSED', 'The session is closed'))
      return false
    }
    const goesOn = channel.bytes(bytes)
    if (callback) channel.whenHandedOn(callback)
    return goesOn
  }

  /** The passage as a Duplex, for `pipeline` and programs. To end it, or to destroy it, ends neither the passage nor the session. */
  get stream(): Duplex {
    this.#stream ??= new RawStream(this, this.#reader, this.#owner)
    return this.#stream
  }

  /**
   * Ends the passage at the first byte that was not read: from there on what comes is text again. Resolves when what is read from the
   * session is that. A read that waits gives `null`, and the stream ends.
   */
  leave(): Promise<void> {
    this.#leaving ??= new Promise((resolve) => {
      this.#onOver = resolve
      if (this.#owner.isClosed) resolve()
      else this.#owner.channel.leaveRaw()
    })
    return this.#leaving
  }

  #takeAll(): Buffer {
    const ahead = this.#stream?.takeAhead() ?? []
    const held = this.#reader.take()
    return Buffer.concat(held === null ? ahead : [...ahead, held])
  }

  #takeRest(): Buffer {
    const rest = this.#takeAll()
    this.#reader.end()
    this.#stream?.finish()
    return rest
  }

  #over(error: Error | null): void {
    if (error === null) this.#reader.end()
    else this.#reader.fail(error)
    this.#stream?.onOver(error)
    this.#onOver?.()
  }
}

/** Bytes that nobody had read when the program chose text: they are text, too. */
export class UnreadBytes implements ByteTaker {
  readonly #channel: Channel
  #bytes: Buffer[]

  constructor(channel: Channel, bytes: Buffer[]) {
    this.#channel = channel
    this.#bytes = bytes
    channel.leaveRaw()
  }

  onBytes(bytes: Buffer, cost: number): void {
    this.#bytes.push(bytes)
    this.#channel.credit(cost)
  }

  onEnd(): void {}

  discard(): void {
    this.#bytes = []
  }

  takeRest(): Buffer {
    return Buffer.concat(this.#bytes)
  }

  onOver(): void {}
}

function ignore(): void {}
