// Turns of the event loop, shared by the reads of all sessions. A read that finds what it wants is answered without the event
// loop; a program that reads in a loop would then work off all that a peer has sent, and of hundreds of peers, before anybody
// else is served. So only so many reads are answered at once, and the others when the event loop has been round.

/** Reads that are answered in one turn. At some ten microseconds each, the program's own work included, a turn is about a millisecond. */
const READS = 100

/** What an attempt says that has more to look at than it should now. It is made again when the schedule says so. */
export class Postponed {
  readonly schedule: (run: () => void) => void

  constructor(schedule: (run: () => void) => void) {
    this.schedule = schedule
  }
}

/** Runs it in a later turn, in the order in which it was asked for. */
export function inLaterTurn(run: () => void): void {
  waiting.push(run)
  renew()
}

/** To be made again in a later turn. */
export const LATER = new Postponed(inLaterTurn)

let left = READS
let isDue = false
const waiting: (() => void)[] = []

/** Takes one of this turn's reads, if one is left. */
export function takeTurn(): boolean {
  renew()
  if (left === 0) return false
  left--
  return true
}

function renew(): void {
  if (isDue) return
  isDue = true
  setImmediate(begin)
}

function begin(): void {
  isDue = false
  const now = waiting.splice(0, READS)
  left = READS - now.length
  if (waiting.length > 0) renew()
  for (const run of now) run()
}
