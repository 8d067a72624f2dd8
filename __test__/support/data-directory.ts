// A data directory of fingerprints that is gone after the test, and documents to put into it.

import { spawnSync } from 'node:child_process'
import { chmod, chown, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
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

/** A user who may no more than others. */
const NOBODY = 65_534

/**
 * Makes a data directory that of somebody who may not read one of its folders. Gives their number, which is undefined where we are no root and
 * somebody ourselves; null, with the reason in the log, where no such user can be had.
 */
export async function withUnreadable(
  t: ExecutionContext,
  root: string,
  folder: string,
): Promise<number | undefined | null> {
  const isRoot = process.getuid?.() === 0
  const node = isRoot && spawnSync(process.execPath, ['--version'], { uid: NOBODY, gid: NOBODY })
  if (process.getuid === undefined || (node && node.status !== 0)) {
    t.log('no folder can be made here that the program may not read')
    t.pass()
    return null
  }
  if (isRoot) {
    for (const entry of await readdir(root, { recursive: true })) await chown(join(root, entry), NOBODY, NOBODY)
    await chown(root, NOBODY, NOBODY)
    await chmod(dirname(root), 0o755)
    await chown(folder, 0, 0)
  }
  await chmod(folder, isRoot ? 0o700 : 0)
  t.teardown(() => chmod(folder, 0o700))
  return isRoot ? NOBODY : undefined
}

/** Every file below a folder, by its path from there. */
export async function filesBelow(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const files = paths.sort().map(async (path) => [path.slice(folder.length + 1), await readFile(path, 'utf8')])
  return Object.fromEntries(await Promise.all(files))
}
