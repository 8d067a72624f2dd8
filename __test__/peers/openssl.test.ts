// openssl 3 and ncat 7.93 under TLS, in a pipe and both ways: neither speaks Telnet, and each has a way of its own to end.

import test, { type ExecutionContext } from 'ava'
import { Certificates } from '../support/certificates.js'
import { clientCommand, freePort, needsPrograms, serve } from '../support/peer.js'
import { Piped } from '../support/piped.js'
import { SECURE_GREETING } from '../support/telsh.js'
import { textOf } from '../support/typist.js'

const certificates = new Certificates().make('server')
test.after.always(() => certificates.remove())
const [crt, key, pem] = ['crt', 'key', 'pem'].map((kind) => certificates.path(`server.${kind}`)) as [
  string,
  string,
  string,
]

const clients: Record<string, (port: string) => string[]> = {
  openssl: (port) => ['s_client', '-quiet', '-verify_return_error', '-CAfile', crt, '-connect', `localhost:${port}`],
  ncat: (port) => ['--ssl', '--ssl-verify', '--ssl-trustfile', crt, 'localhost', port],
}

for (const [program, args] of Object.entries(clients)) {
  needsPrograms(program)(`${program} at our server`, async (t) => {
    const peer = new Piped(t, [program, ...args(await serve(t, '--ssl-certfile', pem))])
    await peer.says('tel:sh> ')
    peer.type('nonsense\n')
    await peer.says(/command\.\r\ntel:sh> /)
    peer.type('quit\n')
    await peer.says('Goodbye.\r\n')
    peer.end()
    t.is(await peer.ended(), 0)
    t.is(textOf(peer.written), `${SECURE_GREETING}\r\ntel:sh> no such command.\r\ntel:sh> Goodbye.\r\n`)
  })
}

needsPrograms('openssl')('openssl s_client that speaks TLS 1.2, and one that speaks less', async (t) => {
  const port = await serve(t, '--ssl-certfile', pem)
  const elder = new Piped(t, ['openssl', ...clients.openssl!(port), '-tls1_2'])
  await elder.says('Ready (secure: TLSv1.2).')
  // Whatever the system's own policy is, it shall try.
  const eldest = new Piped(t, ['openssl', ...clients.openssl!(port), '-tls1_1', '-cipher', 'DEFAULT@SECLEVEL=0'])
  await eldest.says(/SSL alert number/)
  t.not(await eldest.ended(), 0)
})

const servers: Record<string, (port: string) => string[]> = {
  openssl: (port) => ['s_server', '-quiet', '-naccept', '1', '-accept', `127.0.0.1:${port}`, '-cert', crt, '-key', key],
  ncat: (port) => ['-l', '-v', '--ssl', '--ssl-cert', crt, '--ssl-key', key, '127.0.0.1', port],
}

/** A server that serves one, and what it says when it is there. */
async function listen(t: ExecutionContext, program: string): Promise<{ peer: Piped; port: string }> {
  const port = await freePort()
  const peer = new Piped(t, [program, ...servers[program]!(port)])
  if (program === 'ncat') await peer.says(`Listening on 127.0.0.1:${port}`)
  return { peer, port }
}

for (const program of Object.keys(servers)) {
  needsPrograms(program)(`our client at a server of ${program}`, async (t) => {
    const { peer, port } = await listen(t, program)
    const ours = await connected(t, port, ['--ssl-cafile', crt])
    ours.type('Who is there?\n')
    await peer.says('Who is there?\r\n')
    peer.type(`${program}.\n`)
    await ours.says(`${program}.\n`)
    ours.type('Goodbye.\n')
    await peer.says('Goodbye.\r\n')
    ours.end()
    peer.end()
    t.is(await ours.ended(), 0)
    t.is(ours.written, `${program}.\n`)
  })

  needsPrograms(program)(`our client without --ssl at a server of ${program}`, async (t) => {
    const { port } = await listen(t, program)
    const ours = await connected(t, port, [])
    ours.type('Who is there?\n')
    // OpenSSL has no answer to who does not begin with a handshake: it closes, or breaks off.
    await ours.says(/telnetkit-client: .*the server said nothing; if it speaks TLS, say --ssl\n/)
    await ours.ended()
    t.is(ours.written, '')
  })
}

/** Our client in a pipe, with a server that may need a while to be there. */
async function connected(t: ExecutionContext, port: string, flags: string[]): Promise<Piped> {
  for (;;) {
    const ours = new Piped(
      t,
      clientCommand(port, ['localhost', port, ...flags, '--connect-maxwait', '0.05', '--loglevel', 'info']),
    )
    const isThere = await Promise.race([ours.says('connected to').then(() => true), ours.ended().then(() => false)])
    if (isThere) return ours
  }
}
