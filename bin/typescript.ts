// A typescript, as script(1) calls it: a file with all that is shown of what the server sends, as it is shown.

import { writeSync } from 'node:fs'
import { type FileMode, type Log, openFile, sentence } from './report.js'

export class Typescript {
  readonly #log: Log
  /** `undefined` once it cannot be written any more. */
  #descriptor: number | undefined

  /** @throws UsageError */
  constructor(path: string, mode: FileMode, log: Log) {
    this.#log = log
    this.#descriptor = openFile('--typescript', path, mode)
  }

  /** At once, so that it can be read along, and is whole however the client ends. */
  write(bytes: Uint8Array): void {
    if (this.#descriptor === undefined) return
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#descriptor, bytes, at)
    } catch (error) {
      this.#descriptor = undefined
      this.#log.warn(`the typescript ends here: ${sentence(error)}`)
    }
  }
}
