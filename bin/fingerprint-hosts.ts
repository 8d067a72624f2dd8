// A list of servers: a host, or host:port, a line, in any form that a host has on the command line. What stands behind # is a comment;
// what was there before is left out. It is read as it is used, so that it may be piped in by who makes it.

import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { sentence, UsageError } from './report.js'
import type { Target } from './target.js'

export class HostList {
  readonly #path: string
  readonly #targetOf: (host: string, port: string | undefined) => Target

  /** @param path of a file; `-`: what is piped in */
  constructor(path: string, targetOf: (host: string, port: string | undefined) => Target) {
    this.#path = path
    this.#targetOf = targetOf
    if (path === '-' && process.stdin.isTTY) throw new UsageError('--many -: pipe a list in, or name a file')
  }

  /** How many there are that count; undefined where nobody knows yet. */
  async count(counts: (target: Target) => boolean): Promise<number | undefined> {
    let count = 0
    if (this.#path === '-') return undefined
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
        if (more.length > 0) throw new UsageError('a line has a host, and perhaps a port')
        const target = this.#targetOf(host, port)
        const key = `${target.host.toLowerCase()} ${target.port}`
        if (known.has(key)) continue
        known.add(key)
        yield target
      } catch (error) {
        if (!(error instanceof UsageError)) throw error
        warn?.(`${this.#path === '-' ? 'standard input' : this.#path}, line ${number}: ${sentence(error)}; left out`)
      }
    }
  }

  async *#lines(): AsyncGenerator<string, void> {
    const input = this.#path === '-' ? process.stdin : createReadStream(this.#path)
    try {
      yield* createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })
    } catch (error) {
      throw new UsageError(`--many ${this.#path}: ${sentence(error).replace(/, (open|read).*/, '')}`, { cause: error })
    }
  }
}
