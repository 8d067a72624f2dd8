// What telnetkit-server serves, as the flags say: a shell or a program of a terminal, and the guards before it.

import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseEnv } from 'node:util'
import type { Session } from '#telnetkit'
import { guard } from '../ts/shells/guard.js'
import { busyShell, relayFrom, type Shell } from '../ts/shells/index.js'
import { namedShell } from './command-line.js'
import { type serverFlags, spelling, type Values } from './flags.js'
import { findProgram, whyNot } from './program-path.js'
import { loadPtyShell } from './pty.js'
import { isReserved } from './pty-environment.js'
import { type Log, peerOf, remoteOf, sentence, UsageError } from './report.js'

type Flags = Values<typeof serverFlags>

/**
 * The shell for who comes.
 *
 * @param args what stands after a bare `--`
 * @throws UsageError
 */
export async function hostedShell(
  flags: Flags,
  args: string[] | undefined,
  given: ReadonlySet<string>,
  log: Log,
): Promise<Shell> {
  const onHeard = (session: Session, answer: string) =>
    log.info(`${peerOf(session)} said to a guard: ${JSON.stringify(answer)}`, { ...remoteOf(session), answer })
  const shell = await unguarded(flags, args, given, log, onHeard)
  return guard(shell, { limit: flags.ptyForkLimit, robotCheck: flags.robotCheck, onHeard })
}

async function unguarded(
  flags: Flags,
  args: string[] | undefined,
  given: ReadonlySet<string>,
  log: Log,
  onHeard: (session: Session, answer: string) => void,
): Promise<Shell> {
  const { ptyExec, shell } = flags
  if (ptyExec !== undefined) {
    if (given.has('shell')) throw new UsageError('--shell and --pty-exec exclude each other')
    onlyFor('--shell relay', RELAY, given)
    onlyFor('--shell fingerprint', FINGERPRINT, given)
    return program(ptyExec, args ?? [], flags, log)
  }
  if (args !== undefined)
    throw new UsageError('What stands after -- are the arguments of --pty-exec, which is not given')
  onlyFor('--pty-exec, which is not given', PROGRAM, given)
  if (shell !== 'fingerprint') onlyFor('--shell fingerprint', FINGERPRINT, given)
  if (shell === 'relay') return relayOf(flags)
  onlyFor('--shell relay', RELAY, given)
  if (shell === 'fingerprint') {
    const { fingerprintOf } = await import('./hosted-fingerprint.js')
    return fingerprintOf(flags, log)
  }
  return shell === 'busy' ? busyShell(onHeard) : namedShell(shell)
}

const PROGRAM = ['ptyEnv', 'ptyCwd', 'ptyRaw'] as const
const FINGERPRINT = ['dataDir', 'postScript', 'ucsDetect'] as const
const RELAY = ['relayTarget', 'relayPasscode', 'relayFile'] as const

/** A flag that would have no effect was meant otherwise. */
function onlyFor(what: string, names: readonly string[], given: ReadonlySet<string>): void {
  const stray = names.find((name) => given.has(name))
  if (stray !== undefined) throw new UsageError(`${spelling(stray)} is for ${what}`)
}

function program(name: string, args: string[], flags: Flags, log: Log): Promise<Shell> {
  const { ptyEnv, ptyCwd, ptyRaw, neverSendGa } = flags
  const reserved = ptyEnv.find(isReserved)
  if (reserved !== undefined) throw new UsageError(`--pty-env ${reserved}: no client may set that`)
  const file = findProgram(name, process.env.PATH)
  if (file === undefined) throw new UsageError(`--pty-exec ${name}: ${whyNot(name, process.env.PATH)}`)
  const folder = ptyCwd === undefined ? undefined : resolve(ptyCwd)
  if (folder !== undefined && !isFolder(folder)) throw new UsageError(`--pty-cwd ${ptyCwd}: there is no such folder`)
  return loadPtyShell({ file, args, names: ptyEnv, folder, isRaw: ptyRaw, goAhead: !neverSendGa, log })
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

/** The environment tells it, a file goes before that, and flags before both. */
function relayOf({ relayTarget, relayPasscode, relayFile }: Flags): Shell {
  const variables: Record<string, string | undefined> = { ...process.env }
  if (relayFile !== undefined) Object.assign(variables, variablesIn(relayFile))
  if (relayTarget !== undefined) variables.TELNETKIT_RELAY_TARGET = relayTarget
  if (relayPasscode !== undefined) variables.TELNETKIT_RELAY_PASSCODE = relayPasscode
  try {
    return relayFrom(variables)
  } catch (error) {
    throw new UsageError(`--shell relay: ${sentence(error)}`, { cause: error })
  }
}

function variablesIn(path: string): NodeJS.Dict<string> {
  try {
    return parseEnv(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new UsageError(`--relay-file ${path}: ${sentence(error).replace(/, open '.*/, '')}`)
  }
}
