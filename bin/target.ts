// Whom the client calls: a host and a port, or both in a URL `telnet://host:port` (RFC 4248).

import { parsePort } from './command-line.js'
import { printable, UsageError } from './report.js'

export interface Target {
  readonly host: string
  readonly port: number
}

/** The port that IANA gives Telnet. */
const TELNET = 23

/**
 * @param port goes before a port in the URL
 * @throws UsageError
 */
export function parseTarget(host: string, port: string | undefined): Target {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(host)) return { host: unbracket(host), port: parse(port) }
  const url = URL.canParse(host) ? new URL(host) : undefined
  if (url?.protocol !== 'telnet:' || url.hostname === '') {
    throw new UsageError(`${printable(host)}: give a host, or telnet://host:port`)
  }
  return { host: unbracket(url.hostname), port: parse(port ?? (url.port || undefined)) }
}

function parse(port: string | undefined): number {
  return port === undefined ? TELNET : parsePort(port, 1)
}

/** `[::1]` is how an address stands in a URL. */
function unbracket(host: string): string {
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host
}
