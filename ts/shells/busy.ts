// The shell for whom there is no room: he may look at a machine that must not be touched.

import { Option } from '../constants.js'
import type { Session } from '../session.js'
import { ask, type Heard } from './asking.js'

const PROMPTS = ['Machine is busy, do not touch! ', 'You hear a distant explosion... ']

/** Milliseconds for each line. */
const PATIENCE = 30_000

/** @param onHeard is told each line that is typed */
export function busyShell(onHeard?: Heard): (session: Session) => Promise<void> {
  return async (session) => {
    for (const prompt of PROMPTS) {
      const line = await ask(session, prompt, PATIENCE)
      if (line === null) return
      if (line !== '') onHeard?.(session, line)
      // Where we echo, the end of the line was shown with it, if one was typed.
      if (line === '' || !session.local.has(Option.ECHO)) session.write('\r\n')
    }
  }
}

/** The shell that `--shell busy` names. */
export const busy = busyShell()
