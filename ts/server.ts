// Server: listens, makes a session of each connection, and gives it to the program when negotiation has settled.

import { EventEmitter } from 'node:events'
import { connections } from './admission.js'
import { bad, checkBytes, checkFunction, checkNames, checkWhere, LONGEST_TIME, whole } from './checks.js'
import type { Connection } from './connection.js'
import { AbortError, fromSystem, type SystemError, TelnetError } from './errors.js'
import { type DropReason, type Guard, type GuardCounts, type Guarded, guardOf, noCounts, refusal } from './guards.js'
import { type Dropped, type Listener, theHub } from './hub.js'
import type { Counters, Ends, Owner } from './line.js'
import { checkListenOptions, hostsOf, type ListenOptions, listen, type ServerAddress } from './listening.js'
import { sayTimeout, warnOfFault } from './lone.js'
import { type ServerOptions, type Settings, serverSettings } from './options.js'
import { connectionOf, type Session, sessionOn } from './session.js'
import { SessionQueue } from './session-queue.js'
import { serverTls, type TlsServerOptions } from './tls.js'

/** What a server does with a session. When it returns, the session ends; when it throws, only that one does. */
export type SessionHandler<Data extends string | Buffer = string> = (session: Session<Data>) => unknown

/** How to close a server. */
export interface CloseOptions {
  /** Milliseconds after which sessions that are still open are destroyed. **Default:** 5,000. */
  deadline?: number | undefined
  /** Sent to every session before it is ended. */
  message?: string | undefined
}

/** Whom a broadcast is for. */
export interface BroadcastOptions<Data extends string | Buffer = string> {
  /** A session, or several, that don't get it. */
  except?: Session<Data> | Iterable<Session<Data>> | undefined
  /** Only sessions for which this returns true get it. */
  filter?: ((session: Session<Data>) => boolean) | undefined
}

/** What a server has done so far. */
export interface ServerStats {
  /** Connections that were accepted. */
  readonly accepted: number
  /** Connections that were turned away. */
  readonly dropped: number
  /** Connections that are open now; those that still negotiate are no sessions yet. */
  readonly open: number
  /** Bytes that came over the wire. */
  readonly bytesRead: number
  /** Bytes that went over the wire. */
  readonly bytesWritten: number
  /** How often each guard had something to do: see docs/limits.md. */
  readonly guards: GuardCounts
}

/** The events of a server, and what each brings. */
export interface ServerEvents<Data extends string | Buffer = string> {
  listening: []
  /** A session is ready; the handler, if there is one, runs next. */
  session: [session: Session<Data>]
  /** A handler, or a listener of a session, threw; or a session without a listener for 'error' failed. */
  sessionError: [error: Error, session: Session<Data>]
  /** A connection was turned away. */
  drop: [dropped: Dropped]
  /** A guard had something to do, for one of the sessions or before there was one; those that are told by 'drop' among it. */
  guard: [guarded: Guarded]
  /** Connections could not be accepted, such as for want of files; the server goes on. */
  error: [error: Error]
  /** The server is closed, and so are all its sessions. */
  close: []
}

/** Milliseconds that `close` waits for sessions to end. */
const DEADLINE = 5_000

/** A Telnet server: see {@link createServer}. */
export class Server<Data extends string | Buffer = string> extends EventEmitter<ServerEvents<Data>> {
  /** The sessions that are open, as a live set. Those whose negotiation has not settled are not in it. */
  readonly sessions: ReadonlySet<Session<Data>>

  readonly #settings: Settings
  readonly #handler: SessionHandler<Data> | undefined
  readonly #sessions = new Set<Session<Data>>()
  /** Connections that still negotiate. */
  readonly #opening = new Set<Connection>()
  #maxConnections: number
  #tls: Settings['tls']
  #listening: { id: number; address: ServerAddress } | null = null
  /** The call of `listen` that looks a name up. */
  #starting: symbol | null = null
  #isHolding = true
  #queue: SessionQueue<Session<Data>> | null = null
  #closing: Promise<void> | null = null
  #onEmpty: (() => void) | null = null
  #accepted = 0
  #dropped = 0
  /** Of connections that are closed. */
  readonly #counters: Counters = { bytesRead: 0, bytesWritten: 0 }
  readonly #guards = noCounts()

