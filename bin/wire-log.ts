// What goes over the wire, for `--loglevel trace`: a line for each command, and for a stretch of data; `<<` came, `>>` goes.

import { describeWire, type Session, type Trace } from '#telnetkit'
import { type Log, peerOf, remoteOf } from './report.js'

/** For the option `trace`: nothing, where the log is not to tell it. */
export function wireTrace(log: Log, telling: { peers: boolean }): Trace | undefined {
  if (!log.tells('trace')) return undefined
  const streams = new WeakMap<Session, Record<'in' | 'out', (bytes: Uint8Array) => string[]>>()
  return (direction, bytes, session) => {
    const stream = streams.get(session) ?? { in: describeWire(), out: describeWire() }
    streams.set(session, stream)
    const mark = `${telling.peers ? `${peerOf(session)} ` : ''}${direction === 'in' ? '<<' : '>>'}`
    const remote = telling.peers ? remoteOf(session) : undefined
    for (const line of stream[direction](bytes)) log.wire(`${mark} ${line}`, remote)
  }
}
