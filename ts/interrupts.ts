// Ctrl-C and calls that wait. Where the program does not listen to SIGINT it ends the process. Where it does, it ends the wait, or if
// none is under way the next one; the listener is called when the program is back in its event loop. Node tells the main thread alone
// of signals: a listener in a worker counts for nothing.

import { isMainThread } from 'node:worker_threads'
import { NativeHub } from './binding.js'
import { TelnetError } from './errors.js'

let isWatching = false

/** True where Ctrl-C shall end a wait. */
export function heedsInterrupts(): boolean {
  if (!isMainThread || process.listenerCount('SIGINT') === 0) return false
  if (!isWatching) {
    isWatching = true
    setImmediate(onTurn)
  }
  return true
}

/** The error of a wait that Ctrl-C ended. */
export function interrupted(): TelnetError {
  return new TelnetError('TELNET_INTERRUPTED', 'Ctrl-C ended the wait; nothing that came is lost')
}

/** The event loop has been round, and the program's listeners with it. */
function onTurn(): void {
  isWatching = false
  NativeHub.forgetInterrupts()
}
