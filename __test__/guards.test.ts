// Guards before a shell: room, robots, and the shells for whom there is none.

import { setTimeout as delay } from 'node:timers/promises'
import test, { type ExecutionContext } from 'ava'
import { connect, createServer, type Session } from 'telnetkit'
import { busy, type GuardOptions, guard, type Shell } from 'telnetkit/shells'
import { createPair, type PairOptions } from 'telnetkit/testing'

/** A shell at work, and the client that speaks with it. It ends as a server's handler does. */
async function start(shell: Shell, options?: PairOptions): Promise<Session> {
  const { client, server } = await createPair(options)
  // A client that leaves in the middle is no failure here.
  void Promise.resolve(shell(server)).then(
    () => server.end(),
    () => undefined,
  )
  return client
}

const welcome: Shell = async (session) => {
  session.write('welcome\r\n')
  const line = await session.readLine()
  session.write(`you said ${line}\n`)
}

/** A client as a terminal: it answers where its cursor is, which begins in column 5 and moves by what is written. */
function beTerminal(client: Session, { width = 1, typed = '' } = {}): { shown: () => string } {
  let column = 5
  let shown = ''
  client.on('data', (data) => {
    for (const piece of data.split(/(\x1b\[6n|\x1b\[\d+G)/)) {
      if (piece === '\x1b[6n') client.write(`${typed}\x1b[3;${column}R`)
      else if (piece.startsWith('\x1b[')) column = Number.parseInt(piece.slice(2), 10)
      else column += piece.length * width
    }
    shown += data
  })
  return { shown: () => shown }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await delay(5)
}

test('busy lets nobody do anything, and tells what was typed', async (t) => {
  const client = await start(busy)
  client.write('hello\nwhat\n')
  t.is(await client.readAll(), 'Machine is busy, do not touch! hello\r\nYou hear a distant explosion... what\r\n')
})

test('busy ends its lines for a client that shows them itself', async (t) => {
  const client = await start(busy, { server: { lineMode: true, policy: { local: { BINARY: 'refuse' } } } })
  client.write('hello\nwhat\n')
  t.is(await client.readAll(), 'Machine is busy, do not touch! \r\nYou hear a distant explosion... \r\n')
})

for (const encodingErrors of ['replace', 'strict'] as const) {
  test(`busy minds no junk (${encodingErrors})`, async (t) => {
    const client = await start(busy, { server: { encodingErrors } })
    client.write(Buffer.from([0x80, 0xfe, 0x1b, 0x5b, 0x0d, 0x0a, 0x0d, 0x0a]))
    const said = await client.readAll()
    t.regex(said, /^Machine is busy.*\r\n.*explosion\.\.\. .*\r\n$/s)
  })
}

test('busy reads bytes', async (t) => {
  const client = await start(busy, { server: { encoding: null } })
  client.write('hello\nwhat\n')
  t.regex(await client.readAll(), /hello\r\nYou hear a distant explosion\.\.\. what\r\n$/)
})

test('a limit: who is too many finds the machine busy, and who comes later does not', async (t) => {
  const heard: string[] = []
  const { port } = await serve(t, { limit: 2, onHeard: (_session, answer) => heard.push(answer) })
  const call = () => connect({ port, host: '127.0.0.1' })
  const [first, second] = [await call(), await call()]
  await Promise.all([first.readUntil('welcome'), second.readUntil('welcome')])
  const third = await call()
  await third.readUntil('do not touch! ')
  third.write('let me in\n\n')
  t.regex((await third.readAll()) as string, /explosion/)
  t.deepEqual(heard, ['let me in'])
  first.destroy()
  await second.write('bye\n')
  await second.readAll()
  const fourth = await call()
  t.regex((await fourth.readUntil('\n')) as string, /^welcome/)
  fourth.destroy()
})

async function serve(t: ExecutionContext, options: GuardOptions) {
  const server = createServer(guard(welcome, options))
  t.teardown(() => server.close({ deadline: 0 }))
  return server.listen(0, '127.0.0.1')
}

for (const encoding of ['utf8', 'latin1', null]) {
  test(`a terminal passes the check for robots, and the line is as it was (${encoding ?? 'bytes'})`, async (t) => {
    const client = await start(guard(welcome, { robotCheck: true }), { server: { encoding } })
    const { shown } = beTerminal(client)
    await until(() => shown().includes('welcome'))
    t.is(shown(), '\x1b[6n \x1b[6n\x1b[5G \x1b[5Gwelcome\r\n')
    client.write('hello\n')
    await until(() => shown().includes('you said hello'))
    t.pass()
  })
}

test('what is typed while a terminal is checked is not lost', async (t) => {
  const client = await start(guard(welcome, { robotCheck: true }))
  const { shown } = beTerminal(client, { typed: 'he' })
  await until(() => shown().includes('welcome'))
  client.write('llo\n')
  await until(() => shown().includes('you said hehello'))
  t.pass()
})

test('a cursor that does not move by a column is no terminal', async (t) => {
  const heard: string[] = []
  const shell = guard(welcome, { robotCheck: true, onHeard: (_session, answer) => heard.push(answer) })
  const client = await start(shell)
  const { shown } = beTerminal(client, { width: 2 })
  await until(() => shown().includes('sheep? [yn] '))
  client.write('\nmaybe\n')
  await until(() => shown().includes('windowmakers? '))
  client.write('no\n')
  await new Promise((resolve) => client.once('close', resolve))
  t.deepEqual(heard, ['maybe', 'no'])
  t.is(shown().match(/sheep/g)?.length, 2, 'a blank answer repeats the question')
  t.false(shown().includes('welcome'))
})

test('junk while a terminal is checked raises nothing', async (t) => {
  const client = await start(guard(welcome, { robotCheck: true }), { server: { encodingErrors: 'strict' } })
  client.write(Buffer.from([0x80, 0x81, 0xff, 0xff, 0x0d, 0x0a]))
  t.regex((await client.readUntil('[yn] ')) as string, /sheep/)
  client.destroy()
})

test('a flood while a terminal is checked is a robot at once', async (t) => {
  const client = await start(guard(welcome, { robotCheck: true }))
  client.write('x'.repeat(5_000))
  t.regex((await client.readUntil('[yn] ')) as string, /sheep/)
  client.destroy()
})

test('who leaves at a guard is no failure', async (t) => {
  const { client, server } = await createPair()
  server.on('error', () => undefined)
  const done = Promise.resolve(guard(welcome, { robotCheck: true })(server))
  client.end()
  await t.notThrowsAsync(done)
})

test('a guard is refused what it cannot be', (t) => {
  for (const options of [{ limit: -1 }, { robotCheck: 'yes' }, { most: 3 }])
    t.throws(() => guard(welcome, options as never), { code: 'TELNET_BAD_OPTION' })
  t.throws(() => guard('telsh' as never), { code: 'TELNET_BAD_ARGUMENT' })
})
