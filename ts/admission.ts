// Who may come in: the options of a server that guard it before anything is kept of a connection. crates/telnet-net/src/gate.rs
// does what they say.

import { isIP } from 'node:net'
import { bad, whole } from './checks.js'

/** Options of a server about who may come in. */
export interface AdmissionOptions {
  /** Connections at once; those beyond are closed and told by 'drop'. 0: no limit. **Default:** 0. */
  maxConnections?: number | undefined
  /**
   * The same of one address, of which an IPv6 network of 64 bits is one. 0: no limit. **Default:** 0.
   */
  maxConnectionsPerAddress?: number | undefined
  /** New connections a second, over ten seconds; those beyond are closed and told by 'drop'. 0: no limit. **Default:** 0. */
  acceptRate?: number | undefined
  /** The same of one address. **Default:** 0. */
  acceptRatePerAddress?: number | undefined
  /**
   * Addresses, and networks such as `'192.0.2.0/24'`, for which what is said of one address does not hold: a balancer, or a whole
   * office behind one address. **Default:** this machine, `['127.0.0.0/8', '::1']`.
   */
  exemptAddresses?: readonly string[] | undefined
}

/** The same, complete. */
export interface Admission {
  readonly maxConnections: number
  readonly maxConnectionsPerAddress: number
  readonly acceptRate: number
  readonly acceptRatePerAddress: number
  readonly exemptAddresses: readonly string[]
}

export const ADMISSION: readonly (keyof Admission)[] = [
  'maxConnections',
  'maxConnectionsPerAddress',
  'acceptRate',
  'acceptRatePerAddress',
  'exemptAddresses',
]

export function readAdmission(options: AdmissionOptions): Admission {
  return {
    maxConnections: connections('maxConnections', options.maxConnections),
    maxConnectionsPerAddress: connections('maxConnectionsPerAddress', options.maxConnectionsPerAddress),
    acceptRate: rate('acceptRate', options.acceptRate),
    acceptRatePerAddress: rate('acceptRatePerAddress', options.acceptRatePerAddress),
    exemptAddresses: networks('exemptAddresses', options.exemptAddresses),
  }
}

/** A number of connections; 0: any. */
export function connections(name: string, value: unknown): number {
  return whole(name, value, 0, 0, 2 ** 32 - 1)
}

/** True if it is an address, or one with the number of the bits that a network's have in common. */
export function isNetwork(text: string): boolean {
  const [, address = '', bits] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text) ?? []
  const version = isIP(address)
  // A zone is this machine's own word for an interface.
  if (version === 0 || address.includes('%')) return false
  return Number(bits ?? 0) <= (version === 4 ? 32 : 128)
}

function rate(name: string, value: unknown): number {
  if (value === undefined) return 0
  if (typeof value === 'number' && value >= 0 && value <= 1e9) return value
  throw bad(name, value, 'give connections a second, 0 for any number, such as 20 or 0.5')
}

function networks(name: string, value: unknown): readonly string[] {
  if (value === undefined) return THIS_MACHINE
  if (!Array.isArray(value)) throw bad(name, value, 'give an array of addresses')
  for (const text of value) {
    if (typeof text !== 'string' || !isNetwork(text)) {
      throw bad(name, text, 'give IP addresses, or networks such as 192.0.2.0/24')
    }
  }
  return [...value]
}

export const THIS_MACHINE: readonly string[] = ['127.0.0.0/8', '::1']
