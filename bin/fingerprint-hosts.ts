// A list of servers: a host, or host:port, a line, in any form that a host has on the command line. What stands behind # is a comment;
// what was there before is left out. It is read as it is used, so that it may be piped in by who makes it.

import { constants, createReadStream, openSync, statSync } from 'node:fs'
import { Socket } from 'node:net'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { sentence, UsageError } from './report.js'
import type { Target } from './target.js'

export class HostList {
  readonly #path: string
  readonly #isPiped: boolean
  readonly #targetOf: (host: string, port: string | undefined) => Target
  readonly #signal: AbortSignal

  /**
   * @param path of a file or a pipe; `-`: what is piped in
   * @param signal ends it, though a pipe says nothing more
   */
  constructor(path: string, targetOf: (host: string, port: string | undefined) => Target, signal: AbortSignal) {
    if (path === '') throw new UsageError('--many: name a file, or - for what is piped in')
    this.#path = path
    // By its name a standard input that is a socket cannot be opened.
    this.#isPiped = path === '-' || path === '/dev/stdin'
    this.#targetOf = targetOf
    this.#signal = signal
    if (this.#isPiped && process.stdin.isTTY) throw new UsageError(`--many ${path}: pipe a list in, or name a file`)
  }

  /** How many there are that count; undefined where nobody knows yet: what comes through a pipe comes once. */
  async count(counts: (target: Target) => boolean): Promise<number | undefined> {
    if (this.#isPiped || statSync(this.#path, { throwIfNoEntry: false })?.isFile() === false) return undefined
    let count = 0
    for await (const target of this.targets()) count += Number(counts(target))
    return count
  }

  /**
   * Each server once.
   * @param warn is told of lines that name none; they are left out
   */
  async *targets(warn?: (line: string) => void): AsyncGenerator<Target, void> {
    const known = new Set<string>()
    let number = 0
    for await (const line of this.#lines()) {
      number++
      const [host, port, ...more] = line.replace(/#.*/, '').trim().split(/\s+/)
      if (!host) continue
      try {
        if (/[\0-\x08\x0b-\x1f\x7f-\x9f]/.test(`${host}${port ?? ''}`)) throw new UsageError('it has controls in it')
        if (more.length > 0) throw new UsageError('a line has a host, and perhaps a port')
        const target = this.#targetOf(host, port)
        const key = `${target.host.toLowerCase()} ${target.port}`
        if (known.has(key)) continue
        known.add(key)
        yield target
      } catch (error) {
        if (!(error instanceof UsageError)) throw error
        warn?.(`${this.#isPiped ? 'standard input' : this.#path}, line ${number}: ${sentence(error)}; left out`)
      }
    }
  }

  async *#lines(): AsyncGenerator<string, void> {
    const signal = this.#signal
    try {
      const input = this.#isPiped ? process.stdin : inputFrom(this.#path)
      yield* createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY, signal })
    } catch (error) {
      throw new UsageError(`--many ${this.#path}: ${sentence(error).replace(/, (open|read|stat).*/, '')}`, {
        cause: error,
      })
    }
  }
}

/** A pipe is not read as files are: a thread that waits in a read or for a writer would let nobody end the process. */
function inputFrom(path: string): Readable {
  if (statSync(path, { throwIfNoEntry: false })?.isFIFO() !== true) return createReadStream(path)
  return new Socket({ fd: openSync(path, constants.O_RDONLY | constants.O_NONBLOCK), readable: true, writable: false })
}
