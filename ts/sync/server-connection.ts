// ServerConnection: one client of a blocking server, with the members that miniboa's clients have.

import { LoneOwner } from '../lone.js'
import type { Settings } from '../options.js'
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
