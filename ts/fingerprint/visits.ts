// What becomes of a document when somebody comes again, and when one who came with one terminal comes with another.

import type { JsonObject, Probe, Visit } from './document.js'
import { type Stored, visitsOf } from './stored.js'

/** What is known of one and the same, with so many visits at most; of two, the latter is newer. */
export function together(most: number, before: Stored, next?: Stored): Stored {
  const all = next ? { ...before, ...next } : before
  const visits = [...before.sessions, ...(next?.sessions ?? [])].sort((one, other) => timeOf(one) - timeOf(other))
  const sessions = visits.length > most ? [visits[0]!, ...visits.slice(1 - most)] : visits
  const left = visits.length - sessions.length
  const omitted = (before['sessions-omitted'] ?? 0) + (next?.['sessions-omitted'] ?? 0) + left
  return {
    ...all,
    ...(before.suggestions && next?.suggestions && { suggestions: { ...before.suggestions, ...next.suggestions } }),
    sessions,
    ...(omitted > 0 && { 'sessions-omitted': omitted }),
  }
}

/**
 * A document with its terminal; and without one visit, if all others were with another terminal.
 * @param visit the one that goes; the latest, unless given, and there
 */
export function parted(document: Stored, probe: Probe, visit?: Visit): { going: Stored; staying?: Stored } {
  const before = document['terminal-probe']
  if (!before || before.fingerprint === probe.fingerprint) return { going: { ...document, 'terminal-probe': probe } }
  // What was suggested, and is not listed, was of the other.
  const { suggestions: _, 'sessions-omitted': __, sessions, ...probes } = document
  const found = sessions.findLastIndex(({ connected }) => connected === visit?.connected)
  const at = found < 0 ? sessions.length - 1 : found
  const going = { ...probes, 'terminal-probe': probe, sessions: sessions.slice(at, at + 1) }
  const staying = { ...document, sessions: sessions.toSpliced(at, 1) }
  return visitsOf(staying) === 0 ? { going } : { going, staying }
}

function timeOf({ connected }: JsonObject): number {
  return Date.parse(String(connected)) || 0
}
