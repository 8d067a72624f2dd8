// TLS by the flags of both commands: who speaks it with whom, what is refused, and what is said of it.

import { once } from 'node:events'
import { createServer, type TLSSocket } from 'node:tls'
import test, { type ExecutionContext } from 'ava'
import { connect } from 'telnetkit'
import { Certificates } from './support/certificates.js'
import { withoutPty } from './support/pty.js'
import { RawPeer, RawServer, wire } from './support/raw-peer.js'
import { Screen } from './support/screen.js'
import { GREETING, SECURE_GREETING } from './support/telsh.js'
import { type Run, runTool, startServer, toolPath } from './support/tool.js'

const certificates = new Certificates()
const file = (name: string) => certificates.path(name)

test.before(() => {
  certificates.make('good').make('leaf', { leaf: true }).make('address', { altName: 'IP:127.0.0.1' })
  certificates.make('past', { expired: true }).lock('good', 'secret')
})
test.after.always(() => certificates.remove())

async function serve(t: ExecutionContext, ...flags: string[]) {
  const server = await startServer(['--connect-maxwait', '0.05', ...flags])
  t.teardown(() => server.child.kill('SIGKILL'))
  return server
}

/** The client in a pipe, which says quit. */
function visit(port: number, ...flags: string[]): Run {
  return runTool('telnetkit-client', ['localhost', String(port), ...flags], { input: 'quit\n' })
}

/** What a command says that cannot do what it was told. */
async function complaint({ exited, output }: Run, code: number): Promise<string> {
  const is = await exited
  if (is !== code) throw new Error(`it ended with ${is}: ${output.err}`)
  return output.err
}

test.serial(
  'a server and a client of ours: certificate and key in one file or in two, by --ssl-cafile, by URL',
  async (t) => {
    for (const [name, flags] of [
      ['good', ['--ssl-certfile', file('good.pem')]],
      ['leaf', ['--ssl-certfile', file('leaf.crt'), '--ssl-keyfile', file('leaf.key')]],
    ] as const) {
      const { port, output, child } = await serve(t, ...flags)
      t.is(output.out.split('\n')[1], `Connect with: telnetkit-client telnets://127.0.0.1:${port}`)
      const { exited, output: seen } = visit(port, '--ssl-cafile', file(`${name}.crt`))
      t.is(await exited, 0, seen.err)
      t.true(seen.out.startsWith(`${SECURE_GREETING}\ntel:sh> `), seen.out)
      const url = [`telnets://localhost:${port}`, '--ssl-cafile', file(`${name}.crt`), '--loglevel', 'info']
      const other = runTool('telnetkit-client', url, { input: 'quit\n' })
      t.is(await other.exited, 0, other.output.err)
      t.regex(other.output.err, /connected to 127\.0\.0\.1:\d+ by TLSv1\.3, TLS_AES_256_GCM_SHA384\n/)
      while (!/ connected by TLSv1\.3\n/.test(output.err)) await once(child.stderr!, 'data')
    }
  },
)

test.serial('--ssl-no-verify speaks with whoever is there, and says in a line what that is worth', async (t) => {
  const { port } = await serve(t, '--ssl-certfile', file('past.pem'))
  const { exited, output } = visit(port, '--ssl-no-verify')
  t.is(await exited, 0)
  t.true(output.out.startsWith(SECURE_GREETING))
  t.regex(output.err, /^telnetkit-client: --ssl-no-verify: nobody checks who answers; .*\nConnection closed/)
})

