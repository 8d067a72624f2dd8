// TLS with peers that are slow, many, rude, or gone: no session is harmed by another, nothing grows, and what happened is told.

import { type ChildProcess, execFile } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { connect as connectTcp, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import tls, { type TLSSocket } from 'node:tls'
import test, { type ExecutionContext } from 'ava'
import { connect, createServer, type Dropped, type ServerOptions, type Session } from 'telnetkit'
import { Certificates } from './support/certificates.js'
import { closed, QUIET, RawPeer, serve } from './support/raw-peer.js'
import { startServer } from './support/tool.js'

const certificates = new Certificates().make('server')
test.after.always(() => certificates.remove())
const [cert, key] = [certificates.read('server.crt'), certificates.read('server.key')]

/** A server under TLS that begins with nothing. */
function secure(options: ServerOptions, handler: (session: Session) => unknown) {
  return createServer({ policy: QUIET, ...options, tls: { cert, key, ...options.tls } }, handler)
}

/** A client of node:tls, when TLS stands. */
async function peerOf(t: ExecutionContext, port: number, options: tls.ConnectionOptions = {}): Promise<TLSSocket> {
  const peer = tls.connect({ port, host: 'localhost', ca: cert, ...options })
  peer.on('error', () => undefined)
  t.teardown(() => peer.destroy())
  await once(peer, 'secureConnect')
  return peer
}

/** Gives each line back. */
async function echo(session: Session): Promise<void> {
  for await (const line of session.lines()) session.write(`${line}\n`)
}

const MEGABYTES = 100

test.serial(
  `${MEGABYTES} MB to a client that stops reading for a while are held back, and cost no memory`,
  async (t) => {
    const source = `const block = Buffer.alloc(2 ** 16, 'x')
    export default async (session) => {
      await session.readLine()
      for (let left = ${MEGABYTES} * 2 ** 20; left > 0; left -= block.length)
        if (!session.write(block)) await new Promise((resolve) => session.once('drain', resolve))
    }`
    const path = certificates.path('pour.mjs')
    await writeFile(path, source)
    const flags = ['--shell', path, '--ssl-certfile', certificates.path('server.pem'), '--connect-maxwait', '0.05']
    const { child, port } = await startServer(flags)
    t.teardown(() => child.kill('SIGKILL'))
    const peer = await peerOf(t, port)
    await delay(300)
    const before = residentMebibytes(child.pid!)
    let most = 0
    const watching = setInterval(() => {
      most = Math.max(most, residentMebibytes(child.pid!))
    }, 20)
    peer.write('pour\r\n')
    await delay(1_000)
    let taken = 0
    for await (const chunk of peer) {
      taken += chunk.length
      // Now and then it has something else to do.
      if (taken % 97 === 0) await delay(20)
    }
    clearInterval(watching)
    t.true(taken >= MEGABYTES * 2 ** 20, `${taken}`)
    t.true(most - before < 40, `${before} MiB, then ${most}`)
  },
)

function residentMebibytes(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1_024
}

test.serial('who writes on regardless is stopped by the limit of what is queued', async (t) => {
  const failed = new Promise<Session>((resolve) => {
    const server = secure({ limits: { queuedOutput: 2 ** 20 } }, (session) => {
      session.on('error', () => resolve(session))
      for (let count = 0; count < 512; count++) session.write(Buffer.alloc(2 ** 16, 'x'))
      return new Promise(() => undefined)
    })
    void serve(t, server).then((port) => peerOf(t, port).then((peer) => peer.pause()))
  })
  const session = await failed
  t.like(await session.waitUntil(() => false).catch((error) => error.cause), { code: 'TELNET_QUEUE_LIMIT' })
})

test.serial('what is not read is not taken from a client, either', async (t) => {
  let held: Session | undefined
  const server = secure({}, (session) => {
    held = session
    return new Promise(() => undefined)
  })
  const peer = await peerOf(t, await serve(t, server))
  const block = Buffer.alloc(2 ** 16, 'y')
  let written = 0
  // What the system holds for both comes to a few megabytes.
  while (written < 64 * 2 ** 20 && (peer.write(block) || (await isDrained(peer)))) written += block.length
  t.true(written < 32 * 2 ** 20, `${written}`)
  t.true(held!.bytesRead < 2 ** 20, `${held!.bytesRead}`)
})

/** False where it does not drain for a while. */
function isDrained(peer: TLSSocket): Promise<boolean> {
  return Promise.race([once(peer, 'drain').then(() => true), delay(500, false)])
}

test.serial('handshakes that are begun and left harm no live session, and each is told', async (t) => {
  const MANY = 200
  const server = secure({ tls: { cert, key, handshakeTimeout: 400 } }, echo)
  const port = await serve(t, server)
  const live = await connect({ host: 'localhost', port, tls: { ca: cert } })
  const dropped: Dropped[] = []
  server.on('drop', (one) => dropped.push(one))
  // The head of a ClientHello of 165 bytes, and no more.
  const hello = Buffer.from('16030100a5010000a10303', 'hex')
  const peers = await Promise.all(Array.from({ length: MANY }, () => RawPeer.connect(port)))
  for (const [index, peer] of peers.entries()) if (index % 2 === 0) peer.send(hello)
  for (let count = 0; dropped.length < MANY; count++) {
    live.write(`are you there, ${count}?\n`)
    t.is(await live.readLine(), `are you there, ${count}?`)
    await delay(5)
  }
  t.true(dropped.every(({ reason, code }) => reason === 'tls' && code === 'TELNET_TIMEOUT'))
  t.is(server.sessions.size, 1)
  t.is(server.stats().dropped, MANY)
  for (const peer of peers) t.is((await peer.takeAll()).length, 0)
  live.end()
})

test.serial('handshakes that are under way count as connections', async (t) => {
  const server = secure({ maxConnections: 2 }, echo)
  const port = await serve(t, server)
  const told = once(server, 'drop')
  const waiting = [await RawPeer.connect(port), await RawPeer.connect(port)]
  const third = await RawPeer.connect(port)
  t.like(await told, [{ reason: 'max-connections' }])
  await third.takeAll()
  for (const peer of waiting) peer.destroy()
})

test.serial('hundreds who shake hands at once and leave harm no live session', async (t) => {
  const MANY = 300
  const server = secure({}, echo)
  const port = await serve(t, server)
  const live = await connect({ host: 'localhost', port, tls: { ca: cert } })
  let left = 0
  const coming = Array.from({ length: MANY }, async () => {
    const peer = await peerOf(t, port)
    peer.destroy()
    left++
  })
  for (let count = 0; left < MANY; count++) {
    live.write(`still, ${count}?\n`)
    t.is(await live.readLine(), `still, ${count}?`)
    await delay(1)
  }
  await Promise.all(coming)
  while (server.sessions.size > 1) await delay(5)
  live.end()
})

test.serial('a stream that is cut is told from one that ends', async (t) => {
  const told: string[] = []
  const server = secure({}, async (session) => {
    session.on('violation', ({ code }) => told.push(code))
    session.write('Welcome\n')
    t.is(await session.readAll(), 'last words')
  })
  const port = await serve(t, server)
  for (const isCut of [true, false]) {
    const ended = once(server, 'session').then(([session]) => closed(session))
    const socket = connectTcp(port, 'localhost')
    const peer = await peerOf(t, port, { socket })
    // What it has not read would make a reset of its end.
    await once(peer, 'data')
    await new Promise<void>((resolve) => peer.write('last words', () => resolve()))
    // Below TLS, which so has no time for a word of its own.
    if (isCut) socket.destroy()
    else peer.end()
    t.false(await ended)
  }
  t.deepEqual(told, ['tls-truncated'])
})

test.serial('a server that breaks off in the middle is an error', async (t) => {
  const sockets: Socket[] = []
  const server = tls.createServer({ cert, key }, (socket) => {
    socket.on('error', () => undefined)
    socket.write('Welcome\r\n', () => sockets[0]!.resetAndDestroy())
  })
  server.on('connection', (socket: Socket) => sockets.push(socket))
  server.listen(0, '127.0.0.1')
  t.teardown(() => server.close())
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const session = await connect({ host: 'localhost', port, tls: { ca: cert } })
  await t.throwsAsync(session.readAll(), { code: 'ECONNRESET' })
})

test.serial('after our end the client may go on for a while, and is heard', async (t) => {
  const heard: unknown[] = []
  const server = secure({}, async (session) => {
    session.end('That is all.\n')
    heard.push(await session.readAll())
  })
  const peer = await peerOf(t, await serve(t, server), { allowHalfOpen: true } as tls.ConnectionOptions)
  const said: Buffer[] = []
  peer.on('data', (chunk) => said.push(chunk))
  await once(peer, 'end')
  t.is(Buffer.concat(said).toString(), 'That is all.\r\n')
  peer.end('One thing yet.')
  await once(peer, 'close')
  while (heard.length === 0) await delay(5)
  t.deepEqual(heard, ['One thing yet.'])
})

/** openssl s_client on a server, with its own commands. */
class Shell {
  readonly #client: ChildProcess
  readonly #ended: Promise<unknown>
  #shown = ''

  constructor(t: ExecutionContext, port: number, ...flags: string[]) {
    const where = ['-connect', `localhost:${port}`, '-CAfile', certificates.path('server.crt'), ...flags]
    this.#client = execFile('openssl', ['s_client', ...where])
    this.#client.stdout!.on('data', (text) => {
      this.#shown += text
    })
    this.#ended = once(this.#client, 'close')
    t.teardown(() => this.#client.kill())
  }

  type(text: string): void {
    this.#client.stdin!.write(text)
  }

  async shows(words: string): Promise<void> {
    while (!this.#shown.includes(words)) {
      const hasMore = once(this.#client.stdout!, 'data').then(() => true)
      if (!(await Promise.race([hasMore, this.#ended.then(() => false)]))) throw new Error(this.#shown)
    }
  }
}

test.serial('keys that are renewed, at its wish and at ours', async (t) => {
  const server = secure({}, echo)
  const shell = new Shell(t, await serve(t, server), '-tls1_3')
  for (const command of ['', 'k\n', 'K\n', 'K\n']) {
    shell.type(command)
    // A command is one where it comes by itself.
    await delay(100)
    const words = `after "${command.trim()}" ${Math.random()}`
    shell.type(`${words}\n`)
    await shell.shows(words)
  }
  t.is(server.sessions.size, 1)
})

test.serial(
  'a client of TLS 1.2 that wants to negotiate anew does not get that, and ends by itself alone',
  async (t) => {
    const server = secure({}, echo)
    const port = await serve(t, server)
    const live = await connect({ host: 'localhost', port, tls: { ca: cert } })
    const shell = new Shell(t, port, '-tls1_2')
    shell.type('before\n')
    await shell.shows('before')
    const told = once(server, 'sessionError')
    shell.type('R\n')
    const [error] = await told
    t.is(error.code, 'TELNET_TLS_ALERT')
    live.write('well?\n')
    t.is(await live.readLine(), 'well?')
    live.end()
  },
)
