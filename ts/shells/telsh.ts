// The default shell: a prompt, and commands that show what the session is and try what it can do. The commands are in
// telsh-commands.ts; here is the conversation.

import { drained } from '../drained.js'
import type { Session } from '../session.js'
import { commands, NO_SUCH_COMMAND } from './telsh-commands.js'
import { Visit } from './telsh-visit.js'

const GREETING = 'Ready. Here you see how your connection stands: type help, or quit to leave.'
const PROMPT = 'tel:sh> '

export async function telsh(session: Session): Promise<void> {
  const visit = new Visit(session)
  session.write(`${greeting(session)}\r\n`)
  while (!visit.isOver) {
    // Who asks and does not read gets no more.
    await drained(session)
    const line = await session.question(PROMPT)
    if (line === null) return
    visit.lastHeard = Date.now()
    const [name = '', ...args] = line.trim().split(/\s+/)
    if (name === '') continue
    const command = commands.find((one) => one.name === name)
    const reply = command ? await command.run(visit, args) : NO_SUCH_COMMAND
    session.write(`${reply}\n`.replaceAll('\n', '\r\n'))
  }
}

/** Who speaks TLS is told so, in the room that a line has. */
function greeting({ tls }: Session): string {
  return tls === undefined ? GREETING : `Ready (secure: ${tls.protocol}). Type help, or quit to leave.`
}
