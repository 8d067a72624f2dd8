// S: plain `node:tls`. It knows nothing of Telnet, so it shows what Node's own TLS costs.

import { createServer } from 'node:tls'
import { announce, GREETING, identity, pour } from './control.mjs'

const server = createServer(identity(), (socket) => {
  socket.on('error', () => {})
  socket.setNoDelay(true)
  socket.once('data', () => pour(socket))
  socket.write(GREETING)
})
// Who leaves in the middle of a handshake has what it came for.
server.on('tlsClientError', () => {})

server.listen(0, '127.0.0.1', () => announce(server.address().port))
