// The methods of Telnet by Python's names. The class calls these itself, and they call the others, so that a subclass may
// override either.

import type { TelnetSocket } from './socket.js'

/** A string stands for its bytes in Latin-1. */
export type Bytes = string | Uint8Array

/**
 * Called for each command that comes, in place of all answers: with the socket, the command, and the option, or `NOOPT` where it
 * has none. On `SE`, `readSbData()` has what stood between.
 */
export type OptionCallback = (socket: TelnetSocket | null, command: number, option: number) => void

export abstract class PythonNames {
  abstract setDebuglevel(level: number): void
  abstract getSocket(): TelnetSocket | null
  abstract readUntil(match: Bytes, timeout?: number | null): Buffer
  abstract readAll(): Buffer
  abstract readSome(): Buffer
  abstract readVeryEager(): Buffer
  abstract readEager(): Buffer
  abstract readLazy(): Buffer
  abstract readVeryLazy(): Buffer
  abstract readSbData(): Buffer
  abstract setOptionNegotiationCallback(callback: OptionCallback | null): void
  abstract processRawq(): void
  abstract rawqGetchar(): number
  abstract fillRawq(): void
  abstract sockAvail(): boolean
  abstract mtInteract(): void

  set_debuglevel(level: number): void {
    this.setDebuglevel(level)
  }

  get_socket(): TelnetSocket | null {
    return this.getSocket()
  }

  read_until(match: Bytes, timeout?: number | null): Buffer {
    return this.readUntil(match, timeout)
  }

  read_all(): Buffer {
    return this.readAll()
  }

  read_some(): Buffer {
    return this.readSome()
  }

  read_very_eager(): Buffer {
    return this.readVeryEager()
  }

  read_eager(): Buffer {
    return this.readEager()
  }

  read_lazy(): Buffer {
    return this.readLazy()
  }

  read_very_lazy(): Buffer {
    return this.readVeryLazy()
  }

  read_sb_data(): Buffer {
    return this.readSbData()
  }

  set_option_negotiation_callback(callback: OptionCallback | null): void {
    this.setOptionNegotiationCallback(callback)
  }

  process_rawq(): void {
    this.processRawq()
  }

  rawq_getchar(): number {
    return this.rawqGetchar()
  }

  fill_rawq(): void {
    this.fillRawq()
  }

  sock_avail(): boolean {
    return this.sockAvail()
  }

  mt_interact(): void {
    this.mtInteract()
  }
}
