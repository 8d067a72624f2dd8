// The class Telnet of Python's telnetlib, which Python 3.13 removed, method for method: bytes, no negotiation (all is refused),
// and calls that wait. https://docs.python.org/3.11/library/telnetlib.html
//
// What Python's does with its two queues, each piece of 50 bytes by itself, can be seen by who calls the lazy and the eager methods,
// and is kept. The socket receives more at once, and where nobody has overridden the methods in between, a long read passes over the
// pieces without making them.

import { readSync } from 'node:fs'
import { format } from 'node:util'
import { type SystemError, TelnetError } from '../errors.js'
import { writeAll } from '../write-all.js'
import { bytesOf, checkCallback, checkExpressions, checkPatience, checkPlace, checkSeconds } from './arguments.js'
import { ByteQueue } from './byte-queue.js'
import { DEBUGLEVEL, DO, DONT, IAC, NOOPT, SB, SE, TELNET_PORT, theNULL, WILL, WONT } from './constants.js'
import { type Bytes, type OptionCallback, PythonNames } from './python-names.js'
import { TelnetSocket } from './socket.js'

/** What `expect` found: the index of the expression, its match (its strings are Latin-1), and all up to its end. */
export type ExpectResult = [index: number, match: RegExpExecArray | null, text: Buffer]

/** Bytes that are received at once. */
const PIECE = 50
/** Dropped from what comes. */
const XON = 17

export class Telnet extends PythonNames {
  debuglevel: number = DEBUGLEVEL
  host: string | null
  port: number
  /** Seconds. */
  timeout: number | null
  sock: TelnetSocket | null = null
  /** What came and was not yet looked at, from `irawq` on. */
  rawq: Buffer = EMPTY
  irawq = 0
  /** The peer has ended, or the connection is closed. */
  eof = false
  /** A command of which some came. */
  iacseq: Buffer = EMPTY
  /** Within a subnegotiation. */
  sb = 0
  sbdataq: Buffer = EMPTY
  option_callback: OptionCallback | null = null
  readonly #cooked = new ByteQueue()
  #lastMatch: string | null = null
  #lastNeedle: Uint8Array = EMPTY

  /**
   * Connects at once if a host is given.
   *
   * @param port 0: that of Telnet, 23
   * @param timeout seconds, for connecting and for each wait that has no time of its own; none: as long as it takes
   */
  constructor(host: string | null = null, port = 0, timeout: number | null = null) {
    super()
    checkPatience(timeout)
    this.host = host
    this.port = port
    this.timeout = timeout
    if (host !== null) this.open(host, port, timeout)
  }

  /** Bytes that have been cooked: what comes without commands, NULs and XONs. */
  get cookedq(): Buffer {
    return this.#cooked.bytes
  }

  set cookedq(bytes: Uint8Array) {
    this.#cooked.bytes = bytes
  }

  /**
   * Connects. An instance that is connected is not to be opened again.
   *
   * @throws Node's code where the system failed; TELNET_INTERRUPTED
   */
  open(host: string, port = 0, timeout: number | null = this.timeout): void {
    checkPlace(host, port)
    checkPatience(timeout)
    this.eof = false
    this.host = host
    this.port = port || TELNET_PORT
    this.timeout = timeout
    this.sock = TelnetSocket.connect(host, this.port, timeout)
  }

  /** Prints a message, with its arguments as `util.format` places them, where the debug level is above 0. */
  msg(message: string, ...values: unknown[]): void {
    if (this.debuglevel > 0) print(`Telnet(${this.host},${this.port}): ${format(message, ...values)}\n`)
  }

  setDebuglevel(level: number): void {
    this.debuglevel = level
  }

