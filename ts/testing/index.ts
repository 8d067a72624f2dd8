// telnetkit/testing: two sessions joined in memory, and clients that behave as others' programs do, for tests that need neither
// socket nor program.

export type { PersonaName } from './manners.js'
export { createPair, type Pair, type PairOptions } from './pair.js'
export { Persona, type PersonaTarget } from './persona.js'
