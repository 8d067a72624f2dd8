// connect: a client's session, from the look-up of the name to the end. At the other end is a plain socket.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer as createNetServer, connect as netConnect } from 'node:net'
import { networkInterfaces } from 'node:os'
import test, { type ExecutionContext } from 'ava'
import { connect, createServer, Session, TelnetError } from 'telnetkit'
import { closed, QUIET, RawServer, serve } from './support/raw-peer.js'

test('connect resolves with a session that can be used at once', async (t) => {
  const raw = await RawServer.listen(t)
  const session = await connect({ port: raw.port, host: 'localhost' })
  t.true(session instanceof Session)
  session.write('hello\n')
  const peer = await raw.next()
  t.is(String(await peer.take(7)), 'hello\r\n')
  peer.send('"hi" 13 10')
  t.is(await session.readLine(), 'hi')
  t.is(session.remotePort, raw.port)
  t.is(session.localPort, peer.socket.remotePort)
  session.destroy()
})

test('connect(port, host) is the short form', async (t) => {
  const raw = await RawServer.listen(t)
  const session = await connect(raw.port, '127.0.0.1')
  session.end('bye')
  t.is(String(await (await raw.next()).takeAll()), 'bye')
  session.destroy()
})

/** An address of this machine that means nothing without the network that it is of. */
const linkLocal = Object.entries(networkInterfaces())
  .flatMap(([name, addresses = []]) => addresses.map(({ address, scopeid }) => ({ address, scopeid, name })))
  .find(({ address, scopeid }) => scopeid && /^fe80:/i.test(address))
const zoned = linkLocal && `${linkLocal.address}%${process.platform === 'win32' ? linkLocal.scopeid : linkLocal.name}`
if (!zoned) console.log('Skipped: an address with its zone: no network of this machine has an IPv6 address of its own')
const withZone = zoned ? test : test.skip

withZone('an IPv6 address may name its zone', async (t) => {
  const server = createServer((session) => session.end('here'))
  t.teardown(() => server.close())
  await server.listen(0, zoned)
  const { address, port } = server.address()!
  t.is(address, zoned!)
  for (const localAddress of [undefined, zoned]) {
    const session = await connect({ host: zoned, port, localAddress })
    t.is(await session.readUntil('here'), 'here')
  }
})

test('a zone that this machine does not have is told as such', async (t) => {
  const error = await t.throwsAsync(connect({ host: 'fe80::1%nosuch', port: 23 }))
  t.like(error, { code: 'EINVAL', address: 'fe80::1%nosuch' })
  t.regex(error!.message, /network of this machine/)
})

test('bytes mode gives Buffers', async (t) => {
  const raw = await RawServer.listen(t)
  const session = await connect({ port: raw.port, host: '127.0.0.1', encoding: null })
  const peer = await raw.next()
  peer.send('1 255 255 13 0')
  t.deepEqual(await session.readExactly(4), Buffer.of(1, 255, 13, 0))
  session.destroy()
})

test('what comes before anybody listens is kept', async (t) => {
  const raw = await RawServer.listen(t)
  const connecting = connect({ port: raw.port, host: '127.0.0.1' })
  const peer = await raw.next()
  peer.send('"Welcome" 13 10')
  const session = await connecting
  await new Promise((resolve) => setTimeout(resolve, 30))
  const data = once(session, 'data')
  t.deepEqual(await data, ['Welcome\r\n'])
  session.destroy()
})

test('when the server ends, the client ends, after all was read', async (t) => {
  const raw = await RawServer.listen(t)
  const session = await connect({ port: raw.port, host: '127.0.0.1' })
  const peer = await raw.next()
  peer.send('"last words"')
  peer.end()
  t.is(await session.readUntil('words'), 'last words')
  await closed(session)
  t.true(session.readableEnded)
  t.is(await session.read(), null)
  t.is(String(await peer.takeAll()), '')
})

test('a refused connection rejects with its code, and says where', async (t) => {
  const server = createNetServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  const error = await t.throwsAsync(connect({ port, host: '127.0.0.1' }), { instanceOf: TelnetError })
  t.like(error, { code: 'ECONNREFUSED', syscall: 'connect', address: '127.0.0.1', port })
  t.regex(error?.message ?? '', /^Cannot connect to 127\.0\.0\.1 port \d+: nobody listens there/)
})

test('all addresses of a name are tried', async (t) => {
  // Nothing listens on the IPv6 address of localhost, where there is one.
  const raw = await RawServer.listen(t)
  const session = await connect({ port: raw.port, host: 'localhost' })
  t.is(session.remoteAddress, '127.0.0.1')
  session.destroy()
})

