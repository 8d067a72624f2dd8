// A script that runs in a Node process of its own, and is ended with its test.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { ExecutionContext } from 'ava'

/** How long a script may take to say what is waited for, or to end. */
const PATIENCE = 20_000

export class Script {
  /** What it has written so far. */
  output = ''
  errors = ''

  readonly #process: ChildProcess
  readonly #closed: Promise<unknown>

  constructor(t: ExecutionContext, path: string, args: readonly string[] = []) {
    this.#process = spawn(process.execPath, [path, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    this.#process.stdout!.setEncoding('utf8').on('data', (text) => {
      this.output += text
    })
    this.#process.stderr!.setEncoding('utf8').on('data', (text) => {
      this.errors += text
    })
    this.#closed = once(this.#process, 'close')
    t.teardown(async () => {
      this.#process.kill('SIGKILL')
      await this.#closed
    })
  }

  /** Resolves when its output has a match. */
  async until(pattern: RegExp): Promise<RegExpExecArray> {
    const deadline = Date.now() + PATIENCE
    for (;;) {
      const match = pattern.exec(this.output)
      if (match) return match
      const { exitCode } = this.#process
      if (exitCode !== null || Date.now() > deadline) {
        throw new Error(`${pattern} did not come (exit code ${exitCode}): ${this.output}${this.errors}`)
      }
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }

  /** Resolves with its exit code when it has ended; `null`: it had to be ended. */
  async exitCode(): Promise<number | null> {
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), PATIENCE)
    await this.#closed
    clearTimeout(timer)
    return this.#process.exitCode
  }
}
