// Where the lines about many servers go. A file is only ever appended to: what it has from before is read, so that nobody is looked at
// twice, and a last line that was cut off, as by a power failure, is taken out.

import { closeSync, createReadStream, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs'
import { isReaderGone, sentence, streamError, UsageError } from './report.js'

/** Bytes of a line: a document has some hundred thousand at most. */
const LONGEST = 16 * 2 ** 20

const LF = 0x0a

export class Output {
  readonly #descriptor: number | undefined
  readonly #known: ReadonlySet<string>

  private constructor(descriptor: number | undefined, known: ReadonlySet<string>) {
    this.#descriptor = descriptor
    this.#known = known
  }

  /**
   * @param path of a file; undefined: standard output
   * @throws UsageError
   */
  static async open(path: string | undefined): Promise<Output> {
    if (path === undefined) return new Output(undefined, new Set())
    let descriptor: number | undefined
    try {
      descriptor = openSync(path, 'a+')
      return new Output(descriptor, await readLines(path, descriptor))
    } catch (error) {
      if (descriptor !== undefined) closeSync(descriptor)
      throw new UsageError(`--output ${path}: ${sentence(error).replace(/, open '.*/, '')}`, { cause: error })
    }
  }

  /** What is written is not looked at again, when it is started again. */
  get isKept(): boolean {
    return this.#descriptor !== undefined
  }

  /** There is a line about that server already. */
  has({ host, port }: { host: string; port: number }): boolean {
    return this.#known.has(keyOf(host, port))
  }

  /** Writes a line, whole: nobody sees a part of one. */
  async write(line: string): Promise<void> {
    if (this.#descriptor === undefined) return writeOut(`${line}\n`)
    try {
      for (let rest = Buffer.from(`${line}\n`); rest.length > 0; )
        rest = rest.subarray(writeSync(this.#descriptor, rest))
    } catch (error) {
      throw streamError('The output cannot be written', error as NodeJS.ErrnoException)
    }
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor)
  }
}

/** Which servers there are lines about. What is cut off at the end is mended. */
async function readLines(path: string, descriptor: number): Promise<Set<string>> {
  const known = new Set<string>()
  let [number, whole] = [0, 0]
  let rest = Buffer.alloc(0)
  if (!fstatSync(descriptor).isFile()) return known
  for await (const chunk of createReadStream(path)) {
    rest = Buffer.concat([rest, chunk])
    for (let end = rest.indexOf(LF); end !== -1; end = rest.indexOf(LF)) {
      number++
      known.add(keyIn(rest.toString('utf8', 0, end), number))
      whole += end + 1
      rest = rest.subarray(end + 1)
    }
    if (rest.length > LONGEST) throw new Error(`line ${number + 1} is longer than any of ours; name another file`)
  }
  if (rest.length === 0) return known
  const text = rest.toString()
  const key = tried(() => keyIn(text, number + 1))
  if (key === undefined) {
    // What a file has that is none of ours is not thrown away.
    if (!isCutOff(text)) throw notOurs(number + 1)
    ftruncateSync(descriptor, whole)
  } else {
    writeSync(descriptor, '\n')
    known.add(key)
  }
  return known
}

/** It is the beginning of a line of ours, and not all of one. */
function isCutOff(text: string): boolean {
  if (tried(() => JSON.parse(text)) !== undefined) return false
  return BEGINNINGS.some((beginning) => text.startsWith(beginning) || beginning.startsWith(text))
}

/** Names stand in the order of the alphabet. */
const BEGINNINGS = ['{"error":{', '{"server-probe":{']

function keyIn(line: string, number: number): string {
  const document = tried(() => JSON.parse(line)) as { sessions?: { host?: unknown; port?: unknown }[] } | undefined
  const { host, port } = document?.sessions?.[0] ?? {}
  if (typeof host !== 'string' || typeof port !== 'number') throw notOurs(number)
  return keyOf(host, port)
}

function notOurs(number: number): Error {
  return new Error(`line ${number} is about no server; name another file`)
}

function keyOf(host: string, port: number): string {
  return `${host.toLowerCase()} ${port}`
}

function tried<Value>(read: () => Value): Value | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}

/** Writes to standard output, as fast as the reader takes it. Who reads no more has enough. */
export function writeOut(text: string): Promise<void> {
  // Who wrote is told below; without a listener it would come up once more as an error that nobody caught, and before that.
  if (process.stdout.listenerCount('error') === 0) process.stdout.on('error', () => {})
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => {
      if (error && isReaderGone(error)) process.exit(0)
      else if (error) reject(streamError('Standard output cannot be written', error))
      else resolve()
    })
  })
}
