// What writers leave in a data directory that were ended in the middle: files that never took their place, locks, folders with nothing
// in them. None of that hinders anybody; it only takes room.

import { lstat, readdir, rmdir, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Directory } from './directory.js'
import { LOCKS } from './lock.js'

/** Milliseconds after which what looks left behind is. */
const AGE = 3_600_000

/** `….json.1234-0123abcd.new` of ours, `….json.new` of telnetlib3. */
const UNFINISHED = /\.json\.(?:\d+-[0-9a-f]{8}\.)?new$/

/** Takes all that away. Gives how many files. */
export async function sweep(directory: Directory): Promise<number> {
  let count = await clear(directory.root, UNFINISHED)
  count += await clear(join(directory.root, LOCKS), /^/)
  for (const kind of ['client', 'server'] as const) {
    for await (const folders of directory.leaves(kind)) {
      const leaf = join(directory.root, ...folders)
      count += await clear(leaf, UNFINISHED)
      await rmdir(leaf).catch(() => {})
      // A client's Telnet without a terminal.
      if (kind === 'client') await rmdir(join(leaf, '..')).catch(() => {})
    }
  }
  return count
}

async function clear(folder: string, pattern: RegExp): Promise<number> {
  let count = 0
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name)
    const found = pattern.test(name) ? await lstat(path).catch(() => undefined) : undefined
    if (!found?.isFile() || Date.now() - found.mtimeMs < AGE) continue
    const isGone = await unlink(path).then(
      () => true,
      () => false,
    )
    if (isGone) count++
  }
  return count
}
