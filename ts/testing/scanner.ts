// A Telnet scanner of the personas' own: what plays a stranger shares nothing with what is tested against it.

import { Command } from '../constants.js'

const { IAC, SB, SE, WILL, DONT } = Command

/** What hears a stream. */
export interface Listener {
  onData(data: Buffer): void
  onNegotiation(verb: number, option: number): void
  onSubnegotiation(option: number, payload: Buffer): void
  onCommand(command: number): void
}

/** Bytes of a command that has no end are kept up to here; then it is heard no more of. */
const MOST_KEPT = 64 * 1024

/** Takes a stream apart, cut wherever it may be. */
export class Scanner {
  readonly #listener: Listener
  #rest = Buffer.alloc(0)

  constructor(listener: Listener) {
    this.#listener = listener
  }

  take(bytes: Buffer): void {
    let stream = Buffer.concat([this.#rest, bytes])
    for (let length = 1; length > 0 && stream.length > 0; stream = stream.subarray(length)) {
      const at = stream.indexOf(IAC)
      length = at === 0 ? this.#command(stream) : at === -1 ? stream.length : at
      if (at !== 0) this.#listener.onData(stream.subarray(0, length))
    }
    this.#rest = stream.length > MOST_KEPT ? Buffer.alloc(0) : stream
  }

  /** Hears the command that begins there. Returns its length; 0 if its end is not there yet. */
  #command(stream: Buffer): number {
    const [, code, option] = stream
    if (code === undefined) return 0
    if (code === IAC) this.#listener.onData(stream.subarray(0, 1))
    else if (code === SB) return this.#subnegotiation(stream)
    else if (code < WILL || code > DONT) this.#listener.onCommand(code)
    else if (option === undefined) return 0
    else this.#listener.onNegotiation(code, option)
    return code >= WILL && code <= DONT ? 3 : 2
  }

  #subnegotiation(stream: Buffer): number {
    for (let at = stream.indexOf(IAC, 2); at !== -1; at = stream.indexOf(IAC, at + 2)) {
      if (stream[at + 1] !== SE) continue
      if (at > 2) this.#listener.onSubnegotiation(stream[2]!, undoubled(stream.subarray(3, at)))
      return at + 2
    }
    return 0
  }
}

function undoubled(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString('latin1').replaceAll('\xff\xff', '\xff'), 'latin1')
}
