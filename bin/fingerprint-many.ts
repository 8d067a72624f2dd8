// telnetkit-client --fingerprint --many: a list of servers, so many at once, an object of JSON a line for each: its document, or why
// there is none. It can be stopped at any time and started again: what stands in the output is not looked at again.

import { setTimeout as delay } from 'node:timers/promises'
import { canonical } from '../ts/fingerprint/canonical.js'
import type { ServerDocument } from '../ts/fingerprint/document.js'
import type { Looking } from './fingerprint-client.js'
import { HostList } from './fingerprint-hosts.js'
import { Output } from './fingerprint-output.js'
import type { clientFlags, Values } from './flags.js'
import { Progress } from './progress.js'
import { Exit, endBy, sentence, UsageError } from './report.js'
import type { Target } from './target.js'

type Flags = Pick<Values<typeof clientFlags>, 'concurrency' | 'output'>

/**
 * Looks at all servers of a list. Resolves with the exit code: 0 when the list is done, whatever was found; 1 where some of that
 * could not be kept.
 * @throws UsageError
 */
export async function fingerprintMany(
  list: string,
  flags: Flags,
  { targetOf, look, keep, log }: Looking,
): Promise<number> {
  const { concurrency } = flags
  if (flags.output === '') throw new UsageError('--output: name a file')
  const stop = new Stop()
  const hosts = new HostList(list, targetOf, stop.signal)
  const results = await Output.open(flags.output)
  const isNew = (target: Target) => !results.has(target)
  const progress = new Progress(process.stderr, await hosts.count(isNew))
  const deferred: Target[] = []
  let code: number = Exit.ok
  let workers = concurrency
  let isShort = false
  const targets = hosts.targets((line) => log.warn(line))
  try {
    await Promise.all(Array.from({ length: concurrency }, work))
  } finally {
    stop.end()
    progress.end()
    results.close()
  }
  return stop.code ?? code

  async function work(): Promise<void> {
    let shortages = 0
    while (!stop.signal.aborted) {
      const target = deferred.pop() ?? (await targets.next()).value
      if (target === undefined || stop.signal.aborted) break
      if (!isNew(target)) continue
      progress.begin()
      const found = await lookAt(target)
      // Who was given up because the user stopped it is to be looked at the next time.
      if (found === undefined) break
      if ('error' in found && OUR_SHORTAGES.has(found.error.code)) {
        progress.putOff()
        deferred.push(target)
        if (isOneTooMany(++shortages, found.error.message)) break
        await delay(PACE)
        continue
      }
      shortages = 0
      const isKept = 'error' in found || (await kept(found))
      progress.clear()
      // One that could not be kept is looked at again the next time.
      if (isKept || !results.isKept) await results.write(canonical(found as never))
      progress.finish('error' in found)
    }
    workers--
  }

  /** What this machine lacks is no fault of the host's: it is tried again, and by fewer if that does not help. */
  function isOneTooMany(shortages: number, message: string): boolean {
    if (shortages === ATTEMPTS) throw new Error(`Nobody can be looked at: ${message}`)
    if (shortages === 1 || workers === 1) return false
    if (!isShort) {
      progress.clear()
      log.warn(`${message}; from here on fewer than ${concurrency} are looked at at once`)
    }
    isShort = true
    return true
  }

  async function kept(document: ServerDocument): Promise<boolean> {
    try {
      await keep(document)
      return true
    } catch (error) {
      code = Exit.failed
      progress.clear()
      const { host, port } = document.sessions[0]!
      log.error(`${host} port ${port}: what was found cannot be kept: ${sentence(error)}`)
      return false
    }
  }

  async function lookAt(target: Target): Promise<ServerDocument | Failure | undefined> {
    const { host, port } = target
    const connected = new Date().toISOString()
    try {
      return await look(target, stop.signal)
    } catch (error) {
      if (stop.signal.aborted) return undefined
      return { error: told(error), sessions: [{ host, ip: null, port, connected }] }
    }
  }
}

/** What stands in the place of a document where there is none. */
interface Failure extends Pick<ServerDocument, 'sessions'> {
  readonly error: { readonly code: string; readonly message: string }
}

/** No more files, and so connections, may be open: of this process, or of the system. */
const OUR_SHORTAGES: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE'])

/** How often the last that is left tries, and the milliseconds between, in which connections that were ended close. */
const ATTEMPTS = 10
const PACE = 500

/** Why there is no document: for a program, and for a person. */
function told(error: unknown): Failure['error'] {
  return { code: (error as NodeJS.ErrnoException).code ?? 'UNKNOWN', message: sentence(error) }
}

/** The user wants no more: what is under way is given up, and what is finished is written. A second time it ends at once. */
class Stop {
  readonly #controller = new AbortController()
  readonly #onSignal = (name: NodeJS.Signals, number: number): void => {
    if (this.code !== undefined) endBy(name, number)
    this.code = 128 + number
    this.#controller.abort()
  }

  /** The exit code, once it was wanted. */
  code: number | undefined

  constructor() {
    for (const name of STOPPING) process.off(name, endBy).on(name, this.#onSignal)
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  end(): void {
    for (const name of STOPPING) process.off(name, this.#onSignal).on(name, endBy)
  }
}

const STOPPING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
