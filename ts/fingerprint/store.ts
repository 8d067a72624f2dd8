// The data directory, laid out as telnetlib3 5.0.1 has it, so that either reads what the other wrote:
//
//   client/<hash of the Telnet probe>/<hash of the terminal probe>/<hash of who it is>.json
//   server/<hash of the probe>/<hash of which it is>.json
//   fingerprint_names.json
//
// Before its terminal is probed, a client stands below sixteen zeros, or below a terminal that others of its Telnet have. Every name is a
// hash of ours, so what a stranger says never becomes part of a path. Many sessions, and several processes, may write at once: see
// lock.ts and data-file.ts. Nothing that is stored is lost; a file that is no document is put aside as `.bad`.

import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { TelnetError } from '../errors.js'
import { hashOf, type Json } from './canonical.js'
import { checkFolders, readJson, removeFile, setAside, writeJson } from './data-file.js'
import { Directory, type Entry, type OnFlaw, passOver } from './directory.js'
import type { ClientDocument, JsonObject, Probe, ServerDocument, Visit } from './document.js'
import { exclusively, type IsStillOurs } from './lock.js'
import { Names, validName } from './names.js'
import { checkLimits, Room, type StoreLimits } from './room.js'
import { type ProbeName, type Sample, Samples } from './samples.js'
import { checkGiven, checkStored, isHash, type Kind, MAIN, type Stored } from './stored.js'
import { type Swept, sweep } from './sweep.js'
import { parted, together } from './visits.js'

export type { StoreLimits } from './room.js'

/** The name of the folder of clients whose terminal is not known. */
export const UNKNOWN_TERMINAL = '0'.repeat(16)

/** What people may suggest names for. */
export const SUGGESTIONS = [
  'telnet-client',
  'terminal-emulator',
  'telnet-client-revision',
  'terminal-emulator-revision',
] as const

/** A data directory. It is made when something is stored in it. */
export class Store {
  /** The names of fingerprints. */
  readonly names: Names

  readonly #directory: Directory
  readonly #samples: Samples
  readonly #room: Room
  readonly #mostVisits: number

  constructor(folder: string, limits: Partial<StoreLimits> = {}) {
    if (typeof folder !== 'string' || folder === '')
      throw new TelnetError('TELNET_BAD_ARGUMENT', 'A data directory is a path: give a string')
    this.#directory = new Directory(folder)
    this.#samples = new Samples(this.#directory)
    this.names = new Names(this.folder)
    const checked = checkLimits(limits)
    this.#room = new Room(this.#directory, checked)
    this.#mostVisits = checked.visits
  }

  /** Where it is, from the root on. */
  get folder(): string {
    return this.#directory.root
  }

