#!/usr/bin/env node
// telnetkit-server: hosts a shell, or any program of a terminal, for everybody who connects.

import { constants } from 'node:os'
import { createServer, type Policy, type Server, type ServerOptions, type Session } from '#telnetkit'
import { version } from '../ts/binding.js'
import { type Parsed, parse, parsePort, run, type Tool } from './command-line.js'
import { serverFlags, type Values } from './flags.js'
import { guardOptions, logGuards } from './guards.js'
import { hostedShell } from './hosted-shell.js'
import { killPrograms, programsEnded } from './pty.js'
import { Exit, Log, peerOf, remoteOf, sentence, sentenceWithPlace, UsageError } from './report.js'
import { logStatus } from './status-log.js'
import { wireTrace } from './wire-log.js'

const ENVIRONMENT_HELP =
  "The program of --pty-exec gets PATH, HOME, USER, LOGNAME, SHELL, TMPDIR and TZ of the server's environment, its language " +
  "where the client names none, and IPADDRESS, the client's. For more: --pty-exec env -- NAME=value program."

const tool = {
  name: 'telnetkit-server',
  version: version(),
  summary: 'Hosts a shell, or any program of a terminal, for everybody who connects with Telnet. Ctrl-C stops it.',
  operands: [
    ['[host]', 'the address to listen on: 127.0.0.1 is for this machine only, 0.0.0.0 for all (default: 127.0.0.1)'],
    ['[port]', 'the port, which needs no host before it; 0 takes a free one (default: 6023)'],
  ],
  rest: 'arguments of --pty-exec',
  flags: serverFlags,
  epilogue: `Examples:
  telnetkit-server                                 something to try
  telnetkit-server --shell ./game.js#play          a function of your own
  telnetkit-server --pty-exec nethack -- -u Guest  a program and its arguments
  telnetkit-server 0.0.0.0 2323 --pty-exec bash    bash: whoever connects is you
  telnetkit-server fingerprints --help             what a fingerprinting server stored

${ENVIRONMENT_HELP}`,
} satisfies Tool<typeof serverFlags>

type Flags = Values<typeof serverFlags>

/** Where it listens unless told. */
const HOST = '127.0.0.1'
const PORT = '6023'

/** Commander's words for what it does not know. */
const NOT_OURS = /^(unknown option|too many arguments)/

/** What is said to those who are connected when the server stops, and the milliseconds that they have to hear it. */
const FAREWELL = '\nThe server is closing. Goodbye.\n'
const FAREWELL_TIME = 2_000

/**
 * A client that edits lines under BINARY shows their ends as bare LF (inetutils telnet 2.4), and what follows begins in the
 * middle of the screen. So BINARY is not asked for, and the character set is spoken without it.
 */
const LINES_THERE: Policy = { local: { BINARY: 'accept' }, remote: { BINARY: 'accept' } }

/** A terminal edits and shows lines by itself: who would do so under LINEMODE, or stop the output itself, is not let to. */
const KEYS_HERE: Policy = { remote: { LINEMODE: 'refuse', LFLOW: 'refuse' } }

/** Character sets that need no BINARY. */
const ASCII = /^(us-?)?ascii$/i

if (process.argv[2] === 'fingerprints')
  void import('./fingerprints/index.js').then(({ fingerprints }) => fingerprints())
else run(tool, serve)

