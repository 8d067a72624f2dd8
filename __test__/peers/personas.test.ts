// Each persona beside the program that it is like: both hear the same, and must say the same.

import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { ExecutionContext } from 'ava'
import { describeWire } from 'telnetkit'
import { Persona, type PersonaName } from 'telnetkit/testing'
import { CORE, EXTENDED, LEGACY, type OptionGroup, SERIAL } from '../../ts/fingerprint/groups.js'
import { needsPrograms, person } from '../support/peer.js'
import { wire } from '../support/raw-peer.js'

const programs: { [Name in PersonaName]?: (port: string) => string[] } = {
  inetutils: (port) => ['inetutils-telnet', '127.0.0.1', port],
  'telnet-ssl': (port) => ['telnet-ssl', '-z', 'nossl', '127.0.0.1', port],
  busybox: (port) => ['busybox', 'telnet', '127.0.0.1', port],
  plink: (port) => ['plink', '-telnet', '-P', port, '127.0.0.1'],
  'tintin++': (port) => ['tt++', '-G', '-e', `#session x 127.0.0.1 ${port}`],
  tf5: (port) => ['tf', '-f', '-q', '-v', '127.0.0.1', port],
  telnetlib3: (port) => ['telnetlib3-client', '127.0.0.1', port],
  'python-telnetlib': (port) => ['python3', '-W', 'ignore', '-m', 'telnetlib', '127.0.0.1', port],
  ncat: (port) => ['ncat', '-t', '127.0.0.1', port],
}

/** Milliseconds of silence after which a client has said all that it has to. */
const SILENCE = 250

type Saying = readonly [title: string, bytes: Buffer]

const wishes: readonly Saying[] = [
  ['what is everywhere', all('DO', CORE)],
  ['what is rare', all('DO', { ...SERIAL, ...LEGACY })],
  ['what MUDs have', all('DO', EXTENDED)],
]

/** Compression stays out of it. */
const offers: readonly Saying[] = [['offers', all('WILL', { ...CORE, ...SERIAL, ...LEGACY })]]

/** What a server says, piece by piece, in two orders. */
const conversations = [
  [...wishes, ...offers],
  [...offers, ...wishes],
].map((said): Saying[] => [
  ['nothing', Buffer.alloc(0)],
  ...said,
  ['what there is not', wire('IAC DO 250 IAC WILL 250')],
  ...Array.from({ length: 4 }, () => ['its name', wire('IAC SB TTYPE 1 IAC SE')] as const),
  ['its speed', wire('IAC SB TSPEED 1 IAC SE')],
  ['a mode of LINEMODE', wire('IAC SB LINEMODE 1 16 IAC SE')],
  ['its special characters', wire('IAC SB LINEMODE 3 2 3 0 3 98 3 6 3 0 12 2 23 13 2 18 14 2 22 IAC SE')],
  ['again', all('DO', { ...CORE, ...SERIAL })],
  ['a mark', wire('IAC DO TM')],
  ['another', wire('IAC DO TM')],
])

function all(verb: string, group: OptionGroup): Buffer {
  return wire(
    Object.values(group)
      .map((option) => `IAC ${verb} ${option}`)
      .join(' '),
  )
}

/** What a client answers to each, in words; what depends on the machine is left out. */
async function converse(
  t: ExecutionContext,
  said: readonly Saying[],
  start: (port: number) => unknown,
): Promise<[string, string[]][]> {
  const server = createServer().listen(0, '127.0.0.1')
  t.teardown(() => server.close())
  await once(server, 'listening')
  const connected = once(server, 'connection') as Promise<[Socket]>
  void start((server.address() as { port: number }).port)
  const [socket] = await connected
  t.teardown(() => socket.destroy())
  socket.on('error', () => {})
  const describe = describeWire()
  let heard: string[] = []
  let last = 0
  socket.on('data', (bytes) => {
    // What is agreed depends on what was said before.
    heard.push(...describe(bytes).map((line) => line.replace(/^(IAC SB STATUS 0) .*/, '$1')))
    last = performance.now()
  })
  const conversation: [string, string[]][] = []
  for (const [title, bytes] of said) {
    heard = []
    socket.write(bytes)
    last = performance.now()
    while (performance.now() - last < SILENCE) await delay(20)
    conversation.push([title, heard])
  }
  return conversation
}

for (const [name, command] of Object.entries(programs) as [PersonaName, (port: string) => string[]][]) {
  const [program] = command('')
  needsPrograms(program!)(`${name}: what it says, ${new Persona(name).like} says, too`, async (t) => {
    for (const said of conversations) {
      const [real, played] = await Promise.all([
        converse(t, said, (port) => person(t, command(String(port)))),
        converse(t, said, (port) => new Persona(name).connect({ port })),
      ])
      t.deepEqual(played, real)
    }
  })
}