  /**
   * Stores a client's visit: in the document that there is of it, or in a new one. Gives its path, or null where the limits allow
   * no new one.
   * @param identity what tells who it is: see `clientIdentity`
   * @throws TelnetError TELNET_DATA_FILE, TELNET_LIMIT, TELNET_TIMEOUT, or the system's code
   */
  async saveClient(document: ClientDocument, identity: JsonObject): Promise<string | null> {
    checkGiven('client', document)
    const telnet = document['telnet-probe'].fingerprint
    const terminal = document['terminal-probe']?.fingerprint
    const name = fileName(identity)
    return this.#exclusively(telnet, name, async (isStillOurs) => {
      const leaves = terminal ? [terminal] : await this.#leavesFor(telnet, name)
      for (const leaf of leaves) {
        const path = await this.#save('client', ['client', telnet, leaf], name, document, isStillOurs)
        if (path !== null) return path
      }
      return null
    })
  }

  /** Stores a visit to a server. Its host, address and port tell which it is. As `saveClient` otherwise. */
  async saveServer(document: ServerDocument): Promise<string | null> {
    checkGiven('server', document)
    const hash = document['server-probe'].fingerprint
    const [{ host = '', ip = null, port = 0 } = {}] = document.sessions
    const name = fileName({ host, ip, port })
    return this.#exclusively(hash, name, (isStillOurs) =>
      this.#save('server', ['server', hash], name, document, isStillOurs),
    )
  }

  /**
   * Adds what was found of a client's terminal, and brings the document to where that belongs. If it was there with another terminal,
   * only one visit goes. Gives the new path; or the old one, where the limits allow no new document.
   * @param path as `saveClient` gave it
   * @param visit the one that goes; the latest, unless given
   */
  async addTerminal(path: string, probe: Probe, visit?: Visit): Promise<string> {
    const { kind, folders, name } = this.#directory.place(path)
    const [, telnet = ''] = folders
    const target = ['client', telnet, hashIn(probe)]
    if (kind === 'server') throw new TelnetError('TELNET_BAD_ARGUMENT', `${path} is of a server, which has no terminal`)
    return this.#exclusively(telnet, name, async (isStillOurs) => {
      const from = await this.#directory.find(path)
      const write = (folders: readonly string[], document: Stored) => this.#write(folders, name, document, isStillOurs)
      if (from.folders[2] === target[2]) return write(target, { ...from.document, 'terminal-probe': probe })
      const { going, staying } = parted(from.document, probe, visit)
      const to = await this.#save('client', target, name, going, isStillOurs)
      if (to === null) return staying ? from.path : write(from.folders, going)
      if (staying) await write(from.folders, staying)
      else await removeFile(from.path, isStillOurs)
      return to
    })
  }

  /**
   * Adds what somebody suggests as names.
   * @param suggestions by the names of SUGGESTIONS; each such as `validName` gives it
   */
  async suggest(path: string, suggestions: JsonObject): Promise<void> {
    const { folders, name } = this.#directory.place(path)
    for (const [what, suggestion] of Object.entries(suggestions)) {
      const isKnown = SUGGESTIONS.some((one) => one === what)
      if (!isKnown || typeof suggestion !== 'string' || validName(suggestion) !== suggestion)
        throw new TelnetError(
          'TELNET_BAD_ARGUMENT',
          `A suggestion is a valid name for one of ${SUGGESTIONS.join(', ')}`,
        )
    }
    return this.#exclusively(folders[1] ?? '', name, async (isStillOurs) => {
      const { folders, document } = await this.#directory.find(path)
      const together = { ...document.suggestions, ...suggestions }
      await this.#write(folders, name, { ...document, suggestions: together }, isStillOurs)
    })
  }

  /**
   * Reads a document.
   * @throws TelnetError TELNET_DATA_FILE where there is something else, ENOENT where there is nothing
   */
  async read(path: string): Promise<Stored> {
    return (await this.#directory.find(path)).document
  }

  /** All documents of a kind, in the order of their hashes. What cannot be read is left out, and told to `onFlaw`. */
  async *all(kind: Kind, onFlaw: OnFlaw = passOver): AsyncGenerator<Entry, void, undefined> {
    for await (const folders of this.#directory.leaves(kind, onFlaw))
      yield* this.#directory.documents(kind, folders, onFlaw)
  }

  /** How many documents there are of clients with one Telnet. */
  async clientsLike(telnet: string): Promise<number> {
    let count = 0
    for (const leaf of await this.#directory.folders(['client', telnet]))
      count += (await this.#directory.files(['client', telnet, leaf], passOver)).length
    return count
  }

  /** One of each fingerprint that a probe found: see samples.ts for how new they are. */
  samples(name: ProbeName): Promise<Sample[]> {
    return this.#samples.all(name)
  }

  /** The hashes that have a folder, whatever is in it. Throws where a folder cannot be read, unless `onFlaw` is to be told. */
  async hashes(onFlaw?: OnFlaw): Promise<Set<string>> {
    const found = new Set<string>()
    for (const kind of ['client', 'server'] as const)
      for await (const [, ...hashes] of this.#directory.leaves(kind, onFlaw)) for (const hash of hashes) found.add(hash)
    return found
  }

  /** Takes away what writers that were ended in the middle have left behind. */
  sweep(): Promise<Swept> {
    return sweep(this.#directory)
  }

  /** Brings a document to where its hashes say that it belongs. Gives its path then; null where the limits do not allow it. */
  async refile(path: string): Promise<string | null> {
    const { kind, folders, name } = this.#directory.place(path)
    return this.#exclusively(folders[1] ?? '', name, async (isStillOurs) => {
      const from = await this.#directory.find(path)
      const target = [kind, ...belongs(kind, from.document)]
      if (target.join() === from.folders.join()) return from.path
      const to = await this.#save(kind, target, name, from.document, isStillOurs)
      if (to !== null) await removeFile(from.path, isStillOurs)
      return to
    })
  }

  /** True if a document stands where its hashes say; one whose terminal is not known may stand below another's. */
  isInPlace({ path, document }: Entry): boolean {
    const { kind, folders } = this.#directory.place(path)
    const [telnet, terminal] = belongs(kind, document)
    return telnet === folders[1] && (terminal === UNKNOWN_TERMINAL || terminal === folders[2])
  }

  /** What tells a document from others stays the same wherever it is moved to. */
  #exclusively<Result>(
    hash: string,
    name: string,
    work: (isStillOurs: IsStillOurs) => Promise<Result>,
  ): Promise<Result> {
    return exclusively(this.folder, `${hash}-${name.replace('.json', '')}`, work)
  }

  /** Adds to the document that is there, or makes a new one. */
  async #save(
    kind: Kind,
    folders: readonly string[],
    name: string,
    document: Stored,
    isStillOurs: IsStillOurs,
  ): Promise<string | null> {
    const path = join(this.folder, ...folders, name)
    const before = await this.#existing(kind, folders, path, document)
    if (before) return this.#write(folders, name, together(this.#mostVisits, before, document), isStillOurs)
    if (!(await this.#room.take(folders, path))) return null
    try {
      return await this.#write(folders, name, together(this.#mostVisits, document), isStillOurs)
    } finally {
      this.#room.give(path)
    }
  }

  async #write(folders: readonly string[], name: string, document: Stored, isStillOurs: IsStillOurs): Promise<string> {
    checkGiven(folders[0] as Kind, document)
    const path = await writeJson(this.folder, folders, name, document as unknown as Json, isStillOurs)
    this.#samples.add(document)
    return path
  }

  /** The document that a new one is to be added to. What is none, or of another fingerprint, is put aside. */
  async #existing(kind: Kind, folders: readonly string[], path: string, next: Stored): Promise<Stored | undefined> {
    await checkFolders(this.folder, folders)
    try {
      const data = await readJson(path)
      if (data === undefined) return undefined
      const document = checkStored(path, kind, data)
      if (document[MAIN[kind]]?.fingerprint === next[MAIN[kind]]?.fingerprint) return document
    } catch (error) {
      if ((error as TelnetError).code !== 'TELNET_DATA_FILE') throw error
    }
    await setAside(path)
    return undefined
  }

  /** Where a client may go whose terminal was not asked: to where it was seen last; below a terminal of others; below zeros. */
  async #leavesFor(telnet: string, name: string): Promise<string[]> {
    const leaves = await this.#directory.folders(['client', telnet])
    const seen = await Promise.all(
      leaves.map(async (leaf) => {
        const found = await stat(join(this.folder, 'client', telnet, leaf, name)).catch(() => undefined)
        return { leaf, time: found?.mtimeMs ?? 0 }
      }),
    )
    const [latest] = seen.filter(({ time }) => time > 0).sort((one, other) => other.time - one.time)
    if (latest) return [latest.leaf]
    for (const leaf of leaves) {
      const isOpen = await mayWrite(join(this.folder, 'client', telnet, leaf))
      if (isOpen && leaf !== UNKNOWN_TERMINAL) return [leaf, UNKNOWN_TERMINAL]
    }
    return [UNKNOWN_TERMINAL]
  }
}