/** Hosts until a signal comes. */
async function serve(typed: string[], opened: (log: Log) => void): Promise<number> {
  const { before, after } = split(typed)
  const { flags, operands, given } = await read(before)
  const { host, port } = place(operands)
  if (flags.encoding === false && flags.forceBinary)
    throw new UsageError('--force-binary is for a character set, and --encoding false is none')
  if (flags.logfmt !== undefined && flags.logFormat === 'json')
    throw new UsageError('--logfmt is for text, and --log-format json is none')
  if (flags.compression && flags.sslCertfile !== undefined && flags.tlsAuto === undefined)
    throw new UsageError('--compression: under TLS nothing is compressed; leave it out, or let others in by --tls-auto')
  const log = new Log(tool.name, flags)
  opened(log)
  const handler = await hostedShell(flags, after, given, log)
  const encoding = flags.encoding || null
  const { encodingErrors } = flags
  const server = createServer(
    await watching(flags, {
      encoding,
      encodingErrors,
      forceBinary: flags.forceBinary || flags.lineMode || (given.has('encoding') && !ASCII.test(encoding ?? '')),
      negotiationTimeout: flags.connectMaxwait,
      lineMode: flags.lineMode,
      policy: flags.lineMode ? LINES_THERE : flags.ptyExec === undefined ? {} : KEYS_HERE,
      goAhead: !flags.neverSendGa,
      tls: await tlsOf(flags, log),
      tlsAuto: flags.tlsAuto,
      compression: flags.compression,
      ...guardOptions(flags),
      trace: wireTrace(log, { peers: true }),
    }),
    handler,
  )
  watch(server, log)
  logGuards(server, log)
  if (flags.statusInterval > 0) logStatus(server, log, flags.statusInterval)
  const stopped = stopOnSignals(server, log)
  const address = await server.listen(port, host)
  tellReady(address, flags, log)
  await followCertificate(server, flags, log)
  await stopped
  return Exit.ok
}

/** Who is to be known by the opening of the conversation has to be listened to from its first byte. */
async function watching({ shell, ptyExec }: Flags, options: ServerOptions): Promise<ServerOptions> {
  if (shell !== 'fingerprint' || ptyExec !== undefined) return options
  const { fingerprinting } = await import('../ts/fingerprint/fingerprint.js')
  return fingerprinting(options)
}

/** The command line up to a bare `--`, and what stands after it; undefined without one. */
function split(typed: string[]): { before: string[]; after: string[] | undefined } {
  const at = typed.indexOf('--')
  return at < 0 ? { before: typed, after: undefined } : { before: typed.slice(0, at), after: typed.slice(at + 1) }
}

/** The command line, with advice where a program and its arguments were typed as to a shell. */
async function read(typed: string[]): Promise<Parsed<typeof serverFlags>> {
  try {
    return await parse(tool, typed)
  } catch (error) {
    const isForProgram = error instanceof UsageError && typed.includes('--pty-exec') && NOT_OURS.test(error.message)
    throw isForProgram ? new UsageError(`${error.message}; the arguments of --pty-exec stand after --`) : error
  }
}

/** Where to listen. A number alone is the port. */
function place([first, second]: Parsed<typeof serverFlags>['operands']): { host: string; port: number } {
  const isNumber = /^\d+$/.test(first ?? '')
  if (isNumber && second === undefined) return { host: HOST, port: parsePort(first ?? '', 0) }
  const [, name, port] = /^([^:]*|\[.*\]):(\d*)$/.exec(first ?? '') ?? []
  if (name !== undefined)
    throw new UsageError(`host ${first}: the port stands apart, ${name.replace(/[[\]]/g, '') || HOST} ${port || PORT}`)
  if (isNumber) throw new UsageError(`host ${first}: give an address, such as ${HOST}, or the port alone`)
  return { host: first ?? HOST, port: parsePort(second ?? PORT, 0) }
}

/** How a session fails whose client has left, or that a guard ended: that is told elsewhere. */
const GONE = ['TELNET_CLOSED', 'ECONNRESET', 'EPIPE', 'TELNET_QUEUE_LIMIT', 'TELNET_WRITE_STALLED']

