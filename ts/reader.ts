// Reading by asking: what came is kept until somebody reads it. One read waits at a time; it looks at what is there each time
// more comes, and takes what it wants only when it has all of it. So one that is given up has taken nothing.
//
// What is kept holds credit of the connection, whose peer cannot fill the memory: it is given back when data is taken, and
// when a read has looked at it and waits for more. How much that may be is bounded by the limit of the read.

import { TelnetError } from './errors.js'
import { compile, type Expected, type Matcher, type Pattern, search } from './expect.js'
import { type Chunk, CR, cut, Held, LF, recode, unitOf } from './held.js'
import { Wait, type WaitOptions } from './waiting.js'

/** Whom a reader reads for. */
export interface ReaderHost {
  /** What is read are Buffers, not strings. */
  readonly binary: boolean
  /** So much credit is free again. */
  consumed(cost: number): void
  /** A read was told that the stream has ended; called once. */
  finished(): void
}

/** How a read waits, and how much it may gather. */
export interface ReadOptions extends WaitOptions {
  /**
   * Characters, or bytes, that may come before the read has what it wants; past that it rejects with TELNET_LIMIT, and all stays to be
   * read. **Default:** 1,048,576; of `readAll`: 67,108,864.
   */
  limit?: number | undefined
}

/** A read: what it wants, and what becomes of it. Its methods may throw to reject it. */
export interface Wanted<Result> {
  /** To complete the sentence "… took longer than 100 ms". */
  readonly what: string
  /**
   * Takes what it wants, if it is there: of at least one unit that is held, or more.
   * @param from what was held before this position, it has seen already
   * @returns `undefined` if it has to wait for more
   */
  attempt(from: number): Result | undefined
  /** The stream has ended; no more will come. */
  atEnd(): Result
  /** It was given up, or the connection failed. */
  abandon?(): void
}

interface Pending {
  readonly wanted: Wanted<unknown>
  /** `null` as long as it was not needed: what is there is read without. */
  wait: Wait<unknown> | null
}

const LIMIT = 2 ** 20
const LIMIT_OF_ALL = 2 ** 26

const NUL = 0

export class Reader<Data extends Chunk = Chunk> {
  readonly #host: ReaderHost
  readonly #held: Held
  #pending: Pending | null = null
  #isTrying = false
  /** The pending read has seen what is held before this position. */
  #seen = 0
  /** A CR ended the last line that was read, and was the last unit: an LF right behind it is part of the same line end. */
  #isAfterReturn = false
  #hasEnded = false
  #endIsTold = false
  #failure: Error | null = null

  constructor(host: ReaderHost) {
    this.#host = host
    this.#held = new Held((cost) => host.consumed(cost))
  }

  /** Characters, or bytes, that are held. */
  get length(): number {
    return this.#held.length
  }

  /** A read is waiting. */
  get waiting(): boolean {
    return this.#pending !== null
  }

  /** What comes next need not pass through here: nothing is held, nobody waits, and no LF is to be swallowed. */
  get idle(): boolean {
    return this.#pending === null && this.#held.length === 0 && !this.#isAfterReturn
  }

  /** Something came. `cost`: the credit that it holds. */
  push(chunk: Chunk, cost: number): void {
    const data = this.#afterReturn(recode(chunk, this.#host.binary))
    if (data.length === 0) {
      this.#host.consumed(cost)
      return
    }
    this.#held.push(data, cost)
    this.#retry()
  }

  /** Puts back what was taken, before all that is held. */
  unshift(chunk: Chunk): void {
    if (chunk.length === 0) return
    this.#held.unshift(recode(chunk, this.#host.binary))
    this.#seen = this.#held.start
    this.#retry()
  }

  /** The stream has ended. */
  end(): void {
    this.#hasEnded = true
    this.#retry()
  }

  /** The connection failed: what is held can still be read, then all reads reject with `error`. */
  fail(error: Error): void {
    this.#failure ??= error
    this.#retry()
  }

  /** The session changed between text and bytes: what is held changes too. */
  recode(): void {
    this.#held.recode(this.#host.binary)
    this.#seen = this.#held.start
  }

  /** Takes all that is held; `null`: nothing. */
  take(): Data | null {
    return this.#held.length === 0 ? null : this.#take(this.#held.length)
  }

