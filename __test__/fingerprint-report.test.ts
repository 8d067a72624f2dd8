// What is counted in a data directory and the page about it, whatever stands in the documents.

import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import fc from 'fast-check'
import { clientIdentity, hashOf, type JsonObject, Store } from 'telnetkit/fingerprint'
import { census } from '../ts/fingerprint/census.js'
import { reportPage } from '../ts/fingerprint/report/page.js'
import { client, folderFor, time } from './support/data-directory.js'

const NOW = new Date(Date.UTC(2026, 0, 31))

/** Documents as somebody may have written them who wants to break what reads them. */
const oddly = fc.record(
  {
    'fingerprint-data': fc.dictionary(
      fc.constantFrom('supported-options', 'offered-options', 'software_name', '__proto__', 'ttype-count'),
      fc.jsonValue({ maxDepth: 2 }),
    ),
    session_data: fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 })),
    sessions: fc.array(fc.dictionary(fc.constantFrom('connected', 'ip', 'host'), fc.jsonValue({ maxDepth: 1 }))),
    suggestions: fc.dictionary(fc.constantFrom('telnet-client', 'terminal-emulator'), fc.jsonValue({ maxDepth: 1 })),
    'sessions-omitted': fc.nat(),
  },
  { noNullPrototype: true },
)

test('whatever stands in documents is counted, and told on a page', async (t) => {
  const store = new Store(await folderFor(t))
  for (const [index, odd] of fc.sample(oddly, { numRuns: 200, seed: 5 }).entries()) {
    const { 'fingerprint-data': facts, session_data, ...rest } = odd
    const probe = { fingerprint: hashOf(facts as JsonObject), 'fingerprint-data': facts, session_data }
    const isClient = index % 2 === 0
    const text = JSON.stringify({
      [isClient ? 'telnet-probe' : 'server-probe']: probe,
      'terminal-probe': probe,
      ...rest,
    })
    const folder = join(
      store.folder,
      isClient ? 'client' : 'server',
      probe.fingerprint,
      isClient ? probe.fingerprint : '',
    )
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, `${hashOf(index)}.json`), text)
  }
  const found = await census(store)
  t.deepEqual(found.flaws, [])
  t.deepEqual(found.misplaced, [])
  t.is(found.documents.client + found.documents.server, 200)
  t.regex(reportPage(found, NOW), /<\/html>\n$/)
})

const spans: [string, number, string[]][] = [
  ['a day is shown among others', 0, ['2025-12-19', '2026-01-01']],
  ['weeks are shown by the day', 60, ['2026-01-01', '2026-03-02']],
  ['a year is shown by the month', 400, ['2026-01', '2027-02']],
  ['decades are shown by the year', 365 * 40, ['2026', '2065']],
]

for (const [what, days, [first, last]] of spans) {
  test(`in the course of time, ${what}`, async (t) => {
    const store = new Store(await folderFor(t))
    for (const day of new Set([0, days])) await store.saveClient(client(['SGA'], day * 1440), clientIdentity({}))
    await store.saveClient({ ...client(['SGA']), sessions: [{ ip: null, connected: '9999-12-31T00:00:00Z' }] }, {})
    const found = await census(store)
    const calls = days === 0 ? 1 : 2
    t.is(
      [...found.days.client.values()].reduce((sum, count) => sum + count),
      calls,
    )
    const page = reportPage(found, NOW)
    const label = `Calls, from ${first} to ${last}; at most 1`
    t.true(page.includes(`aria-label="${label}"`), page.match(/aria-label="[^"]*"/)?.[0])
    t.is([...page.matchAll(/<title>[-\d]+: 1<\/title>/g)].length, calls)
    t.regex(page, /<p>1 more, of which no day is kept, are left out\.<\/p>/)
  })
}

test('what is seen most often stands first, and the rest is one bar', async (t) => {
  const store = new Store(await folderFor(t))
  for (let kind = 0; kind < 20; kind++)
    for (let user = 0; user <= kind % 3; user++)
      await store.saveClient(client([`X${kind}`], user), clientIdentity({ USER: String(user) }))
  const found = await census(store)
  t.deepEqual(
    found.fingerprints.map(({ clients }) => clients),
    [...Array(6).fill(3), ...Array(7).fill(2), ...Array(7).fill(1)],
  )
  t.like(found.fingerprints[0]!, { first: time(0), last: time(2), calls: 3 })
  const page = reportPage(found, NOW)
  t.regex(page, />6 others<\/span>[\s\S]*?<span class="value">6<\/span>/)
  t.is([...page.matchAll(/<tr>/g)].length, 21)
})
