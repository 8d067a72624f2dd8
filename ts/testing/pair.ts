// Two sessions joined in memory, for tests that need no socket.

import { Duplex } from 'node:stream'
import { checkNames } from '../checks.js'
import type { ClientOptions, ServerOptions } from '../options.js'
import { Session } from '../session.js'

/** Options of either end. */
export interface PairOptions {
  /** Options of the client's session. */
  client?: ClientOptions | undefined
  /** Options of the server's session. */
  server?: ServerOptions | undefined
}

/** Both ends of one conversation. */
export interface Pair {
  client: Session
  server: Session
}

/**
 * Joins a client's and a server's session in memory, and resolves when both are ready.
 *
 * ```js
 * const { client, server } = await createPair()
 * server.write('What is your name? ')
 * console.log(await client.readUntil('? '))
 * ```
 */
export async function createPair(options: PairOptions = {}): Promise<Pair> {
  checkNames(options, ['client', 'server'])
  const [near, far] = joinedStreams()
  const server = new Session(near, { role: 'server', ...options.server })
  const client = new Session(far, { role: 'client', ...options.client })
  await Promise.all([server.ready(), client.ready()])
  return { client, server }
}

/** Two streams, each of which reads what is written to the other, as fast as that takes it. */
export function joinedStreams(): [Duplex, Duplex] {
  const near = new JoinedStream()
  const far = new JoinedStream()
  near.other = far
  far.other = near
  return [near, far]
}

class JoinedStream extends Duplex {
  other!: JoinedStream
  #onTaken: ((error?: Error) => void) | null = null

  override _read(): void {
    const onTaken = this.#onTaken
    this.#onTaken = null
    onTaken?.()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: (error?: Error) => void): void {
    if (this.other.destroyed) callback(brokenPipe())
    else if (this.other.push(chunk)) callback()
    else this.other.#onTaken = callback
  }

  override _final(callback: () => void): void {
    this.other.push(null)
    callback()
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    if (!this.other.destroyed && !this.other.readableEnded) this.other.push(null)
    this.#onTaken?.(brokenPipe())
    callback(error)
  }
}

/** What a socket's writer meets when nobody reads any more. */
function brokenPipe(): Error {
  return Object.assign(new Error('write EPIPE'), { code: 'EPIPE', syscall: 'write' })
}
