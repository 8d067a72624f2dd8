// What both ends of a blocking connection share: reading, writing and waiting, each of which returns when it is done. The session
// behind them is an ordinary one, whose hub this thread waits on.

import { HIGH_MARK } from '../channel.js'
import { bad, checkBytes, checkNames } from '../checks.js'
import type { Connection } from '../connection.js'
import { TelnetError } from '../errors.js'
import type { Expected, Pattern } from '../expect.js'
import type { Wanted } from '../inflow.js'
import { answerAbout, compile, type OptionView, request, type WaitForConditions } from '../negotiation.js'
import type { OptionKey } from '../options.js'
import type { Peer } from '../peer.js'
import type { Reader } from '../reader.js'
import { connectionOf, type Session } from '../session.js'
import type { Mode } from '../session-events.js'
import type { TlsFacts } from '../tls.js'
import { type BlockingHub, theBlockingHub } from './blocking-hub.js'

/** How long to wait. */
export interface BlockingWaitOptions {
  /**
   * Milliseconds, after which it throws TELNET_TIMEOUT; what came is all left to be read. 0: what is there at once or not at all. **Default:** the
   * `timeout` of the connection.
   */
  timeout?: number | undefined
}

/** How long to wait, and how much to gather. */
export interface BlockingReadOptions extends BlockingWaitOptions {
  /**
   * Characters, or bytes, that may come before the read has what it wants; past that it throws TELNET_LIMIT, and all stays to be read.
   * **Default:** 1,048,576; of `read` to the end: 67,108,864.
   */
  limit?: number | undefined
}

/** Milliseconds in which a connection is closed in order; then it is broken off. */
const CLOSING = 2_000

/** Characters, or bytes, that are queued at once. */
const PIECE = 32_768

/** Milliseconds between two looks at what no record tells of. */
const LOOK = 5

/**
 * Reads, writes and waits, and returns when that is done. Each method throws TELNET_TIMEOUT, TELNET_INTERRUPTED where the program
 * listens to SIGINT and Ctrl-C was pressed, and what befell the connection (`ECONNRESET` …); no data is lost by any of these.
 *
 * `Data` is what is read: string, or Buffer where `encoding` is `null`.
 */
export abstract class BlockingSession<Data extends string | Buffer = string> {
  protected readonly hub: BlockingHub = theBlockingHub()
  readonly #timeout: number | undefined
  #isBrokenOff = false

  /** @param timeout milliseconds for each call that does not say otherwise */
  constructor(timeout: number | undefined) {
    this.#timeout = checkTimeout(timeout)
  }

  /** The session behind it. Throws TELNET_CLOSED where there is none. */
  protected abstract get session(): Session<Data>

  /** What is known of the peer. It grows while this thread waits for something. */
  get peer(): Peer {
    return this.session.peer
  }

  /** What we do ourselves, by option: `has`, `state`. To ask for something, see {@link enable}. */
  get local(): Pick<OptionView, 'has' | 'state' | 'course'> {
    return this.session.local
  }

  /** What the peer does. */
  get remote(): Pick<OptionView, 'has' | 'state' | 'course'> {
    return this.session.remote
  }

  /** Who edits and who echoes. */
  get mode(): Mode {
    return this.session.mode
  }

  /** The character set, `null` for bytes. May be assigned, and holds from there on. */
  get encoding(): string | null {
    return this.session.encoding
  }

  set encoding(name: string | null) {
    this.session.encoding = name
  }

  get remoteAddress(): string | undefined {
    return this.session.remoteAddress
  }

  get remotePort(): number | undefined {
    return this.session.remotePort
  }

  get localAddress(): string | undefined {
    return this.session.localAddress
  }

  get localPort(): number | undefined {
    return this.session.localPort
  }

  /** True if the connection is encrypted. */
  get encrypted(): boolean {
    return this.session.encrypted
  }

  /** What TLS has agreed on. */
  get tls(): TlsFacts | undefined {
    return this.session.tls
  }

