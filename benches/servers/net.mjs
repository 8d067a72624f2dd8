// N: plain `node:net`. It knows nothing of Telnet, so it shows what Node's own sockets cost.

import { createServer } from 'node:net'
import { announce, echo, GREETING, mode, onLines } from './control.mjs'

const everybody = new Set()

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => {})
  if (mode === 'text') socket.setEncoding('utf8')
  if (mode === 'broadcast') {
    everybody.add(socket)
    socket.on('close', () => everybody.delete(socket))
    onLines(socket, (line) => {
      for (const other of everybody) other.write(line)
    })
  } else {
    echo(socket)
  }
  socket.write(GREETING)
})

server.listen(0, '127.0.0.1', () => announce(server.address().port))
