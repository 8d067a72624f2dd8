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
export type { ClientDocument, ClientFacts, JsonObject, Probe, ServerDocument, ServerFacts, Visit } from './document.js'
export { CORE, EXTENDED, LEGACY, nameInDocument, type OptionGroup, SERIAL } from './groups.js'