  /** Closes the connection. May be called again. */
  close(): void {
    const { sock } = this
    this.sock = null
    this.eof = true
    this.iacseq = EMPTY
    this.sb = 0
    sock?.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  getSocket(): TelnetSocket | null {
    return this.sock
  }

  /** The file descriptor of the socket. Throws TELNET_CLOSED where there is none. */
  fileno(): number {
    return this.#open().fileno()
  }

  /** Sends bytes, 255 doubled, all of them. Throws TELNET_CLOSED, TELNET_TIMEOUT, or Node's code. */
  write(buffer: Bytes): void {
    const bytes = escaped(bytesOf(buffer))
    if (this.debuglevel > 0) this.msg('send %s', shown(bytes))
    this.#open().sendall(bytes)
  }

  /**
   * Reads until `match` has come, and returns all up to its end; after so many seconds, or when the peer has ended, what is there.
   * Throws TELNET_EOF if the peer has ended and nothing is there.
   */
  readUntil(match: Bytes, timeout: number | null = null): Buffer {
    checkSeconds(timeout)
    const needle = this.#needleOf(match)
    this.process_rawq()
    const found = this.#cooked.indexOf(needle)
    if (found >= 0) return this.#cooked.take(found + needle.length)
    const deadline = timeout === null ? null : performance.now() + timeout * 1000
    let left = timeout
    while (!this.eof) {
      if (this.#open().isReadable(left)) {
        const from = Math.max(0, this.#cooked.length - needle.length)
        // Without time there is one piece, and no more.
        if (left === null || left > 0) {
          const read = this.#readAtOnce(needle)
          if (read !== null) return read
          this.#passOver(needle)
        }
        this.fill_rawq()
        this.process_rawq()
        const at = this.#cooked.indexOf(needle, from)
        if (at >= 0) return this.#cooked.take(at + needle.length)
      }
      if (deadline === null) continue
      left = (deadline - performance.now()) / 1000
      if (left < 0) break
    }
    return this.read_very_lazy()
  }

  /** Reads all until the peer has ended. */
  readAll(): Buffer {
    this.process_rawq()
    while (!this.eof) {
      this.#passOver(null)
      this.fill_rawq()
      this.process_rawq()
    }
    return this.#cooked.take()
  }

  /** Reads at least one byte; none when the peer has ended. */
  readSome(): Buffer {
    this.process_rawq()
    while (this.#cooked.length === 0 && !this.eof) {
      this.fill_rawq()
      this.process_rawq()
    }
    return this.#cooked.take()
  }

  /** All that can be had without waiting. Throws TELNET_EOF if the peer has ended and nothing is there. */
  readVeryEager(): Buffer {
    this.process_rawq()
    while (!this.eof && this.sock_avail()) {
      this.fill_rawq()
      this.process_rawq()
    }
    return this.read_very_lazy()
  }

  /** Something that can be had without waiting, if there is anything. Throws as `readVeryEager` does. */
  readEager(): Buffer {
    this.process_rawq()
    while (this.#cooked.length === 0 && !this.eof && this.sock_avail()) {
      this.fill_rawq()
      this.process_rawq()
    }
    return this.read_very_lazy()
  }

  /** What has been received, without asking the socket. Throws as `readVeryEager` does. */
  readLazy(): Buffer {
    this.process_rawq()
    return this.read_very_lazy()
  }

  /** What has been cooked. Throws TELNET_EOF if that is nothing, the peer has ended, and nothing else was received. */
  readVeryLazy(): Buffer {
    const bytes = this.#cooked.take()
    if (bytes.length === 0 && this.eof && this.rawq.length === 0) throw endOfFile()
    return bytes
  }

  /** What stood between the last SB and its SE; once. */
  readSbData(): Buffer {
    const bytes = this.sbdataq
    this.sbdataq = EMPTY
    return bytes
  }

  setOptionNegotiationCallback(callback: OptionCallback | null): void {
    checkCallback(callback)
    this.option_callback = callback
  }

  /** Cooks what was received. */
  processRawq(): void {
    if (this.rawq.length === 0) return
    const parts: [Uint8Array[], Uint8Array[]] = [[], []]
    while (this.rawq.length > 0) {
      if (this.iacseq.length === 0) {
        const part = this.#plainPart()
        if (part.length > 0) parts[this.sb as 0 | 1].push(part)
      } else if (this.iacseq.length === 1) this.#command(this.rawq_getchar(), parts)
      else this.#option(this.rawq_getchar())
    }
    for (const part of parts[0]) this.#cooked.append(part)
    if (parts[1].length > 0) this.sbdataq = Buffer.concat([this.sbdataq, ...parts[1]])
  }

  /** The next byte that was received; waits for one. Throws TELNET_EOF. */
  rawqGetchar(): number {
    if (this.rawq.length === 0) {
      this.fill_rawq()
      if (this.eof) throw endOfFile()
    }
    const byte = this.rawq[this.irawq++]!
    this.#forgetRead()
    return byte
  }

  /** Receives some bytes, once; waits for them. */
  fillRawq(): void {
    this.#forgetRead()
    const received = this.#open().recv(PIECE)
    if (this.debuglevel > 0) this.msg('recv %s', shown(received))
    this.eof = received.length === 0
    // A copy: the socket's memory is its own.
    this.rawq = this.rawq.length === 0 ? Buffer.from(received) : Buffer.concat([this.rawq, received])
  }

  /** True if something can be received without waiting. */
  sockAvail(): boolean {
    return this.#open().isReadable(0)
  }

  /** Lines of the standard input go to the peer, and what the peer says to the standard output, until either ends. */
  interact(): void {
    if (process.platform === 'win32') {
      this.mtInteract()
      return
    }
    const lines = new ByteQueue()
    for (;;) {
      const which = this.#open().waitEither()
      if ((which & 1) !== 0 && !this.#show()) return
      if ((which & 2) === 0) continue
      const typed = readStdin()
      lines.append(typed)
      const end = lines.bytes.lastIndexOf(NEWLINE) + 1
      if (typed.length === 0) {
        if (lines.length > 0) this.write(lines.take())
        return
      }
      if (end > 0) this.write(lines.take(end))
    }
  }

  /** The same. Where the two cannot be waited for at once, on Windows, what the peer says is shown after each line. */
  mtInteract(): void {
    if (process.platform !== 'win32') {
      this.interact()
      return
    }
    for (;;) {
      while (this.#open().isReadable(0)) if (!this.#show()) return
      const typed = readStdin()
      if (typed.length === 0) return
      this.write(typed)
    }
  }

  /** Shows what the peer says until it has ended. */
  listener(): void {
    do this.#open().isReadable(null)
    while (this.#show())
  }

  /**
   * Reads until one of the expressions matches: the first of the list that does. After so many seconds, or when the peer has ended,
   * `[-1, null, what is there]`. Throws TELNET_EOF if the peer has ended and nothing is there. An expression sees each byte as one
   * character of Latin-1.
   */
  expect(expressions: readonly (RegExp | string)[], timeout: number | null = null): ExpectResult {
    checkExpressions(expressions)
    checkSeconds(timeout)
    const searches = expressions.map(searchOf)
    const deadline = timeout === null ? null : performance.now() + timeout * 1000
    let left = timeout
    while (!this.eof) {
      this.process_rawq()
      const text = this.#cooked.bytes.toString('latin1')
      for (const [index, search] of searches.entries()) {
        search.lastIndex = 0
        const match = search.exec(text)
        if (match !== null) return [index, match, this.#cooked.take(match.index + match[0].length)]
      }
      if (deadline !== null) {
        const isReady = this.#open().isReadable(left)
        left = (deadline - performance.now()) / 1000
        if (!isReady) {
          if (left < 0) break
          continue
        }
      }
      this.fill_rawq()
    }
    const text = this.read_very_lazy()
    if (text.length === 0 && this.eof) throw endOfFile()
    return [-1, null, text]
  }

  #open(): TelnetSocket {
    if (this.sock !== null) return this.sock
    throw new TelnetError('TELNET_CLOSED', 'There is no connection: it was not opened, or was closed')
  }

  /** What of the raw queue is data, up to a byte that is dropped or begins a command; that one is gone, too. */
  #plainPart(): Uint8Array {
    const { rawq, irawq } = this
    let at = irawq
    while (at < rawq.length && isPlain(rawq[at]!)) at++
    if (at < rawq.length && rawq[at] === IAC) this.iacseq = LONE_IAC
    this.irawq = at + 1
    this.#forgetRead()
    return rawq.subarray(irawq, at)
  }

  /** The byte behind IAC. */
  #command(command: number, parts: [Uint8Array[], Uint8Array[]]): void {
    if (command === DO || command === DONT || command === WILL || command === WONT) {
      this.iacseq = Buffer.of(IAC, command)
      return
    }
    this.iacseq = EMPTY
    if (command === IAC) {
      parts[this.sb as 0 | 1].push(LONE_IAC)
      return
    }
    if (command === SB) {
      this.sb = 1
      this.sbdataq = EMPTY
    } else if (command === SE) {
      this.sb = 0
      this.sbdataq = Buffer.concat([this.sbdataq, ...parts[1]])
      parts[1] = []
    }
    if (this.option_callback !== null) this.option_callback(this.sock, command, NOOPT)
    else this.msg('IAC %d not recognized', command)
  }

  /** The byte behind IAC and DO, DONT, WILL or WONT. */
  #option(option: number): void {
    const command = this.iacseq[1]!
    this.iacseq = EMPTY
    const asks = command === DO || command === DONT
    this.msg('IAC %s %d', NAMES.get(command), option)
    if (this.option_callback !== null) this.option_callback(this.sock, command, option)
    else this.#open().sendall(Buffer.of(IAC, asks ? WONT : DONT, option))
  }

  /** What of the raw queue was read is forgotten when it is all of it. */
  #forgetRead(): void {
    if (this.irawq < this.rawq.length) return
    this.rawq = EMPTY
    this.irawq = 0
  }

  /**
   * Moves whole pieces that the socket has received, and nobody would look at, to the cooked queue: such as have no byte in
   * them that is dropped or begins a command, up to the one in which `needle` may end. What is left to do is the same.
   */
  #passOver(needle: Uint8Array | null): void {
    const socket = this.#open()
    if (!this.#isPassable || socket.plainLength(SPECIAL) < PIECE) return
    const plain = socket.plain(SPECIAL)
    const end = needle === null ? plain.length : this.#endOf(needle, plain)
    const whole = end - (end % PIECE)
    if (whole === 0) return
    this.#cooked.append(plain.subarray(0, whole))
    socket.skip(whole)
  }

  /** Nobody would look at a piece, and all that comes is data. */
  get #isPassable(): boolean {
    if (this.iacseq.length > 0 || this.sb !== 0 || this.rawq.length > 0 || this.debuglevel > 0) return false
    for (const [name, own] of OVERRIDABLE) if (this[name] !== own) return false
    return true
  }

