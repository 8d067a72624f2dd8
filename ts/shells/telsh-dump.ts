// telsh's `dump`: as many rows of slashes as are asked for, to see how a connection, and a terminal, take much output.

import { setTimeout as delay } from 'node:timers/promises'
import type { Session } from '../session.js'
import { drained } from './drained.js'

/** Each row goes back to the first column. */
const ROWS = ['/', '\\'].map((character) => `${character.repeat(80)}\x1b[1G`)

/** `nodrain` runs ahead of the reader by so many bytes, and waits for it no sooner. */
const AHEAD = 2 ** 20

/** `[kb] [ms] [drain|nodrain] [close|noclose]`: how much, the pause between rows, whether to wait for the reader, and to leave after. */
export async function dump(session: Session, args: readonly string[], leave: () => void): Promise<string> {
  const [kilobytes = 1000, pause = 0] = args.filter((word) => /^\d+(\.\d+)?$/.test(word)).map(Number)
  const unknown = args.find((word) => !/^(\d+(\.\d+)?|(no)?drain|(no)?close)$/.test(word))
  if (unknown !== undefined) return `dump: ${unknown}? say dump [kb] [ms] [drain|nodrain] [close|noclose].`
  const drain = !args.includes('nodrain')
  const close = args.includes('close')
  session.write(`kb_limit=${kilobytes}, delay=${pause}, drain=${drain}, do_close=${close}:\r\n`)
  const written = await writeRows(session, kilobytes * 1024, pause, drain ? 0 : AHEAD)
  if (close) leave()
  return `\r\nwrote ${written} bytes\r\n${kilobytes} KB OK`
}

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
