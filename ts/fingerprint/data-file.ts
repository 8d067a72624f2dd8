// A file of a data directory: JSON, read with a bound, and replaced as a whole. A new file is written beside it, brought to the
// disk, and renamed, so that whoever reads, and whenever the power goes, finds the old or the new one whole.
//
// Strangers decide what stands in such files, and others may write in the same folders: a link, a pipe or a device in place
// of a file or a folder is never followed.

import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { lstat, mkdir, open, rename, rmdir, stat, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type SystemError, TelnetError } from '../errors.js'
import { indented, type Json } from './canonical.js'

/** The most bytes of a file: telnetlib3's largest, with all that its terminal probe finds, have some hundred thousand. */
export const LONGEST = 4 * 2 ** 20

/** The deepest that values may stand in each other. */
const DEEPEST = 64

/** How often a folder is made anew that others, who found it empty, take away. */
const ATTEMPTS = 10

/** No link is followed, and no pipe waited for. Windows has neither flag, nor what they are for. */
const PLAIN = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

/**
 * Reads a file; undefined where there is none.
 * @throws TelnetError TELNET_DATA_FILE where it holds no JSON, or is none of ours
 */
export async function readJson(path: string): Promise<Json | undefined> {
  try {
    const data = JSON.parse(await textOf(path)) as Json
    if (!isShallow(data)) throw new SyntaxError(`values stand deeper than ${DEEPEST} in each other`)
    return data
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    if (error instanceof SyntaxError || code === 'ELOOP') throw noDocument(path, error)
    throw error instanceof TelnetError ? error : failed(`Cannot read ${path}`, error)
  }
}

/**
 * Replaces a file, or makes it, below a folder that is there.
 * @param below the folders between the two
 * @param isStillOurs asked at the last moment; where it rejects, nothing is changed
 * @throws TelnetError TELNET_LIMIT, or the system's code; what stood there before still does
 */
export async function writeJson(
  root: string,
  below: readonly string[],
  name: string,
  data: Json,
  isStillOurs: () => Promise<void>,
): Promise<string> {
  const path = join(root, ...below, name)
  if (!isShallow(data)) throw tooMuch(path, 'depth', `values stand deeper than ${DEEPEST} in each other`)
  const bytes = Buffer.from(indented(data))
  if (bytes.length > LONGEST)
    throw tooMuch(path, 'bytes', `it would have ${bytes.length} bytes, and ${LONGEST} is the most`)
  for (let attempt = 1; ; attempt++) {
    await makeFolders(root, below)
    try {
      await replace(path, bytes, isStillOurs)
      return path
    } catch (error) {
      const isGone = (error as NodeJS.ErrnoException).code === 'ENOENT'
      if (error instanceof TelnetError || !isSystems(error)) throw error
      if (!isGone || attempt === ATTEMPTS) throw failed(`Cannot write ${path}`, error)
    }
  }
}

/** Puts a file out of the way that is not what it should be: nothing that is there is ever lost. Gives its new name. */
export async function setAside(path: string): Promise<string> {
  const aside = `${path}.${randomBytes(4).toString('hex')}.bad`
  try {
    await rename(path, aside)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw failed(`Cannot put ${path} aside`, error)
  }
  return aside
}

/** Makes folders, each in the one before, that are not there yet. */
export async function makeFolders(root: string, below: readonly string[]): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await makeFolder(root)
      if (!(await stat(root)).isDirectory()) throw noFolder(root)
      for (const path of steps(root, below)) await mkdir(path).catch(ignoring('EEXIST'))
      return await checkFolders(root, below)
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException
      if (code === 'ENOENT' && attempt < ATTEMPTS) continue
      if (error instanceof TelnetError) throw error
      // Where a file stands on the way.
      if (['EEXIST', 'ENOTDIR'].includes(code)) throw noFolder(root)
      // It was not taken away each time.
      if (code === 'ENOENT') throw failed(`Cannot make the folder ${root}`, error, 'nobody may make any there')
      throw failed(`Cannot make a folder in ${root}`, error)
    }
  }
}

/** With those above it. Node's own way never comes to an end where nobody may make folders, as in /proc (20.20). */
async function makeFolder(path: string): Promise<void> {
  const isThere = () =>
    stat(path).then(
      (found) => found.isDirectory(),
      () => false,
    )
  if (await isThere()) return
  if (dirname(path) !== path) await makeFolder(dirname(path))
  try {
    await mkdir(path)
  } catch (error) {
    // Another process may have been faster.
    if (!(await isThere())) throw error
  }
}

