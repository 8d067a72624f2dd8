// Which variables a server asks for (NEW-ENVIRON, RFC 1572): the session answers by itself and tells nobody, so they are read from
// what comes over the wire.
//
//     IAC SB NEW-ENVIRON  SEND=1  [ VAR=0 | USERVAR=3  name… ]…  IAC SE

import { Command, Option } from '../constants.js'
import type { JsonObject } from './document.js'

const { IAC, SB, SE, WILL, DONT } = Command

/** Bytes of a request that are looked at. */
const LONGEST = 4_096

const SEND = 1
const VAR = 0
const VALUE = 1
const USERVAR = 3

type State = 'data' | 'command' | 'verb' | 'option' | 'payload' | 'payloadCommand'

export class EnvironRequests {
  #state: State = 'data'
  #payload: number[] = []
  #last: Buffer | undefined

  /** What the server asked for last, as documents have it; `undefined`: it has not asked. */
  get last(): JsonObject[] | undefined {
    return this.#last && readNames(this.#last)
  }

  /** Takes what comes, as it stands on the wire. */
  see(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; at++) {
      if (this.#state === 'data') {
        at = bytes.indexOf(IAC, at)
        if (at === -1) return
        this.#state = 'command'
      } else this.#state = this.#next(bytes[at]!)
    }
  }

  #next(byte: number): State {
    switch (this.#state) {
      case 'command':
        if (byte === SB) return 'option'
        return byte >= WILL && byte <= DONT ? 'verb' : 'data'
      case 'option':
        this.#payload = []
        return byte === Option.NEW_ENVIRON ? 'payload' : 'data'
      case 'payload':
        if (byte === IAC) return 'payloadCommand'
        return this.#keep(byte)
      case 'payloadCommand':
        if (byte === IAC) return this.#keep(byte)
        if (byte === SE && this.#payload[0] === SEND) this.#last = Buffer.from(this.#payload.slice(1))
        return 'data'
      default:
        return 'data'
    }
  }

  #keep(byte: number): State {
    if (this.#payload.length < LONGEST) this.#payload.push(byte)
    return 'payload'
  }
}

/** A kind without a name asks for all variables of that kind, and nothing for all of both. */
function readNames(payload: Buffer): JsonObject[] {
  if (payload.length === 0) return [everything('VAR'), everything('USERVAR')]
  const asked: JsonObject[] = []
  for (let at = 0; at < payload.length; ) {
    const kind = payload[at]
    let end = at + 1
    while (end < payload.length && payload[end] !== VAR && payload[end] !== USERVAR) end++
    if (kind === VAR || kind === USERVAR)
      asked.push(readName(kind === VAR ? 'VAR' : 'USERVAR', payload.subarray(at + 1, end)))
    at = end
  }
  return asked
}

/** Some give a value with the name, and some have other bytes behind it. */
function readName(type: string, bytes: Buffer): JsonObject {
  if (bytes.length === 0) return everything(type)
  const split = bytes.indexOf(VALUE)
  const [name, value] = split === -1 ? [bytes, ''] : [bytes.subarray(0, split), bytes.toString('hex', split + 1)]
  const [text = ''] = /^[ -~]*/.exec(name.toString('latin1')) ?? []
  return { type, name: text, ...(value !== '' && { value_hex: value }) }
}

function everything(type: string): JsonObject {
  return { type, name: '*' }
}
