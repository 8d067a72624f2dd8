// Where a client connects to: what the options of `connect` and of its blocking form say of it.

import { isIP } from 'node:net'
import type { NativeHub } from './binding.js'
import { bad, whole } from './checks.js'
import { fromSystem, type SystemError, type TelnetError } from './errors.js'
import type { Settings } from './options.js'
import { clientTls, type TlsClientOptions } from './tls.js'

/** The options that say where. */
export interface TargetOptions {
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

/** The names of these options. */
export const TARGET: readonly string[] = ['host', 'port', 'family', 'localAddress', 'tls']

export class Target {
  readonly host: string
  readonly port: number
  readonly family: 0 | 4 | 6
  readonly #localAddress: string | undefined
  readonly #tls: ReturnType<typeof clientTls>

  /** Throws TELNET_BAD_OPTION. */
  constructor(options: TargetOptions) {
    const { host = 'localhost', family = 0, localAddress } = options
    this.port = whole('port', options.port, 23, 1, 65_535)
    if (typeof host !== 'string' || host === '') throw bad('host', host, 'give a name or an IP address')
    if (![0, 4, 6].includes(family)) throw bad('family', family, 'give 4, 6, or 0 for both')
    if (localAddress !== undefined && !isIP(localAddress)) throw bad('localAddress', localAddress, 'give an IP address')
    this.host = host
    this.family = family
    this.#localAddress = localAddress
    this.#tls = clientTls(options.tls, host)
  }

  /** What is waited for, to complete the sentence "… took longer than 100 ms". */
  get what(): string {
    return `Connecting to ${this.#name}${this.#tls ? ' by TLS' : ''}`
  }

  get #name(): string {
    return `${this.host} port ${this.port}`
  }

  /** Begins to connect to one of the addresses. Returns the number of the connection. */
  begin(native: NativeHub, addresses: string[], settings: Settings): number {
    const { port } = this
    const localAddress = this.#localAddress
    const where = localAddress === undefined ? { addresses, port } : { addresses, port, localAddress }
    return native.connect({ ...where, ...(this.#tls && { tls: this.#tls }), endpoint: settings.endpoint })
  }

  /** The error of a connection that did not come about. */
  failure(error: SystemError): TelnetError {
    const known = { syscall: 'connect', address: this.host, port: this.port }
    return fromSystem(`Cannot connect to ${this.#name}`, error, known)
  }
}
