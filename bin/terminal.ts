// The shell of the client where no other is named: the person at the terminal, or what is piped through. The terminal follows the
// server's manner as it changes, and is put back however this ends.

import type { ReadStream } from 'node:tty'
import { Command, type FlowControl, Option, type Session, Special } from '#telnetkit'
import { EscapePrompt } from './escape-prompt.js'
import { followJobControl } from './job-control.js'
import { OwnEditing } from './own-editing.js'
import { endBy, type Log, streamError } from './report.js'
import { escapeDelay } from './retro/keys.js'
import type { ErrorRule, Machine } from './retro/machines.js'
import type { Screen } from './screen.js'
import { type Finish, ShownOutput } from './shown-output.js'
import { cutAtSpecials, SpecialKeys } from './special-keys.js'
import { editsLines, type Manner, type Mode, mannerOf, shown, TerminalSettings } from './terminal-mode.js'
import { TypedInput } from './typed-input.js'

export interface TerminalOptions {
  readonly screen: Screen
  readonly log: Log
  /** The mode to stay in, whatever the server says. */
  readonly forced: Mode | undefined
  /** The machine that the server takes us for, if not for a modern terminal. */
  readonly machine: Machine | undefined
  /** What becomes of characters that it does not have. */
  readonly encodingErrors: ErrorRule
  /** Resolves when piped input may be sent: a server that is still asking questions could throw it away. */
  readonly ready: Promise<unknown>
}

/** How it ended: the server closed, or the user left. Where the connection was lost the session's error is thrown. */
export type Parting = 'closed' | 'left'

/** The key that opens the prompt, Ctrl-]. */
const ESCAPE = '\x1d'

/** How the terminal behaves while the prompt is open, whatever the server says. Its output, should Ctrl-S have stopped it, runs. */
const AT_PROMPT: Manner = {
  mode: 'lines',
  signals: true,
  literalEcho: false,
  softTab: false,
  flow: { enabled: false, restartAny: false },
  specials: new Map(),
}

/** How long a server has to say how it wants the terminal, in milliseconds; the terminal follows it later, too. */
const FIRST_MANNERS = 50

/** Runs until either side has enough. */
export function terminal(session: Session, options: TerminalOptions): Promise<Parting> {
  return new Conversation(session, options).run()
}

class Conversation {
  readonly #session: Session
  readonly #options: TerminalOptions
  readonly #screen: Screen
  readonly #input: ReadStream = process.stdin
  /** Where input is a terminal: it is the one that shows what is typed, wherever output goes. Elsewhere there is nothing to set. */
  readonly #settings: TerminalSettings | undefined
  readonly #output: ShownOutput
  readonly #typed: TypedInput
  readonly #prompt: EscapePrompt
  readonly #keys: SpecialKeys
  /** Edits lines where the terminal cannot. */
  readonly #editing: OwnEditing | undefined
  /** The mode to stay in, whatever the server says. */
  #forced: Mode | undefined
  #manner: Manner
  /** What the server said last of flow control. */
  #flow: FlowControl | undefined
  #parting: Parting | undefined
  /** The cursor stands at the beginning of a line when the user leaves. */
  #isLineEnded = false
  #leave: () => void = () => undefined

