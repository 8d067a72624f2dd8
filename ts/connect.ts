// connect: a client's session over TCP. It looks the name up, and resolves when the connection stands; what Telnet negotiates
// after that is the session's matter (`session.ready()`).

import { isIP } from 'node:net'
import { checkWhere } from './checks.js'
import { checkCompression } from './compression.js'
import type { Connection } from './connection.js'
import type { SystemError } from './errors.js'
import { theHub } from './hub.js'
import { destroyOnAbort, LoneOwner } from './lone.js'
import { type ClientOptions, clientSettings, type Settings } from './options.js'
import { connectionOf, type Session, sessionOn } from './session.js'
import { TARGET, Target, type TargetOptions } from './target.js'
import { Wait } from './waiting.js'

/** Where to connect to, and as what. */
export interface ConnectOptions extends ClientOptions, TargetOptions {}

/**
 * Connects to a server. Resolves with the session when the connection stands; it can be written to and read from at once.
 *
 * Rejects with Node's code where the system failed (`ECONNREFUSED`, `ENOTFOUND` …), with TELNET_TIMEOUT after
 * `connectTimeout`, an AbortError, TELNET_BAD_ARGUMENT, TELNET_BAD_OPTION, TELNET_UNKNOWN_ENCODING.
 *
 * ```js
 * const session = await connect({ host: 'example.org', port: 4000 })
 * session.write('hello\n')
 * console.log(await session.readLine())
 * ```
 */
export function connect(options: ConnectOptions & { encoding: null }): Promise<Session<Buffer>>
export function connect(options: ConnectOptions): Promise<Session>
export function connect(port: number, host?: string): Promise<Session>
export async function connect<Data extends string | Buffer>(
  where: ConnectOptions | number,
  host?: string,
): Promise<Session<Data>> {
  checkWhere(where)
  const options = typeof where === 'number' ? { port: where, host } : where
  const target = new Target(options)
  const settings = clientSettings(options, TARGET)
  checkCompression(options.compression, options.tls)
  const attempt = new Attempt(target, settings)
  const session = await attempt.run()
  destroyOnAbort(session, settings.signal)
  return session as unknown as Session<Data>
}

/** One attempt: it owns the connection until that stands, and then leaves it to the program. */
class Attempt extends LoneOwner {
  readonly #target: Target
  readonly #settings: Settings
  readonly #wait: Wait<Session>
  #session: Session | undefined

  constructor(target: Target, settings: Settings) {
    super()
    const { signal, connectTimeout } = settings
    const options = { signal, timeout: connectTimeout || undefined }
    this.#target = target
    this.#settings = settings
    this.#wait = new Wait<Session>(target.what, options, () => this.#session?.destroy())
  }

  run(): Promise<Session> {
    if (!this.#wait.settled) {
      addressesOf(this.#target).then(
        (addresses) => this.#connect(addresses),
        (error) => this.#fail(error),
      )
    }
    return this.#wait.promise
  }

  override onOpen({ session }: Connection): void {
    this.#wait.resolve(session)
  }

  override onClose(connection: Connection): void {
    if (connection.failure) this.#fail(connection.failure)
  }

  #connect(addresses: string[]): void {
    if (this.#wait.settled) return
    const settings = this.#settings
    const hub = theHub()
    try {
      const id = this.#target.begin(hub.native, addresses, settings)
      this.#session = sessionOn({ carrier: hub, id, settings, owner: this })
      hub.add(id, connectionOf(this.#session))
    } catch (error) {
      this.#fail(error as SystemError)
    }
  }

  #fail(error: SystemError): void {
    this.#wait.reject(this.#target.failure(error))
  }
}

async function addressesOf({ host, family }: Target): Promise<string[]> {
  if (isIP(host)) return [host]
  const { lookup } = await import('node:dns/promises')
  const found = await lookup(host, { all: true, family })
  return found.map(({ address }) => address)
}
