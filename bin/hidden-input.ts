// Passwords of a program whose client shows what is typed by itself: it has to be told not to. We say WILL ECHO for as long as
// the program hides its input, and WONT ECHO after, as a server does that asks for a password (RFC 857).

import { Option, type Session } from '#telnetkit'
import type { Program } from './pty-program.js'

/** Milliseconds for a program to set its terminal after it has written its prompt (busybox), or read a line. */
const LATER = 30

export class HiddenInput {
  readonly #session: Session
  readonly #program: Program
  #isHiding = false
  #later: NodeJS.Timeout | undefined

  constructor(session: Session, program: Program) {
    this.#session = session
    this.#program = program
  }

  /** Whether the client shows what is typed, or would if we did not hide it. */
  get isShownByClient(): boolean {
    return this.#isHiding || !this.#session.local.has(Option.ECHO)
  }

  /** The program has written or read something: it may have begun to hide, or ceased. */
  look(): void {
    if (!this.isShownByClient) return
    this.#follow()
    clearTimeout(this.#later)
    this.#later = setTimeout(() => this.#follow(), LATER)
  }

  stop(): void {
    clearTimeout(this.#later)
  }

  #follow(): void {
    const { local } = this.#session
    const hides = this.#program.hidesInput
    if (hides === this.#isHiding) return
    this.#isHiding = hides
    // Who refuses goes on showing it; who has left needs nothing.
    ;(hides ? local.enable(Option.ECHO) : local.disable(Option.ECHO)).catch(() => undefined)
  }
}
