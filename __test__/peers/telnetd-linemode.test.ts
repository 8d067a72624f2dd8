// LINEMODE (RFC 1184) with the telnetd of GNU inetutils, which asks for it and, when it runs its program, takes it back.

import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, type Linemode, Option } from 'telnetkit'
import { needsPrograms, startPeer } from '../support/peer.js'

needsPrograms('telnetd', 'socat')('a client that takes LINEMODE, and a line once', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'telnetkit-telnetd-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const login = join(folder, 'login')
  await writeFile(login, '#!/bin/sh\necho ready; read x; echo "got $x"; read x\n', { mode: 0o755 })
  const command = ['socat', '-d', '-d', 'TCP-LISTEN:0,bind=127.0.0.1', `EXEC:telnetd -h --exec-login=${login},nofork`]
  const port = Number((await startPeer(t, command, /listening on .*:(\d+)\n/))[1])

  const session = await connect({ host: '127.0.0.1', port, policy: { local: { LINEMODE: 'accept' } } })
  t.teardown(() => session.destroy())
  const modes: Linemode[] = []
  const violations: [string, number | undefined][] = []
  session.on('linemode', (mode) => modes.push(mode))
  session.on('violation', ({ code, option }) => violations.push([code, option]))
  await once(session, 'specialCharacters')
  t.true(session.specialCharacters.size > 0)
  await session.readUntil('ready\r\n')

  // It wanted its client to edit, until it saw that its terminal is to show what is typed.
  t.deepEqual(modes, [{ edit: true, trapSignals: true, softTab: false, literalEcho: false }])
  t.is(session.linemode, null)
  t.is(session.mode, 'character')
  session.write('hello\r')
  t.is(await session.readUntil('got hello\r\n'), 'hello\r\ngot hello\r\n')
  // It tells its characters once more after its own DONT.
  t.deepEqual(violations, [['unagreed-subnegotiation', Option.LINEMODE]])
})
