// A thread of `serveForever`: it takes one connection after another, and has the program's module serve it.

import { Console } from 'node:console'
import { writeSync } from 'node:fs'
import { Writable } from 'node:stream'
import { workerData } from 'node:worker_threads'
import { NativeRoom } from '../binding.js'
import { serverSettings } from '../options.js'
import { type FromWorker, takeFrom, type WorkerData } from './blocking-server.js'
import type { ServerConnection } from './server-connection.js'

/** What a module has to export. */
type Handler = (connection: ServerConnection, server: { shutdown(): void }) => unknown

async function main({ room: id, handler, options, port }: WorkerData): Promise<void> {
  const room = NativeRoom.find(id)
  if (room === null) return
  // The thread that would print for this one waits, too.
  globalThis.console = new Console({ stdout: writer(1), stderr: writer(2) })
  process.on('uncaughtExceptionMonitor', (error) => console.error(error))
  const tell = (message: FromWorker) => {
    port.postMessage(message)
    room.call()
  }
  const settings = serverSettings(options)
  let serve: Handler
  try {
    serve = await load(handler)
  } catch (error) {
    tell({ kind: 'failed', message: `The handler ${handler} cannot be used: ${(error as Error).message}` })
    return
  }
  room.work()
  tell({ kind: 'joined' })
  for (;;) {
    const connection = takeFrom<string>(room, settings, undefined)
    if (typeof connection === 'string') break
    await serveOne(connection, serve, () => tell({ kind: 'shutdown' }))
    // What a function has left to its event loop has a turn.
    await new Promise(setImmediate)
  }
  room.leave()
}

async function serveOne(connection: ServerConnection, serve: Handler, shutdown: () => void): Promise<void> {
  try {
    await serve(connection, { shutdown })
  } catch (error) {
    // A client that leaves in the middle of it is nothing to tell.
    if (!connection.closed) console.error(error)
  }
  try {
    connection.close()
  } catch (error) {
    console.error(error)
  }
}

async function load(url: string): Promise<Handler> {
  const { default: serve } = await import(url)
  if (typeof serve === 'function') return serve
  throw new TypeError('its default export is no function')
}

function writer(fd: number): Writable {
  return new Writable({
    decodeStrings: true,
    write(chunk: Buffer, _encoding, done) {
      writeSync(fd, chunk)
      done()
    },
  })
}

void main(workerData)
