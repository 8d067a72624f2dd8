// The built-in shells of the server, over whole sessions.

import test from 'ava'
import { connect, createServer, type FlowControl, type Session, Special } from 'telnetkit'
import { busy, echo, type Shell, shells, telsh } from 'telnetkit/shells'
import { createPair, type PairOptions } from 'telnetkit/testing'
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
  t.deepEqual(Object.keys(shells), ['telsh', 'echo', 'busy', 'fingerprint', 'relay'])
  t.like(shells, { telsh, echo, busy })
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
  t.is(await say(client, 'reader'), "<TelnetReader encoding='utf8' limit=262144 buflen=0 eof=false>\r\n")
  t.is(
    await say(client, 'writer'),
    '<TelnetWriter server mode:character +lineflow -xon_any [server-will:BINARY,CHARSET,ECHO,SGA] [client-will:BINARY,NAWS,NEW_ENVIRON,TTYPE]>\r\n',
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

/** What `toggle` tells when these are on and no others. */
function tableOf(...on: string[]): string {
  const names = [
    'binary',
    'echo',
    'goahead',
    'inbinary',
    'lflow',
    'linemode',
    'linemode-edit',
    'linemode-trapsig',
    'outbinary',
    'xon-any',
  ]
  return names.map((name) => `${name} ${on.includes(name) ? 'ON' : 'off'}\r\n`).join('')
}

test('telsh toggles options', async (t) => {
  const client = await start(telsh)
  await client.readUntil(PROMPT)
  t.is(await say(client, 'toggle'), tableOf('binary', 'echo', 'inbinary', 'lflow', 'outbinary'))
  t.is(await say(client, 'toggle inbinary'), 'dont inbinary.\r\n')
  await client.waitFor({ local: { BINARY: false } })
  t.is(await say(client, 'toggle'), tableOf('echo', 'lflow', 'outbinary'))
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
  t.is(
    said,
    'wont echo.\r\nwont suppress go-ahead.\r\nwont outbinary.\r\ndont inbinary.\r\nxon-any enabled.\r\nlineflow disabled.\r\n',
  )
  await client.waitFor({ remote: { ECHO: false, SGA: false, BINARY: false }, local: { BINARY: false } })
})

test('telsh toggles flow control: a client that does not know of it is asked first', async (t) => {
  const client = await start(telsh)
  const told: FlowControl[] = []
  client.on('flowControl', (flowControl) => told.push(flowControl))
  await client.readUntil(PROMPT)
  t.is(await say(client, 'toggle xon-any'), 'xon-any enabled.\r\n')
  await client.waitUntil(() => told.length > 0)
  t.is(await say(client, 'toggle lflow'), 'lineflow disabled.\r\n')
  await client.waitUntil(() => told.length > 1)
  t.deepEqual(told.slice(-2), [
    { enabled: true, restartAny: true },
    { enabled: false, restartAny: true },
  ])
  t.regex(await say(client, 'toggle'), /\nlflow off\r\n.*\nxon-any ON\r\n$/s)
  t.regex(await say(client, 'writer'), / -lineflow \+xon_any /)
})

test('telsh shows LINEMODE, its mode and its keys, and switches them', async (t) => {
  const client = await start(telsh)
  await client.readUntil(PROMPT)
  t.is(await say(client, 'linemode'), 'LINEMODE not negotiated.\r\n')
  t.is(await say(client, 'slc'), 'LINEMODE not negotiated.\r\n')
  t.is(await say(client, 'toggle linemode-edit'), 'linemode not active.\r\n')
  t.is(await say(client, 'toggle linemode'), 'do linemode.\r\n')
  await client.waitFor({ local: { LINEMODE: true } })
  client.setSpecial(Special.IP, 7, { input: true })
  client.setSpecial(Special.AO, null)
  // What the client says comes before what it types.
  t.is(await say(client, 'toggle linemode-trapsig'), 'linemode-trapsig enabled.\r\n')
  await client.waitUntil(() => client.linemode?.trapSignals === true)
  t.is(
    await say(client, 'linemode'),
    'LINEMODE active. Mode: remote\r\nEDIT=off TRAPSIG=on SOFT_TAB=off LIT_ECHO=off ACK=on\r\n',
  )
  const keys = await say(client, 'slc')
  t.regex(keys, /^Special Line Characters:\r\n/)
  t.regex(keys, /^ {9}SLC_IP: \(\^G, variable\|flushin\)\r$/m)
  t.regex(keys, /^Not supported by server: .*SLC_AO\b/m)
  for (const line of keys.split('\r\n')) t.true(line.length < 80, line)
  t.is(await say(client, 'toggle linemode'), 'dont linemode.\r\n')
})

test('telsh explains why the connection is as it is', async (t) => {
  const client = await start(telsh)
  await client.readUntil(PROMPT)
  const said = await say(client, 'explain')
  t.regex(said, /^Mode: character\. .*\r\nEcho: the server shows what is typed/)
  t.notRegex(said, /[^\r]\n/)
})

test('telsh speaks another character set: by agreement, or on the word of who types', async (t) => {
  const client = await start(telsh)
  await client.readUntil(PROMPT)
  t.regex(await say(client, 'charset'), /^Charset.*utf8.*\r\n$/is)
  t.regex(await say(client, 'charset nonsense'), /^charset: No character set is called "nonsense": .*\.\r\n$/)
  t.regex(await say(client, 'charset latin1'), /latin1/i)
  t.is(client.encoding?.toLowerCase().replace(/[^a-z0-9]/g, ''), 'latin1')

  const refusing = await start(telsh, { client: { policy: { remote: { CHARSET: 'refuse' } } } })
  await refusing.readUntil(PROMPT)
  t.regex(await say(refusing, 'charset cp437'), /cp437/)
  t.is(refusing.encoding, 'utf8', 'it was not told')
})

test('telsh tells a client in bytes that it has no character set', async (t) => {
  const client = await start(telsh, { server: { encoding: null } })
  await client.readUntil(PROMPT)
  t.is(await say(client, 'charset'), 'Charset: none, the session is in bytes.\r\n')
  t.is(await say(client, 'charset utf8'), 'charset: this server speaks in bytes.\r\n')
  t.is(await say(client, 'help'), `${HELP.join('\r\n')}\r\n`)
})

test('telsh tells who else is here, and of others no more than the network', async (t) => {
  const server = createServer(telsh)
  const { port } = await server.listen(0, '127.0.0.1')
  t.teardown(() => server.close({ deadline: 0 }))
  const [first, second] = await Promise.all(
    ['xterm', 'evil\x1b[2J'].map((terminalType) => connect({ port, host: '127.0.0.1', terminalType })),
  )
  await first!.readUntil(PROMPT)
  await second!.readUntil(PROMPT)
  const [head, ...rows] = (await say(first!, 'who')).trimEnd().split('\r\n')
  t.regex(head!, /^from +since +idle +terminal$/)
  t.regex(rows[0]!, /^127\.0\.0\.1 \(you\) +0 s +0 s {2}xterm$/i)
  t.regex(rows[1]!, /^127\.0\.0\.\* +\d s +\d s {2}evil\?\[2J$/i)
  t.is(rows.length, 2)
  second!.end()
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