/** Makes a data directory, and folders in it, if there are none, and rejects where nothing can be written in the last. */
export async function checkWritable(root: string, below: readonly string[] = []): Promise<void> {
  await makeFolders(root, below)
  // What a sweep takes away, should this be ended in the middle.
  const trial = join(root, ...below, `trial.json.${process.pid}-${randomBytes(4).toString('hex')}.new`)
  try {
    await (await open(trial, 'wx')).close()
    await unlink(trial)
  } catch (error) {
    throw failed(`Cannot write in ${join(root, ...below)}`, error)
  }
}

/** Rejects where a link, or anything else, stands in place of a folder. One that is not there is not minded. */
export async function checkFolders(root: string, below: readonly string[]): Promise<void> {
  for (const path of steps(root, below)) {
    const found = await lstat(path).catch(ignoring('ENOENT'))
    if (found && !found.isDirectory()) throw noFolder(path)
  }
}

/** Takes a file away, and its folder if that is empty then. `isStillOurs` as that of `writeJson`. */
export async function removeFile(path: string, isStillOurs: () => Promise<void>): Promise<void> {
  await isStillOurs()
  try {
    await unlink(path).catch(ignoring('ENOENT'))
  } catch (error) {
    throw failed(`Cannot remove ${path}`, error)
  }
  // One that others have put something in stays.
  await rmdir(dirname(path)).catch(() => {})
}

/** The error of a file that is none of ours. */
export function noDocument(path: string, cause: unknown, what = 'document of a fingerprint'): TelnetError {
  const reason =
    cause instanceof SyntaxError ? cause.message.replace(/[\n\r]+/g, ' ').slice(0, 200) : 'it is no plain file'
  return new TelnetError('TELNET_DATA_FILE', `${path} is no ${what}: ${reason}`, { cause })
}

/** A failure of the system, with its code and what to do, or why it is so. */
export function failed(what: string, error: unknown, why?: string): TelnetError {
  const { code = 'TELNET_INTERNAL', message = '', errno, syscall } = error as SystemError
  const reason = why ?? repairs[code] ?? message.replace(/^E[A-Z]+: /, '').replace(/, [a-z]+( '.*)?$/s, '')
  return new TelnetError(code, `${what}: ${reason} (${code})`, {
    cause: error instanceof Error ? error : undefined,
    errno,
    syscall,
  })
}

/** For `catch`: lets one failure of the system pass. */
export function ignoring(code: string): (error: NodeJS.ErrnoException) => undefined {
  return (error) => {
    if (error.code !== code) throw error
    return undefined
  }
}

const repairs: Record<string, string | undefined> = {
  EACCES: 'not permitted; look at who owns the data directory',
  EDQUOT: 'the quota is used up; make room',
  EMFILE: 'too many files are open; raise the limit of open files (ulimit -n)',
  ENOENT: 'it is gone',
  ENOSPC: 'no space is left on the disk; make room',
  EPERM: 'not permitted; look at who owns the data directory',
  EROFS: 'the disk is read-only',
}

async function textOf(path: string): Promise<string> {
  const file = await open(path, constants.O_RDONLY | PLAIN)
  try {
    const { size } = await checkedStat(file)
    if (size > LONGEST) throw new SyntaxError(`it has ${size} bytes, and ${LONGEST} is the most`)
    return await file.readFile('utf8')
  } finally {
    await file.close()
  }
}

async function checkedStat(file: Awaited<ReturnType<typeof open>>): Promise<{ size: number }> {
  const found = await file.stat()
  if (!found.isFile()) throw new SyntaxError('it is no plain file')
  return found
}

async function replace(path: string, bytes: Buffer, isStillOurs: () => Promise<void>): Promise<void> {
  const fresh = `${path}.${process.pid}-${randomBytes(4).toString('hex')}.new`
  try {
    const file = await open(fresh, 'wx')
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await isStillOurs()
    await rename(fresh, path)
  } catch (error) {
    await unlink(fresh).catch(() => {})
    throw error
  }
  await syncFolder(dirname(path))
}

/** The renaming itself reaches the disk. Some file systems, and Windows, know no such thing. */
async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, 'r')
    await folder.sync().finally(() => folder.close())
  } catch {}
}

function isShallow(data: Json, depth = DEEPEST): boolean {
  if (typeof data !== 'object' || data === null) return true
  return depth > 0 && Object.values(data).every((value) => isShallow(value, depth - 1))
}

function isSystems(error: unknown): boolean {
  return typeof (error as NodeJS.ErrnoException | undefined)?.syscall === 'string'
}

/** `a`, `a/b`, `a/b/c` below a root. */
function steps(root: string, below: readonly string[]): string[] {
  return below.map((_, index) => join(root, ...below.slice(0, index + 1)))
}

function noFolder(path: string): TelnetError {
  return new TelnetError('TELNET_DATA_FILE', `${path} is no folder: move it away, or take another data directory`)
}

function tooMuch(path: string, limit: string, reason: string): TelnetError {
  return new TelnetError('TELNET_LIMIT', `Cannot write ${path}: ${reason}`, { limit })
}
