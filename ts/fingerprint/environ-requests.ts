// Which variables a server asks for (NEW-ENVIRON, RFC 1572): the session answers by itself and tells nobody, so they are read from
// what comes over the wire.
//
//     IAC SB NEW-ENVIRON  SEND=1  [ VAR=0 | USERVAR=3  name… ]…  IAC SE

import { Option } from '../constants.js'
import { Scanner } from '../scanner.js'
import type { JsonObject } from './document.js'

/** Bytes of a request that are looked at. */
const LONGEST = 4_096

const SEND = 1
const VAR = 0
const VALUE = 1
const USERVAR = 3

export class EnvironRequests {
  #last: Buffer | undefined

  readonly #scanner = new Scanner(
    {
      onSubnegotiation: (option, payload) => {
        if (option === Option.NEW_ENVIRON && payload[0] === SEND) this.#last = payload.subarray(1)
      },
    },
    LONGEST,
  )

  /** What the server asked for last, as documents have it; `undefined`: it has not asked. */
  get last(): JsonObject[] | undefined {
    return this.#last && readNames(this.#last)
  }

  /** Takes what comes, as it stands on the wire. */
  see(bytes: Buffer): void {
    this.#scanner.take(bytes)
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
