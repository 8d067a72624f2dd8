// Programs that others wrote, as they are called from a terminal of 93 × 31, by whom a server can be visited.

import type { ExecutionContext } from 'ava'
import { clientCommand, person, size } from './peer.js'
import type { Screen } from './screen.js'

/** The command of each, by the name of its program. */
export const callers: Readonly<Record<string, (port: string) => string[]>> = {
  telnet: (port) => ['telnet', '127.0.0.1', port],
  busybox: (port) => ['busybox', 'telnet', '127.0.0.1', port],
  plink: (port) => ['plink', '-telnet', '-P', port, '127.0.0.1'],
  'tt++': (port) => ['tt++', '-G', '-e', `#session x 127.0.0.1 ${port}`],
  tf: (port) => ['tf', '-f', '-q', '-v', '127.0.0.1', port],
  'telnetlib3-client': (port) => ['telnetlib3-client', '127.0.0.1', port],
  'telnetkit-client': (port) => clientCommand(port),
}

/** Programs that have to be installed for it; ours is there. */
export function programOf(caller: string): string {
  return caller === 'telnetkit-client' ? 'sh' : caller
}

/** Calls a port. What it tells of its environment is the same everywhere. */
export function call(t: ExecutionContext, caller: string, port: number): Screen {
  const env = { TERM: 'xterm', LANG: 'C.UTF-8', LC_ALL: '', USER: 'ada', DISPLAY: '' }
  return person(t, callers[caller]!(String(port)), { ...size, env })
}
