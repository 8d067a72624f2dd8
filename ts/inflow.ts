// What has come and was not read yet, and who waits for it. Reads wait one at a time: a read looks at what is there each time more
// comes, and takes what it wants only when it has all of it, so one that is given up has taken nothing. As long as no read
// waits, a consumer may have what comes.
//
// What is kept holds credit of the connection, whose peer cannot fill the memory: it is given back when data is taken, and
// when a read has looked at it and waits for more. How much that may be is bounded by the limit of the read.
//
// A fault, bytes that are no text under the strict rule, has its place in the stream: the read that comes to it rejects, having taken
// nothing, and the next goes on behind it. What comes after a fault that nobody has met waits behind it.

import { checkBytes } from './checks.js'
import { TelnetError } from './errors.js'
import { type Chunk, CR, cut, Held, LF, recode, unitOf } from './held.js'
import { inTurn, Postponed, takeTurn } from './turn.js'
import { checkWait, Wait, type WaitOptions } from './waiting.js'

/** Whom it flows in for. */
export interface ReaderHost {
  /** What is read are Buffers, not strings. */
  readonly binary: boolean
  /** So much credit is free again. */
  consumed(cost: number): void
  /** A read was told that the stream has ended; called once. */
  finished(): void
  /** Something came that is no text, and no read waits that could be told. */
  onFault(fault: Error): void
}

/** A read: what it wants, and what becomes of it. Its methods may throw to reject it. */
export interface Wanted<Result> {
  /** To complete the sentence "… took longer than 100 ms". */
  readonly what: string
  /**
   * Takes what it wants, if it is there.
   * @param from what was held before this position, it has seen already
   * @returns `undefined` if it has to wait for more; or when it is to be tried again though nothing more may come
   */
  attempt(from: number): Result | undefined | Postponed
  /** The stream has ended; no more will come. */
  atEnd(): Result
  /** It was given up, or the connection failed. */
  abandon?(): void
}

/** Who gets what comes as long as no read waits. */
export interface Consumer {
  /** Something is held: takes of it what it wants. Of what is left it gets more when the program has had its turn. */
  consume(): void
  /** No more will come. */
  end(): void
}

interface Pending {
  readonly wanted: Wanted<unknown>
  /** `null` as long as it was not needed: what is there is read without. */
  wait: Wait<unknown> | null
}

/** What waits behind a fault: text, or another fault. */
interface Later {
  readonly data: Chunk | null
  readonly fault: Error | null
  readonly cost: number
}

const NUL = 0

export class Inflow<Data extends Chunk = Chunk> {
  protected readonly host: ReaderHost
  protected readonly held: Held
  #pending: Pending | null = null
  /** The pending read has seen what is held before this position. */
  #seen = 0
  #isTrying = false
  /** It will be tried again by and by, and not before. */
  #isPostponed = false
  #consumer: Consumer | null = null
  #isConsuming = false
  #willConsume = false
  /** A CR ended the last line that was read, and was the last unit: an LF right behind it is part of the same line end. */
  #isAfterReturn = false
  #hasEnded = false
  #endIsTold = false
  #failure: Error | null = null
  /** Faults that nobody has met, and what came behind the first of them; that is the first. */
  #later: Later[] = []

  constructor(host: ReaderHost) {
    this.host = host
    this.held = new Held(host)
  }

  /** Characters, or bytes, that are held. */
  get length(): number {
    return this.held.length
  }

  /** Nothing is held, nor a fault to be told. */
  get isEmpty(): boolean {
    return this.held.length === 0 && this.#later.length === 0
  }

  /** A read is waiting: another would be refused. */
  get busy(): boolean {
    return this.#pending !== null
  }

  /** A read waits for what comes, or a consumer. */
  get waiting(): boolean {
    return this.#pending !== null || this.#consumer !== null
  }

  /** What comes next need not pass through here: nothing is held, nobody waits, and no LF is to be swallowed. */
  get idle(): boolean {
    return !this.waiting && this.isEmpty && !this.#isAfterReturn
  }

  /** Who gets what comes as long as no read waits: at once; but what is held already, when the program has had its turn. */
  get consumer(): Consumer | null {
    return this.#consumer
  }

  set consumer(consumer: Consumer | null) {
    this.#consumer = consumer
    this.#consumeSoon()
  }

