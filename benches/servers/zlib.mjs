// Z: `node:zlib` on `node:net`, for whoever asks for MCCP2: it knows nothing else of Telnet, so it shows what Node's own
// compression costs. Each write is flushed, so that it can be read.

import { createServer } from 'node:net'
import { constants, createDeflate } from 'node:zlib'
import { announce, GREETING, tell } from './control.mjs'

/** IAC WILL MCCP2, IAC SB MCCP2 IAC SE. */
const AGREEMENT = Buffer.of(255, 251, 86, 255, 250, 86, 255, 240)

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => {})
  // It asks for MCCP2.
  socket.once('data', () => {
    socket.write(AGREEMENT)
    const deflate = createDeflate({ flush: constants.Z_SYNC_FLUSH })
    deflate.pipe(socket)
    tell(socket, deflate)
    deflate.write(GREETING)
  })
})

server.listen(0, '127.0.0.1', () => announce(server.address().port))
