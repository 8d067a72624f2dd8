// Whom the client calls: a host and a port, or both in one: `host:port`, `[address]:port`, or a URL `telnet://host:port` (RFC 4248).
// A port may be the name of a service.

import { isIPv6 } from 'node:net'
import { parsePort } from './command-line.js'
import { printable, UsageError } from './report.js'
import { SERVICES, servicePort } from './services.js'

export interface Target {
  readonly host: string
  readonly port: number
}

/** The port that IANA gives Telnet. */
const TELNET = 23

/** @throws UsageError */
export function parseTarget(typed: string, port: string | undefined): Target {
  const { host, port: ownPort } = isUrl(typed) ? fromUrl(typed) : fromWord(typed)
  if (host === '' || /\s/.test(host)) {
    throw new UsageError(`host "${told(typed)}": give a name or an address, such as localhost or ::1`)
  }
  const ports = [ownPort, port].filter((one) => one !== undefined).map(portOf)
  const [chosen = TELNET, other = chosen] = ports
  if (chosen !== other) throw new UsageError(`${told(typed)} ${other}: these are two ports, give one`)
  return { host, port: chosen }
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
}

/** An IPv6 address with a port stands in brackets, since one more number may belong to the address. */
function fromWord(word: string): Parts {
  const [, bracketed, bracketedPort] = /^\[(.*)\](?::(.*))?$/.exec(word) ?? []
  if (bracketed !== undefined) {
    if (isIPv6(bracketed)) return { host: bracketed, port: bracketedPort }
  } else if (isIPv6(word)) return { host: word, port: undefined }
  else {
    const [host = '', port, ...more] = word.split(':')
    if (more.length === 0) return { host, port }
  }
  throw new UsageError(`${told(word)}: not an IPv6 address; one with a port is typed [address]:port`)
}

function isUrl(typed: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(typed)
}

function fromUrl(typed: string): Parts {
  const url = URL.canParse(typed) ? new URL(typed) : undefined
  if (url?.protocol === 'telnets:') {
    throw new UsageError(`${told(typed)}: there is no TLS in this version; telnet:// connects without it`)
  }
  if (url?.protocol !== 'telnet:' || url.hostname === '') {
    throw new UsageError(`${told(typed)}: give a host, or telnet://host:port`)
  }
  return { host: url.hostname.replace(/^\[(.*)\]$/, '$1'), port: url.port || undefined }
}
