// How long a peer is waited for. Behind questions goes a fence, DO TIMING-MARK (RFC 860): whichever way it is answered, all that
// was said before it has been read, and who is silent then has nothing to say. So the same peer is found to be the same over a slow
// link. Where fences are not answered, silence decides: that of answers about options, whatever else the peer says.

import { Command, Option } from '../constants.js'
import { connectionOf } from '../session.js'
import { Wait } from '../waiting.js'
import type { AnySession } from './any-session.js'
import { Silence } from './silence.js'

/** Milliseconds without an answer after which none is expected of who answers no fences. */
const QUIET = 500

/** The same for who has answered several: it will be busy. */
const QUIET_BUSY = 3_000

/** The same where it is not known yet how far away the peer is. */
const QUIET_STRANGE = 1_500

/** Silence has to last so many round trips. */
const ROUND_TRIPS = 3

/** A peer that speaks on and on, and answers no fence, is not waited for longer, nor heard out; one that is far away three silences. */
const LONGEST = 6_000
const SILENCES = 3

/** A peer that has more to say to every answer is not heard any further. */
const MOST_ROUNDS = 6

/**
 * TinTin++ refuses an option once and is silent when it is asked again, for a timing mark, too. So it is asked about another one each
 * time, of those that nobody has, nobody is asked about otherwise, and icy_term stands.
 */
const OTHER_FENCES = [Option.XASCII, Option.TUID, Option.OUTMRK, Option.EXOPL]

/** What is known of a peer's distance, and whether it answers fences. Each session has one. */
export class Patience {
  /** Milliseconds; 0: not known. */
  #roundTrip = 0
  /** Fences that were answered. */
  #answered = 0
  /** The peer has been waited for once. */
  #isKnown = false
  /** It said something meanwhile, and was not silent then. */
  #mayGoOn = false
  /** As far as is known. */
  #marksAreAnswered = true
  /** What is asked instead where they are not. */
  #others: number[] = [...OTHER_FENCES]
  readonly #session: AnySession

  private constructor(session: AnySession) {
    this.#session = session
  }

  /** The one of a session. */
  static of(session: AnySession): Patience {
    const known = patiences.get(session) ?? new Patience(session)
    patiences.set(session, known)
    return known
  }

  /** The longest round trip that was seen, in milliseconds; 0: none was. */
  get roundTrip(): number {
    return this.#roundTrip
  }

  /** Takes note of a round trip. */
  note(milliseconds: number): void {
    this.#roundTrip = Math.max(this.#roundTrip, milliseconds)
  }

  /** Finds out how far away the peer is, unless that is known. */
  async measure(signal?: AbortSignal): Promise<void> {
    if (this.#roundTrip === 0 && !this.#isKnown) await this.settle(undefined, signal)
  }

  /** Resolves when the peer has nothing more to say to what followed from its answers, and to what followed from that. */
  async hearOut(signal?: AbortSignal): Promise<void> {
    for (let round = 0; this.#mayGoOn && round < MOST_ROUNDS; round++) await this.settle(undefined, signal)
  }

  /**
   * Resolves when the peer has read all that was said until now, or `isDone`, or nothing is to be expected of it any
   * more.
   *
   * Rejects with TELNET_CLOSED, or an AbortError.
   */
  async settle(isDone?: () => boolean, signal?: AbortSignal): Promise<void> {
    const connection = connectionOf(this.#session)
    const over = new AbortController()
    const timeout = Math.max(LONGEST, SILENCES * this.#quiet)
    const wait = new Wait<void>('The peer', { signal, timeout })
    // Nothing more is to be expected.
    let isOver = false
    const silence = new Silence(this.#quiet, () => {
      isOver = true
      wait.resolve()
    })
    const takeDown = this.#raiseFence(wait)
    // The first time it is asked, nothing has come.
    let times = 0
    // Who ticks (NOP, GMCP) answers nothing thereby.
    let isTick = false
    const onTick = () => {
      isTick = true
    }
    this.#session.on('command', onTick).on('subnegotiation', onTick)
    const holds = () => {
      // The answer to the fence is no news.
      if (wait.settled) return true
      if (!isTick) {
        times++
        silence.break()
      }
      isTick = false
      return connection.peerHasEnded || (isDone?.() ?? false)
    }
    connection.until('The answers', holds, { signal: over.signal }).then(
      () => wait.resolve(),
      (error: Error) => wait.reject(error),
    )
    try {
      await wait.promise
    } catch (error) {
      if ((error as { code?: string }).code !== 'TELNET_TIMEOUT') throw error
      isOver = true
    } finally {
      silence.stop()
      over.abort()
      takeDown()
      this.#session.off('command', onTick).off('subnegotiation', onTick)
    }
    if (isOver) this.#onIgnored()
    this.#isKnown = true
    this.#mayGoOn = times > 1 && !isOver
  }

  /** Says something that is answered when all before it was read; then the wait is over. Returns what ends that. */
  #raiseFence(wait: Wait<void>): () => void {
    const reached = (milliseconds: number) => {
      this.#answered++
      this.note(milliseconds)
      wait.resolve()
    }
    const connection = connectionOf(this.#session)
    const { channel, observer } = connection
    if (this.#marksAreAnswered) {
      this.#session.timingMark().then(reached, (error: Error) => wait.reject(error))
      return () => {}
    }
    const fence = this.#others.shift()
    if (fence === undefined) return () => {}
    const asked = performance.now()
    connection.observer = (verb, option) => {
      if (option === fence) reached(performance.now() - asked)
      else observer?.(verb, option)
    }
    channel.say(Command.DO, fence)
    // It is observed on: the answer of who is slow is no offer.
    return () => {
      connection.observer = observer
    }
  }

  /** A fence was not answered. */
  #onIgnored(): void {
    if (this.#marksAreAnswered) this.#marksAreAnswered = false
    else this.#others = []
  }

  get #quiet(): number {
    const isBusy = this.#answered > 1 && (this.#marksAreAnswered || this.#others.length > 0)
    const least = isBusy ? QUIET_BUSY : this.#isKnown || this.#roundTrip > 0 ? QUIET : QUIET_STRANGE
    return Math.max(least, ROUND_TRIPS * this.#roundTrip)
  }
}

const patiences = new WeakMap<AnySession, Patience>()
