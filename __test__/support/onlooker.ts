// Somebody in front of a terminal whose keys go to a server's session in memory, and the screen that they see of it.

import { setTimeout as delay } from 'node:timers/promises'
import type { Terminal } from '@xterm/headless'
import type { ExecutionContext } from 'ava'
import type { ClientOptions, Session } from 'telnetkit'
import { createPair } from 'telnetkit/testing'
import { characters, Headless } from './cells.js'

/** Milliseconds for what should happen at once. */
const PATIENCE = 15_000

export interface Onlooker {
  readonly server: Session
  readonly client: Session
  readonly terminal: Terminal
  /** All that came, as UTF-8. */
  readonly raw: string
  /** The screen, a line each. */
  readonly lines: string[]
  type(keys: string): void
  resize(columns: number, rows: number): void
  /** Resolves when the screen has it. */
  shows(wanted: string | RegExp): Promise<void>
}

/** They leave with the test. */
export async function onlooker(
  t: ExecutionContext,
  columns: number,
  rows: number,
  options: ClientOptions = {},
): Promise<Onlooker> {
  const { client, server } = await createPair({ client: { columns, rows, encoding: null, ...options } })
  t.teardown(() => void client.destroy())
  const terminal = new Headless({ cols: columns, rows, allowProposedApi: true })
  let raw = ''
  client.on('data', (bytes) => {
    const chunk = bytes as unknown as Buffer
    raw += chunk.toString('utf8')
    terminal.write(chunk)
  })
  terminal.onData((answer) => void client.write(Buffer.from(answer)))
  return {
    server,
    client,
    terminal,
    get raw() {
      return raw
    },
    get lines() {
      return characters(terminal)
    },
    type: (keys) => void client.write(Buffer.from(keys)),
    resize: (width, height) => {
      terminal.resize(width, height)
      client.resize(width, height)
    },
    async shows(wanted) {
      const isThere = () => {
        const text = characters(terminal).join('\n')
        return typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text)
      }
      for (const since = Date.now(); !isThere(); await delay(5)) {
        if (Date.now() - since > PATIENCE)
          throw new Error(`no ${wanted} on the screen:\n${characters(terminal).join('\n')}`)
      }
    },
  }
}
