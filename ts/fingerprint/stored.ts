// What a file of the data directory holds: a document, in the form of document.ts or of telnetlib3 5.0.1, or nothing that can be
// used. Whatever was read is only a document after it went through here.

import { TelnetError } from '../errors.js'
import type { Json } from './canonical.js'
import { noDocument } from './data-file.js'
import type { JsonObject, Probe } from './document.js'

/** Which of the two folders of a data directory. */
export type Kind = 'client' | 'server'

/** A document as it is stored: more may stand in it. */
export interface Stored {
  readonly 'telnet-probe'?: Probe
  readonly 'terminal-probe'?: Probe
  readonly 'server-probe'?: Probe
  readonly suggestions?: JsonObject
  readonly sessions: readonly JsonObject[]
  readonly 'sessions-omitted'?: number
}

/** The probe that each kind must have. */
export const MAIN = { client: 'telnet-probe', server: 'server-probe' } as const

/**
 * A document of what was read.
 * @throws TelnetError TELNET_DATA_FILE
 */
export function checkStored(path: string, kind: Kind, data: Json): Stored {
  const reason = flaw(kind, data)
  if (reason !== undefined) throw noDocument(path, new SyntaxError(reason))
  return data as unknown as Stored
}

/**
 * A document that somebody wants to be stored.
 * @throws TelnetError TELNET_BAD_ARGUMENT
 */
export function checkGiven(kind: Kind, document: Stored): void {
  const reason = flaw(kind, document as unknown as Json)
  if (reason !== undefined) throw new TelnetError('TELNET_BAD_ARGUMENT', `The document cannot be stored: ${reason}`)
}

/** True for what can be the name of a folder or a file: sixteen hex digits. */
export function isHash(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{16}$/.test(value)
}

/** How often somebody came. */
export function visitsOf(document: Stored): number {
  return document.sessions.length + (document['sessions-omitted'] ?? 0)
}

function flaw(kind: Kind, data: Json): string | undefined {
  if (!isObject(data)) return 'it is no object'
  if (!isProbe(data[MAIN[kind]])) return `it has no ${MAIN[kind]} with a fingerprint and what that is of`
  for (const name of ['terminal-probe', 'telnet-probe', 'server-probe'])
    if (data[name] !== undefined && !isProbe(data[name]))
      return `its ${name} has no fingerprint, or not what that is of`
  const { sessions, suggestions = {}, 'sessions-omitted': omitted = 0 } = data
  if (!Array.isArray(sessions) || !sessions.every(isObject)) return 'its sessions are no list of objects'
  if (!isObject(suggestions)) return 'its suggestions are no object'
  if (!Number.isSafeInteger(omitted) || Number(omitted) < 0) return 'its sessions-omitted is no count'
  return undefined
}

function isProbe(value: Json | undefined): boolean {
  if (!isObject(value)) return false
  const { fingerprint, 'fingerprint-data': facts, session_data: rest = {} } = value
  return isHash(fingerprint) && isObject(facts) && isObject(rest)
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
