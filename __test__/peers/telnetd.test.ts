// The telnetd of GNU inetutils with our client. socat is its inetd: it accepts one client and hands the socket over.

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { connect } from 'telnetkit'
import {
  client,
  clientScreen,
  needsPrograms,
  size,
  sizeScreen,
  sizeScript,
  startPeer,
  useSizeScript,
} from '../support/peer.js'

const run = needsPrograms('telnetd', 'socat')

/** Starts telnetd with a script of sh in the place of login, and returns the port. */
async function start(t: ExecutionContext, script: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'telnetkit-telnetd-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const login = join(folder, 'login')
  await writeFile(login, `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  const command = ['socat', '-d', '-d', 'TCP-LISTEN:0,bind=127.0.0.1', `EXEC:telnetd -h --exec-login=${login},nofork`]
  return (await startPeer(t, command, /listening on .*:(\d+)\n/))[1]!
}

run('our client logs in at telnetd and uses a program', async (t) => {
  const login = 'printf "login: "; read name; stty -echo; printf "Password: "; read word; stty echo; echo'
  const screen = client(t, await start(t, `${login}; echo "Hello $name, $word."; ${sizeScript}`), size)
  await screen.shows('login:')
  screen.type('joe\r')
  await screen.shows('Password:')
  screen.type('open sesame\r')
  await useSizeScript(screen)
  await screen.shows(/^done$/m)
  t.deepEqual(screen.lines, [
    ...clientScreen.begin,
    'login: joe',
    'Password: ',
    'Hello joe, open sesame.',
    ...sizeScreen,
    ...clientScreen.end,
  ])
})

run('our client leaves telnetd by its escape character', async (t) => {
  const screen = client(t, await start(t, 'echo ready; read x; echo "got $x"; read x'))
  await screen.shows(/^ready$/m)
  screen.type('hello\r')
  await screen.shows(/^got hello$/m)
  screen.type('\x1dquit\r')
  await screen.shows(/^done$/m)
  const end = ['', 'telnetkit> quit', 'Connection closed.', ...clientScreen.end.slice(2)]
  t.deepEqual(screen.lines, [...clientScreen.begin, 'ready', 'hello', 'got hello', ...end])
})

run('its Synch, which follows an interrupt, throws away what it sent before', async (t) => {
  const port = Number(await start(t, 'trap "echo interrupted" INT; echo ready; while :; do sleep 1; done'))
  const session = await connect({ host: '127.0.0.1', port })
  t.teardown(() => session.destroy())
  await session.readUntil('ready\r\n')
  let unread: number | undefined
  session.once('synch', () => {
    unread = session.readableLength
  })
  session.write('\x03')
  await session.readUntil('interrupted')
  t.is(unread, 0)
})
