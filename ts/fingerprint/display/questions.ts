// What a caller is asked about fingerprints that nobody has named yet; or, if both have names, about better ones.

import { validName } from '../names.js'
import { softwareName } from './terminal-rows.js'
import { brief } from './visible.js'
import type { Records, Visitor } from './visitor.js'

/** Characters that a name may have: the width of the field. */
export const LONGEST_NAME = 18

/** Milliseconds to type one. */
export const PATIENCE = 120_000

export interface Question {
  /** Under which name the answer is kept. */
  readonly kept: string
  readonly prompt: string
  /** What an empty answer says. */
  readonly fallback: string | undefined
}

/** What a caller is asked of themselves: for names of what has none. */
export function firstQuestions(visitor: Visitor, { suggest }: Records, isAscii: boolean): Question[] {
  return suggest === undefined ? [] : unnamed(visitor, isAscii)
}

/** What a caller is asked who wants to suggest something. */
export function furtherQuestions(visitor: Visitor, records: Records, isAscii: boolean): Question[] {
  if (records.suggest === undefined) return []
  const first = unnamed(visitor, isAscii)
  return first.length > 0 ? first : revisions(visitor, isAscii)
}

function unnamed({ telnet, terminal, document }: Visitor, isAscii: boolean): Question[] {
  const questions: Question[] = []
  if (terminal !== undefined && terminal.name === undefined) {
    const fallback = softwareName(document)
    const hint = fallback === undefined ? 'or press return' : `return for "${brief(fallback, isAscii)}"`
    questions.push({ kept: 'terminal-emulator', prompt: `Terminal emulator name (${hint}): `, fallback })
  }
  if (telnet.name === undefined) {
    const prompt = 'What is your TELNET client name? Or, press return: '
    questions.push({ kept: 'telnet-client', prompt, fallback: undefined })
  }
  return questions
}

/** What might be named better. */
function revisions({ telnet, terminal }: Visitor, isAscii: boolean): Question[] {
  const ask = (kept: string, what: string, name: string): Question => {
    return { kept, prompt: `${what} name (return for "${brief(name, isAscii)}"): `, fallback: undefined }
  }
  return [
    ...(terminal?.name === undefined ? [] : [ask('terminal-emulator-revision', 'Terminal emulator', terminal.name)]),
    ...(telnet.name === undefined ? [] : [ask('telnet-client-revision', 'Telnet client', telnet.name)]),
  ]
}

/** The name in an answer, if there is one. */
export function nameIn(answer: string, fallback: string | undefined): string | undefined {
  return validName(answer.trim() || (fallback ?? ''))
}

/** For who would suggest something where nothing is kept. */
export const KEEPS_NOTHING = 'Nothing is kept here.'

/** Keeps what was suggested, and says so. */
export async function thanks(records: Records, suggestions: Readonly<Record<string, string>>): Promise<string> {
  const isKept = await records.suggest?.(suggestions)
  return isKept ? 'Thank you: somebody will look at it.' : 'Thank you; but that cannot be kept just now.'
}
