// What a server shows before anybody has logged in: heard until it pauses, with the answers that a terminal gives by itself. In
// bytes, since nobody knows its character set yet; a menu, a font of SyncTERM's or CHARSET (RFC 2066) may tell it on the way.
//
// All is bounded, whatever a server does: a banner in bytes and in time, answers in their number.

import { CharsetDecoder, charsetName, charsetOfFont } from '../binding.js'
import type { Session } from '../session.js'
import { type PromptAnswer, promptIn, seemsToWait, urgentPromptIn } from './prompts.js'
import { VirtualCursor } from './virtual-cursor.js'

/** How long and how much is listened to. Times in milliseconds. */
export interface BannerBounds {
  /** So much silence ends a banner. */
  readonly quietTime: number
  /** A banner is heard no longer than this. */
  readonly maxWait: number
  /** Bytes of a banner that are heard. */
  readonly maxBytes: number
  /** When all listening is over, by the clock of `performance.now()`. **Default:** never. */
  readonly end?: number
}

/** What came until the server paused. */
export interface Banner {
  readonly bytes: Buffer
  /** What it asks, if that is in the table. */
  readonly prompt: PromptAnswer | undefined
}

/** The screen that a server is told of, and whose cursor is kept. */
export const SCREEN = { columns: 80, rows: 25 } as const

/** Silence after a question is enough, and that after what is known to be the end of its words. */
const PAUSE = 400
const PAUSE_AFTER_MARK = 50

/** Answers of the terminal to all that the server asks it: a screen full of checks has a dozen. */
const MOST_REPLIES = 256

/** Answers to what it asks of who sits there, and Enters. */
const MOST_ANSWERS = 5

/** Characters at the end of a banner among which a question is looked for; and an urgent one, with each piece that comes. */
const LOOKED_AT = 4_096
const LOOKED_AT_AT_ONCE = 256

/** The name of a set, in documents, while nobody has said which. */
const UNKNOWN = 'ascii'

export class BannerReader {
  readonly #session: Session<Buffer>
  readonly #bounds: BannerBounds
  readonly #end: number
  readonly #isFixed: boolean
  readonly #cursor: VirtualCursor
  #charset: string | undefined
  #decoder: CharsetDecoder

  /** Of the banner at hand. */
  #pieces: Buffer[] = []
  #length = 0
  #begun = 0
  #onOver: (() => void) | null = null
  #timer: NodeJS.Timeout | undefined
  /** What was said since our last answer, at its end. */
  #text = ''
  #isMarked = false
  #lastData = 0
  #lastHeard = 0

  #replies = 0
  #answers = 0
  #positionReplies = 0

