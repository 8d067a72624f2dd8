// TLS in both roles, beside node:tls.

import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import tls from 'node:tls'
import anyTest, { type TestFn } from 'ava'
import { connect, createServer, type Session } from 'telnetkit'
import { Certificates } from './support/certificates.js'
import { QUIET, RawPeer, serve } from './support/raw-peer.js'

const test = anyTest as TestFn<{ cert: string; key: string; locked: string }>

test.before((t) => {
  const certificates = new Certificates().make('own', {
    leaf: true,
    altName: 'DNS:localhost,DNS:xn--bcher-kva.example',
  })
  const locked = certificates.lock('own', 'secret')
  t.context = {
    cert: certificates.read('own.crt'),
    key: certificates.read('own.key'),
    locked: readFileSync(locked, 'utf8'),
  }
  certificates.remove()
})

test('a server and a client of ours speak TLS, and tell of it', async (t) => {
  const { cert, key } = t.context
  const server = createServer({ tls: { cert, key } }, async (session) => {
    t.true(session.encrypted)
    t.is(session.tls?.servername, 'localhost')
    session.write(`${await session.readLine()}!\n`)
  })
  const port = await serve(t, server)
  const session = await connect({ host: 'localhost', port, tls: { ca: cert } })
  t.true(session.encrypted)
  t.like(session.tls, { protocol: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', authorized: true })
  t.is(session.tls?.peerCertificate?.subject, 'CN=localhost')
  session.write('hello\n')
  t.is(await session.readLine(), 'hello!')
  t.is(await session.readLine(), null)
})

test('a client of node:tls and ours', async (t) => {
  const { cert, locked } = t.context
  const server = createServer({ tls: { cert, key: locked, passphrase: 'secret' }, policy: QUIET }, (session) =>
    session.readLine().then((line) => session.write(`${line}\n`)),
  )
  const port = await serve(t, server)
  const peer = tls.connect({ port, host: 'localhost', ca: cert, maxVersion: 'TLSv1.2' })
  await once(peer, 'secureConnect')
  peer.end('look\r\n')
  const chunks: Buffer[] = []
  for await (const chunk of peer) chunks.push(chunk)
  t.is(Buffer.concat(chunks).toString(), 'look\r\n')
})

test('a server of node:tls and ours', async (t) => {
  const { cert, key } = t.context
  const server = tls.createServer({ cert, key }, (socket) => socket.end('Welcome\r\n'))
  server.listen(0, '127.0.0.1')
  t.teardown(() => server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const where = { host: '127.0.0.1', port }
  const session = await connect({ ...where, tls: { ca: cert, servername: 'localhost' } })
  t.is(await session.readLine(), 'Welcome')
  t.is(await session.readLine(), null)
  await t.throwsAsync(connect({ ...where, tls: { ca: cert } }), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' })
  await t.throwsAsync(connect({ ...where, tls: true }), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
  const lax = await connect({ ...where, tls: { rejectUnauthorized: false } })
  t.like(lax.tls, { authorized: false, authorizationError: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
  lax.destroy()
})

test('with tlsAuto one port takes both, and who fails is told by drop', async (t) => {
  const { cert, key } = t.context
  const server = createServer({ tls: { cert, key }, tlsAuto: 50, policy: QUIET }, (session: Session) => {
    session.write(`${session.encrypted}\n`)
  })
  const port = await serve(t, server)
  const plain = await connect({ port, host: 'localhost' })
  t.is(await plain.readLine(), 'false')
  const secure = await connect({ port, host: 'localhost', tls: { ca: cert } })
  t.is(await secure.readLine(), 'true')
  const dropped = once(server, 'drop')
  const peer = await RawPeer.connect(port)
  peer.send(Uint8Array.of(22, 1, 2, 3, 4, 5, 6, 7))
  t.like(await dropped, [{ reason: 'tls', code: 'TELNET_TLS' }])
  peer.destroy()
})

test('a name of letters beyond ASCII is asked for, and looked for, as it stands in the DNS', async (t) => {
  const { cert, key } = t.context
  const server = createServer({ tls: { cert, key }, policy: QUIET }, (session) =>
    session.write(`${session.tls?.servername}\n`),
  )
  const port = await serve(t, server)
  const session = await connect({ host: 'localhost', port, tls: { ca: cert, servername: 'bücher.example' } })
  t.is(await session.readLine(), 'xn--bcher-kva.example')
})

test('options that cannot be taken are told by their names', async (t) => {
  const { cert, key, locked } = t.context
  const code = 'TELNET_BAD_OPTION'
  t.throws(() => createServer({ tlsAuto: true }), { code, message: /tlsAuto/ })
  t.throws(() => createServer({ tls: { cert, key: locked } }), { code, message: /tls\.key/ })
  t.throws(() => createServer({ tls: { cert, key: 'none' } }), { code, message: /tls\.key/ })
  t.throws(() => createServer({ tls: { cert, key, minVersion: 'TLSv1' as 'TLSv1.2' } }), {
    code,
    message: /minVersion/,
  })
  await t.throwsAsync(connect({ port: 1, tls: { ca: 'none' } }), { code, message: /tls\.ca/ })
})
