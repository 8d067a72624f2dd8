// A data directory of fingerprints that is gone after the test, and documents to put into it.

import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { type ClientDocument, hashOf, type JsonObject, type Probe, type ServerDocument } from 'telnetkit/fingerprint'

/** A folder of its own, in which a data directory can be made. */
export async function folderFor(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'telnetkit-data-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** A probe of some facts, whose hash is theirs. */
export function probeOf<Facts extends JsonObject>(facts: Facts, rest: JsonObject = {}): Probe<Facts> {
  return { fingerprint: hashOf(facts), 'fingerprint-data': facts, session_data: rest }
}

/** A client's document: one that supports some options, and came at some minute. */
export function client(supported: readonly string[], minute = 0, rest: JsonObject = {}): ClientDocument {
  const facts = {
    'probed-protocol': 'client',
    encoding: 'None',
    TERM: 'Yes',
    charset: 'None',
    'ttype-count': 1,
    'supported-options': supported,
    'refused-options': ['STATUS'],
  } as const
  return { 'telnet-probe': probeOf(facts, rest), sessions: [{ ip: '192.0.2.1', connected: time(minute) }] }
}

/** A terminal that says that it is some program. */
export function terminal(name: string): Probe {
  return probeOf({
    software_name: name,
    sixel: false,
    modes: { '7': { supported: true }, '2026': { supported: false } },
  })
}

/** A server's document. */
export function server(host: string, minute = 0): ServerDocument {
  const facts = {
    'probed-protocol': 'server',
    'scan-type': 'quick',
    'offered-options': ['ECHO', 'SGA'],
    'requested-options': ['NAWS', 'SNDLOC'],
    'refused-options': [],
    'wrong-direction-offered': [],
    'directional-refusals': [],
    'looped-negotiation': [],
  } as const
  const sessions = [{ host, ip: '192.0.2.9', port: 23, connected: time(minute) }]
  return { 'server-probe': probeOf(facts), sessions }
}

/** A time so many minutes after a certain one. */
export function time(minute: number): string {
  return new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString()
}

/** Every file below a folder, by its path from there. */
export async function filesBelow(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const files = paths.sort().map(async (path) => [path.slice(folder.length + 1), await readFile(path, 'utf8')])
  return Object.fromEntries(await Promise.all(files))
}
