// A program in a terminal of its own. node-pty starts it; from then on the terminal is read and written here, by descriptors of
// our own, because node-pty
// - destroys its socket 200 ms after the program ended, though a slow reader has not had the last output;
// - spins while a program that does not read leaves the terminal full, and queues without bound meanwhile;
// - lets the programs of later sessions inherit the terminal.
// Unix only.

import { closeSync } from 'node:fs'
import type { ConnectOpts, SocketConstructorOpts } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { ReadStream } from 'node:tty'
import { Command } from '#telnetkit'
import {
  duplicateTerminal,
  eraseCharacter,
  hidesInput,
  readTerminal,
  resizeTerminal,
  setEcho,
  specialCharacters,
} from '../ts/binding.js'
import { TerminalInput } from './terminal-input.js'

/** What is used of node-pty. It is optional, so its own types may be missing where this is compiled. */
export interface NodePty {
  spawn(file: string, args: string[], options: object): Spawned
}

interface Spawned {
  readonly pid: number
  readonly fd: number
  onExit(listener: (ending: { exitCode: number; signal?: number }) => void): void
  kill(signal?: string): void
  destroy(): void
}

export interface ProgramOptions {
  readonly file: string
  readonly args: readonly string[]
  readonly environment: Record<string, string>
  /** The folder that it begins in; undefined: ours. */
  readonly folder?: string | undefined
  /** Whether the terminal begins without editing lines and without echo, be it wanted or not. */
  readonly isRaw?: boolean
  readonly columns: number
  readonly rows: number
  /** Whether the terminal shows what is typed. The program may change it. */
  readonly echo: boolean
  /** Whether the terminal erases characters of UTF-8 rather than bytes. */
  readonly utf8: boolean
}

export interface Ending {
  readonly exitCode: number
  /** The signal that ended it; 0 for none. */
  readonly signal: number
}

/** More than a terminal can hold: what is read after its program has ended, lest another process that has it write for ever. */
const LAST_OUTPUT = 128 * 1024

/** What is handed over at once, beside what came first. More would keep the other sessions waiting. */
const BATCH = 16 * 4_095

/** Where less than this came, such as the echo of a key, there is nothing behind it, and to look would only take time. */
const FEW = 512

/** Milliseconds from one signal to the next, and for a program that let go of its terminal to end. */
const BETWEEN_SIGNALS = 100
const AFTER_OUTPUT = 1_000

/** From "the line is gone" to what nothing survives. */
const HANG_UP: readonly NodeJS.Signals[][] = [['SIGHUP'], ['SIGCONT'], ['SIGINT', 'SIGTERM'], ['SIGKILL']]

/** The commands that stand for keys (RFC 854, RFC 1184), in the order of `specialCharacters`. */
const KEY_COMMANDS: readonly (readonly number[])[] = [
  [Command.IP, Command.BRK],
  [Command.ABORT],
  [Command.SUSP],
  [Command.EOF],
  [Command.EC],
  [Command.EL],
]

export class Program {
  readonly pid: number
  /** Resolves when the program has ended and its last output was handed over. */
  readonly ended: Promise<Ending>
  /** What is typed. */
  readonly input: TerminalInput

  readonly #output: ReadStream
  readonly #onOutput: (bytes: Buffer) => void
  readonly #exited: Promise<Ending>
  #descriptor = -1
  /** The terminal would show what is typed, had it not been told to be silent. */
  #isSilenced: boolean

