// Servers that others wrote, looked at from outside: each is told from every other, and is itself ten times of ten, near and far and
// byte by byte. And telnetlib3-fingerprint finds the same.

import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { ExecutionContext } from 'ava'
import { fingerprintServer, LEGACY, type Probe, type ServerDocument, type ServerFacts } from 'telnetkit/fingerprint'
import { findProgram } from '../../bin/program-path.js'
import { needsPrograms, PATH } from '../support/peer.js'
import { type RealServer, realServers } from '../support/real-servers.js'
import { startRelay, type Way } from '../support/relay.js'

const TIMES = 10

/** The milliseconds are each way. */
const WAYS: readonly Way[] = [{}, { late: 200 }, { piece: 1 }]

const programs = [...new Set(realServers.flatMap((server) => server.programs))]
const run = needsPrograms(...programs, 'telnetlib3-fingerprint')

/** Shorter than usual, but longer than the way: some of them show nothing at all. */
const PATIENCE = { bannerQuietTime: 1_000, bannerMaxWait: 5_000, msspWait: 0 }

async function look(port: number): Promise<Probe<ServerFacts>> {
  return (await fingerprintServer({ host: '127.0.0.1', port, ...PATIENCE }))['server-probe']
}

/** The hashes that a server has, by which way it was looked at. */
async function hashesOf(t: ExecutionContext, { start, isLone }: RealServer): Promise<string[]> {
  const port = await start(t)
  const overWay = async (way: Way) => {
    const near = Object.keys(way).length === 0 ? port : await startRelay(t, port, way)
    const hashes: string[] = []
    for (let time = 0; time < TIMES; time++) hashes.push((await look(near)).fingerprint)
    return hashes
  }
  if (!isLone) return (await Promise.all(WAYS.map(overWay))).flat()
  const all: string[] = []
  for (const way of WAYS) all.push(...(await overWay(way)))
  return all
}

run('each is itself, ten times of ten, and no other', async (t) => {
  t.timeout(300_000)
  const found = await Promise.all(realServers.map(async (server) => [server.name, await hashesOf(t, server)] as const))
  for (const [name, hashes] of found) t.deepEqual([...new Set(hashes)].length, 1, `${name}: ${hashes}`)
  t.is(
    new Set(found.map(([, [hash]]) => hash)).size,
    found.length,
    JSON.stringify(found.map(([name, [hash]]) => [name, hash])),
  )
})

/**
 * What differs, and why: who says nothing has refused, by its count, as it cannot tell a slow link from a refusal; and an offer of an
 * option that it has no use for it refuses and forgets (inetutils telnetd offers ENCRYPT).
 */
function inTheirForm({ 'unanswered-options': unanswered = [], ...facts }: ServerFacts): object {
  const useless = facts['offered-options'].filter((name) => name in LEGACY)
  return {
    ...facts,
    'offered-options': facts['offered-options'].filter((name) => !useless.includes(name)),
    'refused-options': [...facts['refused-options'], ...(unanswered as string[]), ...useless].sort(),
  }
}

run('telnetlib3-fingerprint finds the same facts, and so the same hash', async (t) => {
  t.timeout(180_000)
  const folder = await mkdtemp(join(tmpdir(), 'telnetkit-oracle-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const oracle = findProgram('telnetlib3-fingerprint', PATH)!
  const compare = async ({ name, start }: RealServer, index: number) => {
    const port = await start(t)
    for (const type of ['quick', 'full'] as const) {
      const file = join(folder, `${index}-${type}.json`)
      const args = ['127.0.0.1', String(port), '--scan-type', type, '--silent', '--save-json', file, '--mssp-wait', '0']
      await promisify(execFile)(oracle, args)
      const theirs = (JSON.parse(await readFile(file, 'utf8')) as ServerDocument)['server-probe']
      const ours = (await fingerprintServer({ host: '127.0.0.1', port, ...PATIENCE, scanType: type }))['server-probe']
      t.deepEqual(inTheirForm(ours['fingerprint-data']), theirs['fingerprint-data'], `${name}, ${type}`)
      t.is(ours['compatible-fingerprint'], theirs.fingerprint, `${name}, ${type}`)
    }
  }
  await Promise.all(realServers.map(compare))
})
