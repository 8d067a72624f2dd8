// A session as Node's terminal libraries want it: `session.tty` stands for `process.stdin` and `process.stdout` at once, so that
// readline, repl, prompts and full-screen programs run over Telnet as they are.
//
// Keys arrive as from a terminal: Enter is one CR in raw mode and one LF else, however the client sends it. A line is handed on at
// a time, and only while somebody wants it, so that what was typed ahead is there for the next who reads, be it the
// session itself. A terminal that hangs up is at its end; that it failed is for the session to tell.

import type { Direction } from 'node:readline'
import { Duplex } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import { Option } from './constants.js'
import { CR, cut, LF } from './held.js'
import type { Consumer } from './inflow.js'
import { keyOf } from './keys.js'
import type { Peer } from './peer.js'
import type { Reader } from './reader.js'
import type { Session } from './session.js'

/** Called when a write was taken. */
type Done = (error?: Error | null) => void

/** Keys, or bytes, that are handed on in one go. A program like readline may take twenty microseconds for each. */
const KEYS = 16

/** The size of a terminal that does not tell it. */
const COLUMNS = 80
const ROWS = 24

export class Tty extends Duplex {
  /** It is a terminal. */
  readonly isTTY = true
  /** Whether `setRawMode(true)` was called last. */
  isRaw = false

  readonly #session: Session<string | Buffer>
  readonly #reader: Reader
  readonly #keys: Consumer = { consume: () => this.#handOn(), end: () => this.push(null) }
  readonly #typed = new StringDecoder('utf8')
  readonly #written = new StringDecoder('utf8')
  /** The options that raw mode switched on. */
  #switched: number[] = []
  /** The stream has asked for more. */
  #isWanted = false
  #isHeld = false
  #onDrain: Done | null = null

