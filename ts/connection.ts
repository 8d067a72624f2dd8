// What stands behind a Session: one connection, between the records that come from the addon and the operations that go to
// it. It keeps the order of a connection's life: opened, ready (negotiation has settled), ended, closed.

import { AgreedOptions } from './agreed.js'
import type { Side } from './binding.js'
import { Channel } from './channel.js'
import { CharsetRequests } from './charset.js'
import { type Compression, compressionOf } from './compression.js'
import { Conditions } from './conditions.js'
import { Command, Option, Special } from './constants.js'
import { fromSystem, type SystemError, TelnetError } from './errors.js'
import { faultOf, type ToldFault } from './fault.js'
import { isGuard } from './guards.js'
import { Intake } from './intake.js'
import type { ConnectionCarrier, Counters, Ends, Line, Owner } from './line.js'
import { EDIT, type ToldLinemode } from './linemode.js'
import { Liveness } from './liveness.js'
import type { Settings } from './options.js'
import { Peer, type ToldVariable } from './peer.js'
import { type ByteTaker, RawPassage, takerOf, UnreadBytes } from './raw-passage.js'
import type { Session } from './session.js'
import type { Mode, Violation } from './session-events.js'
import { Speech } from './speech.js'
import { factsOf, type TlsFacts } from './tls.js'
import { Told } from './told.js'
import type { WaitOptions } from './waiting.js'

export class Connection {
  readonly session: Session
  readonly channel: Channel
  readonly intake: Intake
  readonly carrier: ConnectionCarrier
  readonly settings: Settings
  readonly owner: Owner
  /** It stands, or stood. */
  isOpen = false
  /** Every question has its answer, or nobody waits for it any longer. */
  isReady = false
  /** `end()` was called: nothing more is written. */
  hasEnded = false
  /** `destroy()` was called. */
  isDestroyed = false
  /** The last record came. */
  isClosed = false
  /** A handler is at work on the session: the end of the peer's side is its matter. */
  isAttended = false
  /** The idle time was set by the program, and ends nothing by itself. */
  hasOwnTimeout = false
  /** TLS is spoken. */
  encrypted = false
  /** Why it failed. */
  error: Error | null = null
  /** The same, as the system told it. */
  failure: SystemError | null = null

  /** The peer will send no more. */
  peerHasEnded = false
  /** Told what the peer says of sides that are observed: see `Channel.say`. */
  observer: ((verb: number, option: number) => void) | null = null

  #tls: TlsFacts | undefined = undefined
  #isHolding = true
  #ends: Ends | string = ''
  #counters: Counters | null = null
  readonly #local = new AgreedOptions()
  readonly #remote = new AgreedOptions()
  #mode: Mode = 'line'
  #peer: Peer | null = null
  #speech: Speech | null = null
  /** Who takes bytes while the session is in text. */
  #taker: ByteTaker | null = null
  #told: Told | null = null
  #deadline: NodeJS.Timeout | undefined = undefined
  #conditions: Conditions | null = null
  #liveness: Liveness | null = null
  #charsetRequests: CharsetRequests | null = null

  constructor(session: Session, { carrier, id, settings, owner }: Line) {
    this.session = session
    this.carrier = carrier
    this.settings = settings
    this.owner = owner
    this.channel = new Channel(id, carrier.outbox, this)
    this.intake = new Intake(this)
    carrier.hold()
  }

  get peer(): Peer {
    this.#peer ??= new Peer()
    return this.#peer
  }

  get told(): Told {
    this.#told ??= new Told(this)
    return this.#told
  }

  /** What holds of LINEMODE, once anything of it was told. */
  get linemode(): ToldLinemode | null {
    return this.#told?.linemode ?? null
  }