  /**
   * Reads up to the end of `needle` where that has been received, and all of the piece in which it ends is plain: the rest of that
   * is cooked, as it would be piece by piece. `null`: it is not so.
   */
  #readAtOnce(needle: Uint8Array): Buffer | null {
    if (!this.#isPassable) return null
    const socket = this.#open()
    const plain = socket.plainLength(SPECIAL)
    const end = this.#endReceived(socket, needle, plain)
    const whole = Math.ceil(end / PIECE) * PIECE
    if (end <= 0 || whole > plain) return null
    const cooked = this.#cooked.length
    const read = Buffer.allocUnsafe(cooked + end)
    this.#cooked.moveTo(read)
    socket.copy(read, cooked, 0, end)
    socket.skip(end)
    this.#cooked.append(socket.ahead(whole - end))
    return read
  }

  /** Where the first match ends, counted from what is received and not yet cooked, within so many bytes; -1: nowhere. */
  #endReceived(socket: TelnetSocket, needle: Uint8Array, within: number): number {
    for (let before = Math.min(this.#cooked.length, needle.length - 1); before > 0; before--) {
      const isHere = this.#cooked.endsWith(needle, before) && socket.startsWith(needle, before)
      if (isHere) return needle.length - before
    }
    const at = socket.find(needle, within)
    return at === -1 ? -1 : at + needle.length
  }

