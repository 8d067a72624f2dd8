// A line editor for the server's side: what is typed goes in, the line and what the terminal shall show come out. It is pure: it
// writes nothing, waits for nothing, and stops before the end of a line, which is its reader's matter.
//
// Keys as a Unix terminal has them: BS and DEL erase a character (a grapheme cluster, all its columns), Ctrl-W a word, Ctrl-U the
// line, Ctrl-R shows it again, Ctrl-C gives it up for a new one, Ctrl-D in an empty line ends the input. A tab is kept and shown as one
// blank, since only the terminal knows where it would lead. Escape sequences and other control characters are passed over.

import { EscapeSequence } from './escape-sequence.js'
import { Key } from './keys.js'
import { columnsOf } from './width.js'

export interface LineEditorOptions {
  /** What stands before the line, to show it again. */
  prompt?: string
  /** Shown for each character in its stead; may be empty. */
  mask?: string | undefined
  /**
   * The key that erases on a machine which has one of its own for that, and wipes out by showing it. Its other keys are no escape
   * sequences.
   */
  eraser?: string | undefined
  /** How long the line may grow, in characters as JavaScript counts them. **Default:** 4,096, as a Unix terminal has it. */
  maxLength?: number | undefined
}

/** What a piece of input did. */
export interface Edit {
  /** What the terminal shall show, if we echo. */
  shown: string
  /** How much of the input is used up: all, unless it ended the line. */
  used: number
  /** Whether the next character is a line end; or the input was ended by Ctrl-D. */
  end: 'line' | 'input' | null
}

const MAX_LENGTH = 4096

/** A cluster that has grown to this takes no more marks, lest each key cost a look at all before it. Unicode's stream-safe text has 31. */
const LONGEST_CLUSTER = 64

let segmenter: Intl.Segmenter | undefined

/** Made when somebody types: it takes longer to make than most of what a client loads. */
function graphemes(): Intl.Segmenter {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' })
  return segmenter
}

export class LineEditor {
  readonly #prompt: string
  readonly #mask: string | undefined
  readonly #eraser: string | undefined
  readonly #maxLength: number
  readonly #escape = new EscapeSequence()
  /** The line: a string a grapheme cluster. */
  #clusters: string[] = []
  #length = 0
  /** The line is to be shown again. */
  #isReprintDue = false

  constructor({ prompt = '', mask, eraser, maxLength = MAX_LENGTH }: LineEditorOptions = {}) {
    this.#prompt = prompt.slice(prompt.lastIndexOf('\n') + 1)
    this.#mask = mask
    this.#eraser = eraser
    this.#maxLength = maxLength
  }

  /** The line as it stands. */
  get text(): string {
    return this.#clusters.join('')
  }

  /**
   * Takes what was typed, in whatever pieces it comes.
   * @param goesOn more is there already, and will follow
   */
  feed(input: string, goesOn = false): Edit {
    let shown = ''
    let used = 0
    while (used < input.length) {
      const at = used
      if (this.#eraser === undefined) used = this.#escape.skip(input, at)
      if (used > at) continue
      const text = this.#textAt(input, at)
      if (text !== '') {
        shown += this.#insert(text)
        used += text.length
        continue
      }
      const key = input[at]
      if (key === Key.RETURN || key === Key.LINE_FEED) return { shown, used, end: 'line' }
      used++
      if (key === Key.END && this.#length === 0) return { shown, used, end: 'input' }
      if (key === Key.REPRINT) this.#isReprintDue = true
      else shown += this.#press(key!)
    }
    // Once, when all is taken: one for each key would be a thousand bytes for one.
    if (this.#isReprintDue && !goesOn) shown += this.#reprint()
    return { shown, used, end: null }
  }

  /** The text that stands at a place, up to the next key that is no character. */
  #textAt(input: string, at: number): string {
    const text = textAt(input, at)
    const end = this.#eraser === undefined ? -1 : text.indexOf(this.#eraser)
    return end < 0 ? text : text.slice(0, end)
  }

  #press(key: string): string {
    switch (key) {
      case this.#eraser:
      case Key.BACKSPACE:
      case Key.DELETE:
        return this.#erase(1)
      case Key.WORD_ERASE:
        return this.#eraseWord()
      case Key.KILL:
        return this.#erase(this.#clusters.length)
      case Key.INTERRUPT:
        this.#clusters = []
        this.#length = 0
        return `^C\r\n${this.#prompt}`
      default:
        return ''
    }
  }

  #reprint(): string {
    this.#isReprintDue = false
    return `\r\n${this.#prompt}${this.#clusters.map((cluster) => this.#show(cluster)).join('')}`
  }

