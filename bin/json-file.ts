// The file of --save-json. It is opened before anybody is looked at, so that nothing is found that cannot be kept, and written in place,
// as a shell's `>` writes: links are followed, a pipe or a device is written to, and a file keeps its owner and its mode.

import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  realpathSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { indented, type Json } from '../ts/fingerprint/canonical.js'
import { sentence, streamError, UsageError } from './report.js'

/** Milliseconds between two attempts to write to a pipe that is full. */
const PACE = 10

/** Nobody waits until somebody reads a pipe. Windows has no such flag. */
const OPENED = constants.O_WRONLY | (constants.O_NONBLOCK ?? 0)

export class JsonFile {
  readonly #path: string
  readonly #descriptor: number
  readonly #isRegular: boolean
  readonly #takeAway: () => void

  /**
   * What stands in the file stays until something is written.
   * @throws UsageError
   */
  constructor(path: string) {
    if (path === '') throw new UsageError('--save-json: name a file')
    try {
      const { descriptor, isNew } = opened(path)
      this.#descriptor = descriptor
      this.#isRegular = fstatSync(descriptor).isFile()
      // That of a link's target.
      this.#path = realpathSync(path)
      this.#takeAway = isNew ? () => unlinkSync(this.#path) : () => {}
    } catch (error) {
      throw new UsageError(`--save-json ${path}: ${reason(error)}`, { cause: error })
    }
    // Where nothing was found, there is no empty file either.
    process.once('exit', this.#takeAway)
  }

  /** Writes all of it, and no more after. */
  async write(document: object): Promise<void> {
    process.off('exit', this.#takeAway)
    try {
      if (this.#isRegular) ftruncateSync(this.#descriptor)
      for (let rest = Buffer.from(indented(document as Json)); rest.length > 0; )
        rest = rest.subarray(await this.#put(rest))
      if (this.#isRegular) fsyncSync(this.#descriptor)
      closeSync(this.#descriptor)
    } catch (error) {
      throw streamError(`--save-json ${this.#path}`, error as NodeJS.ErrnoException)
    }
  }

  async #put(bytes: Buffer): Promise<number> {
    try {
      return writeSync(this.#descriptor, bytes)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
      await delay(PACE)
      return 0
    }
  }
}

function opened(path: string): { descriptor: number; isNew: boolean } {
  try {
    return { descriptor: openSync(path, OPENED), isNew: false }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return { descriptor: openSync(path, OPENED | constants.O_CREAT, 0o666), isNew: true }
  }
}

function reason(error: unknown): string {
  if ((error as NodeJS.ErrnoException).code === 'ENXIO') return 'nobody reads this pipe'
  return sentence(error).replace(/, (open|realpath|lstat).*/, '')
}
