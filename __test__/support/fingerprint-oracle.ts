// telnetlib3's own functions for fingerprints, called in a process of its own.

import { spawn, spawnSync } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { ExecutionContext } from 'ava'

const python = process.env.TELNETKIT_TEST_PYTHON ?? 'python3'
const script = fileURLToPath(new URL('telnetlib3_fingerprints.py', import.meta.url))

/** Why there is no oracle; undefined where there is one. */
export const withoutOracle =
  spawnSync(python, ['-c', 'import telnetlib3.fingerprinting_display']).status === 0
    ? undefined
    : `${python} has no telnetlib3 5: let TELNETKIT_TEST_PYTHON name one that has`

/** Starts it. What it gives calls a function by its name, and resolves with what that returned. */
export function oracle(t: ExecutionContext): (name: string, ...args: unknown[]) => Promise<unknown> {
  const child = spawn(python, [script], { stdio: ['pipe', 'pipe', 'inherit'] })
  t.teardown(() => child.kill('SIGKILL'))
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  return async (name, ...args) => {
    child.stdin.write(`${JSON.stringify([name, ...args])}\n`)
    const { value, done } = await lines.next()
    if (done) throw new Error(`the oracle failed at ${name}`)
    return JSON.parse(value) as unknown
  }
}
