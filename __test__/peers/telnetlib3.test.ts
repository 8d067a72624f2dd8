// telnetlib3, with our server and with our client.

import {
  client,
  clientScreen,
  freePort,
  needsPrograms,
  person,
  serve,
  serveScript,
  size,
  sizeScreen,
  sizeScript,
  startPeer,
  telshScreen,
  useSizeScript,
  useTelsh,
} from '../support/peer.js'

const runClient = needsPrograms('telnetlib3-client')
const runServer = needsPrograms('telnetlib3-server')
const closed = 'Connection closed by foreign host.'

/** Starts its server, and returns the port. */
async function start(t: Parameters<typeof startPeer>[0], flags: string[] = []): Promise<string> {
  const port = await freePort()
  await startPeer(t, ['telnetlib3-server', '127.0.0.1', port, ...flags], /Server ready/)
  return port
}

runClient('telnetlib3-client at the shell', async (t) => {
  const screen = person(t, ['telnetlib3-client', '127.0.0.1', await serve(t)])
  await useTelsh(screen)
  t.is(await screen.exited, 0)
  await screen.shows(closed)
  t.deepEqual(screen.lines, [...clientScreen.begin, ...telshScreen, '', closed])
})

runClient('telnetlib3-client at a program: the size of the window, its change, an answer', async (t) => {
  const screen = person(t, ['telnetlib3-client', '127.0.0.1', await serveScript(t, sizeScript)], size)
  await useSizeScript(screen)
  t.is(await screen.exited, 0)
  await screen.shows(closed)
  t.deepEqual(screen.lines, [...clientScreen.begin, ...sizeScreen, '', closed])
})

runServer('our client at the shell of telnetlib3-server', async (t) => {
  const screen = client(t, await start(t))
  await useTelsh(screen)
  await screen.shows(/^done$/m)
  const said = telshScreen.with(2, 'quit, writer, slc, linemode, toggle [option|all], reader, proto, dump')
  t.deepEqual(screen.lines, [...clientScreen.begin, ...said, ...clientScreen.end])
})

runServer('our client at a program of telnetlib3-server', async (t) => {
  // Its terminals edit and show nothing unless the program wants it.
  const script = `stty icanon echo; ${sizeScript}`
  const screen = client(t, await start(t, ['--pty-exec', '/bin/sh', '--', '-c', script]), size)
  await useSizeScript(screen)
  await screen.shows(/^done$/m)
  t.deepEqual(screen.lines, [...clientScreen.begin, ...sizeScreen, ...clientScreen.end])
})
