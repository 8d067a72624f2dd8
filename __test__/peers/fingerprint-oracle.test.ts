// telnetlib3 5.0.1's own fingerprinting server beside ours: both are visited by the same clients, and what they find is compared field
// by field. Some things differ for every client, and are said in `asTheirs`; what differs for one beyond that stands with the client.

import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ExecutionContext } from 'ava'
import { createServer } from 'telnetkit'
import {
  type ClientDocument,
  fingerprint,
  fingerprinting,
  hashOf,
  type Json,
  type JsonObject,
  LEGACY,
} from 'telnetkit/fingerprint'
import { findProgram } from '../../bin/program-path.js'
import { Caller, type Manners } from '../support/caller.js'
import { call, callers, needsCaller } from '../support/callers.js'
import { freePort, needs, PATH, startPeer } from '../support/peer.js'
import { serve } from '../support/raw-peer.js'

/** What only one of the two has, or has otherwise. */
type Differences = Readonly<Record<string, { readonly theirs: Json; readonly ours: Json }>>

const EXPECTED: Readonly<Record<string, Differences>> = {
  // It has one state of an option for both sides. Our server has offered CHARSET by then, and it says no more about that.
  'tt++': {
    'supported-options': { theirs: ['CHARSET'], ours: [] },
    'refused-options': { theirs: [], ours: ['CHARSET'] },
  },
  // Its LANG ends in the set that is spoken. telnetlib3's server agrees on one before it asks; ours asks for both at once.
  'telnetlib3-client': { encoding: { theirs: 'utf-8', ours: 'utf8' } },
  // What telnetlib3 has refused counts as agreed there, and that it is refused again as a loop.
  'a client that offers and asks': { 'looped-negotiation': { theirs: ['NAWS', 'TTYPE'], ours: [] } },
}

const SERVER = 'telnetlib3-fingerprint-server'
const missing = findProgram(SERVER, PATH) ? undefined : `${SERVER} is not installed`

const ALL = Array.from({ length: 256 }, (_, option) => option)

const SCRIPTED: Readonly<Record<string, Manners>> = {
  'a client that refuses everything': {},
  'a client that agrees to everything': {
    performs: ALL,
    allows: ALL,
    types: ['vt100'],
    environment: { USER: 'ada', HOME: '', LANG: 'C' },
  },
  'a client that loops': { performs: ALL, allows: ALL, types: ['vt100'], loops: true },
  'a mute': { ignores: ALL, ignoresMarks: true },
  'a client that offers and asks': {
    says: 'IAC WILL 100 IAC WILL 9 IAC DO 7 IAC DO 101 IAC DO NAWS IAC DO TTYPE IAC WILL COM_PORT',
    performs: [44],
  },
  'a MUD client': { performs: [24, 69, 201], types: ['MUDLET', 'ANSI-TRUECOLOR', 'MTTS 2349'] },
  SyncTERM: {
    performs: [0, 3, 24, 31],
    allows: [0, 1, 3],
    types: ['syncterm'],
    tells: { 31: 'IAC SB NAWS 0 80 0 24 IAC SE' },
  },
  'Microsoft’s telnet': {
    says: 'IAC WILL NAWS',
    performs: [0, 3, 24, 31, 39],
    allows: [0, 1, 3],
    types: ['ANSI', 'VT100', 'VT52', 'VTNT', 'VTNT'],
    environment: { SYSTEMTYPE: 'WIN32' },
  },
}

for (const caller of Object.keys(callers)) {
  const run = needsCaller(caller, missing)
  run(`${caller}: as telnetlib3 sees it`, (t) => compare(t, caller, async (port) => void call(t, caller, port)))
}

for (const [name, manners] of Object.entries(SCRIPTED)) {
  const visit = (t: ExecutionContext) => async (port: number) => {
    const caller = await Caller.call(port, manners)
    t.teardown(() => caller.hangUp())
  }
  needs(missing)(`${name}: as telnetlib3 sees it`, (t) => compare(t, name, visit(t)))
}

/** Calls a port. */
type Call = (port: number) => Promise<void>

