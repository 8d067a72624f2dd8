// Keys that are commands under LINEMODE with TRAPSIG (RFC 1184 section 2.2): not their character goes over the wire but IP, ABORT, EOF
// and their like, and what they flush is flushed.

import { Command, type Session, Special, type SpecialCharacter } from '#telnetkit'

/** A function that a key stands for. */
export interface SpecialKey {
  readonly command: number
  /** A Synch follows: what the server has not read yet is thrown away. */
  readonly flushInput: boolean
  /** What the server has sent until it has read this is thrown away. */
  readonly flushOutput: boolean
}

/** What was typed, cut at the keys that are commands: text, and functions. */
export function cutAtSpecials(typed: string, specials: ReadonlyMap<number, SpecialCharacter>): (string | SpecialKey)[] {
  const pieces: (string | SpecialKey)[] = []
  let text = ''
  for (const key of typed) {
    const special = specialKey(key.charCodeAt(0), specials)
    if (special === undefined) {
      text += key
      continue
    }
    if (text !== '') pieces.push(text)
    text = ''
    pieces.push(special)
  }
  if (text !== '') pieces.push(text)
  return pieces
}

function specialKey(code: number, specials: ReadonlyMap<number, SpecialCharacter>): SpecialKey | undefined {
  for (const [special, command] of COMMANDS) {
    const found = specials.get(special)
    if (found?.character === code) return { command, flushInput: found.flushInput, flushOutput: found.flushOutput }
  }
  return undefined
}

/** Sends functions, and the consequences that they have. */
export class SpecialKeys {
  readonly #session: Session
  #areFlushing = false

  constructor(session: Session) {
    this.#session = session
  }

  /** What comes is to be thrown away: the server has not read yet what it flushes. */
  get areFlushing(): boolean {
    return this.#areFlushing
  }

  /** Has the server told the user's own keys, should it want to know. */
  tell(characters: Iterable<readonly [special: number, character: number]>): void {
    for (const [special, character] of characters) {
      this.#session.setSpecial(special, character, FLUSHED.get(special) ?? {})
    }
  }

  /** The function of a signal's key, as the server has it. */
  sendSignal(special: number): void {
    const { flushInput = false, flushOutput = false } = this.#session.specialCharacters.get(special) ?? {}
    this.send({ command: COMMANDS.get(special)!, flushInput, flushOutput })
  }

  send({ command, flushInput, flushOutput }: SpecialKey): void {
    const session = this.#session
    session.sendCommand(command)
    if (flushInput) session.synch()
    if (!flushOutput || this.#areFlushing) return
    this.#areFlushing = true
    const done = () => {
      this.#areFlushing = false
    }
    session.timingMark({ timeout: LONGEST_FLUSH }).then(done, done)
  }
}

/** What BSD's terminals flush at the keys for signals. */
const FLUSHED: ReadonlyMap<number, { input?: boolean; output?: boolean }> = new Map([
  [Special.IP, { input: true, output: true }],
  [Special.ABORT, { input: true, output: true }],
  [Special.SUSP, { input: true }],
])

/** Milliseconds after which output is shown again, though the server has not answered the mark that ends what is flushed. */
const LONGEST_FLUSH = 2_000

/** Functions that a key asks for by a command; those that edit lines are the editor's. */
const COMMANDS: ReadonlyMap<number, number> = new Map([
  [Special.SYNCH, Command.DM],
  [Special.BRK, Command.BRK],
  [Special.IP, Command.IP],
  [Special.AO, Command.AO],
  [Special.AYT, Command.AYT],
  [Special.EOR, Command.EOR],
  [Special.ABORT, Command.ABORT],
  [Special.EOF, Command.EOF],
  [Special.SUSP, Command.SUSP],
])
