// How the tools report: the exit codes, an error as one line that says what to do, and the log.

import { openSync, writeSync } from 'node:fs'
import { isatty } from 'node:tty'
import { getSystemErrorMap } from 'node:util'
import { now } from '../ts/clock.js'
import { placeOf } from '../ts/place.js'

/** The exit codes. A tool that a signal ended gives 128 + the signal's number, as a shell would. */
export const Exit = { ok: 0, failed: 1, usage: 2 } as const

/** Ends a tool as a signal does that nobody catches; a listener for signals. What there is to put back, listeners of 'exit' do. */
export function endBy(_signal: NodeJS.Signals, number: number): never {
  process.exit(128 + number)
}

/** What was typed can't be meant. The message is a sentence without a full stop. */
export class UsageError extends Error {
  /** The tool whose help tells what can be meant, if that is not the one which runs. */
  tool?: string
}

/** How much is logged. Each level includes those before it. */
export const levels = ['error', 'warn', 'info', 'debug', 'trace'] as const

export type Level = (typeof levels)[number]

/** What an entry of the log has. */
export interface Entry {
  readonly time: Date
  readonly level: Level
  /** Of the tool. */
  readonly name: string
  readonly message: string
  /** What JSON has beside the words. */
  readonly more?: object | undefined
}

/** Makes a line of an entry, without its end. */
export type LineForm = (entry: Entry) => string

/** The time (UTC), the level, the message. */
const plainForm: LineForm = ({ time, level, message }) =>
  `${time.toISOString()} ${level.padEnd(5)} ${printable(message)}`

/** An object a line. */
const jsonForm: LineForm = ({ time, level, name, message, more }) =>
  JSON.stringify({ time: time.toISOString(), level, name, message: printable(message), ...more })

/** How a log is chosen by flags. */
export interface LogFlags {
  readonly loglevel: Level
  readonly logfile: string | undefined
  readonly logfileMode: FileMode
  readonly logfmt: LineForm | undefined
  readonly logFormat?: 'text' | 'json'
}

/** Whether a file goes on behind what stands in it, or begins anew. */
export const fileModes = ['append', 'rewrite'] as const

export type FileMode = (typeof fileModes)[number]

/**
 * Opens a file that a flag names, for writing.
 * @throws UsageError
 */
export function openFile(flag: string, path: string, mode: FileMode): number {
  try {
    return openSync(path, mode === 'append' ? 'a' : 'w')
  } catch (error) {
    throw new UsageError(`${flag} ${path}: ${sentence(error).replace(/, open '.*/, '')}`)
  }
}

/** A log: one line an entry. What JSON has beside the words is given with them. */
export class Log {
  /** What ends a line: CR LF while the terminal that shows it passes output on untouched. */
  lineEnd = '\n'

  /** For programs: no line for people stands between its lines. */
  readonly isJson: boolean

  readonly #name: string
  readonly #rank: number
  readonly #descriptor: number
  readonly #file: boolean
  readonly #form: LineForm

  /**
   * @param name of the tool
   * @throws UsageError
   */
  constructor(name: string, { loglevel, logfile, logfileMode, logfmt = plainForm, logFormat }: LogFlags) {
    this.#name = name
    this.isJson = logFormat === 'json'
    this.#rank = levels.indexOf(loglevel)
    this.#file = logfile !== undefined
    this.#descriptor = logfile === undefined ? 2 : openFile('--logfile', logfile, logfileMode)
    this.#form = this.isJson ? jsonForm : logfmt
  }

  /** True if it goes to standard error, and a terminal shows that. */
  get isOnScreen(): boolean {
    return !this.#file && isatty(2)
  }

  error(entry: string, more?: object): void {
    this.#write('error', entry, more)
  }

  warn(entry: string, more?: object): void {
    this.#write('warn', entry, more)
  }

  info(entry: string, more?: object): void {
    this.#write('info', entry, more)
  }

