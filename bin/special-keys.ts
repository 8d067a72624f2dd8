// Keys that are commands under LINEMODE with TRAPSIG (RFC 1184 section 2.2): not their character goes over the wire but IP, ABORT, EOF
// and their like, and what they flush is flushed.

import { Command, Special, type SpecialCharacter } from '#telnetkit'

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

/** The function of a signal's key, as the server has it. */
export function signalKey(special: number, specials: ReadonlyMap<number, SpecialCharacter>): SpecialKey {
  const { flushInput = false, flushOutput = false } = specials.get(special) ?? {}
  return { command: COMMANDS.get(special)!, flushInput, flushOutput }
}

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