  /** Takes the line end at the beginning of what is held; if it is a CR, then also an LF (or the NUL of bytes mode) behind it. */
  takeLineEnd(): void {
    const isReturn = this.#held.unit(this.#held.start) === CR
    this.#held.drop(1)
    if (!isReturn) return
    if (this.#held.length === 0) this.#isAfterReturn = true
    else if (this.#followsReturn(this.#held.unit(this.#held.start))) this.#held.drop(1)
  }

  /**
   * Resolves with what is there, as soon as there is anything, at most `count` characters (as JavaScript counts them; but a
   * surrogate pair is never torn) or bytes; with `null` at the end of the stream.
   */
  read(count = Number.POSITIVE_INFINITY, options?: WaitOptions): Promise<Data | null> {
    if (count === 0) return Promise.resolve(this.#nothing())
    if (!(count > 0)) return Promise.reject(badCount(count))
    const attempt = () => (this.#held.length === 0 ? undefined : this.#take(this.#held.whole(count)))
    return this.wait<Data | null>({ what: 'Reading', attempt, atEnd: () => this.#tellEnd(null) }, options)
  }

  /**
   * Resolves with the next line, without its end: CR LF, LF, CR, and in bytes mode CR NUL. A CR ends the line at once; an LF that
   * comes right behind it, even much later, belongs to it. The end of the stream ends the last line; then it gives `null`.
   */
  readLine(options?: ReadOptions): Promise<Data | null> {
    const limit = options?.limit ?? LIMIT
    return this.wait<Data | null>(
      {
        what: 'Reading a line',
        attempt: (from) => {
          const { start, length } = this.#held
          const at = length === 0 ? -1 : this.#held.lineEnd(from)
          if ((at === -1 ? length : at - start) > limit) throw overLimit('A line', limit)
          if (at === -1) return undefined
          const line = this.#take(at - start)
          this.takeLineEnd()
          return line
        },
        atEnd: () => this.take() ?? this.#tellEnd(null),
      },
      options,
    )
  }

  /**
   * Resolves with `count` characters (as JavaScript counts them; but a surrogate pair is never torn) or bytes. At the end of the
   * stream it rejects with TELNET_EOF and what came in `partial`, or gives `null` if nothing did.
   */
  readExactly(count: number, options?: WaitOptions): Promise<Data | null> {
    if (count === 0) return Promise.resolve(this.#nothing())
    if (!Number.isSafeInteger(count) || count < 0) return Promise.reject(badCount(count))
    const attempt = () => (this.#held.length < count ? undefined : this.#take(this.#held.whole(count)))
    const what = `Reading ${count} characters or bytes`
    return this.wait<Data | null>({ what, attempt, atEnd: () => this.#endEarly(what) }, options)
  }

  /** Resolves with all up to the end of the first match of a pattern. Ends as `readExactly` does. */
  async readUntil(pattern: Pattern, options?: ReadOptions): Promise<Data | null> {
    const found = await this.expect(pattern, options)
    return found?.text ?? null
  }

  /**
   * Resolves when one of the patterns is in what came: with which it is, its match, and all up to the match's end. Where several
   * are, the first of the list is taken, not the first in the stream. Ends as `readExactly` does.
   */
  async expect(patterns: Pattern | readonly Pattern[], options?: ReadOptions): Promise<Expected<Data> | null> {
    let { binary } = this.#host
    let matchers = compile(patterns, binary)
    const attempt = (from: number) => {
      if (binary !== this.#host.binary) {
        binary = this.#host.binary
        matchers = compile(patterns, binary)
      }
      return this.#search(matchers, from, options?.limit ?? LIMIT)
    }
    const what = `Waiting for ${Array.isArray(patterns) ? patterns.map(show).join(' or ') : show(patterns as Pattern)}`
    return this.wait<Expected<Data> | null>({ what, attempt, atEnd: () => this.#endEarly(what) }, options)
  }

  /** Resolves with all that comes until the stream ends. */
  readAll(options?: ReadOptions): Promise<Data> {
    const limit = options?.limit ?? LIMIT_OF_ALL
    return this.wait<Data>(
      {
        what: 'Reading all',
        attempt: () => {
          if (this.#held.length > limit) throw overLimit('What came', limit)
          return undefined
        },
        atEnd: () => this.#tellEnd(this.take() ?? this.#nothing()),
      },
      options,
    )
  }

  /** The lines, as `readLine` gives them. To leave the loop leaves the rest to be read. */
  lines(options?: ReadOptions): AsyncIterableIterator<Data> {
    return iterate(() => this.readLine(options))
  }

  /** What comes, as it comes. To leave the loop leaves the rest to be read. */
  [Symbol.asyncIterator](): AsyncIterableIterator<Data> {
    return iterate(() => this.read())
  }

  /** Lets a read wait for what it wants. One at a time: another rejects with TELNET_BUSY. */
  wait<Result>(wanted: Wanted<Result>, options: WaitOptions = {}): Promise<Result> {
    if (this.#pending !== null) return Promise.reject(busy())
    const pending: Pending = { wanted, wait: null }
    this.#pending = pending
    this.#seen = this.#held.start
    try {
      if (options.signal !== undefined || options.timeout !== undefined) pending.wait = this.#makeWait(pending, options)
      const result = pending.wait?.settled ? undefined : this.#try(wanted)
      if (result !== undefined && pending.wait === null) {
        this.#pending = null
        return Promise.resolve(result)
      }
      pending.wait ??= this.#makeWait(pending, options)
      this.#settle(pending, result)
    } catch (error) {
      if (pending.wait === null) {
        this.#pending = null
        return Promise.reject(error)
      }
      this.#settle(pending, undefined, error as Error)
    }
    return pending.wait.promise as Promise<Result>
  }

  #makeWait(pending: Pending, options: WaitOptions): Wait<unknown> {
    return new Wait<unknown>(pending.wanted.what, options, () => {
      this.#pending = null
      pending.wanted.abandon?.()
    })
  }

  #retry(): void {
    const pending = this.#pending
    if (pending === null || this.#isTrying) return
    try {
      this.#settle(pending, this.#try(pending.wanted))
    } catch (error) {
      this.#settle(pending, undefined, error as Error)
    }
  }

  #settle(pending: Pending, result: unknown, error?: Error): void {
    const wait = pending.wait!
    if (error !== undefined) wait.reject(error)
    else if (result !== undefined) wait.resolve(result)
    // It may have been given up while it was tried, and another have taken its place.
    if (wait.settled && this.#pending === pending) this.#pending = null
  }

  #try<Result>(wanted: Wanted<Result>): Result | undefined {
    this.#isTrying = true
    try {
      const result = wanted.attempt(this.#seen)
      if (result !== undefined) return result
    } finally {
      this.#isTrying = false
    }
    // What it did may have given it up.
    if (this.#pending?.wanted !== wanted) return undefined
    this.#seen = this.#held.end
    this.#held.releaseAll()
    if (this.#failure !== null) {
      wanted.abandon?.()
      throw this.#failure
    }
    return this.#hasEnded ? wanted.atEnd() : undefined
  }

  #search(matchers: readonly Matcher[], from: number, limit: number): Expected<Data> | undefined {
    const { start, length } = this.#held
    if (length === 0) return undefined
    const found = search(matchers, this.#held, from)
    if ((found ? found.end - start : length) > limit) throw overLimit('What came', limit)
    if (found === null) return undefined
    const { index, match, end } = found
    return { index, match: match as RegExpExecArray | Data, text: this.#take(end - start) }
  }

  #take(count: number): Data {
    return count === 0 ? this.#nothing() : (this.#held.take(count) as Data)
  }

  #nothing(): Data {
    return (this.#host.binary ? Buffer.alloc(0) : '') as Data
  }

  #afterReturn(data: Chunk): Chunk {
    if (!this.#isAfterReturn || data.length === 0) return data
    this.#isAfterReturn = false
    return this.#followsReturn(unitOf(data, 0)) ? cut(data, 1, data.length) : data
  }

  /** In text mode, CR NUL has become CR before. */
  #followsReturn(unit: number): boolean {
    return unit === LF || (unit === NUL && this.#host.binary)
  }

  #endEarly(what: string): null {
    const partial = this.take()
    this.#tellEnd(null)
    if (partial === null) return null
    throw new TelnetError('TELNET_EOF', `${what}: the stream ended first`, { partial })
  }

  #tellEnd<Result>(result: Result): Result {
    if (!this.#endIsTold) {
      this.#endIsTold = true
      this.#host.finished()
    }
    return result
  }
}

/** An iterator over what a read gives, until it gives `null`. */
function iterate<Data>(next: () => Promise<Data | null>): AsyncIterableIterator<Data> {
  return {
    async next() {
      const value = await next()
      return value === null ? { done: true, value: undefined } : { done: false, value }
    },
    async return() {
      return { done: true, value: undefined }
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

function show(pattern: Pattern): string {
  return typeof pattern === 'string' ? JSON.stringify(pattern) : pattern instanceof RegExp ? String(pattern) : 'bytes'
}

function busy(): TelnetError {
  const message =
    'Another read of this session is still waiting: await it, or give it up by its signal, before the next'
  return new TelnetError('TELNET_BUSY', message)
}

function badCount(count: number): TelnetError {
  return new TelnetError(
    'TELNET_BAD_ARGUMENT',
    `${count} cannot be read: give a whole number of characters, or of bytes`,
  )
}

function overLimit(what: string, limit: number): TelnetError {
  const message = `${what} is longer than the limit of ${limit}: read what is there, or give a larger limit`
  return new TelnetError('TELNET_LIMIT', message, { limit: 'limit' })
}
