// Ours, as a user would write it: a handler that greets, and then answers events until the session closes.

import { createServer, Option } from 'telnetkit'
import { announce, echo, GREETING, identity, mode, onLines, pour, tell } from './control.mjs'

/** All that can be on; this machine counts, as the load is on it. */
const guards = {
  maxConnections: 100_000,
  maxConnectionsPerAddress: 100_000,
  acceptRate: 100_000,
  acceptRatePerAddress: 100_000,
  exemptAddresses: [],
  limits: { inputRate: 1e9, negotiationRate: 1e6 },
}

/** Beside node:tls and node:zlib no question is asked, so that these alone are compared. */
const nothing = Object.fromEntries(Object.keys(Option).map((name) => [name, 'accept']))
const silent = { policy: { local: nothing, remote: nothing } }

const special = {
  guarded: () => guards,
  tls: () => ({ tls: identity(), ...silent }),
  mccp: () => silent,
}[mode]?.()

const options = { encoding: mode === 'text' ? 'utf8' : null, ...special }

const server = createServer(options, (session) => {
  session.on('error', () => {})
  if (mode === 'broadcast') onLines(session, (line) => server.broadcast(line))
  else if (mode === 'mccp') return compress(session)
  else if (mode === 'tls') session.once('data', () => pour(session))
  else echo(session)
  session.write(GREETING)
  return new Promise((resolve) => session.on('close', resolve))
})

async function compress(session) {
  await session.waitFor({ local: { MCCP2: true } })
  tell(session)
  session.write(GREETING)
  await new Promise((resolve) => session.on('close', resolve))
}

server.listen(0, '127.0.0.1').then(({ port }) => announce(port))
