// Who may start a program when. A start takes two or three milliseconds (fork copies the tables of all our memory), in which nobody
// is answered: of 300 clients that come at once, each had to wait for a second. One in each turn of the event loop holds nobody up.

import { setImmediate } from 'node:timers/promises'

let last: Promise<void> = Promise.resolve()

/** Resolves in a turn of the event loop in which no other program is started, in the order of the calls. */
export function turnToStart(): Promise<void> {
  last = last.then(() => setImmediate())
  return last
}
