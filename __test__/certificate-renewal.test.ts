// A certificate that is renewed while the server runs.

import { once } from 'node:events'
import { copyFileSync, rmSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import tls from 'node:tls'
import test from 'ava'
import { connect, createServer, type Session } from 'telnetkit'
import { followRenewals } from '../bin/certificate-renewal.js'
import { serverTls } from '../bin/tls-flags.js'
import { Certificates } from './support/certificates.js'
import { QUIET, serve } from './support/raw-peer.js'

const certificates = new Certificates().make('old').make('new', { altName: 'DNS:localhost,DNS:new.example' })
test.after.always(() => certificates.remove())

async function echo(session: Session): Promise<void> {
  for await (const line of session.lines()) session.write(`${line}\n`)
}

/** The names in the certificate that a server shows. */
async function shown(port: number): Promise<string | undefined> {
  const peer = tls.connect({ port, host: 'localhost', rejectUnauthorized: false })
  await once(peer, 'secureConnect')
  const { subjectaltname } = peer.getPeerCertificate()
  peer.destroy()
  return subjectaltname
}

const [OLD, NEW] = ['DNS:localhost', 'DNS:localhost, DNS:new.example']
const identity = (name: string) => ({ cert: certificates.read(`${name}.crt`), key: certificates.read(`${name}.key`) })

test('setSecureContext: who connects from then on is shown the new one, and sessions go on', async (t) => {
  const server = createServer({ tls: identity('old'), tlsAuto: 50, policy: QUIET }, echo)
  const port = await serve(t, server)
  const live = await connect({ host: 'localhost', port, tls: { ca: certificates.read('old.crt') } })
  t.is(await shown(port), OLD)
  server.setSecureContext(identity('new'))
  t.is(await shown(port), NEW)
  live.write('still here\n')
  t.is(await live.readLine(), 'still here')
  live.end()
  const plain = await connect({ host: 'localhost', port })
  plain.write('in the clear\n')
  t.is(await plain.readLine(), 'in the clear', 'tlsAuto stays')
  plain.end()

  const code = 'TELNET_BAD_OPTION'
  t.throws(() => server.setSecureContext({ cert: 'none', key: certificates.read('new.key') }), { code })
  const other = { cert: certificates.read('old.crt'), key: certificates.read('new.key') }
  t.throws(() => server.setSecureContext(other), { code, message: /not the key of the certificate/ })
  t.throws(() => createServer().setSecureContext(identity('old')), { code, message: /made with it/ })
  t.is(await shown(port), NEW)
  await server.close({ deadline: 0 })
  await server.listen(port, '127.0.0.1')
  t.is(await shown(port), NEW, 'also when it listens anew')
})

test('telnetkit-server looks at its files: one of two that is there first is waited for', async (t) => {
  const [sslCertfile, sslKeyfile] = [certificates.path('live.crt'), certificates.path('live.key')]
  const put = (name: string, kind: 'crt' | 'key') =>
    copyFileSync(certificates.path(`${name}.${kind}`), certificates.path(`live.${kind}`))
  put('old', 'crt')
  put('old', 'key')
  const flags = { sslCertfile, sslKeyfile, tlsHandshakeTimeout: 10_000 }
  const told: string[] = []
  const log = {
    info: (words: string) => told.push(`info ${words}`),
    warn: (words: string) => told.push(`warn ${words}`),
  }
  const server = createServer({ tls: serverTls(flags, log.warn), policy: QUIET }, echo)
  const port = await serve(t, server)
  const timer = followRenewals(server, flags, log, 10)
  t.teardown(() => clearInterval(timer))
  await delay(50)
  t.deepEqual(told, [])

  put('new', 'crt')
  while (told.length < 1) await delay(5)
  await delay(50)
  t.is(told.length, 1, 'it is told once')
  t.regex(
    told[0]!,
    /^warn the certificate cannot be renewed, the old one goes on: .*the key is not that of the certificate/,
  )
  t.is(await shown(port), OLD)

  put('new', 'key')
  while (told.length < 2) await delay(5)
  t.regex(told[1]!, /^info the certificate was renewed; it is good until \w+ +\d+ [\d:]+ \d{4} GMT$/)
  t.is(await shown(port), NEW)

  rmSync(sslCertfile)
  while (told.length < 3) await delay(5)
  t.regex(told[2]!, /^warn the certificate cannot be renewed, .*no such file/)
  t.is(await shown(port), NEW)
})
