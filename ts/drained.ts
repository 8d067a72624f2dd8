// Back-pressure for who writes as much as the other side takes.

import type { Session } from './session.js'

/** Resolves when the session may be written to: at once, or when what is queued has left, or when it is gone. */
export async function drained<Data extends string | Buffer>(session: Session<Data>): Promise<void> {
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
