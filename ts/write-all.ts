// Writing to a file descriptor by a thread that does not come back to its event loop soon.

import { writeSync } from 'node:fs'
import type { SystemError } from './errors.js'

/** Returns when all of it is written. */
export function writeAll(fd: number, bytes: Uint8Array): void {
  for (let rest = bytes; rest.length > 0; ) {
    try {
      rest = rest.subarray(writeSync(fd, rest))
    } catch (error) {
      // A pipe that takes no more just now: Node has set it so that a write does not wait.
      if ((error as SystemError).code !== 'EAGAIN') throw error
    }
  }
}
