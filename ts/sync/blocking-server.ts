// BlockingTelnetServer: a server for programs that do not await: it is asked for one connection after another, or has a pool of threads
// serve them.

import { existsSync } from 'node:fs'
import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads'
import { NativeHub, NativeRoom } from '../binding.js'
import { bad, checkNames, LONGEST_TIME, whole } from '../checks.js'
import { type SystemError, TelnetError } from '../errors.js'
import { heedsInterrupts, interrupted } from '../interrupts.js'
import { listen, type ServerAddress } from '../listening.js'
import { type ServerOptions, type Settings, serverSettings } from '../options.js'
import type { Session } from '../session.js'
import { timedOut } from '../waiting.js'
import { writeAll } from '../write-all.js'
import { INTERRUPTED, theBlockingHub } from './blocking-hub.js'
import { type BlockingWaitOptions, checkNoSignal, checkOptions, timeIn } from './blocking-session.js'
import { Lobby } from './lobby.js'
import { LOOK, Newcomer } from './newcomer.js'
import { ServerConnection } from './server-connection.js'

/** What `createServer` takes, but for the signal; and who serves. */
export interface BlockingServerOptions extends Omit<ServerOptions, 'signal'> {
  /** The module of `serveForever`, by its path or URL: its default export serves a connection. */
  handler?: string | URL | undefined
  /** Threads of `serveForever` at most, each with one connection at a time; who comes then waits. **Default:** 16. */
  workers?: number | undefined
}

/**
 * The default export of a module for `serveForever`: it serves one connection, which is closed when it has returned, or what it returned
 * has settled.
 */
export type BlockingHandler = (
  connection: ServerConnection,
  server: {
    /** Lets nobody in any more. @param how milliseconds in which those who are served have to end. **Default:** 5,000 */
    shutdown(how?: { deadline?: number }): void
  },
) => unknown

/** What `park` says instead of a number. */
const [TIME, INTERRUPT] = [-1, -2]

/** Milliseconds that connections have to end when a handler shuts the server down. */
const DEADLINE = 5_000

/** What a worker says to the thread that started it. */
export type FromWorker =
  | { kind: 'joined' }
  | { kind: 'ended' }
  | { kind: 'failed'; message: string; cause?: unknown }
  | { kind: 'shutdown'; deadline: number }

