// The pace of long looks. A RegExp has to look at all that is held each time more comes, and would do so for each byte of a peer
// that sends them one by one. So what all readers spend on looking again is bounded in time: after each millisecond there is
// a rest of three, and what comes meanwhile is looked at in one go. Nothing is missed for it, and nothing waits for more to come.

import { Postponed } from './turn.js'

/** Milliseconds that are spent between two rests. */
const SPELL = 1

/** A rest is so many times as long as what was spent. */
const REST = 3

/** Looks, unless it is time to rest: then when that is over. */
export function paced<Result>(look: () => Result): Result | Postponed {
  if (isResting) return WHEN_RESTED
  const began = performance.now()
  try {
    return look()
  } finally {
    spend(performance.now() - began)
  }
}

let spent = 0
let isResting = false
let waiting: (() => void)[] = []

const WHEN_RESTED = new Postponed((run) => void waiting.push(run))

function spend(milliseconds: number): void {
  spent += milliseconds
  if (spent < SPELL) return
  isResting = true
  setTimeout(rise, spent * REST)
  spent = 0
}

/** Those who waited look in their order, until it is time to rest again. */
function rise(): void {
  isResting = false
  const now = waiting
  waiting = []
  for (const run of now) run()
}