  /** @param charset what the user says that the server speaks: nothing that it says itself counts then */
  constructor(session: Session<Buffer>, bounds: BannerBounds, charset?: string) {
    this.#session = session
    this.#bounds = bounds
    this.#end = bounds.end ?? Number.POSITIVE_INFINITY
    this.#isFixed = charset !== undefined
    this.#charset = charset
    this.#decoder = decoderFor(charset)
    this.#cursor = new VirtualCursor({
      ...SCREEN,
      asked: { reply: (answer) => this.#reply(answer), font: (number) => this.#onFont(number) },
    })
    session.on('data', (bytes) => this.#onData(bytes))
    session.on('prompt', () => this.#onMark())
    session.on('charset', (name) => this.#onCharset(name))
    session.on('end', () => this.#finish())
    session.on('close', () => this.#finish())
  }

  /** The name of the character set, as documents have it. */
  get charset(): string {
    return this.#charset ?? UNKNOWN
  }

  /** How often it was asked where the cursor is, and told. */
  get positions(): { requests: number; replies: number } {
    return { requests: this.#cursor.requests, replies: this.#positionReplies }
  }

  /** The server has nothing more to say, or nobody to say it to. */
  get isOver(): boolean {
    return this.#session.readableEnded || this.#session.destroyed || this.#session.closed
  }

  /** It was not answered as often as anybody is, and there is time to listen to more. */
  get mayAnswer(): boolean {
    return this.#answers < MOST_ANSWERS && performance.now() < this.#end
  }

  /** Something came, be it no text. */
  onHeard(): void {
    this.#lastHeard = performance.now()
  }

  /** Listens until the server pauses. */
  async next(): Promise<Banner> {
    this.#pieces = []
    this.#length = 0
    this.#begun = this.#lastHeard = performance.now()
    this.#lastData = Number.POSITIVE_INFINITY
    this.#isMarked = false
    if (!this.isOver) {
      await new Promise<void>((resolve) => {
        this.#onOver = resolve
        this.#wait()
      })
    }
    return { bytes: Buffer.concat(this.#pieces), prompt: promptIn(this.#text) }
  }

  /** Answers a question, or, without one, presses Enter. */
  answer(prompt: PromptAnswer | undefined): void {
    const choosesCharset = prompt?.charset !== undefined
    // Who was told the character set leaves it to the server.
    this.#answers++
    const reply = prompt === undefined || (choosesCharset && this.#isFixed) ? '\r\n' : prompt.reply
    this.#text = ''
    this.#session.write(encodeReply(reply, this.charset))
    if (prompt?.charset) this.#speak(prompt.charset)
  }

  /** The text of a banner, in the set that is known by now. */
  textOf(banner: Buffer): string {
    const decoder = decoderFor(this.#charset)
    const text = textFrom(decoder.decode(banner)) + textFrom(decoder.finish())
    // Colours and moves of a Commodore are no text, and its lines end in CR.
    if (this.#charset !== 'petscii') return text
    return text.replace(/[\x05\x11-\x14\x1c-\x1f\x81\x90-\x9f]/g, '').replace(/\r\n?/g, '\n')
  }

  #onData(bytes: Buffer): void {
    const room = this.#bounds.maxBytes - this.#length
    const heard = bytes.subarray(0, Math.max(room, 0))
    // What nobody waits for may ask something all the same.
    const isHeard = this.#onOver !== null
    const text = this.#cursor.write(textFrom(this.#decoder.decode(isHeard ? heard : bytes)))
    if (!isHeard) return
    this.#pieces.push(heard)
    this.#length += heard.length
    this.#lastData = performance.now()
    this.#isMarked = false
    this.#text = (this.#text + text).slice(-LOOKED_AT)
    this.#answerUrgent(text.length)
    if (this.#length >= this.#bounds.maxBytes) this.#finish()
    else this.#wait()
  }

  /** A robot check counts down. */
  #answerUrgent(length: number): void {
    const before = Math.max(this.#text.length - length - LOOKED_AT_AT_ONCE, 0)
    const prompt = urgentPromptIn(this.#text.slice(before))
    if (prompt === undefined || !this.mayAnswer) return
    const rest = this.#text.slice(before + prompt.end)
    this.answer(prompt)
    this.#text = rest
  }

  /** The server says that it has said what it wanted to (GA, EOR). */
  #onMark(): void {
    if (this.#onOver === null || this.#text === '') return
    this.#isMarked = true
    this.#wait()
  }

  /** Looks again when something could be over. */
  #wait(): void {
    clearTimeout(this.#timer)
    const now = performance.now()
    const { quietTime, maxWait } = this.#bounds
    const over = Math.min(this.#end, this.#begun + maxWait, Math.max(this.#lastHeard, this.#begun) + quietTime)
    const pause = this.#lastData + (this.#isMarked ? PAUSE_AFTER_MARK : PAUSE)
    if (now >= over) this.#finish()
    else if (now >= pause && this.#hasAsked()) this.#finish()
    else this.#timer = setTimeout(() => this.#wait(), Math.ceil((now < pause ? Math.min(pause, over) : over) - now))
  }

  #hasAsked(): boolean {
    return this.#isMarked || promptIn(this.#text) !== undefined || seemsToWait(this.#text)
  }

  #finish(): void {
    clearTimeout(this.#timer)
    this.#onOver?.()
    this.#onOver = null
  }

  /** Says what a terminal says, as long as the server does not ask without end. */
  #reply(answer: string): void {
    if (this.#replies++ >= MOST_REPLIES) return
    if (answer.endsWith('R')) this.#positionReplies++
    this.#session.write(Buffer.from(answer, 'latin1'))
  }

  #onFont(number: number): void {
    const charset = number < 256 ? charsetOfFont(number) : null
    if (charset !== null) this.#speak(charset.toLowerCase())
  }

  /** One was agreed (RFC 2066). */
  #onCharset(name: string): void {
    const charset = charsetName(name)
    if (charset !== null) this.#speak(charset.toLowerCase())
  }

  #speak(charset: string): void {
    if (this.#isFixed) return
    this.#charset = charset
    this.#decoder = decoderFor(charset)
  }
}

/** While nobody knows, what is UTF-8 is read as that; other bytes stand for themselves. */
function decoderFor(charset: string | undefined): CharsetDecoder {
  return new CharsetDecoder(charset ?? 'utf-8')
}

/** As JavaScript has it: bytes that are no character are lone surrogates. */
function textFrom(utf16: Buffer): string {
  return utf16.toString('utf16le')
}

/** An Atari's line ends in a byte of its own. */
function encodeReply(reply: string, charset: string): Buffer {
  return Buffer.from(charset === 'atascii' ? reply.replace('\r\n', '\x9b') : reply, 'latin1')
}
