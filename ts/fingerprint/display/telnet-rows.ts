// What is found of a client's Telnet, as rows of a table.

import type { JsonObject } from '../document.js'
import { at, membersAt, numberAt, textAt, textsAt } from './facts.js'
import { type Row, row } from './terminal-rows.js'

/** Variables of which only is told whether the client gave them. */
const PERSONAL = ['USER', 'HOME', 'SHELL', 'IPADDRESS']

const UTF_8 = /^(unicode-?1-?1-?)?utf[-_]?8$/i

/** The rows of the client of a document. */
export function telnetRows(document: JsonObject): Row[] {
  const probe = at(document, 'telnet-probe')
  const hashed = at(probe, 'fingerprint-data')
  const extra = at(probe, 'session_data', 'extra')
  return [
    ...row('Fingerprint', textAt(probe, 'fingerprint')),
    ...row('Terminal Type', terminalTypes(probe)),
    ...language(document),
    ...row('Options', joined(textsAt(hashed, 'supported-options'))),
    ...row('No answer', joined(textsAt(hashed, 'unanswered-options')), 'fair'),
    ...row('Rejected', joined(textsAt(hashed, 'rejected-will'))),
    ...row('SLC', specialCharacters(at(probe, 'session_data', 'slc_tab'))),
    ...row('Environment', joined(PERSONAL.filter((name) => at(hashed, name) === 'True'))),
    ...row('Speed', textAt(extra, 'tspeed')),
  ]
}

/** The type of the terminal: the first that the client named, or its variable TERM. */
export function terminalType(document: unknown): string | undefined {
  const session = at(document, 'telnet-probe', 'session_data')
  const [first] = textsAt(session, 'ttype_cycle')
  return first ?? textAt(session, 'extra', 'TERM') ?? textAt(session, 'extra', 'term')
}

/** The first, and the others in brackets, each once, however it is written. */
function terminalTypes(probe: unknown): string | undefined {
  const first = terminalType({ 'telnet-probe': probe })
  if (first === undefined) return undefined
  const others = new Map(textsAt(probe, 'session_data', 'ttype_cycle').map((name) => [name.toLowerCase(), name]))
  others.delete(first.toLowerCase())
  return others.size === 0 ? first : `${first} (${[...others.values()].join(', ')})`
}

/** The language and the character set, whichever of them is known. */
function language(document: JsonObject): Row[] {
  const probe = at(document, 'telnet-probe')
  const lang = textAt(probe, 'session_data', 'extra', 'LANG')
  const charset = characterSet(document, textAt(probe, 'session_data', 'extra', 'charset'))
  if (lang !== undefined) {
    return charset === undefined ? row('LANG', lang) : row('LANG (Charset)', `${lang} (${charset})`)
  }
  if (charset !== undefined) return row('Charset', charset)
  const encoding = textAt(probe, 'fingerprint-data', 'encoding')
  return encoding === 'None' ? [] : row('Encoding', encoding)
}

/** A client may say UTF-8 though its terminal was found to show none. */
function characterSet(document: JsonObject, named: string | undefined): string | undefined {
  if (named === undefined || !UTF_8.test(named)) return named
  return numberAt(document, 'terminal-probe', 'fingerprint-data', 'ambiguous_width') === -1
    ? 'unknown (ascii-only)'
    : named
}

/** How many special characters of LINEMODE are other than usual. */
function specialCharacters(table: unknown): string | undefined {
  const counts: [number, string][] = [
    [membersAt(table, 'set').length, 'set'],
    [textsAt(table, 'unset').length, 'unset'],
    [textsAt(table, 'nosupport').length, 'nosupport'],
  ]
  const told = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`)
  return told.length === 0 ? undefined : told.join(', ')
}

function joined(names: readonly string[]): string | undefined {
  return names.length === 0 ? undefined : names.join(', ')
}