  readonly #listener: Listener = {
    accept: (id) => this.#accept(id),
    onDrop: (dropped) => this.#drop(dropped),
    onError: (error) => this.#tellError(error),
  }

  readonly #owner: Owner = {
    sessions: () => this.#sessions as ReadonlySet<Session> as Iterable<Session>,
    onOpen: (connection) => this.#onOpen(connection),
    onReady: (connection) => this.#onReady(connection),
    onIdle: (connection) => {
      // While it is being ended it is idle, too.
      if (!connection.isWritable) return
      this.#guard(connection.session, 'idle', 'nothing came or went for so long; ended', 1)
      sayTimeout(connection.session)
    },
    onGuard: ({ session }, guard, message, count) => this.#guard(session, guard, message, count),
    onError: ({ session, failure }, error) => {
      if (STRANGERS.has(failure?.code ?? '')) return
      if (this.listenerCount('sessionError') > 0) this.emit('sessionError', error, session as unknown as Session<Data>)
    },
    onFault: ({ session }, fault) => {
      if (this.listenerCount('sessionError') > 0) this.emit('sessionError', fault, session as unknown as Session<Data>)
      else warnOfFault(fault)
    },
    onThrow: (connection, error) => this.#onThrow(connection, error),
    onClose: (connection) => this.#onClose(connection),
  }

  /** @throws TELNET_BAD_ARGUMENT, TELNET_BAD_OPTION, TELNET_UNKNOWN_ENCODING, TELNET_UNKNOWN_OPTION */
  constructor(options: ServerOptions = {}, handler?: SessionHandler<Data>) {
    super()
    this.#settings = serverSettings(options)
    if (handler !== undefined) checkFunction('handler', handler)
    this.#handler = handler
    this.#tls = this.#settings.tls
    this.#maxConnections = this.#settings.admission.maxConnections
    this.sessions = readOnly(this.#sessions)
    this.#closeOnAbort(this.#settings.signal)
  }

  /** True while it listens. */
  get listening(): boolean {
    return this.#listening !== null
  }

  /** Connections at once; those beyond are closed at once and told by 'drop'. 0: no limit. May be changed at any time. */
  get maxConnections(): number {
    return this.#maxConnections
  }

  set maxConnections(most: number) {
    this.#maxConnections = connections('maxConnections', most)
    if (this.#listening) theHub().native.limitConnections(this.#listening.id, this.#maxConnections)
  }

  /**
   * Speaks TLS so with who connects from now on, as with a certificate that was renewed; sessions go on. What is not given has its
   * default again, but `tlsAuto` stays. A server that was made without `tls` is none with it by this.
   *
   * @throws TELNET_BAD_OPTION, and then all is as it was
   */
  setSecureContext(options: TlsServerOptions): void {
    const native = serverTls(options)
    if (!this.#tls || !native) throw bad('tls', undefined, 'it can be renewed, if the server was made with it')
    const { auto } = this.#tls
    const renewed = { ...native, ...(auto !== undefined && { auto }) }
    if (this.#listening) theHub().native.renewTls(this.#listening.id, renewed)
    this.#tls = renewed
  }

  /** Where it listens; `null` if it doesn't. */
  address(): ServerAddress | null {
    return this.#listening?.address ?? null
  }

  /**
   * Begins to listen, and resolves with where: `listen(6023)`, `listen(6023, '127.0.0.1')`, `listen({ port, host, shared })`.
   *
   * Rejects with Node's code where the system says no (`EADDRINUSE`, `EACCES` …), with TELNET_LISTENING if it listens already,
   * TELNET_CLOSED if it is closed meanwhile, TELNET_BAD_ARGUMENT, TELNET_BAD_OPTION, or an AbortError.
   */
  listen(options?: ListenOptions): Promise<ServerAddress>
  listen(port: number, host?: string, backlog?: number): Promise<ServerAddress>
  async listen(where: ListenOptions | number = {}, host?: string, backlog?: number): Promise<ServerAddress> {
    checkWhere(where)
    const options = typeof where === 'number' ? { port: where, host, backlog } : where
    checkListenOptions(options)
    const { signal } = options
    if (signal?.aborted) throw new AbortError(signal.reason)
    if (this.#listening || this.#starting) {
      throw new TelnetError('TELNET_LISTENING', 'The server listens already: close it first, or create another one')
    }
    const mine = Symbol('listen')
    this.#starting = mine
    try {
      const hosts = await hostsOf(options)
      if (signal?.aborted) throw new AbortError(signal.reason)
      if (this.#starting !== mine) throw new TelnetError('TELNET_CLOSED', 'The server was closed before it listened')
      const address = this.#listen(hosts, options)
      this.#closeOnAbort(signal)
      return address
    } finally {
      if (this.#starting === mine) this.#starting = null
    }
  }

  /**
   * Stops listening, sends `message` to every session, ends them all, and resolves when they are gone. May be called again;
   * the server may listen again afterwards.
   */
  close(options: CloseOptions = {}): Promise<void> {
    this.#closing ??= this.#close(options).finally(() => {
      this.#closing = null
    })
    return this.#closing
  }

  /**
   * Sends text or bytes to every session, and returns how many got it. It is encoded once, and leaves with all else that is
   * written in this turn.
   */
  broadcast(data: string | Uint8Array, options: BroadcastOptions<Data> = {}): number {
    checkBytes('message', data, true)
    checkNames(options, ['except', 'filter'])
    const { except, filter } = options
    const isText = typeof data === 'string'
    const bytes = isText ? Buffer.from(data) : data
    const excluded = except === undefined ? null : new Set(isSession(except) ? [except] : except)
    let count = 0
    for (const session of this.#sessions) {
      const connection = connectionOf(session)
      if (!connection.isWritable || excluded?.has(session) || filter?.(session) === false) continue
      if (isText) connection.channel.encodedText(bytes)
      else connection.channel.bytes(bytes)
      count++
    }
    return count
  }

  /** What it has done so far. */
  stats(): ServerStats {
    const open = [...this.#opening, ...[...this.#sessions].map((session) => connectionOf(session))]
    const sum = { ...this.#counters }
    for (const { counters } of open) add(sum, counters)
    const guards = { ...this.#guards }
    return { accepted: this.#accepted, dropped: this.#dropped, open: open.length, ...sum, guards }
  }

  /** The listening server keeps the process alive; the default. Each session has its own `ref`. */
  ref(): this {
    if (this.#listening && !this.#isHolding) theHub().hold()
    this.#isHolding = true
    return this
  }

  /** The listening server does not keep the process alive. */
  unref(): this {
    if (this.#listening && this.#isHolding) theHub().release()
    this.#isHolding = false
    return this
  }

  /**
   * The sessions that become ready, until the server closes. Those that came before count too where there is neither a handler
   * nor a listener for 'session'. 1,024 may wait to be taken; more are turned away.
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<Session<Data>> {
    this.#queue ??= new SessionQueue()
    return this.#queue.iterate()
  }

  /** Closes the server. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #listen(hosts: string[], options: ListenOptions): ServerAddress {
    const hub = theHub()
    const settings = { ...this.#settings, tls: this.#tls }
    const { id, ...address } = listen(hub.native, hosts, options, settings, this.#maxConnections)
    hub.addListener(id, this.#listener)
    if (this.#isHolding) hub.hold()
    this.#listening = { id, address }
    this.emit('listening')
    return address
  }

  async #close(options: CloseOptions): Promise<void> {
    checkNames(options, ['deadline', 'message'])
    const { message } = options
    const deadline = whole('deadline', options.deadline, DEADLINE, 0, LONGEST_TIME)
    if (message !== undefined && typeof message !== 'string') throw bad('message', message, 'give a string')
    this.#stopListening()
    for (const connection of [...this.#opening]) connection.destroy(null)
    for (const session of [...this.#sessions]) {
      if (message !== undefined) session.write(message)
      session.end()
    }
    await this.#allGone(deadline)
    this.#queue?.end()
    this.#queue = null
    this.emit('close')
  }

  #stopListening(): void {
    this.#starting = null
    if (!this.#listening) return
    const hub = theHub()
    hub.removeListener(this.#listening.id)
    if (this.#isHolding) hub.release()
    this.#listening = null
  }

  async #allGone(deadline: number): Promise<void> {
    if (this.#isEmpty) return
    const timer = setTimeout(() => {
      for (const session of this.#sessions) session.destroy()
    }, deadline)
    await new Promise<void>((resolve) => {
      this.#onEmpty = resolve
    })
    clearTimeout(timer)
    this.#onEmpty = null
  }

  get #isEmpty(): boolean {
    return this.#sessions.size === 0 && this.#opening.size === 0
  }

  #closeOnAbort(signal: AbortSignal | undefined): void {
    if (signal === undefined) return
    const onAbort = () => void this.close()
    signal.addEventListener('abort', onAbort, { once: true })
    this.once('close', () => signal.removeEventListener('abort', onAbort))
  }

  #accept(id: number): Connection | undefined {
    if (this.#closing) return undefined
    this.#accepted++
    return connectionOf(sessionOn({ carrier: theHub(), id, settings: this.#settings, owner: this.#owner }))
  }

  #drop(dropped: Dropped): void {
    this.#dropped += dropped.count
    this.#guard(dropped, dropped.reason, refusal(dropped), dropped.count)
    this.emit('drop', dropped)
  }

  #guard(peer: Ends, guard: Guard, message: string, count: number): void {
    this.#guards[guard] += count
    if (this.listenerCount('guard') === 0) return
    this.emit('guard', { guard, ...peerOf(peer), message, count })
  }

  #tellError(failure: SystemError): void {
    const error = fromSystem('Cannot accept connections', failure)
    if (this.listenerCount('error') > 0) this.emit('error', error)
    else warn(error.message, error.code)
  }

  #onOpen(connection: Connection): void {
    this.#opening.add(connection)
    if (this.#settings.eager) this.#give(connection)
  }

  #onReady(connection: Connection): void {
    if (!this.#settings.eager) this.#give(connection)
  }

  /** The session is the program's from now on. */
  /** A listener that throws concerns its session only, as a handler that does. */
  #tell(connection: Connection, session: Session<Data>): boolean {
    try {
      return this.emit('session', session)
    } catch (error) {
      this.#onThrow(connection, error)
      return true
    }
  }

  #give(connection: Connection): void {
    const session = connection.session as unknown as Session<Data>
    this.#opening.delete(connection)
    this.#sessions.add(session)
    const isHeard = this.#tell(connection, session)
    // Where nobody takes them now, somebody may iterate later.
    if (!isHeard && !this.#handler) this.#queue ??= new SessionQueue()
    if (this.#queue?.push(session) === false) this.#turnAway(session)
    if (this.#handler) this.#attend(connection, this.#handler)
  }

  #turnAway(session: Session<Data>): void {
    session.destroy()
    this.#drop({ ...peerOf(session), reason: 'not-taken', count: 1 })
  }

  /** Runs the handler. (An async function here would hold half as much again for each session that waits.) */
  #attend(connection: Connection, handler: SessionHandler<Data>): void {
    connection.isAttended = true
    try {
      const result = handler(connection.session as unknown as Session<Data>)
      Promise.resolve(result).then(
        () => this.#leave(connection),
        (error) => this.#leave(connection, error),
      )
    } catch (error) {
      this.#leave(connection, error)
    }
  }

  #leave(connection: Connection, ...thrown: unknown[]): void {
    connection.isAttended = false
    if (thrown.length > 0) this.#onThrow(connection, thrown[0])
    else connection.end()
  }

  #onThrow(connection: Connection, thrown: unknown): void {
    const session = connection.session as unknown as Session<Data>
    const error = thrown instanceof Error ? thrown : new Error(String(thrown))
    if (this.listenerCount('sessionError') > 0) this.emit('sessionError', error, session)
    else if (!isConsequence(connection, error))
      warn(`A handler of a session failed: ${error}`, 'TELNET_SESSION_ERROR', error)
    connection.end()
  }

  #onClose(connection: Connection): void {
    add(this.#counters, connection.counters)
    this.#opening.delete(connection)
    this.#sessions.delete(connection.session as unknown as Session<Data>)
    const { session, failure } = connection
    const reason = STRANGERS.get(failure?.code ?? '')
    if (reason !== undefined)
      this.#drop({ ...peerOf(session), reason, count: 1, ...(failure as { code: string; message: string }) })
    const guard = guardOf(failure?.code)
    if (guard !== undefined) this.#guard(session, guard, failure?.message ?? '', 1)
    if (this.#isEmpty) this.#onEmpty?.()
  }
}

/**
 * Makes a server; `listen` starts it.
 *
 * ```js
 * const server = createServer(async (session) => {
 *   const name = await session.question('What is your name? ')
 *   session.write(`Hello, ${name}!\n`)
 * })
 * await server.listen(6023, '127.0.0.1')
 * ```
 *
 * @param handler runs for each session when its negotiation has settled; with the option `eager` when it is accepted
 * @throws TELNET_BAD_ARGUMENT, TELNET_BAD_OPTION, TELNET_UNKNOWN_ENCODING, TELNET_UNKNOWN_OPTION
 */
export function createServer(handler?: SessionHandler): Server
export function createServer(
  options: ServerOptions & { encoding: null },
  handler?: SessionHandler<Buffer>,
): Server<Buffer>
export function createServer(options: ServerOptions, handler?: SessionHandler): Server
export function createServer<Data extends string | Buffer>(
  options: ServerOptions | SessionHandler<Data> = {},
  handler?: SessionHandler<Data>,
): Server<Data> {
  return typeof options === 'function' ? new Server({}, options) : new Server(options, handler)
}

/** What a connection fails with that spoke no Telnet, and why it is said to be dropped. */
const STRANGERS: ReadonlyMap<string, DropReason> = new Map([
  ['TELNET_TLS_HELLO', 'tls-hello'],
  ['TELNET_HTTP_REQUEST', 'http'],
])

function peerOf({ remoteAddress = '', remotePort = 0 }: Ends) {
  return { remoteAddress, remotePort }
}

/** The handler failed because its session is gone: nobody's fault. */
function isConsequence({ isClosed, isDestroyed, error: failure }: Connection, error: Error): boolean {
  return (isClosed || isDestroyed) && (error === failure || (error as TelnetError).code === 'TELNET_CLOSED')
}

/** `cause`: what the program did wrong, whose stack tells where. */
function warn(message: string, code: string, cause?: Error): void {
  const detail = cause?.stack
  process.emitWarning(message, { type: 'TelnetWarning', code, ...(detail === undefined ? {} : { detail }) })
}

function add(sum: Counters, { bytesRead, bytesWritten }: Counters): void {
  sum.bytesRead += bytesRead
  sum.bytesWritten += bytesWritten
}

function isSession<Data extends string | Buffer>(
  value: Session<Data> | Iterable<Session<Data>>,
): value is Session<Data> {
  return 'remoteAddress' in value
}

/** The set as others see it: it changes, but not by them. */
function readOnly<T>(set: Set<T>): ReadonlySet<T> {
  return Object.freeze({
    has: (value: T) => set.has(value),
    get size() {
      return set.size
    },
    forEach: (callback: (value: T, key: T, set: ReadonlySet<T>) => void) => set.forEach(callback),
    keys: () => set.keys(),
    values: () => set.values(),
    entries: () => set.entries(),
    [Symbol.iterator]: () => set[Symbol.iterator](),
  })
}
