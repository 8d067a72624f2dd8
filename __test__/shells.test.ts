// The built-in shells of the server, over whole sessions.

import test from 'ava'
import type { Session } from 'telnetkit'
import { createPair, type PairOptions } from 'telnetkit/testing'
import { echo } from '../ts/shells/echo.js'
import { type Shell, shells } from '../ts/shells/index.js'
import { telsh } from '../ts/shells/telsh.js'
import { GREETING, HELP } from './support/telsh.js'

const PROMPT = 'tel:sh> '

/** A shell at work, and the client that speaks with it. It ends as a server's handler does. */
async function start(shell: Shell, options?: PairOptions): Promise<Session> {
  const { client, server } = await createPair(options)
  void Promise.resolve(shell(server)).then(() => server.end())
  return client
}

/** Types a command to telsh at its prompt; gives what it says. */
async function say(client: Session, command: string): Promise<string> {
  client.write(`${command}\n`)
  const said = await client.readUntil(PROMPT)
  return said!.slice(command.length + 2, -PROMPT.length)
}

test('they are told by name', (t) => {
  t.deepEqual(shells, { telsh, echo })
})

test('echo gives each line back, whatever its end, and says nothing else', async (t) => {
  const client = await start(echo)
  client.write('one\ntwo\r\n\nfour\rfive')
  client.end()
  t.is(await client.readAll(), 'one\r\ntwo\r\n\r\nfour\r\nfive\r\n')
})

test('echo gives bytes back as they are', async (t) => {
  const { client, server } = await createPair({ server: { encoding: null }, client: { encoding: null } })
  void echo(server).then(() => server.end())
  client.write(Buffer.from([0xff, 0, 0xfe, 0x0d, 0x0a]))
  client.end()
  t.deepEqual(await (client.readAll() as Promise<unknown>), Buffer.from([0xff, 0, 0xfe, 0x0d, 0x0a]))
})

test('echo does not outrun a client that does not read', async (t) => {
  const { client, server } = await createPair()
  void echo(server).then(() => server.end())
  const line = `${'x'.repeat(1_000)}\r\n`
  const count = 3_000
  const all = client.readAll()
  for (let sent = 0; sent < count; sent++) {
    if (!client.write(line)) await new Promise((resolve) => client.once('drain', () => resolve(undefined)))
    t.true(server.writableLength < 2 ** 20)
  }
  client.end()
  t.is((await all).length, count * line.length)
})

test('telsh greets, prompts, shows what is typed, and leaves', async (t) => {
  const client = await start(telsh)
  client.write('quit\n')
  t.is(await client.readAll(), `${GREETING}\r\ntel:sh> quit\r\nGoodbye.\r\n`)
})

test('telsh shows nothing of what a client shows itself', async (t) => {
  const client = await start(telsh, { server: { lineMode: true } })
  client.write('quit\n')
  t.is(await client.readAll(), `${GREETING}\r\ntel:sh> \rGoodbye.\r\n`)
})

test('telsh leaves at the end of its input', async (t) => {
  const client = await start(telsh)
  client.write('help')
  client.end()
  t.is(await client.readAll(), `${GREETING}\r\ntel:sh> help`)
  const other = await start(telsh)
  other.write('\x04')
  t.is(await other.readAll(), `${GREETING}\r\ntel:sh> `)
})

test('telsh runs over bytes', async (t) => {
  const { client, server } = await createPair({ server: { encoding: null } })
  void telsh(server).then(() => server.end())
  client.write('version\nquit\n')
  t.regex(
    await client.readAll(),
    /^Ready\. .*\r\ntel:sh> version\r\ntelnetkit \d+\.\d+\.\d+\r\ntel:sh> quit\r\nGoodbye\.\r\n$/,
  )
})

test('telsh tells what it knows', async (t) => {
  const client = await start(telsh)
  await client.readUntil(PROMPT)
  t.is(await say(client, 'help'), `${HELP.join('\r\n')}\r\n`)
  t.is(await say(client, 'reader'), "<TelnetReader encoding='utf8' buflen=0 eof=false>\r\n")
  t.is(
    await say(client, 'writer'),
    '<TelnetWriter server mode:character [server-will:BINARY,CHARSET,ECHO,SGA] [client-will:BINARY,NAWS,NEW_ENVIRON,TTYPE]>\r\n',
  )
  t.is(await say(client, 'proto'), '<Peer unknown 0>\r\n')
  t.is(await say(client, 'nonsense'), 'no such command.\r\n')
  t.is(await say(client, '  '), '')
})

