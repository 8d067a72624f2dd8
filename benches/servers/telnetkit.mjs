// Ours, as a user would write it: a handler that greets, and then answers events until the session closes.

import { createServer } from 'telnetkit'
import { announce, echo, GREETING, mode, onLines } from './control.mjs'

const server = createServer({ encoding: mode === 'text' ? 'utf8' : null }, (session) => {
  session.on('error', () => {})
  if (mode === 'broadcast') onLines(session, (line) => server.broadcast(line))
  else echo(session)
  session.write(GREETING)
  return new Promise((resolve) => session.on('close', resolve))
})

server.listen(0, '127.0.0.1').then(({ port }) => announce(port))
