// Reading by asking: lines, exact counts, patterns, or whatever comes. How a read waits is inflow.ts's matter; here is what
// each wants. Each tells its limit, past which it rejects with TELNET_LIMIT and leaves all to be read.

import { bad } from './checks.js'
import { TelnetError } from './errors.js'
import { compile, type Expected, type Pattern, type Search } from './expect.js'
import type { Chunk } from './held.js'
import { Inflow, type Wanted } from './inflow.js'
import { Postponed } from './turn.js'
import { checkWait, WAIT, type WaitOptions } from './waiting.js'

export type { ReaderHost } from './inflow.js'

/** How a read waits, and how much it may gather. */
export interface ReadOptions extends WaitOptions {
  /**
   * Characters, or bytes, that may come before the read has what it wants; past that it rejects with TELNET_LIMIT, and all stays to be
   * read. **Default:** 1,048,576; of `readAll`: 67,108,864.
   */
  limit?: number | undefined
}

const READ = [...WAIT, 'limit']

const LIMIT = 2 ** 20
const LIMIT_OF_ALL = 2 ** 26

export class Reader<Data extends Chunk = Chunk> extends Inflow<Data> {
  /**
   * Resolves with what is there, as soon as there is anything, at most `count` characters (as JavaScript counts them; but a
   * surrogate pair is never torn) or bytes; with `null` at the end of the stream.
   */
  read(count = Number.POSITIVE_INFINITY, options?: WaitOptions): Promise<Data | null> {
    return this.#read(() => this.someOf(count), options, checkWait)
  }

  /**
   * Resolves with the next line, without its end: CR LF, LF, CR, and in bytes mode CR NUL. A CR ends the line at once; an LF that
   * comes right behind it, even much later, belongs to it. The end of the stream ends the last line; then it gives `null`.
   */
  readLine(options?: ReadOptions): Promise<Data | null> {
    return this.#read(() => this.aLine(options), options)
  }

  /**
   * Resolves with `count` characters (as JavaScript counts them; but a surrogate pair is never torn) or bytes. At the end of the
   * stream it rejects with TELNET_EOF and what came in `partial`, or gives `null` if nothing did.
   */
  readExactly(count: number, options?: WaitOptions): Promise<Data | null> {
    return this.#read(() => this.exactly(count), options, checkWait)
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
  expect(patterns: Pattern | readonly Pattern[], options?: ReadOptions): Promise<Expected<Data> | null> {
    return this.#read(() => this.match(patterns, options), options)
  }

  /** Resolves with all that comes until the stream ends. */
  readAll(options?: ReadOptions): Promise<Data> {
    return this.#read(() => this.all(options), options)
  }

  /** The lines, as `readLine` gives them. To leave the loop leaves the rest to be read, also while the next line is waited for. */
  lines(options?: ReadOptions): AsyncIterableIterator<Data> {
    return this.#iterate(this.aLine(options), options)
  }

  /** What comes, as it comes. To leave the loop leaves the rest to be read. */
  [Symbol.asyncIterator](): AsyncIterableIterator<Data> {
    return this.#iterate(this.someOf(Number.POSITIVE_INFINITY))
  }

  /** An iterator over what reads of this kind give, until one gives `null`. */
  #iterate(wanted: Wanted<Data | null>, options?: ReadOptions): AsyncIterableIterator<Data> {
    let isLeft = false
    return {
      // (An async function here would hold half as much again for each session that waits.)
      next: () => (isLeft ? Promise.resolve(DONE) : this.wait(wanted, options, checkRead).then(resultOf)),
      return: async (value?: unknown) => {
        isLeft = true
        this.giveUp(wanted)
        return { done: true, value }
      },
      [Symbol.asyncIterator]() {
        return this
      },
    }
  }

  // What each read wants. They throw where what they are asked for cannot be read.

  /** What is there, at most `count`. */
  someOf(count: number): Wanted<Data | null> {
    if (!isCount(count) && count !== Number.POSITIVE_INFINITY) throw badCount(count)
    const attempt = () => {
      if (count === 0) return this.nothing()
      return this.length === 0 ? undefined : this.takeUnits(this.held.whole(count))
    }
    return { what: 'Reading', attempt, atEnd: () => this.tellEnd(null) }
  }

