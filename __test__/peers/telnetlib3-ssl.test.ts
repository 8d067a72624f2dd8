// telnetlib3 5.0.1 under TLS, both ways.

import test, { type ExecutionContext } from 'ava'
import { Certificates } from '../support/certificates.js'
import {
  client,
  clientScreen,
  freePort,
  needsPrograms,
  person,
  serve,
  size,
  startPeer,
  telshScreen,
  useTelsh,
} from '../support/peer.js'
import type { Screen } from '../support/screen.js'
import { SECURE_GREETING } from '../support/telsh.js'

const certificates = new Certificates().make('server')
test.after.always(() => certificates.remove())

/** Its client, in front of a person, on a server of ours. */
async function visit(t: ExecutionContext, ...flags: string[]): Promise<Screen> {
  const port = await serve(t, '--ssl-certfile', certificates.path('server.pem'), ...flags)
  const typed = ['--ssl', '--ssl-cafile', certificates.path('server.crt'), 'localhost', port]
  return person(t, ['telnetlib3-client', ...typed], size)
}

// Of what comes with the end of TLS it loses what it likes, from servers of node:tls as from ours: so it is it that leaves.
const run = needsPrograms('telnetlib3-client')

run('its client at telsh', async (t) => {
  const screen = await visit(t)
  await screen.shows(/^tel:sh> $/m)
  screen.type('nonsenx\x7fse\r')
  await screen.shows(/command\.\ntel:sh> $/)
  t.true(screen.text.endsWith(`${SECURE_GREETING}\ntel:sh> nonsense\nno such command.\ntel:sh> `), screen.text)
  screen.type('\x1d')
  await screen.shows('Connection closed.')
  t.is(await screen.exited, 0)
})

run('its client at a program: the size of the window, and a new one', async (t) => {
  const script = 'stty size; trap "stty size" WINCH; while :; do sleep 0.05; done'
  const screen = await visit(t, '--pty-exec', 'sh', '--', '-c', script)
  await screen.shows(/^31 93$/m)
  screen.resize(100, 40)
  await screen.shows(/^40 100$/m)
  t.pass()
})

needsPrograms('telnetlib3-server')('our client at its server', async (t) => {
  const port = await freePort()
  const files = ['--ssl-certfile', certificates.path('server.crt'), '--ssl-keyfile', certificates.path('server.key')]
  await startPeer(t, ['telnetlib3-server', '127.0.0.1', port, ...files], /Server ready/)
  const screen = client(t, port, {}, [`telnets://localhost:${port}`, '--ssl-cafile', certificates.path('server.crt')])
  await useTelsh(screen)
  await screen.shows(/^done$/m)
  const [, ...more] = telshScreen
  t.deepEqual(screen.lines, [...clientScreen.begin, 'Ready (secure: TLSv1.3).', ...more, ...clientScreen.end])
})
