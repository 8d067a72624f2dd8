// A session of text, or of bytes: for what options tell that makes no difference.

import type { Session } from '../session.js'

export type AnySession = Session<string | Buffer>
