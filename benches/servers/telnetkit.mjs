// Ours, as a user would write it: a handler that greets, and then answers events until the session closes.

import { createServer } from 'telnetkit'
import { announce, echo, GREETING, mode, onLines } from './control.mjs'

/** All that can be on; this machine counts, as the load is on it. */
const guards = {
  maxConnections: 100_000,
  maxConnectionsPerAddress: 100_000,
  acceptRate: 100_000,
  acceptRatePerAddress: 100_000,
  exemptAddresses: [],
  limits: { inputRate: 1e9, negotiationRate: 1e6 },
}

const options = { encoding: mode === 'text' ? 'utf8' : null, ...(mode === 'guarded' && guards) }
const server = createServer(options, (session) => {
  session.on('error', () => {})
  if (mode === 'broadcast') onLines(session, (line) => server.broadcast(line))
  else echo(session)
  session.write(GREETING)
  return new Promise((resolve) => session.on('close', resolve))
})

server.listen(0, '127.0.0.1').then(({ port }) => announce(port))
