// A program that others wrote between two pipes, without a terminal: how scripts use it.

import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import type { ExecutionContext } from 'ava'
import { PATH } from './peer.js'

/** Milliseconds for what should happen at once. */
const PATIENCE = 15_000

export class Piped {
  readonly #child: ChildProcess
  readonly #ended: Promise<number | null>
  #written = ''
  #errors = ''

  /** Starts it; it is ended with the test. */
  constructor(t: ExecutionContext, command: readonly string[]) {
    const [file = '', ...args] = command
    this.#child = spawn(file, args, { env: { ...process.env, PATH } })
    this.#child.stdout!.setEncoding('latin1').on('data', (text: string) => {
      this.#written += text
    })
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#errors += text
    })
    this.#ended = new Promise((resolve) => this.#child.once('close', resolve))
    t.teardown(() => this.#child.kill('SIGKILL'))
  }

  /** All that it wrote on its standard output, as Latin-1. */
  get written(): string {
    return this.#written
  }

  type(text: string): void {
    this.#child.stdin!.write(text)
  }

  /** It has nothing more to read. */
  end(): void {
    this.#child.stdin!.end()
  }

  /** Resolves when it has written this, on either of its outputs. */
  async says(wanted: string | RegExp): Promise<void> {
    const all = () => `${this.#written}${this.#errors}`
    const isThere = () => (typeof wanted === 'string' ? all().includes(wanted) : wanted.test(all()))
    for (const since = Date.now(); !isThere(); await delay(5)) {
      if (Date.now() - since > PATIENCE) throw new Error(`no ${wanted} in ${JSON.stringify(all())}`)
    }
  }

  /** Resolves with its exit code when it has ended. */
  async ended(): Promise<number | null> {
    const calledOff = new AbortController()
    const late = delay(PATIENCE, 'late' as const, calledOff)
    const code = await Promise.race([this.#ended, late])
    calledOff.abort()
    if (code === 'late') throw new Error(`it does not end: ${JSON.stringify(this.#written)}`)
    return code
  }
}
