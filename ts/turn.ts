// Turns of the event loop, shared by the reads of all sessions. A read that finds what it wants is answered without the event
// loop; a program that reads in a loop would then work off all that a peer has sent, and of hundreds of peers, before anybody
// else is served. So a turn is bounded, by time, since what a read costs is the program's and the peer's to say, and by number: what
// is more has to wait until the event loop has been round.

import { now } from './clock.js'

/** Reads that are answered in one turn. Most cost some ten microseconds each, the program's own work included. */
const READS = 100

/** Milliseconds after which no more reads are answered in a turn. */
const SPELL = 2

/** What an attempt says that has more to look at than it should now. It is made again when the schedule says so. */
export class Postponed {
  readonly schedule: (run: () => void) => void

  constructor(schedule: (run: () => void) => void) {
    this.schedule = schedule
  }
}

/** Runs it when those who asked before have had theirs, and the program what it makes of it; in a later turn where this one is over. */
export function inTurn(run: () => void): void {
  waiting.push(run)
  begin()
}

/** To be made again when it is its turn. */
export const LATER = new Postponed(inTurn)

let left = READS
let began = 0
let isUnderWay = false
const waiting: (() => void)[] = []
/** So many of those who waited have been served in this turn. */
let served = 0

/** Takes one of this turn's reads, if one is left. */
export function takeTurn(): boolean {
  begin()
  if (isOver()) return false
  left--
  return true
}

/** A look at the clock costs a tenth of the cheapest read: so at each fourth. */
function isOver(): boolean {
  return left === 0 || (left % 4 === 0 && now() - began >= SPELL)
}

/** A turn begins with the first who asks. */
function begin(): void {
  if (isUnderWay) return
  isUnderWay = true
  renew()
}

function renew(): void {
  left = READS
  began = now()
  setImmediate(turn)
}

/** The event loop has been round. */
function turn(): void {
  waiting.splice(0, served)
  served = 0
  isUnderWay = waiting.length > 0
  if (!isUnderWay) return
  renew()
  serve()
}

/** Serves those who wait, one by one, as long as the turn lasts; the first in any case. */
function serve(): void {
  const run = waiting[served++]!
  left--
  // When the promises are settled, the program has done what it does with this one. (A tick alone would come before them.)
  queueMicrotask(() => process.nextTick(serveNext))
  run()
}

function serveNext(): void {
  if (served < waiting.length && !isOver()) serve()
}
