// Session: one Telnet conversation, as the program sees it. It feels like a net.Socket, and adds what Telnet knows. It is only
// the face: connection.ts stands behind it, intake.ts and reader.ts give it what comes, channel.ts takes what goes.

import { EventEmitter } from 'node:events'
import type { Duplex } from 'node:stream'
import type { WriteCallback } from './channel.js'
import { checkBytes, checkFunction, checkNodeEncoding } from './checks.js'
import type { Compression } from './compression.js'
import { Connection } from './connection.js'
import { Command, Option } from './constants.js'
import { TelnetError } from './errors.js'
import type { Expected, Pattern } from './expect.js'
import { explain } from './explain.js'
import type { Line } from './line.js'
import {
  type FlushOptions,
  flagsFor,
  type Linemode,
  linemodeOf,
  maskOf,
  type SpecialCharacter,
  specialsOf,
} from './linemode.js'
import { destroyOnAbort } from './lone.js'
import { compile, OptionView, type WaitForConditions } from './negotiation.js'
import {
  type ClientOptions,
  checkCharsets,
  checkEncoding,
  type OptionKey,
  optionNumber,
  type ServerOptions,
  settingsOf,
} from './options.js'
import { lineOver } from './over-duplex.js'
import type { Peer } from './peer.js'
import { type QuestionOptions, question } from './question.js'
import type { RawPassage } from './raw-passage.js'
import type { Reader, ReadOptions } from './reader.js'
import type { Mode, SessionEvents } from './session-events.js'
import type { Status } from './status.js'
import { SessionStream } from './stream.js'
import { encodeWtf8, hasLoneSurrogates } from './text.js'
import type { TlsFacts } from './tls.js'
import { checkFlowControl, type FlowControl } from './told.js'
import { Tty } from './tty.js'
import type { WaitOptions } from './waiting.js'

/** Options of a session over a Duplex: the role, and what that role takes. */
export type SessionOptions = ({ role: 'server' } & ServerOptions) | ({ role: 'client' } & ClientOptions)

/** The connection behind a session: for the package's own use. */
export let connectionOf: <Data extends string | Buffer>(session: Session<Data>) => Connection

/** A session on a line: for the package's own use. */
export let sessionOn: <Data extends string | Buffer>(line: Line) => Session<Data>

/**
 * One Telnet conversation. A server's handler and `connect` give one; `new Session(duplex, { role })` runs over any Duplex.
 *
 * ```js
 * const session = new Session(sshChannel, { role: 'server' })
 * session.write('Welcome!\n')
 * console.log(await session.readLine())
 * ```
 *
 * `Data` is what comes: string, or Buffer where `encoding` is `null`.
 */
export class Session<Data extends string | Buffer = string> extends EventEmitter<SessionEvents<Data>> {
  readonly #connection: Connection
  #local: OptionView | null = null
  #remote: OptionView | null = null
  #tty: Tty | null = null
  #stream: SessionStream | null = null

  static {
    connectionOf = (session) => session.#connection
    sessionOn = (line) => new Session(line as never, ON_LINE as never)
  }

