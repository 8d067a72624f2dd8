// TelnetConnection: a client for programs that do not await.

import { isIP } from 'node:net'
import { NativeHub } from '../binding.js'
import { checkCompression } from '../compression.js'
import { type SystemError, TelnetError } from '../errors.js'
import { LoneOwner } from '../lone.js'
import { type ClientOptions, clientSettings, type Settings } from '../options.js'
import { connectionOf, type Session, sessionOn } from '../session.js'
import { TARGET, Target, type TargetOptions } from '../target.js'
import { BlockingSession, checkNoSignal, checkOptions } from './blocking-session.js'

/** What `connect` takes, but for the signal, which nobody could abort meanwhile; and how long a call may take. */
export interface TelnetConnectionOptions extends Omit<ClientOptions, 'signal'>, Omit<TargetOptions, 'host' | 'port'> {
  /** Milliseconds that each call may take which does not say otherwise. **Default:** as long as it takes. */
  timeout?: number | undefined
}

/**
 * A client whose methods return when they are done. The connection is a file that is read and written: nothing happens on it but in
 * these calls, and each may take `timeout`.
 *
 * ```js
 * using router = new TelnetConnection('192.0.2.1', 23, { timeout: 10_000 }).connect()
 * router.readUntil('login: ')
 * router.write('admin\n')
 * console.log(router.readUntil(/[>#] $/))
 * ```
 */
export class TelnetConnection<Data extends string | Buffer = string> extends BlockingSession<Data> {
  readonly #target: Target
  readonly #settings: Settings
  #session: Session<Data> | null = null

  /** @throws TELNET_BAD_OPTION, TELNET_UNKNOWN_ENCODING, TELNET_UNKNOWN_OPTION */
  constructor(host: string, port?: number, options: TelnetConnectionOptions = {}) {
    checkOptions(options, '{ timeout: 10_000 }, in milliseconds')
    checkNoSignal(options)
    const { timeout, ...others } = options
    super(timeout)
    this.#target = new Target({ ...others, host, port })
    this.#settings = clientSettings(others, ['timeout', ...TARGET.filter((name) => name !== 'host' && name !== 'port')])
    checkCompression(others.compression, others.tls)
  }

  /**
   * Connects, within `connectTimeout`, and returns the connection itself. Once only.
   *
   * @throws Node's code where the system failed (`ECONNREFUSED`, `ENOTFOUND` …), TELNET_TIMEOUT, the codes of TLS, and
   * TELNET_CONNECTED where it was called before
   */
  connect(): this {
    if (this.#session !== null) {
      throw new TelnetError(
        'TELNET_CONNECTED',
        'The connection was made already: make another TelnetConnection for another',
      )
    }
    const target = this.#target
    const settings = this.#settings
    const timeout = settings.connectTimeout || undefined
    const since = performance.now()
    const addresses = this.#addresses(timeout)
    const id = this.#begin(addresses)
    const session = sessionOn<Data>({ carrier: this.hub, id, settings, owner: OWNER })
    const connection = connectionOf(session)
    this.hub.add(id, connection)
    const stands = () => {
      if (connection.isClosed) throw target.failure(connection.failure ?? {})
      return connection.isOpen || undefined
    }
    try {
      this.hub.waitFor(target.what, stands, { timeout, since })
    } catch (error) {
      session.destroy()
      throw error
    }
    // Its timers are for programs that have an event loop.
    connection.unref()
    this.#session = session
    return this
  }

  override close(): void {
    if (this.#session !== null) super.close()
  }

  protected override get session(): Session<Data> {
    if (this.#session !== null) return this.#session
    throw new TelnetError('TELNET_CLOSED', 'There is no connection: call connect() first')
  }

  #addresses(timeout: number | undefined): string[] {
    const { host, family } = this.#target
    if (isIP(host)) return [host]
    try {
      const found = NativeHub.resolve(host, timeout ?? null)
      const wanted = family === 0 ? found : found.filter((address) => isIP(address) === family)
      if (wanted.length > 0) return wanted
    } catch (error) {
      throw this.#target.failure(error as SystemError)
    }
    throw this.#target.failure({ code: 'ENOTFOUND' })
  }

  #begin(addresses: string[]): number {
    try {
      return this.#target.begin(this.hub.native, addresses, this.#settings)
    } catch (error) {
      throw this.#target.failure(error as SystemError)
    }
  }
}

const OWNER = new LoneOwner()
