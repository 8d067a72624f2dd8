// Is the peer there, and how far away? TIMING-MARK (RFC 860) comes back when the peer has handled all that was sent before;
// Are-you-there (RFC 854) is answered with something to read.

import type { Channel } from './channel.js'
import { now } from './clock.js'
import { Command } from './constants.js'
import { Wait, type WaitOptions } from './waiting.js'

interface Question {
  readonly wait: Wait<number>
  readonly askedAt: number
}

export class Liveness {
  /** Somebody waits for an answer to Are-you-there: the next data is taken for it. */
  awaitsAnswer = false

  readonly #channel: Channel
  /** Marks come back in the order in which they were sent; one that nobody waits for any more keeps its place. */
  #marks: Question[] = []
  #answers: Question[] = []

  constructor(channel: Channel) {
    this.#channel = channel
  }

  /** Resolves with milliseconds. */
  timingMark(options?: WaitOptions): Promise<number> {
    const question = ask('The timing mark', options)
    if (!question.wait.settled) {
      this.#marks.push(question)
      this.#channel.timingMark()
    }
    return question.wait.promise
  }

  /** Resolves with milliseconds. */
  areYouThere(options?: WaitOptions): Promise<number> {
    const question = ask('The answer to Are-you-there', options)
    if (!question.wait.settled) {
      this.#answers.push(question)
      this.awaitsAnswer = true
      this.#channel.command(Command.AYT)
    }
    return question.wait.promise
  }

  onTimingMark(): void {
    answer(this.#marks.shift())
  }

  onData(): void {
    const answers = this.#answers
    this.#answers = []
    this.awaitsAnswer = false
    answers.forEach(answer)
  }

  reject(error: Error): void {
    for (const { wait } of [...this.#marks, ...this.#answers]) wait.reject(error)
  }
}

function ask(what: string, options?: WaitOptions): Question {
  return { wait: new Wait<number>(what, options), askedAt: now() }
}

function answer(question: Question | undefined): void {
  question?.wait.resolve(now() - question.askedAt)
}
