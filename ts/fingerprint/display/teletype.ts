// The display for who has no terminal that is drawn on, or whose client edits lines by itself: the same words, one below the other,
// and a question for what comes next.

import { databasePage, telnetPage, terminalPage } from './pages.js'
import type { Line } from './paint.js'
import {
  firstQuestions,
  furtherQuestions,
  KEEPS_NOTHING,
  LONGEST_NAME,
  nameIn,
  PATIENCE,
  type Question,
  thanks,
} from './questions.js'
import type { Screen } from './screen.js'
import { summaryLines, type Window } from './summary.js'
import type { Records, Visitor } from './visitor.js'
import { wrapWords } from './wrap-line.js'

/** The keys, each in its word. */
function legend({ suggest }: Records): string {
  const offered = suggest === undefined ? '' : 's[u]ggest a name, '
  return `[t]erminal, te[l]net, [s]ummary, ${offered}w[h]o else was here, or [q]uit`
}

/** Resolves when the caller wants no more, or is gone. */
export async function converse(screen: Screen, visitor: Visitor, records: Records): Promise<void> {
  const { session } = screen
  const window = (): Window => ({ columns: screen.columns, borders: screen.borders, size: session.peer })
  screen.print(summaryLines(visitor, window()))
  if (!(await ask(screen, records, firstQuestions(visitor, records, screen.isAscii)))) return
  for (;;) {
    screen.print([[], ...wrapWords([{ text: legend(records) }], screen.columns, true)])
    const answer = await session.question(': ', { maxLength: LONGEST_NAME })
    const letter = answer?.trim().toLowerCase()
    if (answer === null || letter === 'q') return
    if (letter === 'u') {
      const questions = furtherQuestions(visitor, records, screen.isAscii)
      if (questions.length === 0) screen.print([[{ text: KEEPS_NOTHING }]])
      if (!(await ask(screen, records, questions))) return
    } else screen.print(await page(letter, visitor, records, window()))
    await screen.taken()
    // Who sends pages of lines has one answered a turn, so that others are served between.
    await new Promise(setImmediate)
  }
}

async function page(letter: string | undefined, visitor: Visitor, records: Records, window: Window): Promise<Line[]> {
  if (letter === 't') return terminalPage(visitor, window)
  if (letter === 'l') return telnetPage(visitor, window)
  if (letter === 'h') return databasePage(await records.entries(), window)
  return letter === 's' ? summaryLines(visitor, window) : []
}

/** Asks for names. False: the caller is gone. */
async function ask(screen: Screen, records: Records, questions: readonly Question[]): Promise<boolean> {
  const suggestions: Record<string, string> = {}
  for (const { kept, prompt, fallback } of questions) {
    const answer = await typed(screen, prompt)
    if (answer === null) return false
    const name = answer === undefined ? undefined : nameIn(answer, fallback)
    if (name !== undefined) suggestions[kept] = name
  }
  if (Object.keys(suggestions).length > 0) screen.print([[{ text: await thanks(records, suggestions) }]])
  return true
}

/** What is typed behind a prompt; undefined if that takes too long. `null`: the caller is gone. */
async function typed(screen: Screen, prompt: string): Promise<string | null | undefined> {
  const lines = wrapWords([{ text: prompt }], screen.columns, true)
  const last = lines.at(-1) ?? []
  screen.print(lines.slice(0, -1))
  try {
    const shown = last.map(({ text }) => text).join('')
    return await screen.session.question(`${shown} `, { timeout: PATIENCE, maxLength: LONGEST_NAME })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'TELNET_TIMEOUT') throw error
    screen.print([[]])
    return undefined
  }
}