  debug(entry: string, more?: object): void {
    this.#write('debug', entry, more)
  }

  /** True if entries of that level are told. */
  tells(level: Level): boolean {
    return levels.indexOf(level) <= this.#rank
  }

  /** What goes over the wire. */
  wire(entry: string, more?: object): void {
    this.#write('trace', entry, more)
  }

  /** Why the tool ends. False if that is to stand on standard error yet, in words for a person. */
  lastWords(entry: string): boolean {
    if (this.#file || this.isJson) this.error(entry)
    return this.isJson && !this.#file
  }

  /** A line as it would be in the log, to be told elsewhere. */
  line(message: string, more?: object): string {
    return this.#form({ time: new Date(), level: 'info', name: this.#name, message, more })
  }

  /** Where an error arose, for who asked for as much. */
  stack(error: unknown): void {
    const stack = error instanceof Error ? error.stack : undefined
    for (const place of stack?.match(/^ +at .+$/gm) ?? []) this.debug(place.trim())
  }

  /** At once, so that the last words before an exit are not lost. A log that cannot be written stops nobody. */
  #write(level: Level, entry: string, more?: object): void {
    if (levels.indexOf(level) > this.#rank) return
    const line = this.#form({ time: new Date(), level, name: this.#name, message: entry, more })
    try {
      writeSync(this.#descriptor, line + (this.#file ? '\n' : this.lineEnd))
    } catch {}
  }
}

/** Milliseconds that a terminal or a pipe has to take what is written now. */
const PATIENCE = 250

/**
 * Writes at once, for last words: Node only queues what a terminal or a pipe doesn't take, and an exit loses it. One that takes
 * nothing at all keeps nobody waiting for long.
 */
export function writeNow(descriptor: number, text: string): void {
  const until = now() + PATIENCE
  for (let rest = Buffer.from(text); rest.length > 0 && now() < until; ) {
    try {
      rest = rest.subarray(writeSync(descriptor, rest))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10)
    }
  }
}

/** True if an error of writing means that the reader went away, as `head` does when it has enough. */
export function isReaderGone(error: NodeJS.ErrnoException): boolean {
  return error.code === 'EPIPE' || error.code === 'ECONNRESET'
}

/** The error of a stream of the tool's own that failed: `what` cannot be done, because of `error`. */
export function streamError(what: string, error: NodeJS.ErrnoException): Error {
  const [name, reason] = getSystemErrorMap().get(error.errno ?? 0) ?? []
  return new Error(`${what}: ${name === undefined ? error.message : `${reason} (${name})`}`, { cause: error })
}

/** Who is at the other end. */
interface Remote {
  readonly remoteAddress?: string | undefined
  readonly remotePort?: number | undefined
}

/** How JSON has who is at the other end. */
export function remoteOf({ remoteAddress, remotePort }: Remote): Remote {
  return { remoteAddress, remotePort }
}

/** How the log names who is at the other end. */
export function peerOf({ remoteAddress = '?', remotePort = 0 }: Remote): string {
  return remoteAddress.includes(':') ? `[${remoteAddress}]:${remotePort}` : `${remoteAddress}:${remotePort}`
}

/** An error in one line, without the stack. */
export function sentence(error: unknown): string {
  return printable(error instanceof Error && error.message !== '' ? error.message : String(error))
}

/** An error of somebody's module, in one line: what is wrong, and where. */
export function sentenceWithPlace(error: unknown): string {
  const place = placeOf(error)
  return place === undefined ? sentence(error) : `${sentence(error)}, at ${printable(place)}`
}

/** Text in one line that moves no cursor and paints nothing, whoever wrote it: controls are shown as `\x1b`. */
export function printable(text: string): string {
  return text.replace(/[\0-\x1f\x7f-\x9f\u2028\u2029]/g, (control) => {
    const code = control.charCodeAt(0)
    return code > 0xff ? `\\u${code.toString(16)}` : `\\x${code.toString(16).padStart(2, '0')}`
  })
}
