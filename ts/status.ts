// What a peer believes to be agreed (RFC 859), and where it is mistaken.

import type { Side } from './binding.js'
import { Option } from './constants.js'
import type { OptionView } from './negotiation.js'

/** What the peer believes to be agreed: what `session.requestStatus()` gives. Sides are ours, as everywhere. */
export interface Status {
  /** The options that it takes to be on here: what we perform. */
  readonly local: readonly number[]
  /** The options that it takes to be on there: what it performs. */
  readonly remote: readonly number[]
  /** The values of options that it told, each as it would stand in a subnegotiation. */
  readonly values: ReadonlyMap<number, Buffer>
  /** Where it believes something else than we do. Empty where all is well. */
  readonly disagreements: readonly Disagreement[]
}

/** An option of which the two ends believe different things. */
export interface Disagreement {
  readonly side: Side
  readonly option: number
  /** What the peer believes; we believe the opposite. */
  readonly enabled: boolean
}

/** What a status says, as it comes from the addon: a verb and an option, or SB, an option and its value. */
export type StatusEntry = ['WILL' | 'WONT' | 'DO' | 'DONT', number] | ['SB', number, number[]]

/** Where the agreed options stand. */
interface Views {
  readonly local: OptionView
  readonly remote: OptionView
}

/** Reads a status of the peer's: its WILL is our remote side, its DO our local one. */
export function readStatus(entries: readonly StatusEntry[], views: Views): Status {
  const on = { local: new Set<number>(), remote: new Set<number>() }
  const values = new Map<number, Buffer>()
  for (const [word, option, value] of entries) {
    if (word === 'SB') values.set(option, Buffer.from(value))
    else if (word === 'WILL') on.remote.add(option)
    else if (word === 'DO') on.local.add(option)
  }
  return { local: [...on.local], remote: [...on.remote], values, disagreements: disagreements(on, views) }
}

/** What it doesn't name is off (RFC 859); but some leave STATUS itself out, and some list what has no state. */
function disagreements(on: Record<Side, Set<number>>, views: Views): Disagreement[] {
  const found: Disagreement[] = []
  for (const side of ['local', 'remote'] as const) {
    for (let option = 0; option < 256; option++) {
      const enabled = on[side].has(option)
      if (enabled === views[side].has(option) || STATELESS.has(option)) continue
      if (enabled || option !== Option.STATUS) found.push({ side, option, enabled })
    }
  }
  return found
}

/** Requests that look like options: none is ever on. */
const STATELESS: ReadonlySet<number> = new Set([Option.TM, Option.LOGOUT])