/** What a server has while it listens. */
interface Listening {
  id: number
  address: ServerAddress
  room: NativeRoom
  lobby: Lobby
}

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
  #listening: Listening | null = null

  /** @throws TELNET_BAD_OPTION, TELNET_UNKNOWN_ENCODING, TELNET_UNKNOWN_OPTION */
  constructor(host = '127.0.0.1', port = 6023, options: BlockingServerOptions = {}) {
    checkOptions(options, "{ encoding: 'utf8' }")
    checkNoSignal(options)
    const { handler, workers, ...others } = options
    if (typeof host !== 'string' || host === '') throw bad('host', host, 'give a name or an IP address')
    this.#host = host
    this.#port = whole('port', port, 6023, 0, 65_535)
    this.#options = others
    this.#settings = serverSettings(others, ['handler', 'workers'])
    if (handler !== undefined) checkHandler(handler)
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
    this.#listening = { id, address, room, lobby: new Lobby(hub, room, this.#settings) }
    return this
  }

  /**
   * Waits for the next connection whose negotiation has settled (`eager`: for the next at all). Who has come negotiates meanwhile, and during
   * any other call that waits on this thread; who has when the time is over is there for the next `accept`.
   *
   * @param wait how long, in milliseconds. **Default:** as long as it takes
   * @throws TELNET_TIMEOUT; TELNET_CLOSED where the server was not started, or is shut down; TELNET_INTERRUPTED
   */
  accept<Data extends string | Buffer = string>(wait?: number | BlockingWaitOptions): ServerConnection<Data> {
    const { lobby } = this.#started()
    return new ServerConnection<Data>(lobby.next(timeIn(wait)) as Session<Data>)
  }

  /**
   * Waits for the next connection, and returns a number by which any thread of the process can have it, once, and nothing is said to the
   * client before: see {@link ServerConnection.take}. Who is not taken waits as long as the client does.
   *
   * @throws as {@link accept} does
   */
  acceptHandle(wait?: number | BlockingWaitOptions): number {
    const { room } = this.#started()
    const timeout = timeIn(wait)
    const handle = theBlockingHub().native.park(room, timeout ?? null, heedsInterrupts())
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
   * `shutdown({ deadline })` lets nobody in any more. Who is served then has so many milliseconds, 5,000 unless it is said, to come to
   * an end; the connections of those who have not are closed.
   *
   * @param path of the module, or its URL. **Default:** the option `handler`
   * @throws TELNET_BAD_ARGUMENT where the module has no such export or cannot be loaded; TELNET_INTERRUPTED
   */
  serveForever(path: string | URL | undefined = this.#handler): void {
    const handler = moduleUrl(path)
    if (this.#listening === null) this.start()
    const pool = new Pool(this.#started().room, { handler, options: this.#options }, this.#most)
    try {
      const deadline = pool.run()
      this.shutdown()
      pool.end(deadline)
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
    listening.lobby.close()
  }

  [Symbol.dispose](): void {
    this.shutdown()
  }

  #started(): Listening {
    if (this.#listening === null) throw notStarted()
    return this.#listening
  }

  #addresses(): string[] {
    if (isIP(this.#host)) return [this.#host]
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
  /** Workers that have joined, and have not told that they end. */
  #joined = 0
  /** Milliseconds, once a handler has shut the server down. */
  #deadline: number | null = null

  constructor(room: NativeRoom, work: Work, most: number) {
    this.#room = room
    this.#work = work
    this.#most = most
  }

  /** Serves until a handler shuts the server down. Returns how many milliseconds those who are served then have. */
  run(): number {
    const { native } = theBlockingHub()
    native.oversee(this.#room)
    this.#begin()
    for (;;) {
      if (native.wait(null, heedsInterrupts()) === INTERRUPTED) throw interrupted()
      this.#listen()
      if (this.#deadline !== null) return this.#deadline
      const { waiting, takers, workers } = this.#room.crowd()
      if (workers < this.#joined) this.#mourn(workers)
      const isShort = waiting > takers + this.#starting || workers + this.#starting === 0
      if (isShort && workers + this.#starting < this.#most) this.#begin()
    }
  }

  /** Waits until all threads have left, at most so long. The room is closed. */
  end(deadline: number): void {
    const { native } = theBlockingHub()
    const end = performance.now() + deadline
    while (this.#room.crowd().workers > 0) {
      const left = end - performance.now()
      if (left <= 0) return
      if (native.wait(left, heedsInterrupts()) === INTERRUPTED) throw interrupted()
    }
  }

  /** Of what kills a thread without a word Node tells this one only when it is back in its event loop. */
  #mourn(workers: number): void {
    this.#joined = workers
    writeAll(2, Buffer.from('A thread of the server died without a word, as one does whose memory is full\n'))
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
        if (message.kind === 'shutdown') this.#deadline ??= message.deadline
        else if (message.kind === 'ended') this.#joined--
        else this.#starting--
        if (message.kind === 'joined') this.#joined++
        if (message.kind === 'failed') {
          throw new TelnetError('TELNET_BAD_ARGUMENT', message.message, { cause: message.cause })
        }
      }
    }
  }
}

/** Waits for somebody in a room, until its negotiation has settled; `null` when the room is closed. */
export function takeFrom(room: NativeRoom, settings: Settings): ServerConnection | null {
  const hub = theBlockingHub()
  for (;;) {
    const id = hub.native.take(room)
    if (id < 0) return null
    const newcomer = new Newcomer(hub, id, settings)
    const look = () => newcomer.look()
    const found = hub.waitFor('Negotiation', look, { timeout: undefined, lookAfter: () => LOOK })
    // Who is gone again was nobody.
    if (found === 'ready') return new ServerConnection(newcomer.session)
  }
}

/** The deadline of a handler that shuts the server down. Throws TELNET_BAD_OPTION. */
export function deadlineIn(options: { deadline?: number } = {}): number {
  checkNames(options, ['deadline'])
  return whole('deadline', options.deadline, DEADLINE, 0, LONGEST_TIME)
}

/** What Node was started with, without what is said of a program in the command line: a thread runs a file. */
function workerFlags(): string[] {
  const words = process.execArgv
  const isOf = (word = '') => /^(-e|-p|-pe|--eval|--print|--input-type(=.*)?)$/.test(word)
  return words.filter((word, index) => !isOf(word) && !/^(-e|-p|-pe|--eval|--print)$/.test(words[index - 1] ?? ''))
}

function moduleUrl(path: string | URL | undefined): string {
  checkHandler(path)
  if (path instanceof URL) return path.href
  // A scheme; one letter is a drive.
  if (/^[a-z][a-z+.-]+:/.test(path)) return path
  const absolute = resolve(path)
  if (!existsSync(absolute)) throw bad('handler', path, 'no such file is there')
  return pathToFileURL(absolute).href
}

function checkHandler(path: unknown): asserts path is string | URL {
  if (path instanceof URL || (typeof path === 'string' && path !== '')) return
  throw bad('handler', path, 'give the path or the URL of a module')
}

function notStarted(): TelnetError {
  return new TelnetError('TELNET_CLOSED', 'The server does not listen: call start() first, or make another')
}
