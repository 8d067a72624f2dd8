// telsh's `linemode` and `slc`: what a client does under LINEMODE (RFC 1184), and by which keys.

import { Special } from '../constants.js'
import type { SpecialCharacter, SpecialSupport } from '../linemode.js'
import { connectionOf } from '../session.js'
import type { Visit } from './telsh-visit.js'

export const NOT_NEGOTIATED = 'LINEMODE not negotiated.'

export function linemode({ session }: Visit): string {
  const mode = session.linemode
  if (mode === null) return NOT_NEGOTIATED
  const isAcknowledged = (connectionOf(session).linemode?.mode ?? null) !== null
  const parts = {
    EDIT: mode.edit,
    TRAPSIG: mode.trapSignals,
    SOFT_TAB: mode.softTab,
    LIT_ECHO: mode.literalEcho,
    ACK: isAcknowledged,
  }
  const told = Object.entries(parts).map(([name, isOn]) => `${name}=${isOn ? 'on' : 'off'}`)
  return `LINEMODE active. Mode: ${mode.edit ? 'local' : 'remote'}\n${told.join(' ')}`
}

export function specials({ session }: Visit): string {
  if (session.linemode === null) return NOT_NEGOTIATED
  const known = session.specialCharacters
  const rows: string[] = []
  const unset: string[] = []
  const unsupported: string[] = []
  for (const [name, special] of Object.entries(Special).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const one = known.get(special)
    if (one === undefined || one.support === 'none') unsupported.push(`SLC_${name}`)
    else if (one.character === undefined) unset.push(`SLC_${name}`)
    else rows.push(`${`SLC_${name}`.padStart(15)}: (${keyName(one.character)}, ${describe(one)})`)
  }
  const lines = ['Special Line Characters:', ...rows]
  if (unset.length > 0) lines.push(...wrapped('Unset by client: ', unset))
  if (unsupported.length > 0) lines.push(...wrapped('Not supported by server: ', unsupported))
  return lines.join('\n')
}

/** How it is supported, and what goes with it. */
function describe({ support, flushInput, flushOutput }: SpecialCharacter): string {
  const flushes = [flushInput && 'flushin', flushOutput && 'flushout']
  return [SUPPORT[support], ...flushes].filter(Boolean).join('|')
}

const SUPPORT: Readonly<Record<SpecialSupport, string>> = {
  none: 'nosupport',
  fixed: 'cantchange',
  value: 'variable',
  default: 'default',
}

/** A key as a terminal shows it: `^C`, `^?` for DEL. */
function keyName(character: number): string {
  if (character < 0x20 || character === 0x7f) return `^${String.fromCharCode(character ^ 0x40)}`
  return character < 0x7f ? String.fromCharCode(character) : `0x${character.toString(16)}`
}

/** Names with commas between, in lines that fit a screen. */
function wrapped(head: string, names: readonly string[]): string[] {
  const lines = [head]
  for (const [index, name] of names.entries()) {
    const word = index < names.length - 1 ? `${name}, ` : name
    if (lines.at(-1)!.length + word.length > WIDTH) lines.push('  ')
    lines[lines.length - 1] += word
  }
  return lines.map((line) => line.trimEnd())
}

const WIDTH = 78
