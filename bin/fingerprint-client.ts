// telnetkit-client --fingerprint: what a server is, as JSON. Loaded only where it is asked for.

import type { ServerDocument } from '../ts/fingerprint/document.js'
import { validName } from '../ts/fingerprint/names.js'
import { fingerprintServer } from '../ts/fingerprint/scan.js'
import type { ServerScanOptions } from '../ts/fingerprint/scan-options.js'
import { Store } from '../ts/fingerprint/store.js'
import { checkDataFolder, dataFolder } from './data-folder.js'
import { printedJson } from './fingerprint-json.js'
import { writeOut } from './fingerprint-output.js'
import { type clientFlags, spelling, type Values } from './flags.js'
import { JsonFile } from './json-file.js'
import { Exit, type Log, UsageError } from './report.js'
import type { parseTarget, Target } from './target.js'

type Flags = Values<typeof clientFlags>

/**
 * What was typed, and what the client has made of it. Modules that both imported would each be a file more that the client loads when it
 * starts.
 */
interface Typed extends Pick<ServerScanOptions, 'policy' | 'trace'> {
  readonly flags: Flags
  readonly operands: readonly (string | undefined)[]
  readonly given: ReadonlySet<string>
  readonly parseTarget: typeof parseTarget
}

/** What looks at servers, as the flags say. */
export interface Looking {
  /** @throws UsageError */
  readonly targetOf: (host: string, port: string | undefined) => Target
  readonly look: (target: Target, signal?: AbortSignal) => Promise<ServerDocument>
  /** Keeps what was found, where that is wanted. */
  readonly keep: (document: ServerDocument) => Promise<void>
  readonly log: Log
}

/**
 * Looks at a server, or at many. Resolves with the exit code.
 * @throws UsageError
 */
export async function fingerprintClient(typed: Typed, log: Log): Promise<number> {
  const { flags, operands, given } = typed
  refuse(OF_SPEAKERS, given, 'is not for --fingerprint')
  const { many, silent } = flags
  const looking = await lookingAs(typed, log)
  if (many !== undefined) {
    if (operands[0] !== undefined) throw new UsageError(`--many ${many}: the hosts stand in there, and none beside it`)
    refuse(['saveJson', 'setName', 'silent'], given, 'is for one server, not for --many')
    const { fingerprintMany } = await import('./fingerprint-many.js')
    return fingerprintMany(many, flags, looking)
  }
  const target = looking.targetOf(operands[0] ?? '', operands[1])
  const document = await looking.look(target)
  // What cannot be kept is shown all the same.
  const failure = await looking.keep(document).then(
    () => undefined,
    (error: Error) => error,
  )
  if (!silent) await writeOut(`${printedJson(document, process.stdout)}\n`)
  if (failure !== undefined) throw failure
  return Exit.ok
}

/** Flags of somebody who speaks with a server: here they would have no effect. */
const OF_SPEAKERS = [
  ...['shell', 'connectMinwait', 'connectMaxwait', 'compression', 'encodingErrors', 'forceBinary', 'term', 'speed'],
  ...[
    'sendEnviron',
    'columns',
    'lineMode',
    'rawMode',
    'ansiKeys',
    'asciiEol',
    'gmcpModules',
    'typescript',
    'typescriptMode',
  ],
]

const INSTEAD: Readonly<Record<string, string>> = {
  term: ', where it is --ttype',
  sendEnviron: ', where it is --send-env',
}

/** A flag that would have no effect was meant otherwise. */
function refuse(names: readonly string[], given: ReadonlySet<string>, why: string): void {
  const stray = names.find((name) => given.has(name))
  if (stray !== undefined) throw new UsageError(`${spelling(stray)} ${why}${INSTEAD[stray] ?? ''}`)
}

async function lookingAs({ flags, given, policy, trace, parseTarget }: Typed, log: Log): Promise<Looking> {
  const { saveJson, setName, encoding } = flags
  const kept = dataFolder(flags.dataDir, '--fingerprint')
  const store = kept.dataDir === undefined ? undefined : new Store(kept.dataDir, kept.limits)
  if (flags.timeout === 0) throw new UsageError('--timeout 0: give more than 0')
  if (flags.silent && flags.many === undefined && saveJson === undefined && store === undefined)
    throw new UsageError('--silent without --save-json or --data-dir: what was found would be neither shown nor kept')
  if (encoding === false) throw new UsageError('--encoding false is not for --fingerprint: name a character set')
  if (setName !== undefined && store === undefined)
    throw new UsageError('--set-name needs a data directory: name one by --data-dir or $TELNETKIT_DATA_DIR')
  if (setName !== undefined && validName(setName) === undefined)
    throw new UsageError('--set-name: give a name of 1 to 80 characters')
  const asksForTls = flags.ssl || flags.sslNoVerify || flags.sslCafile !== undefined
  const options = {
    connectTimeout: flags.connectTimeout,
    bannerQuietTime: flags.bannerQuietTime,
    bannerMaxWait: flags.bannerMaxWait,
    bannerMaxBytes: flags.bannerMaxBytes,
    encoding: given.has('encoding') ? encoding : undefined,
    terminalType: flags.ttype,
    environment: flags.sendEnv,
    scanType: flags.scanType,
    msspWait: flags.msspWait,
    timeout: flags.timeout,
    policy,
    trace,
  } satisfies Partial<ServerScanOptions>
  // Its files are read once for all, and before anybody connects.
  const loadTls = async () => (await import('./tls-flags.js')).clientTls(flags)
  let tls = asksForTls ? await loadTls() : undefined
  // So is the place where it will be kept.
  const file = saveJson === undefined ? undefined : new JsonFile(saveJson)
  if (file === undefined) await checkDataFolder(kept, 'server')
  else if (setName !== undefined) await checkDataFolder(kept)
  const targetOf = (host: string, port: string | undefined) => parseTarget(host, port, asksForTls)
  const look = async ({ host, port, isSecure }: Target, signal?: AbortSignal) => {
    const onProgress = (step: string) => log.debug(`${host} port ${port}: ${step}`)
    if (isSecure) tls ??= await loadTls()
    return fingerprintServer({ ...options, host, port, tls: isSecure && tls, onProgress, signal })
  }
  const keep = async (document: ServerDocument) => {
    if (file !== undefined) await file.write(document)
    else if (store !== undefined) await keepIn(store, document, log)
    if (setName !== undefined) await store!.names.set(document['server-probe'].fingerprint, setName)
  }
  return { targetOf, look, keep, log }
}

async function keepIn(store: Store, document: ServerDocument, log: Log): Promise<void> {
  const path = await store.saveServer(document)
  if (path === null) log.warn(`${store.folder} is full: what was found is not kept there`)
  else log.info(`kept in ${path}`)
}
