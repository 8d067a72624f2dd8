// What a client offered or asked for and was refused: by that, too, programs differ.

import { Option } from '../constants.js'
import type { AnySession } from './any-session.js'
import { nameInDocument, OPTIONS } from './groups.js'

/** What a peer offered or asked for, and was refused. */
export interface Rejected {
  /** It offered (WILL). */
  readonly will: readonly string[]
  /** It asked for (DO). */
  readonly do: readonly string[]
  /** It asked for what only a client can have. */
  readonly directional: readonly string[]
}

/** What the peer offered or asked for and was refused, as it is now. */
export function rejectedBy(session: AnySession): Rejected {
  const refused = (side: 'remote' | 'local') => {
    return OPTIONS.filter((option) => session[side].course(option) === 'weRefused')
  }
  const asked = refused('local')
  return {
    will: names(refused('remote')),
    do: names(asked.filter((option) => !OF_CLIENTS.has(option))),
    directional: names(asked.filter((option) => OF_CLIENTS.has(option))),
  }
}

/** What was refused at one time or another. */
export function joined(one: Rejected, other: Rejected): Rejected {
  const both = (kind: keyof Rejected) => [...new Set([...one[kind], ...other[kind]])].sort()
  return { will: both('will'), do: both('do'), directional: both('directional') }
}

function names(options: readonly number[]): string[] {
  return options.map(nameInDocument).sort()
}

/** What a client alone can perform: who asks a server for it has the roles the wrong way round. */
const OF_CLIENTS: ReadonlySet<number> = new Set([
  ...[Option.LINEMODE, Option.TTYPE, Option.NAWS, Option.NEW_ENVIRON],
  ...[Option.XDISPLOC, Option.LFLOW, Option.TSPEED, Option.SNDLOC],
])
