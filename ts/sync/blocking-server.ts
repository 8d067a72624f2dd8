// BlockingTelnetServer: a server for programs that do not await: it is asked for one connection after another, or has a pool of threads
// serve them.

import { existsSync } from 'node:fs'
import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads'
import { NativeHub, NativeRoom } from '../binding.js'
import { bad, whole } from '../checks.js'
import { type SystemError, TelnetError } from '../errors.js'
import { heedsInterrupts, interrupted } from '../interrupts.js'
import { listen, type ServerAddress } from '../listening.js'
import { type ServerOptions, type Settings, serverSettings } from '../options.js'
import { timedOut } from '../waiting.js'
import { theBlockingHub } from './blocking-hub.js'
import { type BlockingWaitOptions, checkTimeout } from './blocking-session.js'
import { ServerConnection } from './server-connection.js'

/** What `createServer` takes, but for the signal; and who serves. */
export interface BlockingServerOptions extends Omit<ServerOptions, 'signal'> {
  /** The module of `serveForever`, by its path or URL: its default export serves a connection. */
  handler?: string | URL | undefined
  /** Threads of `serveForever` at most, each with one connection at a time; who comes then waits. **Default:** 16. */
  workers?: number | undefined
}

/** What `take` says instead of a number. */
const [TIME, INTERRUPT] = [-1, -2]

/** What a worker says to the thread that started it. */
export type FromWorker = { kind: 'joined' } | { kind: 'failed'; message: string } | { kind: 'shutdown' }

/** What the threads of a pool do. */
interface Work {
  /** The URL of a module. */
  handler: string
  options: Omit<ServerOptions, 'signal'>
}

/** What a worker is started with. */
export interface WorkerData extends Work {
  /** The number of the room. */
  room: number
  port: MessagePort
}

/**
 * A server whose calls return when they are done.
 *
 * ```js
 * const server = new BlockingTelnetServer('127.0.0.1', 6023).start()
 * for (;;) {
 *   using client = server.accept()
 *   client.write('What is your name? ')
 *   client.send(`Hello, ${client.readLine()}!\n`)
 * }
 * ```
 */
export class BlockingTelnetServer {
  readonly #host: string
  readonly #port: number
  readonly #options: Omit<ServerOptions, 'signal'>
  readonly #settings: Settings
  readonly #handler: string | URL | undefined
  readonly #most: number
  #listening: { id: number; address: ServerAddress; room: NativeRoom } | null = null

  /** @throws TELNET_BAD_OPTION, TELNET_UNKNOWN_ENCODING, TELNET_UNKNOWN_OPTION */
  constructor(host = '127.0.0.1', port = 6023, options: BlockingServerOptions = {}) {
    const { handler, workers, ...others } = options
    if (typeof host !== 'string' || host === '') throw bad('host', host, 'give a name or an IP address')
    this.#host = host
    this.#port = whole('port', port, 6023, 0, 65_535)
    this.#options = others
    this.#settings = serverSettings(others)
    this.#handler = handler
    this.#most = whole('workers', workers, 16, 1, 1024)
  }

  /** Where it listens; `null` while it does not. */
  get address(): ServerAddress | null {
    return this.#listening?.address ?? null
  }

