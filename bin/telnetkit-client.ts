#!/usr/bin/env node
// telnetkit-client: a person at a terminal, a pipe, or a shell of the user's own, on somebody else's Telnet server.

import { setTimeout as delay } from 'node:timers/promises'
import { connect, gmcpClient, Option, type Policy, type Session, type Side } from '#telnetkit'
import { version } from '../ts/binding.js'
import { clientAdvice, isMute, MUTE, UNVERIFIED } from './client-advice.js'
import { clientEnvironment } from './client-environment.js'
import { namedShell, parse, run, type Tool } from './command-line.js'
import { encodingList } from './encoding-list.js'
import { clientFlags, spelling, type Values } from './flags.js'
import { foreignLocale } from './locale.js'
import { optionName, withAlways } from './policy.js'
import { Exit, endBy, Log, peerOf, UsageError } from './report.js'
import { type Machine, machineFor } from './retro/machines.js'
import { Screen } from './screen.js'
import { parseTarget } from './target.js'
import { type Parting, terminal } from './terminal.js'
import { Typescript } from './typescript.js'
import { wireTrace } from './wire-log.js'

const tool = {
  name: 'telnetkit-client',
  version: version(),
  summary:
    'Connects you, what is piped in, or a shell of your own, to a Telnet server. Ctrl-] opens a prompt: quit leaves, help tells more.',
  operands: [
    ['[host]', 'a name or an address; also host:port, [address]:port, telnet://host:port or telnets://host:port'],
    ['[port]', 'the port of the server, a number or the name of a service (default: 23, or 992 with TLS)'],
  ],
  flags: clientFlags,
  questions: [
    {
      name: 'listEncodings',
      group: clientFlags.encoding.group,
      help: 'print the character sets and their names, and exit',
      answer: () => encodingList(process.stdout.isTTY ? process.stdout.columns || 80 : undefined),
    },
  ],
  advice: (code) => clientAdvice(code, current),
  epilogue: `Examples:
  telnetkit-client localhost 6023
  telnetkit-client --encoding cp437 bbs.example.org
  printf 'look\\nquit\\n' | telnetkit-client mud.example.org 4000
  telnetkit-client telnets://bbs.example.org
  telnetkit-client --shell ./answer.js#answer localhost 6023
  telnetkit-client --fingerprint mud.example.org 4000

What is piped in is sent, and what the server says is shown until it closes.
Ctrl-] opens a prompt at once, in every mode; Ctrl-D leaves there. Where each key is sent, all others are the server's. While lines are edited here, Ctrl-C takes the line back and interrupts what runs on the server (IAC IP), Ctrl-Z stops the client for a while, and Ctrl-\\ ends it.
Exit code: 0 when either side closed in order, 1 when there was no connection or it was lost, 2 for a wrong command line.`,
} satisfies Tool<typeof clientFlags>

type Flags = Values<typeof clientFlags>

/** A pipe has no keys, and who chose how lines are edited doesn't ask the server. */
const NO_LINEMODE = { LINEMODE: 'refuse', LFLOW: 'refuse' } as const

/**
 * A telnetd (inetutils 2.4) takes WILL TM of a client without LINEMODE for leave to send it whole lines only, for ever.
 */
const KEYS: Policy = { local: { ...NO_LINEMODE, TM: 'refuse' } }

/** Whoever edits and shows lines wants no server to show them again. */
const LINES_HERE: Policy = { ...KEYS, remote: { ECHO: 'refuse', SGA: 'refuse' } }

/** The one session, as soon as there is one. */
let current: Session | undefined

/** Milliseconds for what is queued to leave, once the user has left. */
const FAREWELL = 250

