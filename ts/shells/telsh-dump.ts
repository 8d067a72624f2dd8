// telsh's `dump`: as many rows of slashes as are asked for, to see how a connection, and a terminal, take much output.

import { setTimeout as delay } from 'node:timers/promises'
import { drained } from '../drained.js'
import type { Session } from '../session.js'
import type { Visit } from './telsh-visit.js'

/** Each row goes back to the first column. */
const ROWS = ['/', '\\'].map((character) => `${character.repeat(80)}\x1b[1G`)

/** `nodrain` runs ahead of the reader by so many bytes, and waits for it no sooner. */
const AHEAD = 2 ** 20

/** KiB that are sent where no number is given, and at most. */
const USUAL = 64
const MOST = 16_384

/** Milliseconds between two rows, at most. */
const LONGEST_PAUSE = 1_000

const USAGE = 'dump [kb] [ms] [drain|nodrain] [close|noclose]'

/** What `help dump` says. */
export const dumpDetails: readonly string[] = [
  USAGE,
  `kb: how much, in units of 1024 bytes; ${USUAL} unless you say, at most ${MOST}.`,
  `ms: a pause after each row, in milliseconds, at most ${LONGEST_PAUSE}.`,
  'nodrain: run ahead of your client, by a megabyte at most.',
  'close: leave afterwards.',
]

/** Sends as much as the arguments say, with such pauses, waiting for the reader or not; the last word may be to leave. */
export async function dump(visit: Visit, args: readonly string[]): Promise<string> {
  const { session } = visit
  const [kilobytes = USUAL, pause = 0, ...more] = args.filter((word) => NUMBER.test(word)).map(Number)
  const unknown = args.find((word) => !NUMBER.test(word) && !/^(no)?(drain|close)$/.test(word))
  if (unknown !== undefined || more.length > 0) return `dump: ${unknown ?? 'a third number'}? say ${USAGE}.`
  if (kilobytes > MOST) return `dump: ${kilobytes} kb? at most ${MOST}.`
  if (pause > LONGEST_PAUSE) return `dump: ${pause} ms? at most ${LONGEST_PAUSE}.`
  const drain = !args.includes('nodrain')
  const close = args.includes('close')
  session.write(`kb_limit=${kilobytes}, delay=${pause}, drain=${drain}, do_close=${close}:\r\n`)
  const written = await writeRows(session, kilobytes * 1024, pause, drain ? 0 : AHEAD)
  if (close) visit.isOver = true
  return `\nwrote ${written} bytes\n${kilobytes} KB OK`
}

const NUMBER = /^\d{1,9}(\.\d{1,9})?$/

async function writeRows(session: Session, limit: number, pause: number, ahead: number): Promise<number> {
  let written = 0
  for (let row = 0; written < limit && !session.writableEnded; row++) {
    const text = ROWS[row % ROWS.length]!
    const goesOn = session.write(text)
    written += text.length
    if (!goesOn && session.writableLength > ahead) await drained(session)
    if (pause > 0) await delay(pause)
  }
  return written
}
