// The children of a run: servers and the load generator. None outlives the run, whatever ends it.

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const children = new Set()

process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL')
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1))

/** Builds the load generator where it is not yet built, and gives its path. */
export function buildLoad() {
  const { status, error } = cargo(
    'build',
    '--release',
    '--locked',
    '--quiet',
    '--manifest-path',
    'benches/load/Cargo.toml',
    '--target-dir',
    'target/load',
  )
  if (status !== 0)
    throw new Error(`the load generator needs Rust and could not be built: ${error?.message ?? `exit ${status}`}`)
  return `${root}target/load/release/telnetkit-load`
}

/** Runs cargo at the root of the project, its output going to ours. */
export function cargo(...args) {
  return spawnSync('cargo', args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
}

/** A child that speaks in lines of JSON. */
export class Child {
  #process
  #lines
  #stderr = ''
  #ended

  constructor([file, ...args]) {
    this.#process = spawn(file, args, { cwd: root, stdio: 'pipe' })
    children.add(this.#process)
    this.#process.stdin.on('error', () => {})
    this.#process.stderr.on('data', (text) => {
      this.#stderr += text
    })
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]()
    this.#ended = once(this.#process, 'close')
      .catch((error) => {
        this.#stderr += error.message
      })
      .finally(() => children.delete(this.#process))
  }

  get pid() {
    return this.#process.pid
  }

  /** The next line; rejects with the last words of a child that ended instead, or that says nothing for too long. */
  async line(seconds) {
    const { promise: late, cancel } = timer(seconds)
    try {
      const next = await Promise.race([this.#lines.next(), late])
      if (next === undefined) throw new Error(`said nothing for ${seconds} s`)
      if (!next.done) return JSON.parse(next.value)
    } finally {
      cancel()
    }
    await this.#ended
    throw new Error(this.complaint ?? 'ended without a word')
  }

  /** What it wrote to standard error, as one line. */
  get complaint() {
    return complaint(this.#stderr)
  }

  /** Says a line to the child. */
  say(line) {
    this.#process.stdin.write(`${line}\n`)
  }

  /** Ends the child's input, which ends the child; by force if it takes longer than two seconds. */
  async end() {
    this.#process.stdin.end()
    const { promise: late, cancel } = timer(2)
    await Promise.race([this.#ended, late])
    cancel()
    this.#process.kill('SIGKILL')
    await this.#ended
  }
}

function timer(seconds) {
  let handle
  const promise = new Promise((resolve) => {
    handle = setTimeout(resolve, seconds * 1000)
  })
  return { promise, cancel: () => clearTimeout(handle) }
}

/** The line of an error report that says what is wrong: Node's `Error: …` in the middle, Python's and ours at the end. */
function complaint(text) {
  const lines = text.trim().split('\n').filter(Boolean)
  return lines.find((line) => /^(\w*Error\b|.*\[ERR_\w+\])/.test(line)) ?? lines.at(-1)
}