// The terminal is put back on the way out. While it edits lines Ctrl-C is the server's: see terminal.ts.
for (const signal of ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM']) process.on(signal, endBy)

run(tool, async (typed, opened) => {
  const { flags, operands, given } = await parse(tool, typed)
  refuseStray(flags, given)
  if (flags.many === undefined && operands[0] === undefined) throw new UsageError("missing required argument 'host'")
  if (flags.sslNoVerify && flags.sslCafile !== undefined)
    throw new UsageError('--ssl-cafile and --ssl-no-verify exclude each other')
  if (flags.fingerprint) {
    const log = new Log(tool.name, flags)
    opened(log)
    const { fingerprintClient } = await import('./fingerprint-client.js')
    if (flags.sslNoVerify) process.stderr.write(`${tool.name}: ${UNVERIFIED}\n`)
    const [policy, trace] = [withAlways({}, flags), wireTrace(log, { peers: flags.many !== undefined })]
    return fingerprintClient({ flags, operands, given, policy, trace, parseTarget }, log)
  }
  const asksForTls = flags.ssl || flags.sslNoVerify || flags.sslCafile !== undefined
  const { host, port, isSecure } = parseTarget(operands[0] ?? '', operands[1], asksForTls)
  if (flags.compression && isSecure)
    throw new UsageError('--compression: under TLS nothing is compressed; leave it out')
  if (flags.lineMode && flags.rawMode) throw new UsageError('--line-mode and --raw-mode exclude each other')
  if (given.has('connectMaxwait') && flags.connectMinwait > flags.connectMaxwait)
    throw new UsageError('--connect-minwait is longer than --connect-maxwait')
  if (flags.typescript !== undefined && flags.shell !== 'terminal')
    throw new UsageError('--typescript is for --shell terminal: what another shell shows is its own matter')
  const machine = machineOf(flags)
  const policy = withAlways(policyFor(flags, machine), flags)
  const shell = flags.shell === 'terminal' ? undefined : await namedShell(flags.shell)
  const tls = isSecure ? (await import('./tls-flags.js')).clientTls(flags) : undefined
  const log = new Log(tool.name, flags)
  opened(log)
  const screen = new Screen({ mostColumns: flags.columns ?? machine?.columns, typescript: typescriptOf(flags, log) })
  const terminalType = flags.term ?? (process.env.TERM || 'unknown')
  const { encodingErrors, forceBinary } = flags
  const encoding = flags.encoding || null
  // Text of an old machine would have lost its colours and the moves of its cursor.
  const takesBytes = machine?.speaks === 'bytes' && screen.isTerminal

  if (flags.sslNoVerify) process.stderr.write(`${tool.name}: ${UNVERIFIED}\n`)
  const session = await connect({
    host,
    port,
    tls,
    // Whoever did not say what to speak has what the server names.
    encoding: given.has('encoding') ? (takesBytes ? null : encoding) : undefined,
    encodingErrors,
    forceBinary,
    asciiLineEnds: flags.asciiEol,
    connectTimeout: flags.connectTimeout,
    negotiationTimeout: flags.connectMaxwait,
    terminalType,
    ...screen.size,
    environment: clientEnvironment({
      names: flags.sendEnviron,
      terminalType,
      encoding,
      ...screen.size,
      own: process.env,
    }),
    policy,
    compression: flags.compression,
    options: [gmcpClient({ client: tool.name, modules: flags.gmcpModules })],
    terminalSpeed: flags.speed,
    trace: wireTrace(log, { peers: false }),
  })
  current = session
  watch(session, log)
  const locale = foreignLocale(process.env)
  if (locale !== undefined && encoding !== null && screen.isTerminal)
    log.warn(
      `your terminal is spoken with in UTF-8, though ${locale} names another set; --encoding false passes bytes as they are`,
    )
  const ready = Promise.all([session.ready().catch(() => undefined), delay(flags.connectMinwait)])
  let parting: Parting = 'closed'
  if (shell) {
    await ready
    await Promise.race([shell(session), screen.closed])
  } else {
    const forced = flags.lineMode ? 'lines' : flags.rawMode || machine ? 'keys' : undefined
    parting = await terminal(session, { screen, log, forced, ready, machine, encodingErrors })
  }
  await leave(session)
  // Who leaves does not wait for output that a stopped terminal, or a pipe, does not take.
  if (parting === 'left') process.exit(Exit.ok)
  if (!shell && isMute(session)) process.stderr.write(`${tool.name}: ${MUTE}\n`)
  return Exit.ok
})

/** A flag that would have no effect was meant otherwise. */
function refuseStray({ fingerprint, many }: Flags, given: ReadonlySet<keyof Flags>): void {
  const ofGroup =
    ({ group }: { group: string }) =>
    (name: keyof Flags) =>
      clientFlags[name].group === group
  const names = [...given]
  const stray = fingerprint
    ? names.find((name) => name !== 'many' && many === undefined && ofGroup(clientFlags.many)(name))
    : names.find((name) => ofGroup(clientFlags.many)(name) || ofGroup(clientFlags.fingerprint)(name))
  if (stray !== undefined) throw new UsageError(`${spelling(stray)} is for ${fingerprint ? '--many' : '--fingerprint'}`)
}

/** The machine of the character set, if a person sees what it shows, or types on its keys. */
function machineOf({ encoding, shell, ansiKeys, asciiEol }: Flags): Machine | undefined {
  const machine = machineFor(encoding || '', { ansiKeys, asciiEol })
  const isSeen = process.stdin.isTTY || process.stdout.isTTY
  return isSeen && shell === 'terminal' ? machine : undefined
}

function typescriptOf({ typescript, typescriptMode }: Flags, log: Log): Typescript | undefined {
  return typescript === undefined ? undefined : new Typescript(typescript, typescriptMode, log)
}

/** The server may say who edits lines, where there is a terminal and the user has not said it. */
function policyFor({ lineMode, rawMode }: Flags, machine: Machine | undefined): Policy {
  if (lineMode) return LINES_HERE
  return rawMode || machine || !process.stdin.isTTY ? KEYS : {}
}

/** Logs what happens. */
function watch(session: Session, log: Log): void {
  const { tls } = session
  log.info(`connected to ${peerOf(session)}${tls ? ` by ${tls.protocol}, ${tls.cipher}` : ''}`)
  const tellOption = (side: Side, option: number, enabled: boolean) => {
    log.debug(`${side} ${optionName(option)} is ${enabled ? 'on' : 'off'}`)
  }
  session.on('option', tellOption)
  // What a server says at once may have come along with the connection itself.
  for (const side of ['remote', 'local'] as const)
    for (const option of Object.values(Option)) if (session[side].has(option)) tellOption(side, option, true)
  session.on('gmcp', (name, data) =>
    log.debug(data === undefined ? `GMCP ${name}` : `GMCP ${name} ${JSON.stringify(data)}`),
  )
  session.on('charset', (name) => log.debug(`the character set is ${name}`))
  session.on('violation', ({ message }) => log.debug(`the server broke a rule: ${message}`))
  // With --encoding-errors strict.
  session.on('encodingError', (error) => session.destroy(error))
}

/** Lets what is queued leave, but not for long. */
async function leave(session: Session): Promise<void> {
  if (session.closed) return
  const closed = new Promise((resolve) => session.once('close', resolve))
  session.end()
  await Promise.race([closed, delay(FAREWELL)])
}
