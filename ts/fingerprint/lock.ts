// Who reads a file to write it again must not be disturbed, by another session or by another process. In a process they wait in a
// queue; between processes a file stands for the lock, whose name tells what is locked and whose content who holds it.
//
// A holder that died is found out: at once by its process number, on the same machine; by others (the folder may be shared between
// containers) when nothing has changed for ten seconds. A holder that slept for so long, and finds that it lost the lock, begins
// anew: it asks right before its file takes the place of the old one.

import { randomUUID } from 'node:crypto'
import { link, readFile, rename, unlink, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { TelnetError } from '../errors.js'
import { failed, makeFolders } from './data-file.js'

/** Where locks stand in a data directory. */
export const LOCKS = '.locks'

/** Milliseconds for which a lock whose holder cannot be asked after has to stand unchanged to count as left behind. */
const STALE = 10_000

/** Milliseconds that one waits for a lock at most. */
const PATIENCE = 60_000

/** Rejects where the lock is not held any more. */
export type IsStillOurs = () => Promise<void>

/**
 * Does some work while nobody else does anything under the same key. The work begins anew where it lost the lock on the way.
 * @param key letters, digits and `-`
 * @throws TelnetError TELNET_TIMEOUT where others do not let go
 */
export function exclusively<Result>(
  root: string,
  key: string,
  work: (isStillOurs: IsStillOurs) => Promise<Result>,
): Promise<Result> {
  return inTurn(join(root, LOCKS, key), async () => {
    for (;;) {
      const lock = await Lock.take(root, key)
      try {
        return await work(() => lock.check())
      } catch (error) {
        if (!(error instanceof LockLost)) throw error
      } finally {
        await lock.release()
      }
    }
  })
}

const queues = new Map<string, Promise<unknown>>()

/** Does some work when all is done that was given before it under the same key, by this thread. */
export function inTurn<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
  const result = (queues.get(key) ?? Promise.resolve()).then(work)
  const settled = result.then(
    () => {},
    () => {},
  )
  queues.set(key, settled)
  void settled.then(() => {
    if (queues.get(key) === settled) queues.delete(key)
  })
  return result
}

class LockLost extends Error {}

class Lock {
  readonly #path: string
  readonly #holder: string

  private constructor(path: string, holder: string) {
    this.#path = path
    this.#holder = holder
  }

  static async take(root: string, key: string): Promise<Lock> {
    const path = join(root, LOCKS, key)
    const holder = `${process.pid} ${randomUUID()} ${hostname()}`
    const until = performance.now() + PATIENCE
    let seen = { holder: '', since: 0 }
    await makeFolders(root, [LOCKS])
    while (!(await isCreated(path, holder))) {
      const now = performance.now()
      const other = await contentOf(path)
      // Its folder may be gone, too.
      if (other === undefined) await makeFolders(root, [LOCKS])
      else if (other !== seen.holder) seen = { holder: other, since: now }
      if (other !== undefined && (isDead(other) || now - seen.since > STALE)) await takeAway(path, other)
      else if (now > until) throw notFree(path)
      else await sleep(1 + Math.random() * 10)
    }
    return new Lock(path, holder)
  }

  async check(): Promise<void> {
    if ((await contentOf(this.#path)) !== this.#holder) throw new LockLost()
  }

  /** What stands in the way of that is no failure of the work that was done. */
  async release(): Promise<void> {
    if ((await contentOf(this.#path)) === this.#holder) await unlink(this.#path).catch(() => {})
  }
}

/** Makes the file of a lock; false if there is one. */
async function isCreated(path: string, holder: string): Promise<boolean> {
  try {
    await writeFile(path, holder, { flag: 'wx' })
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST' || code === 'ENOENT') return false
    // Made, perhaps, and without its content. If it is another's, that one begins anew.
    await unlink(path).catch(() => {})
    throw failed(`Cannot write ${path}`, error)
  }
}

async function contentOf(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined)
}

/** True if a holder was of this machine, and is no more. */
function isDead(holder: string): boolean {
  const [, pid, host] = /^(\d{1,9}) \S+ (.*)$/.exec(holder) ?? []
  if (pid === undefined || host !== hostname()) return false
  try {
    process.kill(Number(pid), 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}

/** Takes a lock away that was left behind: of several who want to, one succeeds, and a lock that is somebody's since is put back. */
async function takeAway(path: string, holder: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`
  try {
    await rename(path, aside)
    if ((await contentOf(aside)) !== holder) await link(aside, path)
  } catch {
    // Another was faster, or holds it by now: then whoever lost it begins anew.
  }
  await unlink(aside).catch(() => {})
}

function notFree(path: string): TelnetError {
  const message = `${path} is held by another process for ${PATIENCE / 1_000} s: end that, or remove the file`
  return new TelnetError('TELNET_TIMEOUT', message, { timeout: PATIENCE })
}
