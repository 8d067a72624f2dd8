// How like each other two fingerprints are.

import test from 'ava'
import fc from 'fast-check'
import { named, nearest, similarity } from 'telnetkit/fingerprint'
import { probeOf } from './support/data-directory.js'
import { facts } from './support/facts.js'

test('it is 1 for the same, from 0 to 1 for all, and the same from either side', (t) => {
  t.pass()
  fc.assert(
    fc.property(facts, facts, (one, other) => {
      const score = similarity(one, other)
      return similarity(one, one) === 1 && score >= 0 && score <= 1 && score === similarity(other, one)
    }),
    { numRuns: 2_000 },
  )
})

test('lists count by what they share, objects by their members, all else is the same or is not', (t) => {
  const one = { a: ['x', 'y'], b: { c: 1, d: 2 }, e: 1, f: 'x' }
  t.is(similarity(one, { ...one, a: ['y', 'z', 'y'] }), (1 / 3 + 1 + 1 + 1) / 4)
  t.is(similarity(one, { ...one, b: { c: 1, d: 3 } }), (0.5 + 3) / 4)
  t.is(similarity(one, { ...one, e: 2 }), 3 / 4)
  t.is(similarity(one, { a: one.a, b: one.b, e: 1 }), 3 / 4)
  t.is(similarity(one, { ...one, g: null }), 1)
  t.is(similarity(one, { ...one, f: ['x'] }), 3 / 4)
})

test('what tells of the user, and not of the program, does not count', (t) => {
  const one = { 'ttype-count': 1, USER: 'True', TERM: 'Yes', charset: 'None', encoding: 'utf8' }
  t.is(similarity(one, { 'ttype-count': 1, HOME: 'True', TERM: 'None', 'rejected-will': ['ECHO'] }), 1)
  t.is(similarity({}, {}), 1)
})

test('the nearest is the likest that is at least half alike', (t) => {
  const known = [
    { name: 'none', facts: { a: 1, b: 2, c: 3 } },
    { name: 'first', facts: { a: 9, b: 9 } },
    { name: 'second', facts: { a: 9, b: 9 } },
  ]
  t.deepEqual(nearest({ a: 9, b: 9 }, known), { name: 'first', score: 1 })
  t.deepEqual(nearest({ a: 9, b: 8 }, known), { name: 'first', score: 0.5 })
  t.is(nearest({ a: 8, b: 8 }, known), undefined)
  t.is(nearest({}, []), undefined)
})

test('names are found by either hash', (t) => {
  const [one, other] = [probeOf({ a: 1 }), { ...probeOf({ a: 2 }), 'compatible-fingerprint': 'c'.repeat(16) }]
  const names = new Map([
    [one.fingerprint, 'one'],
    ['c'.repeat(16), 'other'],
  ])
  t.deepEqual(named(names, [one, other, probeOf({ a: 3 })]), [
    { name: 'one', facts: { a: 1 } },
    { name: 'other', facts: { a: 2 } },
  ])
})
