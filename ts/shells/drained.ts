// Back-pressure for shells that write as much as the other side takes.

import type { Session } from '../session.js'

/** Resolves when the session may be written to: at once, or when what is queued has left, or when it is gone. */
export async function drained(session: Session): Promise<void> {
  if (!session.writableNeedDrain || session.closed) return
  await new Promise<void>((resolve) => {
    const done = () => {
      session.off('drain', done)
      session.off('close', done)
      resolve()
    }
    session.on('drain', done)
    session.on('close', done)
  })
}