  /**
   * A session over a stream of bytes that comes from elsewhere than a TCP socket of ours: an SSH channel, a WebSocket, a test.
   *
   * @throws TELNET_BAD_ARGUMENT, TELNET_BAD_OPTION, TELNET_UNKNOWN_ENCODING, TELNET_UNKNOWN_OPTION
   */
  constructor(duplex: Duplex, options: SessionOptions) {
    super()
    if (options === (ON_LINE as never)) {
      this.#connection = new Connection(this as never, duplex as never as Line)
      return
    }
    if (typeof duplex?.on !== 'function' || typeof duplex.write !== 'function') {
      throw new TelnetError('TELNET_BAD_ARGUMENT', `The stream is ${typeof duplex}: give a Duplex of bytes`)
    }
    const { role, ...others } = options ?? {}
    const settings = settingsOf(role, others)
    const line = lineOver(duplex, settings)
    this.#connection = new Connection(this as never, line)
    line.carrier.start(this.#connection)
    destroyOnAbort(this as never, settings.signal)
  }

  /** What we do ourselves: `has`, `state`, `enable` (WILL), `disable` (WONT). */
  get local(): OptionView {
    this.#local ??= new OptionView(this.#connection, 'local')
    return this.#local
  }

  /** What the peer does: `has`, `state`, `enable` (DO), `disable` (DONT). */
  get remote(): OptionView {
    this.#remote ??= new OptionView(this.#connection, 'remote')
    return this.#remote
  }

  /** What is known of the peer. */
  get peer(): Peer {
    return this.#connection.peer
  }

  /** Who edits and who echoes. */
  get mode(): Mode {
    return this.#connection.mode
  }

  /**
   * The character set of the session, `null` for bytes. May be assigned: what is written and what is read by the net layer
   * from then on is in the new one, whatever the peer has said until then.
   *
   * @throws TELNET_UNKNOWN_ENCODING
   */
  get encoding(): string | null {
    return this.#connection.encoding
  }

  set encoding(name: string | null) {
    this.#connection.encoding = checkEncoding(name)
  }

  /** Bytes that came over the wire. */
  get bytesRead(): number {
    return this.#connection.counters.bytesRead
  }

  /** Bytes that went over the wire; those that still wait do not count. */
  get bytesWritten(): number {
    return this.#connection.counters.bytesWritten
  }

  /** Milliseconds since a byte last came or went; 0 when the session is closed. */
  get idle(): number {
    return this.#connection.idle
  }

  /** The address of the peer; `undefined` where the stream has none. */
  get remoteAddress(): string | undefined {
    return this.#connection.ends.remoteAddress
  }

  /** The port of the peer. */
  get remotePort(): number | undefined {
    return this.#connection.ends.remotePort
  }

  /** Our own address. */
  get localAddress(): string | undefined {
    return this.#connection.ends.localAddress
  }

  /** Our own port. */
  get localPort(): number | undefined {
    return this.#connection.ends.localPort
  }

  /** True if the connection is encrypted. */
  get encrypted(): boolean {
    return this.#connection.encrypted
  }

  /** What TLS has agreed on; `undefined` where it is not spoken, and where nobody asked before the connection was closed. */
  get tls(): TlsFacts | undefined {
    return this.#connection.tls
  }

  /** What is compressed in each direction, and how well (MCCP); `undefined` for one that is not, and once the session is closed. */
  get compression(): Compression {
    return this.#connection.compression
  }

  /** True after `destroy`, or when the connection is gone. */
  get destroyed(): boolean {
    return this.#connection.isDestroyed
  }

  /** True from the event 'close' on. */
  get closed(): boolean {
    return this.#connection.isClosed
  }

  /** Why it failed, if it did. */
  get errored(): Error | null {
    return this.#connection.error
  }

  /** True when the peer has ended its side and the program was told so. */
  get readableEnded(): boolean {
    return this.#connection.intake.endIsTold
  }

  /** Characters, or bytes, that came and were not read yet. */
  get readableLength(): number {
    return this.#connection.intake.length
  }

  /** True after `end` or `destroy`: what is written comes to nothing. */
  get writableEnded(): boolean {
    return !this.#connection.isWritable
  }

  /** True after a write that returned false, until 'drain'. */
  get writableNeedDrain(): boolean {
    return this.#connection.channel.needsDrain
  }

  /** Bytes that wait for the peer. */
  get writableLength(): number {
    return this.#connection.channel.length
  }

  /** The session as a plain Duplex, for `pipe` and `pipeline`. It shares what comes with the session: use one or the other. */
  get stream(): Duplex {
    this.#stream ??= new SessionStream(this as never)
    return this.#stream
  }

  /** The session as a terminal, for what takes one: `readline`, `repl`, prompts and full-screen libraries. */
  get tty(): Tty {
    this.#tty ??= new Tty(this as never, this.#connection.intake.reader)
    return this.#tty
  }

  /**
   * Sends text, or bytes. Text is encoded; LF becomes CR LF, and a bare CR CR NUL (RFC 854). Bytes are sent as they are,
   * with 255 doubled. All that is written in one turn of the event loop leaves together.
   *
   * After `end` or `destroy` it does nothing.
   *
   * @param encoding of Node's, for text that stands for bytes, such as 'hex'; `'utf8'` is text
   * @param callback called when what was written so far has been handed on, or with an error if that can't be
   * @returns false if more than 256 KiB wait for the peer: better wait for 'drain'
   */
  write(chunk: string | Uint8Array, encoding?: BufferEncoding | WriteCallback, callback?: WriteCallback): boolean {
    const connection = this.#connection
    const done = typeof encoding === 'function' ? encoding : callback
    if (!connection.isWritable) {
      if (done) process.nextTick(done, new TelnetError('TELNET_CLOSED', 'The session is closed'))
      return false
    }
    const isText = typeof chunk === 'string'
    const { channel } = connection
    let goesOn: boolean
    if (!isText) {
      checkBytes('chunk', chunk, true)
      goesOn = channel.bytes(chunk)
    } else if (typeof encoding !== 'string' || isUtf8(encoding)) goesOn = this.#writeText(chunk)
    else {
      checkNodeEncoding(encoding)
      goesOn = channel.bytes(Buffer.from(chunk, encoding))
    }
    if (done) channel.whenHandedOn(done)
    return goesOn
  }

  /**
   * Ends our side: what is queued leaves, and the connection closes as soon as the peer has ended its own, after 2 seconds
   * at the latest. A last chunk may be given, as to `write`.
   */
  end(
    chunk?: string | Uint8Array | (() => void),
    encoding?: BufferEncoding | (() => void),
    callback?: () => void,
  ): this {
    const done = [chunk, encoding, callback].find((argument) => typeof argument === 'function')
    if (typeof chunk === 'string' || chunk instanceof Uint8Array) {
      this.write(chunk, typeof encoding === 'string' ? encoding : undefined)
    }
    if (done) this.#connection.channel.whenHandedOn(() => done())
    this.#connection.end()
    return this
  }

  /** Closes the connection at once; what is queued is lost. With an error the session gets 'error' before 'close'. */
  destroy(error?: Error): this {
    this.#connection.destroy(error ?? null)
    return this
  }

  /** Stops the flow of 'data'. What comes is kept, up to 256 KiB; then the peer has to wait. */
  pause(): this {
    this.#connection.intake.isPaused = true
    return this
  }

  /** Lets 'data' flow again. Where nobody listens to it, what comes is thrown away from now on, as `net.Socket` does. */
  resume(): this {
    const { intake } = this.#connection
    intake.isPaused = false
    intake.isDiscarding = this.listenerCount('data') === 0
    intake.flowSoon()
    return this
  }

  /** True after `pause`. */
  isPaused(): boolean {
    return this.#connection.intake.isPaused
  }

  /**
   * After so many milliseconds without a byte either way the session gets 'timeout'; nothing else happens. 0: never. It takes
   * the place of the server's option `timeout`.
   *
   * @param callback a listener for the first 'timeout'
   */
  setTimeout(milliseconds: number, callback?: () => void): this {
    if (!Number.isInteger(milliseconds) || milliseconds < 0 || milliseconds > LONGEST_IDLE) {
      const message = `The timeout is ${String(milliseconds)}: give whole milliseconds from 0 to ${LONGEST_IDLE}`
      throw new TelnetError('TELNET_BAD_ARGUMENT', message)
    }
    this.#connection.hasOwnTimeout = true
    this.#connection.channel.idleAfter(milliseconds)
    if (callback && milliseconds > 0) this.once('timeout', callback as never)
    else if (callback) this.off('timeout', callback as never)
    return this
  }

  /** The open session keeps the process alive; the default. */
  ref(): this {
    this.#connection.ref()
    return this
  }

  /** The open session does not keep the process alive. */
  unref(): this {
    this.#connection.unref()
    return this
  }

  /** Whether small writes leave at once. **Default:** they do, since a Telnet session is a conversation. */
  setNoDelay(noDelay = true): this {
    this.#connection.channel.noDelay(noDelay)
    return this
  }

  /** Switches TCP keep-alive on or off. How soon it begins is the option `keepAlive`'s matter, or the system's. */
  setKeepAlive(enable = false): this {
    this.#connection.channel.keepAlive(enable)
    return this
  }

  /** Client: the window has this size; the server is told if it is another than before, and it wants to know (RFC 1073). */
  resize(columns: number, rows: number): this {
    for (const size of [columns, rows]) {
      if (Number.isInteger(size) && size >= 0 && size <= 65_535) continue
      throw new TelnetError(
        'TELNET_BAD_ARGUMENT',
        `The size is ${columns} × ${rows}: give whole numbers from 0 to 65535`,
      )
    }
    this.#connection.channel.resize(columns, rows)
    return this
  }

  /**
   * Resolves when every question that was asked at the start is answered, or the peer speaks plain text, or
   * `negotiationTimeout` has passed.
   *
   * Rejects with TELNET_TIMEOUT, TELNET_CLOSED or an AbortError, as all that follows which waits.
   */
  ready(options?: WaitOptions): Promise<void> {
    const connection = this.#connection
    return connection.until('Negotiation', () => connection.isReady, options)
  }

  /**
   * Resolves when options stand as named: `waitFor({ remote: { NAWS: true }, local: { ECHO: false } })`. `false` is off, or
   * never spoken of; `pending` asks whether an answer is due on either side.
   *
   * Rejects also with TELNET_UNKNOWN_OPTION.
   */
  async waitFor(conditions: WaitForConditions, options?: WaitOptions): Promise<void> {
    const holds = compile(conditions, [this.local, this.remote], this.#connection.settings.own)
    await this.#connection.until('Negotiation', holds, options)
  }

  /**
   * Resolves when `predicate` returns true. It is called now, and after each event but 'data', 'drain' and 'timeout'; what it
   * throws rejects the promise.
   */
  async waitUntil(predicate: (session: this) => boolean, options?: WaitOptions): Promise<void> {
    checkFunction('predicate', predicate)
    return this.#connection.until('What was waited for', () => predicate(this), options)
  }

  /**
   * Reads at most `n` characters, or bytes, as soon as anything is there; all that is there without `n`. `null`: the end.
   *
   * As all reads it rejects with TELNET_BUSY while another one waits, and with the error of a session that failed. One that
   * times out or is aborted loses nothing.
   */
  read(n?: number, options?: WaitOptions): Promise<Data | null> {
    return this.#reader.read(n, options)
  }

  /** Reads a line, without its end: CR LF, LF, CR; in bytes mode also CR NUL. `null`: the end. */
  readLine(options?: ReadOptions): Promise<Data | null> {
    return this.#reader.readLine(options)
  }

  /**
   * Reads exactly `n` characters, or bytes. At the end it rejects with TELNET_EOF and what came in `partial`; if nothing did,
   * it gives `null`.
   */
  readExactly(n: number, options?: WaitOptions): Promise<Data | null> {
    return this.#reader.readExactly(n, options)
  }

  /** Reads up to and with the first match. At the end as `readExactly`. */
  readUntil(pattern: Pattern, options?: ReadOptions): Promise<Data | null> {
    return this.#reader.readUntil(pattern, options)
  }

  /** Reads all that comes until the end. */
  readAll(options?: ReadOptions): Promise<Data> {
    return this.#reader.readAll(options)
  }

  /** All lines, without their ends. To leave the loop leaves the rest to be read. */
  lines(options?: ReadOptions): AsyncIterableIterator<Data> {
    return this.#reader.lines(options)
  }

  /**
   * Reads until one of the patterns is found: strings, RegExps, bytes. Resolves with which it was, the match, and all that was
   * read, the match included. At the end as `readExactly`.
   */
  expect(patterns: Pattern | readonly Pattern[], options?: ReadOptions): Promise<Expected<Data> | null> {
    return this.#reader.expect(patterns, options)
  }

  /** Puts back what was read, before all that comes. */
  unshift(chunk: Data): void {
    this.#reader.unshift(chunk)
    this.#connection.intake.flowSoon()
  }

  /** Everything that comes, chunk by chunk, to the end. To leave the loop leaves the rest to be read. */
  [Symbol.asyncIterator](): AsyncIterableIterator<Data> {
    return this.#reader[Symbol.asyncIterator]()
  }

  /** Asks a question and resolves with the line that is typed, edited here where we echo. `null`: the end. */
  question(prompt: string, options?: QuestionOptions): Promise<string | null> {
    return question(this as never, this.#reader as never, prompt, options)
  }

  /**
   * Begins a raw passage: what comes from here on is bytes, and goes to the stream that is returned, until its `leave()` says that what
   * it has not read is text again. What came before stays to be read, as text, from the session; what is written to the stream goes as
   * it is, 255 doubled.
   *
   * @throws TELNET_BUSY while another passage is under way; TELNET_CLOSED
   */
  enterRaw(): RawPassage {
    return this.#connection.enterRaw()
  }

  /** Sends text if we echo what the peer types (ECHO is on here), and returns whether that is so. */
  echo(text: string): boolean {
    const echoes = this.local.has(Option.ECHO)
    if (echoes) this.write(text)
    return echoes
  }

  /** Sends text, and then EOR where that is agreed (RFC 885), else GA where SGA is not, so that the peer knows its turn. */
  prompt(text: string): boolean {
    const goesOn = this.write(text)
    if (!this.endOfRecord()) this.goAhead()
    return goesOn
  }

  /** Sends GA where SGA is not agreed (RFC 858) and the option `goAhead` allows it. Returns whether it was sent. */
  goAhead(): boolean {
    const connection = this.#connection
    const isDue = connection.settings.goAhead && connection.isWritable && !this.local.has(Option.SGA)
    if (isDue) connection.channel.command(Command.GA)
    return isDue
  }

  /** Sends EOR where it is agreed (RFC 885). Returns whether it was sent. */
  endOfRecord(): boolean {
    const connection = this.#connection
    const isDue = connection.isWritable && this.local.has(Option.EOR)
    if (isDue) connection.channel.command(Command.EOR)
    return isDue
  }

  /** Sends a timing mark (RFC 860) and resolves with the milliseconds until the peer has come so far. */
  timingMark(options?: WaitOptions): Promise<number> {
    return this.#connection.timingMark(options)
  }

  /**
   * Asks Are-you-there and resolves with the milliseconds until something to read comes, which is taken for the answer and
   * can be read as usual. Only for peers that are known to answer.
   */
  areYouThere(options?: WaitOptions): Promise<number> {
    return this.#connection.areYouThere(options)
  }

  /**
   * Asks what the peer believes to be agreed (RFC 859), and whether that is what we believe. `null`: it does not tell.
   */
  async requestStatus(options?: WaitOptions): Promise<Status | null> {
    const tells = await this.remote.enable(Option.STATUS, options)
    return tells ? this.#connection.told.requestStatus(options) : null
  }

  /**
   * Client: asks to be logged out. Server: warns that the client is about to be (RFC 727). Resolves with whether the peer
   * agrees; a peer that closes the connection does.
   */
  logout(options?: WaitOptions): Promise<boolean> {
    return this.#connection.told.logout(options)
  }

  /**
   * Server: says how the client's terminal is to behave (RFC 1372). Returns false, and says nothing, where the client has not
   * agreed to LFLOW.
   */
  setFlowControl(flowControl: FlowControl): boolean {
    checkFlowControl(flowControl)
    const connection = this.#connection
    const isHeard = connection.settings.role === 'server' && this.remote.has(Option.LFLOW)
    if (isHeard) connection.channel.flowControl(flowControl)
    return isHeard
  }

  /** What the client does under LINEMODE (RFC 1184); `null` where it is not agreed. */
  get linemode(): Linemode | null {
    const connection = this.#connection
    const side = connection.settings.role === 'server' ? 'remote' : 'local'
    return connection.isOn(side, Option.LINEMODE) ? linemodeOf(connection.linemode?.mode ?? 0) : null
  }

  /**
   * Server: proposes what the client shall do (RFC 1184); what is left out is off. It holds when the client agrees, by the event
   * 'linemode'. Returns false, and says nothing, where the client has not agreed to LINEMODE.
   */
  setLinemode(mode: Partial<Linemode>): boolean {
    const connection = this.#connection
    const mask = maskOf(mode)
    const isHeard = connection.settings.role === 'server' && this.linemode !== null
    if (isHeard) connection.channel.linemode(mask)
    return isHeard
  }

  /** The characters that have a function (RFC 1184), by `Special`; empty until anything of them was told or set. */
  get specialCharacters(): ReadonlyMap<number, SpecialCharacter> {
    const { linemode } = this.#connection
    return linemode === null ? new Map() : specialsOf(linemode)
  }

  /**
   * Gives a function a character of ours, such as `setSpecial(Special.IP, 3)`, or none (`null`). Where LINEMODE is agreed the
   * peer is told, and may counter it; where not, it holds for the event 'special'.
   *
   * @throws TELNET_BAD_ARGUMENT
   */
  setSpecial(special: number, character: number | null, flush: FlushOptions = {}): void {
    const flags = flagsFor(special, character, flush)
    this.#connection.channel.special(special, flags, character ?? 255)
  }

  /** Client: the characters at which the server wants to be sent what there is of a line (RFC 1184), as RFC 1184 has them. */
  get forwardMask(): Uint8Array | null {
    const mask = this.#connection.linemode?.forwardMask
    return mask ? Uint8Array.from(mask) : null
  }

  /**
   * Offers character sets to the peer (RFC 2066) and resolves with the name of the one that it takes, or `null` if it takes
   * none or doesn't know the option. If it takes one, that is `encoding` from there on. Another request waits until this one
   * has its answer.
   *
   * @param names best first; without them, those of the option `charsets`
   * @throws TELNET_BAD_OPTION, TELNET_UNKNOWN_ENCODING
   */
  async requestCharset(names?: readonly string[], options?: WaitOptions): Promise<string | null> {
    return this.#connection.requestCharset(checkCharsets('names', names) ?? [], options)
  }

  /**
   * Sends a Synch (RFC 854): the peer throws away what was sent before and it has not read, and carries out the commands in it, even
   * if its program reads nothing. Its DM is TCP's urgent data; over a Duplex it is a mere DM, which throws nothing away.
   */
  synch(): void {
    this.#connection.channel.synch()
  }

  /** Sends IP and a Synch: what runs on the other side shall be interrupted, be it ever so busy (RFC 1123, 3.2.4). */
  interrupt(): void {
    this.sendCommand(Command.IP)
    this.synch()
  }

  /** Sends AO and a Synch: what runs on the other side shall go on, and its output up to now not be sent (RFC 1123, 3.2.4). */
  abortOutput(): void {
    this.sendCommand(Command.AO)
    this.synch()
  }

  /**
   * Sends a command that stands alone, such as `Command.NOP`.
   *
   * @throws TELNET_BAD_ARGUMENT for a command that has to do with negotiation, and what is none
   */
  sendCommand(command: number): void {
    const standsAlone = Number.isInteger(command) && command >= Command.EOF && command <= Command.GA
    if (!standsAlone || command === Command.SE) {
      const message = `The command is ${String(command)}: give one that stands alone, such as Command.NOP`
      throw new TelnetError('TELNET_BAD_ARGUMENT', message)
    }
    this.#connection.channel.command(command)
  }

  /**
   * Sends `IAC SB option … IAC SE`, with 255 doubled: bytes as they are, any other value as the definition of the program's own
   * option encodes it. Whether the option is agreed is the caller's matter.
   *
   * @throws TELNET_BAD_ARGUMENT, TELNET_UNKNOWN_OPTION
   */
  sendSubnegotiation(option: OptionKey, value: unknown): void {
    const { channel, settings } = this.#connection
    const number = optionNumber(option, settings.own)
    channel.subnegotiation(number, settings.own.payload(number, value))
  }

  /**
   * Says in words why the session is as it is: who edits and who echoes, in which character set, and of each option that
   * anybody has spoken of who asked for it and who refused. For people; the form may change.
   */
  explain(): string {
    return explain(this.#connection)
  }

  override on<Name extends keyof SessionEvents>(
    name: Name,
    listener: (...args: SessionEvents<Data>[Name]) => void,
  ): this {
    super.on(name, listener as never)
    // What was kept until now, for want of a listener, flows.
    if (name === 'data') this.#connection.intake.flowSoon()
    if (name === 'special') this.#connection.channel.watch()
    return this
  }

  override addListener<Name extends keyof SessionEvents>(
    name: Name,
    listener: (...args: SessionEvents<Data>[Name]) => void,
  ): this {
    return this.on(name, listener)
  }

  /** Ends the session and resolves when it is closed. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.end()
    if (!this.closed) await new Promise<void>((resolve) => this.once('close', () => resolve()))
  }

  get #reader(): Reader<Data> {
    return this.#connection.intake.reader as Reader<Data>
  }

  #writeText(text: string): boolean {
    const { channel, settings } = this.#connection
    const isWide = settings.encodingErrors === 'surrogate' && hasLoneSurrogates(text)
    return isWide ? channel.encodedText(encodeWtf8(text)) : channel.text(text)
  }
}

/** In place of options: the session is made on a line. */
const ON_LINE = Symbol('line')

/** The longest idle time that the net layer takes: 24 bits of milliseconds, over four and a half hours. */
const LONGEST_IDLE = 2 ** 24 - 1

function isUtf8(encoding: string): boolean {
  return encoding === 'utf8' || encoding === 'utf-8'
}
