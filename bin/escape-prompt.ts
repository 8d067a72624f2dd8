// The prompt that Ctrl-] opens, as telnet(1) has one: a line of the user's is for the client, and not for the server. While it is open
// the terminal edits lines, and what the server sends waits.
//
// An empty line goes on; Ctrl-D leaves; Ctrl-] sends one to the server. What was typed behind these is for the session again.

import type { Session } from '#telnetkit'
import { type PromptFacts, runCommand } from './prompt-commands.js'

export interface PromptHost extends PromptFacts {
  /** The terminal is the prompt's from here on. */
  readonly opened: () => void
  /** The session has it again. `keys` is what was typed meanwhile. */
  readonly closed: (keys: string) => void
  /** The user leaves. @param isLineEnded the cursor stands at the beginning of a line */
  readonly leave: (isLineEnded: boolean) => void
}

const PROMPT = 'telnetkit> '

const ESCAPE = '\x1d'
const END_OF_FILE = '\x04'
const ERASING = ['\b', '\x7f']

export class EscapePrompt {
  readonly #session: Session
  readonly #host: PromptHost
  #isOpen = false
  #isBusy = false
  #line = ''
  /** Typed, and not looked at yet: a command is at work. */
  #ahead = ''
  #interruption = new AbortController()

  constructor(session: Session, host: PromptHost) {
    this.#session = session
    this.#host = host
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  /**
   * @param typed what stood behind the escape key
   * @param isShown the terminal has shown that already
   */
  open(typed: string, isShown: boolean): void {
    this.#isOpen = true
    this.#host.opened()
    this.#host.say('\n')
    this.show()
    if (!isShown) this.#host.say(typed.replace(/\r/g, '\n').replace(/(?!\n)[\0-\x1f\x7f]/g, ''))
    this.type(typed)
  }

  /** Shows the prompt, and what was typed there: it was overwritten. */
  show(): void {
    this.#host.say(PROMPT + this.#line)
  }

  /** Takes what was typed while it is open. */
  type(typed: string): void {
    this.#ahead += typed
    if (!this.#isBusy) void this.#work()
  }

  /** Ctrl-C: the line is taken back, or the command that is at work given up. */
  interrupt(): void {
    this.#interruption.abort()
    this.#interruption = new AbortController()
    this.#line = ''
    this.#host.say('\n')
    if (!this.#isBusy) this.show()
  }

  /** There is nothing to be told of any more: the connection is gone. */
  abandon(): void {
    if (!this.#isOpen) return
    this.#host.say('\n')
    this.#goOn()
  }

  async #work(): Promise<void> {
    this.#isBusy = true
    while (this.#isOpen && this.#ahead !== '') {
      const key = this.#ahead[0]!
      this.#ahead = this.#ahead.slice(1)
      await this.#key(key)
    }
    this.#isBusy = false
  }

  async #key(key: string): Promise<void> {
    if (key === END_OF_FILE) this.#leave(false)
    else if (key === ESCAPE) this.#sendEscape()
    else if (key === '\n' || key === '\r') await this.#enter()
    else if (ERASING.includes(key)) this.#line = this.#line.slice(0, -1)
    else this.#line += key
  }

  #sendEscape(): void {
    if (!this.#session.destroyed) this.#session.write(ESCAPE)
    this.#host.say('\n')
    this.#goOn()
  }

  async #enter(): Promise<void> {
    const line = this.#line.trim()
    this.#line = ''
    const { signal } = this.#interruption
    const outcome = line === '' ? 'go on' : await runCommand(line, this.#session, this.#host, signal)
    if (!this.#isOpen) return
    if (outcome === 'leave') this.#leave(true)
    else if (outcome === 'go on') this.#goOn()
    else this.show()
  }

  #leave(isLineEnded: boolean): void {
    this.#isOpen = false
    this.#host.leave(isLineEnded)
  }

  #goOn(): void {
    const keys = this.#ahead
    this.#ahead = ''
    this.#line = ''
    this.#isOpen = false
    this.#host.closed(keys)
  }
}
