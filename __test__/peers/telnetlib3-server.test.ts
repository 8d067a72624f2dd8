// The server of telnetlib3 with our client.

import type { ExecutionContext } from 'ava'
import {
  client,
  clientScreen,
  freePort,
  needsPrograms,
  size,
  sizeScreen,
  sizeScript,
  startPeer,
  telshScreen,
  useSizeScript,
  useTelsh,
} from '../support/peer.js'

const run = needsPrograms('telnetlib3-server')

/** Starts its server, and returns the port. */
async function start(t: ExecutionContext, flags: string[] = []): Promise<string> {
  const port = await freePort()
  await startPeer(t, ['telnetlib3-server', '127.0.0.1', port, ...flags], /Server ready/)
  return port
}

run('our client at the shell of telnetlib3-server', async (t) => {
  const screen = client(t, await start(t))
  await useTelsh(screen)
  await screen.shows(/^done$/m)
  t.deepEqual(screen.lines, [...clientScreen.begin, ...telshScreen, ...clientScreen.end])
})

run('our client at a program of telnetlib3-server', async (t) => {
  // Its terminals edit and show nothing unless the program wants it.
  const script = `stty icanon echo; ${sizeScript}`
  const screen = client(t, await start(t, ['--pty-exec', '/bin/sh', '--', '-c', script]), size)
  await useSizeScript(screen)
  await screen.shows(/^done$/m)
  t.deepEqual(screen.lines, [...clientScreen.begin, ...sizeScreen, ...clientScreen.end])
})
