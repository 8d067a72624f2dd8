// What both ends of a blocking connection share: reading, writing and waiting, each of which returns when it is done. The session
// behind them is an ordinary one, whose hub this thread waits on.

import { HIGH_MARK } from '../channel.js'
import { bad, checkNames } from '../checks.js'
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
   * Milliseconds, after which it throws TELNET_TIMEOUT, having taken nothing; 0: what is there at once or not at all. **Default:** the
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

/**
 * Reads, writes and waits, and returns when that is done. Each method throws TELNET_TIMEOUT, TELNET_INTERRUPTED where the program
 * listens to SIGINT and Ctrl-C was pressed, and what befell the connection (`ECONNRESET` …); no data is lost by any of these.
 *
 * `Data` is what is read: string, or Buffer where `encoding` is `null`.
 */
export abstract class BlockingSession<Data extends string | Buffer = string> {
  protected readonly hub: BlockingHub = theBlockingHub()
  readonly #timeout: number | undefined

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
    if (typeof count === 'number') return this.#take((reader) => reader.someOf(count), options)
    return this.#take<Data | null>((reader) => reader.all(readOptions(count)), count)
  }

  /** What is there, as soon as there is anything; `null` at the end of the stream. */
  readSome(options?: BlockingWaitOptions): Data | null {
    return this.#take((reader) => reader.someOf(Number.POSITIVE_INFINITY), options)
  }

  /** So many characters or bytes. At the end of the stream: TELNET_EOF, with what came in `partial`; `null` if nothing did. */
  readExactly(count: number, options?: BlockingWaitOptions): Data | null {
    return this.#take((reader) => reader.exactly(count), options)
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
   * Sends text, or bytes. Returns when no more than 256 KiB wait to be sent. Throws TELNET_CLOSED where nobody can get it any
   * more.
   */
  write(chunk: string | Uint8Array, options?: BlockingWaitOptions): void {
    const timeout = this.#timeoutOf(options)
    const { session } = this
    if (session.writableEnded) throw this.#closed()
    session.write(chunk)
    const { channel } = connectionOf(session)
    const fits = () => (channel.length <= HIGH_MARK || session.closed ? true : undefined)
    if (channel.length > HIGH_MARK) this.hub.waitFor('Writing', fits, { timeout })
  }

  /** Returns when all that was written has been handed to the system. */
  flush(options?: BlockingWaitOptions): void {
    const timeout = this.#timeoutOf(options)
    this.hub.drain(this.#connection.channel.id, timeout)
  }

  /** Sends a Telnet command, such as `Command.AYT`. */
  sendCommand(command: number): void {
    this.session.sendCommand(command)
  }

  /** Returns when negotiation has settled, or the connection's `negotiationTimeout` has passed since it was made. */
  ready(options?: BlockingWaitOptions): void {
    const timeout = this.#timeoutOf(options)
    const connection = this.#connection
    const end = performance.now() + connection.settings.negotiationTimeout
    this.hub.waitFor('Negotiation', () => this.#isSettled(connection, end), { timeout, lookAfter: 50 })
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
  #take<Result>(wants: (reader: Reader<Data>) => Wanted<Result>, options: BlockingWaitOptions | undefined): Result {
    const timeout = this.#timeoutOf(options)
    const reader = this.#connection.intake.reader as Reader<Data>
    const wanted = wants(reader)
    let isFirst = true
    const look = () => {
      const found = reader.takeIfThere(wanted, isFirst)
      isFirst = false
      return found
    }
    return this.hub.waitFor(wanted.what, look, { timeout, lookAfter: AGAIN })
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
    const isAnswered = request(view, option, on)
    if (isAnswered !== null) this.#until(answerAbout(option), isAnswered, options)
  }

  #timeoutOf(options: BlockingWaitOptions | undefined): number | undefined {
    if (options === undefined) return this.#timeout
    checkNames(options, ['timeout', 'limit'])
    return options.timeout === undefined ? this.#timeout : checkTimeout(options.timeout)
  }

  #closed(): TelnetError {
    const cause = this.session.errored ?? undefined
    return new TelnetError('TELNET_CLOSED', 'The connection is closed', { cause })
  }
}

/** A read that looks at much, and rests between two looks, is asked again after so many milliseconds. */
const AGAIN = 20

/** Milliseconds, or `undefined`. Throws TELNET_BAD_OPTION. */
export function checkTimeout(timeout: unknown): number | undefined {
  if (timeout === undefined || (typeof timeout === 'number' && timeout >= 0)) return timeout
  throw bad('timeout', timeout, 'give milliseconds, 0 or more')
}

function readOptions(options: BlockingReadOptions | undefined): { limit?: number | undefined } | undefined {
  return options && { limit: options.limit }
}
