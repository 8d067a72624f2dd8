// In a network of its own, which it may cut: a server whose client vanishes without a word, though little is said to it. Tells what the
// server made of it, as JSON.

import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { createServer } from 'telnetkit'

const cable = (state) => execFileSync('ip', ['link', 'set', 'lo', state])

cable('up')
const server = createServer({ timeout: 0, limits: { writeStall: 500 } }, () => new Promise(() => {}))
const { port } = await server.listen(0, '127.0.0.1')
const joined = once(server, 'session')
const client = connect(port, '127.0.0.1').resume()
client.on('error', () => {})
await joined

cable('down')
const talking = setInterval(() => server.broadcast('Anybody there?\n'), 50)
const [error] = await once(server, 'sessionError')
clearInterval(talking)
// Counted when all else has been told.
await new Promise(setImmediate)
console.log(JSON.stringify({ code: error.code, open: server.stats().open, guards: server.stats().guards }))
process.exit()
