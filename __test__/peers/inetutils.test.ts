// GNU inetutils telnet with our server.

import {
  needsPrograms,
  person,
  serve,
  serveScript,
  size,
  sizeScreen,
  sizeScript,
  telshScreen,
  useSizeScript,
  useTelsh,
} from '../support/peer.js'

const telnet = 'inetutils-telnet'
const run = needsPrograms(telnet)
const connected = ['Trying 127.0.0.1...', 'Connected to 127.0.0.1.', "Escape character is '^]'."]
const closed = 'Connection closed by foreign host.'

run('inetutils telnet at the shell', async (t) => {
  const screen = person(t, [telnet, '127.0.0.1', await serve(t)])
  await useTelsh(screen)
  t.true([0, 1].includes(await screen.exited), 'it depends on what it reads and writes last')
  await screen.shows(closed)
  t.deepEqual(screen.lines, [...connected, ...telshScreen, closed])
})

run('inetutils telnet at a program: the size of the window, its change, an answer', async (t) => {
  const screen = person(t, [telnet, '127.0.0.1', await serveScript(t, sizeScript)], size)
  await useSizeScript(screen)
  await screen.exited
  await screen.shows(closed)
  t.deepEqual(screen.lines, [...connected, ...sizeScreen, closed])
})

run('inetutils telnet: interrupting, and leaving by its escape character', async (t) => {
  const program = 'trap "echo interrupted" INT; echo ready; until read x; do :; done; echo "got $x"; read x'
  const screen = person(t, [telnet, '127.0.0.1', await serveScript(t, program)])
  await screen.shows(/^ready$/m)
  screen.type('\x03')
  await screen.shows('^Cinterrupted')
  screen.type('hello\r')
  await screen.shows(/^got hello$/m)
  screen.type('\x1d')
  await screen.shows('inetutils-telnet>')
  screen.type('quit\r')
  t.is(await screen.exited, 0)
  await screen.shows('Connection closed.')
  t.deepEqual(screen.lines, [
    ...connected,
    'ready',
    '^Cinterrupted',
    'hello',
    'got hello',
    '',
    'inetutils-telnet> quit',
    'Connection closed.',
  ])
})