  /** Starts it. Throws where the system has no more processes or terminals. */
  constructor(pty: NodePty, options: ProgramOptions, onOutput: (bytes: Buffer) => void) {
    const { columns, rows, environment, folder, utf8 } = options
    const [file, args] = commandLine(options)
    const encoding = utf8 ? 'utf8' : null
    const spawned = pty.spawn(file, args, { cols: columns, rows, env: environment, cwd: folder, encoding })
    this.pid = spawned.pid
    try {
      this.#descriptor = duplicateTerminal(spawned.fd)
      if (!options.echo) setEcho(this.#descriptor, false)
      // Into memory of ours, and past the stream's queue: of a key's way to the program and back that was a tenth.
      const callback = (length: number) => this.#handOver(length, length < FEW ? 0 : BATCH)
      const reading: SocketConstructorOpts & ConnectOpts = { onread: { buffer: arrived, callback } }
      this.#output = new ReadStream(duplicateTerminal(spawned.fd), reading)
      // Destroying would hang up by a signal too, and the program is to live.
      spawned.kill = () => undefined
    } catch (error) {
      if (this.#descriptor >= 0) closeSync(this.#descriptor)
      throw error
    } finally {
      spawned.destroy()
    }

    this.#onOutput = onOutput
    this.#isSilenced = !options.echo
    this.#exited = new Promise((resolve) => {
      spawned.onExit(({ exitCode, signal = 0 }) => resolve({ exitCode, signal }))
    })
    this.input = new TerminalInput(this.#descriptor)
    this.ended = this.#run()
  }

  /** The terminal's descriptor, while it can take all that is typed; else null. */
  get descriptor(): number | null {
    return this.#descriptor < 0 || this.input.isFull ? null : this.#descriptor
  }

  /** The byte that erases a character, while the terminal edits lines; null while the program reads keys by itself. */
  get eraseCharacter(): number | null {
    return this.#descriptor < 0 ? null : eraseCharacter(this.#descriptor)
  }

  /** The key that a command of Telnet stands for, by the terminal's own settings (`stty`); null for none. */
  keyOf(command: number): string | null {
    const place = KEY_COMMANDS.findIndex((commands) => commands.includes(command))
    if (place < 0 || this.#descriptor < 0) return null
    const byte = specialCharacters(this.#descriptor)[place]
    return typeof byte === 'number' ? String.fromCharCode(byte) : null
  }

  /** Whether the program hides what is typed, as far as a terminal tells that was silenced. */
  get hidesInput(): boolean {
    return this.#descriptor >= 0 && hidesInput(this.#descriptor)
  }

  /** The terminal shows nothing of what is typed from now on, though its program wants it to. */
  silence(): void {
    if (this.#descriptor >= 0 && setEcho(this.#descriptor, false)) this.#isSilenced = true
  }

  /** It shows again what its program wants to be shown. */
  unsilence(): void {
    if (this.#descriptor >= 0 && this.#isSilenced) setEcho(this.#descriptor, true)
    this.#isSilenced = false
  }

  /** Holds the program's output back: the terminal fills, and then the program waits. */
  pause(): void {
    this.#output.pause()
  }

  resume(): void {
    if (!this.#output.destroyed) this.#output.resume()
  }

  /** What the program has written and was not handed over is lost. */
  discardOutput(): void {
    this.#readOn(0, LAST_OUTPUT)
  }

  resize(columns: number, rows: number): void {
    if (this.#descriptor >= 0) resizeTerminal(this.#descriptor, columns, rows)
  }

  /** The line is gone: closes the terminal and ends the program, gently at first. Others need not wait for it. */
  async hangUp(): Promise<void> {
    this.#close()
    let running = true
    void this.#exited.then(() => {
      running = false
    })
    for (const signals of HANG_UP) {
      for (const signal of signals) kill(this.pid, signal)
      await Promise.race([this.#exited, delay(BETWEEN_SIGNALS)])
      if (!running) return
    }
  }

  /** Ends it without a chance to say anything. */
  kill(): void {
    kill(this.pid, 'SIGKILL')
  }

  async #run(): Promise<Ending> {
    // Whether it ends or fails, which is how a terminal ends on Linux (EIO), there may be more in it: libuv takes a hang-up
    // after a short read for the end (seen with Node 20 on Linux 6).
    const outputEnded = new Promise<void>((resolve) => {
      this.#output.on('error', () => resolve())
      this.#output.on('close', () => resolve())
      this.#output.resume()
    })
    await Promise.race([this.#exited, outputEnded])
    this.#readRest()
    const hanging = setTimeout(() => void this.hangUp(), AFTER_OUTPUT)
    const ending = await this.#exited
    clearTimeout(hanging)
    this.#close()
    return ending
  }

  /** Hands over what the terminal still holds, without waiting for more. */
  #readRest(): void {
    if (this.#descriptor < 0) return
    this.#output.destroy()
    this.#handOver(0, LAST_OUTPUT)
  }

  /** Hands over what has arrived, and up to `most` bytes that the terminal has behind it. */
  #handOver(arrived: number, most: number): boolean {
    const length = most === 0 ? arrived : this.#readOn(arrived, most)
    if (length > 0) this.#onOutput(Buffer.from(scratch.subarray(0, length)))
    return true
  }

  /** Reads what the terminal holds just now, behind what has arrived. Returns the length of both. */
  #readOn(arrived: number, most: number): number {
    if (this.#descriptor < 0) return arrived
    return arrived + readTerminal(this.#descriptor, scratch.subarray(arrived, arrived + most))
  }

  #close(): void {
    if (this.#descriptor < 0) return
    this.input.close()
    this.#output.destroy()
    closeSync(this.#descriptor)
    this.#descriptor = -1
  }
}

/** What a terminal gives at once. */
const PAGE = 4_096

/** What is read stands here until it is copied, of one terminal after another. What its stream reads comes first. */
const scratch = Buffer.allocUnsafeSlow(PAGE + LAST_OUTPUT)
const arrived = scratch.subarray(0, PAGE)

/**
 * The terminal is set once more before the program starts, which may look at its settings first of all (readline does): who runs
 * first after a fork, we or it, nobody knows.
 */
function commandLine({ file, args, echo, isRaw = false }: ProgramOptions): [string, string[]] {
  if (echo && !isRaw) return [file, [...args]]
  const settings = isRaw ? '-echo -icanon' : '-echo'
  return ['/bin/sh', ['-c', `stty ${settings}; exec "$0" "$@"`, file, ...args]]
}

/** The program is the leader of its group; its jobs in groups of their own get SIGHUP from the kernel when the terminal closes. */
function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal)
  } catch {}
}