/**
 * What tells one client from another, to `saveClient`: of what is given, that which telnetlib3 goes by, and which is not empty.
 * @param facts `client-ip`, `TERM`, `USER`, `HOME`, `SHELL`, `LANG`, `IPADDRESS`, `charset`
 */
export function clientIdentity(facts: { readonly [name: string]: string | undefined }): JsonObject {
  return Object.fromEntries(
    IDENTITY.flatMap((name) => {
      const value = facts[name]
      return value === undefined || value === '' ? [] : [[name, value]]
    }),
  )
}

const IDENTITY = ['client-ip', 'TERM', 'USER', 'HOME', 'SHELL', 'LANG', 'IPADDRESS', 'charset']

/** False of a folder that is another user's, who may have made it in a data directory of theirs. */
function mayWrite(folder: string): Promise<boolean> {
  return access(folder, constants.R_OK | constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  )
}

function fileName(identity: JsonObject): string {
  return `${hashOf(identity)}.json`
}

/** The hash of a probe that somebody gives, which becomes the name of a folder. */
function hashIn(probe: Probe): string {
  const fingerprint: unknown = probe?.fingerprint
  if (isHash(fingerprint)) return fingerprint
  throw new TelnetError('TELNET_BAD_ARGUMENT', 'The fingerprint of a probe is sixteen hex digits')
}

/** The folders in which a document belongs, below that of its kind. */
function belongs(kind: Kind, document: Stored): string[] {
  const hash = document[MAIN[kind]]?.fingerprint ?? ''
  return kind === 'server' ? [hash] : [hash, document['terminal-probe']?.fingerprint ?? UNKNOWN_TERMINAL]
}
