// Clients that others wrote: each has one fingerprint over whatever line, and none has that of another.

import type { ExecutionContext } from 'ava'
import { createServer } from 'telnetkit'
import { type ClientDocument, fingerprint, fingerprinting, identify, type JsonObject } from 'telnetkit/fingerprint'
import { call, callers, needsCaller } from '../support/callers.js'
import { needs } from '../support/peer.js'
import { serve } from '../support/raw-peer.js'
import { startRelay, type Way } from '../support/relay.js'

/** So often each calls over each line, all at the same time. */
const TIMES = 10

const LINES: Readonly<Record<string, Way>> = {
  'at once': {},
  '200 ms each way': { late: 200 },
  'in single bytes': { piece: 1 },
}

/** ncat looks for options in what it reads at once, each time anew: what is cut off there is lost on it. */
const DEAF: Readonly<Record<string, string>> = { 'ncat -t': 'in single bytes' }

/** What the table of programs calls each, if that is another name. */
const NAMES: Readonly<Record<string, string>> = {
  BusyBox: 'BusyBox telnet',
  plink: 'PuTTY',
  'tt++': 'TinTin++',
  tf: 'TinyFugue',
  'ncat -t': 'Ncat -t',
  'ncat, which speaks no Telnet': 'What speaks no Telnet',
  'Python’s telnetlib': 'Python telnetlib',
}

/** What was found of each program. */
const found = new Map<string, { readonly facts: JsonObject; readonly opening: unknown }>()

for (const caller of Object.keys(callers)) {
  const run = needsCaller(caller)
  run(`${caller} has one fingerprint, ${TIMES} times of ${TIMES}, over every line`, async (t) => {
    t.timeout(120_000)
    for (const [kind, line] of Object.entries(LINES)) {
      if (DEAF[caller] === kind) continue
      const documents = await visits(t, caller, line)
      t.log(`${kind}: ${summary(documents)}`)
      for (const { 'telnet-probe': probe } of documents) {
        const facts = probe['fingerprint-data']
        const { opening } = probe.session_data
        if (!found.has(caller)) found.set(caller, { facts, opening })
        t.deepEqual({ facts, opening }, found.get(caller), kind)
        t.is(identify(facts)?.name, NAMES[caller] ?? caller, kind)
      }
    }
  })
}

needs()('each is told from every other', (t) => {
  const all = [...found.entries()].map(([caller, { facts }]) => [JSON.stringify(facts), caller])
  t.is(new Map(all as [string, string][]).size, all.length)
  return Promise.resolve()
})

/** Ten visits of a program at a time. */
async function visits(t: ExecutionContext, caller: string, line: Way): Promise<ClientDocument[]> {
  const documents: ClientDocument[] = []
  const { promise, resolve, reject } = settlers()
  const server = createServer(fingerprinting(), async (session) => {
    documents.push(await fingerprint(session))
    if (documents.length === TIMES) resolve()
  })
  server.on('sessionError', reject)
  const port = await startRelay(t, await serve(t, server), line)
  const screens = Array.from({ length: TIMES }, () => call(t, caller, port))
  await promise
  for (const screen of screens) screen.kill()
  return documents
}

function settlers(): { promise: Promise<void>; resolve: () => void; reject: (error: Error) => void } {
  let resolve = () => {}
  let reject = (_: Error) => {}
  const promise = new Promise<void>((fulfil, refuse) => {
    resolve = fulfil
    reject = refuse
  })
  return { promise, resolve, reject }
}

function summary(documents: readonly ClientDocument[]): string {
  const probes = documents.map((document) => document['telnet-probe'])
  const durations = probes.map(({ session_data: { timing } }) => (timing as { duration: number }).duration)
  const hashes = new Set(probes.map((probe) => probe.fingerprint))
  return `${[...hashes].join(' ')}, in ${Math.min(...durations)} to ${Math.max(...durations)} s`
}
