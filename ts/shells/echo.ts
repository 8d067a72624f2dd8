// The shell that gives each line back, as it came, followed by a line end; in the manner of RFC 862. No greeting, no prompt.

import type { Session } from '../session.js'
import { drained } from './drained.js'

export async function echo(session: Session): Promise<void> {
  const lines: AsyncIterable<string | Buffer> = session.lines()
  for await (const line of lines) {
    session.write(typeof line === 'string' ? `${line}\r\n` : Buffer.concat([line, LINE_END]))
    await drained(session)
  }
}

const LINE_END = Buffer.from('\r\n')