  /**
   * Begins to listen, and returns the server itself. Connections wait until they are accepted.
   *
   * @throws Node's code where the system says no (`EADDRINUSE`, `EACCES` …); TELNET_LISTENING where it listens already
   */
  start(): this {
    if (this.#listening !== null) {
      throw new TelnetError('TELNET_LISTENING', 'The server listens already: shut it down first, or make another')
    }
    const hub = theBlockingHub()
    const room = NativeRoom.open()
    const { maxConnections } = this.#settings.admission
    const hosts = isIP(this.#host) ? [this.#host] : this.#addresses()
    const { id, ...address } = listen(hub.native, hosts, { port: this.#port }, this.#settings, maxConnections, room)
    hub.addListener(id, { accept: () => undefined, onDrop: () => {}, onError: () => {} })
    this.#listening = { id, address, room }
    return this
  }

  /**
   * Waits for the next connection, and until its negotiation has settled (unless `eager`).
   *
   * @throws TELNET_TIMEOUT; TELNET_CLOSED where the server was not started, or is shut down; TELNET_INTERRUPTED
   */
  accept<Data extends string | Buffer = string>({ timeout }: BlockingWaitOptions = {}): ServerConnection<Data> {
    const { room } = this.#started()
    checkTimeout(timeout)
    const connection = takeFrom<Data>(room, this.#settings, timeout)
    if (connection === 'closed') throw notStarted()
    if (connection === 'late') throw timedOut('Waiting for a connection', timeout!)
    return connection
  }

  /**
   * Waits for the next connection, and returns a number by which any thread of the process can have it, once, and nothing is said to the
   * client before: see {@link ServerConnection.take}.
   *
   * @throws as {@link accept} does
   */
  acceptHandle({ timeout }: BlockingWaitOptions = {}): number {
    const { room } = this.#started()
    const milliseconds = checkTimeout(timeout) ?? null
    const handle = theBlockingHub().native.park(room, milliseconds, heedsInterrupts())
    if (handle === INTERRUPT) throw interrupted()
    if (handle === TIME) throw timedOut('Waiting for a connection', timeout!)
    if (handle < 0) throw notStarted()
    return handle
  }

  /** One connection after another. */
  *[Symbol.iterator](): IterableIterator<ServerConnection> {
    while (this.#listening !== null) yield this.accept()
  }

  /**
   * Has threads serve all who come, each one connection at a time, and returns when one of them shuts the server down. A thread runs the
   * default export of a module, `(connection, { shutdown })`, and closes the connection when that has returned, or what it
   * returned has settled. What it throws is written to the standard error, and ends that connection only.
   *
   * @param path of the module, or its URL. **Default:** the option `handler`
   * @throws TELNET_BAD_ARGUMENT where the module has no such export or cannot be loaded; TELNET_INTERRUPTED
   */
  serveForever(path: string | URL | undefined = this.#handler): void {
    const handler = moduleUrl(path)
    if (this.#listening === null) this.start()
    const pool = new Pool(this.#started().room, { handler, options: this.#options }, this.#most)
    try {
      pool.run()
    } finally {
      this.shutdown()
    }
  }

  /** Stops listening. Who waits to be accepted is let go; connections that were, go on. May be called again. */
  shutdown(): void {
    const listening = this.#listening
    if (listening === null) return
    this.#listening = null
    theBlockingHub().removeListener(listening.id)
    listening.room.close()
  }

  [Symbol.dispose](): void {
    this.shutdown()
  }

  #started(): { room: NativeRoom } {
    if (this.#listening === null) throw notStarted()
    return this.#listening
  }

  #addresses(): string[] {
    try {
      return NativeHub.resolve(this.#host, null)
    } catch (error) {
      const { code = 'ENOTFOUND' } = error as SystemError
      throw new TelnetError(code, `Cannot listen on ${this.#host}: no such name is known here (${code})`)
    }
  }
}

/** Threads that serve connections. It grows when somebody has to wait, and keeps what it has. */
class Pool {
  readonly #room: NativeRoom
  readonly #work: Work
  readonly #most: number
  readonly #ports: MessagePort[] = []
  /** Workers that have begun, and have not joined yet. */
  #starting = 0
  #isOver = false

  constructor(room: NativeRoom, work: Work, most: number) {
    this.#room = room
    this.#work = work
    this.#most = most
  }

  run(): void {
    const { native } = theBlockingHub()
    native.oversee(this.#room)
    this.#begin()
    while (!this.#isOver) {
      if (native.wait(null, heedsInterrupts()) === 2) throw interrupted()
      this.#listen()
      const { waiting, takers, workers } = this.#room.crowd()
      const isShort = waiting > takers + this.#starting || workers + this.#starting === 0
      if (isShort && workers + this.#starting < this.#most) this.#begin()
    }
  }

  #begin(): void {
    const { port1, port2 } = new MessageChannel()
    const workerData: WorkerData = { room: this.#room.id, ...this.#work, port: port2 }
    this.#starting++
    this.#ports.push(port1)
    try {
      const file = new URL(import.meta.resolve('#server-worker'))
      const worker = new Worker(file, { workerData, transferList: [port2], execArgv: workerFlags() })
      // It has told by itself, and this thread hears of it when all is over.
      worker.on('error', () => {}).unref()
    } catch (error) {
      throw bad('options', this.#work.options, `that threads can be given: ${(error as Error).message}`)
    }
  }

  #listen(): void {
    for (const port of this.#ports) {
      for (let told = receiveMessageOnPort(port); told !== undefined; told = receiveMessageOnPort(port)) {
        const message: FromWorker = told.message
        if (message.kind === 'shutdown') this.#isOver = true
        else this.#starting--
        if (message.kind === 'failed') throw new TelnetError('TELNET_BAD_ARGUMENT', message.message)
      }
    }
  }
}

/** Waits for somebody in a room. */
export function takeFrom<Data extends string | Buffer>(
  room: NativeRoom,
  settings: Settings,
  timeout: number | undefined,
): ServerConnection<Data> | 'closed' | 'late' {
  const end = performance.now() + (timeout ?? Number.POSITIVE_INFINITY)
  for (;;) {
    const left = Math.max(end - performance.now(), 0)
    const taken = theBlockingHub().native.take(room, Number.isFinite(left) ? left : null, heedsInterrupts())
    if (taken === INTERRUPT) throw interrupted()
    if (taken === TIME) return 'late'
    if (taken < 0) return 'closed'
    const connection = new ServerConnection<Data>(taken, settings)
    try {
      if (!settings.eager) connection.ready()
      return connection
    } catch (error) {
      // Who is gone again was nobody.
      if ((error as TelnetError).code !== 'TELNET_CLOSED') throw error
    }
  }
}

/** What Node was started with, without what is said of a program in the command line: a thread runs a file. */
function workerFlags(): string[] {
  const words = process.execArgv
  const isOf = (word = '') => /^(-e|-p|-pe|--eval|--print|--input-type(=.*)?)$/.test(word)
  return words.filter((word, index) => !isOf(word) && !/^(-e|-p|-pe|--eval|--print)$/.test(words[index - 1] ?? ''))
}

function moduleUrl(path: string | URL | undefined): string {
  if (path instanceof URL) return path.href
  if (typeof path !== 'string') throw bad('handler', path, 'give the path or the URL of a module')
  if (/^[a-z]+:\/\//.test(path)) return path
  const absolute = resolve(path)
  if (!existsSync(absolute)) throw bad('handler', path, 'no such file is there')
  return pathToFileURL(absolute).href
}

function notStarted(): TelnetError {
  return new TelnetError('TELNET_CLOSED', 'The server does not listen: call start() first, or make another')
}
