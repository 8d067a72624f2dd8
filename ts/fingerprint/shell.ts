// The shell `fingerprint`: finds out who is calling, keeps it, and shows it to them. Each visit goes through the steps of visit.ts.

import { checkFunction, checkNames } from '../checks.js'
import { TelnetError } from '../errors.js'
import type { Session } from '../session.js'
import type { Shell } from '../shells/index.js'
import { Acquaintances } from './acquaintances.js'
import type { ClientDocument, Probe } from './document.js'
import { Store, type StoreLimits } from './store.js'
import { probeTerminal } from './terminal/index.js'
import { Told, type VisitLog } from './told.js'
import { type PostScript, Visit } from './visit.js'

export type { VisitLog } from './told.js'

/** How callers are looked at. */
export interface FingerprintShellOptions {
  /** The folder in which documents are kept. **Default:** nothing is kept. */
  dataDir?: string | undefined
  /** How much is kept there. */
  limits?: Partial<StoreLimits> | undefined
  /** Asks terminals what they are; a round trip has so many milliseconds. Undefined: it did not find out. **Default:** `probeTerminal`. */
  probe?: ((session: Session, options: { roundTrip: number }) => Promise<Probe | undefined>) | undefined
  /** Speaks with callers whose document was kept, instead of the display. */
  postScript?: PostScript | undefined
  /** Told what was found of each. */
  onDocument?: ((document: ClientDocument, session: Session) => void) | undefined
  /** Told who was identified, and what cannot be kept, in a line each. **Default:** nobody is. */
  log?: VisitLog | undefined
}

/**
 * A shell that looks at who is calling.
 *
 * ```js
 * createServer(fingerprintShell({ dataDir: './data', log: console }))
 * ```
 *
 * @throws TELNET_BAD_ARGUMENT, TELNET_BAD_OPTION
 */
export function fingerprintShell(options: FingerprintShellOptions = {}): Shell {
  checkNames(options, ['dataDir', 'limits', 'probe', 'postScript', 'onDocument', 'log'])
  const { dataDir, limits, probe = probeTerminal, postScript, onDocument, log } = options
  checkFunction('option probe', probe)
  if (postScript !== undefined) checkFunction('option postScript', postScript)
  if (onDocument !== undefined) checkFunction('option onDocument', onDocument)
  if (dataDir === '')
    throw new TelnetError('TELNET_BAD_OPTION', 'The option dataDir is empty: name a folder, or leave it out')
  const store = dataDir === undefined ? undefined : new Store(dataDir, limits)
  const told = new Told(log)
  const onFlaw = ({ code, message }: TelnetError) =>
    told.warnHourly(`count ${code}`, `The data directory fails: ${message}`)
  const shared = {
    store,
    acquaintances: store === undefined ? undefined : new Acquaintances(store, onFlaw),
    probe,
    postScript,
    onDocument,
    log: told,
  }
  return (session) => new Visit(session, shared).run()
}
