// The keys of a terminal that mean something to a line, and the Telnet commands that mean the same (RFC 854, RFC 1184): a
// client that edits its own lines, or knows its user's erase key, says it by command.

import { charsetName } from './binding.js'
import { Command } from './constants.js'

/** Control characters, by what they do. */
export const Key = {
  /** Ctrl-C: give the line up. */
  INTERRUPT: '\x03',
  /** Ctrl-D: there will be no more. */
  END: '\x04',
  /** BS: erase a character. */
  BACKSPACE: '\b',
  TAB: '\t',
  LINE_FEED: '\n',
  RETURN: '\r',
  /** Ctrl-R: show the line again. */
  REPRINT: '\x12',
  /** Ctrl-U: erase the line. */
  KILL: '\x15',
  /** Ctrl-W: erase a word. */
  WORD_ERASE: '\x17',
  /** Ctrl-Z. */
  SUSPEND: '\x1a',
  ESCAPE: '\x1b',
  /** Ctrl-\. */
  QUIT: '\x1c',
  /** DEL: erase a character. */
  DELETE: '\x7f',
} as const

/** The key that does what a command says, if there is one. */
export function keyOf(command: number): string | undefined {
  return KEYS[command]
}

/**
 * The key that erases on a machine whose character set has one of its own for that, as it is read: DEL of a Commodore, and of an
 * Atari the byte 7E, which is a triangle elsewhere.
 */
export function eraserOf(encoding: string | null): string | undefined {
  return encoding === null ? undefined : ERASERS[charsetName(encoding) ?? '']
}

const ERASERS: Readonly<Record<string, string>> = { PETSCII: '\x14', 'PETSCII-unshifted': '\x14', ATASCII: '◀' }

const KEYS: Readonly<Record<number, string>> = {
  [Command.IP]: Key.INTERRUPT,
  [Command.BRK]: Key.INTERRUPT,
  [Command.EOF]: Key.END,
  [Command.EC]: Key.DELETE,
  [Command.EL]: Key.KILL,
  [Command.SUSP]: Key.SUSPEND,
  [Command.ABORT]: Key.QUIT,
}
