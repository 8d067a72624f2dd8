// The shells that come with telnetkit: `telnetkit/shells`. Adding one is a file and a row.

import type { Session } from '../session.js'
import { busy } from './busy.js'
import { echo } from './echo.js'
import { fingerprint } from './fingerprint.js'
import { relayShell } from './relay.js'
import { telsh } from './telsh.js'

/** What speaks with the other side; when it returns, or its promise resolves, the session ends. */
export type Shell = (session: Session) => void | Promise<void>

export type { Heard } from './asking.js'
export { busyShell } from './busy.js'
export { type GuardOptions, guard } from './guard.js'
export { type RelayOptions, relay, relayFrom } from './relay.js'
export { busy, echo, fingerprint, telsh }

/** By the names that `--shell` knows. */
export const shells: Readonly<Record<string, Shell>> = { telsh, echo, busy, fingerprint, relay: relayShell }
