// Bytes of a Telnet stream in words, for logs: `IAC DO NAWS`, `IAC SB NAWS 0 80 0 24 IAC SE`, `"Hello\r\n"`. What a person reads
// here can be written into a transcript of the tests as it stands.

import { Command, Option } from './constants.js'

/** Bytes of data in a line. */
const LINE = 64

const { IAC, SB, SE, WILL, DONT, EOF } = Command

/**
 * Makes a function that describes a stream, piece by piece, as lines. What is cut off at the end of a piece is described with
 * the next one.
 *
 * ```js
 * const describe = { in: describeWire(), out: describeWire() }
 * const trace = (direction, bytes) => describe[direction](bytes).forEach((line) => console.log(direction, line))
 * const session = await connect({ port: 23, trace })
 * ```
 *
 * A stream has a state, so each direction of a session wants a function of its own.
 */
export function describeWire(): (bytes: Uint8Array) => string[] {
  let rest = Buffer.alloc(0)
  return (bytes) => {
    const lines: string[] = []
    const stream = Buffer.concat([rest, bytes])
    let at = 0
    while (at < stream.length) {
      const length = stream[at] === IAC ? commandLength(stream, at) : dataLength(stream, at)
      // A command that never ends is not kept for ever.
      if (length === 0 && stream.length - at < MOST_KEPT) break
      const end = at + (length || stream.length - at)
      lines.push(stream[at] === IAC ? command(stream.subarray(at, end)) : data(stream.subarray(at, end)))
      at = end
    }
    rest = stream.subarray(at)
    return lines
  }
}

/** The longest command of which the end is waited for. */
const MOST_KEPT = 64 * 1024

/** Up to IAC, the end of a line, or as much as a line here holds; a doubled IAC is data. */
function dataLength(stream: Buffer, start: number): number {
  for (let at = start; at < stream.length; at++) {
    if (at - start >= LINE || (stream[at] === IAC && at > start)) return at - start
    if (stream[at] === LF) return at + 1 - start
  }
  return stream.length - start
}

/** Of the command that begins there; 0: its end is not there yet. */
function commandLength(stream: Buffer, start: number): number {
  const code = stream[start + 1]
  if (code === undefined) return 0
  if (code >= WILL && code <= DONT) return stream.length - start < 3 ? 0 : 3
  if (code !== SB) return 2
  for (let at = start + 2; at + 1 < stream.length; at++) {
    if (stream[at] !== IAC) continue
    if (stream[at + 1] === SE) return at + 2 - start
    // Another command breaks the subnegotiation off. Doubled it is payload, and so before what is no command.
    if (stream[at + 1]! >= EOF && stream[at + 1] !== IAC) return at - start
    at++
  }
  return 0
}

function command(bytes: Buffer): string {
  const [, code = 0, option, ...payload] = bytes
  if (code === IAC) return '"\\xff"'
  if (code < EOF) return `IAC ${code}`
  const words = ['IAC', commandNames.get(code)]
  if (option !== undefined) words.push(optionNames.get(option) ?? String(option), ...payloadWords(payload))
  return words.join(' ')
}

/** Numbers, text where several letters stand together, and IAC with what follows it by name. */
function payloadWords(payload: readonly number[]): string[] {
  const words: string[] = []
  for (let at = 0; at < payload.length; ) {
    const letters = payload.slice(at).findIndex((byte) => byte < 0x20 || byte > 0x7e)
    const run = letters === -1 ? payload.length - at : letters
    if (run > 1) {
      words.push(quoted(Buffer.from(payload.slice(at, at + run))))
      at += run
    } else if (payload[at] === IAC && commandNames.has(payload[at + 1] ?? 0)) {
      words.push('IAC', commandNames.get(payload[at + 1]!)!)
      at += 2
    } else {
      words.push(String(payload[at]))
      at++
    }
  }
  return words
}

function data(bytes: Buffer): string {
  return quoted(bytes)
}

function quoted(bytes: Buffer): string {
  const text = bytes.toString('latin1').replace(/[\0-\x1f"\\\x7f-\xff]/g, (character) => {
    const code = character.charCodeAt(0)
    return ESCAPES[character] ?? `\\x${code.toString(16).padStart(2, '0')}`
  })
  return `"${text}"`
}

const LF = 10

const ESCAPES: Readonly<Record<string, string>> = { '\r': '\\r', '\n': '\\n', '\0': '\\0', '"': '\\"', '\\': '\\\\' }

const commandNames: ReadonlyMap<number, string> = new Map(Object.entries(Command).map(([name, code]) => [code, name]))

const optionNames: ReadonlyMap<number, string> = new Map(Object.entries(Option).map(([name, code]) => [code, name]))
