// A terminal's name and version.

import type { Report } from './reports.js'

/** How it was learnt. */
export interface Software {
  readonly name: string
  readonly version: string
  readonly method: 'XTVERSION' | 'DA' | 'ENQ'
}

/** From XTVERSION: `tmux 3.4`, `kitty(0.40.0)`, or a name alone. */
export function softwareOf(text: string): Software {
  const shown = printable(text)
  const [, name = shown, version = ''] = /^([^ (]*) (.*)$/.exec(shown) ?? /^([^(]*)\((.*?)\)*$/.exec(shown) ?? []
  return { name, version, method: 'XTVERSION' }
}

/** From an answerback, whose last word is a version if it has a digit. */
export function softwareOfAnswerback(text: string): Software {
  const shown = printable(text).trim()
  const [, name = shown, version = ''] = /^(.*\S) +(\S*\d\S*)$/.exec(shown) ?? []
  return { name, version, method: 'ENQ' }
}

/** CTerm (SyncTERM) spells its name in decimal, and then its version, as its answer to DA. */
export function softwareOfCTerm(reports: readonly Report[]): Software | undefined {
  const numbers = reports.find((report) => report.kind === 'attributes' && report.isCTerm)
  if (numbers?.kind !== 'attributes') return undefined
  const end = numbers.numbers.findIndex((number) => number < 0x20 || number > 0x7e)
  const split = end === -1 ? numbers.numbers.length : end
  const name = String.fromCharCode(...numbers.numbers.slice(0, split))
  return { name, version: numbers.numbers.slice(split).join('.'), method: 'DA' }
}

/** At most as much as a name needs, without what is not shown. */
function printable(text: string): string {
  return text.replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, '').slice(0, LONGEST_NAME)
}

const LONGEST_NAME = 128
