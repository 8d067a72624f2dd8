// Facts of fingerprints, as fast-check makes them.

import fc from 'fast-check'
import type { JsonObject } from 'telnetkit/fingerprint'

const word = fc.constantFrom('SGA', 'ECHO', 'NAWS', 'TTYPE', '1', '__proto__', 'é', '\u{1f600}', 'constructor')
const key = fc.oneof(
  word,
  fc.constantFrom('supported-options', 'refused-options', 'probed-protocol', 'TERM', 'USER', 'modes'),
)
// Without 0 and 1, which Python takes for false and true.
const scalar = fc.oneof(fc.integer({ min: 2, max: 9 }), word, fc.boolean(), fc.constant(null))

/** An object such as a `fingerprint-data`: values, lists, and objects of them. */
export const facts = fc.letrec<{ facts: JsonObject }>((tie) => ({
  facts: fc.dictionary(
    key,
    fc.oneof({ depthSize: 'small', withCrossShrink: true }, scalar, fc.array(word, { maxLength: 4 }), tie('facts')),
    { maxKeys: 5, noNullPrototype: true },
  ),
})).facts
