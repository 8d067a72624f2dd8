// Where a server listens: the options of `listen`, the look-up of the name, and what to do where the system says no.

import { isIP } from 'node:net'
import type { NativeHub, NativeRoom } from './binding.js'
import { bad, checkNames, checkSignal, flag, whole } from './checks.js'
import { fromSystem, type SystemError, type TelnetError } from './errors.js'
import type { Settings } from './options.js'

/** Where to listen. */
export interface ListenOptions {
  /** 0: one of the system's choice. **Default:** 0. */
  port?: number | undefined
  /** A name or an IP address. **Default:** all addresses of this machine. */
  host?: string | undefined
  /** Connections that the system keeps until they are accepted. **Default:** 511. */
  backlog?: number | undefined
  /** Several workers of the process listen on one port, and accepted connections are dealt out among them. **Default:** `false`. */
  shared?: boolean | undefined
  /** On an IPv6 address: no IPv4. **Default:** `false`. */
  ipv6Only?: boolean | undefined
  /** Closes the server when it is aborted. */
  signal?: AbortSignal | undefined
}

/** Where a server listens. */
export interface ServerAddress {
  readonly address: string
  readonly port: number
  readonly family: 'IPv4' | 'IPv6'
}

/** Throws TELNET_BAD_OPTION. */
export function checkListenOptions(options: ListenOptions): void {
  checkNames(options, ['port', 'host', 'backlog', 'shared', 'ipv6Only', 'signal'])
  const { host } = options
  whole('port', options.port, 0, 0, 65_535)
  whole('backlog', options.backlog, 511, 0, 2 ** 31 - 1)
  flag('shared', options.shared, false)
  flag('ipv6Only', options.ipv6Only, false)
  checkSignal(options.signal)
  if (host !== undefined && (typeof host !== 'string' || host === ''))
    throw bad('host', host, 'give a name or an IP address')
}

/** IP addresses, the best first: for all of this machine both versions at once, or where there is no IPv6, IPv4. */
export async function hostsOf({ host, port = 0 }: ListenOptions): Promise<string[]> {
  if (host === undefined) return ['::', '0.0.0.0']
  if (isIP(host)) return [host]
  const { lookup } = await import('node:dns/promises')
  try {
    return [(await lookup(host)).address]
  } catch (error) {
    throw cannotListen(host, port, error as SystemError)
  }
}

/**
 * Listens on the first of the hosts that there is. Returns the number of the listener, and where it listens.
 *
 * @param room where connections wait for a thread
 */
export function listen(
  native: NativeHub,
  hosts: string[],
  { port = 0, backlog, shared = false, ipv6Only = false }: ListenOptions,
  { endpoint, tls, admission }: Settings,
  maxConnections: number,
  room?: NativeRoom,
): ServerAddress & { id: number } {
  const more = {
    ...(backlog !== undefined && { backlog }),
    ...admission,
    exemptAddresses: [...admission.exemptAddresses],
    maxConnections,
    endpoint,
    ...(tls && { tls }),
  }
  return firstOf(hosts, (host) => native.listen({ host, port, shared, ipv6Only, ...more }, room), port)
}

function firstOf<T>(hosts: string[], listen: (host: string) => T, port: number): T {
  const [host, ...others] = hosts as [string, ...string[]]
  try {
    return listen(host)
  } catch (error) {
    const { code } = error as SystemError
    if (others.length > 0 && code !== 'EADDRINUSE' && code !== 'EACCES') return firstOf(others, listen, port)
    throw cannotListen(host, port, error as SystemError)
  }
}

function cannotListen(host: string, port: number, error: SystemError): TelnetError {
  return fromSystem(`Cannot listen on ${host} port ${port}`, error, { syscall: 'listen', address: host, port })
}
