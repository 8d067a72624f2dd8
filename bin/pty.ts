// The shell of --pty-exec: a program in a terminal of its own for each connection, as a log-in would give it one. The terminal
// edits and shows lines until the program changes that; we say WILL ECHO and WILL SGA, and the client sends each key. A client
// that edits and shows its own lines (--line-mode, a MUD client, one that refused ECHO) gets a terminal that shows nothing, so
// that nothing stands there twice.

import { accessSync, constants as fileAccess } from 'node:fs'
import { constants } from 'node:os'
import { StringDecoder } from 'node:string_decoder'
import { setTimeout as delay } from 'node:timers/promises'
import { Command, Option, type Session, type Side } from '#telnetkit'
import { charsetName } from '../ts/binding.js'
import { connectionOf } from '../ts/session.js'
import { HiddenInput } from './hidden-input.js'
import { EnterKeys, WholeLineEnds } from './line-ends.js'
import { programEnvironment } from './pty-environment.js'
import { type Ending, type NodePty, Program } from './pty-program.js'
import { type Log, peerOf, remoteOf } from './report.js'
import { turnToStart } from './starts.js'
import { SynchronizedUpdates } from './synchronized.js'

export interface PtyOptions {
  /** The program, by its path, and its arguments. */
  readonly file: string
  readonly args: readonly string[]
  /** Variables that the client may set beside the usual ones. */
  readonly names: readonly string[]
  /** Variables that are set whatever the client says; undefined: it has none of that name. */
  readonly settings?: Readonly<Record<string, string | undefined>>
  /** The folder that it begins in; undefined: ours. */
  readonly folder: string | undefined
  /** Whether its terminal begins without editing lines and without echo. */
  readonly isRaw: boolean
  /** Whether GA is sent when output falls silent and SGA is not agreed. */
  readonly goAhead: boolean
  /** Milliseconds after which it is ended; undefined: never. */
  readonly patience?: number
  readonly log: Log
}

/** Milliseconds of silence after output that mean: it is the other side's turn. */
const SILENCE = 500

/** Milliseconds for the size of the window to come, where a client has said that it will tell it. */
const SIZE_WAIT = 500

/** Milliseconds in which changes of the window's size become one. */
const SIZE_CHANGES = 100

/** Milliseconds for which an update of the screen is held back. Terminals that know them wait about as long. */
const UPDATE_WAIT = 1_000

/** What a terminal has by default, in characters. */
const DEFAULT_SIZE = { columns: 80, rows: 24 }

/** Backspace and delete: which of them erases is a matter of the client's keyboard. */
const ERASING_KEYS = /[\b\x7f]/g

/** Makes the shell, once node-pty is loaded. Throws a sentence that says what to do where it cannot be. */
export async function loadPtyShell(options: PtyOptions): Promise<(session: Session) => Promise<void>> {
  const run = await loadPty('--pty-exec')
  return (session) => run(session, options)
}

/** The same for a program that is another at each visit. `flag` is what needs it. */
export async function loadPty(flag: string): Promise<(session: Session, options: PtyOptions) => Promise<void>> {
  const pty = await loadNodePty(flag)
  return (session, options) => new PtyConversation(session, options).run(pty)
}

/** Programs that still run. */
const running = new Set<Program>()

/** Resolves when no program of ours runs any more. */
export async function programsEnded(): Promise<void> {
  await Promise.all(Array.from(running, ({ ended }) => ended))
}

/** Ends at once what still runs: the server exits and cannot wait for it. */
export function killPrograms(): void {
  for (const program of running) program.kill()
}

class PtyConversation {
  readonly #session: Session
  readonly #options: PtyOptions
  /** Whether text is converted between UTF-8, which the program speaks, and the client's character set. */
  readonly #converts: boolean

  readonly #keys = new EnterKeys()
  readonly #updates = new SynchronizedUpdates()
  readonly #decoder: StringDecoder
  readonly #lineEnds = new WholeLineEnds()
  #program: Program | undefined
  #hidden: HiddenInput | undefined
  #silence: NodeJS.Timeout | undefined
  #updateWait: NodeJS.Timeout | undefined

  constructor(session: Session, options: PtyOptions) {
    this.#session = session
    this.#options = options
    this.#converts = session.encoding !== null
    this.#decoder = new StringDecoder(this.#converts ? 'utf8' : 'latin1')
  }