  constructor(session: Session<string | Buffer>, reader: Reader) {
    super({ decodeStrings: false })
    this.#session = session
    this.#reader = reader
    session.on('resize', () => this.emit('resize'))
    session.on('command', (command) => this.#press(command))
    session.on('drain', () => this.#writeOn())
    session.on('close', () => this.#close())
    this.on('pause', () => this.#hold(true))
    this.on('resume', () => this.#hold(false))
  }

  /** The width of the client's window; 80 as long as it doesn't tell. */
  get columns(): number {
    return this.#session.peer.columns ?? COLUMNS
  }

  /** The height of the client's window; 24 as long as it doesn't tell. */
  get rows(): number {
    return this.#session.peer.rows ?? ROWS
  }

  /** The size of the client's window: columns, rows. */
  getWindowSize(): [columns: number, rows: number] {
    return [this.columns, this.rows]
  }

  /**
   * Raw mode: each key comes at once, and the client shows none of its own accord. For this ECHO and SGA are switched on at our
   * side if they are not on already; when raw mode ends, those that it switched on are switched off.
   */
  setRawMode(mode: boolean): this {
    this.isRaw = mode
    const { local } = this.#session
    if (mode) {
      const missing = [Option.ECHO, Option.SGA].filter((option) => !local.has(option))
      for (const option of missing) local.enable(option).catch(ignore)
      this.#switched.push(...missing)
    } else {
      for (const option of this.#switched) local.disable(option).catch(ignore)
      this.#switched = []
    }
    return this
  }

  /** How many bits of colour the client shows, by its terminal type and what else it told. */
  getColorDepth(): 1 | 4 | 8 | 24 {
    return colorDepth(this.#session.peer)
  }

  /** Whether the client shows so many colours. */
  hasColors(count = 16): boolean {
    return count <= 2 ** this.getColorDepth()
  }

  cursorTo(x: number, y?: number | (() => void), callback?: () => void): boolean {
    return typeof y === 'function'
      ? readline().cursorTo(this, x, undefined, y)
      : readline().cursorTo(this, x, y, callback)
  }

  moveCursor(dx: number, dy: number, callback?: () => void): boolean {
    return readline().moveCursor(this, dx, dy, callback)
  }

  clearLine(direction: Direction, callback?: () => void): boolean {
    return readline().clearLine(this, direction, callback)
  }

  clearScreenDown(callback?: () => void): boolean {
    return readline().clearScreenDown(this, callback)
  }

  /** Libraries call this of `process.stdin`. Whether the session keeps the process alive is for the session to say. */
  ref(): this {
    return this
  }

  /** As {@link ref}: it changes nothing. */
  unref(): this {
    return this
  }

  /** What is written when the session is over is written nowhere, and nobody minds: who reads is still at the last keys then. */
  override write(chunk: unknown, encoding?: unknown, callback?: unknown): boolean {
    if (!this.writableEnded) return super.write(chunk, encoding as BufferEncoding, callback as Done | undefined)
    const done = typeof encoding === 'function' ? encoding : callback
    if (typeof done === 'function') process.nextTick(done as Done)
    return true
  }

  /**
   * Writes the last that somebody has to say, and stays open for the next: as `process.stdout` is, it may be piped into by one
   * after another. `session.end()` ends the session.
   */
  override end(chunk?: unknown, encoding?: unknown, callback?: unknown): this {
    const done = [chunk, encoding, callback].find((argument) => typeof argument === 'function') as Done | undefined
    const text = typeof chunk === 'string' || chunk instanceof Uint8Array ? chunk : ''
    this.write(text, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8', done)
    return this
  }

  override _read(): void {
    this.#isWanted = true
    this.#attach()
  }

  override _write(chunk: string | Buffer, _encoding: BufferEncoding, done: Done): void {
    const text = typeof chunk === 'string' ? chunk : this.#written.write(chunk)
    // A text session does this itself; in bytes mode nobody else would.
    const goesOn = this.#session.write(text.replace(LINE_END, '\r\n'))
    if (goesOn || this.#session.writableEnded) done()
    else this.#onDrain = done
  }

  override _destroy(error: Error | null, done: Done): void {
    this.#detach()
    done(error)
  }

  #hold(isHeld: boolean): void {
    this.#isHeld = isHeld
    if (isHeld) this.#detach()
    else this.#attach()
  }

  #attach(): void {
    if (this.#isWanted && !this.#isHeld && !this.readableEnded) this.#reader.consumer = this.#keys
  }

  #detach(): void {
    if (this.#reader.consumer === this.#keys) this.#reader.consumer = null
  }

  /** Hands on what was typed, up to the end of the line, or so much of it. */
  #handOn(): void {
    const head = this.#reader.head(KEYS)!
    const at = typeof head === 'string' ? head.search(/[\r\n]/) : head.findIndex((byte) => byte === CR || byte === LF)
    const typed = at === -1 ? head : cut(head, 0, at)
    this.#reader.drop(typed.length)
    if (at !== -1) this.#reader.takeLineEnd()
    const text = typeof typed === 'string' ? typed : this.#typed.write(typed)
    const keys = at === -1 ? text : text + (this.isRaw ? '\r' : '\n')
    if (keys === '' || this.push(keys)) return
    this.#isWanted = false
    this.#detach()
  }

  /** A command that stands for a key is taken for the key, as a terminal's driver would have made it one. */
  #press(command: number): void {
    const isListening = this.#reader.consumer === this.#keys && !this.#reader.busy
    if (isListening) this.#reader.push(keyOf(command) ?? '', 0)
  }

  /** The session is gone: what still waits to be written is written nowhere. */
  #close(): void {
    this.#writeOn()
    super.end()
  }

  #writeOn(): void {
    const done = this.#onDrain
    this.#onDrain = null
    done?.()
  }
}

/** What moves a cursor in Node's own terminals. It is loaded when somebody moves one: few sessions do, and each program would wait for it. */
const readline = () => process.getBuiltinModule('node:readline')

const LINE_END = /\r?\n/g

/** By the bits of MTTS, by COLORTERM, or by the name of the terminal. */
function colorDepth({ mtts = 0, environment, terminalType = '' }: Peer): 1 | 4 | 8 | 24 {
  if (mtts & TRUE_COLOUR || /^(truecolor|24bit)$/i.test(environment.get('COLORTERM') ?? '')) return 24
  if (/truecolor|-direct/i.test(terminalType)) return 24
  if (mtts & COLOURS_256 || /256/.test(terminalType)) return 8
  return mtts & ANSI || COLOURED.test(terminalType) ? 4 : 1
}

/** Bits of MTTS. */
const ANSI = 1
const COLOURS_256 = 8
const TRUE_COLOUR = 256

const COLOURED = /color|^(?:ansi|cygwin|eterm|konsole|linux|putty|rxvt|screen|syncterm|teken|tmux|xterm)/i

/** A peer that refuses, or is gone, is used as it is. */
function ignore(): void {}
