// A question and its answer, typed at a terminal that may edit its own lines or leave that to us: `session.question`.
//
// What is typed is shown only while we have said that we echo (RFC 857). For a hidden answer we say so for as long as it is typed, if we
// don't anyway: a client that echoes its own lines then stops, as it does at every log-in. What was typed ahead is
// kept: before the question it is the answer's beginning, behind the answer it stays to be read.

import { StringDecoder } from 'node:string_decoder'
import { bad, flag, whole } from './checks.js'
import { Option } from './constants.js'
import { drained } from './drained.js'
import { TelnetError } from './errors.js'
import { CR, LF } from './held.js'
import type { Wanted } from './inflow.js'
import { eraserOf, Key, keyOf } from './keys.js'
import { LineEditor } from './line-editor.js'
import type { Reader } from './reader.js'
import type { Session } from './session.js'
import { LATER, Postponed } from './turn.js'
import { checkWait, WAIT, type WaitOptions } from './waiting.js'

/** How a question is asked. */
export interface QuestionOptions extends WaitOptions {
  /** Show nothing of what is typed, or this mask for each character: for a password. **Default:** `false`. */
  hidden?: boolean | string | undefined
  /** Whether we show what is typed. **Default:** as long as the option ECHO is on at our side. */
  echo?: boolean | undefined
  /** How long the answer may be, in characters as JavaScript counts them. More is refused with a bell. **Default:** 4,096. */
  maxLength?: number | undefined
}

/**
 * Shows `prompt` and resolves with the line that is typed, without its end; with `null` if the stream ends, or Ctrl-D is typed first of all.
 *
 * Rejects with TELNET_TIMEOUT or an AbortError: then what was typed so far stays to be read, so that the next question has
 * it as its beginning; unless it was hidden, for that one might show it. Rejects with TELNET_BUSY while another read waits,
 * before anything is shown.
 */
export async function question(
  session: Session<string | Buffer>,
  reader: Reader,
  prompt: string,
  options: QuestionOptions = {},
): Promise<string | null> {
  check(prompt, options)
  const { signal, timeout } = options
  const answer = new Answer(session, reader, prompt, options)
  // A busy reader refuses; so does an aborted signal.
  if (reader.busy || signal?.aborted) return reader.wait(answer, { signal })
  const covers = isHiding(options) && !session.local.has(Option.ECHO)
  if (covers) session.local.enable(Option.ECHO).catch(ignore)
  session.prompt(prompt)
  // A command that stands for a key is taken for the key.
  const press = (command: number) => reader.push(keyOf(command) ?? '', 0)
  session.on('command', press)
  try {
    return await reader.wait(answer, { signal, timeout })
  } finally {
    session.off('command', press)
    if (covers) session.local.disable(Option.ECHO).catch(ignore)
  }
}

/** Throws TELNET_BAD_ARGUMENT, TELNET_BAD_OPTION. */
function check(prompt: unknown, options: QuestionOptions): void {
  if (typeof prompt !== 'string') {
    throw new TelnetError('TELNET_BAD_ARGUMENT', `The prompt is ${typeof prompt}: give a string, which may be empty`)
  }
  checkWait(options, QUESTION)
  const { hidden, echo, maxLength } = options
  flag('echo', echo, false)
  whole('maxLength', maxLength, 0, 0, Number.MAX_SAFE_INTEGER)
  if (hidden === undefined || typeof hidden === 'boolean' || typeof hidden === 'string') return
  throw bad('hidden', hidden, 'give true, false, or the mask to be shown for each character')
}

const QUESTION = [...WAIT, 'hidden', 'echo', 'maxLength']

/** The answer while it is typed. It takes all that comes, up to the end of the line. */
class Answer implements Wanted<string | null> {
  readonly what = 'The answer'
  readonly #session: Session<string | Buffer>
  readonly #reader: Reader
  readonly #editor: LineEditor
  readonly #echo: boolean | undefined
  readonly #isHidden: boolean
  /** Characters, or bytes, that are edited in one go. */
  readonly #keys: number
  /** In bytes mode: what is typed is taken for UTF-8. */
  #decoder: StringDecoder | null = null

  constructor(session: Session<string | Buffer>, reader: Reader, prompt: string, options: QuestionOptions) {
    this.#session = session
    this.#reader = reader
    const { echo, hidden = false, maxLength, timeout } = options
    this.#echo = echo
    // Who wants what is there at once does not mean to wait for a later turn.
    this.#keys = timeout === 0 ? Number.POSITIVE_INFINITY : KEYS
    this.#isHidden = hidden !== false
    const mask = hidden === true ? '' : hidden === false ? undefined : hidden
    this.#editor = new LineEditor({ prompt, mask, maxLength, eraser: eraserOf(session.encoding) })
  }

  /** Takes what was typed up to the end of the line, and no more: what follows holds its credit until somebody reads it. */
  attempt(): string | null | undefined | Postponed {
    // Who types and does not read gets no more to read.
    if (this.#session.writableNeedDrain) return new Postponed((run) => void drained(this.#session).then(run))
    for (let left = this.#keys; left > 0; ) {
      const head = this.#reader.head(left)
      if (head === null) return undefined
      const typed = typeof head === 'string' ? head : upToEnd(head)
      const goesOn = typed.length < this.#reader.length
      const edit = this.#editor.feed(typeof typed === 'string' ? typed : this.#decode(typed), goesOn)
      this.#reader.drop(typeof typed === 'string' ? edit.used : typed.length - (edit.end === 'line' ? 1 : 0))
      this.#show(edit.shown)
      if (edit.end === 'input') return null
      if (edit.end === 'line') {
        this.#reader.takeLineEnd()
        this.#showLineEnd()
        return this.#editor.text
      }
      left -= typed.length
    }
    return this.#reader.length === 0 ? undefined : LATER
  }

  /** Half an answer is none. */
  atEnd(): null {
    this.abandon()
    return this.#reader.tellEnd(null)
  }

  abandon(): void {
    if (!this.#isHidden) this.#reader.unshift(this.#editor.text)
  }

  #decode(bytes: Buffer): string {
    this.#decoder ??= new StringDecoder('utf8')
    return this.#decoder.write(bytes)
  }

  #show(text: string): void {
    if (text !== '' && this.#echoes()) this.#session.write(text)
  }

  /** Whoever echoes also shows the line's end, of a hidden one too. */
  #showLineEnd(): void {
    if (this.#echoes()) this.#session.write('\r\n')
    // GNU inetutils telnet 2.4 switches its terminal's output processing off for BINARY, its own echo included: the cursor is then in
    // the next line, but not at its beginning. Where it is there already this changes nothing.
    else if (this.#echo === undefined && this.#session.local.has(Option.BINARY)) this.#session.write('\r')
  }

  #echoes(): boolean {
    return this.#echo ?? this.#session.local.has(Option.ECHO)
  }
}

/** What a peer has sent ahead must not hold all others up. The dearest of keys cost half a microsecond each. */
const KEYS = 64

/** The bytes up to where a line, or the input, may end: that byte is the last, if there is one. */
function upToEnd(bytes: Buffer): Buffer {
  const at = bytes.findIndex((byte) => byte === CR || byte === LF || byte === EOT)
  return at === -1 ? bytes : bytes.subarray(0, at + 1)
}

/** Ctrl-D. */
const EOT = Key.END.charCodeAt(0)

function isHiding({ hidden, echo }: QuestionOptions): boolean {
  return hidden !== undefined && hidden !== false && echo !== false
}

/** A peer that will not let us echo, or is gone, is asked all the same. */
function ignore(): void {}