  /** Runs the program to its end or the connection's. */
  async run(pty: NodePty): Promise<void> {
    const session = this.#session
    await this.#sizeKnown()
    await turnToStart()
    if (session.destroyed) return
    const program = this.#start(pty)
    running.add(program)
    void program.ended.finally(() => running.delete(program))

    const leave = this.#attach(program)
    const ending = await Promise.race([program.ended, hungUp(session), this.#patience()])
    leave()
    clearTimeout(this.#silence)
    clearTimeout(this.#updateWait)
    this.#hidden?.stop()
    if (ending === undefined) await program.hangUp()
    else this.#sendRest()
    const told = `${peerOf(session)} ${this.#options.file} ${describe(ending ?? (await program.ended))}`
    this.#options.log.info(told, remoteOf(session))
  }

  #start(pty: NodePty): Program {
    const { file, args, names, folder, isRaw, settings = {} } = this.#options
    const { peer, remoteAddress: address } = this.#session
    const usual = programEnvironment(
      { terminalType: peer.terminalType, environment: peer.environment, address },
      { names, converts: this.#converts, own: process.env },
    )
    const all = Object.entries({ ...usual, ...settings })
    const environment = Object.fromEntries(all.filter((entry): entry is [string, string] => entry[1] !== undefined))
    const echo = this.#session.local.has(Option.ECHO)
    const program = { file, args, environment, folder, isRaw, ...this.#size(), echo, utf8: this.#converts }
    try {
      // Where it has gone since we were started, node-pty would tell that to the visitor alone.
      accessSync(file, fileAccess.X_OK)
      const started = new Program(pty, program, (output) => this.#onOutput(output))
      this.#program = started
      this.#hidden = new HiddenInput(this.#session, started)
      return started
    } catch (error) {
      this.#session.write('The program cannot be started just now.\n')
      throw error
    }
  }

  /** Joins the session and the program. Returns what parts them: the session may go on with others. */
  #attach(program: Program): () => void {
    const session = this.#session
    const onData = (chunk: string | Buffer) => this.#onInput(chunk, program)
    const onCommand = (command: number) => this.#onCommand(command, program)
    const onDrain = () => program.resume()
    const onOption = (side: Side, option: number, enabled: boolean) => {
      if (side !== 'local' || option !== Option.ECHO) return
      if (enabled && !this.#hidden?.isShownByClient) program.unsilence()
      this.#shortenTo(program)
    }
    session.on('data', onData)
    session.on('command', onCommand)
    session.on('drain', onDrain)
    session.on('option', onOption)
    program.input.onTaken = () => {
      this.#shortenTo(program)
      session.resume()
    }
    const unfollow = this.#followSize(program)
    const { channel } = connectionOf(session)
    channel.keepNuls(true)
    this.#shortenTo(program)
    return () => {
      session.off('data', onData)
      session.off('command', onCommand)
      session.off('drain', onDrain)
      session.off('option', onOption)
      program.input.onTaken = () => undefined
      this.#shortenTo(undefined)
      channel.keepNuls(false)
      unfollow()
    }
  }

  /** Resolves when the program has had its time. */
  async #patience(): Promise<undefined> {
    const { patience } = this.#options
    if (patience === undefined) return new Promise(() => {})
    await delay(patience, undefined, { ref: false })
  }

  async #sizeKnown(): Promise<void> {
    const { remote, peer } = this.#session
    if (!remote.has(Option.NAWS) || peer.hasToldWindow) return
    await this.#session.waitUntil(() => peer.hasToldWindow, { timeout: SIZE_WAIT }).catch(() => undefined)
  }

  #size(): { columns: number; rows: number } {
    const { columns = DEFAULT_SIZE.columns, rows = DEFAULT_SIZE.rows } = this.#session.peer
    return { columns, rows }
  }

  #followSize(program: Program): () => void {
    let timer: NodeJS.Timeout | undefined
    const onResize = () => {
      clearTimeout(timer)
      timer = setTimeout(() => {
        const { columns, rows } = this.#size()
        program.resize(columns, rows)
      }, SIZE_CHANGES)
    }
    this.#session.on('resize', onResize)
    return () => {
      clearTimeout(timer)
      this.#session.off('resize', onResize)
    }
  }

  #onInput(chunk: string | Buffer, program: Program): void {
    const text = typeof chunk === 'string' ? chunk : chunk.toString('latin1')
    const keys = this.#keys.feed(text, this.#session.remote.has(Option.BINARY))
    const typed = keys.search(ERASING_KEYS) < 0 ? keys : erasing(keys, program.eraseCharacter)
    if (typed === '') return
    // Also where the program has switched its echo on since: bash puts back at each line what it found when it began.
    if (this.#hidden?.isShownByClient) program.silence()
    if (!program.input.type(Buffer.from(typed, this.#converts ? 'utf8' : 'latin1'))) {
      this.#shortenTo(undefined)
      this.#session.pause()
    }
    this.#hidden?.look()
  }

  /**
   * A key waits for two threads to wake, ours the second. Where the client does not show what is typed, a plain one tells us nothing, and
   * the thread that reads types it. It does so only when we have dealt with all that came before.
   */
  #shortenTo(program: Program | undefined): void {
    const terminal = this.#hidden?.isShownByClient ? undefined : program?.descriptor
    connectionOf(this.#session).typeInto(terminal ?? null)
  }

  /**
   * Commands stand for keys: a client that edits lines has no other way to say them. They come though we have paused; at a terminal
   * that is full they are lost, as keys are, lest they pile up.
   */
  #onCommand(command: number, program: Program): void {
    if (command === Command.AO) this.#discardOutput(program)
    else if (!program.input.isFull) this.#onInput(program.keyOf(command) ?? '', program)
  }

  /** The session has sent a Synch, by which the client discards what is under way: here goes what is not. */
  #discardOutput(program: Program): void {
    program.discardOutput()
    clearTimeout(this.#updateWait)
    this.#updates.release()
    this.#decoder.end()
    this.#lineEnds.end()
  }

  #onOutput(output: Buffer): void {
    this.#send(this.#updates.feed(output))
    this.#hidden?.look()
    clearTimeout(this.#updateWait)
    if (this.#updates.holding) this.#updateWait = setTimeout(() => this.#send(this.#updates.release()), UPDATE_WAIT)
    if (!this.#options.goAhead || this.#session.local.has(Option.SGA)) return
    clearTimeout(this.#silence)
    this.#silence = setTimeout(() => this.#session.goAhead(), SILENCE)
  }

  #send(output: Buffer): void {
    if (output.length === 0) return
    if (this.#isTransparent) this.#sendAsIs(output)
    else this.#sendText(this.#lineEnds.feed(this.#decoder.write(output)))
  }

  /** What the program writes is what the client is to get: UTF-8, and control characters that mean what they are (RFC 856). */
  get #isTransparent(): boolean {
    const { encoding, local } = this.#session
    return this.#converts && local.has(Option.BINARY) && encoding !== null && charsetName(encoding) === 'UTF-8'
  }

  /** Half a character, or of a line's end, may still stand here from when it was not so. */
  #sendAsIs(output: Buffer): void {
    const rest = this.#decoder.end() + this.#lineEnds.end()
    if (rest !== '') this.#sendText(rest)
    this.#write(output)
  }

  /** The program has ended: what was held back leaves. */
  #sendRest(): void {
    this.#send(this.#updates.release())
    this.#sendText(this.#lineEnds.feed(this.#decoder.end()) + this.#lineEnds.end())
  }

  /**
   * A bare LF is meant: a program that switched off its terminal's own line ends moves the cursor down by it. So it leaves as
   * a byte; in text it would become CR LF.
   */
  #sendText(text: string): void {
    if (this.#converts) {
      for (const piece of text.split(/((?<!\r)\n+)/)) this.#write(piece.startsWith('\n') ? Buffer.from(piece) : piece)
    } else {
      const exact = this.#session.local.has(Option.BINARY)
      this.#write(Buffer.from(exact ? text : text.replace(/\r(?!\n)/g, '\r\0'), 'latin1'))
    }
  }

  #write(piece: string | Buffer): void {
    if (piece.length > 0 && !this.#session.destroyed && !this.#session.write(piece)) this.#program?.pause()
  }
}

/** While the terminal edits lines, either key is its erasing one. A program that reads keys by itself gets what was typed. */
function erasing(keys: string, erase: number | null): string {
  return erase === null ? keys : keys.replaceAll(ERASING_KEYS, String.fromCharCode(erase))
}

/** Resolves when the client has ended its side or is gone. */
function hungUp(session: Session): Promise<undefined> {
  return new Promise((resolve) => {
    session.once('end', () => resolve(undefined))
    session.once('close', () => resolve(undefined))
  })
}

function describe({ exitCode, signal }: Ending): string {
  if (signal === 0) return `ended with status ${exitCode}`
  const name = Object.entries(constants.signals).find(([, number]) => number === signal)?.[0]
  return `was ended by ${name ?? `signal ${signal}`}`
}

/** The package is optional: it has to be compiled where there is no compiled one. */
async function loadNodePty(flag: string): Promise<NodePty> {
  if (process.platform === 'win32') throw new Error(`${flag} needs the terminals of Unix, and this is Windows`)
  // Typed as a mere name, since the compiler would look for it.
  const name: string = 'node-pty'
  try {
    const loaded = await import(name)
    return loaded.default ?? loaded
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND' ? 'not installed' : 'not usable'
    throw new Error(
      `${flag} needs the package node-pty, which is ${reason}: npm install node-pty where there are Python, make and a ` +
        'C++ compiler, else npm install node-pty@npm:@lydell/node-pty',
      { cause: error },
    )
  }
}
