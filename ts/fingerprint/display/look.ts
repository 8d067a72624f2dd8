// How a fingerprint can be shown to the one whose it is: by what their client has agreed to, and what their terminal has answered.

import { Option } from '../../constants.js'
import { eraserOf } from '../../keys.js'
import type { Session } from '../../session.js'
import type { JsonObject } from '../document.js'
import { at, numberAt, textAt, textsAt } from './facts.js'
import type { Form } from './index.js'
import type { Depth } from './paint.js'
import type { Look } from './screen.js'

/** Options that only MUD clients have. */
const OF_MUDS = [Option.AARDWOLF, Option.GMCP, Option.MSDP, Option.MXP, Option.MSSP, Option.ATCP]

/** Colours of a terminal, least first, and the bits that they are. */
const DEPTHS: readonly (readonly [number, Depth])[] = [
  [2 ** 24, 24],
  [256, 8],
  [8, 4],
]

/**
 * Whether there is a terminal behind a client that sends each key and leaves it to us to show it: then it may be asked what it is, and be drawn on. A MUD client
 * shows text above a line of its own, and one without SGA waits for go-aheads.
 */
export function isInteractive(session: Session): boolean {
  const { peer, remote, mode } = session
  if (!remote.has(Option.SGA) || mode !== 'character' || peer.isMudClient || peer.mtts !== undefined) return false
  return !OF_MUDS.some((option) => remote.has(option)) && !isDumb(session)
}

/** A terminal that says of itself that it has no control sequences, or has others. */
function isDumb({ peer, encoding }: Session): boolean {
  return /^dumb\b/i.test(peer.terminalType ?? '') || (encoding !== null && eraserOf(encoding) !== undefined)
}

/** The form in which it is shown. */
export function formOf(session: Session, document: JsonObject): Form {
  if (isInteractive(session) && hasAnswered(at(document, 'terminal-probe'))) return 'screen'
  return hasSpoken(document) ? 'lines' : 'json'
}

/** What its terminal can do. */
export function lookOf(session: Session, document: JsonObject, form: Form): Look {
  if (form !== 'screen') return { depth: 1, isAscii: true, isSynchronized: false, hasTitle: false }
  const found = at(document, 'terminal-probe', 'fingerprint-data')
  return {
    depth: depthOf(session, numberAt(found, 'number_of_colors')),
    // Where characters of ambiguous width take two columns, those of borders do.
    isAscii: numberAt(found, 'ambiguous_width') !== 1,
    isSynchronized: at(found, 'modes', '2026', 'supported') === true,
    hasTitle: true,
  }
}

/**
 * The character set in which it is shown; undefined: as it is. A terminal that has shown to know UTF-8 gets that, whatever the client
 * agreed to, and SyncTERM has the font of an Amiga by now.
 */
export function encodingOf(session: Session, { isAscii }: Look): string | undefined {
  if (!isAscii) return 'utf8'
  return session.encoding === null || isSyncTerm(session) ? 'latin1' : undefined
}

/** Boards send SyncTERM files as well as text. */
export function isSyncTerm({ peer }: Session): boolean {
  return /^syncterm$/i.test(peer.terminalType ?? '')
}

/** The terminal of a probe has answered, to the first question or to any other. */
export function hasAnswered(probe: unknown): boolean {
  const found = at(probe, 'fingerprint-data')
  const software = textAt(found, 'software_name')
  return numberAt(found, 'da_service_class') !== undefined || (software !== undefined && software !== 'unknown')
}

/** True colour is for terminals which have shown that they know it: what a client says is often wrong. */
function depthOf(session: Session, colours: number | undefined): Depth {
  if (colours !== undefined) return DEPTHS.find(([least]) => colours >= least)?.[1] ?? 1
  const told = session.tty.getColorDepth()
  return told === 24 ? 8 : told
}

/** A peer that has answered no question of Telnet is a program at a bare connection. */
function hasSpoken(document: JsonObject): boolean {
  const facts = at(document, 'telnet-probe', 'fingerprint-data')
  return textsAt(facts, 'supported-options').length > 0 || textsAt(facts, 'refused-options').length > 0
}
