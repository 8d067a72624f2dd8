// The shells that come with telnetkit. Adding one is a file and a row.

import type { Session } from '../session.js'
import { echo } from './echo.js'
import { telsh } from './telsh.js'

/** What speaks with the other side; when it returns, or its promise resolves, the session ends. */
export type Shell = (session: Session) => void | Promise<void>

export { echo, telsh }

/** By the names that `--shell` knows. */
export const shells: Readonly<Record<string, Shell>> = { telsh, echo }