async function compare(t: ExecutionContext, name: string, visit: Call): Promise<void> {
  t.timeout(60_000)
  const expected = EXPECTED[name] ?? {}
  const theirs = (await theirDocument(t, visit))['telnet-probe']
  const ours = (await ourDocument(t, visit))['telnet-probe']
  t.is(theirs.fingerprint, hashOf(theirs['fingerprint-data']))
  t.deepEqual(differences(theirs['fingerprint-data'], asTheirs(ours['fingerprint-data'])), expected)
  const isEqual = Object.keys(expected).length === 0
  t.is(ours['compatible-fingerprint'] === theirs.fingerprint, isEqual)
}

/** What telnetlib3 keeps of a visitor. */
async function theirDocument(t: ExecutionContext, visit: Call): Promise<ClientDocument> {
  const folder = await mkdtemp(join(tmpdir(), 'telnetkit-oracle-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  const port = await freePort()
  const command = [SERVER, '127.0.0.1', port, '--data-dir', folder]
  // What is run when the fingerprint is stored: something that asks nothing.
  await startPeer(t, command, /Server ready/, { TELNETLIB3_FINGERPRINT_POST_SCRIPT: 'this' })
  await visit(Number(port))
  for (;;) {
    const names = await readdir(folder, { recursive: true })
    const name = names.find((name) => name.endsWith('.json'))
    if (name !== undefined) return JSON.parse(await readFile(join(folder, name), 'utf8'))
    await sleep(50)
  }
}

/** What we keep of it. */
function ourDocument(t: ExecutionContext, visit: Call): Promise<ClientDocument> {
  return new Promise((resolve, reject) => {
    const server = createServer(fingerprinting(), async (session) => resolve(await fingerprint(session)))
    server.on('sessionError', reject)
    serve(t, server).then(visit).catch(reject)
  })
}

/** Our facts with what telnetlib3 has otherwise for every client. */
function asTheirs(ours: JsonObject): JsonObject {
  const list = (name: string) => (ours[name] as string[] | undefined) ?? []
  const supported = list('supported-options')
  // Options of which it knows only the name it asks for, and rejects when they are offered.
  const named = supported.filter((name) => name in LEGACY)
  // A client that would echo is an error to it, and forgotten.
  const echo = supported.filter((name) => name === 'ECHO')
  // What is not answered counts as refused.
  const refused = [...list('refused-options'), ...list('unanswered-options'), ...named, ...echo].sort()
  const lists = {
    'supported-options': supported.filter((name) => !refused.includes(name)),
    'refused-options': refused,
    'rejected-will': [...list('rejected-will'), ...named].sort(),
    'looped-negotiation': list('looped-negotiation').filter((name) => !(name in LEGACY)),
  }
  // Subnegotiations about what was refused it does not try.
  const { 'unagreed-answered': _, 'unanswered-options': __, ...rest } = ours
  const { 'rejected-will': ___, 'looped-negotiation': ____, ...others } = rest
  const found = Object.entries(lists).filter(([name, list]) => list.length > 0 || name === 'supported-options')
  // A terminal without a name is called 'unknown', and that counts as a name.
  return { ...others, TERM: ours.TERM === 'None' ? 'Yes' : ours.TERM!, ...Object.fromEntries(found) }
}

/** The members that differ; of lists, what only one of them has. */
function differences(theirs: JsonObject, ours: JsonObject): Differences {
  const names = [...new Set([...Object.keys(theirs), ...Object.keys(ours)])]
  const differs = names.filter((name) => hashOf(theirs[name] ?? null) !== hashOf(ours[name] ?? null))
  const compared = differs.map((name) => {
    const [one, other] = [theirs[name], ours[name]]
    return [name, { theirs: without(one, other), ours: without(other, one) }]
  })
  return Object.fromEntries(compared)
}

/** Of a list what the other one has not, and else the value. */
function without(value: Json | undefined, other: Json | undefined): Json {
  if (Array.isArray(value)) return value.filter((item) => !(Array.isArray(other) && other.includes(item)))
  return value ?? (Array.isArray(other) ? [] : null)
}
