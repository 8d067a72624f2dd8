// What is typed or piped in, made what is sent: text, which the session encodes; bytes as they are; or the bytes of an old machine's keys.

import { Option, type Session } from '#telnetkit'
import { WholeLineEnds } from './line-ends.js'
import { MachineKeys } from './retro/keys.js'
import { type BytesMachine, bytesOf, type ErrorRule, type Machine } from './retro/machines.js'

export interface TypedOptions {
  readonly isTerminal: boolean
  readonly machine: Machine | undefined
  /** What becomes of characters that a machine does not have. */
  readonly encodingErrors: ErrorRule
  /** Milliseconds that a key of several characters may take. */
  readonly escapeDelay: number
  /** Whether the terminal edits lines just now. */
  readonly editsLines: () => boolean
  /** Sends it. Text may also be shown. */
  readonly send: (keys: string | Buffer) => void
}

export class TypedInput {
  /** How what comes in is to be read: bytes that go through as they are travel here as Latin-1. */
  readonly encoding: 'utf8' | 'latin1'
  readonly #session: Session
  readonly #options: TypedOptions
  readonly #pasted = new WholeLineEnds()
  readonly #keys: MachineKeys | undefined

  constructor(session: Session, options: TypedOptions) {
    this.#session = session
    this.#options = options
    const { isTerminal, machine, encodingErrors, escapeDelay, send } = options
    this.encoding = session.encoding === null && machine?.speaks !== 'bytes' ? 'latin1' : 'utf8'
    if (!machine || !isTerminal) return
    const encode = (text: string) => (machine.speaks === 'bytes' ? bytesOf(machine, text, encodingErrors) : text)
    const sendKeys = (keys: string) => send(machine.speaks === 'bytes' ? Buffer.from(keys, 'latin1') : keys)
    this.#keys = new MachineKeys(machine.keys, encode, sendKeys, escapeDelay)
  }

  /** Takes what was typed or piped in. */
  feed(typed: string): void {
    const sent = this.#keys ? '' : this.#asSent(typed)
    this.#keys?.type(typed)
    if (sent.length > 0) this.#options.send(sent)
  }

  /** There comes no more. */
  end(): void {
    this.#keys?.flush()
    if (this.#pasted.end() !== '') this.feed('\n')
  }

  /** What was held, since it could have become a key, is sent. */
  flush(): void {
    this.#keys?.flush()
  }

  /** Sends no more. */
  stop(): void {
    this.#keys?.stop()
  }

  #asSent(typed: string): string | Buffer {
    const { isTerminal, machine } = this.#options
    if (isTerminal) return this.#session.encoding === null ? Buffer.from(this.#enterInBytes(typed), 'latin1') : typed
    if (machine?.speaks === 'bytes') return this.#lines(machine, this.#pasted.feed(typed))
    return this.#session.encoding === null ? Buffer.from(typed, 'latin1') : this.#pasted.feed(typed)
  }

  /** Lines with the ends that a machine's have. */
  #lines(machine: BytesMachine, text: string): Buffer {
    const lines = text.split(/\r\n|\r|\n/).map((line) => bytesOf(machine, line, this.#options.encodingErrors))
    return Buffer.from(lines.join(machine.lineEnd), 'latin1')
  }

  /** Enter is CR LF where lines are edited; a key of its own is CR, which is CR NUL unless BINARY says that nothing is added. */
  #enterInBytes(typed: string): string {
    if (this.#options.editsLines()) return typed.replaceAll('\n', '\r\n')
    return this.#session.local.has(Option.BINARY) ? typed : typed.replaceAll('\r', '\r\0')
  }
}
