// Servers that others wrote, looked at from outside: each is told from every other, and is itself ten times of ten, near and far and
// byte by byte. And telnetlib3-fingerprint finds the same.

import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { ExecutionContext } from 'ava'
import { Command, Option } from 'telnetkit'
import {
  fingerprintServer,
  identify,
  type JsonObject,
  LEGACY,
  type Probe,
  type ServerDocument,
  type ServerFacts,
} from 'telnetkit/fingerprint'
import { findProgram } from '../../bin/program-path.js'
import { needsPrograms, PATH } from '../support/peer.js'
import { type RealServer, realServers } from '../support/real-servers.js'
import { startRelay, type Way } from '../support/relay.js'
import { type ScriptedServer, startScripted } from '../support/scripted-server.js'

const TIMES = 10

/** The milliseconds are each way. */
const WAYS: readonly Way[] = [{}, { late: 200 }, { piece: 1 }]

const programs = [...new Set(realServers.flatMap((server) => server.programs))]
const run = needsPrograms(...programs, 'telnetlib3-fingerprint')

/** Shorter than usual, but longer than the way: some of them show nothing at all. */
const PATIENCE = { bannerQuietTime: 1_000, bannerMaxWait: 5_000, msspWait: 0 }

async function look(port: number, scanType: ScanType = 'quick'): Promise<Probe<ServerFacts>> {
  return (await fingerprintServer({ host: '127.0.0.1', port, ...PATIENCE, scanType }))['server-probe']
}

/** What telnetlib3 finds. */
async function theirLook(port: number, file: string, type: ScanType): Promise<Probe<ServerFacts>> {
  const oracle = findProgram('telnetlib3-fingerprint', PATH)!
  const args = ['127.0.0.1', String(port), '--scan-type', type, '--silent', '--save-json', file, '--mssp-wait', '0']
  await promisify(execFile)(oracle, args)
  return (JSON.parse(await readFile(file, 'utf8')) as ServerDocument)['server-probe']
}

type ScanType = ServerFacts['scan-type']

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

/** What the table of programs calls them, if it is another name. */
const NAMES: Readonly<Record<string, string>> = {
  'inetutils telnetd': 'GNU inetutils telnetd',
  ncat: 'What speaks no Telnet',
}

run('each is in the table of programs, quickly looked at and in full', async (t) => {
  t.timeout(120_000)
  const identified = async ({ name, start }: RealServer) => {
    const port = await start(t)
    for (const scanType of ['quick', 'full'] as const) {
      const document = await fingerprintServer({ host: '127.0.0.1', port, ...PATIENCE, scanType })
      t.is(identify(document['server-probe']['fingerprint-data'])?.name, NAMES[name] ?? name, scanType)
    }
  }
  await Promise.all(realServers.map(identified))
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
    'refused-options': [...facts['refused-options'], ...unanswered, ...useless].sort(),
  }
}

/** Servers that do what few do, for a test. */
const ODDITIES: Record<string, ScriptedServer> = {
  'who refuses everything': { opening: '"login: "' },
  'who says nothing of options': { isMute: true, opening: '"login: "' },
  'who agrees to what a server cannot have': { performs: ['NAWS', 'TTYPE', 'SGA'], wants: ['ECHO'] },
  'who offers what is a client’s': {
    opening: 'IAC WILL NAWS IAC WILL TTYPE IAC WILL LINEMODE IAC WILL ECHO',
    performs: ['ECHO'],
  },
  'who says it all again': { performs: ['SGA', 'ECHO', 'EOR'], wants: ['MSDP', 'GMCP'], loops: true },
  'who asks for variables': {
    opening:
      'IAC DO NEW_ENVIRON IAC DO TTYPE IAC DO NAWS IAC DO STATUS IAC DO KERMIT IAC SB NEW_ENVIRON 1 0 "USER" 3 "X" 1 "y" 3 IAC SE',
    onQuestion: (_line, verb, option) => verb === Command.WILL && option < 40,
  },
  'a MUD': {
    performs: ['ECHO', 'MSSP', 'ATCP', 'AARDWOLF', 'ZMP', 'MXP', 'GMCP'],
    opening: '"By what name? "',
    onOpen: (line) => {
      const say = () => {
        line.say('IAC SB MSSP 1 "NAME" 2 "Mud" 1 "PORT" 2 "23" 2 "24" IAC SE IAC SB ATCP "Room.Num 7" IAC SE')
        line.say(
          String.raw`IAC SB ZMP "zmp.ident\u0000mud\u00001\u0000" IAC SE IAC SB AARDWOLF 100 4 IAC SE IAC SB MXP IAC SE`,
        )
      }
      setTimeout(say, 300)
    },
  },
  'a serial port': {
    performs: ['COM_PORT', 'BINARY', 'SGA'],
    onQuestion: (line, verb, option) => {
      if (verb === Command.DO && option === Option.COM_PORT)
        setImmediate(() => line.say('IAC SB COM_PORT 100 "box" IAC SE'))
      return false
    },
  },
  'a board that looks for robots': {
    opening: String.raw`"\u001b[6nx\u001b[6n\u001b[c\u001b[5n Color (y/n)? "`,
    onText: (line, text) => {
      if (text.startsWith('y')) line.say('"Press RETURN"')
    },
  },
}

/** What is the same in `session_data`, too. */
const TOLD = [
  'banner_before_return',
  'banner_after_return',
  'mssp',
  'zmp',
  'atcp',
  'aardwolf',
  'mxp',
  'comport',
  'scan_type',
]

run('telnetlib3-fingerprint finds the same of servers that do what few do', async (t) => {
  t.timeout(180_000)
  const folder = await mkdtemp(join(tmpdir(), 'telnetkit-oracle-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const compare = async ([name, script]: [string, ScriptedServer], index: number) => {
    const port = await startScripted(t, script)
    const theirs = await theirLook(port, join(folder, `${index}.json`), 'quick')
    const ours = await look(port, 'quick')
    t.deepEqual(inTheirForm(ours['fingerprint-data']), theirs['fingerprint-data'], name)
    t.is(ours['compatible-fingerprint'], theirs.fingerprint, name)
    const told = ({ session_data: data }: Probe) => Object.fromEntries(TOLD.map((key) => [key, data[key]]))
    t.deepEqual(told(ours), told(theirs), name)
    const asked = ({ session_data: data }: Probe) => (data.option_states as JsonObject).environ_requested
    t.deepEqual(asked(ours), asked(theirs), name)
    t.is(ours.session_data.dsr_replies, theirs.session_data.dsr_replies, name)
  }
  await Promise.all(Object.entries(ODDITIES).map(compare))
})

run('telnetlib3-fingerprint finds the same facts, and so the same hash', async (t) => {
  t.timeout(180_000)
  const folder = await mkdtemp(join(tmpdir(), 'telnetkit-oracle-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const compare = async ({ name, start }: RealServer, index: number) => {
    const port = await start(t)
    for (const type of ['quick', 'full'] as const) {
      const file = join(folder, `${index}-${type}.json`)
      const theirs = await theirLook(port, file, type)
      const ours = await look(port, type)
      t.deepEqual(inTheirForm(ours['fingerprint-data']), theirs['fingerprint-data'], `${name}, ${type}`)
      t.is(ours['compatible-fingerprint'], theirs.fingerprint, `${name}, ${type}`)
    }
  }
  await Promise.all(realServers.map(compare))
})
