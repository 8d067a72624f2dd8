// What writers leave in a data directory that were ended in the middle: files that never took their place, locks, folders with nothing
// in them. None of that hinders anybody; it only takes room.

import { lstat, readdir, rmdir, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { type Directory, passOver } from './directory.js'
import { LOCKS } from './lock.js'

/** Milliseconds after which what looks left behind is. */
const AGE = 3_600_000

/** `….json.1234-0123abcd.new` of ours, `….json.new` of telnetlib3. */
const UNFINISHED = /\.json\.(?:\d+-[0-9a-f]{8}\.)?new$/

/** What was put aside since it was no document. */
const ASIDE = /\.json\.[0-9a-f]{8}\.bad$/

/** What a sweep has found. */
export interface Swept {
  /** How many files it took away. */
  readonly removed: number
  /** The files that were put aside, which it leaves for somebody to look at. */
  readonly aside: readonly string[]
}

/** Takes away what is left behind. */
export async function sweep(directory: Directory): Promise<Swept> {
  const { root } = directory
  let removed = (await clear(root, UNFINISHED)) + (await clear(join(root, LOCKS), /^/))
  const aside = await matching(root, ASIDE)
  for (const kind of ['client', 'server'] as const) {
    for await (const folders of directory.leaves(kind, passOver)) {
      const leaf = join(root, ...folders)
      removed += await clear(leaf, UNFINISHED)
      aside.push(...(await matching(leaf, ASIDE)))
      await rmdir(leaf).catch(() => {})
      // A client's Telnet without a terminal.
      if (kind === 'client') await rmdir(join(leaf, '..')).catch(() => {})
    }
  }
  return { removed, aside }
}

/** Removes the files of a folder whose names have a form, and that are old. */
async function clear(folder: string, pattern: RegExp): Promise<number> {
  let count = 0
  for (const path of await matching(folder, pattern)) {
    const found = await lstat(path).catch(() => undefined)
    if (!found?.isFile() || Date.now() - found.mtimeMs < AGE) continue
    const isGone = await unlink(path).then(
      () => true,
      () => false,
    )
    if (isGone) count++
  }
  return count
}

async function matching(folder: string, pattern: RegExp): Promise<string[]> {
  const names = await readdir(folder).catch(() => [])
  return names.filter((name) => pattern.test(name)).map((name) => join(folder, name))
}
