// Who has come to a blocking server and was not accepted yet: they negotiate all at once, so that a silent one keeps nobody waiting, and an
// `accept` that is given up loses nobody.

import type { NativeRoom } from '../binding.js'
import type { Settings } from '../options.js'
import type { Session } from '../session.js'
import type { BlockingHub } from './blocking-hub.js'
import { LOOK, Newcomer } from './newcomer.js'

/** So many negotiate at once; others wait in the room, and nothing is said to them yet. */
const MOST = 128

export class Lobby {
  readonly #hub: BlockingHub
  readonly #room: NativeRoom
  readonly #settings: Settings
  readonly #newcomers = new Set<Newcomer>()

  constructor(hub: BlockingHub, room: NativeRoom, settings: Settings) {
    this.#hub = hub
    this.#room = room
    this.#settings = settings
    // So that a wait ends when somebody comes.
    hub.native.oversee(room)
  }

  /** Waits for the first who is ready. Throws TELNET_TIMEOUT, TELNET_INTERRUPTED. */
  next(timeout: number | undefined): Session {
    const lookAfter = () => (this.#newcomers.size > 0 ? LOOK : undefined)
    return this.#hub.waitFor('Waiting for a connection', () => this.#look(), { timeout, lookAfter })
  }

  /** Lets all of them go. */
  close(): void {
    for (const { session } of this.#newcomers) session.destroy()
    this.#newcomers.clear()
    this.#hub.outbox.flush()
  }

  #look(): Session | undefined {
    while (this.#newcomers.size < MOST) {
      const id = this.#hub.native.tryTake(this.#room)
      if (id < 0) break
      this.#newcomers.add(new Newcomer(this.#hub, id, this.#settings))
    }
    for (const newcomer of this.#newcomers) {
      const found = newcomer.look()
      if (found === undefined) continue
      this.#newcomers.delete(newcomer)
      // Who is gone again was nobody.
      if (found === 'ready') return newcomer.session
    }
    return undefined
  }
}
