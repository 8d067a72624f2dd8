// What the threads of a blocking server run: each line says what to do.

import { threadId } from 'node:worker_threads'

export default async function serve(connection, { shutdown }) {
  connection.send(`Hello ${connection.addrport()} at ${connection.terminalType}, thread ${threadId}\n`)
  for (const line of connection.lines()) {
    if (line === 'throw') throw new Error('on purpose')
    if (line === 'hang') for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
    if (line === 'await') await new Promise((resolve) => setTimeout(resolve, 10))
    if (line === 'log') {
      console.log('logged')
      process.stdout.write('written\n')
      process.emitWarning('of what is no error')
    }
    if (line === 'die') setImmediate(() => Promise.reject(new Error('of a promise that nobody heeds')))
    if (line === 'shutdown in order') return shutdown()
    if (line === 'shutdown at once') return shutdown({ deadline: 200 })
    // As where its memory is full: not even 'exit' is told.
    if (line === 'vanish') process.reallyExit(1)
    if (line === 'leave') return
    connection.send(`${line} yourself\n`)
  }
}
