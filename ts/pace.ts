// The pace of long looks. A RegExp has to look at all that is held each time more comes, and would do so for each byte of a peer
// that sends them one by one. So what all readers spend on looking again is bounded in time: after each millisecond there is
// a rest of three, and what comes meanwhile is looked at in one go. Nothing is missed for it, and nothing waits for more to come.

import { now } from './clock.js'
import { Postponed } from './turn.js'

/** Milliseconds that are spent between two rests. */
const SPELL = 1

/** A rest is so many times as long as what was spent. */
const REST = 3

/** Looks, unless it is time to rest: then when that is over. */
export function paced<Result>(look: () => Result): Result | Postponed {
  const began = now()
  if (began < restsUntil) return WHEN_RESTED
  try {
    return look()
  } finally {
    spend(now() - began)
  }
}

let spent = 0
/** When the rest is over; for who has no event loop, and asks again and again. */
let restsUntil = 0
let waiting: (() => void)[] = []

const WHEN_RESTED = new Postponed((run) => void waiting.push(run))

function spend(milliseconds: number): void {
  spent += milliseconds
  if (spent < SPELL) return
  restsUntil = now() + spent * REST
  setTimeout(rise, spent * REST)
  spent = 0
}

/** Those who waited look in their order, until it is time to rest again. */
function rise(): void {
  restsUntil = 0
  const rested = waiting
  waiting = []
  for (const run of rested) run()
}
