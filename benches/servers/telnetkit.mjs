// Ours, as a user would write it: a handler that greets, and then answers events until the session closes.

import { createServer, Option } from 'telnetkit'
import { announce, echo, GREETING, identity, mode, onLines, pour } from './control.mjs'

/** All that can be on; this machine counts, as the load is on it. */
const guards = {
  maxConnections: 100_000,
  maxConnectionsPerAddress: 100_000,
  acceptRate: 100_000,
  acceptRatePerAddress: 100_000,
  exemptAddresses: [],
  limits: { inputRate: 1e9, negotiationRate: 1e6 },
}

/** Beside node:tls no question is asked, so that TLS alone is compared. */
const secure = () => {
  const nothing = Object.fromEntries(Object.keys(Option).map((name) => [name, 'accept']))
  return { tls: identity(), policy: { local: nothing, remote: nothing } }
}

const special = mode === 'guarded' ? guards : mode === 'tls' ? secure() : {}

const options = { encoding: mode === 'text' ? 'utf8' : null, ...special }

const server = createServer(options, (session) => {
  session.on('error', () => {})
  if (mode === 'broadcast') onLines(session, (line) => server.broadcast(line))
  else if (mode === 'tls') session.once('data', () => pour(session))
  else echo(session)
  session.write(GREETING)
  return new Promise((resolve) => session.on('close', resolve))
})

server.listen(0, '127.0.0.1').then(({ port }) => announce(port))