  /** The bytes to be found: those of a string, which is mostly the last one again, are kept. */
  #needleOf(match: Bytes): Uint8Array {
    if (typeof match !== 'string') return bytesOf(match)
    if (match !== this.#lastMatch) {
      this.#lastMatch = match
      this.#lastNeedle = bytesOf(match)
    }
    return this.#lastNeedle
  }

  /** Where in `plain` the first match ends, of which some may be cooked already, less one; its length where there is none. */
  #endOf(needle: Uint8Array, plain: Buffer): number {
    const overlap = Math.min(this.#cooked.length, needle.length - 1)
    if (overlap > 0) {
      const cooked = this.#cooked.bytes.subarray(this.#cooked.length - overlap)
      const at = Buffer.concat([cooked, plain.subarray(0, needle.length - 1)]).indexOf(needle)
      if (at !== -1) return Math.max(at - overlap + needle.length - 1, 0)
    }
    const at = plain.indexOf(needle)
    return at === -1 ? plain.length : at + needle.length - 1
  }

  /** Shows what the peer has said; false where it has ended. */
  #show(): boolean {
    try {
      const text = this.read_eager()
      if (text.length > 0) print(text)
      return true
    } catch (error) {
      if ((error as TelnetError).code !== 'TELNET_EOF') throw error
      print('*** Connection closed by remote host ***\n')
      return false
    }
  }
}

