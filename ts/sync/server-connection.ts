// ServerConnection: one client of a blocking server, with the members that miniboa's clients have.

import { whole } from '../checks.js'
import { TelnetError } from '../errors.js'
import { LoneOwner } from '../lone.js'
import { type ServerOptions, type Settings, serverSettings } from '../options.js'
import { connectionOf, type Session, sessionOn } from '../session.js'
import { theBlockingHub } from './blocking-hub.js'
import { BlockingSession } from './blocking-session.js'

export class ServerConnection<Data extends string | Buffer = string> extends BlockingSession<Data> {
  /** When it was made, in milliseconds since 1970. */
  readonly connectTime = Date.now()
  readonly #session: Session<Data>

  /** For the package's own use. @param id the number of a connection that is this thread's */
  constructor(id: number, settings: Settings) {
    super(undefined)
    const hub = theBlockingHub()
    this.#session = sessionOn<Data>({ carrier: hub, id, settings, owner: new LoneOwner() })
    hub.add(id, connectionOf(this.#session))
  }

  /**
   * Makes the connection with that handle this thread's: see `BlockingTelnetServer.acceptHandle`. Waits until its negotiation has settled
   * (unless `eager`).
   *
   * @param options those of the server, as far as a session has them: `encoding` and what else belongs to text, `eager`
   * @throws TELNET_BAD_ARGUMENT where nobody waits by that handle, or no more; TELNET_CLOSED where the client is gone
   */
  static take<Data extends string | Buffer = string>(
    handle: number,
    options: Omit<ServerOptions, 'signal'> = {},
  ): ServerConnection<Data> {
    const settings = serverSettings(options)
    const id = theBlockingHub().native.takeParked(whole('handle', handle, 0, 0, 2 ** 32 - 1))
    if (id < 0) throw new TelnetError('TELNET_BAD_ARGUMENT', `Nobody waits by the handle ${handle}, or no more`)
    const connection = new ServerConnection<Data>(id, settings)
    if (!settings.eager) connection.ready()
    return connection
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

  /** Milliseconds since it was made. */
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
