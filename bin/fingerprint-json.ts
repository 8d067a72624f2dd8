// JSON for people: sorted and indented, without what is empty, and on a terminal in colours. Nothing in it moves a cursor, whoever
// wrote it, since all is ASCII without controls.

import { indented, type Json } from '../ts/fingerprint/canonical.js'

/** Where it goes. */
interface Target {
  readonly isTTY?: boolean
}

/** A document as it is printed. */
export function printedJson(document: object, { isTTY = false }: Target): string {
  const text = indented(filled(document as Json) ?? {})
  return isTTY && !process.env.NO_COLOR && process.env.TERM !== 'dumb' ? coloured(text) : text
}

/** Without what is empty or false; undefined where nothing is left. */
function filled(value: Json): Json | undefined {
  if (value === '' || value === false) return undefined
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.length > 0 ? value.map((one: Json) => filled(one) ?? one) : undefined
  const members = Object.entries(value).map(([name, member]) => [name, filled(member)])
  const kept = members.filter(([, member]) => member !== undefined)
  return kept.length > 0 ? Object.fromEntries(kept) : undefined
}

const RESET = '\x1b[0m'
const KEY = '\x1b[1;34m'
const STRING = '\x1b[32m'
const NUMBER = '\x1b[33m'
const WORD = '\x1b[35m'

function coloured(json: string): string {
  return json.replace(/("(?:\\.|[^"\\])*")(:?)|\b(true|false|null)\b|-?\d[\d.e+-]*/g, (token, string, colon, word) => {
    if (string === undefined) return `${word === undefined ? NUMBER : WORD}${token}${RESET}`
    return `${colon === '' ? STRING : KEY}${string}${RESET}${colon}`
  })
}