  /** Appends text, as far as there is room. What it shows begins with the new part of a cluster that it completes. */
  #insert(text: string): string {
    const count = this.#clusters.length
    const length = this.#add(text)
    this.#length += length
    const refusal = length < text.length ? BELL : ''
    const added = this.#clusters.length - count
    const shown = this.#mask === undefined ? showTabs(text.slice(0, length)) : this.#mask.repeat(added)
    return shown + refusal
  }

  /** Adds as many of the clusters of a text as there is room for, and returns their length. */
  #add(text: string): number {
    const room = this.#maxLength - this.#length
    const before = this.#clusters.at(-1) ?? ''
    if (isPlain(before) && isPlain(text)) {
      const length = Math.min(text.length, room)
      for (let at = 0; at < length; at++) this.#clusters.push(text[at]!)
      return length
    }
    const last = before.length < LONGEST_CLUSTER ? before : ''
    if (last !== '') this.#clusters.pop()
    let length = -last.length
    // What cannot have room need not be looked at; two units more tell whether the last cluster is whole.
    for (const { segment } of graphemes().segment(last + text.slice(0, room + 2))) {
      if (length + segment.length > room) break
      this.#clusters.push(segment)
      length += segment.length
    }
    if (length >= 0) return length
    this.#clusters.push(last)
    return 0
  }

  #eraseWord(): string {
    let from = this.#clusters.length
    while (from > 0 && isBlank(this.#clusters[from - 1]!)) from--
    while (from > 0 && !isBlank(this.#clusters[from - 1]!)) from--
    return this.#erase(this.#clusters.length - from)
  }

  #erase(count: number): string {
    const erased = this.#clusters.splice(this.#clusters.length - count, count)
    let columns = 0
    for (const cluster of erased) {
      this.#length -= cluster.length
      columns += columnsOf(this.#show(cluster))
    }
    return (this.#eraser ?? ERASE).repeat(columns)
  }

  #show(cluster: string): string {
    return this.#mask ?? (cluster === Key.TAB ? ' ' : cluster)
  }
}

const BELL = '\x07'

/** Wipes the column before the cursor out. */
const ERASE = '\b \b'

/** The text that stands at a place, up to the next control character. */
function textAt(input: string, at: number): string {
  TEXT.lastIndex = at
  return TEXT.test(input) ? input.slice(at, TEXT.lastIndex) : ''
}

const TEXT = /[^\0-\x08\n-\x1f\x7f-\x9f]+/y

/** Nothing but characters each of which is a cluster beside any of the others, so that it needs no segmenter, which is dear. */
function isPlain(text: string): boolean {
  return PLAIN.test(text)
}

/** Latin, Greek, Cyrillic; then, without their marks, punctuation, kana, Han, Hangul syllables, and fullwidth forms. */
const PLAIN =
  /^[\t -~\xa0-\xac\xae-\u02ff\u0370-\u0482\u048a-\u0590\u2010-\u2027\u3041-\u3096\u309b-\u30ff\u3400-\u9fff\uac00-\ud7a3\uff01-\uff60]*$/

function showTabs(text: string): string {
  return text.replaceAll(Key.TAB, ' ')
}

function isBlank(cluster: string): boolean {
  return cluster === ' ' || cluster === Key.TAB
}
