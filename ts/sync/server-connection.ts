// ServerConnection: one client of a blocking server, with the members that miniboa's clients have.

import { whole } from '../checks.js'
import { TelnetError } from '../errors.js'
import { type ServerOptions, type Settings, serverSettings } from '../options.js'
import { Session } from '../session.js'
import { theBlockingHub } from './blocking-hub.js'
import { BlockingSession, type BlockingWaitOptions, timeIn } from './blocking-session.js'
import { LOOK, Newcomer } from './newcomer.js'

export class ServerConnection<Data extends string | Buffer = string> extends BlockingSession<Data> {
  /** When it was accepted, in milliseconds since 1970. */
  readonly connectTime = Date.now()
  readonly #session: Session<Data>

  /** For the package's own use: see `accept` and {@link take}. */
  constructor(session: Session<Data>) {
    super(undefined)
    if (!(session instanceof Session)) {
      const message = "A ServerConnection is made by a server's accept(), or by ServerConnection.take(handle)"
      throw new TelnetError('TELNET_BAD_ARGUMENT', message)
    }
    this.#session = session
  }

  /**
   * Makes the connection with that handle this thread's: see `BlockingTelnetServer.acceptHandle`. Waits until its negotiation has settled
   * (unless `eager`). Where that takes too long, or Ctrl-C ends it, this thread may take it again.
   *
   * @param options those of the server, as far as a session has them: `encoding` and what else belongs to text, `eager`
   * @param wait how long, in milliseconds. **Default:** as long as `negotiationTimeout` lets it take
   * @throws TELNET_BAD_ARGUMENT where nobody waits by that handle, or no more; TELNET_CLOSED where the client is gone; TELNET_TIMEOUT;
   * TELNET_INTERRUPTED
   */
  static take<Data extends string | Buffer = string>(
    handle: number,
    options: Omit<ServerOptions, 'signal'> = {},
    wait?: number | BlockingWaitOptions,
  ): ServerConnection<Data> {
    const timeout = timeIn(wait)
    const hub = theBlockingHub()
    const newcomer = taken.get(handle) ?? newcomerBy(handle, serverSettings(options))
    taken.set(handle, newcomer)
    const look = () => newcomer.look()
    const found = hub.waitFor('Negotiation', look, { timeout, lookAfter: () => LOOK })
    taken.delete(handle)
    if (found === 'ready') return new ServerConnection(newcomer.session as Session<Data>)
    throw new TelnetError('TELNET_CLOSED', 'The client is gone, and has left nothing to be read')
  }

  /** False when it is closed. To set it to false closes it. */
  get active(): boolean {
    return !this.closed
  }

  set active(active: boolean) {
    if (!active) this.deactivate()
  }

  /** The client's address. */
  get address(): string {
    return this.remoteAddress ?? ''
  }

  /** The client's port. */
  get port(): number {
    return this.remotePort ?? 0
  }

  /** What the client says its terminal is; `'unknown'` as long as it has not said. */
  get terminalType(): string {
    return this.peer.terminalType ?? 'unknown'
  }

  /** The width of the client's window; 80 as long as it has not said. */
  get columns(): number {
    return this.peer.columns ?? 80
  }

  /** The height of the client's window; 24 as long as it has not said. */
  get rows(): number {
    return this.peer.rows ?? 24
  }

  /** When a byte last came or went, in milliseconds since 1970. */
  get lastInputTime(): number {
    return Date.now() - this.idle()
  }

  /** Milliseconds since a byte last came or went. */
  idle(): number {
    return this.session.idle
  }

  /** Milliseconds since it was accepted. */
  duration(): number {
    return Date.now() - this.connectTime
  }

  /** `ADDRESS:PORT` of the client. */
  addrport(): string {
    return `${this.address}:${this.port}`
  }

  /** Sends text, each LF as CR LF, and a CR LF as it is. */
  send(text: string): void {
    this.write(text)
  }

  /** Closes it. */
  deactivate(): void {
    this.close()
  }

  protected override get session(): Session<Data> {
    return this.#session
  }
}

/** Connections that this thread has taken, by their handles, and that have not settled when last it waited for it. */
const taken = new Map<number, Newcomer<string | Buffer>>()

function newcomerBy(handle: number, settings: Settings): Newcomer<string | Buffer> {
  const hub = theBlockingHub()
  const id = hub.native.takeParked(whole('handle', handle, 0, 0, 2 ** 32 - 1))
  if (id < 0) throw new TelnetError('TELNET_BAD_ARGUMENT', `Nobody waits by the handle ${handle}, or no more`)
  return new Newcomer(hub, id, settings)
}
