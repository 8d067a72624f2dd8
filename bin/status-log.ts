// Who is connected, told in the log from time to time, for who watches a server by its log.

import type { Server, Session } from '#telnetkit'
import { type Log, peerOf } from './report.js'

/** How a session stood when it was last looked at. */
interface Standing {
  readonly read: number
  readonly written: number
  /** Since when not a byte came or went, as far as looking tells. */
  readonly since: number
}

/** A line has so many clients at most. */
const MOST = 100

/** Looks at the clients of a server each `interval` milliseconds, and logs a line if anything but their idle times has changed. */
export function logStatus(server: Server, log: Log, interval: number): void {
  const standings = new WeakMap<Session, Standing>()
  let last = statusOf([])
  setInterval(() => {
    const sessions = [...server.sessions].sort(byAddress)
    const told = statusOf(sessions)
    for (const session of sessions) look(session, standings)
    if (told !== last) log.info(statusOf(sessions, (session) => standings.get(session)?.since))
    last = told
  }, interval).unref()
}

function look(session: Session, standings: WeakMap<Session, Standing>): void {
  const { bytesRead: read, bytesWritten: written } = session
  const before = standings.get(session)
  if (before?.read !== read || before.written !== written) standings.set(session, { read, written, since: Date.now() })
}

/** The line. Without the times it says whether anything has changed. */
function statusOf(sessions: readonly Session[], idleSince?: (session: Session) => number | undefined): string {
  if (sessions.length === 0) return 'Status: 0 clients connected'
  const rows = sessions.slice(0, MOST).map((session) => {
    const idle = idleSince && Math.floor((Date.now() - (idleSince(session) ?? Date.now())) / 1_000)
    const facts = [
      `rx=${session.bytesRead}`,
      `tx=${session.bytesWritten}`,
      ...(idle === undefined ? [] : [`idle=${idle}`]),
    ]
    return `${peerOf(session)} (${facts.join(', ')}${session.encrypted ? ' tls' : ''})`
  })
  const more = sessions.length > MOST ? [`and ${sessions.length - MOST} more`] : []
  return `Status: ${sessions.length} ${sessions.length === 1 ? 'client' : 'clients'}: ${[...rows, ...more].join(', ')}`
}

function byAddress(one: Session, other: Session): number {
  return compare(one.remoteAddress ?? '', other.remoteAddress ?? '') || (one.remotePort ?? 0) - (other.remotePort ?? 0)
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}
