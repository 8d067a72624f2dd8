// The other end of a session under test: a plain socket that says and hears exact bytes, and knows nothing of Telnet.

import { once } from 'node:events'
import { createServer, connect as netConnect, type Socket } from 'node:net'
import type { ExecutionContext } from 'ava'
import { type Policy, Server, type ServerOptions, type Session } from 'telnetkit'
import { wire } from '../../ts/testing/words.js'

/** Milliseconds that a test waits for what must come. */
const PATIENCE = 10_000

export { wire }

export class RawPeer {
  readonly socket: Socket
  #received = Buffer.alloc(0)
  #hasEnded = false
  #onChange: (() => void) | undefined

  constructor(socket: Socket) {
    this.socket = socket
    socket.setNoDelay()
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      this.#received = Buffer.concat([this.#received, chunk])
      this.#onChange?.()
    })
    for (const event of ['end', 'close']) {
      socket.on(event, () => {
        this.#hasEnded = true
        this.#onChange?.()
      })
    }
  }

  /** Connects to a server. It answers a FIN only when told to. */
  static async connect(port: number, host = '127.0.0.1'): Promise<RawPeer> {
    const socket = netConnect({ port, host, allowHalfOpen: true })
    const peer = new RawPeer(socket)
    await once(socket, 'connect')
    return peer
  }

  /** Says bytes: those that `wire` describes, or as they are. */
  send(what: string | Uint8Array): void {
    this.socket.write(typeof what === 'string' ? wire(what) : what)
  }

  /** All that has come and was not taken yet. */
  get received(): Buffer {
    return this.#received
  }

  /** The next `count` bytes. */
  async take(count: number): Promise<Buffer> {
    await this.until(() => this.#received.length >= count)
    const taken = this.#received.subarray(0, count)
    this.#received = this.#received.subarray(count)
    return taken
  }

  /** All up to and with these bytes. */
  async takeUntil(bytes: string | Uint8Array): Promise<Buffer> {
    const end = typeof bytes === 'string' ? wire(bytes) : Buffer.from(bytes)
    await this.until(() => this.#received.includes(end))
    return this.take(this.#received.indexOf(end) + end.length)
  }

  /** All that is there now. */
  takeAllNow(): Buffer {
    const taken = this.#received
    this.#received = Buffer.alloc(0)
    return taken
  }

  /** All that comes until the other side ends. */
  async takeAll(): Promise<Buffer> {
    await this.until(() => this.#hasEnded)
    return this.take(this.#received.length)
  }

  /** Resolves when `holds` says so, which is asked whenever something comes. */
  async until(holds: () => boolean): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    try {
      await new Promise<void>((resolve, reject) => {
        const look = () => holds() && resolve()
        timer = setTimeout(
          () => reject(new Error(`waited in vain; came: ${this.#received.toString('latin1')}`)),
          PATIENCE,
        )
        this.#onChange = look
        look()
      })
    } finally {
      clearTimeout(timer)
    }
  }

  /** Ends this side. */
  end(): void {
    this.socket.end()
  }

  /** Breaks off: the other side gets a RST. */
  reset(): void {
    this.socket.resetAndDestroy()
  }

  destroy(): void {
    this.socket.destroy()
  }
}

/** A plain server for a client under test. */
export class RawServer {
  readonly port: number
  readonly #next: () => Promise<RawPeer>
  readonly #close: () => void

  private constructor(port: number, next: () => Promise<RawPeer>, close: () => void) {
    this.port = port
    this.#next = next
    this.#close = close
  }

  static async listen(t: ExecutionContext): Promise<RawServer> {
    const waiting: RawPeer[] = []
    const peers: RawPeer[] = []
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      const peer = new RawPeer(socket)
      peers.push(peer)
      waiting.push(peer)
      server.emit('peer')
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const next = async () => {
      while (waiting.length === 0) await once(server, 'peer')
      return waiting.shift()!
    }
    const close = () => {
      server.close()
      for (const peer of peers) peer.destroy()
    }
    t.teardown(close)
    return new RawServer((server.address() as { port: number }).port, next, close)
  }

  /** The next one that connects. */
  next(): Promise<RawPeer> {
    return this.#next()
  }

  close(): void {
    this.#close()
  }
}

/** Starts a server of ours on a free port; it is closed with the test. */
export async function serve<Data extends string | Buffer>(t: ExecutionContext, server: Server<Data>): Promise<number> {
  t.teardown(() => server.close({ deadline: 0 }))
  const { port } = await server.listen(0, '127.0.0.1')
  return port
}

/** Resolves when a session is closed, by an error or not. (`once` of node:events would reject on 'error'.) */
export function closed<Data extends string | Buffer>(session: Session<Data>): Promise<boolean> {
  return new Promise((resolve) => session.once('close', resolve))
}

/** A policy that begins with nothing, so that only what a test is about goes over the wire. */
export const QUIET: Policy = {
  local: { BINARY: 'accept', CHARSET: 'accept', ECHO: 'accept', EOR: 'accept', SGA: 'accept' },
  remote: { BINARY: 'accept', NAWS: 'accept', NEW_ENVIRON: 'accept', TTYPE: 'accept' },
}

/** A server's session that begins with nothing, and the raw peer at its other end. It lasts as long as the test. */
export async function joined<Data extends string | Buffer = string>(
  t: ExecutionContext,
  options: ServerOptions = {},
): Promise<{ session: Session<Data>; peer: RawPeer }> {
  const server = new Server<Data>({ policy: QUIET, ...options }, () => new Promise(() => {}))
  const accepted = once(server, 'session')
  const peer = await RawPeer.connect(await serve(t, server))
  t.teardown(() => peer.destroy())
  const [session] = await accepted
  return { session, peer }
}
