// A program that blocks, in a process of its own: the server that it speaks with must be able to answer meanwhile.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { ExecutionContext } from 'ava'

/** How long it may take. */
const PATIENCE = 30_000

const PREAMBLE = `
import * as sync from 'telnetkit/sync'
import { TelnetConnection } from 'telnetkit/sync'
const [port] = process.argv.slice(-1).map(Number)
const open = (options) => new TelnetConnection('127.0.0.1', port, { timeout: 10_000, ...options }).connect()
const tell = (value) => console.log(JSON.stringify(value, (_, it) => (it?.type === 'Buffer' ? { hex: Buffer.from(it.data).toString('hex') } : it)))
const codeOf = (run) => {
  try {
    run()
    return 'nothing was thrown'
  } catch (error) {
    return error.code
  }
}
`

export class BlockingProgram {
  readonly process: ChildProcess
  readonly #closed: Promise<unknown>
  /** What it has written so far. */
  output = ''
  /** What it has written to the standard error. */
  errors = ''

  /** Runs code that has `open(options)`, `tell(value)`, `codeOf(run)`, `port`, `TelnetConnection` and `sync`. */
  constructor(t: ExecutionContext, port: number, code: string) {
    const args = ['--input-type=module', '-e', PREAMBLE + code, '--', String(port)]
    this.process = spawn(process.execPath, args, {
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    this.process.stdout!.setEncoding('utf8').on('data', (text) => {
      this.output += text
    })
    this.process.stderr!.setEncoding('utf8').on('data', (text) => {
      this.errors += text
    })
    this.#closed = once(this.process, 'close')
    t.teardown(async () => {
      this.process.kill('SIGKILL')
      await this.#closed
    })
  }

  /** What it has told so far. */
  get told(): unknown[] {
    const lines = this.output.split('\n').slice(0, -1)
    return lines.map((line) => JSON.parse(line))
  }

  /** Resolves when it has told so much. */
  async hasTold(count: number): Promise<void> {
    const deadline = Date.now() + PATIENCE
    while (this.told.length < count) {
      if (this.process.exitCode !== null || Date.now() > deadline) throw this.#failure()
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }

  /** Resolves with all that it told when it has ended by itself and in order. */
  async end(): Promise<unknown[]> {
    const timer = setTimeout(() => this.process.kill('SIGKILL'), PATIENCE)
    await this.#closed
    clearTimeout(timer)
    if (this.process.exitCode !== 0) throw this.#failure()
    return this.told
  }

  /** Resolves with the exit code or the signal that ended it. */
  async ended(): Promise<number | NodeJS.Signals | null> {
    await this.#closed
    return this.process.exitCode ?? this.process.signalCode
  }

  #failure(): Error {
    const { exitCode, signalCode } = this.process
    return new Error(`the blocking program ended with ${exitCode ?? signalCode}: ${this.output}${this.errors}`)
  }
}

/** What the code tells until it ends by itself. */
export function blocking(t: ExecutionContext, port: number, code: string): Promise<unknown[]> {
  return new BlockingProgram(t, port, code).end()
}
