// node-pty, which is optional: its tests are skipped, with the reason, where it could not be built.

import { createRequire } from 'node:module'
import type { NodePty } from '../../bin/pty-program.js'

/** node-pty, or why it is not there. */
export const { nodePty, withoutPty } = load()

function load(): { nodePty: NodePty; withoutPty: undefined } | { nodePty: undefined; withoutPty: string } {
  if (process.platform === 'win32') return { nodePty: undefined, withoutPty: 'terminals are tested on Unix' }
  try {
    return { nodePty: createRequire(import.meta.url)('node-pty'), withoutPty: undefined }
  } catch (error) {
    const [reason] = (error as Error).message.split('\n')
    return { nodePty: undefined, withoutPty: `node-pty does not load: ${reason}` }
  }
}
