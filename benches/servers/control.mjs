// What the Node servers share: the greeting, the word to the runner, and the things they do with what comes.
//
// A server gets its mode as its argument (`echo`, `text`: echo through strings, `broadcast`: each line to everybody,
// `guarded`: echo with every guard on, where there are any, `tls`: under TLS, to whoever says something as much as is
// taken, `mccp`: compressed, a line to whoever says `say`, and to whoever says `pour` as much as is taken), listens on a port of the system's choice, prints it as one line of JSON, and ends with its standard input. A line
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
export function pour(output, block = Buffer.alloc(64 * 1024, 'All work and no play makes Jack a dull boy.\r\n')) {
  const go = () => {
    while (!output.destroyed && output.write(block));
  }
  output.on('drain', go)
  go()
}

/** Tells a story: a line of it to whoever says `say`, as much as is taken to whoever says `pour`. */
export function tell(input, output = input) {
  const lines = theStory()
  let at = 0
  input.on('data', (chunk) => {
    if (chunk[0] === P) return pour(output, Buffer.from(lines.join('')))
    output.write(lines[at])
    at = (at + 1) % lines.length
  })
}

const P = 'p'.charCodeAt(0)

let told

/** The same for all. */
function theStory() {
  told ??= story()
  return told
}

/** A thousand lines of some 80 bytes, which compress about as well as what MUDs say. */
function story() {
  const words =
    'a an and are arrow beyond bolt corridor crumbling dark door east exit from goblin gold guard hall hits here in is it key lamp leads light locked looks low map misses north of old on opens out passage room rusty says she shadow silver slowly south stairs stands sword table the there thing to torch troll up wall weary west with you'
  const all = words.split(' ')
  let seed = 1
  const random = (below) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
    return (seed >>> 8) % below
  }
  return Array.from({ length: 1_000 }, (_, at) => {
    const said = Array.from({ length: 10 + random(8) }, () => all[random(all.length)])
    return `${said.join(' ')}. (${random(100)}/${100 + (at % 100)}hp)\r\n`
  })
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
