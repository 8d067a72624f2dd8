// Agreeing on a character set (RFC 2066) at the program's request. What the peer asks is answered by the addon.

import { now } from './clock.js'
import type { Connection } from './connection.js'
import { Option } from './constants.js'
import { OptionView } from './negotiation.js'
import type { WaitOptions } from './waiting.js'

/** A request; its answer is a name, or `null` where the peer took none. */
interface Request {
  answer?: string | null
}

export class CharsetRequests {
  readonly #connection: Connection
  /** The request that is out: the next one waits until it has its answer, as the RFC wants. */
  #due: Request | null = null

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /** Offers sets, and resolves with the name of the one that is agreed, or `null`. */
  async request(names: readonly string[], options: WaitOptions = {}): Promise<string | null> {
    const connection = this.#connection
    const startedAt = now()
    const until = (holds: () => boolean) =>
      connection.until('The answer about the character set', holds, timeLeft(options, startedAt))
    // Only who performs the option may ask.
    const local = new OptionView(connection, 'local')
    if (!(await local.enable(Option.CHARSET, options))) return null
    while (this.#due !== null) await until(() => this.#due === null)
    if (!local.has(Option.CHARSET)) return null
    const request: Request = {}
    this.#due = request
    connection.channel.requestCharset(names)
    await until(() => request.answer !== undefined)
    return request.answer ?? null
  }

  /** The answer to the request that is out came, or will not come any more. */
  onAnswer(name: string | null): void {
    if (this.#due !== null) this.#due.answer = name
    this.#due = null
  }
}

function timeLeft(options: WaitOptions, startedAt: number): WaitOptions {
  const { timeout } = options
  return timeout === undefined ? options : { ...options, timeout: Math.max(0, timeout - (now() - startedAt)) }
}