  /** Its addresses; they are taken apart when first somebody asks. */
  get ends(): Ends {
    if (typeof this.#ends === 'string') this.#ends = parseEnds(this.#ends)
    return this.#ends
  }

  get counters(): Counters {
    return this.#counters ?? this.carrier.counters(this.channel.id) ?? NOTHING
  }

  get idle(): number {
    return this.isClosed ? 0 : this.carrier.idle(this.channel.id)
  }

  /** What TLS has agreed on; forgotten with the connection. */
  get tls(): TlsFacts | undefined {
    if (this.encrypted && !this.isClosed) this.#tls ??= factsOf(this.carrier.tls?.(this.channel.id) ?? null)
    return this.#tls
  }

  get compression(): Compression {
    return compressionOf(this.isClosed ? null : this.carrier.compression(this.channel.id))
  }

  /** Has plain keys typed at a terminal by its descriptor, past the session, until it is `null`. */
  typeInto(terminal: number | null): void {
    // Its number may be another's by now.
    if (!this.isClosed) this.carrier.typeInto?.(this.channel.id, terminal)
  }

  get isWritable(): boolean {
    return !this.hasEnded && !this.isDestroyed && !this.isClosed
  }

  /** Which character set is spoken, and on whose word. */
  get speech(): Speech {
    this.#speech ??= new Speech(this.settings)
    return this.#speech
  }

  get encoding(): string | null {
    return this.#speech === null ? this.settings.encoding : this.#speech.encoding
  }

  set encoding(name: string | null) {
    // Bytes that nobody has read, and those under way, are text in the set that is chosen.
    const unread = this.encoding === null && name !== null ? this.intake.takeBytes() : null
    this.speech.assign(name)
    this.channel.charset(name, this.settings)
    if (unread !== null && !this.isClosed) this.#taker ??= new UnreadBytes(this.channel, unread)
    this.intake.recode()
  }

  /** What comes is bytes from here on, until the passage is left. */
  enterRaw(): RawPassage {
    if (this.isClosed || this.isDestroyed) throw this.#closedError()
    if (this.#taker !== null) {
      throw new TelnetError('TELNET_BUSY', 'Bytes are read in another raw passage: await its leave() before the next')
    }
    this.channel.enterRaw()
    const passage = new RawPassage(this)
    this.#taker = takerOf(passage)
    return passage
  }

  get mode(): Mode {
    const server = this.settings.role === 'server'
    if (this.isOn(server ? 'remote' : 'local', Option.LINEMODE)) {
      return ((this.linemode?.mode ?? 0) & EDIT) !== 0 ? 'line' : 'remote'
    }
    const suppressed = this.isOn('local', Option.SGA) || (!server && this.isOn('remote', Option.SGA))
    return suppressed && this.isOn(server ? 'local' : 'remote', Option.ECHO) ? 'character' : 'line'
  }

  /** The number of the state of RFC 1143, after all that was asked so far; what it tells may not have been told yet. */
  optionState(side: Side, option: number): number {
    if (this.isClosed) return 0
    const { outbox } = this.carrier
    if (outbox.hasAsked) outbox.flush()
    return this.carrier.optionState(this.channel.id, side, option) & 0xff
  }

  /** The number of the way in which the option came to stand so. */
  optionCourse(side: Side, option: number): number {
    return this.isClosed ? 0 : this.carrier.optionState(this.channel.id, side, option) >>> 8
  }

  /** True if the option is on, as far as the program has been told. */
  isOn(side: Side, option: number): boolean {
    return !this.isClosed && this.#agreed(side).has(option)
  }

  /** Asks the peer to have an option on or off. What is switched off has no effect from now on (RFC 1143). */
  ask(side: Side, option: number, enable: boolean): void {
    if (!enable) this.#agreed(side).set(option, false)
    this.channel.ask(side, option, enable)
    this.#conditions?.reconsider()
  }

  /** Resolves when `holds` says so; it is asked now, and after everything that is told but data. */
  async until(what: string, holds: () => boolean, options?: WaitOptions): Promise<void> {
    if (this.isClosed) throw this.#closedError()
    this.#conditions ??= new Conditions()
    return this.#conditions.until(what, holds, options)
  }

  /** Resolves with the milliseconds until our timing mark comes back. */
  async timingMark(options?: WaitOptions): Promise<number> {
    if (this.isClosed) throw this.#closedError()
    this.#liveness ??= new Liveness(this.channel)
    return this.#liveness.timingMark(options)
  }

  /** Resolves with the milliseconds until the peer answers Are-you-there with data of any kind. */
  async areYouThere(options?: WaitOptions): Promise<number> {
    if (this.isClosed) throw this.#closedError()
    this.#liveness ??= new Liveness(this.channel)
    return this.#liveness.areYouThere(options)
  }

  /** Offers character sets to the peer. Resolves with the name of the one that is agreed, or `null`. */
  async requestCharset(names: readonly string[], options?: WaitOptions): Promise<string | null> {
    if (!this.isWritable) throw this.#closedError()
    this.#charsetRequests ??= new CharsetRequests(this)
    return this.#charsetRequests.request(names, options)
  }

  /** Something changed that the mode depends on. */
  checkMode(): void {
    const { mode } = this
    if (mode === this.#mode) return
    this.#mode = mode
    this.session.emit('mode', mode)
  }

  end(): void {
    if (!this.isWritable) return
    this.hasEnded = true
    this.channel.end()
  }

  destroy(error: Error | null): void {
    if (this.isDestroyed || this.isClosed) return
    this.isDestroyed = true
    this.error = error
    this.channel.destroy()
  }

  ref(): void {
    if (!this.#isHolding && !this.isClosed) this.carrier.hold()
    this.#isHolding = true
  }

  unref(): void {
    if (this.#isHolding && !this.isClosed) this.carrier.release()
    this.#isHolding = false
    this.#deadline?.unref()
  }

  // What follows is told by records.

  onOpen(ends: string | Ends): void {
    this.isOpen = true
    this.#ends = ends
    const { negotiationTimeout } = this.settings
    this.#deadline = setTimeout(giveUp, negotiationTimeout, this)
    this.owner.onOpen(this)
  }

  /** Text came; where bytes mode was chosen meanwhile, it becomes bytes. */
  onText(text: string, cost: number): void {
    if (this.isDestroyed) return
    if (this.#liveness?.awaitsAnswer) this.#liveness.onData()
    this.intake.onChunk(this.encoding === null ? Buffer.from(text) : text, cost)
  }

  /** Bytes came: in bytes mode, or for who takes them. */
  onBytes(bytes: Buffer, cost: number): void {
    if (this.isDestroyed) return
    if (this.#liveness?.awaitsAnswer) this.#liveness.onData()
    if (this.#taker !== null) this.#taker.onBytes(bytes, cost)
    else this.intake.onChunk(bytes, cost)
  }

  /** A raw passage was left: what of it is to be text again is given back, and then has come. */
  onLeft(hasComeAgain: boolean): void {
    const taker = this.#taker
    if (!hasComeAgain) {
      this.channel.reread(taker?.takeRest() ?? NO_BYTES)
      return
    }
    this.#taker = null
    taker?.onOver(null)
    if (this.peerHasEnded && !this.isDestroyed) this.intake.onEnd()
  }

  /** The session is told of the end when nothing can become text any more. */
  onEnd(): void {
    this.peerHasEnded = true
    this.#conditions?.reconsider()
    if (this.isDestroyed) return
    if (this.#taker !== null) this.#taker.onEnd()
    else this.intake.onEnd()
  }

  /**
   * The peer has ended its side, and nothing that came is left. As in `net` the session ends, unless a handler is at work that
   * listens to 'end'. Who reads by asking is told by his next read; but a client has nothing to say to a server that has ended.
   */
  onEndTold(listened: boolean): void {
    const { isFlowing, isAsked } = this.intake
    const isClient = this.settings.role === 'client'
    if (this.isAttended ? isFlowing && !listened : isFlowing || !isAsked || isClient) this.end()
  }

  /** A read was told of the end: the session ends, unless a handler is at work, who may write on until it returns. */
  onEndRead(): void {
    if (!this.isAttended) this.end()
  }

  onDrain(): void {
    this.session.emit('drain')
  }

  onThrow(error: unknown): void {
    this.owner.onThrow(this, error)
  }

  onOption(side: Side, option: number, enabled: boolean, changed: boolean): void {
    this.#agreed(side).set(option, enabled)
    if (changed) this.session.emit('option', side, option, enabled)
    if (option === Option.LINEMODE) this.#told?.onLinemodeSwitched()
    if (MODE_OPTIONS.has(option)) this.checkMode()
    if (option === Option.CHARSET && side === 'local' && !enabled) this.#charsetRequests?.onAnswer(null)
    const own = changed ? this.settings.own.get(option) : undefined
    const heard = enabled ? own?.onEnabled : own?.onDisabled
    this.#await(heard?.call(own, this.session, side))
    this.#conditions?.reconsider()
  }

  /** The peer spoke of a side that is observed. */
  onHeard(verb: number, option: number): void {
    this.observer?.(verb, option)
    this.#conditions?.reconsider()
  }

  /** @param isSynch a DM that came as urgent data: what was not read yet was sent before it, and is discarded */
  onCommand(command: number, isSynch: boolean): void {
    if (isSynch) {
      this.intake.discard()
      this.#taker?.discard()
      this.session.emit('synch')
    }
    // RFC 1123, 3.2.4. Before the program is told: what it writes from then on is to be seen.
    if (command === Command.AO && this.settings.role === 'server' && this.isWritable) this.channel.synch()
    this.session.emit('command', command)
    if (command === Command.GA || command === Command.EOR) this.session.emit('prompt')
    const special = SPECIALS.get(command)
    if (special !== undefined) this.session.emit('special', special)
    this.#conditions?.reconsider()
  }

  onSubnegotiation(option: number, payload: Buffer): void {
    this.session.emit('subnegotiation', option, payload)
    this.#hearOwn(option, payload)
    this.#conditions?.reconsider()
  }

  onWindowSize(columns: number, rows: number): void {
    this.peer.onWindowSize(columns, rows)
    this.session.emit('resize', columns, rows)
    this.#conditions?.reconsider()
  }

  onTerminalType(name: string, ordinal: number, isMudClient: boolean): void {
    this.peer.onTerminalType(name, ordinal, isMudClient)
    this.session.emit('terminalType', name)
    this.#conditions?.reconsider()
  }

  onTerminalTypesComplete(): void {
    this.peer.hasToldTerminalTypes = true
    this.#conditions?.reconsider()
  }

  onEnvironment(variables: ToldVariable[]): void {
    const most = this.settings.limits.environmentVariables
    const fits = this.peer.onEnvironment(variables, most)
    // The Map is made when somebody looks at it.
    if (this.session.listenerCount('environment') > 0) this.session.emit('environment', this.peer.environment)
    if (!fits) {
      const message = `more than ${most} environment variables; excess dropped`
      this.onViolation({ code: 'environment-limit', option: Option.NEW_ENVIRON, message, count: 1 })
    }
    this.#conditions?.reconsider()
  }

  /** An option told something beyond being on or off. */
  onValue(option: number, value: unknown): void {
    this.told.hear(option, value)
    this.#conditions?.reconsider()
  }

  onTrace(direction: 'in' | 'out', bytes: Buffer): void {
    this.settings.trace?.(direction, bytes, this.session)
  }

  /**
   * @param name of the set agreed; empty: the peer took none of ours
   * @param isOurs the program asked
   */
  onCharset(name: string, isOurs: boolean): void {
    if (isOurs) this.#charsetRequests?.onAnswer(name || null)
    if (name !== '') {
      this.peer.charset = name
      this.session.emit('charset', name)
    }
    this.#conditions?.reconsider()
  }

  /** The text is in this set from here on, or for another reason, by a word of the peer's. An agreement is told by `onCharset`. */
  onEncoding(name: string, argument: number): void {
    const { speech } = this
    if (speech.hear(name, argument) && speech.word !== 'charset') this.session.emit('charset', speech.encoding!)
    this.#conditions?.reconsider()
  }

  onTimingMark(): void {
    this.#liveness?.onTimingMark()
  }

  onSettled(): void {
    this.#forgetDeadline()
    this.#becomeReady()
  }

  onViolation(violation: Violation): void {
    const { code, message, count } = violation
    if (isGuard(code)) this.owner.onGuard(this, code, message, count)
    this.session.emit('violation', violation)
    this.#conditions?.reconsider()
  }

  onIdle(): void {
    const isHeard = this.session.emit('timeout')
    if (!isHeard && !this.hasOwnTimeout) this.owner.onIdle(this)
  }

  /** Text could not be converted, and the program wants to hear of it (`encodingErrors: 'strict'`). */
  onTextError(told: ToldFault, outgoing: boolean, cost: number): void {
    const fault = faultOf(told, outgoing, this.encoding)
    if (!outgoing) {
      if (!this.isDestroyed) this.intake.onFaultyText(fault, cost)
      return
    }
    this.channel.credit(cost)
    this.onFault(fault)
  }

  /** Text that could not be converted, and no read waits that could be told. */
  onFault(fault: Error): void {
    if (!this.session.emit('encodingError', fault as TelnetError)) this.owner.onFault(this, fault)
  }

  onClose(counters: Counters, failure: SystemError | null): void {
    if (this.isClosed) return
    this.isClosed = true
    this.isDestroyed = true
    this.#counters = counters
    this.#forgetDeadline()
    this.failure = failure
    if (failure) this.error ??= this.#failureError(failure)
    this.channel.close(() => this.error ?? this.#closedError())
    this.intake.close(this.error)
    this.#taker?.onOver(this.error)
    this.#conditions?.reject(this.#closedError())
    this.#liveness?.reject(this.#closedError())
    this.carrier.forget(this.channel.id)
    if (this.#isHolding) this.carrier.release()
    // A listener that throws must not keep the others from hearing of it.
    try {
      if (this.error) this.#tellError(this.error)
    } finally {
      try {
        this.session.emit('close', this.error !== null)
      } finally {
        this.owner.onClose(this)
      }
    }
  }

  /** `negotiationTimeout` has passed. */
  giveUp(): void {
    this.#forgetDeadline()
    this.channel.giveUp()
    this.#becomeReady()
  }

  /** Ten thousand sessions that have settled keep no timer. */
  #forgetDeadline(): void {
    clearTimeout(this.#deadline)
    this.#deadline = undefined
  }

  #becomeReady(): void {
    if (this.isReady || this.isClosed) return
    this.isReady = true
    this.#conditions?.reconsider()
    this.owner.onReady(this)
  }

  /** A payload of an option of the program's own. */
  #hearOwn(option: number, payload: Buffer): void {
    const own = this.settings.own.get(option)
    if (own?.onMessage === undefined) return
    if (!this.isOn('local', option) && !this.isOn('remote', option)) {
      const message = `a subnegotiation of ${own.name} came, though the option is not agreed`
      this.onViolation({ code: 'unagreed-subnegotiation', option, message, count: 1 })
      return
    }
    let value: unknown
    try {
      value = own.decode ? own.decode(payload) : payload
    } catch (error) {
      const message = `a subnegotiation of ${own.name} did not have its form; dropped: ${String(error)}`
      this.onViolation({ code: 'malformed-subnegotiation', option, message, count: 1 })
      return
    }
    this.#await(own.onMessage(this.session, value))
  }

  /** What a handler of the program's rejects is as what it throws. */
  #await(result: unknown): void {
    if (result instanceof Promise) result.catch((error: unknown) => this.onThrow(error))
  }

  #agreed(side: Side): AgreedOptions {
    return side === 'local' ? this.#local : this.#remote
  }

  /** An 'error' that nobody listens to would end the process: a peer that vanishes must not. */
  #tellError(error: Error): void {
    if (this.session.listenerCount('error') > 0) this.session.emit('error', error)
    else this.owner.onError(this, error)
  }

  #closedError(): TelnetError {
    const cause = this.error ?? undefined
    return new TelnetError('TELNET_CLOSED', 'The session is closed', { cause })
  }

  #failureError(failure: SystemError): TelnetError {
    const { remoteAddress, remotePort } = this.ends
    const what = remoteAddress ? `Lost the connection to ${remoteAddress} port ${remotePort}` : 'Lost the connection'
    return fromSystem(what, failure)
  }
}

function giveUp(connection: Connection): void {
  connection.giveUp()
}

/** `listener TAB address TAB port TAB address TAB port`, as a record has them. */
function parseEnds(text: string): Ends {
  const [, remoteAddress, remotePort, localAddress, localPort] = text.split('\t')
  return { remoteAddress, remotePort: Number(remotePort), localAddress, localPort: Number(localPort) }
}

/** What the mode depends on. */
const MODE_OPTIONS: ReadonlySet<number> = new Set([Option.ECHO, Option.SGA, Option.LINEMODE])

/** Commands that are functions of special characters as well. */
const SPECIALS: ReadonlyMap<number, number> = new Map([
  [Command.DM, Special.SYNCH],
  [Command.BRK, Special.BRK],
  [Command.IP, Special.IP],
  [Command.AO, Special.AO],
  [Command.AYT, Special.AYT],
  [Command.EOR, Special.EOR],
  [Command.ABORT, Special.ABORT],
  [Command.EOF, Special.EOF],
  [Command.SUSP, Special.SUSP],
  [Command.EC, Special.EC],
  [Command.EL, Special.EL],
])

const NO_BYTES = Buffer.alloc(0)

const NOTHING: Counters = { bytesRead: 0, bytesWritten: 0 }
