// A bad line: between a client and a server of one machine, with a delay each way, and as many packets as there are bytes.

import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ExecutionContext } from 'ava'

/** How bad it is. */
export interface Line {
  /** Milliseconds for each byte, each way. */
  readonly delay?: number
  /** Bytes at a time; all that came together if it is left out. */
  readonly bytes?: number
}

/** Opens a line to a port, until the test is over. Returns the port at which it begins. */
export async function slowRelay(t: ExecutionContext, port: number, line: Line): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer((caller) => {
    const called = connect(port, '127.0.0.1')
    for (const socket of [caller, called]) {
      sockets.add(socket)
      socket.setNoDelay()
      socket.on('error', () => {})
    }
    carry(caller, called, line)
    carry(called, caller, line)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return (server.address() as { port: number }).port
}

/** Bytes leave in the order in which they came, each as long after it came. */
function carry(from: Socket, to: Socket, { delay = 0, bytes }: Line): void {
  let turn = Promise.resolve()
  const afterAll = (action: () => Promise<void> | void) => {
    const due = sleep(delay)
    turn = turn.then(() => due).then(action)
  }
  from.on('data', (chunk) => {
    afterAll(async () => {
      const size = bytes ?? chunk.length
      for (let at = 0; at < chunk.length; at += size) {
        to.write(chunk.subarray(at, at + size))
        if (bytes !== undefined) await new Promise(setImmediate)
      }
    })
  })
  from.on('end', () => afterAll(() => void to.end()))
  from.on('close', () => afterAll(() => void to.destroy()))
}