/** Logs who comes and goes, and what goes wrong. */
function watch(server: Server, log: Log): void {
  server.on('session', (session: Session) => {
    const since = Date.now()
    const [peer, remote] = [peerOf(session), remoteOf(session)]
    log.info(`${peer} connected${session.tls ? ` by ${session.tls.protocol}` : ''}`, remote)
    session.on('violation', ({ message, count }) => {
      log.debug(`${peer} broke a rule, ${count} times: ${message}`, { ...remote, count })
    })
    // With --encoding-errors strict.
    session.on('encodingError', (error) => session.destroy(error))
    session.once('close', () => {
      const { bytesRead, bytesWritten } = session
      const seconds = ((Date.now() - since) / 1_000).toFixed(1)
      const told = `disconnected after ${seconds} s, ${bytesRead} bytes received, ${bytesWritten} sent`
      log.info(`${peer} ${told}`, { ...remote, seconds: Number(seconds), bytesRead, bytesWritten })
    })
  })
  server.on('sessionError', (error: Error, session: Session) => {
    // Who leaves in the middle of a question is no failure.
    const { code } = error as NodeJS.ErrnoException
    const isGone = GONE.includes(code ?? '')
    // What a client overdoes is no failure of the server's either.
    const failure = code === 'TELNET_LIMIT' ? 'warn' : 'error'
    log[isGone ? 'debug' : failure](`${peerOf(session)} ${sentenceWithPlace(error)}`, { ...remoteOf(session), code })
    if (!isGone) log.stack(error)
  })
  server.on('error', (error: Error) => log.error(sentence(error)))
}

/** Resolves when a signal has closed the server in order. A second one does not wait for that, and leaves no program behind. */
function stopOnSignals(server: Server, log: Log): Promise<void> {
  return new Promise((resolve, reject) => {
    let isStopping = false
    const stop = async (signal: NodeJS.Signals): Promise<void> => {
      if (isStopping) {
        killPrograms()
        process.exit(128 + constants.signals[signal])
      }
      isStopping = true
      log.info(`${signal} received, closing server.`)
      await server.close({ deadline: FAREWELL_TIME, message: FAREWELL })
      await programsEnded()
      log.info('Server stop.')
    }
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => stop(signal).then(resolve, reject))
    }
  })
}

/** TLS, where there is a certificate to speak it with. */
async function tlsOf(flags: Flags, log: Log) {
  const { sslCertfile, sslKeyfile, tlsAuto } = flags
  if (sslCertfile !== undefined) {
    const { serverTls } = await import('./tls-flags.js')
    return serverTls({ ...flags, sslCertfile }, (words) => log.warn(words))
  }
  if (sslKeyfile !== undefined) throw new UsageError('--ssl-keyfile is for --ssl-certfile, which is not given')
  if (tlsAuto !== undefined) throw new UsageError('--tls-auto needs a certificate: --ssl-certfile')
  return undefined
}

/** Who connects after the certificate was renewed is shown the new one. */
async function followCertificate(server: Server, { sslCertfile, ...flags }: Flags, log: Log): Promise<void> {
  if (sslCertfile === undefined) return
  const { followRenewals } = await import('./certificate-renewal.js')
  followRenewals(server, { ...flags, sslCertfile }, log)
}

/** Says where the server is, and how to get there from here. */
function tellReady(where: { address: string; port: number }, { sslCertfile, tlsAuto }: Flags, log: Log): void {
  const { address, port } = where
  const reachable = address === '0.0.0.0' || address === '::' ? 'localhost' : address
  const shown = (name: string) => (name.includes(':') ? `[${name}]` : name)
  const ready = `Server ready on ${shown(address)}:${port}`
  const isSecure = sslCertfile !== undefined && tlsAuto === undefined
  const way = isSecure ? `telnetkit-client telnets://${shown(reachable)}:${port}` : `telnet ${reachable} ${port}`
  process.stdout.write(log.isJson ? `${log.line(ready, { address, port })}\n` : `${ready}\nConnect with: ${way}\n`)
  // Whoever has both on one screen reads it once.
  if (!(log.isOnScreen && process.stdout.isTTY)) log.info(ready)
}
