// The client tools, as whoever uses one meets them: how long until it shows something, and how long a key takes to come back while text
// pours. One row a client; a run is a process of its own.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { delimiter, dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

const { bin } = createRequire(import.meta.url)('../package.json')
const tool = (name) => fileURLToPath(new URL(`../${bin[name]}`, import.meta.url))

const OURS = [process.execPath, tool('telnetkit-client')]
const python = process.env.TELNETKIT_TEST_PYTHON
const env = { ...process.env, LC_ALL: 'C.UTF-8', TERM: 'xterm' }
if (python) env.PATH = `${dirname(python)}${delimiter}${env.PATH}`
// What an environment has each Node do before anything else, such as to read certificates for 30 ms.
const { NODE_EXTRA_CA_CERTS, NODE_OPTIONS, ...bareEnv } = env

const ours = { name: 'telnetkit', title: 'telnetkit-client', command: OURS }
const telnetlib3 = { name: 'telnetlib3', title: 'telnetlib3-client', command: ['telnetlib3-client'] }
const inetutils = { name: 'inetutils', title: 'telnet of inetutils', command: ['inetutils-telnet'] }
const node = { name: 'N', title: 'node -e 0', command: [process.execPath, '-e', '0'] }

/** Milliseconds of a run, from start to what is waited for; both for a client and for Node alone. */
const milliseconds = (title, of) => ({ title, of, digits: 0, against: ['N'] })

const starting = {
  rounds: 10,
  clients: [node, ours, telnetlib3],
  columns: [milliseconds('first byte ms', (run) => run.first), milliseconds('CPU ms', (run) => run.cpu)],
  goals: [
    { column: 'first byte ms', against: 'N', atMost: 1.6 },
    { column: 'CPU ms', against: 'N', atMost: 1.6 },
  ],
}

export const clientBenchmarks = [
  {
    ...starting,
    name: 'client-start',
    title: 'From the start of a client to the first byte of the server on its output, and its CPU until it has ended',
    run: (command) => start(command, env),
  },
  {
    ...starting,
    name: 'client-start-bare',
    title: 'The same, where the environment has nothing for Node to do (NODE_EXTRA_CA_CERTS, NODE_OPTIONS)',
    run: (command) => start(command, bareEnv),
  },
  {
    name: 'client-echo-under-flood',
    title: 'A key of which the server shows the echo, while 20 MB of text scroll in a terminal that takes all at once',
    rounds: 3,
    clients: [ours, inetutils, telnetlib3],
    run: echoUnderFlood,
    columns: [
      { title: 'median ms', of: (run) => run.median, digits: 1, against: [] },
      { title: 'worst ms', of: (run) => run.worst, digits: 1, against: [] },
      { title: 'keys', of: (run) => run.keys, digits: 0, against: [] },
      { title: 'MB/s', of: (run) => run.rate, digits: 0, against: [] },
    ],
    goals: [{ column: 'worst ms', atMost: 50 }],
  },
]

/** Runs a benchmark, interleaved; those that are not installed say so in their row's place. */
export async function measureClients({ clients, run, rounds: usual }, rounds = usual) {
  const results = clients.map((server) => ({ server, runs: [] }))
  for (let round = 0; round < rounds; round++) {
    for (const { server, runs } of results) {
      runs.push(await run(server.command).catch((error) => ({ error: error.message })))
    }
  }
  return results
}

/** bash tells what a command cost, in milliseconds; Node does not know it of its children. */
const TIMED = 'TIMEFORMAT="%U %S"; time "$@" 2>/dev/null'

async function start(command, env) {
  const server = createServer((socket) => socket.on('error', () => undefined).end('hello\r\n'))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const where = command === node.command ? [] : ['127.0.0.1', String(server.address().port)]
  try {
    const since = performance.now()
    const child = spawn('bash', ['-c', TIMED, 'bash', ...command, ...where], { env, stdio: 'pipe' })
    let shown = ''
    let told = ''
    let first
    child.stdout.on('data', (text) => {
      shown += text
      if (shown.includes('hello')) first ??= performance.now() - since
    })
    child.stderr.on('data', (text) => {
      told += text
    })
    const [code] = await once(child, 'close')
    first ??= performance.now() - since
    if (code !== 0 || !(where.length === 0 || shown.includes('hello'))) throw new Error(`it ended with ${code}`)
    const [, user, system] = /([\d.]+) ([\d.]+)\s*$/.exec(told)
    return { first, cpu: (Number(user) + Number(system)) * 1_000 }
  } finally {
    server.close()
  }
}

const FLOOD = 20_000_000
const LINE = 'the quick brown fox jumps over the lazy dog, and the lazy dog lets it'

/** It waits for a key, pours, and ends; the terminal that it has shows keys at once, as terminals do. */
const POURING = `stty -icanon; echo ready; head -c 1 >/dev/null; yes '${LINE}' | head -c ${FLOOD}; echo; echo over; cat >/dev/null`

const KEY = 'K'

/** Milliseconds between an echo and the next key. */
const REST = 20

async function echoUnderFlood(command) {
  const pty = createRequire(import.meta.url)('node-pty')
  const flags = ['127.0.0.1', '0', '--loglevel', 'warn', '--pty-exec', 'sh', '--', '-c', POURING]
  const server = spawn(process.execPath, [tool('telnetkit-server'), ...flags], { stdio: ['ignore', 'pipe', 'inherit'] })
  let client
  try {
    const [ready] = await once(server.stdout.setEncoding('utf8'), 'data')
    const [file, ...args] = [...command, '127.0.0.1', /:(\d+)\n/.exec(ready)[1]]
    client = pty.spawn(file, args, { cols: 80, rows: 24, env, encoding: null })
    return await new Typing(client).run()
  } finally {
    client?.kill('SIGKILL')
    server.kill()
    await once(server, 'close')
  }
}

/** Types a key whenever the one before has come back and some time has passed, until the text is over. */
class Typing {
  #client
  #times = []
  #tail = ''
  #since
  #typed

  constructor(client) {
    this.#client = client
  }

  /** Resolves with what it took. */
  run() {
    return new Promise((resolve, reject) => {
      this.#client.onExit(() => reject(new Error('it ended by itself')))
      this.#client.onData((bytes) => {
        const text = this.#tail + bytes.toString('latin1')
        if (this.#since === undefined) this.#begin(text)
        else this.#look(text)
        if (text.includes('over\r\n'))
          this.#times.length > 0 ? resolve(this.#outcome) : reject(new Error('no key came back'))
        this.#tail = text.slice(-6).replaceAll(KEY, '')
      })
    })
  }

  #begin(text) {
    if (!text.includes('ready')) return
    this.#since = performance.now()
    this.#client.write(' ')
    setTimeout(() => this.#type(), REST)
  }

  #look(text) {
    if (this.#typed === undefined || !text.includes(KEY)) return
    this.#times.push(performance.now() - this.#typed)
    this.#typed = undefined
    setTimeout(() => this.#type(), REST)
  }

  #type() {
    this.#typed = performance.now()
    this.#client.write(KEY)
  }

  get #outcome() {
    const sorted = this.#times.toSorted((a, b) => a - b)
    const rate = FLOOD / 1_000 / (performance.now() - this.#since)
    return { median: sorted[sorted.length >> 1], worst: sorted.at(-1), keys: sorted.length, rate }
  }
}