test('an unknown name rejects with the code of the look-up', async (t) => {
  const error = await t.throwsAsync(connect({ host: 'no-such-host.invalid', port: 23 }), { instanceOf: TelnetError })
  t.regex(error?.code ?? '', /^(ENOTFOUND|EAI_AGAIN)$/)
  t.regex(error?.message ?? '', /no-such-host\.invalid/)
})

test('connectTimeout rejects with TELNET_TIMEOUT', async (t) => {
  const port = await silentPort(t)
  const error = await t.throwsAsync(connect({ port, host: '127.0.0.1', connectTimeout: 80 }))
  t.like(error, {
    code: 'TELNET_TIMEOUT',
    timeout: 80,
    message: `Connecting to 127.0.0.1 port ${port} took longer than 80 ms`,
  })
})

test('a signal ends the attempt, and later the session', async (t) => {
  const raw = await RawServer.listen(t)
  const where = { port: raw.port, host: '127.0.0.1' }
  await t.throwsAsync(connect({ ...where, signal: AbortSignal.abort() }), { name: 'AbortError', code: 'ABORT_ERR' })
  const early = new AbortController()
  const attempt = connect({ ...where, signal: early.signal })
  early.abort(new Error('changed my mind'))
  const error = await t.throwsAsync(attempt, { name: 'AbortError' })
  t.like(error?.cause, { message: 'changed my mind' })

  const late = new AbortController()
  const session = await connect({ ...where, signal: late.signal })
  const done = closed(session)
  late.abort()
  t.true(await done)
  t.like(session.errored, { name: 'AbortError' })
})

test('options that cannot be are refused', async (t) => {
  const refused = [
    { port: 70_000 },
    { host: '' },
    { family: 5 },
    { localAddress: 'here' },
    { columns: -1 },
    { rows: 1_001 },
    { terminalType: 5 },
    { terminalType: [] },
    { environment: 'USER=joe' },
    { environment: { USER: 5 } },
    { connectTimeout: -1 },
    { timeout: 5 },
  ]
  for (const options of refused) {
    const error = await t.throwsAsync(connect({ port: 1, ...options } as never), { code: 'TELNET_BAD_OPTION' })
    t.regex(error?.message ?? '', new RegExp(Object.keys(options)[0]!))
  }
  await t.throwsAsync(connect({ encoding: 'klingon' }), { code: 'TELNET_UNKNOWN_ENCODING' })
  const secret = await t.throwsAsync(connect({ environment: { PASSWORD: ['hunter2'] } as never }))
  t.notRegex(secret?.message ?? '', /hunter2/)
})

test('localAddress and family are heeded', async (t) => {
  const raw = await RawServer.listen(t)
  const session = await connect({ port: raw.port, host: '127.0.0.1', localAddress: '127.0.0.2', family: 4 })
  t.is(session.localAddress, '127.0.0.2')
  session.destroy()
})

test('a client and a server of ours understand each other', async (t) => {
  const server = createServer(async (session) => {
    const { terminalType, columns, rows, environment } = session.peer
    session.write(JSON.stringify({ terminalType, columns, rows, environment: Object.fromEntries(environment) }))
    session.write('\n☕\n')
    await session.readLine()
  })
  const port = await serve(t, server)
  const options = { terminalType: 'xterm', columns: 100, rows: 40, environment: { LANG: 'C.UTF-8' } }
  const session = await connect({ port, host: '127.0.0.1', ...options })
  t.deepEqual(JSON.parse((await session.readLine())!), options)
  t.is(await session.readLine(), '☕')
  t.is(session.mode, 'character')
  session.end()
})

test('a hundred clients at once each get their own answer', async (t) => {
  const server = createServer({ policy: QUIET }, async (session) => {
    for await (const line of session.lines()) session.write(`${line}!\n`)
  })
  const port = await serve(t, server)
  await Promise.all(
    Array.from({ length: 100 }, async (_, number) => {
      const session = await connect({ port, host: '127.0.0.1' })
      for (let round = 0; round < 5; round++) {
        session.write(`${number}-${round}\n`)
        t.is(await session.readLine(), `${number}-${round}!`)
      }
      session.end()
    }),
  )
})

/** A port that answers nobody: a program listens there that is stuck, and the queue of those who wait for it is full. */
async function silentPort(t: ExecutionContext): Promise<number> {
  const program = `
    const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
      require('node:fs').writeSync(1, String(server.address().port))
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
    })`
  const child = spawn(process.execPath, ['-e', program])
  t.teardown(() => child.kill('SIGKILL'))
  const [output] = await once(child.stdout, 'data')
  const port = Number(output)
  for (let count = 0; count < 4; count++) {
    const filler = netConnect(port, '127.0.0.1').on('error', () => {})
    t.teardown(() => filler.destroy())
  }
  await new Promise((resolve) => setTimeout(resolve, 50))
  return port
}
