// ncat 7.93, which connects pipes: with -t it refuses every option, without it never speaks Telnet, and with -l it is a server that
// speaks none either.

import type { ExecutionContext } from 'ava'
import { client, clientCommand, clientScreen, freePort, needsPrograms, serve } from '../support/peer.js'
import { Piped } from '../support/piped.js'
import { GREETING } from '../support/telsh.js'
import { textOf } from '../support/typist.js'

const run = needsPrograms('ncat')

for (const [title, ...flags] of [['ncat -t, which refuses', '-t'], ['ncat, which never answers']]) {
  run(`${title}: it edits and shows its own lines`, async (t) => {
    const ncat = new Piped(t, ['ncat', ...flags, '127.0.0.1', await serve(t)])
    await ncat.says('tel:sh> ')
    ncat.type('nonsense\n')
    await ncat.says(/command\.\r\ntel:sh> /)
    ncat.type('quit\n')
    await ncat.says('Goodbye.\r\n')
    ncat.end()
    t.is(await ncat.ended(), 0)
    t.is(textOf(ncat.written), `${GREETING}\r\ntel:sh> no such command.\r\ntel:sh> Goodbye.\r\n`)
  })
}

/** A listening ncat, which is the server of one client. */
async function listen(t: ExecutionContext): Promise<{ ncat: Piped; port: string }> {
  const port = await freePort()
  const ncat = new Piped(t, ['ncat', '-l', '-v', '127.0.0.1', port])
  await ncat.says(`Listening on 127.0.0.1:${port}`)
  return { ncat, port }
}

run('our client on a server without Telnet: lines are edited and shown here, both ways', async (t) => {
  const { ncat, port } = await listen(t)
  const screen = client(t, port)
  await screen.shows("Escape character is '^]'.")
  screen.type('my linx\x7fe\r')
  await ncat.says('my line\r\n')
  ncat.type('one\ntwo\r\nthree\n')
  await screen.shows(/^three$/m)
  ncat.end()
  await screen.shows(/^done$/m)
  t.deepEqual(screen.lines, [...clientScreen.begin, 'my line', 'one', 'two', 'three', ...clientScreen.end])
  t.is(ncat.written, 'my line\r\n')
  t.is(await ncat.ended(), 0)
})

run('our client leaves a server without Telnet, in the middle of a line', async (t) => {
  const { ncat, port } = await listen(t)
  const screen = client(t, port)
  await ncat.says('Connection from')
  await screen.shows("Escape character is '^]'.")
  screen.type('abc\x1d\x04')
  await screen.shows(/^done$/m)
  const [, , ...end] = clientScreen.end
  t.deepEqual(screen.lines, [...clientScreen.begin, 'abc^]^D', 'telnetkit> ', 'Connection closed.', ...end])
  t.is(await ncat.ended(), 0)
  t.is(ncat.written, '')
})

run('our client in a pipe, on a server without Telnet', async (t) => {
  const { ncat, port } = await listen(t)
  const ours = new Piped(t, clientCommand(port))
  ours.type('Who is there?\n')
  ncat.type('Knock knock.\n')
  await ncat.says('Who is there?\r\n')
  ours.end()
  ncat.type('ncat.\r\n')
  ncat.end()
  t.is(await ours.ended(), 0)
  t.is(ours.written, 'Knock knock.\nncat.\n')
})
