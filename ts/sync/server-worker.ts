// A thread of `serveForever`: it takes one connection after another, and has the program's module serve it.

import { Console } from 'node:console'
import { Writable } from 'node:stream'
import { inspect } from 'node:util'
import { workerData } from 'node:worker_threads'
import { NativeRoom } from '../binding.js'
import { serverSettings } from '../options.js'
import { writeAll } from '../write-all.js'
import { type BlockingHandler, deadlineIn, type FromWorker, takeFrom, type WorkerData } from './blocking-server.js'
import type { ServerConnection } from './server-connection.js'

type Handler = BlockingHandler
type Shutdown = Parameters<Handler>[1]['shutdown']

async function main({ room: id, handler, options, port }: WorkerData): Promise<void> {
  const room = NativeRoom.find(id)
  if (room === null) return
  speakForYourself()
  const tell = (message: FromWorker) => {
    port.postMessage(message)
    room.call()
  }
  const fail = (message: string, cause?: unknown) => {
    tell({ kind: 'failed', message: `The handler ${handler} cannot be used: ${message}`, cause: portable(cause) })
  }
  const onEarlyExit = (code: number) =>
    fail(`it ended its thread while it was loaded, or awaits what never comes (exit code ${code})`)
  process.once('exit', onEarlyExit)
  let serve: Handler
  try {
    serve = await load(handler)
  } catch (error) {
    process.off('exit', onEarlyExit)
    fail(error instanceof Error ? error.message : `it threw ${inspect(error)}`, error)
    return
  }
  process.off('exit', onEarlyExit)
  room.work()
  tell({ kind: 'joined' })
  process.once('exit', () => tell({ kind: 'ended' }))
  const settings = serverSettings(options)
  const shutdown = (how?: { deadline?: number }) => tell({ kind: 'shutdown', deadline: deadlineIn(how) })
  for (;;) {
    const connection = takeFrom(room, settings)
    if (connection === null) break
    await serveOne(connection, serve, shutdown)
    // What a function has left to its event loop has a turn.
    await new Promise(setImmediate)
  }
  room.leave()
}

/** The thread that would print for this one waits, too. */
function speakForYourself(): void {
  const [stdout, stderr] = [writer(1), writer(2)]
  Object.defineProperty(process, 'stdout', { value: stdout, configurable: true, enumerable: true })
  Object.defineProperty(process, 'stderr', { value: stderr, configurable: true, enumerable: true })
  globalThis.console = new Console({ stdout, stderr })
  process.on('uncaughtExceptionMonitor', (error) => console.error(error))
}

/** An error as another thread can have it, if any can. */
function portable(error: unknown): unknown {
  try {
    return error instanceof Error ? structuredClone(error) : undefined
  } catch {
    return undefined
  }
}

async function serveOne(connection: ServerConnection, serve: Handler, shutdown: Shutdown): Promise<void> {
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
      try {
        writeAll(fd, chunk)
        done()
      } catch (error) {
        done(error as Error)
      }
    },
  })
}

void main(workerData)