  /** Something came. `cost`: the credit that it holds. */
  push(chunk: Chunk, cost: number): void {
    if (this.#later.length > 0) this.#later.push({ data: chunk, fault: null, cost })
    else if (this.#hold(chunk, cost)) this.#offer()
  }

  /** Something came that is no text. */
  pushFault(fault: Error, cost: number): void {
    this.#later.push({ data: null, fault, cost })
    this.#offer()
  }

  /** Takes a fault away that stands first of all; `null`: none does. */
  takeFault(): Error | null {
    return this.length === 0 ? this.#passFault() : null
  }

  /** Puts back what was taken, before all that is held. */
  unshift(chunk: string | Uint8Array): void {
    checkBytes('chunk', chunk, true)
    if (chunk.length === 0) return
    this.held.unshift(recode(typeof chunk === 'string' ? chunk : bufferOf(chunk), this.host.binary))
    this.#seen = this.held.start
    this.#offer()
  }

  /** The stream has ended. */
  end(): void {
    this.#hasEnded = true
    this.#offer()
  }

  /** The connection failed: what is held can still be read, then all reads reject with `error`. */
  fail(error: Error): void {
    this.#failure ??= error
    this.#offer()
  }

  /** The session changed between text and bytes: what is held changes too. */
  recode(): void {
    this.held.recode(this.host.binary)
    this.#seen = this.held.start
  }

  /** What can be looked at first of all that is held, which it stays: some `count` units, or fewer; `null`: nothing. */
  head(count: number): Data | null {
    if (this.length === 0) return null
    const head = this.held.head()
    return (head.length <= count ? head : cut(head, 0, this.held.whole(count))) as Data
  }

  /** Takes the first `count` units, of as many that are held, away. */
  drop(count: number): void {
    if (count > 0) this.held.drop(count)
  }

  /** All that is held is lost. */
  discard(): void {
    this.#isAfterReturn = false
    this.drop(this.length)
    for (const { cost } of this.#later) this.host.consumed(cost)
    this.#later = []
  }

  /** Takes all that is held; `null`: nothing. */
  take(): Data | null {
    return this.length === 0 ? null : this.takeUnits(this.length)
  }

  /** Takes the line end at the beginning of what is held; if it is a CR, then also an LF (or the NUL of bytes mode) behind it. */
  takeLineEnd(): void {
    const isReturn = this.held.unit(this.held.start) === CR
    this.held.drop(1)
    if (!isReturn) return
    if (this.length === 0) this.#isAfterReturn = true
    else if (this.#followsReturn(this.held.unit(this.held.start))) this.held.drop(1)
  }

  /**
   * Lets a read wait for what it wants. One at a time: another rejects with TELNET_BUSY.
   * @param check throws where the options cannot be taken
   */
  wait<Result, Options extends WaitOptions>(
    wanted: Wanted<Result>,
    options?: Options,
    check: (options?: Options) => void = checkWait,
  ): Promise<Result> {
    try {
      check(options)
    } catch (error) {
      return Promise.reject(error)
    }
    return this.#start(wanted, options ?? NONE)
  }

  /**
   * Takes what a read wants if it is there, for who cannot await. `undefined`: it may be when more has come, or some time is past.
   * @param isFirst it has not been looked for yet
   */
  takeIfThere<Result>(wanted: Wanted<Result>, isFirst: boolean): Result | undefined {
    if (this.#pending !== null) throw busy()
    if (isFirst) this.#seen = this.held.start
    return this.#try(wanted)
  }

  #start<Result>(wanted: Wanted<Result>, options: WaitOptions): Promise<Result> {
    if (this.#pending !== null) return Promise.reject(busy())
    const pending: Pending = { wanted, wait: null }
    this.#pending = pending
    this.#seen = this.held.start
    // A read that only wants what is there at once cannot be late.
    const isLate = this.length > 0 && options.timeout !== 0 && !takeTurn()
    try {
      if (isLate || options.signal !== undefined || options.timeout !== undefined)
        pending.wait = this.#makeWait(pending, options)
      if (isLate && pending.wait?.settled === false) {
        this.#postpone(inTurn)
        return pending.wait.promise as Promise<Result>
      }
      const result = pending.wait?.settled ? undefined : this.#try(wanted)
      if (result !== undefined && pending.wait === null) {
        this.#leave(pending)
        return Promise.resolve(result)
      }
      pending.wait ??= this.#makeWait(pending, options)
      this.#settle(pending, result)
    } catch (error) {
      if (pending.wait === null) {
        this.#leave(pending)
        return Promise.reject(error)
      }
      this.#settle(pending, undefined, error as Error)
    }
    return pending.wait.promise as Promise<Result>
  }

  /** Ends this read, if it still waits: it has taken nothing, and resolves with `null`. */
  protected giveUp<Result>(wanted: Wanted<Result | null>): void {
    const pending = this.#pending
    if (pending?.wanted !== wanted) return
    this.#settle(pending, null)
    wanted.abandon?.()
  }

  /** Takes note that a read was told of the end, and returns what it is told. */
  tellEnd<Result>(result: Result): Result {
    if (!this.#endIsTold) {
      this.#endIsTold = true
      this.host.finished()
    }
    return result
  }

  /** Takes so many units, of as many that are held. */
  protected takeUnits(count: number): Data {
    return count === 0 ? this.nothing() : (this.held.take(count) as Data)
  }

  /** An empty chunk. */
  protected nothing(): Data {
    return (this.host.binary ? Buffer.alloc(0) : '') as Data
  }

  /** Something changed: who waits is given a chance. */
  #offer(): void {
    const pending = this.#pending
    if (pending === null) this.#consume()
    if (pending === null || this.#isTrying || this.#isPostponed) return
    try {
      this.#settle(pending, this.#try(pending.wanted))
    } catch (error) {
      this.#settle(pending, undefined, error as Error)
    }
  }

  #try<Result>(wanted: Wanted<Result>): Result | undefined {
    this.#isTrying = true
    try {
      const result = wanted.attempt(this.#seen)
      if (result instanceof Postponed) {
        this.#postpone(result.schedule)
        return undefined
      }
      if (result !== undefined) return result
      this.#seen = this.held.end
      this.held.releaseAll()
      const fault = this.#passFault()
      if (fault !== null) {
        wanted.abandon?.()
        throw fault
      }
      if (this.#failure === null) return this.#hasEnded ? wanted.atEnd() : undefined
      wanted.abandon?.()
      throw this.#failure
    } finally {
      this.#isTrying = false
    }
  }

  #postpone(schedule: Postponed['schedule']): void {
    if (this.#isPostponed) return
    this.#isPostponed = true
    schedule(() => {
      this.#isPostponed = false
      this.#offer()
    })
  }

  #makeWait(pending: Pending, { signal, timeout }: WaitOptions): Wait<unknown> {
    const { wanted } = pending
    if (signal === undefined && timeout === undefined) return new Wait<unknown>(wanted.what)
    return new Wait<unknown>(wanted.what, { signal, timeout }, () => {
      this.#leave(pending)
      wanted.abandon?.()
    })
  }

  #settle(pending: Pending, result: unknown, error?: Error): void {
    const wait = pending.wait!
    if (error !== undefined) wait.reject(error)
    else if (result !== undefined) wait.resolve(result)
    if (wait.settled) this.#leave(pending)
  }

  /** The read has what it wanted, or was given up. */
  #leave(pending: Pending): void {
    if (this.#pending === pending) this.#pending = null
    // The next read may follow at once, and goes before the consumer.
    this.#consumeSoon()
  }

  #consume(): void {
    if (this.#consumer === null || this.#pending !== null || this.#isConsuming || this.#willConsume) return
    if (this.length === 0 || takeTurn()) this.#consumeNow()
    else this.#consumeLater(inTurn, () => this.#consumeNow())
  }

  #consumeNow(): void {
    const consumer = this.#consumer
    if (consumer === null || this.#pending !== null) return
    // A consumer takes text as it pleases, and is not held up.
    for (let fault = this.#passFault(); fault !== null; fault = this.#passFault()) this.host.onFault(fault)
    const isOver = this.#hasEnded || this.#failure !== null
    this.#isConsuming = true
    try {
      if (this.length > 0) consumer.consume()
      else if (isOver) {
        this.#consumer = null
        consumer.end()
        this.tellEnd(null)
      }
    } finally {
      this.#isConsuming = false
    }
    if (this.length > 0 || isOver) this.#consumeSoon()
  }

  #consumeSoon(): void {
    if (this.#consumer !== null && !this.#willConsume) this.#consumeLater(setImmediate, () => this.#consume())
  }

  #consumeLater(schedule: (run: () => void) => void, consume: () => void): void {
    this.#willConsume = true
    schedule(() => {
      this.#willConsume = false
      consume()
    })
  }

  /** Appends to what is held, unless nothing is left of it. */
  #hold(chunk: Chunk, cost: number): boolean {
    const data = this.#afterReturn(recode(chunk, this.host.binary))
    if (data.length > 0) this.held.push(data, cost)
    else this.host.consumed(cost)
    return data.length > 0
  }

  /** Goes past the next fault, and returns it: what follows, up to another, is held. */
  #passFault(): Error | null {
    const [first] = this.#later
    if (first === undefined) return null
    this.host.consumed(first.cost)
    const next = this.#later.findIndex(({ fault }, index) => index > 0 && fault !== null)
    const passed = this.#later.splice(0, next === -1 ? this.#later.length : next)
    for (const { data, cost } of passed) if (data !== null) this.#hold(data, cost)
    return first.fault
  }

  #afterReturn(data: Chunk): Chunk {
    if (!this.#isAfterReturn || data.length === 0) return data
    this.#isAfterReturn = false
    return this.#followsReturn(unitOf(data, 0)) ? cut(data, 1, data.length) : data
  }

  /** In text mode, CR NUL has become CR before. */
  #followsReturn(unit: number): boolean {
    return unit === LF || (unit === NUL && this.host.binary)
  }
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

const NONE: WaitOptions = {}

function busy(): TelnetError {
  const message =
    'Another read of this session is still waiting: await it, or give it up by its signal, before the next'
  return new TelnetError('TELNET_BUSY', message)
}
