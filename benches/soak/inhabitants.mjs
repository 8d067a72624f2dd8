// Sessions that stay: people who go on as if nothing were the matter, and notice how long each answer takes.

import { setTimeout as delay } from 'node:timers/promises'
import { connect } from 'telnetkit'

/** From where they come: nobody of the crowd does. */
const ADDRESS = '127.0.0.2'

/** Milliseconds between an answer and the next question, and those after which no answer is one. */
const PAUSE = 250
const PATIENCE = 30_000

export class Inhabitant {
  host
  /** Of each answer, in milliseconds. */
  times = []
  /** True if an answer did not come. */
  isForsaken = false
  #session
  #isLeaving = false

  static async enter(host) {
    const inhabitant = new Inhabitant()
    inhabitant.host = host
    inhabitant.#session = await connect({
      host: '127.0.0.1',
      port: host.port,
      localAddress: ADDRESS,
      terminalType: 'xterm',
    })
    await inhabitant.#ask('the first question')
    return inhabitant
  }

  /** Asks until it leaves. */
  async live(onFault) {
    try {
      for (let number = 0; !this.#isLeaving; number++) {
        const begin = performance.now()
        await this.#ask(`question ${number}`)
        this.times.push(performance.now() - begin)
        await delay(PAUSE)
      }
      this.#session.end()
    } catch (error) {
      this.isForsaken = true
      onFault(`${this.host.place.name}: a session that stayed was not answered: ${error.message}`)
    }
    this.#session.destroy()
  }

  leave() {
    this.#isLeaving = true
  }

  async #ask(line) {
    this.#session.write(`${line}\n`)
    await this.#session.readUntil(this.host.place.answer(line), { timeout: PATIENCE })
  }
}
