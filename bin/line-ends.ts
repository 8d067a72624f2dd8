// Line ends, where a terminal meets the Telnet stream. On the wire a line ends with CR LF and a bare CR is CR NUL (RFC 854,
// "The NVT printer and keyboard"); the session has already taken care of CR NUL where it carries text, unless it is to tell every NUL.
// A terminal's key gives CR, or LF while it edits lines, and its screen wants CR LF, or LF while the kernel adds the CR.

import { now } from '../ts/clock.js'

/** What a server sends, made fit for a screen or a pipe. */
export class ScreenLines {
  #held = ''
  #afterReturn = false

  /** For output that something else finishes: see `cook`. No piece ends within a CR LF. */
  cooked(text: string): string {
    const whole = this.#held + text
    // A CR at the end may be half of a CR LF.
    const ready = whole.endsWith('\r') ? whole.slice(0, -1) : whole
    this.#held = whole.slice(ready.length)
    this.#afterReturn = false
    return ready
  }

  /** For a screen that gets what we write: a bare LF, too, begins a line at its left edge. */
  raw(text: string): string {
    const whole = this.#held + text
    this.#held = ''
    if (whole === '') return ''
    const bare = this.#afterReturn ? /(?<!^|\r)\n/g : /(?<!\r)\n/g
    this.#afterReturn = whole.endsWith('\r')
    return whole.replace(bare, '\r\n')
  }

  /** For a screen, where the two have agreed on BINARY: every control character is meant (RFC 856). */
  exact(text: string): string {
    const whole = this.#held + text
    this.#held = ''
    this.#afterReturn = whole.endsWith('\r')
    return whole
  }

  /** What was held back; there comes no more. */
  end(): string {
    const held = this.#held
    this.#held = ''
    return held
  }
}

/**
 * CR LF becomes LF, where the kernel adds the CR, or a pipe wants none: in the memory that the bytes have, of which it returns the part
 * that is left. (A second string for each that comes had V8 take 25 MB for those that are young.)
 */
export function cook(bytes: Buffer): Buffer {
  let length = bytes.indexOf('\r\n')
  if (length === -1) return bytes
  for (let at = length; at < bytes.length; at++) {
    if (bytes[at] !== CR || bytes[at + 1] !== LF) bytes[length++] = bytes[at]!
  }
  return bytes.subarray(0, length)
}

const CR = 0x0d
const LF = 0x0a

/**
 * Milliseconds in which the halves of a line's end come, though one read ended between them: a client that writes one after the other has
 * the second wait for a round trip (Nagle's algorithm). Fingers are slower, mostly.
 */
const TOGETHER = 250

/**
 * What a client sends, made the keys of a terminal: CR LF, CR NUL, CR and LF are each one Enter, which is CR. Without the NUL an LF that
 * is a key of its own (Ctrl-J) would seem to belong to the Enter before it.
 *
 * Where BINARY is agreed a bare CR is an Enter (RFC 856), though there are clients that go on to send CR LF. What belongs to it comes with
 * it or soon; an LF or NUL that comes later is a key.
 */
export class EnterKeys {
  /** When a CR came last of all; none: something else did. */
  #returned = Number.NEGATIVE_INFINITY

  /** @param at in milliseconds, by any clock */
  feed(text: string, isBinary = false, at = now()): string {
    const within = isBinary ? TOGETHER : Number.POSITIVE_INFINITY
    const continues = at - this.#returned < within && (text.startsWith('\n') || text.startsWith('\0'))
    const rest = continues ? text.slice(1) : text
    if (text !== '') this.#returned = rest.endsWith('\r') ? at : Number.NEGATIVE_INFINITY
    return rest.replace(/\r[\n\0]|\n/g, '\r')
  }
}

/** Text in pieces of which none ends within a CR LF: a CR at the end waits for what follows it. */
export class WholeLineEnds {
  #held = ''

  feed(text: string): string {
    const whole = this.#held + text
    this.#held = whole.endsWith('\r') ? '\r' : ''
    return this.#held === '' ? whole : whole.slice(0, -1)
  }

  end(): string {
    const held = this.#held
    this.#held = ''
    return held
  }
}