  /** True when the connection is gone, as far as this thread has heard. */
  get closed(): boolean {
    return this.session.closed
  }

  /** Says in words why the session is as it is. */
  explain(): string {
    return this.session.explain()
  }

  /**
   * With `count`: what is there as soon as there is anything, at most so many characters or bytes; `null` at the end of the stream.
   * Without: all that comes until the stream ends, as Python's `read()`.
   */
  read(): Data
  read(count: number, options?: BlockingWaitOptions): Data | null
  read(options: BlockingReadOptions): Data
  read(count?: number | BlockingReadOptions, options?: BlockingReadOptions): Data | null {
    if (typeof count === 'number' && count < 0) {
      const repair = 'read() without a number reads all until the stream ends'
      throw new TelnetError('TELNET_BAD_ARGUMENT', `${count} characters or bytes cannot be read: ${repair}`)
    }
    if (typeof count === 'number') return this.#take((reader) => reader.someOf(count), options, WAIT)
    return this.#take<Data | null>((reader) => reader.all(readOptions(count)), count)
  }

  /** What is there, as soon as there is anything; `null` at the end of the stream. */
  readSome(options?: BlockingWaitOptions): Data | null {
    return this.#take((reader) => reader.someOf(Number.POSITIVE_INFINITY), options, WAIT)
  }

  /** So many characters or bytes. At the end of the stream: TELNET_EOF, with what came in `partial`; `null` if nothing did. */
  readExactly(count: number, options?: BlockingWaitOptions): Data | null {
    return this.#take((reader) => reader.exactly(count), options, WAIT)
  }

  /** The next line without its end; `null` at the end of the stream. */
  readLine(options?: BlockingReadOptions): Data | null {
    return this.#take((reader) => reader.aLine(readOptions(options)), options)
  }

  /** The lines to come, up to the end of the stream. */
  *lines(options?: BlockingReadOptions): IterableIterator<Data> {
    for (let line = this.readLine(options); line !== null; line = this.readLine(options)) yield line
  }

  /** All up to the end of the first match of a pattern. Ends as {@link readExactly} does. */
  readUntil(pattern: Pattern, options?: BlockingReadOptions): Data | null {
    return this.expect(pattern, options)?.text ?? null
  }

  /** Waits for one of several patterns: which it is, its match, and all up to its end. Ends as {@link readExactly} does. */
  expect(patterns: Pattern | readonly Pattern[], options?: BlockingReadOptions): Expected<Data> | null {
    return this.#take((reader) => reader.match(patterns, readOptions(options)), options)
  }

  /**
   * Sends text, or bytes: queues them piece by piece, waiting whenever more than 256 KiB are to be sent first. Where it throws, `written`
   * of the error is how many characters, or bytes, it had queued: `chunk.slice(error.written)` is what is left to be written.
   */
  write(chunk: string | Uint8Array, options?: BlockingWaitOptions): void {
    checkBytes('chunk', chunk, true)
    const timeout = this.#timeoutOf(options)
    const { session } = this
    const { channel } = connectionOf(session)
    let written = 0
    const look = () => {
      if (session.writableEnded) throw this.#closed()
      while (written < chunk.length) {
        if (channel.length > HIGH_MARK) return undefined
        const end = endOfPiece(chunk, written)
        session.write(typeof chunk === 'string' ? chunk.slice(written, end) : chunk.subarray(written, end))
        written = end
      }
      // A connection that is gone takes all and keeps nothing: it will be told.
      const isGone = written > PIECE && this.hub.native.queued(channel.id) === null
      return isGone ? undefined : true
    }
    try {
      this.hub.waitFor('Writing', look, { timeout })
    } catch (error) {
      if (error instanceof TelnetError) Object.defineProperty(error, 'written', { value: written, enumerable: true })
      throw error
    }
  }

