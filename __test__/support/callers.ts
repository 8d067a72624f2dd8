// Programs that others wrote, as they are called from a terminal of 93 × 31, by whom a server can be visited.

import { spawnSync } from 'node:child_process'
import { env } from 'node:process'
import type { ExecutionContext } from 'ava'
import { findProgram } from '../../bin/program-path.js'
import { clientCommand, needs, PATH, person, size } from './peer.js'
import { withoutPty } from './pty.js'
import type { Screen } from './screen.js'

const python = env.TELNETKIT_TEST_PYTHON ?? 'python3'

/** The command of each. */
export const callers: Readonly<Record<string, (port: string) => string[]>> = {
  'GNU inetutils telnet': (port) => ['inetutils-telnet', '127.0.0.1', port],
  'netkit telnet-ssl': (port) => ['telnet-ssl', '-z', 'nossl', '127.0.0.1', port],
  BusyBox: (port) => ['busybox', 'telnet', '127.0.0.1', port],
  plink: (port) => ['plink', '-telnet', '-P', port, '127.0.0.1'],
  'tt++': (port) => ['tt++', '-G', '-e', `#session x 127.0.0.1 ${port}`],
  tf: (port) => ['tf', '-f', '-q', '-v', '127.0.0.1', port],
  'telnetlib3-client': (port) => ['telnetlib3-client', '127.0.0.1', port],
  'telnetkit-client': (port) => clientCommand(port),
  // It answers what has come by the time that a line is typed, and everything at once when its input has ended.
  curl: (port) => ['sh', '-c', `exec curl -sN telnet://127.0.0.1:${port} < /dev/null`],
  'ncat -t': (port) => ['ncat', '-t', '127.0.0.1', port],
  'ncat, which speaks no Telnet': (port) => ['ncat', '127.0.0.1', port],
  'Python’s telnetlib': (port) => [python, '-W', 'ignore', '-m', 'telnetlib', '127.0.0.1', port],
}

/** `needs` for a caller, and for what else has to be there. */
export function needsCaller(caller: string, ...missing: (string | undefined)[]): ReturnType<typeof needs> {
  const [first = ''] = callers[caller]!('1')
  const program = first === 'sh' ? caller : first
  const isThere = findProgram(program, PATH) !== undefined
  const hasModule = () => spawnSync(program, ['-W', 'ignore', '-c', 'import telnetlib']).status === 0
  const lacks = program === python && !hasModule() ? `${python} has no telnetlib` : undefined
  return needs(withoutPty, isThere ? undefined : `${program} is not installed`, lacks, ...missing)
}

/** Calls a port. What it can tell of its environment is the same everywhere. */
export function call(t: ExecutionContext, caller: string, port: number): Screen {
  const terminal = { TERM: 'xterm', LANG: 'C.UTF-8', LC_ALL: '', USER: 'ada', DISPLAY: '' }
  return person(t, callers[caller]!(String(port)), { ...size, env: terminal })
}
