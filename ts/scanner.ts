// A stream of Telnet taken apart (RFC 854, RFC 855), for who looks on from the side: what a peer negotiates first, what a server asks
// for, the personas. Sessions are read by the Rust core, which this shares nothing with.

import { Command } from './constants.js'

const { IAC, SB, SE, WILL, DONT, EOF } = Command

/** Hears what is in a stream, in its order. What nobody wants to hear of is passed over. */
export interface ScanListener {
  /** Data, 255 single. */
  onData?(data: Buffer): void
  /** `verb` is WILL, WONT, DO or DONT. */
  onNegotiation?(verb: number, option: number): void
  /** A subnegotiation that has its end, 255 single. */
  onSubnegotiation?(option: number, payload: Buffer): void
  /** A command that stands alone. */
  onCommand?(command: number): void
}

/** Bytes of a subnegotiation that are kept; what is longer is told cut. */
const LONGEST = 65_536

/** Takes a stream apart, cut wherever it may be: each byte is looked at once. */
export class Scanner {
  readonly #listener: ScanListener
  readonly #longest: number
  #state: State = 'data'
  #verb = 0
  #option = 0
  #payload: number[] = []

  /** @param longest bytes of a subnegotiation that are kept */
  constructor(listener: ScanListener, longest = LONGEST) {
    this.#listener = listener
    this.#longest = longest
  }

  take(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; at++) {
      if (this.#state !== 'data') {
        this.#state = this.#next(bytes[at]!)
        continue
      }
      const iac = bytes.indexOf(IAC, at)
      const end = iac === -1 ? bytes.length : iac
      if (end > at) this.#listener.onData?.(bytes.subarray(at, end))
      if (iac !== -1) this.#state = 'command'
      at = end
    }
  }

  #next(byte: number): State {
    switch (this.#state) {
      case 'option':
        this.#listener.onNegotiation?.(this.#verb, byte)
        return 'data'
      case 'sub':
        // Without an option there is none.
        if (byte === IAC) return 'command'
        this.#option = byte
        this.#payload = []
        return 'payload'
      case 'payload':
        return byte === IAC ? 'payloadCommand' : this.#keep(byte)
      case 'payloadCommand':
        return this.#payloadCommand(byte)
      default:
        return this.#command(byte)
    }
  }

  #command(code: number): State {
    if (code === IAC) this.#listener.onData?.(Buffer.of(IAC))
    else if (code === SB) return 'sub'
    else if (code < WILL || code > DONT) this.#listener.onCommand?.(code)
    else {
      this.#verb = code
      return 'option'
    }
    return 'data'
  }

  #payloadCommand(byte: number): State {
    if (byte === IAC) return this.#keep(IAC)
    if (byte === SE) {
      this.#listener.onSubnegotiation?.(this.#option, Buffer.from(this.#payload))
      this.#payload = []
      return 'data'
    }
    // Any other command breaks it off; before what is no command a 255 is payload.
    if (byte >= EOF) return this.#command(byte)
    this.#keep(IAC)
    return this.#keep(byte)
  }

  #keep(byte: number): State {
    if (this.#payload.length < this.#longest) this.#payload.push(byte)
    return 'payload'
  }
}

type State = 'data' | 'command' | 'option' | 'sub' | 'payload' | 'payloadCommand'