test.serial('a certificate that is not good: a line says why, and what to do', async (t) => {
  const refused = async (name: string, flags: string[], line: RegExp) => {
    const { port } = await serve(t, '--ssl-certfile', file(`${name}.pem`))
    const said = await complaint(visit(port, ...flags), 1)
    t.regex(said, line)
    t.is(said.split('\n').length, 2, said)
  }
  await refused('good', ['--ssl'], /self-signed \(DEPTH_ZERO_SELF_SIGNED_CERT\); if you know .* --ssl-cafile <file>\n$/)
  await refused('good', ['--ssl-cafile', file('leaf.crt')], /DEPTH_ZERO_SELF_SIGNED_CERT/)
  await refused(
    'address',
    ['--ssl-cafile', file('address.crt')],
    /is for 127\.0\.0\.1, and not for localhost .*; connect by/,
  )
  await refused('past', ['--ssl-cafile', file('past.crt')], /has expired \(CERT_HAS_EXPIRED\); who runs the server/)
})

test.serial('who trusts what the system does has more in SSL_CERT_FILE or NODE_EXTRA_CA_CERTS', async (t) => {
  const { port } = await serve(t, '--ssl-certfile', file('good.pem'))
  for (const name of ['SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS']) {
    const env = { [name]: file('good.crt') }
    const { exited, output } = runTool('telnetkit-client', ['--ssl', 'localhost', String(port)], {
      input: 'quit\n',
      env,
    })
    t.is(await exited, 0, `${name}: ${output.err}`)
  }
})

test.serial('--ssl where no TLS is spoken: a line that says so', async (t) => {
  const plain = await serve(t)
  t.regex(await complaint(visit(plain.port, '--ssl'), 1), /\(TELNET_TLS\); for a server without TLS leave --ssl out\n$/)
  while (!plain.output.err.includes('turned away')) await once(plain.child.stderr!, 'data')
  t.regex(plain.output.err, / warn {2}127\.0\.0\.1:\d+ turned away: tls-hello, the client speaks TLS, and this port/)

  const mute = await RawServer.listen(t)
  const line = await complaint(visit(mute.port, '--ssl', '--connect-timeout', '0.3'), 1)
  t.regex(line, /^telnetkit-client: Connecting to localhost port \d+ by TLS .*\n$/)
})

test.serial('no --ssl where TLS is wanted: a line that says so', async (t) => {
  const { port } = await serve(t, '--ssl-certfile', file('good.pem'))
  const said = await complaint(visit(port, '--connect-maxwait', '0.05'), 1)
  t.regex(said, /the server speaks TLS at that port, .* \(TELNET_TLS_EXPECTED\); say --ssl\n$/)
})

test.serial('--tls-auto: one port for both', async (t) => {
  for (const flags of [['--tls-auto'], ['--tls-auto', '0.2']]) {
    const { port, output } = await serve(t, '--ssl-certfile', file('good.pem'), ...flags)
    t.is(output.out.split('\n')[1], `Connect with: telnet 127.0.0.1 ${port}`)
    const secure = visit(port, '--ssl-cafile', file('good.crt'))
    t.is(await secure.exited, 0, secure.output.err)
    t.true(secure.output.out.startsWith(SECURE_GREETING))
    const plain = visit(port)
    t.is(await plain.exited, 0, plain.output.err)
    t.true(plain.output.out.startsWith(GREETING))
  }
})

test.serial('HTTP gets an answer, and the log a line', async (t) => {
  const { port, output, child } = await serve(t)
  const peer = await RawPeer.connect(port)
  peer.send('"GET / HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n"')
  t.regex(String(await peer.takeAll()), /HTTP\/1\.1 400 .*This is a Telnet port, not a web server\./s)
  while (!output.err.includes('turned away')) await once(child.stderr!, 'data')
  t.regex(
    output.err,
    / warn {2}127\.0\.0\.1:\d+ turned away: http, the client speaks HTTP, and this is a Telnet port\n/,
  )
})

