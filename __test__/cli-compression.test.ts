// --compression and --no-compression of both commands.

import { once } from 'node:events'
import { constants, deflateSync, inflateSync } from 'node:zlib'
import test, { type ExecutionContext } from 'ava'
import { RawPeer, RawServer, wire } from './support/raw-peer.js'
import { runTool, startServer } from './support/tool.js'

const MARK = wire('IAC SB MCCP2 IAC SE')

/** The port of a server, which lasts as long as the test. */
async function serve(t: ExecutionContext, ...flags: string[]): Promise<number> {
  const { port, child } = await startServer(flags)
  t.teardown(() => child.kill())
  return port
}

test.serial('a server offers compression, and the stream has its end when the session ends', async (t) => {
  const port = await serve(t, '--compression', '--shell', 'echo')
  const peer = await RawPeer.connect(port)
  await peer.take(3)
  peer.send('IAC WONT TTYPE')
  await peer.takeUntil('IAC WILL MCCP2 IAC WILL MCCP3')
  peer.send('IAC DO MCCP2 IAC DONT MCCP3 IAC DONT ECHO IAC DONT SGA IAC DONT BINARY IAC WONT NAWS IAC WONT NEW_ENVIRON')
  peer.send('IAC DONT CHARSET')
  await peer.takeUntil(MARK)
  peer.send('"hello\\r\\n"')
  const said = () => inflateSync(peer.received, { finishFlush: constants.Z_SYNC_FLUSH }).toString('latin1')
  await peer.until(() => peer.received.length > 2 && said().includes('hello'))
  peer.end()
  const all = await peer.takeAll()
  t.notThrows(() => inflateSync(all), 'the stream has its end')
})

test.serial('a server that is not told to agrees, or is told to refuse', async (t) => {
  const port = await serve(t, '--shell', 'echo')
  const peer = await RawPeer.connect(port)
  await peer.take(3)
  peer.send('IAC DO MCCP2')
  await peer.takeUntil('IAC WILL MCCP2')
  peer.destroy()
  const other = await RawPeer.connect(await serve(t, '--shell', 'echo', '--no-compression'))
  await other.take(3)
  other.send('IAC DO MCCP2 IAC DO MCCP3')
  for (const option of ['MCCP2', 'MCCP3']) t.truthy(await other.takeUntil(`IAC WONT ${option}`))
  other.destroy()
})

test.serial('a client asks for compression, shows what was compressed, and traces it as it was', async (t) => {
  const raw = await RawServer.listen(t)
  const visit = runTool('telnetkit-client', ['127.0.0.1', `${raw.port}`, '--compression', '--loglevel', 'trace'])
  const peer = await raw.next()
  await peer.takeUntil('IAC DO MCCP2 IAC DO MCCP3')
  peer.send(Buffer.concat([wire('IAC WILL MCCP2 IAC WONT MCCP3'), MARK, deflateSync('A dark room.\r\n')]))
  peer.send('"In the clear.\\r\\n"')
  peer.end()
  visit.child.stdin!.end()
  t.is(await visit.exited, 0)
  t.regex(visit.output.out, /^A dark room\.\nIn the clear\.\n/)
  t.regex(visit.output.err, /<< IAC SB MCCP2 IAC SE\n[\s\S]*<< "A dark room\.\\r\\n"\n[\s\S]*<< "In the clear/)
})

test.serial('a client that is told to refuses', async (t) => {
  const raw = await RawServer.listen(t)
  const visit = runTool('telnetkit-client', ['127.0.0.1', `${raw.port}`, '--no-compression'], { input: '' })
  const peer = await raw.next()
  peer.send('IAC WILL MCCP2 IAC WILL MCCP3')
  await peer.takeUntil('IAC DONT MCCP2 IAC DONT MCCP3')
  peer.end()
  t.is(await visit.exited, 0)
})

test.serial('what a server compressed wrongly ends the client with a line that says so', async (t) => {
  const raw = await RawServer.listen(t)
  const visit = runTool('telnetkit-client', ['127.0.0.1', `${raw.port}`], { input: '' })
  const peer = await raw.next()
  peer.send(Buffer.concat([wire('IAC WILL MCCP2'), MARK, Buffer.of(0x78, 0x9c, 7, 7)]))
  t.is(await visit.exited, 1)
  t.regex(visit.output.err, /^telnetkit-client: .*\(MCCP2\).*: invalid block type; .*--no-compression\b.*\n$/)
})

test.serial('under TLS there is none: that is said, and nothing done', async (t) => {
  for (const [tool, args] of [
    ['telnetkit-client', ['localhost', '--ssl', '--compression']],
    ['telnetkit-server', ['127.0.0.1', '0', '--ssl-certfile', 'no.pem', '--compression']],
  ] as const) {
    const { exited, output } = runTool(tool, [...args], { input: '' })
    t.is(await exited, 2)
    t.regex(output.err, /^telnetkit-\w+: --compression: under TLS nothing is compressed; .*\n$/)
  }
})

test.serial('what two commands of ours say to each other is compressed both ways', async (t) => {
  const port = await serve(t, '--compression')
  const visit = runTool('telnetkit-client', ['127.0.0.1', `${port}`])
  visit.child.stdin!.write('who\n')
  while (!visit.output.out.includes(' who')) await once(visit.child.stdout!, 'data')
  visit.child.stdin!.end('explain\nquit\n')
  t.is(await visit.exited, 0)
  t.regex(
    visit.output.out,
    /Compression of what comes: MCCP3, \d+ bytes for \d+\.\n.*Compression of what goes: MCCP2, \d+ bytes/s,
  )
})