  aLine(options: ReadOptions | undefined): Wanted<Data | null> {
    checkRead(options)
    const limit = options?.limit ?? LIMIT
    const attempt = (from: number) => this.#line(from, limit)
    return { what: 'Reading a line', attempt, atEnd: () => this.take() ?? this.tellEnd(null) }
  }

  exactly(count: number): Wanted<Data | null> {
    if (!isCount(count)) throw badCount(count)
    const what = `Reading ${count} characters or bytes`
    const attempt = () => {
      if (count === 0) return this.nothing()
      return this.length < count ? undefined : this.takeUnits(this.held.whole(count))
    }
    return { what, attempt, atEnd: () => this.#endEarly(what) }
  }

  /** All up to the end of the first match of a pattern. */
  match(patterns: Pattern | readonly Pattern[], options: ReadOptions | undefined): Wanted<Expected<Data> | null> {
    checkRead(options)
    let { binary } = this.host
    let search = compile(patterns, binary)
    const limit = options?.limit ?? LIMIT
    const attempt = (from: number) => {
      if (binary !== this.host.binary) {
        binary = this.host.binary
        search = compile(patterns, binary)
      }
      return this.#found(search, from, limit)
    }
    const what = `Waiting for ${Array.isArray(patterns) ? patterns.map(show).join(' or ') : show(patterns as Pattern)}`
    return { what, attempt, atEnd: () => this.#endEarly(what) }
  }

  /** All until the stream ends. */
  all(options: ReadOptions | undefined): Wanted<Data> {
    checkRead(options)
    const limit = options?.limit ?? LIMIT_OF_ALL
    const attempt = () => {
      if (this.length > limit) throw overLimit('What came', limit)
      return undefined
    }
    return { what: 'Reading all', attempt, atEnd: () => this.tellEnd(this.take() ?? this.nothing()) }
  }

  /** Waits for what a read wants. */
  #read<Result>(
    wanted: () => Wanted<Result>,
    options: ReadOptions | undefined,
    check: (options?: ReadOptions) => void = checkRead,
  ): Promise<Result> {
    try {
      return this.wait(wanted(), options, check)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  #line(from: number, limit: number): Data | undefined {
    const { start, length } = this.held
    const at = length === 0 ? -1 : this.held.lineEnd(from)
    if ((at === -1 ? length : at - start) > limit) throw overLimit('A line', limit)
    if (at === -1) return undefined
    const line = this.takeUnits(at - start)
    this.takeLineEnd()
    return line
  }

  #found(search: Search, from: number, limit: number): Expected<Data> | undefined | Postponed {
    const { start, length } = this.held
    if (length === 0) return undefined
    const found = search(this.held, from)
    if (found instanceof Postponed) return found
    if ((found ? found.end - start : length) > limit) throw overLimit('What came', limit)
    if (found === null) return undefined
    const { index, match, end } = found
    return { index, match: match as RegExpExecArray | Data, text: this.takeUnits(end - start) }
  }

  #endEarly(what: string): null {
    const partial = this.take()
    this.tellEnd(null)
    if (partial === null) return null
    throw new TelnetError('TELNET_EOF', `${what}: the stream ended first`, { partial })
  }
}

function resultOf<Data>(value: Data | null): IteratorResult<Data, undefined> {
  return value === null ? DONE : { done: false, value }
}

const DONE = { done: true, value: undefined } as const

function show(pattern: Pattern): string {
  return typeof pattern === 'string' ? JSON.stringify(pattern) : pattern instanceof RegExp ? String(pattern) : 'bytes'
}

/** Throws TELNET_BAD_OPTION. */
function checkRead(options: ReadOptions | undefined): void {
  checkWait(options, READ)
  const limit: unknown = options?.limit
  if (limit === undefined || (typeof limit === 'number' && limit >= 0)) return
  throw bad('limit', limit, 'give a number of characters, or of bytes')
}

function isCount(count: unknown): boolean {
  return Number.isSafeInteger(count) && (count as number) >= 0
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
