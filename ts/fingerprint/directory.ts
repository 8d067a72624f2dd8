// What stands in a data directory, and where: the reading half of store.ts. A name that is no hash of ours is passed over, and so is a
// link in place of a folder.

import type { Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join, relative, resolve, sep } from 'node:path'
import { TelnetError } from '../errors.js'
import { checkFolders, failed, readJson } from './data-file.js'
import { checkStored, isHash, type Kind, type Stored } from './stored.js'

/** A document, and where it is. */
export interface Entry {
  readonly path: string
  readonly document: Stored
}

/** A document, with the folders above it, below the data directory. */
export interface Placed extends Entry {
  readonly folders: readonly string[]
}

/** Told what was passed over, and why. */
export type OnFlaw = (flaw: TelnetError) => void

/** A data directory, to be read. One that is not there is an empty one. */
export class Directory {
  /** Where it is, from the root on. */
  readonly root: string

  constructor(root: string) {
    this.root = resolve(root)
  }

  /** What a path consists of, below the data directory. */
  place(path: string): { kind: Kind; folders: readonly string[]; name: string } {
    if (typeof path !== 'string')
      throw new TelnetError('TELNET_BAD_ARGUMENT', 'A document is named by its path: give a string')
    const parts = relative(this.root, resolve(this.root, path)).split(sep)
    const [kind, ...rest] = parts
    const hashes = rest.map((part, index) => (index === rest.length - 1 ? part.replace(/\.json$/, '') : part))
    const isOurs = (kind === 'client' && rest.length === 3) || (kind === 'server' && rest.length === 2)
    if (!isOurs || !hashes.every(isHash) || !path.endsWith('.json'))
      throw new TelnetError('TELNET_BAD_ARGUMENT', `${path} is no document below ${this.root}`)
    return { kind, folders: parts.slice(0, -1), name: rest.at(-1)! }
  }

  /** The document of a path, wherever it was brought meanwhile. */
  async find(path: string): Promise<Placed> {
    const { kind, folders, name } = this.place(path)
    const [, hash = ''] = folders
    const others = kind === 'client' ? await this.folders(['client', hash]) : []
    for (const place of [folders, ...others.map((leaf) => ['client', hash, leaf])]) {
      await checkFolders(this.root, place)
      const found = join(this.root, ...place, name)
      const data = await readJson(found)
      if (data !== undefined) return { path: found, folders: place, document: checkStored(found, kind, data) }
    }
    throw failed(`Cannot read ${path}`, { code: 'ENOENT' })
  }

  /** The folders that hold documents. Of those which cannot be read, `onFlaw` is told; where the uppermost is one, it throws. */
  async *leaves(kind: Kind, onFlaw?: OnFlaw): AsyncGenerator<string[], void, undefined> {
    for (const hash of await this.folders([kind])) {
      if (kind === 'server') yield [kind, hash]
      else for (const leaf of await this.folders([kind, hash], onFlaw)) yield [kind, hash, leaf]
    }
  }

  async *documents(
    kind: Kind,
    folders: readonly string[],
    onFlaw: OnFlaw = passOver,
  ): AsyncGenerator<Entry, void, undefined> {
    for (const name of await this.files(folders, onFlaw)) {
      const path = join(this.root, ...folders, name)
      try {
        const data = await readJson(path)
        // It may have gone meanwhile.
        if (data !== undefined) yield { path, document: checkStored(path, kind, data) }
      } catch (error) {
        if (!(error instanceof TelnetError)) throw error
        onFlaw(error)
      }
    }
  }

  /** The names of the folders in one, which may not be there. A link is none. Throws, unless there is an `onFlaw` to be told. */
  async folders(folders: readonly string[], onFlaw?: OnFlaw): Promise<string[]> {
    return (await this.#list(folders, onFlaw))
      .filter((entry) => entry.isDirectory() && isHash(entry.name))
      .map(nameOfEntry)
      .sort()
  }

  async files(folders: readonly string[], onFlaw?: OnFlaw): Promise<string[]> {
    return (await this.#list(folders, onFlaw)).map(nameOfEntry).filter(isFileName).sort()
  }

  async #list(folders: readonly string[], onFlaw: OnFlaw = raise): Promise<Dirent[]> {
    const path = join(this.root, ...folders)
    try {
      await checkFolders(this.root, folders)
      return await readdir(path, { withFileTypes: true }).catch(none)
    } catch (error) {
      onFlaw(error instanceof TelnetError ? error : failed(`Cannot read ${path}`, error))
      return []
    }
  }
}

/** For whoever needs no more than what can be read. */
export const passOver: OnFlaw = () => {}

const raise: OnFlaw = (flaw) => {
  throw flaw
}

/** What is in a folder that is not there. */
function none(error: NodeJS.ErrnoException): Dirent[] {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return []
  throw error
}

function isFileName(name: string): boolean {
  return name.endsWith('.json') && isHash(name.slice(0, -'.json'.length))
}

function nameOfEntry({ name }: Dirent): string {
  return name
}
