// The shell that gives each line back, as it came, followed by a line end; in the manner of RFC 862. No greeting, no prompt.

import { drained } from '../drained.js'
import type { Session } from '../session.js'

export async function echo(session: Session): Promise<void> {
  const lines: AsyncIterable<string | Buffer> = session.lines()
  for await (const line of lines) {
    session.write(typeof line === 'string' ? `${line}\r\n` : Buffer.concat([line, LINE_END]))
    await drained(session)
  }
}

const LINE_END = Buffer.from('\r\n')