  /** Returns when all that was written has been handed to the system. Throws what befell the connection where that cannot be any more. */
  flush(options?: BlockingWaitOptions): void {
    const timeout = this.#timeoutOf(options)
    const connection = this.#connection
    const isSent = () => {
      // A connection that ends in order has sent all.
      if (connection.isClosed && (connection.error !== null || this.#isBrokenOff)) throw this.#closed()
      return connection.isClosed || this.hub.native.queued(connection.channel.id) === 0 ? true : undefined
    }
    this.hub.waitFor('Sending', isSent, { timeout, lookAfter: () => LOOK })
  }

  /** Sends a Telnet command, such as `Command.AYT`. */
  sendCommand(command: number): void {
    if (this.session.writableEnded) throw this.#closed()
    this.session.sendCommand(command)
  }

  /** Returns when negotiation has settled, or the connection's `negotiationTimeout` has passed since it was made. */
  ready(options?: BlockingWaitOptions): void {
    const timeout = this.#timeoutOf(options)
    const connection = this.#connection
    const end = performance.now() + connection.settings.negotiationTimeout
    this.hub.waitFor('Negotiation', () => this.#isSettled(connection, end), { timeout, lookAfter: () => 50 })
  }

  /** Returns when all of the conditions hold; see `session.waitFor`. */
  waitFor(conditions: WaitForConditions, options?: BlockingWaitOptions): void {
    const { local, remote } = this.session
    const holds = compile(conditions, [local, remote], this.#connection.settings.own)
    this.#until('Waiting for options', holds, options)
  }

  /** Returns when `predicate` returns true. It is asked now and whenever something came. */
  waitUntil(predicate: () => boolean, options?: BlockingWaitOptions): void {
    if (typeof predicate !== 'function') throw bad('predicate', predicate, 'give a function')
    this.#until('Waiting', predicate, options)
  }

  /** Asks for an option on our side (`'local'`, WILL) or the peer's (DO), and returns whether it is on. */
  enable(side: 'local' | 'remote', option: OptionKey, options?: BlockingWaitOptions): boolean {
    const view = this.#view(side)
    this.#ask(view, option, true, options)
    return view.has(option)
  }

  /** Switches an option off, and returns when it is. */
  disable(side: 'local' | 'remote', option: OptionKey, options?: BlockingWaitOptions): void {
    this.#ask(this.#view(side), option, false, options)
  }

  /** Sends what was written, ends our side, and waits until the peer has ended its own, at most two seconds. May be called again. */
  close(): void {
    const { session } = this
    if (session.closed) return
    session.end()
    const isClosed = () => (session.closed ? true : undefined)
    try {
      this.hub.waitFor('Closing', isClosed, { timeout: CLOSING })
    } catch (error) {
      this.#isBrokenOff = true
      session.destroy()
      this.hub.waitFor('Closing', isClosed, { timeout: CLOSING })
      if ((error as TelnetError).code !== 'TELNET_TIMEOUT') throw error
    }
  }

  [Symbol.dispose](): void {
    this.close()
  }

  get #connection(): Connection {
    return connectionOf(this.session)
  }

  /** A read, which has what it wants, throws, or takes nothing. */
  #take<Result>(
    wants: (reader: Reader<Data>) => Wanted<Result>,
    options: BlockingReadOptions | undefined,
    names = READ,
  ): Result {
    const timeout = this.#timeoutOf(options, names)
    const reader = this.#connection.intake.reader as Reader<Data>
    const wanted = wants(reader)
    let isFirst = true
    const look = () => {
      const found = reader.takeIfThere(wanted, isFirst)
      isFirst = false
      return found
    }
    return this.hub.waitFor(wanted.what, look, { timeout, lookAfter: () => AGAIN })
  }

  #until(what: string, holds: () => boolean, options: BlockingWaitOptions | undefined): void {
    const { session } = this
    const look = () => {
      if (holds()) return true
      if (session.closed) throw this.#closed()
      return undefined
    }
    this.hub.waitFor(what, look, { timeout: this.#timeoutOf(options) })
  }

  #isSettled(connection: Connection, end: number): true | undefined {
    if (connection.isReady) return true
    if (connection.isClosed) throw this.#closed()
    // A timer would do this where there is an event loop.
    if (performance.now() >= end) connection.giveUp()
    return connection.isReady || undefined
  }

  #view(side: 'local' | 'remote'): OptionView {
    if (side === 'local' || side === 'remote') return this.session[side]
    throw bad('side', side, "give 'local' or 'remote'")
  }

  #ask(view: OptionView, option: OptionKey, on: boolean, options: BlockingWaitOptions | undefined): void {
    const { session } = this
    if (session.closed) throw this.#closed()
    const isAnswered = request(view, option, on)
    // On a connection that is gone every option is off, which is no answer.
    const holds = () => !session.closed && isAnswered!()
    if (isAnswered !== null) this.#until(answerAbout(option), holds, options)
  }

