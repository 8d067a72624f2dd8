// The servers that are soaked, and what is seen of them from outside: their memory, descriptors, children and log.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const TOOL = fileURLToPath(new URL('../../dist/bin/telnetkit-server.js', import.meta.url))

/** Low enough that the crowd, which comes from one address, meets each of them. Who is honest comes from another. */
const GUARDS = [
  ...['--exempt-addresses', '', '--max-connections-per-address', '24', '--accept-rate-per-address', '10'],
  ...['--timeout', '10', '--write-stall', '3', '--max-queued-output', '4000000'],
  ...['--input-rate', '40000', '--negotiation-rate', '300', '--max-subnegotiation', '4096', '--max-environment', '20'],
]

/** What a program says when it begins, and how it answers. */
const PROGRAM = 'echo "pid $$"; exec sed -u "s/.*/<&>/"'

/** `answer`: what comes back for a line. */
export const places = [
  {
    name: 'echo',
    title: '--shell echo',
    flags: ['--shell', 'echo'],
    answer: (line) => `${line}\r\n`,
  },
  {
    name: 'telsh',
    title: '--shell telsh',
    flags: ['--shell', 'telsh'],
    answer: () => 'no such command',
  },
  {
    name: 'pty',
    title: '--pty-exec sh',
    flags: ['--pty-exec', 'sh', '--', '-c', PROGRAM],
    answer: (line) => `<${line}>`,
    hasPrograms: true,
  },
]

/** What a process may grow by: what its allocators keep, and the code that Node has compiled meanwhile. */
const MAY_GROW = 96 * 1024

/** A running server. */
export class Host {
  place
  port = 0
  sessions = 0
  #process
  #guards = new Map()
  #memory = []
  #before = { memory: 0, descriptors: 0 }
  #isStopping = false
  #lastLines = []

  static async start(place, onFault) {
    const host = new Host()
    host.place = place
    const [before, after] = split(place.flags)
    const args = [
      TOOL,
      '127.0.0.1',
      '0',
      '--connect-maxwait',
      '0.5',
      '--status-interval',
      '0',
      ...GUARDS,
      ...before,
      ...after,
    ]
    host.#process = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    host.#process.on('exit', (code, signal) => {
      if (!host.#isStopping)
        onFault(`${place.name}: the server ended with ${code ?? signal}: ${host.#lastLines.join(' | ')}`)
    })
    createInterface({ input: host.#process.stderr }).on('line', (line) => host.#onLog(line, onFault))
    for await (const line of createInterface({ input: host.#process.stdout })) {
      const ready = /^Server ready on .*:(\d+)$/.exec(line)
      if (ready) {
        host.port = Number(ready[1])
        return host
      }
    }
    throw new Error(`${place.name} did not start: ${host.#lastLines.join(' | ')}`)
  }

  /** What it is like before the crowd comes. */
  remember() {
    this.#before = { memory: this.#memoryNow(), descriptors: this.#descriptorsNow() }
  }

  /** Looks at its memory. */
  look() {
    this.#memory.push(this.#memoryNow())
  }

  /** What is still there of more than so many sessions, in words. */
  leftBehind(sessions) {
    const { name, hasPrograms } = this.place
    const children = this.#children()
    const states = children.map((pid) => ({ pid, state: stateOf(pid) }))
    const zombies = states.filter(({ state }) => state === 'Z')
    const programs = hasPrograms ? sessions : 0
    const extra = this.#descriptorsNow() - this.#before.descriptors
    return [
      ...(zombies.length > 0 ? [`${name}: ${zombies.length} zombies`] : []),
      ...(children.length > programs ? [`${name}: ${children.length} programs for ${sessions} sessions`] : []),
      ...(extra > 0 ? [`${name}: ${extra} descriptors more than before`] : []),
    ]
  }

  /** By how much it grew, if that is too much: the last quarter of the time beside the second one. */
  growth() {
    const quarter = Math.floor(this.#memory.length / 4)
    const [second, last] = [this.#memory.slice(quarter, 2 * quarter), this.#memory.slice(-quarter)].map(median)
    if (!(last > second + MAY_GROW)) return []
    return [`${this.place.name}: it grew from ${mebibytes(second)} to ${mebibytes(last)}`]
  }

  get memoryTold() {
    const { length } = this.#memory
    const quarters = [0, 1, 2, 3].map((index) =>
      mebibytes(median(this.#memory.slice((index * length) / 4, ((index + 1) * length) / 4))),
    )
    const [before, most, after] = [this.#before.memory, Math.max(...this.#memory), this.#memoryNow()].map(mebibytes)
    return `${before} before, by quarters ${quarters.join(', ')}; the most ${most}, at the end ${after}`
  }

  get descriptorsTold() {
    return `${this.#before.descriptors} before, ${this.#descriptorsNow()} at the end`
  }

  get guardsTold() {
    return Array.from(this.#guards, ([guard, count]) => `${guard} ${count}`).join(', ') || 'none'
  }

  /** In order: it has to exit with 0. */
  async stop() {
    this.#isStopping = true
    this.#process.kill('SIGTERM')
    if (this.#process.exitCode === null) await once(this.#process, 'exit')
    if (this.#process.exitCode !== 0) throw new Error(`${this.place.name} ended with ${this.#process.exitCode}`)
  }

  kill() {
    this.#process.kill('SIGKILL')
  }

  #onLog(line, onFault) {
    this.#lastLines = [...this.#lastLines.slice(-4), line]
    if (/ connected$/.test(line)) this.sessions++
    if (/^\S+Z error /.test(line)) onFault(`${this.place.name} logged: ${line}`)
    const guard = / (?:turned away: |guard )([a-z-]+)/.exec(line)?.[1]
    if (guard) this.#count(guard, Number(/, (\d+) times$/.exec(line)?.[1] ?? 1))
    const sums = / guards, beside .*?: (.*)$/.exec(line)?.[1]
    for (const sum of sums?.split(', ') ?? [])
      this.#count(...sum.split(' ').map((word, index) => (index ? Number(word) : word)))
  }

  #count(guard, count) {
    this.#guards.set(guard, (this.#guards.get(guard) ?? 0) + count)
  }

  #memoryNow() {
    const status = read(`/proc/${this.#process.pid}/status`)
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0)
  }

  #descriptorsNow() {
    try {
      return readdirSync(`/proc/${this.#process.pid}/fd`).length
    } catch {
      return 0
    }
  }

  /** Of all its threads. */
  #children() {
    const { pid } = this.#process
    const threads = list(`/proc/${pid}/task`)
    return threads.flatMap((thread) => read(`/proc/${pid}/task/${thread}/children`).split(' ').filter(Boolean))
  }
}

/** Flags, and what stands behind a bare `--`. */
function split(flags) {
  const at = flags.indexOf('--')
  return at < 0 ? [flags, []] : [flags.slice(0, at), flags.slice(at)]
}

/** As the kernel has it: `Z` for one that nobody has asked after. */
function stateOf(pid) {
  return /^\d+ \(.*\) (\w)/s.exec(read(`/proc/${pid}/stat`))?.[1]
}

function read(path) {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}

function list(path) {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}

function median(values) {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}

function mebibytes(kibibytes) {
  return `${(kibibytes / 1024).toFixed(0)} MiB`
}
