// The worker of workers.test.ts: listens on a port that others may share, and says its name to whoever connects.

import { parentPort, workerData } from 'node:worker_threads'
import { createServer } from 'telnetkit'

const accept = (...options) => Object.fromEntries(options.map((option) => [option, 'accept']))
const policy = {
  local: accept('ECHO', 'SGA', 'BINARY', 'EOR', 'CHARSET'),
  remote: accept('TTYPE', 'NAWS', 'NEW_ENVIRON', 'BINARY'),
}

const server = createServer({ policy }, (session) => void session.write(workerData.name))
const { port } = await server.listen({ port: workerData.port, host: '127.0.0.1', shared: true })
parentPort.postMessage(port)
parentPort.once('message', () => server.close())
