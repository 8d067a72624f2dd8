// Who is connected, told in the log from time to time, for who watches a server by its log.

import type { Server, Session } from '#telnetkit'
import { type Log, peerOf } from './report.js'

/** A line has so many clients at most. */
const MOST = 100

/** Looks at the clients of a server each `interval` milliseconds, and logs a line if anything but their idle times has changed. */
export function logStatus(server: Server, log: Log, interval: number): void {
  let last = statusOf([])
  setInterval(() => {
    const sessions = [...server.sessions].sort(byAddress)
    const told = statusOf(sessions)
    if (told !== last) log.info(statusOf(sessions, { withIdle: true }))
    last = told
  }, interval).unref()
}

/** The line. Without the idle times it says whether anything has changed. */
function statusOf(sessions: readonly Session[], { withIdle = false } = {}): string {
  if (sessions.length === 0) return 'Status: 0 clients connected'
  const rows = sessions.slice(0, MOST).map((session) => {
    const { bytesRead, bytesWritten, encrypted } = session
    const idle = withIdle ? `, idle=${Math.floor(session.idle / 1_000)}` : ''
    return `${peerOf(session)} (rx=${bytesRead}, tx=${bytesWritten}${idle}${encrypted ? ' tls' : ''})`
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
