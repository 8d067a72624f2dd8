// A client that a thread has taken, until it is known what the two speak. It negotiates while the thread waits for anything.

import { LoneOwner } from '../lone.js'
import type { Settings } from '../options.js'
import { connectionOf, type Session, sessionOn } from '../session.js'
import type { BlockingHub } from './blocking-hub.js'

/** Milliseconds between two looks at one, who may have negotiated for too long. */
export const LOOK = 50

export class Newcomer<Data extends string | Buffer = string> {
  readonly session: Session<Data>
  readonly #isEager: boolean
  /** When nobody waits for its answers any longer. */
  readonly #end: number

  /** @param id of a connection of the hub that has just become its */
  constructor(hub: BlockingHub, id: number, settings: Settings) {
    this.session = sessionOn<Data>({ carrier: hub, id, settings, owner: new LoneOwner() })
    const connection = connectionOf(this.session)
    hub.add(id, connection)
    // Its timers are for programs that have an event loop.
    connection.unref()
    this.#isEager = settings.eager
    this.#end = performance.now() + settings.negotiationTimeout
  }

  /** Whether negotiation has settled, or it is gone and has left nothing to be read; `undefined`: not yet. */
  look(): 'ready' | 'gone' | undefined {
    const connection = connectionOf(this.session)
    if (connection.isClosed && connection.intake.reader.isEmpty) return 'gone'
    if (this.#isEager) return connection.isOpen ? 'ready' : undefined
    // A timer would do this where there is an event loop.
    if (!connection.isReady && performance.now() >= this.#end) connection.giveUp()
    return connection.isReady || connection.isClosed ? 'ready' : undefined
  }
}
