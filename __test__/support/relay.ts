// A relay between a client and a server that makes the way between them a bad one: each piece is late, and may come byte by byte.

import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { ExecutionContext } from 'ava'

export interface Way {
  /** Milliseconds that a piece is late, each way. */
  readonly late?: number
  /** Bytes of a piece; each goes out by itself. */
  readonly piece?: number
}

/** Starts it; it ends with the test. Resolves with its port. */
export async function startRelay(t: ExecutionContext, port: number, way: Way): Promise<number> {
  const sockets = new Set<Socket>()
  const relay = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    for (const socket of [near, far]) sockets.add(socket.setNoDelay().on('error', () => {}))
    pass(near, far, way)
    pass(far, near, way)
  })
  t.teardown(() => {
    relay.close()
    for (const socket of sockets) socket.destroy()
  })
  relay.listen(0, '127.0.0.1')
  await once(relay, 'listening')
  return (relay.address() as { port: number }).port
}

function pass(from: Socket, to: Socket, { late = 0, piece = Number.POSITIVE_INFINITY }: Way): void {
  let last = Promise.resolve()
  const after = (due: number, act: () => void | Promise<void>) => {
    last = last.then(async () => {
      if (due > performance.now()) await delay(due - performance.now())
      await act()
    })
  }
  from.on('data', (bytes) =>
    after(performance.now() + late, async () => {
      for (let at = 0; at < bytes.length; at += piece) {
        if (!to.writable) return
        to.write(bytes.subarray(at, at + piece))
        // Else the system would put the pieces together again.
        if (Number.isFinite(piece)) await new Promise((resolve) => setImmediate(resolve))
      }
    }),
  )
  from.on('end', () => after(performance.now() + late, () => void to.end()))
  from.on('close', () => after(performance.now() + late, () => void to.destroy()))
}
