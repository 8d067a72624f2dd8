// telsh's `who`: everybody who is connected to the same server.

import type { Session } from '../session.js'
import { connectionOf } from '../session.js'
import { type Visit, visitOf } from './telsh-visit.js'

/** Rows at most: a server may have ten thousand guests. */
const MOST = 50

export function who({ session: self }: Visit): string {
  const all = [...(connectionOf(self).owner.sessions?.() ?? [self])]
  // Who asks stands first.
  const others = all.filter((session) => session !== self)
  const rows = [self, ...others].slice(0, MOST).map((session) => row(session, session === self))
  const more = all.length - rows.length
  return [HEAD, ...rows, ...(more > 0 ? [`… and ${more} more`] : [])].join('\n')
}

function row(session: Session, isSelf: boolean): string {
  const visit = visitOf(session)
  const { remoteAddress = 'unknown', peer } = session
  const cells = [
    isSelf ? `${remoteAddress} (you)` : network(remoteAddress),
    visit === undefined ? '-' : timeSince(visit.since),
    timeSince(visit?.lastHeard ?? Date.now() - session.idle),
    printable(peer.terminalType ?? 'unknown'),
  ]
  return columns(cells)
}

const HEAD = columns(['from', 'since', 'idle', 'terminal'])

function columns([from = '', since = '', idle = '', terminal = '']: readonly string[]): string {
  return `${from.padEnd(32)} ${since.padStart(9)} ${idle.padStart(9)}  ${terminal}`.trimEnd()
}

/** A stranger is told of other people no more than the network that they come from: 24 bits of IPv4, 48 of IPv6. */
function network(address: string): string {
  const v4 = /^(?:::ffff:)?(\d+\.\d+\.\d+)\.\d+$/i.exec(address)
  if (v4) return `${v4[1]}.*`
  const groups = expand(address)
  return groups === undefined ? address : `${groups.slice(0, 3).join(':')}:*`
}

/** The eight groups of an address of IPv6. */
function expand(address: string): string[] | undefined {
  if (!address.includes(':')) return undefined
  const [head = '', tail] = address.split('%')[0]!.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  return [...left, ...Array(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right]
}

/** Seconds, minutes or hours, as they read best. */
function timeSince(moment: number): string {
  const seconds = Math.max(0, Math.floor((Date.now() - moment) / 1_000))
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** What a client says of itself moves nobody else's cursor. */
function printable(text: string): string {
  return text.replaceAll(/[^ -~]/g, '?').slice(0, 20)
}
