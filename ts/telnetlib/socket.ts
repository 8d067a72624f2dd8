// The socket of a Telnet instance: what Python's has of it that programs use. Each call waits; times are seconds, as there.

import { isIP } from 'node:net'
import { NativeHub, NativeSocket } from '../binding.js'
import { fromSystem, type SystemError, TelnetError } from '../errors.js'
import { heedsInterrupts } from '../interrupts.js'
import { bytesOf, checkCount, checkSeconds } from './arguments.js'

/** Received from the system at once, whatever is asked for: a multiple of what the class asks for, as which it is handed out. */
const AHEAD = 65_500

export class TelnetSocket {
  readonly #native: InstanceType<typeof NativeSocket>
  readonly #milliseconds: number | null
  readonly #memory = Buffer.allocUnsafeSlow(AHEAD)
  #start = 0
  #end = 0
  /** The first byte at or behind this place is special; -1: nobody has looked. */
  #plainEnd = -1
  /** Told by the system once, while there was something to hand out first. */
  #failure: TelnetError | null = null

  private constructor(native: InstanceType<typeof NativeSocket>, milliseconds: number | null) {
    this.#native = native
    this.#milliseconds = milliseconds
  }

  /** @param timeout seconds for this and each later call; none: as long as it takes */
  static connect(host: string, port: number, timeout: number | null): TelnetSocket {
    const milliseconds = timeout === null ? null : timeout * 1000
    try {
      const addresses = isIP(host) ? [host] : NativeHub.resolve(host, milliseconds)
      return new TelnetSocket(NativeSocket.connect(addresses, port, milliseconds, heedsInterrupts()), milliseconds)
    } catch (error) {
      throw fromSystem(`Cannot connect to ${host} port ${port}`, error as SystemError, { address: host, port })
    }
  }

  /** Waits for something, and returns at most `count` bytes of it; none: the peer has ended. What is returned is good until the next call. */
  recv(count: number): Buffer {
    checkCount(count)
    if (this.#start === this.#end) this.#refill()
    else if (this.#end - this.#start < count) this.#topUp()
    return this.ahead(count)
  }

  /** Waits for more when all was handed out. Where that throws, nothing is there, and what was handed out stays so. */
  #refill(): void {
    this.#start = this.#end = 0
    this.#plainEnd = -1
    if (this.#failure !== null) {
      const failure = this.#failure
      this.#failure = null
      throw failure
    }
    this.#end = call(() => this.#native.receive(this.#memory, this.#milliseconds, heedsInterrupts()))
  }

  /** Takes in what has come beyond what is there: to who asks, it is one stream. A failure comes behind what is there. */
  #topUp(): void {
    this.#memory.copyWithin(0, this.#start, this.#end)
    this.#end -= this.#start
    this.#start = 0
    this.#plainEnd = -1
    if (this.#failure !== null) return
    try {
      const received = call(() => this.#native.tryReceive(this.#memory.subarray(this.#end)))
      if (received > 0) this.#end += received
    } catch (error) {
      this.#failure = error as TelnetError
    }
  }

  /** True if `recv` would not wait, or not longer than so many seconds; `null`: as long as it takes. */
  isReadable(timeout: number | null): boolean {
    checkSeconds(timeout)
    if (this.#start < this.#end || this.#failure !== null) return true
    const milliseconds = timeout === null ? null : Math.max(timeout * 1000, 0)
    return call(() => this.#native.waitReadable(milliseconds, heedsInterrupts()))
  }

  /** Bytes that were received and not yet asked for, up to one of the special ones (the same at each call), the last one excepted. */
  plain(special: readonly number[]): Buffer {
    const end = Math.min(this.#endOfPlain(special), this.#end - 1)
    return this.#memory.subarray(this.#start, Math.max(this.#start, end))
  }

  /** How many of the bytes that were received and not yet asked for come before a special one. */
  plainLength(special: readonly number[]): number {
    return this.#endOfPlain(special) - this.#start
  }

  /** Where `needle` stands in what was received and not yet asked for; -1: not within the first so many bytes. */
  find(needle: Uint8Array, within: number): number {
    const at = this.#memory.indexOf(needle, this.#start) - this.#start
    return at >= 0 && at + needle.length <= within ? at : -1
  }

  /** Copies bytes that were received, `from` to before `to`, behind others. */
  copy(into: Buffer, at: number, from: number, to: number): void {
    this.#memory.copy(into, at, this.#start + from, this.#start + to)
  }

  /** True if what was received begins with these. */
  startsWith(bytes: Uint8Array, from: number): boolean {
    for (let index = from; index < bytes.length; index++) {
      if (this.#memory[this.#start + index - from] !== bytes[index]) return false
    }
    return true
  }

  #endOfPlain(special: readonly number[]): number {
    if (this.#plainEnd < this.#start) {
      this.#plainEnd = special.reduce((end, byte) => {
        const at = this.#memory.subarray(this.#start, end).indexOf(byte)
        return at === -1 ? end : this.#start + at
      }, this.#end)
    }
    return this.#plainEnd
  }

  /** Takes of what was received and not yet asked for as much as there is, at most `count`. It is good until the next call. */
  ahead(count: number): Buffer {
    const end = Math.min(this.#start + count, this.#end)
    const bytes = this.#memory.subarray(this.#start, end)
    this.#start = end
    return bytes
  }

  /** Skips so many of the bytes that were received, as many of which there are. */
  skip(count: number): void {
    this.#start += count
  }

  /** Waits until something can be received (1), or was typed (2), or both (3). */
  waitEither(): number {
    if (this.#start < this.#end || this.#failure !== null) return 1
    return call(() => this.#native.waitEither(heedsInterrupts()))
  }

  sendall(bytes: Uint8Array): void {
    const sent = bytesOf(bytes)
    call(() => this.#native.send(sent, this.#milliseconds, heedsInterrupts()))
  }

  /** The file descriptor; -1 when it is closed, and on Windows. */
  fileno(): number {
    return this.#native.number()
  }

  close(): void {
    this.#native.close()
  }
}

/** What the addon throws is made ours. */
function call<Result>(run: () => Result): Result {
  try {
    return run()
  } catch (error) {
    const { code = 'TELNET_INTERNAL', message } = error as SystemError & Error
    throw new TelnetError(code, code.startsWith('TELNET_') ? message : `The connection failed: ${message} (${code})`)
  }
}
