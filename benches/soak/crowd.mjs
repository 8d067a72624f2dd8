// The crowd, a process of its own: it has so many visitors at each server at once, each of a kind that chance chooses, for so long, and
// then tells how many there were of each kind, and what honest ones had to complain of.

import { setTimeout as delay } from 'node:timers/promises'
import { honest, vandals } from './visitors.mjs'

const { where, size, seed, seconds } = JSON.parse(process.argv[2])
const end = performance.now() + seconds * 1_000
const random = mulberry(seed)
const visits = {}
const faults = []

const kinds = [...Object.entries(honest), ...Object.entries(vandals)]

/** One place in the crowd: one visit after another. */
async function come(place) {
  while (performance.now() < end) {
    const [kind, visit] = kinds[Math.floor(random() * kinds.length)]
    visits[kind] = (visits[kind] ?? 0) + 1
    const left = AbortSignal.timeout(Math.max(1, Math.ceil(end - performance.now())))
    try {
      await visit(place, { random, left })
    } catch (error) {
      if (kind in honest) faults.push(`${place.name}: ${kind}: ${error.message}`)
    }
    await delay(random() * 200)
  }
}

/** A generator of chance that gives the same for the same seed: Tommy Ettinger's mulberry32. */
function mulberry(state) {
  let a = state >>> 0
  return () => {
    a = (a + 0x6d2b79f5) >>> 0
    let word = Math.imul(a ^ (a >>> 15), a | 1)
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61)
    return ((word ^ (word >>> 14)) >>> 0) / 2 ** 32
  }
}

await Promise.all(where.flatMap((place) => Array.from({ length: size }, () => come(place))))
process.send({ visits, faults }, () => process.exit(0))