  constructor(session: Session, options: TerminalOptions) {
    this.#session = session
    this.#options = options
    this.#screen = options.screen
    this.#keys = new SpecialKeys(session)
    const { machine, encodingErrors, screen } = options
    const size = () => ({ columns: screen.size.columns, terminal: process.stdout.columns })
    const depth = process.stdout.getColorDepth?.() ?? 1
    this.#output = new ShownOutput(session, screen.isTerminal, machine, { size, depth })
    this.#typed = new TypedInput(session, {
      isTerminal: this.#input.isTTY,
      machine,
      encodingErrors,
      escapeDelay: escapeDelay(process.env.ESCDELAY),
      editsLines: () => editsLines(this.#mode),
      send: (keys) => this.#write(keys),
    })
    if (this.#input.isTTY) this.#settings = new TerminalSettings(this.#input, ESCAPE)
    if (this.#settings?.isBare) {
      this.#editing = new OwnEditing(ESCAPE, {
        mode: () => (this.#prompt.isOpen ? AT_PROMPT : this.#manner).mode,
        show: (text) => this.#screen.say(text),
        pass: (typed) => this.#onTyped(typed),
        // On Windows a signal that is sent ends whom it is sent to.
        signal: (name, number) => (process as NodeJS.EventEmitter).emit(name, name, number),
      })
    }
    this.#forced = options.forced
    this.#manner = mannerOf(session, undefined, this.#forced)
    this.#prompt = new EscapePrompt(session, {
      opened: () => this.#onPromptOpened(),
      closed: (keys) => this.#onPromptClosed(keys),
      leave: (isLineEnded) => this.#onLeave(isLineEnded),
      say: (text) => this.#screen.say(text),
      mode: () => this.#mode,
      force: (mode) => {
        this.#forced = mode
      },
    })
  }

  async run(): Promise<Parting> {
    const { closed } = this.#screen
    if (this.#settings && this.#options.forced === undefined) await this.#manners()
    process.on('exit', () => this.#giveBack())
    const stop = this.#settings ? this.#control(this.#settings) : () => undefined
    if (this.#settings) this.#screen.say(`Escape character is '^]'.${this.#options.log.lineEnd}`)
    const left = new Promise<Parting>((resolve, reject) => this.#read(() => resolve('left'), reject))
    try {
      this.#parting = await Promise.race([this.#show(), left, closed.then((): Parting => 'left')])
      return this.#parting
    } finally {
      this.#screen.stopWriting()
      stop()
      this.#typed.stop()
      this.#input.removeAllListeners('data').pause()
    }
  }

  /** The last that is done, however it ends. */
  #giveBack(): void {
    this.#settings?.restore()
    const words = { left: 'Connection closed.\n', closed: 'Connection closed by foreign host.\n', lost: '' }
    const line = this.#settings && !this.#isLineEnded ? '\n' : ''
    this.#screen.giveBack(line + words[this.#parting ?? 'lost'])
  }

  /**
   * A server says how it wants the terminal a moment after the connection stands. Who is quick shall not see what he types twice,
   * from the terminal and from the server, so it has that moment before he is told that he may begin.
   */
  async #manners(): Promise<void> {
    const { remote } = this.#session
    const isSaid = () => remote.has(Option.ECHO)
    await this.#session.waitUntil(isSaid, { timeout: FIRST_MANNERS }).catch(() => undefined)
  }

  /** Lets the terminal follow the server, the window and the job control of the user's shell, until it is called off. */
  #control(settings: TerminalSettings): () => void {
    const session = this.#session
    const follow = () => this.#follow(settings)
    const resize = () => {
      const { columns, rows } = this.#screen.size
      if (!session.destroyed) session.resize(columns, rows)
    }
    const giveBack = () => {
      settings.restore()
      this.#screen.giveBack('')
    }
    const takeAgain = () => {
      settings.resume()
      this.#screen.takeAgain()
      if (this.#prompt.isOpen) this.#prompt.show()
      resize()
    }
    const interrupt = (signal: NodeJS.Signals, number: number) => {
      if (this.#prompt.isOpen) return this.#prompt.interrupt()
      if (!editsLines(this.#mode) || session.destroyed) endBy(signal, number)
      if (this.#isTrapping) return this.#keys.sendSignal(Special.IP)
      // Without a Synch, as telnet(1) has it (autosynch is off): a server that does not read urgent data in line, as few but
      // telnetds do, would lose the DM, and take what is typed next for it.
      session.sendCommand(Command.IP)
    }
    const abort = (signal: NodeJS.Signals, number: number) => {
      if (!this.#isTrapping || session.destroyed) endBy(signal, number)
      this.#keys.sendSignal(Special.ABORT)
    }
    const suspendsThere = () => {
      if (!this.#isTrapping || session.destroyed) return false
      this.#keys.sendSignal(Special.SUSP)
      return true
    }
    const abandon = () => this.#prompt.abandon()
    const stopOutput = (flow: FlowControl) => {
      this.#flow = flow
      follow()
    }
    this.#keys.tell(settings.characters)
    session.once('close', abandon)
    session.on('option', follow).on('linemode', follow).on('specialCharacters', follow).on('flowControl', stopOutput)
    process.stdout.on('resize', resize)
    const stopFollowing = followJobControl(giveBack, takeAgain, suspendsThere)
    process.off('SIGINT', endBy).on('SIGINT', interrupt)
    process.off('SIGQUIT', endBy).on('SIGQUIT', abort)
    follow()
    resize()
    return () => {
      session
        .off('close', abandon)
        .off('option', follow)
        .off('linemode', follow)
        .off('specialCharacters', follow)
        .off('flowControl', stopOutput)
      process.stdout.off('resize', resize)
      stopFollowing()
      process.off('SIGINT', interrupt).on('SIGINT', endBy)
      process.off('SIGQUIT', abort).on('SIGQUIT', endBy)
      this.#options.log.lineEnd = '\n'
      settings.restore()
    }
  }

  #follow(settings: TerminalSettings): void {
    this.#manner = mannerOf(this.#session, this.#flow, this.#forced)
    settings.set(this.#prompt.isOpen ? AT_PROMPT : this.#manner)
    this.#options.log.lineEnd = this.#prompt.isOpen || editsLines(this.#mode) ? '\n' : '\r\n'
  }

  /** Shows what the server sends, until it closes and all has been taken. */
  async #show(): Promise<Parting> {
    // A Synch: the server wants nothing of what it sent before to be seen any more.
    this.#session.on('synch', () => this.#screen.discard())
    try {
      for await (const chunk of this.#session as AsyncIterable<string | Buffer>) {
        if (this.#keys.areFlushing) continue
        const finish = this.#finish
        await this.#screen.write(this.#output.show(chunk, finish), this.#output.encoding, finish)
      }
      await this.#screen.write(this.#output.end(), this.#output.encoding, this.#finish)
      return 'closed'
    } finally {
      await this.#screen.flushed()
    }
  }

  get #finish(): Finish {
    if (this.#output.isExact) return 'raw'
    return !this.#settings || this.#settings.isBare || editsLines(this.#mode) ? 'cooked' : 'raw'
  }

  /** Sends what is typed or piped in. When the input ends, the server may still have something to say. */
  async #read(leave: () => void, fail: (error: Error) => void): Promise<void> {
    this.#leave = leave
    const input = this.#input.setEncoding(this.#typed.encoding)
    // A terminal that ends is gone.
    input.on('error', (error) => (input.isTTY ? leave() : fail(streamError('Standard input cannot be read', error))))
    if (!input.isTTY) await this.#options.ready
    input.on('data', (typed: string) => (this.#editing ? this.#editing.type(typed) : this.#onTyped(typed)))
    input.on('end', () => {
      if (input.isTTY) leave()
      this.#typed.end()
    })
  }

  #onTyped(typed: string): void {
    const at = this.#input.isTTY ? typed.indexOf(ESCAPE) : -1
    if (this.#prompt.isOpen) this.#prompt.type(typed)
    else if (at < 0) this.#send(typed)
    else this.#openPrompt(typed.slice(0, at), typed.slice(at + ESCAPE.length))
  }

  /** What was typed of a line is taken back: once the prompt is closed it could not be edited any more. */
  #openPrompt(before: string, behind: string): void {
    if (!editsLines(this.#mode)) this.#send(before)
    this.#typed.flush()
    this.#prompt.open(behind, this.#mode === 'lines')
  }

  #onPromptOpened(): void {
    this.#screen.hold()
    if (this.#settings) this.#follow(this.#settings)
  }

  #onPromptClosed(keys: string): void {
    if (this.#settings) this.#follow(this.#settings)
    this.#screen.goOn()
    if (keys !== '') this.#onTyped(keys)
  }

  #onLeave(isLineEnded: boolean): void {
    this.#isLineEnded = isLineEnded
    this.#leave()
  }

  get #mode(): Mode {
    return this.#manner.mode
  }

  /** Keys for signals are commands: LINEMODE says so, the user has not said otherwise, and is not at the prompt. */
  get #isTrapping(): boolean {
    const isAsked = this.#forced === undefined && (this.#session.linemode?.trapSignals ?? false)
    return isAsked && !this.#prompt.isOpen
  }

  #send(typed: string): void {
    const pieces = this.#isTrapping ? cutAtSpecials(typed, this.#session.specialCharacters) : [typed]
    for (const piece of pieces) {
      if (typeof piece === 'string') this.#sendText(piece)
      else if (!this.#session.destroyed) this.#keys.send(piece)
    }
  }

  #sendText(typed: string): void {
    if (this.#settings && this.#mode === 'shown-keys') this.#screen.say(shown(typed))
    this.#typed.feed(typed)
  }

  /** What was typed, as it is sent. */
  #write(keys: string | Buffer): void {
    if (this.#session.destroyed || this.#session.write(keys)) return
    // The escape key must be seen at once, so a terminal is read on; nobody types faster than a queue grows.
    if (this.#input.isTTY) return
    this.#input.pause()
    this.#session.once('drain', () => this.#input.resume())
  }
}
