// connect: a client's session over TCP. It looks the name up, and resolves when the connection stands; what Telnet negotiates
// after that is the session's matter (`session.ready()`).

import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { bad, checkWhere, whole } from './checks.js'
import { checkCompression } from './compression.js'
import type { Connection } from './connection.js'
import { fromSystem, type SystemError, type TelnetError } from './errors.js'
import { theHub } from './hub.js'
import { destroyOnAbort, LoneOwner } from './lone.js'
import { type ClientOptions, clientSettings, type Settings } from './options.js'
import { connectionOf, type Session, sessionOn } from './session.js'
import { clientTls, type TlsClientOptions } from './tls.js'
import { Wait } from './waiting.js'

/** Where to connect to, and as what. */
export interface ConnectOptions extends ClientOptions {
  /** A name or an IP address. **Default:** `'localhost'`. */
  host?: string | undefined
  /** **Default:** 23. */
  port?: number | undefined
  /** 4 or 6: only addresses of that version. **Default:** 0, both. */
  family?: 0 | 4 | 6 | undefined
  /** Speak TLS: `true`, or how, with the names of `node:tls`. **Default:** `false`. */
  tls?: boolean | TlsClientOptions | undefined
  /** The IP address of this machine to connect from. */
  localAddress?: string | undefined
}

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
  const target = readTarget(options)
  const settings = clientSettings(options, ['host', 'port', 'family', 'localAddress', 'tls'])
  checkCompression(options.compression, options.tls)
  const attempt = new Attempt(target, settings)
  const session = await attempt.run()
  destroyOnAbort(session, settings.signal)
  return session as unknown as Session<Data>
}

interface Target {
  host: string
  port: number
  family: 0 | 4 | 6
  localAddress: string | undefined
  tls: ReturnType<typeof clientTls>
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
    this.#wait = new Wait<Session>(`Connecting to ${name(target)}${target.tls ? ' by TLS' : ''}`, options, () =>
      this.#session?.destroy(),
    )
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
    const { port, localAddress, tls } = this.#target
    const settings = this.#settings
    const hub = theHub()
    try {
      const where = localAddress === undefined ? { addresses, port } : { addresses, port, localAddress }
      const id = hub.native.connect({ ...where, ...(tls && { tls }), endpoint: settings.endpoint })
      this.#session = sessionOn({ carrier: hub, id, settings, owner: this })
      hub.add(id, connectionOf(this.#session))
    } catch (error) {
      this.#fail(error as SystemError)
    }
  }

  #fail(error: SystemError): void {
    this.#wait.reject(cannotConnect(this.#target, error))
  }
}

function readTarget(options: ConnectOptions): Target {
  const { host = 'localhost', family = 0, localAddress } = options
  const port = whole('port', options.port, 23, 1, 65_535)
  if (typeof host !== 'string' || host === '') throw bad('host', host, 'give a name or an IP address')
  if (![0, 4, 6].includes(family)) throw bad('family', family, 'give 4, 6, or 0 for both')
  if (localAddress !== undefined && !isIP(localAddress)) throw bad('localAddress', localAddress, 'give an IP address')
  return { host, port, family, localAddress, tls: clientTls(options.tls, host) }
}

async function addressesOf({ host, family }: Target): Promise<string[]> {
  if (isIP(host)) return [host]
  const found = await lookup(host, { all: true, family })
  return found.map(({ address }) => address)
}

function cannotConnect(target: Target, error: SystemError): TelnetError {
  const { host, port } = target
  return fromSystem(`Cannot connect to ${name(target)}`, error, { syscall: 'connect', address: host, port })
}

function name({ host, port }: Target): string {
  return `${host} port ${port}`
}