const EMPTY = Buffer.alloc(0)
const LONE_IAC = Buffer.of(IAC)
const NEWLINE = 0x0a
const SPECIAL = [IAC, theNULL, XON]

/** Who overrides one of these wants each piece. */
const OVERRIDABLE = (
  ['fill_rawq', 'fillRawq', 'process_rawq', 'processRawq', 'rawq_getchar', 'rawqGetchar'] as const
).map((name) => [name, Telnet.prototype[name]] as const)

const NAMES = new Map<number, string>([
  [DO, 'DO'],
  [DONT, 'DONT'],
  [WILL, 'WILL'],
  [WONT, 'WONT'],
])

function isPlain(byte: number): boolean {
  return byte !== IAC && byte !== theNULL && byte !== XON
}

function escaped(bytes: Buffer): Buffer {
  if (!bytes.includes(IAC)) return bytes
  return Buffer.from(bytes.toString('latin1').replaceAll('\xff', '\xff\xff'), 'latin1')
}

function searchOf(expression: RegExp | string): RegExp {
  const { source, flags } = typeof expression === 'string' ? new RegExp(expression) : expression
  return new RegExp(source, flags.replace(/[gy]/g, ''))
}

/** Bytes as Python shows them. */
function shown(bytes: Buffer): string {
  const text = bytes.toString('latin1')
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  const inside = text.replace(/[^ -~]|\\|'/g, (character) => {
    if (character === "'") return quote === "'" ? "\\'" : "'"
    return ESCAPES[character] ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`
  })
  return `b${quote}${inside}${quote}`
}

const ESCAPES: Record<string, string | undefined> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }

function endOfFile(): TelnetError {
  return new TelnetError('TELNET_EOF', 'The peer has ended, and nothing is left to read')
}

function print(text: string | Uint8Array): void {
  writeAll(1, typeof text === 'string' ? Buffer.from(text) : text)
}

/** What is typed; nothing at its end. */
function readStdin(): Buffer {
  const memory = Buffer.alloc(65_536)
  for (;;) {
    try {
      return memory.subarray(0, readSync(0, memory))
    } catch (error) {
      const { code } = error as SystemError
      // Windows tells the end of a pipe so.
      if (code === 'EOF') return EMPTY
      if (code !== 'EAGAIN') throw error
    }
  }
}
