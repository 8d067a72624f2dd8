// Robots: who is at a terminal can say where its cursor is (DSR 6, ECMA-48 8.3.35). A blank is written in between, which moves the
// cursor by one column, on the oldest of machines too. Who answers nothing, or nonsense, is a robot, and is asked about it.

import type { TelnetError } from '../errors.js'
import type { Session } from '../session.js'
import { ask, type Heard } from './asking.js'

/** Milliseconds for the terminal to answer. */
const TERMINAL = 5_000

/** Milliseconds for a robot to answer. */
const ROBOT = 10_000

const WHERE = '\x1b[6n'

/** `ESC [ row ; column R`, with so many digits as terminals have columns. */
const PLACE = /\x1b\[\d{1,4};(\d{1,4})R/

/** Characters that may come before a terminal has answered: somebody types ahead. */
const LONGEST = 2_048

const QUESTIONS = ['Do robots dream of electric sheep? [yn] ', 'Have you ever wondered, who are the windowmakers? ']

/** Resolves with whether there is a terminal at the other end. What was typed meanwhile stays to be read. */
export async function isTerminal(session: Session): Promise<boolean> {
  const typed: string[] = []
  try {
    const before = await columnOf(session, WHERE, typed)
    if (before === undefined) return false
    const after = await columnOf(session, ` ${WHERE}`, typed)
    session.write(`\x1b[${before}G \x1b[${before}G`)
    return after === before + 1
  } finally {
    // It was text, and is text again: in a session of bytes the characters of latin-1.
    const text = typed.join('')
    if (text !== '') session.unshift((session.encoding === null ? Buffer.from(text, 'latin1') : text) as string)
  }
}

/** Asks robots, and lets them go. */
export function robotShell(onHeard?: Heard): (session: Session) => Promise<void> {
  return async (session) => {
    for (const question of QUESTIONS) {
      const answer = await answerOf(session, question)
      if (answer === undefined) return
      onHeard?.(session, answer)
      session.write('\r\n')
    }
  }
}

/** The column of the cursor after `text`; undefined where it is not told. What else came is added to `typed`. */
async function columnOf(session: Session, text: string, typed: string[]): Promise<number | undefined> {
  session.write(text)
  const told = await session.expect(PLACE, { timeout: TERMINAL, limit: LONGEST }).catch(ignoreJunk)
  if (!told) return undefined
  const [answer, column] = told.match as RegExpExecArray
  const all: string | Buffer = told.text
  typed.push((typeof all === 'string' ? all : (all as Buffer).toString('latin1')).slice(0, -answer.length))
  return Number(column)
}

/** A line that is not blank; undefined where none comes in time. */
async function answerOf(session: Session, question: string): Promise<string | undefined> {
  for (const until = performance.now() + ROBOT; ; ) {
    const left = Math.round(until - performance.now())
    if (left <= 0) return undefined
    const line = await ask(session, question, left)
    if (line === null) return undefined
    if (line.trim() !== '') return line
  }
}

function ignoreJunk(error: TelnetError): undefined {
  if (!['TELNET_TIMEOUT', 'TELNET_DECODE', 'TELNET_LIMIT', 'TELNET_EOF'].includes(error.code)) throw error
}
