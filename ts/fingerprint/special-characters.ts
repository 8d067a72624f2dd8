// The special characters of LINEMODE (RFC 1184) in a document: those that differ from what BSD has, as telnetlib3 tells them.

import { Special } from '../constants.js'
import type { SpecialCharacter } from '../linemode.js'
import type { AnySession } from './any-session.js'
import type { JsonObject } from './document.js'
import { known, present } from './members.js'

/** What holds of special characters that differs from what BSD has. */
export interface SpecialDifferences extends JsonObject {
  readonly set?: { readonly [name: string]: number }
  readonly unset?: readonly string[]
  readonly nosupport?: readonly string[]
}

/** The special characters that differ from those of BSD (RFC 1184). */
export function specialDifferences(session: AnySession): SpecialDifferences {
  const set: Record<string, number> = {}
  const unset: string[] = []
  const nosupport: string[] = []
  for (const [special, holds] of session.specialCharacters) {
    if (isOfBsd(special, holds)) continue
    const name = specialNames.get(special) ?? String(special)
    if (holds.support === 'none') nosupport.push(name)
    else if (holds.character === undefined) unset.push(name)
    else set[name] = holds.character
  }
  return { ...known({ set }), ...present({ unset: unset.sort(), nosupport: nosupport.sort() }) }
}

function isOfBsd(special: number, { support, character, flushInput, flushOutput }: SpecialCharacter): boolean {
  const usual = BSD.get(special)
  if (usual === undefined) return support === 'none'
  const [level, code, flushes] = usual
  const flush = `${flushInput ? 'i' : ''}${flushOutput ? 'o' : ''}`
  return support === level && character === code && (level !== 'value' || flush === flushes)
}

const specialNames: ReadonlyMap<number, string> = new Map(
  Object.entries(Special).map(([name, special]) => [special, `SLC_${name}`]),
)

/** The special characters of 4.4BSD: whether they are values, which, and what they flush: input, output. Others it lacks. */
const BSD: ReadonlyMap<number, readonly [SpecialCharacter['support'], number | undefined, string]> = new Map([
  [Special.SYNCH, ['default', undefined, '']],
  [Special.BRK, ['default', undefined, '']],
  [Special.IP, ['value', 0x03, 'io']],
  [Special.AO, ['value', 0x0f, 'o']],
  [Special.AYT, ['value', 0x14, '']],
  [Special.EOR, ['default', undefined, '']],
  [Special.ABORT, ['value', 0x1c, 'io']],
  [Special.EOF, ['value', 0x04, '']],
  [Special.SUSP, ['value', 0x1a, 'i']],
  [Special.EC, ['value', 0x7f, '']],
  [Special.EL, ['value', 0x15, '']],
  [Special.EW, ['value', 0x17, '']],
  [Special.RP, ['value', 0x12, '']],
  [Special.LNEXT, ['value', 0x16, '']],
  [Special.XON, ['value', 0x11, '']],
  [Special.XOFF, ['value', 0x13, '']],
])
