// What blocking reads come to: a stream of records, each read up to its mark, by Python's telnetlib, by our class of that name, and by
// the blocking form of a session. Each reader is a process of its own, whose start counts.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'

const MARK = '> '
const reader = (name) => fileURLToPath(new URL(`readers/${name}`, import.meta.url))

/** What one reads. Python's appends to one string piece by piece, so that long records cost it the square of their length. */
const RECORDS = [
  { title: 'records of 80 bytes', length: 80 },
  { title: 'records of 8,000 bytes', length: 8_000 },
]

/** Who reads, and how many megabytes: Python would take minutes for what the others read in seconds. */
const READERS = [
  {
    title: "Python's telnetlib (P)",
    command: [process.env.TELNETKIT_TEST_PYTHON ?? 'python3', reader('python.py')],
    share: 0.05,
  },
  { title: 'telnetkit/telnetlib', command: [process.execPath, reader('telnetlib.mjs')], share: 1 },
  { title: 'telnetkit/sync', command: [process.execPath, reader('sync.mjs')], share: 1 },
]

/** Prints MB/s, and the ratio to Python's. */
export async function blocking({ rounds, megabytes = 100 }) {
  for (const { title, length } of RECORDS) {
    console.log(`\nBlocking reads, readUntil over ${megabytes} MB, ${title}  [blocking]`)
    const found = READERS.map(() => [])
    for (let round = 0; round < rounds; round++) {
      for (const [index, { command, share }] of READERS.entries()) {
        found[index].push(await read(command, length, megabytes * share))
      }
    }
    const medians = found.map((speeds) => speeds.sort((one, other) => one - other)[speeds.length >> 1])
    for (const [index, { title }] of READERS.entries()) {
      const [speed, base] = [medians[index], medians[0]]
      console.log(`  ${title.padEnd(26)}${speed.toFixed(1).padStart(8)} MB/s${(speed / base).toFixed(1).padStart(8)} P`)
    }
  }
}

async function read([file, ...words], length, megabytes) {
  const record = `${'what a router says when it is asked for all it knows '.repeat(200).slice(0, length - MARK.length)}${MARK}`
  const records = Math.ceil((megabytes * 1e6) / length)
  const server = createServer((socket) => pour(socket, record, records)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const start = performance.now()
  const child = spawn(file, [...words, String(server.address().port), MARK], { stdio: ['ignore', 'pipe', 'inherit'] })
  let told = ''
  child.stdout.on('data', (text) => {
    told += text
  })
  const [code] = await once(child, 'close')
  const seconds = (performance.now() - start) / 1000
  server.close()
  if (code !== 0 || Number(told) !== records) throw new Error(`${words[0]}: exit ${code}, ${told.trim()} of ${records}`)
  return (records * length) / 1e6 / seconds
}

async function pour(socket, record, records) {
  socket.on('error', () => {})
  const together = Math.ceil(65_536 / record.length)
  const piece = Buffer.from(record.repeat(together))
  let left = records
  for (; left >= together && !socket.destroyed; left -= together) {
    if (!socket.write(piece)) await once(socket, 'drain')
  }
  socket.write(`${record.repeat(left)}end${MARK}`)
}