  #timeoutOf(options: BlockingWaitOptions | undefined, names = WAIT): number | undefined {
    if (options === undefined) return this.#timeout
    checkNames(options, names)
    return options.timeout === undefined ? this.#timeout : checkTimeout(options.timeout)
  }

  /** What befell the connection; where that was nothing, it was ended in order. */
  #closed(): TelnetError {
    const { error, peerHasEnded } = this.#connection
    if (error instanceof TelnetError) {
      const { code, message, address, port, syscall } = error
      return new TelnetError(code, message, { cause: error, address, port, syscall })
    }
    const how = peerHasEnded ? 'the peer has ended it' : 'it was ended here'
    return new TelnetError('TELNET_CLOSED', `The connection is closed: ${how}, and nothing goes over it any more`)
  }
}

/** A read that looks at much, and rests between two looks, is asked again after so many milliseconds. */
const AGAIN = 20

/** A wait that takes nothing but a time. */
const WAIT: readonly string[] = ['timeout']
const READ: readonly string[] = [...WAIT, 'limit']

/** Options are an object; a number there, in other languages a time, would else be nothing. Throws TELNET_BAD_OPTION. */
export function checkOptions(options: unknown, example: string): void {
  if (typeof options === 'object' && options !== null) return
  throw bad('options', options, `give an object, such as ${example}`)
}

/** Nothing can abort a call that blocks. Throws TELNET_BAD_OPTION. */
export function checkNoSignal(options: object): void {
  const { signal } = options as { signal?: unknown }
  if (signal !== undefined) throw bad('signal', signal, 'leave it out: nobody could abort a call that blocks')
}

/** The time of a call that takes that alone, by itself or as an option. Throws TELNET_BAD_OPTION. */
export function timeIn(wait: number | BlockingWaitOptions | undefined): number | undefined {
  if (wait === undefined || typeof wait === 'number') return checkTimeout(wait)
  checkNames(wait, WAIT)
  return checkTimeout(wait.timeout)
}

/** Milliseconds, or `undefined`. Throws TELNET_BAD_OPTION. */
export function checkTimeout(timeout: unknown): number | undefined {
  if (timeout === undefined || (typeof timeout === 'number' && timeout >= 0)) return timeout
  throw bad('timeout', timeout, 'give milliseconds, 0 or more')
}

/** Where a piece of it ends that begins there: not between two units that belong together. */
function endOfPiece(chunk: string | Uint8Array, from: number): number {
  const end = from + PIECE
  if (end >= chunk.length) return chunk.length
  const last = typeof chunk === 'string' ? chunk.charCodeAt(end - 1) : 0
  const isFirstOfTwo = last === CR || (last >= 0xd800 && last < 0xdc00)
  return isFirstOfTwo ? end - 1 : end
}

const CR = 0x0d

function readOptions(options: BlockingReadOptions | undefined): { limit?: number | undefined } | undefined {
  return options && { limit: options.limit }
}
