// telnetkit/fingerprint: who is calling, and what is that server?

export { hashOf, type Json } from './canonical.js'
export type { ClientDocument, ClientFacts, JsonObject, Probe, ServerDocument, ServerFacts, Visit } from './document.js'
