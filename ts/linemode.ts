// LINEMODE as the program sees it (RFC 1184): who edits lines, and which character does what.

import { checkNames, flag } from './checks.js'
import { Special } from './constants.js'
import { TelnetError } from './errors.js'

/** A mode of LINEMODE: what the client does. Without any of it the server does everything. */
export interface Linemode {
  /** It edits lines and sends them whole. */
  readonly edit: boolean
  /** It sends signals as commands (IP, ABORT, SUSP …), not as characters. */
  readonly trapSignals: boolean
  /** It makes blanks of tabs. */
  readonly softTab: boolean
  /** It shows control characters as they are, not as `^X`. */
  readonly literalEcho: boolean
}

/** How an end supports a function: not at all, by this character only, by this or another, or as the other end likes. */
export type SpecialSupport = 'none' | 'fixed' | 'value' | 'default'

/** The character of a function. */
export interface SpecialCharacter {
  readonly support: SpecialSupport
  /** Its code; `undefined` where the function has none. */
  readonly character: number | undefined
  /** With the function goes a Synch: what was typed before and not read yet is thrown away. */
  readonly flushInput: boolean
  /** With the function output that is under way is thrown away. */
  readonly flushOutput: boolean
}

/** All that holds, as it comes from the addon; crates/telnet-net/src/told.rs writes it. */
export interface ToldLinemode {
  readonly mode: number | null
  readonly specials: readonly (readonly [special: number, flags: number, character: number])[]
  readonly forwardMask: readonly number[] | null
}

/** The mode of a mask. */
export function linemodeOf(mask: number): Linemode {
  return Object.freeze({
    edit: (mask & EDIT) !== 0,
    trapSignals: (mask & TRAPSIG) !== 0,
    softTab: (mask & SOFT_TAB) !== 0,
    literalEcho: (mask & LIT_ECHO) !== 0,
  })
}

/**
 * The mask of a mode, of which what is left out is off.
 *
 * @throws TELNET_BAD_OPTION
 */
export function maskOf(mode: Partial<Linemode>): number {
  checkNames(mode, ['edit', 'trapSignals', 'softTab', 'literalEcho'])
  for (const [name, value] of Object.entries(mode)) flag(name, value, false)
  const { edit, trapSignals, softTab, literalEcho } = mode
  return (edit ? EDIT : 0) | (trapSignals ? TRAPSIG : 0) | (softTab ? SOFT_TAB : 0) | (literalEcho ? LIT_ECHO : 0)
}

/** Characters by function. */
export function specialsOf({ specials }: ToldLinemode): ReadonlyMap<number, SpecialCharacter> {
  return new Map(specials.map(([special, flags, character]) => [special, specialOf(flags, character)]))
}

/**
 * The flags of a triplet that has the client use a character for a function, or none (`null`).
 *
 * @throws TELNET_BAD_ARGUMENT
 */
export function flagsFor(special: number, character: number | null, flush: FlushOptions): number {
  if (!KNOWN.has(special)) {
    const message = `The function is ${String(special)}: give one of Special, such as Special.IP`
    throw new TelnetError('TELNET_BAD_ARGUMENT', message)
  }
  if (character !== null && !(Number.isInteger(character) && character > 0 && character < 255)) {
    const message = `The character is ${String(character)}: give its code from 1 to 254, or null for none`
    throw new TelnetError('TELNET_BAD_ARGUMENT', message)
  }
  if (character === null) return 0
  return VALUE | (flush.input ? FLUSH_IN : 0) | (flush.output ? FLUSH_OUT : 0)
}

/** What a special character throws away. */
export interface FlushOptions {
  /** What was typed before. **Default:** `false`. */
  input?: boolean | undefined
  /** What output is under way. **Default:** `false`. */
  output?: boolean | undefined
}

function specialOf(flags: number, character: number): SpecialCharacter {
  const support = SUPPORT[flags & 0b11]!
  const isOne = support !== 'none' && character !== 0 && character !== 255
  return {
    support,
    character: isOne ? character : undefined,
    flushInput: (flags & FLUSH_IN) !== 0,
    flushOutput: (flags & FLUSH_OUT) !== 0,
  }
}

/** The bits of a mode. */
export const EDIT = 1
const TRAPSIG = 2
const SOFT_TAB = 8
const LIT_ECHO = 16

/** The bits of a triplet. */
const VALUE = 2
const FLUSH_OUT = 32
const FLUSH_IN = 64

const SUPPORT: readonly SpecialSupport[] = ['none', 'fixed', 'value', 'default']

const KNOWN: ReadonlySet<number> = new Set(Object.values(Special))
