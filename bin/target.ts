// Whom the client calls: a host and a port, or both in one: `host:port`, `[address]:port`, or a URL, `telnet://host:port` (RFC 4248)
// or `telnets://host:port`. A port may be the name of a service.

import { isIPv6 } from 'node:net'
import { SERVICES, servicePort } from '../ts/services.js'
import { parsePort } from './command-line.js'
import { printable, UsageError } from './report.js'

export interface Target {
  readonly host: string
  readonly port: number
  /** TLS is to be spoken. */
  readonly isSecure: boolean
}

/** The ports that IANA gives Telnet, and Telnet under TLS. */
const TELNET = 23
const TELNETS = 992

/**
 * @param asksForTls a flag does
 * @throws UsageError
 */
export function parseTarget(typed: string, port: string | undefined, asksForTls = false): Target {
  const { host, port: ownPort, isSecure } = isUrl(typed) ? fromUrl(typed) : fromWord(typed)
  if (host === '' || /\s/.test(host)) {
    throw new UsageError(`host "${told(typed)}": give a name or an address, such as localhost or ::1`)
  }
  const ports = [ownPort, port].filter((one) => one !== undefined).map(portOf)
  const secure = isSecure || asksForTls
  const [chosen = secure ? TELNETS : TELNET, other = chosen] = ports
  if (chosen !== other) throw new UsageError(`${told(typed)} ${other}: these are two ports, give one`)
  return { host, port: chosen, isSecure: secure }
}

function portOf(typed: string): number {
  if (!/^(?=.*[a-z])[a-z0-9._+-]+$/i.test(typed)) return parsePort(typed, 1)
  const port = servicePort(typed)
  if (port !== undefined) return port
  throw new UsageError(`port ${typed}: no service of that name is in ${SERVICES}; give a number from 1 to 65535`)
}

/** What was typed, without a user's name and password. */
function told(typed: string): string {
  return printable(typed.replace(/\/\/.*@/, '//'))
}

interface Parts {
  readonly host: string
  readonly port: string | undefined
  readonly isSecure?: boolean
}

/** An IPv6 address with a port stands in brackets, since one more number may belong to the address. */
function fromWord(word: string): Parts {
  const [, bracketed, bracketedPort] = /^\[(.*)\](?::(.*))?$/.exec(word) ?? []
  if (bracketed !== undefined) {
    if (isIPv6(bracketed)) return { host: bracketed, port: bracketedPort }
  } else {
    const [host = '', port, ...more] = word.split(':')
    if (more.length === 0) return { host, port }
    if (isIPv6(word)) return { host: word, port: undefined }
  }
  throw new UsageError(`${told(word)}: not an IPv6 address; one with a port is typed [address]:port`)
}

function isUrl(typed: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(typed)
}

/** An address with a zone, as RFC 6874 would have it in a URL, `[fe80::1%25eth0]`, or as it is typed elsewhere; `URL` knows neither. */
const ZONED = /^([^[\]]*\[[^%\]]*)%(?:25)?([\w.-]+)(\].*)$/s

function fromUrl(whole: string): Parts {
  const [, before, zone, after] = ZONED.exec(whole) ?? []
  const typed = zone === undefined ? whole : `${before}${after}`
  const url = URL.canParse(typed) ? new URL(typed) : undefined
  const isSecure = url?.protocol === 'telnets:'
  if (!(isSecure || url?.protocol === 'telnet:') || url.hostname === '') {
    throw new UsageError(`${told(whole)}: give a host, telnet://host:port or telnets://host:port`)
  }
  const address = url.hostname.replace(/^\[(.*)\]$/, '$1')
  return { host: zone === undefined ? address : `${address}%${zone}`, port: url.port || undefined, isSecure }
}
