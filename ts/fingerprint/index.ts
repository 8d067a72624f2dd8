// telnetkit/fingerprint: who is calling, and what is that server?

export {
  type Answer,
  type AskOptions,
  askFor,
  askWrongDirection,
  findLooped,
  type Question,
  type WrongWayAnswer,
} from './answers.js'
export { hashOf, type Json } from './canonical.js'
export type { Entry } from './directory.js'
export type { ClientDocument, ClientFacts, JsonObject, Probe, ServerDocument, ServerFacts, Visit } from './document.js'
export { type FingerprintOptions, fingerprint, fingerprinting } from './fingerprint.js'
export { CORE, EXTENDED, LEGACY, nameInDocument, type OptionGroup, SERIAL } from './groups.js'
export { type Identity, identify } from './identify.js'
export { Names, type NameTable, named, nameOf, validName } from './names.js'
export { Opening, watchOpening } from './opening.js'
export type { StoreLimits } from './room.js'
export type { ProbeName, Sample } from './samples.js'
export { fingerprintServer } from './scan.js'
export type { ScanStep, ServerScanOptions } from './scan-options.js'
export { type FingerprintShellOptions, fingerprintShell, type VisitLog } from './shell.js'
export { type Known, type Nearest, nearest, similarity } from './similarity.js'
export { clientIdentity, Store, SUGGESTIONS, UNKNOWN_TERMINAL } from './store.js'
export { type Kind, type Stored, visitsOf } from './stored.js'
export { probeTerminal, type TerminalFacts, type TerminalProbeOptions } from './terminal/index.js'
export type { Kept, PostScript } from './visit.js'
