// telnetkit/sync: a client whose calls return when they are done. It runs in a process of its own, its server here.

import { once } from 'node:events'
import { createServer as createNetServer, type Socket } from 'node:net'
import test, { type ExecutionContext } from 'ava'
import { createServer, Option, type ServerOptions, type Session } from 'telnetkit'
import { BlockingProgram, blocking } from './support/blocking.js'
import { Certificates } from './support/certificates.js'

async function host(
  t: ExecutionContext,
  handler: (session: Session) => Promise<void> | void,
  options: ServerOptions = {},
): Promise<number> {
  const server = createServer(options, handler)
  const { port } = await server.listen(0, '127.0.0.1')
  t.teardown(() => server.close({ deadline: 0 }))
  return port
}

/** A server that speaks no Telnet of itself. */
async function hostRaw(t: ExecutionContext, handler: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createNetServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    handler(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return (server.address() as { port: number }).port
}

test('a conversation is read and written step by step', async (t) => {
  const port = await host(t, async (session) => {
    session.write('login: ')
    session.write(`Hello ${await session.readLine()}\r\nfirst\nsecond\n12345> `)
    t.is(await session.readLine(), 'quit')
    session.write('bye')
  })
  const told = await blocking(
    t,
    port,
    `
    const server = open()
    tell(server.readUntil('login: '))
    server.write('bob\\n')
    tell(server.readLine())
    tell([server.readLine(), server.readLine(), server.readExactly(3), server.read(1)])
    const found = server.expect([/nothing/, /(\\d)> $/])
    tell([found.index, found.match[1], found.text])
    server.write('quit\\n')
    tell(server.read())
    tell([server.readSome(), server.readLine(), server.readExactly(1), server.readUntil('x'), server.read(5), server.read()])
    server.close()
    server.close()
    tell(server.closed)
    `,
  )
  t.deepEqual(told, [
    'login: ',
    'Hello bob',
    ['first', 'second', '123', '4'],
    [1, '5', '5> '],
    'bye',
    [null, null, null, null, null, ''],
    true,
  ])
})

test('bytes are Buffers, and 255 is doubled', async (t) => {
  const port = await hostRaw(t, (socket) => {
    socket.write(Buffer.from('00ffff0d0a7f', 'hex'))
    socket.once('data', (bytes) => socket.end(bytes.toString('hex')))
  })
  const told = await blocking(
    t,
    port,
    `
    const server = open({ encoding: null })
    tell(server.readExactly(5))
    server.write(Buffer.from([255, 13, 0]))
    tell(String(server.read()))
    `,
  )
  t.deepEqual(told, [{ hex: '00ff0d0a7f' }, 'ffff0d00'])
})

test('a call that took too long has taken nothing', async (t) => {
  const port = await hostRaw(t, (socket) => {
    socket.write('half a li')
    socket.once('data', () => socket.end('ne\r\nrest'))
  })
  const told = await blocking(
    t,
    port,
    `
    const server = open({ timeout: 100 })
    tell([codeOf(() => server.readLine()), codeOf(() => server.readUntil('never', { timeout: 1 }))])
    tell(codeOf(() => server.readExactly(100, { timeout: 0 })))
    server.write('more\\n')
    tell(server.readLine({ timeout: 10_000 }))
    tell([codeOf(() => server.readExactly(5, { timeout: 10_000 })), codeOf(() => server.readLine({ limit: -1 })), codeOf(() => server.readLine({ limits: 1 }))])
    `,
  )
  t.deepEqual(told, [
    ['TELNET_TIMEOUT', 'TELNET_TIMEOUT'],
    'TELNET_TIMEOUT',
    'half a line',
    ['TELNET_EOF', 'TELNET_BAD_OPTION', 'TELNET_BAD_OPTION'],
  ])
})

test('writing waits for a peer that reads slowly, and flush until all has left', async (t) => {
  let isToRead = () => {}
  const length = 20_000_000
  const port = await hostRaw(t, (socket) => {
    socket.pause()
    isToRead = () => {
      let left = length
      socket
        .on('data', (bytes) => {
          left -= bytes.length
          if (left === 0) socket.end('thank you')
        })
        .resume()
    }
  })
  const program = new BlockingProgram(
    t,
    port,
    `
    const server = open()
    const chunk = 'x'.repeat(100_000)
    let written = 0
    try {
      for (; written < ${length}; written += chunk.length) server.write(chunk, { timeout: 300 })
    } catch (error) {
      tell([error.code, codeOf(() => server.flush({ timeout: 50 }))])
      server.write(chunk.slice(error.written))
      written += chunk.length
    }
    for (; written < ${length}; written += chunk.length) server.write(chunk)
    server.flush()
    tell(server.read())
    `,
  )
  await program.hasTold(1)
  isToRead()
  t.deepEqual(await program.end(), [['TELNET_TIMEOUT', 'TELNET_TIMEOUT'], 'thank you'])
})

test('one write may be of any length', async (t) => {
  const port = await hostRaw(t, (socket) => {
    let length = 0
    socket.on('data', (bytes) => {
      length += bytes.length
      if (length === 30_000_000) socket.end('all of it')
    })
  })
  t.deepEqual(
    await blocking(t, port, `const server = open(); server.write('x'.repeat(30_000_000)); tell(server.read())`),
    ['all of it'],
  )
})

test('a write that is given up tells how much it has queued, and the rest can be written', async (t) => {
  const line = `${'x'.repeat(61)}\u{1f600}\r\n`
  const whole = Buffer.from(line.repeat(100_000))
  let isToRead = () => {}
  const port = await hostRaw(t, (socket) => {
    socket.pause()
    const parts: Buffer[] = []
    let length = 0
    socket.on('data', (bytes) => {
      parts.push(bytes)
      length += bytes.length
      if (length === whole.length) socket.end(whole.equals(Buffer.concat(parts)) ? 'as it was' : 'something else')
    })
    isToRead = () => socket.resume()
  })
  const program = new BlockingProgram(
    t,
    port,
    `
    const server = open({ forceBinary: true })
    let text = ${JSON.stringify(line)}.repeat(100_000)
    for (let round = 0; ; round++) {
      try {
        server.write(text, { timeout: 50 })
        break
      } catch (error) {
        if (round === 0) tell([error.code, error.written > 0])
        text = text.slice(error.written)
      }
    }
    tell(server.read())
    `,
  )
  await program.hasTold(1)
  isToRead()
  t.deepEqual(await program.end(), [['TELNET_TIMEOUT', true], 'as it was'])
})

test('what is lost with the connection is told to who wrote it', async (t) => {
  const port = await hostRaw(t, (socket) => {
    socket.pause()
    setTimeout(() => socket.resetAndDestroy(), 200)
  })
  const told = await blocking(
    t,
    port,
    `
    const write = (server) => codeOf(() => server.write('y'.repeat(20_000_000)))
    const first = open()
    tell(write(first))
    tell([codeOf(() => first.flush()), codeOf(() => first.sendCommand(241)), codeOf(() => first.enable('remote', 'ECHO')), write(first)])
    const second = open()
    second.write('y'.repeat(200_000))
    codeOf(() => second.write('y'.repeat(20_000_000), { timeout: 1 }))
    tell([codeOf(() => second.flush()), codeOf(() => second.waitUntil(() => false))])
    const third = open()
    third.close()
    tell([codeOf(() => third.flush()), codeOf(() => third.enable('local', 'NAWS')), codeOf(() => third.sendCommand(241))])
    `,
  )
  t.deepEqual(told, [
    'ECONNRESET',
    ['ECONNRESET', 'ECONNRESET', 'ECONNRESET', 'ECONNRESET'],
    ['ECONNRESET', 'ECONNRESET'],
    ['nothing was thrown', 'TELNET_CLOSED', 'TELNET_CLOSED'],
  ])
})

test('a number where options belong, and an option that a call has not, are refused', async (t) => {
  const port = await hostRaw(t, (socket) => socket.write('words'))
  const told = await blocking(
    t,
    port,
    `
    const { BlockingTelnetServer, ServerConnection } = sync
    tell([10, null, 'x'].map((options) => codeOf(() => new TelnetConnection('localhost', port, options))))
    tell([10, null, { signal: AbortSignal.timeout(1) }, { handler: 5 }].map((options) => codeOf(() => new BlockingTelnetServer('localhost', 0, options))))
    tell(codeOf(() => new TelnetConnection('localhost', port, { signal: AbortSignal.timeout(1) })))
    const server = open()
    tell([codeOf(() => server.readLine(5)), codeOf(() => server.readSome({ limit: 3 })), codeOf(() => server.write('x', 5)), codeOf(() => server.write(5))])
    tell(codeOf(() => new ServerConnection(999, {})))
    tell([1.5, -1, NaN].map((count) => codeOf(() => server.read(count))))
    tell(server.readSome())
    `,
  )
  t.deepEqual(told, [
    ['TELNET_BAD_OPTION', 'TELNET_BAD_OPTION', 'TELNET_BAD_OPTION'],
    ['TELNET_BAD_OPTION', 'TELNET_BAD_OPTION', 'TELNET_BAD_OPTION', 'TELNET_BAD_OPTION'],
    'TELNET_BAD_OPTION',
    ['TELNET_BAD_OPTION', 'TELNET_BAD_OPTION', 'TELNET_BAD_OPTION', 'TELNET_BAD_ARGUMENT'],
    'TELNET_BAD_ARGUMENT',
    ['TELNET_BAD_ARGUMENT', 'TELNET_BAD_ARGUMENT', 'TELNET_BAD_ARGUMENT'],
    'words',
  ])
})

test('options are asked for, and waited for', async (t) => {
  const port = await host(t, async (session) => {
    await session.waitFor({ remote: { NAWS: true } })
    session.write('settled\n')
    await session.readLine()
    await session.local.enable(Option.STATUS)
    await session.readAll()
  })
  const told = await blocking(
    t,
    port,
    `
    const server = open({ columns: 100, rows: 40, terminalType: 'vt220' })
    server.ready()
    server.waitFor({ local: { NAWS: true, TTYPE: true }, remote: { ECHO: true, SGA: true } })
    tell([server.local.has('NAWS'), server.remote.state('ECHO'), server.mode, server.encoding, server.readLine()])
    tell(server.enable('remote', 'LOGOUT'))
    server.disable('local', 'NAWS')
    tell(server.local.has('NAWS'))
    server.write('go on\\n')
    server.waitUntil(() => server.remote.has('STATUS'))
    tell(server.explain().length > 100)
    tell([codeOf(() => server.waitUntil(() => false, { timeout: 20 })), codeOf(() => server.waitFor({ local: { NONSENSE: true } })), codeOf(() => server.enable('both', 'ECHO'))])
    `,
  )
  t.deepEqual(told, [
    [true, 'Yes', 'character', 'utf8', 'settled'],
    false,
    false,
    true,
    ['TELNET_TIMEOUT', 'TELNET_UNKNOWN_OPTION', 'TELNET_BAD_OPTION'],
  ])
})

test('a peer that never negotiates costs `ready` the negotiation timeout', async (t) => {
  const port = await hostRaw(t, (socket) => socket.write(Buffer.from([255, 253, 24])))
  const told = await blocking(
    t,
    port,
    `const server = open({ negotiationTimeout: 100 }); server.ready(); tell('ready')`,
  )
  t.deepEqual(told, ['ready'])
})

test('what cannot be connected to is told as `connect` tells it', async (t) => {
  const port = await hostRaw(t, () => {})
  const told = await blocking(
    t,
    port,
    `
    tell(codeOf(() => new TelnetConnection('127.0.0.1', 1).connect()))
    tell(codeOf(() => new TelnetConnection('no.such.host.invalid', port, { connectTimeout: 20_000 }).connect()))
    tell(codeOf(() => new TelnetConnection('localhost', port, { nonsense: 1 })))
    tell(codeOf(() => new TelnetConnection('localhost', 70_000)))
    const server = open()
    tell(codeOf(() => server.connect()))
    const unconnected = new TelnetConnection('localhost', port)
    tell([codeOf(() => unconnected.readLine()), codeOf(() => unconnected.peer), codeOf(() => unconnected.close())])
    server.close()
    tell([codeOf(() => server.write('x')), server.readSome()])
    `,
  )
  const [refused, unknown, ...others] = told
  t.is(refused, 'ECONNREFUSED')
  t.true(unknown === 'ENOTFOUND' || unknown === 'EAI_AGAIN', String(unknown))
  t.deepEqual(others, [
    'TELNET_BAD_OPTION',
    'TELNET_BAD_OPTION',
    'TELNET_CONNECTED',
    ['TELNET_CLOSED', 'TELNET_CLOSED', 'nothing was thrown'],
    ['TELNET_CLOSED', null],
  ])
})

test('a connection that is lost is told by its code', async (t) => {
  const port = await hostRaw(t, (socket) => {
    socket.write('before')
    socket.once('data', () => socket.resetAndDestroy())
  })
  const told = await blocking(
    t,
    port,
    `const server = open(); tell(server.readExactly(6)); server.write('x\\n'); tell(codeOf(() => server.readLine()))`,
  )
  t.deepEqual(told, ['before', 'ECONNRESET'])
})

test('TLS is spoken', async (t) => {
  const certificates = new Certificates().make('server')
  t.teardown(() => certificates.remove())
  const [cert, key] = ['crt', 'key'].map((kind) => certificates.read(`server.${kind}`)) as [string, string]
  const port = await host(t, (session) => void session.end('secret\n'), { tls: { cert, key } })
  const told = await blocking(
    t,
    port,
    `
    const server = open({ tls: { ca: ${JSON.stringify(cert)}, servername: 'localhost' } })
    tell([server.encrypted, server.tls.protocol, server.readLine()])
    tell(codeOf(() => open({ tls: true })))
    `,
  )
  t.deepEqual(told, [[true, 'TLSv1.3', 'secret'], 'DEPTH_ZERO_SELF_SIGNED_CERT'])
})

test('Ctrl-C ends a program that waits', async (t) => {
  const port = await hostRaw(t, () => {})
  const program = new BlockingProgram(
    t,
    port,
    `const server = open({ timeout: undefined }); tell('waiting'); server.readLine()`,
  )
  await program.hasTold(1)
  await new Promise((resolve) => setTimeout(resolve, 50))
  program.process.kill('SIGINT')
  t.is(await program.ended(), 'SIGINT')
})

test('Ctrl-C ends the wait of a program that listens to it, which hears of it then', async (t) => {
  const port = await hostRaw(t, (socket) => socket.write('half'))
  const program = new BlockingProgram(
    t,
    port,
    `
    process.on('SIGINT', () => tell('heard'))
    const server = open({ timeout: 25_000 })
    server.readExactly(2)
    for (const round of [1, 2]) {
      tell('waiting')
      tell(codeOf(() => server.readLine()))
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    tell(server.readExactly(2))
    `,
  )
  for (const told of [1, 4]) {
    await program.hasTold(told)
    await new Promise((resolve) => setTimeout(resolve, 100))
    program.process.kill('SIGINT')
  }
  const round = ['waiting', 'TELNET_INTERRUPTED', 'heard']
  t.deepEqual(await program.end(), [...round, ...round, 'lf'])
})

test('Ctrl-C ends waits again when the listener was taken away and put back, and in between the program', async (t) => {
  const port = await hostRaw(t, () => {})
  const program = new BlockingProgram(
    t,
    port,
    `
    const turn = () => new Promise((resolve) => setTimeout(resolve, 50))
    const server = open({ timeout: 25_000 })
    for (const round of [1, 2]) {
      process.once('SIGINT', () => tell('heard'))
      tell('waiting')
      tell(codeOf(() => server.readLine()))
      await turn()
    }
    tell('nobody listens')
    server.readLine()
    `,
  )
  for (const told of [1, 4, 7]) {
    await program.hasTold(told)
    await new Promise((resolve) => setTimeout(resolve, 100))
    program.process.kill('SIGINT')
  }
  t.is(await program.ended(), 'SIGINT')
  const round = ['waiting', 'TELNET_INTERRUPTED', 'heard']
  t.deepEqual(program.told, [...round, ...round, 'nobody listens'])
})

test('a listener in a worker, which Node tells nothing, leaves Ctrl-C as it was', async (t) => {
  const port = await hostRaw(t, () => {})
  const program = new BlockingProgram(
    t,
    port,
    `
    import { Worker } from 'node:worker_threads'
    const code = \`
      import { parentPort, workerData } from 'node:worker_threads'
      import { TelnetConnection } from 'telnetkit/sync'
      process.on('SIGINT', () => {})
      const server = new TelnetConnection('127.0.0.1', workerData).connect()
      parentPort.postMessage('waiting')
      server.readLine()
    \`
    const source = code.replaceAll('telnetkit/sync', import.meta.resolve('telnetkit/sync'))
    new Worker(new URL('data:text/javascript,' + encodeURIComponent(source)), { workerData: port, execArgv: [] }).on('message', tell)
    `,
  )
  await program.hasTold(1)
  await new Promise((resolve) => setTimeout(resolve, 100))
  program.process.kill('SIGINT')
  const spins = setTimeout(() => program.process.kill('SIGKILL'), 10_000)
  const how = await program.ended()
  clearTimeout(spins)
  t.is(how, 'SIGINT')
})

test('a program that ends without closing still sends what it wrote, and nothing keeps it', async (t) => {
  let came = Promise.resolve('')
  const port = await hostRaw(t, (socket) => {
    came = new Promise((resolve) => {
      let text = ''
      socket.on('data', (bytes) => (text += bytes)).on('close', () => resolve(text))
    })
  })
  await blocking(t, port, `open().write('x'.repeat(1_000_000) + '\\n')`)
  const text = await came
  t.is(text.length, 1_000_002)
})

test('who listens to the end of the program has the connection yet, and what is written then leaves', async (t) => {
  let came = Promise.resolve('')
  const port = await hostRaw(t, (socket) => {
    socket.write('a line\r\n')
    came = new Promise((resolve) => {
      let text = ''
      socket.on('data', (bytes) => (text += bytes)).on('close', () => resolve(text))
    })
  })
  const told = await blocking(
    t,
    port,
    `
    const server = open()
    process.on('exit', () => {
      tell(server.readLine())
      server.write('goodbye\\n')
      server.write('x'.repeat(1_000_000))
    })
    server.write('hello\\n')
    `,
  )
  t.deepEqual(told, ['a line'])
  t.is((await came).length, 'hello\r\ngoodbye\r\n'.length + 1_000_000)
})

test('waiting costs no CPU', async (t) => {
  const port = await hostRaw(t, (socket) => void setTimeout(() => socket.end('at last\r\n'), 1_000))
  const told = await blocking(
    t,
    port,
    `
    const server = open()
    const before = process.cpuUsage()
    tell(server.readLine())
    const { user, system } = process.cpuUsage(before)
    tell(user + system)
    `,
  )
  t.is(told[0], 'at last')
  t.true((told[1] as number) < 200_000, `${told[1]} µs for a second of waiting`)
})

test('200 connections at once are one thread’s', async (t) => {
  const port = await host(t, async (session) => {
    for await (const line of session.lines()) session.write(`${line} yourself\n`)
  })
  const told = await blocking(
    t,
    port,
    `
    const servers = Array.from({ length: 200 }, () => open())
    servers.forEach((server, index) => server.write(index + '\\n'))
    tell(servers.every((server, index) => server.readLine() === index + ' yourself'))
    servers.reverse().forEach((server) => server.close())
    tell(servers.every((server) => server.closed))
    `,
  )
  t.deepEqual(told, [true, true])
})

test('it blocks within a program that awaits, and within a worker, whose own sessions go on', async (t) => {
  const port = await host(t, async (session) => {
    for await (const line of session.lines()) session.write(`${line} yourself\n`)
  })
  const told = await blocking(
    t,
    port,
    `
    import { Worker, isMainThread } from 'node:worker_threads'
    import { connect } from 'telnetkit'
    const session = await connect(port, '127.0.0.1')
    session.write('awaited\\n')
    const server = open()
    for (const word of ['one', 'two']) {
      server.write(word + '\\n')
      tell(server.readLine())
      await new Promise(setImmediate)
    }
    tell(await session.readLine())
    session.end()
    const code = \`
      import { parentPort, workerData } from 'node:worker_threads'
      import { TelnetConnection } from 'telnetkit/sync'
      const server = new TelnetConnection('127.0.0.1', workerData).connect()
      server.write('from a worker\\\\n')
      parentPort.postMessage(server.readLine())
    \`
    const worker = new Worker(new URL('data:text/javascript,' + encodeURIComponent(code.replaceAll('telnetkit/sync', import.meta.resolve('telnetkit/sync')))), { workerData: port })
    worker.on('message', tell)
    `,
  )
  t.deepEqual(told, ['one yourself', 'two yourself', 'awaited yourself', 'from a worker yourself'])
})
