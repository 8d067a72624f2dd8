// What the Node servers share: the greeting, the word to the runner, and the things they do with what comes.
//
// A server gets its mode as its argument (`echo`, `text`: echo through strings, `broadcast`: each line to everybody,
// `guarded`: echo with every guard on, where there are any, `tls`: under TLS, to whoever says something as much as is
// taken), listens on a port of the system's choice, prints it as one line of JSON, and ends with its standard input. A line
// there asks for a garbage collection and is answered when it is done. What the server costs is read from outside.

import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

export const mode = process.argv[2]

/** Sent as soon as a connection is ready for use; the load waits for it. */
export const GREETING = 'ready\r\n'

/** Tells the runner where this server listens, and obeys it from then on. */
export function announce(port) {
  console.log(JSON.stringify({ port }))
  createInterface({ input: process.stdin })
    .on('line', (line) => {
      globalThis.gc?.()
      console.log(JSON.stringify({ done: line }))
    })
    .on('close', () => process.exit(0))
}

/** Gives everything back, no faster than it is taken. */
export function echo(input, output = input) {
  input.on('data', (chunk) => {
    if (output.write(chunk)) return
    input.pause()
    output.once('drain', () => input.resume())
  })
}

/** The certificate and the key that the runner has made. */
export function identity() {
  const pem = readFileSync(process.env.TELNETKIT_BENCH_PEM)
  return { cert: pem, key: pem }
}

/** Writes as much as is taken, until it is closed. */
export function pour(output) {
  const block = Buffer.alloc(64 * 1024, 'All work and no play makes Jack a dull boy.\r\n')
  const go = () => {
    while (!output.destroyed && output.write(block));
  }
  output.on('drain', go)
  go()
}

/** Calls `each` with every line that comes, its line end included. */
export function onLines(input, each) {
  let rest = Buffer.alloc(0)
  input.on('data', (chunk) => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    let start = 0
    for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, start)) {
      each(bytes.subarray(start, end + 1))
      start = end + 1
    }
    rest = bytes.subarray(start)
  })
}
