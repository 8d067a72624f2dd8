// ucs-detect, a program of others' that asks a terminal what it is, in the place of our own probe: for who has documents of
// telnetlib3's, whose hashes of terminals are of what it found. It is run in a terminal of its own, with the little of the
// environment that it needs, and its JSON becomes the probe.

import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Session } from '#telnetkit'
import { hashOf } from '../ts/fingerprint/canonical.js'
import { at, membersAt } from '../ts/fingerprint/display/facts.js'
import type { JsonObject, Probe } from '../ts/fingerprint/document.js'
import { findProgram, whyNot } from './program-path.js'
import { loadPty } from './pty.js'
import { type Log, peerOf, remoteOf, sentence, UsageError } from './report.js'

const PROGRAM = 'ucs-detect'

/** As telnetlib3 5.0.1 runs it: another choice of tests would be another hash. */
const ARGUMENTS = [
  ...['--limit-category-time=1', '--limit-codepoints=10', '--timeout-cps=2', '--limit-errors=2'],
  ...['--probe-silently', '--no-final-summary', '--no-languages-test', '--save-json'],
]

/** Milliseconds until it is ended. */
const PATIENCE = 20_000

const WORDS = 'Your terminal is asked what it can do. That takes a few seconds.\n'

/** Of what a program gets otherwise: nothing of who we are, or who the caller is. */
const WITHHELD = ['USER', 'LOGNAME', 'SHELL', 'TMPDIR', 'TZ', 'IPADDRESS']

/** What else it needs of our own environment. */
const OF_TERMINALS = ['TERMINFO', 'TERMINFO_DIRS']

/** What it tells of the machine and the time, which is nobody's business. */
const OF_THE_HOST = ['python_version', 'datetime', 'system', 'wcwidth_version']

/**
 * Makes what asks terminals. What it cannot find out is undefined.
 * @throws UsageError where there is no such program
 */
export async function loadUcsDetect(log: Log): Promise<(session: Session) => Promise<Probe | undefined>> {
  const file = findProgram(PROGRAM, process.env.PATH)
  if (file === undefined)
    throw new UsageError(`--ucs-detect: ${whyNot(PROGRAM, process.env.PATH)}; pip install ${PROGRAM}, or leave it out`)
  const run = await loadPty('--ucs-detect')
  return async (session) => {
    const folder = await mkdtemp(join(tmpdir(), 'telnetkit-'))
    const found = join(folder, 'terminal.json')
    try {
      session.write(WORDS)
      const args = [...ARGUMENTS, found]
      await run(session, { file, args, names: [], settings: settings(), ...ALWAYS, patience: PATIENCE, log })
      return probeOf(JSON.parse(await readFile(found, 'utf8')))
    } catch (error) {
      if (session.destroyed) throw error
      log.info(`${peerOf(session)} ${PROGRAM} found out nothing: ${sentence(error)}`, remoteOf(session))
      return undefined
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
}

const ALWAYS = { folder: undefined, isRaw: false, goAhead: false } as const

function settings(): Record<string, string | undefined> {
  return Object.fromEntries([
    ...WITHHELD.map((name) => [name, undefined]),
    ...OF_TERMINALS.map((name) => [name, process.env[name]]),
  ])
}

/** What it found, as telnetlib3 keeps it. */
function probeOf(data: unknown): Probe {
  const found = Object.fromEntries(membersAt(data).filter(([name]) => !OF_THE_HOST.includes(name))) as JsonObject
  const facts = factsOf(found)
  return { fingerprint: hashOf(facts), 'fingerprint-data': facts, session_data: found }
}

/** What of it is hashed: not what changes with the window, the colours, or from one time to the next. */
function factsOf(data: unknown): JsonObject {
  const results = at(data, 'terminal_results')
  const either = (from: unknown, name: string, otherwise: unknown) => at(from, name) ?? otherwise
  const extensions = at(results, 'device_attributes', 'extensions')
  const tests = membersAt(data, 'test_results').flatMap(([name, versions]) => {
    const [version, outcome] = membersAt(versions).find(([, each]) => typeof each === 'object') ?? []
    if (version === undefined) return []
    const counts = { n_errors: either(outcome, 'n_errors', 0), n_total: either(outcome, 'n_total', 0) }
    return [[name, { unicode_version: version, ...counts }]]
  })
  return {
    software_name: either(data, 'software_name', 'unknown'),
    software_version: either(data, 'software_version', 'unknown'),
    number_of_colors: either(results, 'number_of_colors', null),
    ...Object.fromEntries(FLAGS.map((name) => [name, either(results, name, false)])),
    ...Object.fromEntries(OBJECTS.map((name) => [name, either(results, name, {})])),
    da_service_class: either(at(results, 'device_attributes'), 'service_class', null),
    da_extensions: Array.isArray(extensions) ? extensions.toSorted((one, other) => one - other) : [],
    modes: Object.fromEntries(membersAt(results, 'modes').map(([number, mode]) => [number, modeOf(mode)])),
    ambiguous_width: either(data, 'ambiguous_width', null),
    ...(tests.length > 0 && { test_results: Object.fromEntries(tests) }),
  } as JsonObject
}

const FLAGS = ['sixel', 'kitty_graphics', 'kitty_clipboard_protocol', 'kitty_notifications', 'kitty_pointer_shapes']
const OBJECTS = ['iterm2_features', 'kitty_keyboard', 'text_sizing', 'xtgettcap']

function modeOf(mode: unknown): object {
  const is = (name: string) => at(mode, name) ?? false
  return {
    supported: is('supported'),
    changeable: is('changeable'),
    enabled: is('enabled'),
    value: at(mode, 'value') ?? 0,
  }
}
