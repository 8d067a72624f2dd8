// The terminal probe.

export type { TerminalFacts } from './facts.js'
export { probeTerminal, type TerminalProbeOptions } from './probe.js'
