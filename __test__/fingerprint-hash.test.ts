// The hash of a fingerprint, beside the values that Python makes of the same.

import test from 'ava'
import { hashOf } from 'telnetkit/fingerprint'
import { canonical } from '../ts/fingerprint/canonical.js'
import { CORE, EXTENDED, LEGACY, nameInDocument, SERIAL } from '../ts/fingerprint/groups.js'

// json.dumps(data, sort_keys=True, separators=(",", ":")) and hashlib.sha256(…).hexdigest()[:16] of Python 3.11.
test('the canonical form is that of Python', (t) => {
  const data = { '\u{1f600}': 1, '\uffee': [true, null, -1.5], b: 'é"\\/\u007f\n\u0001 \u{1f600}', a: {}, B: [] }
  t.is(
    canonical(data),
    '{"B":[],"a":{},"b":"\\u00e9\\"\\\\/\\u007f\\n\\u0001 \\ud83d\\ude00","\\uffee":[true,null,-1.5],"\\ud83d\\ude00":1}',
  )
  t.is(hashOf(data), '7bcaa1a6fff04024')
})

test('groups have the sizes of the reference, and names lead back', (t) => {
  t.deepEqual(
    [CORE, SERIAL, LEGACY, EXTENDED].map((group) => Object.keys(group).length),
    [14, 1, 32, 10],
  )
  t.is(nameInDocument(46), 'TLS')
  t.is(nameInDocument(18), '0x12')
})
