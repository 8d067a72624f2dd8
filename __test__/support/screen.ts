// A person at a terminal: a program in a terminal, and the screen that they would see. The terminal is read as the server's shell
// reads one, since node-pty by itself now and then loses the last words of a program that ends.

import { StringDecoder } from 'node:string_decoder'
import { setTimeout as delay } from 'node:timers/promises'
import type { Terminal } from '@xterm/headless'
import { Program } from '../../bin/pty-program.js'
import { Headless } from './cells.js'
import { nodePty, withoutPty } from './pty.js'

/** Milliseconds for what should happen at once, on a machine that does other things as well. */
const PATIENCE = 30_000

export interface ScreenOptions {
  columns?: number
  rows?: number
  env?: Record<string, string>
  /** Only `raw` is kept: more may come than a screen can show in time. */
  blind?: boolean
}

export class Screen {
  /** Resolves with the exit code, or with 128 + the signal, when all that the program wrote is in `raw`. */
  readonly exited: Promise<number>
  readonly program: Program
  readonly terminal: Terminal
  #raw = ''

  /** Starts a program. Needs node-pty. */
  static start(file: string, args: string[], options: ScreenOptions = {}): Screen {
    if (!nodePty) throw new Error(withoutPty)
    const { columns = 80, rows = 24, env = {}, blind = false } = options
    const { PATH = '', HOME = '/' } = process.env
    const environment = { PATH, HOME, LANG: 'C.UTF-8', TERM: 'xterm', ...env }
    const terminal = new Headless({ cols: columns, rows, allowProposedApi: true, scrollback: 10_000 })
    const decoder = new StringDecoder()
    const settings = { file, args, environment, columns, rows, echo: true, utf8: true }
    const program = new Program(nodePty, settings, (bytes) => {
      const text = decoder.write(bytes)
      screen.#raw += text
      if (!blind) terminal.write(text)
    })
    const screen = new Screen(program, terminal)
    return screen
  }

  private constructor(program: Program, terminal: Terminal) {
    this.program = program
    this.terminal = terminal
    // What a terminal says of itself when it is asked.
    terminal.onData((answer) => this.type(answer))
    this.exited = program.ended.then(({ exitCode, signal }) => (signal ? 128 + signal : exitCode))
  }

  /** All that the program wrote. */
  get raw(): string {
    return this.#raw
  }

  /** The lines of the screen and above it, without blanks at their ends. */
  get lines(): string[] {
    const buffer = this.terminal.buffer.active
    const lines = Array.from({ length: buffer.length }, (_, row) => buffer.getLine(row)?.translateToString(true) ?? '')
    while (lines.at(-1) === '') lines.pop()
    return lines
  }

  /** The screen as one text. */
  get text(): string {
    return this.lines.join('\n')
  }

  type(keys: string | Buffer): void {
    this.program.input.type(Buffer.from(keys))
  }

  resize(columns: number, rows: number): void {
    this.terminal.resize(columns, rows)
    this.program.resize(columns, rows)
  }

  /** Resolves when the screen shows it. */
  async shows(wanted: string | RegExp): Promise<void> {
    const isThere = () => (typeof wanted === 'string' ? this.text.includes(wanted) : wanted.test(this.text))
    for (const since = Date.now(); !isThere(); await delay(10)) {
      if (Date.now() - since > PATIENCE) throw new Error(`no ${wanted} on the screen:\n${this.text}`)
    }
  }

  /** Ends it, if it has not ended by itself. */
  kill(): void {
    this.program.kill()
  }
}