test.serial('command lines that cannot be meant', async (t) => {
  const server = async (flags: string[], line: RegExp) => {
    const said = await complaint(runTool('telnetkit-server', ['127.0.0.1', '0', ...flags]), 2)
    t.regex(said, line)
    t.is(said.split('\n').length, 2, said)
  }
  await server(['--tls-auto'], /--tls-auto needs a certificate: --ssl-certfile; see/)
  await server(['--ssl-keyfile', file('good.key')], /--ssl-keyfile is for --ssl-certfile/)
  await server(['--ssl-certfile', file('none')], /--ssl-certfile .*none: .*no such file/)
  await server(['--ssl-certfile', file('good.crt')], /there is no key in it; name its file by --ssl-keyfile/)
  await server(['--ssl-certfile', file('good.key')], /there is no certificate in it/)
  await server(['--ssl-certfile', file('good.crt'), '--ssl-keyfile', file('leaf.key')], /the key is not that of/)
  await server(['--ssl-certfile', file('good.crt'), '--ssl-keyfile', file('good-locked.key')], /the key is encrypted/)
  await server(
    ['--ssl-certfile', file('good.crt'), '--ssl-keyfile', file('good.crt')],
    /there is no key in it that can/,
  )
  await server(['--ssl-certfile', file('good.pem'), '--tls-auto', '6023'], /--tls-auto 6023: give seconds/)

  const client = async (flags: string[], line: RegExp) => t.regex(await complaint(visit(1, ...flags), 2), line)
  await client(['--ssl-cafile', file('none')], /--ssl-cafile .*none: .*no such file/)
  await client(['--ssl-cafile', file('good.key')], /there is no certificate in it/)
  await client(['--ssl-cafile', file('good.crt'), '--ssl-no-verify'], /exclude each other/)
})

test.serial('an expired certificate is served, and the log warns of it', async (t) => {
  const { output } = await serve(t, '--ssl-certfile', file('past.pem'))
  t.regex(output.err, / warn {2}the certificate in .*past\.pem expired on .*; clients will refuse it\n/)
})

const run = withoutPty ? test.skip : test.serial
if (withoutPty) console.log(`Skipped: ${withoutPty}`)

run('a program in a terminal, by TLS: its size and new sizes, what is typed, its last words', async (t) => {
  const script = 'stty size; trap "stty size" WINCH; read name; while ! read more; do :; done; echo "$name, $more."'
  const { port } = await serve(t, '--ssl-certfile', file('good.pem'), '--pty-exec', 'sh', '--', '-c', script)
  const session = await connect({
    host: 'localhost',
    port,
    tls: { ca: certificates.read('good.crt') },
    terminalType: 'xterm',
    columns: 93,
    rows: 31,
  })
  await session.readUntil('31 93\r\n')
  session.write('Ada\n')
  await session.readUntil('Ada\r\n')
  session.resize(100, 40)
  await session.readUntil('40 100\r\n')
  session.write('farewell\n')
  t.is(await session.readAll(), 'farewell\r\nAda, farewell.\r\n')
})

run('our client in a terminal, by TLS: its prompt tells of it, and its modes follow', async (t) => {
  const accepted: TLSSocket[] = []
  const server = createServer({ cert: certificates.read('good.crt'), key: certificates.read('good.key') }, (socket) => {
    accepted.push(socket)
    socket.on('error', () => undefined)
  })
  server.listen(0, '127.0.0.1')
  t.teardown(() => server.close())
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const typed = [toolPath('telnetkit-client'), `telnets://localhost:${port}`, '--ssl-cafile', file('good.crt')]
  const screen = Screen.start(process.execPath, typed)
  t.teardown(() => screen.kill())
  await screen.shows("Escape character is '^]'.")
  accepted[0]!.write(wire('IAC WILL ECHO IAC WILL SGA "Welcome"'))
  await screen.shows('Welcome')
  screen.type('\x1d')
  await screen.shows('telnetkit>')
  screen.type('status\r')
  await screen.shows(/^TLSv1\.3 with TLS_AES_256_GCM_SHA384, by the certificate of CN=localhost\.$/m)
  await screen.shows(/^Each key is sent, and the server shows what it likes\.$/m)
  screen.type('quit\r')
  t.is(await screen.exited, 0)
})