test('telsh explains each of its commands, on a screen of 80 columns', async (t) => {
  const client = await start(telsh)
  await client.readUntil(PROMPT)
  for (const row of HELP) {
    const name = row.split(' ')[0]
    const said = await say(client, `help ${name}`)
    const [first, blank, ...details] = said.trimEnd().split('\r\n')
    t.is(first, row)
    t.is(blank, '')
    t.true(details.length > 0)
    for (const line of [row, ...details]) t.true(line.length < 80, line)
  }
  t.is(await say(client, 'help nonsense'), 'no such command.\r\n')
  t.is(await say(client, 'help constructor'), 'no such command.\r\n')
})

test('telsh toggles options', async (t) => {
  const client = await start(telsh)
  await client.readUntil(PROMPT)
  t.is(await say(client, 'toggle'), 'binary ON\r\necho ON\r\ngoahead off\r\ninbinary ON\r\noutbinary ON\r\n')
  t.is(await say(client, 'toggle inbinary'), 'dont inbinary.\r\n')
  await client.waitFor({ local: { BINARY: false } })
  t.is(await say(client, 'toggle'), 'binary off\r\necho ON\r\ngoahead off\r\ninbinary off\r\noutbinary ON\r\n')
  t.is(await say(client, 'toggle binary'), 'wont outbinary.\r\ndo inbinary.\r\n')
  await client.waitFor({ local: { BINARY: true }, remote: { BINARY: false } })
  t.is(await say(client, 'toggle goahead'), 'wont suppress go-ahead.\r\n')
  await client.waitFor({ remote: { SGA: false } })
  for (const name of ['nothing', '__proto__', 'constructor'])
    t.is(await say(client, `toggle ${name}`), 'toggle: not an option.\r\n')
})

test('telsh toggles all at once', async (t) => {
  const client = await start(telsh)
  await client.readUntil(PROMPT)
  const said = await say(client, 'toggle all')
  t.is(said, 'wont echo.\r\nwont suppress go-ahead.\r\nwont outbinary.\r\ndont inbinary.\r\n')
  await client.waitFor({ remote: { ECHO: false, SGA: false, BINARY: false }, local: { BINARY: false } })
})

test('telsh dumps as much as is asked for', async (t) => {
  const client = await start(telsh)
  await client.readUntil(PROMPT)
  const said = await say(client, 'dump 2')
  const [head, rows, end] = said.split('\r\n')
  t.is(head, 'kb_limit=2, delay=0, drain=true, do_close=false:')
  t.regex(rows!, /^(\/{80}\x1b\[1G\\{80}\x1b\[1G)+(\/{80}\x1b\[1G)?$/)
  t.is(end, `wrote ${rows!.length} bytes`)
  t.true(rows!.length >= 2048 && rows!.length < 2048 + 84)
  t.regex(said, /2 KB OK\r\n$/)
  t.regex(await say(client, 'dump 1 x'), /^dump: x\? /)
  const usual = (await say(client, 'dump')).split('\r\n')
  t.true(usual[1]!.length >= 2 ** 16 && usual[1]!.length < 2 ** 16 + 84)
  t.is(usual[3], '64 KB OK')
  t.is(await say(client, 'dump 16385'), 'dump: 16385 kb? at most 16384.\r\n')
  t.is(await say(client, 'dump 1 1001'), 'dump: 1001 ms? at most 1000.\r\n')
  t.regex(await say(client, 'dump 1 1 1'), /^dump: a third number\? /)
  t.regex(await say(client, 'dump 0 0 nodrain'), /drain=false, do_close=false:\r\n\r\nwrote 0 bytes/)
  client.write('dump 1 1 close\n')
  t.regex(await client.readAll(), /delay=1, .*do_close=true:[\s\S]*KB OK\r\n$/)
})

for (const [mode, most] of [
  ['drain', 2 ** 19],
  ['nodrain', 2 ** 21],
] as const) {
  test(`telsh's dump waits for a client that does not read (${mode})`, async (t) => {
    const { client, server } = await createPair()
    void telsh(server).then(() => server.end())
    await client.readUntil(PROMPT)
    client.write(`dump 8192 0 ${mode} close\n`)
    let highest = 0
    const watch = setInterval(() => {
      highest = Math.max(highest, server.writableLength)
    })
    t.teardown(() => clearInterval(watch))
    await new Promise((resolve) => setTimeout(resolve, 50))
    const said = await client.readAll()
    t.true(said.length > 8 * 2 ** 20)
    t.true(highest > 0 && highest < most, `${highest} bytes were queued`)
  })
}

test("telsh's dump ends with its client", async (t) => {
  const { client, server } = await createPair()
  server.on('error', () => {})
  const done = telsh(server).catch((error) => t.is(error.code, 'EPIPE'))
  await client.readUntil(PROMPT)
  client.write('dump 16384\n')
  await client.readUntil('/////')
  client.destroy()
  await done
  t.pass()
})
