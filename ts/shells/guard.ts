// Guards before a shell, in this order: is there room, is it a robot. Who does not pass is answered by another shell.

import { checkFunction, checkNames, flag, whole } from '../checks.js'
import type { Heard } from './asking.js'
import { busyShell } from './busy.js'
import type { Shell } from './index.js'
import { isTerminal, robotShell } from './robot.js'

/** How a shell is guarded. */
export interface GuardOptions {
  /** How many sessions may be in the shell at once; who is too many is told that the machine is busy. 0: no limit. **Default:** 0. */
  limit?: number | undefined
  /** Whether there must be a terminal at the other end, which can tell where its cursor is. **Default:** `false`. */
  robotCheck?: boolean | undefined
  /** Told what those typed who did not pass. **Default:** nobody is. */
  onHeard?: Heard | undefined
}

/**
 * Puts guards before a shell.
 *
 * ```js
 * createServer(guard(game, { limit: 50, robotCheck: true }))
 * ```
 *
 * @throws TELNET_BAD_ARGUMENT, TELNET_BAD_OPTION
 */
export function guard(shell: Shell, options: GuardOptions = {}): Shell {
  checkFunction('shell', shell)
  checkNames(options, ['limit', 'robotCheck', 'onHeard'])
  const limit = whole('limit', options.limit, 0, 0, 2 ** 31 - 1)
  const robotCheck = flag('robotCheck', options.robotCheck, false)
  const { onHeard } = options
  if (onHeard !== undefined) checkFunction('option onHeard', onHeard)
  const busy = busyShell(onHeard)
  const robot = robotShell(onHeard)
  let inside = 0
  return async (session) => {
    if (limit > 0 && inside >= limit) return busy(session)
    inside++
    try {
      const passes = !robotCheck || (await isTerminal(session))
      await (passes ? shell : robot)(session)
    } finally {
      inside--
    }
  }
}
