// A visit to telsh: what its commands have to do with, and what they remember from one to the next.

import type { Session } from '../session.js'
import type { FlowControl } from '../told.js'

export class Visit {
  readonly session: Session
  /** How the client's terminal was last told to behave; what RFC 1372 begins with. */
  flowControl: FlowControl = { enabled: true, restartAny: false }
  /** When the visitor came, and last gave a command: milliseconds since 1970. */
  readonly since = Date.now()
  lastHeard = this.since
  /** The command that runs is the last. */
  isOver = false

  constructor(session: Session) {
    this.session = session
    visits.set(session, this)
  }
}

const visits = new WeakMap<Session, Visit>()

/** The visit of a session; `undefined` where it is not in telsh. */
export function visitOf(session: Session): Visit | undefined {
  return visits.get(session)
}
