// telnetkit/sync: servers whose calls return when they are done, in a process of their own; their clients are here.

import { once } from 'node:events'
import { createConnection, type Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import test, { type ExecutionContext } from 'ava'
import { connect, Session } from 'telnetkit'
import { BlockingProgram, blocking } from './support/blocking.js'

const HANDLER = JSON.stringify(fileURLToPath(new URL('support/blocking-handler.mjs', import.meta.url)))

/** A server that tells its port first. */
async function serve(t: ExecutionContext, code: string): Promise<{ program: BlockingProgram; port: number }> {
  const program = new BlockingProgram(t, 0, `const { BlockingTelnetServer } = sync\n${code}`)
  await program.hasTold(1)
  return { program, port: program.told[0] as number }
}

async function visit(t: ExecutionContext, port: number): Promise<Session> {
  const session = await connect({ host: '127.0.0.1', port, terminalType: 'vt220', columns: 100, rows: 30 })
  t.teardown(() => session.destroy())
  return session
}

test('one connection after another is accepted, when its negotiation has settled', async (t) => {
  const { program, port } = await serve(
    t,
    `
    const server = new BlockingTelnetServer('127.0.0.1', 0)
    server.start()
    // Before anybody knows the port.
    const codes = [codeOf(() => server.start()), codeOf(() => server.accept({ timeout: 1 }))]
    tell(server.address.port)
    tell(codes)
    for (const round of [1, 2]) {
      const client = server.accept({ timeout: 20_000 })
      tell([client.terminalType, client.columns, client.rows, client.active, client.address, client.addrport() === '127.0.0.1:' + client.port])
      client.write('name? ')
      const name = client.readLine()
      client.send('a\\nb\\r\\nbye ' + name)
      tell([client.idle() < 5000, client.duration() >= 0, client.lastInputTime >= client.connectTime - 5000])
      client.active = false
      tell([client.active, codeOf(() => client.write('x'))])
    }
    server.shutdown()
    server.shutdown()
    tell([server.address, codeOf(() => server.accept())])
    `,
  )
  const first = await visit(t, port)
  const second = await visit(t, port)
  for (const session of [first, second]) {
    t.is(await session.readUntil('name? '), 'name? ')
    session.write('bob\n')
    t.is(await session.readAll(), 'a\r\nb\r\nbye bob')
  }
  const round = [
    ['vt220', 100, 30, true, '127.0.0.1', true],
    [true, true, true],
    [false, 'TELNET_CLOSED'],
  ]
  t.deepEqual((await program.end()).slice(1), [
    ['TELNET_LISTENING', 'TELNET_TIMEOUT'],
    ...round,
    ...round,
    [null, 'TELNET_CLOSED'],
  ])
})

/** A client that says nothing of itself. */
async function visitSilently(t: ExecutionContext, port: number): Promise<Socket> {
  const socket = createConnection(port, '127.0.0.1')
  t.teardown(() => socket.destroy())
  socket.on('error', () => {}).resume()
  await once(socket, 'connect')
  return socket
}

test('silent clients keep nobody waiting, and the time given holds', async (t) => {
  const { program, port } = await serve(
    t,
    `
    const server = new BlockingTelnetServer('127.0.0.1', 0, { negotiationTimeout: 3_000 }).start()
    tell(server.address.port)
    tell([codeOf(() => server.accept(-1)), codeOf(() => server.accept({ tiemout: 5 })), codeOf(() => server.acceptHandle(null))])
    // Until all have come.
    process.stdin.once('data', () => {
      tell([codeOf(() => server.accept(50)), codeOf(() => server.accept({ timeout: 50 }))])
      const names = [1, 2, 3].map(() => server.accept(20_000).terminalType)
      tell(names)
      tell(codeOf(() => server.accept(0)))
      server.shutdown()
      process.stdin.destroy()
    })
    `,
  )
  await visitSilently(t, port)
  await visitSilently(t, port)
  program.process.stdin!.write('go\n')
  await program.hasTold(3)
  const session = await visit(t, port)
  const told = await program.end()
  t.deepEqual(told.slice(1), [
    ['TELNET_BAD_OPTION', 'TELNET_BAD_OPTION', 'TELNET_BAD_OPTION'],
    ['TELNET_TIMEOUT', 'TELNET_TIMEOUT'],
    ['vt220', 'unknown', 'unknown'],
    'TELNET_TIMEOUT',
  ])
  session.destroy()
})

test('Ctrl-C in accept and take loses no client', async (t) => {
  const { program, port } = await serve(
    t,
    `
    process.on('SIGINT', () => tell('heard'))
    const { ServerConnection } = sync
    const server = new BlockingTelnetServer('127.0.0.1', 0, { negotiationTimeout: 25_000 }).start()
    const turn = () => new Promise((resolve) => setTimeout(resolve, 50))
    tell(server.address.port)
    tell(codeOf(() => server.accept()))
    await turn()
    tell(server.accept(20_000).readLine())
    const handle = server.acceptHandle(20_000)
    tell(codeOf(() => ServerConnection.take(handle, { negotiationTimeout: 25_000 }, 50)))
    tell(codeOf(() => ServerConnection.take(handle, { negotiationTimeout: 25_000 })))
    await turn()
    tell(ServerConnection.take(handle).readLine())
    tell(codeOf(() => ServerConnection.take(handle)))
    server.shutdown()
    `,
  )
  const interrupt = async () => {
    await new Promise((resolve) => setTimeout(resolve, 300))
    program.process.kill('SIGINT')
  }
  const first = await visitSilently(t, port)
  await interrupt()
  await program.hasTold(3)
  first.write('still here\r\n')
  await program.hasTold(4)
  const second = await visitSilently(t, port)
  await program.hasTold(5)
  await interrupt()
  await program.hasTold(7)
  second.write('here too\r\n')
  t.deepEqual((await program.end()).slice(1), [
    'TELNET_INTERRUPTED',
    'heard',
    'still here',
    'TELNET_TIMEOUT',
    'TELNET_INTERRUPTED',
    'heard',
    'here too',
    'TELNET_BAD_ARGUMENT',
  ])
})

test('a connection is handed to a worker by its handle', async (t) => {
  const { program, port } = await serve(
    t,
    `
    import { Worker } from 'node:worker_threads'
    const server = new BlockingTelnetServer('127.0.0.1', 0).start()
    tell(server.address.port)
    const code = \`
      import { workerData } from 'node:worker_threads'
      import { ServerConnection } from 'telnetkit/sync'
      const client = ServerConnection.take(workerData)
      client.send('at ' + client.terminalType + '\\\\n')
      client.send('bye ' + client.readLine())
      client.close()
    \`
    const source = code.replaceAll('telnetkit/sync', import.meta.resolve('telnetkit/sync'))
    const handle = server.acceptHandle({ timeout: 20_000 })
    new Worker(new URL('data:text/javascript,' + encodeURIComponent(source)), { workerData: handle, execArgv: [] }).on('exit', () => {
      tell([codeOf(() => sync.ServerConnection.take(handle)), codeOf(() => server.acceptHandle({ timeout: 1 }))])
      server.shutdown()
      tell(codeOf(() => server.acceptHandle()))
    })
    `,
  )
  const session = await visit(t, port)
  t.is(await session.readLine(), 'at vt220')
  session.write('bob\n')
  t.is(await session.readAll(), 'bye bob')
  t.deepEqual((await program.end()).slice(1), [['TELNET_BAD_ARGUMENT', 'TELNET_TIMEOUT'], 'TELNET_CLOSED'])
})

test('what cannot be listened on reaches the caller', async (t) => {
  const told = await blocking(
    t,
    0,
    `
    const { BlockingTelnetServer } = sync
    const server = new BlockingTelnetServer('127.0.0.1', 0).start()
    tell(codeOf(() => new BlockingTelnetServer('127.0.0.1', server.address.port).start()))
    tell(codeOf(() => new BlockingTelnetServer('192.0.2.1', 0).start()))
    tell(codeOf(() => new BlockingTelnetServer('127.0.0.1', 0, { nonsense: 1 })))
    tell(codeOf(() => new BlockingTelnetServer('127.0.0.1', 0).accept()))
    tell(codeOf(() => new BlockingTelnetServer('127.0.0.1', 0).serveForever()))
    tell(codeOf(() => new BlockingTelnetServer('127.0.0.1', 0).serveForever('no/such/file.mjs')))
    tell(codeOf(() => new BlockingTelnetServer('127.0.0.1', 0).serveForever('package.json')))
    tell(codeOf(() => new BlockingTelnetServer('127.0.0.1', 0, { trace() {} }).serveForever(${HANDLER})))
    `,
  )
  t.deepEqual(told, [
    'EADDRINUSE',
    'EADDRNOTAVAIL',
    'TELNET_BAD_OPTION',
    'TELNET_CLOSED',
    'TELNET_BAD_OPTION',
    'TELNET_BAD_OPTION',
    'TELNET_BAD_ARGUMENT',
    'TELNET_BAD_OPTION',
  ])
})

test('a pool of threads serves who come, and what goes wrong with one is nothing to the others', async (t) => {
  const { program, port } = await serve(
    t,
    `
    const server = new BlockingTelnetServer('127.0.0.1', 0, { handler: ${HANDLER}, workers: 3 }).start()
    tell(server.address.port)
    server.serveForever()
    tell('over')
    `,
  )
  const greeted = async () => {
    const session = await visit(t, port)
    const hello = String(await session.readLine())
    t.regex(hello, /^Hello 127\.0\.0\.1:\d+ at vt220, thread \d+$/)
    return { session, thread: hello.split(' ').at(-1) }
  }
  const first = await greeted()
  const second = await greeted()
  t.not(first.thread, second.thread, 'each has a thread to itself')
  for (const word of ['one', 'await', 'log']) {
    first.session.write(`${word}\n`)
    t.is(await first.session.readLine(), `${word} yourself`)
  }
  second.session.write('hang\n')
  const third = await greeted()
  // Three threads there are, and all have somebody: the fourth waits.
  const fourth = await visit(t, port)
  await t.throwsAsync(fourth.readLine({ timeout: 300 }), { code: 'TELNET_TIMEOUT' })
  third.session.write('throw\n')
  t.is(await third.session.readLine(), null)
  t.regex(String(await fourth.readLine()), new RegExp(`thread ${third.thread}$`), 'its thread goes on')
  fourth.destroy()
  first.session.write('die\n')
  t.is(await first.session.readLine(), 'die yourself')
  first.session.write('leave\n')
  t.is(await first.session.readLine(), null)
  const vanishing = await greeted()
  vanishing.session.write('vanish\n')
  t.is(await vanishing.session.readLine().catch(() => null), null)
  const last = await greeted()
  last.session.write('shutdown at once\n')
  // The thread that hangs ends with the process.
  t.is(await program.ended(), 0)
  t.deepEqual(program.output.split('\n').slice(1), ['logged', 'written', '"over"', ''])
  const words = [
    'Error: on purpose',
    'Warning: of what is no error',
    'Error: of a promise that nobody heeds',
    'died without a word',
  ]
  for (const these of words) t.true(program.errors.includes(these), program.errors)
})

test('a handler that shuts the server down lets the others come to their end', async (t) => {
  const { program, port } = await serve(
    t,
    `
    const server = new BlockingTelnetServer('127.0.0.1', 0, { handler: ${HANDLER}, workers: 3 }).start()
    tell(server.address.port)
    server.serveForever()
    tell(server.address)
    `,
  )
  const [busy, other] = [await visit(t, port), await visit(t, port)]
  await busy.readLine()
  await other.readLine()
  other.write('shutdown in order\n')
  t.is(await other.readLine(), null)
  // The thread that has the port hears of it by and by.
  for (let code = ''; code !== 'ECONNREFUSED'; ) {
    const late = await connect(port, '127.0.0.1').catch((error) => error)
    if (late instanceof Session) late.destroy()
    else code = late.code
  }
  busy.write('not yet\n')
  t.is(await busy.readLine(), 'not yet yourself')
  busy.write('leave\n')
  t.is(await busy.readLine(), null)
  t.deepEqual((await program.end()).slice(1), [null])
})

test('a module that cannot be loaded is told, however it goes wrong', async (t) => {
  const told = await blocking(
    t,
    0,
    `
    const { BlockingTelnetServer } = sync
    const messageOf = (code) => {
      try {
        new BlockingTelnetServer('127.0.0.1', 0).serveForever('data:text/javascript,' + encodeURIComponent(code))
      } catch (error) {
        return error.code + ' ' + error.message.split(': ').at(-1) + ' ' + (error.cause?.name ?? 'no cause')
      }
    }
    tell(messageOf('throw undefined'))
    tell(messageOf('throw new RangeError("on purpose")'))
    tell(messageOf('throw new RangeError("on purpose", { cause: () => {} })'))
    tell(messageOf('process.exit(4)'))
    tell(messageOf('await new Promise(() => {})'))
    tell(messageOf('export default 5'))
    `,
  )
  const ended = 'it ended its thread while it was loaded, or awaits what never comes'
  t.deepEqual(told, [
    'TELNET_BAD_ARGUMENT it threw undefined no cause',
    'TELNET_BAD_ARGUMENT on purpose RangeError',
    'TELNET_BAD_ARGUMENT on purpose no cause',
    `TELNET_BAD_ARGUMENT ${ended} (exit code 4) no cause`,
    `TELNET_BAD_ARGUMENT ${ended} (exit code 0) no cause`,
    'TELNET_BAD_ARGUMENT its default export is no function TypeError',
  ])
})

test('50 threads serve 200 clients', async (t) => {
  const { port } = await serve(
    t,
    `
    const server = new BlockingTelnetServer('127.0.0.1', 0, { workers: 50 }).start()
    tell(server.address.port)
    server.serveForever(${HANDLER})
    `,
  )
  const rounds = await Promise.all(
    Array.from({ length: 200 }, async (_, number) => {
      const session = await visit(t, port)
      await session.readLine({ timeout: 50_000 })
      session.write(`${number}\nleave\n`)
      return (await session.readAll({ timeout: 50_000 })) === `${number} yourself\r\n`
    }),
  )
  t.deepEqual(
    rounds.filter((isRight) => !isRight),
    [],
  )
})
