// The owner of a session that belongs to no server: one that `connect` made, or that runs over a Duplex.

import { unwatch, watch } from './aborts.js'
import type { Connection } from './connection.js'
import { AbortError } from './errors.js'
import type { Guard } from './guards.js'
import type { Owner } from './line.js'
import type { Session } from './session.js'

/** Leaves all to the program. */
export class LoneOwner implements Owner {
  onOpen(_connection: Connection): void {}

  onReady(_connection: Connection): void {}

  onIdle({ session }: Connection): void {
    sayTimeout(session)
  }

  onError(_connection: Connection, _error: Error): void {}

  onGuard(_connection: Connection, _guard: Guard, _message: string, _count: number): void {}

  onFault(_connection: Connection, fault: Error): void {
    warnOfFault(fault)
  }

  onThrow(_connection: Connection, error: unknown): void {
    throwLater(error)
  }

  onClose(_connection: Connection): void {}
}

/** A session that was idle for too long is told so, and ended. */
export function sayTimeout(session: Session): void {
  session.write('\r\nTimeout.\r\n')
  session.end()
}

/** Text could not be converted, under the strict rule, and nobody listens: once, since a peer can have any number of them come. */
export function warnOfFault({ message }: Error): void {
  if (hasWarned) return
  hasWarned = true
  const advice = "listen to 'encodingError' to hear of each"
  process.emitWarning(`${message}; ${advice}`, { type: 'TelnetWarning', code: 'TELNET_ENCODING_ERROR' })
}

let hasWarned = false

/** What the program throws where nobody can catch it is its own: Node says so, and ends unless told otherwise. */
export function throwLater(error: unknown): void {
  process.nextTick(() => {
    throw error
  })
}

/** Destroys the session when the signal is aborted, as `net.connect` does. */
export function destroyOnAbort(session: Session, signal: AbortSignal | undefined): void {
  if (signal === undefined) return
  const onAbort = () => session.destroy(new AbortError(signal.reason))
  if (signal.aborted) {
    onAbort()
    return
  }
  watch(signal, onAbort)
  session.once('close', () => unwatch(signal, onAbort))
}
