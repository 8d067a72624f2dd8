// A server's session over memory, and somebody at its other end who types bare bytes and sees what comes.

import { duplexPair } from 'node:stream'
import { type ServerOptions, Session } from 'telnetkit'

export interface Typist {
  session: Session
  /** Types bytes, written as latin-1. */
  type(bytes: string): void
  /** Leaves. */
  end(): void
  /** All that came and was not taken, as latin-1. */
  readonly received: string
  /** Resolves when this has come; takes all up to there and returns it. */
  until(text: string): Promise<string>
}

export function typist(options: ServerOptions = {}): Typist {
  const [near, far] = duplexPair()
  const session = new Session(near, { role: 'server', negotiationTimeout: 10, ...options })
  let received = ''
  far.setEncoding('latin1').on('data', (chunk) => {
    received += chunk
  })
  return {
    session,
    type: (bytes) => void far.write(bytes, 'latin1'),
    end: () => void far.end(),
    get received() {
      return received
    },
    async until(text) {
      while (!received.includes(text)) await new Promise((resolve) => far.once('data', resolve))
      const end = received.indexOf(text) + text.length
      const taken = received.slice(0, end)
      received = received.slice(end)
      return taken
    },
  }
}

/** What came, without Telnet's commands. */
export function textOf(bytes: string): string {
  return bytes.replace(/\xff(?:\xfa.*?\xff\xf0|[\xfb-\xfe].|[\xec-\xf9])/gs, '')
}

/** Telnet's bytes as latin-1. */
export const wire = {
  WILL_ECHO: '\xff\xfb\x01',
  WONT_ECHO: '\xff\xfc\x01',
  DO_ECHO: '\xff\xfd\x01',
  DONT_ECHO: '\xff\xfe\x01',
  WILL_SGA: '\xff\xfb\x03',
  GA: '\xff\xf9',
  EC: '\xff\xf7',
  EL: '\xff\xf8',
  IP: '\xff\xf4',
} as const
