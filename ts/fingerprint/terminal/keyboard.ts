// kitty's keyboard protocol (sw.kovidgoyal.net/kitty/keyboard-protocol, "Progressive enhancement"): which flags does a terminal
// take? At rest it tells none, so each is set for the moment of a question, in a set of flags that is pushed before and popped behind.

import type { Answers } from './conversation.js'
import { KEYBOARD, KEYBOARD_POP, KEYBOARD_PUSH, keyboardFlags, type Questions } from './questions.js'

/** The flags, by the names that documents have for them; the first is bit 0. */
const FLAGS = ['disambiguate', 'report_events', 'report_alternates', 'report_all_keys', 'report_text'] as const

export function askKeyboard(questions: Questions): void {
  questions.add(KEYBOARD_PUSH, ...FLAGS.map((_, bit) => keyboardFlags(1 << bit) + KEYBOARD), KEYBOARD_POP)
}

/** The flags that it took, as one number. Each answer is that to its own question only if there are as many. */
export function keyboardFrom({ reports }: Answers): number {
  const told = reports.flatMap((report) => (report.kind === 'keyboard' ? [report.flags] : []))
  const isExact = told.length === FLAGS.length
  return FLAGS.reduce((taken, _, bit) => (isExact && told[bit] === 1 << bit ? taken | (1 << bit) : taken), 0)
}

/** As it stands in documents. */
export function keyboardFacts(flags: number): Record<string, boolean | number> {
  const each = FLAGS.map((name, bit) => [name, (flags & (1 << bit)) !== 0])
  return { ...Object.fromEntries(each), supported_flags: flags }
}
