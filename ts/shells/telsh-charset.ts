// telsh's `charset`: which character set is spoken, and on whose word; and to speak another from here on.

import { isEncoding, unknownEncoding } from '../encodings.js'
import { explainCharset } from '../explain.js'
import { connectionOf, type Session } from '../session.js'
import type { Visit } from './telsh-visit.js'

/** Milliseconds that a client has to say whether it takes a set. */
const ANSWER = 5_000

export async function charset({ session }: Visit, [name]: readonly string[]): Promise<string> {
  const refusal = name === undefined ? undefined : await speak(session, name)
  return refusal === undefined ? explainCharset(connectionOf(session)).join('\n') : `charset: ${refusal}.`
}

/** Speaks another set from here on. Resolves with why not, where that cannot be. */
async function speak(session: Session, name: string): Promise<string | undefined> {
  if (session.encoding === null) return 'this server speaks in bytes'
  if (!isEncoding(name)) return unknownEncoding(name, 'a name such as utf8, latin1 or cp437').message
  if (!session.local.has('CHARSET')) {
    // A client that does not know CHARSET speaks what the one who sits there says.
    session.encoding = name
    return undefined
  }
  const agreed = await session.requestCharset([name], { timeout: ANSWER }).catch(() => undefined)
  if (agreed === undefined) return 'your client does not answer'
  return agreed === null ? `your client does not take ${name}` : undefined
}
