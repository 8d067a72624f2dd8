// A question to somebody who may be a robot: whatever comes, and whether anything does, the answer is a line of text.

import type { TelnetError } from '../errors.js'
import type { Session } from '../session.js'

/** Told what somebody typed at a guard. */
export type Heard = (session: Session, answer: string) => void

/** Characters that an answer may have. */
const LONGEST = 2_048

/**
 * Asks, and resolves with the line; with the empty one where none came in time or what came is no text, and with `null` where the
 * stream has ended.
 */
export async function ask(
  session: Session,
  prompt: string,
  milliseconds: number,
  { hidden = false } = {},
): Promise<string | null> {
  try {
    return await session.question(prompt, { hidden, timeout: milliseconds, maxLength: LONGEST })
  } catch (error) {
    const { code } = error as TelnetError
    if (code === 'TELNET_TIMEOUT' || code === 'TELNET_DECODE') return ''
    throw error
  }
}
