// Twisted's Telnet, in conch, with our client: its server takes over the echo for a password, as conch's own log-in does.

import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { ExecutionContext } from 'ava'
import { connect, Option } from 'telnetkit'
import { client, clientScreen, needs, size, startPeer } from '../support/peer.js'
import { withoutPty } from '../support/pty.js'

const python = process.env.TELNETKIT_TEST_PYTHON ?? 'python3'
const script = fileURLToPath(new URL('../support/twisted-peer.py', import.meta.url))
const has = spawnSync(python, ['-c', 'import twisted.conch.telnet']).status === 0
const run = needs(withoutPty, has ? undefined : `${python} has no twisted: let TELNETKIT_TEST_PYTHON name one that has`)

async function start(t: ExecutionContext): Promise<string> {
  return (await startPeer(t, [python, script], /listening on (\d+)/))[1]!
}

run('our client gives its name and its password, edits lines, and is told goodbye', async (t) => {
  const screen = client(t, await start(t), size)
  await screen.shows('93 x 31')
  screen.type('jox\x7fe\r')
  await screen.shows('password:')
  screen.type('open sesame\r')
  await screen.shows('Hello joe, open sesame.')
  screen.resize(100, 40)
  await screen.shows('100 x 40')
  screen.type('hellp\x7fo\r')
  await screen.shows('You said hello')
  screen.type('quit\r')
  await screen.shows(/^done$/m)
  t.deepEqual(screen.lines, [
    ...clientScreen.begin,
    'name: 93 x 31',
    'joe',
    'password: ',
    'Hello joe, open sesame.',
    '100 x 40',
    'hello',
    'You said hello',
    'quit',
    ...clientScreen.end,
  ])
})

run('the library: options are agreed on and refused, and lines pass', async (t) => {
  const session = await connect({ host: '127.0.0.1', port: Number(await start(t)) })
  t.teardown(() => session.destroy())
  await session.readUntil('name: ')
  await session.waitFor({ local: { NAWS: true } })
  t.false(await session.remote.enable(Option.BINARY))
  t.true(await session.remote.enable(Option.SGA))
  session.write('joe\n')
  await session.readUntil('password: ')
  t.true(session.remote.has(Option.ECHO))
  session.write('secret\n')
  await session.readUntil('Hello joe, secret.\r\n')
  t.false(session.remote.has(Option.ECHO))
  session.write('quit\n')
  t.is(await session.readAll(), '')
})
