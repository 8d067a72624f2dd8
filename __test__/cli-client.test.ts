// telnetkit-client at a terminal: what the server gets, what the user sees, and that the terminal is as it was afterwards.

import { setTimeout as delay } from 'node:timers/promises'
import test from 'ava'
import { clientPid, ending, LEAVE, MODES, say, startClient, stateOf } from './support/client.js'
import { withoutPty } from './support/pty.js'
import { RawServer, wire } from './support/raw-peer.js'
import { Screen } from './support/screen.js'
import { toolPath } from './support/tool.js'

// One after another: each takes two or three processes.
const run = withoutPty ? test.skip : test.serial
if (withoutPty) console.log(`Skipped: ${withoutPty}`)

run('a server that says nothing: lines are edited and shown here', async (t) => {
  const client = await startClient(t)
  client.screen.type('hex\x7fllo')
  await client.screen.shows('hello')
  t.is(client.peer.received.length, 0)
  client.screen.type('\r')
  t.deepEqual(await client.peer.takeUntil('"\\n"'), wire('"hello\\r\\n"'))
  client.peer.send('"one\\r\\ntwo\\nthree\\r\\n"')
  await client.screen.shows(/^one\ntwo\nthree$/m)
  t.is(client.screen.lines.filter((line) => line.includes('hello')).length, 1)
})

run('WILL ECHO: lines are edited here, and the server shows them, or not', async (t) => {
  const client = await startClient(t)
  await say(client, 'IAC WILL ECHO')
  client.screen.type('secrex\x7ft\r')
  t.deepEqual(await client.peer.takeUntil('"\\n"'), wire('IAC DO ECHO "secret\\r\\n"'))
  client.peer.send('IAC WONT ECHO "\\r\\nthen "')
  await client.screen.shows('then')
  client.screen.type('open')
  await client.screen.shows('open')
  t.false(client.screen.text.includes('secre'))
})

run('WILL SGA: each key is sent, and shown here', async (t) => {
  const client = await startClient(t)
  await say(client, 'IAC WILL SGA')
  client.screen.type('a')
  t.deepEqual(await client.peer.takeUntil('"a"'), wire('IAC DO SGA "a"'))
  client.screen.type('bx\x7f\r')
  t.deepEqual(await client.peer.takeUntil('"\\r" 0'), wire('"bx" 127 "\\r" 0'))
  await client.screen.shows('#ab')
  client.peer.send('"next"')
  await client.screen.shows(/#ab *\nnext/)
})

run('WILL SGA and ECHO: each key is sent, and the server shows it', async (t) => {
  const client = await startClient(t)
  await say(client, 'IAC WILL SGA IAC WILL ECHO')
  client.screen.type('a\x03\x1a\x1c\x04\r')
  t.deepEqual(await client.peer.takeUntil('"\\r" 0'), wire('IAC DO SGA IAC DO ECHO "a" 3 26 28 4 "\\r" 0'))
  client.peer.send('"x\\r\\ny\\nz\\r\\n"')
  await client.screen.shows(/^#x\ny\nz$/m)
  t.false(client.screen.raw.includes('\r\r'), 'never CR CR LF')
  client.peer.send('IAC WONT ECHO IAC WONT SGA "!"')
  await client.screen.shows('!')
  client.screen.type('line\r')
  await client.screen.shows('!line')
  await client.peer.takeUntil('"line\\r\\n"')
})

run('under BINARY Enter is a bare CR, and a bare LF moves the cursor down', async (t) => {
  const client = await startClient(t)
  await say(client, 'IAC WILL SGA IAC WILL ECHO IAC WILL BINARY IAC DO BINARY')
  client.screen.type('a\rb')
  const sent = await client.peer.takeUntil('"b"')
  t.true(sent.includes('a\rb'), sent.toString('latin1'))
  client.peer.send('"x\\ny"')
  await client.screen.shows(/#x\n {2}y/)
})

run('--line-mode and --raw-mode, whatever the server says', async (t) => {
  const lines = await startClient(t, ['--line-mode'])
  await say(lines, 'IAC WILL SGA IAC WILL ECHO')
  lines.screen.type('shown\r')
  await lines.screen.shows('#shown')
  t.deepEqual(await lines.peer.takeUntil('"\\n"'), wire('IAC DONT SGA IAC DONT ECHO "shown\\r\\n"'))

  const keys = await startClient(t, ['--raw-mode'])
  keys.screen.type('x')
  t.deepEqual(await keys.peer.take(1), wire('"x"'))
  keys.peer.send('"\\none\\ntwo"')
  await keys.screen.shows(/^one\ntwo/m)
  t.false(keys.screen.text.includes('x\n'))
})

for (const [mode, said] of MODES) {
  run(`Ctrl-] leaves at once, before Enter too: ${mode}`, async (t) => {
    const client = await startClient(t)
    await say(client, said)
    client.screen.type(`abc${LEAVE}`)
    await ending(t, client, 0)
    t.true(client.screen.lines.includes('Connection closed.'))
    t.false((await client.peer.takeAll()).includes('\x1d'))
  })
}

run('the server closes', async (t) => {
  const client = await startClient(t)
  await say(client, 'IAC WILL ECHO IAC WILL SGA')
  client.peer.send('27 "[31m" "last words"')
  client.peer.end()
  await ending(t, client, 0)
  t.true(client.screen.lines.includes('Connection closed by foreign host.'))
  t.true(client.screen.text.includes('last words'))
})

run('the connection is lost', async (t) => {
  const client = await startClient(t)
  await say(client, 'IAC WILL ECHO IAC WILL SGA')
  client.peer.reset()
  const text = await ending(t, client, 1)
  t.regex(text, /^telnetkit-client: Lost the connection to [\s\S]*ECONNRESET/m)
  t.notRegex(text, /^ +at /m)
})

for (const [signal, number] of [
  ['SIGTERM', 15],
  ['SIGHUP', 1],
  ['SIGINT', 2],
  ['SIGQUIT', 3],
] as const) {
  run(`${signal} ends it in order`, async (t) => {
    const client = await startClient(t)
    await say(client, 'IAC WILL ECHO IAC WILL SGA')
    const pid = await clientPid(client)
    process.kill(pid, signal)
    await ending(t, client, 128 + number)
  })
}

run('Ctrl-C in line mode takes the line back, and interrupts what runs on the server', async (t) => {
  for (const said of ['', 'IAC WILL ECHO']) {
    const client = await startClient(t)
    await say(client, said)
    client.screen.type('half a line')
    await delay(50)
    client.screen.type('\x03')
    await client.peer.takeUntil('IAC IP')
    client.screen.type('whole\r')
    t.deepEqual(await client.peer.takeUntil('"\\n"'), wire('"whole\\r\\n"'))
    client.screen.type(LEAVE)
    await ending(t, client, 0)
  }
})

run('Ctrl-\\ in line mode ends it', async (t) => {
  const client = await startClient(t, ['--line-mode'])
  client.screen.type('\x1c')
  await ending(t, client, 131)
})

run('stopped and continued: the shell has its terminal, and then the client again', async (t) => {
  const client = await startClient(t, [], { jobControl: true })
  await say(client, 'IAC WILL ECHO IAC WILL SGA')
  const pid = await clientPid(client)
  process.kill(pid, 'SIGTSTP')
  await client.screen.shows(/stopped$/m)
  t.regex(await stateOf(pid), /^T/)
  client.screen.type('cooked\r')
  await client.screen.shows(/^cooked\nran <cooked>$/m)
  while ((await stateOf(pid)).startsWith('T')) await delay(20)
  await delay(200)
  client.screen.type('raw')
  t.deepEqual(await client.peer.takeUntil('"raw"'), wire('IAC DO ECHO IAC DO SGA "raw"'))
  t.false(client.screen.text.includes('raw'))
  client.screen.type(LEAVE)
  await ending(t, client, 0)
})

run('where no shell could continue it, it is not stopped', async (t) => {
  const client = await startClient(t)
  for (const typed of ['once', 'again']) {
    client.screen.type('\x1a')
    await delay(300)
    client.screen.type(`${typed}\r`)
    t.deepEqual(await client.peer.takeUntil('"\\n"'), Buffer.from(`${typed}\r\n`))
  }
  client.screen.type(LEAVE)
  await ending(t, client, 0)
})

run('the size of the window is told, and each change of it', async (t) => {
  const client = await startClient(t, [], { columns: 91, rows: 31 })
  client.peer.send('IAC DO NAWS')
  await client.peer.takeUntil('IAC WILL NAWS IAC SB NAWS 0 91 0 31 IAC SE')
  client.screen.resize(100, 40)
  await client.peer.takeUntil('IAC SB NAWS 0 100 0 40 IAC SE')
  t.pass()
})

run('the terminal type and the environment, and nothing more', async (t) => {
  const env = { TERM: 'xterm-256color', HOME: '/home/joe', USER: 'joe', COLORTERM: 'truecolor', DISPLAY: ':0' }
  const client = await startClient(t, [], { env })
  client.peer.send('IAC DO TTYPE IAC SB TTYPE 1 IAC SE')
  await client.peer.takeUntil('IAC SB TTYPE 0 "xterm-256color" IAC SE')
  client.peer.send('IAC DO NEW_ENVIRON IAC SB NEW_ENVIRON 1 IAC SE')
  const told = (await client.peer.takeUntil('IAC SE')).toString('latin1')
  for (const value of ['xterm-256color', 'truecolor', '80', '24', 'C.UTF-8']) t.true(told.includes(value), told)
  for (const secret of ['joe', 'HOME', 'USER', 'DISPLAY']) t.false(told.includes(secret), told)

  const other = await startClient(t, ['--term', 'vt220', '--send-environ', 'USER'], { env })
  other.peer.send('IAC DO TTYPE IAC SB TTYPE 1 IAC SE')
  await other.peer.takeUntil('IAC SB TTYPE 0 "vt220" IAC SE')
})

run('keys go out in the character set of the session, and its text comes in by it', async (t) => {
  const client = await startClient(t, ['--encoding', 'cp437'])
  client.screen.type('é█\r')
  t.deepEqual(await client.peer.takeUntil('"\\n"'), wire('130 219 "\\r\\n"'))
  client.peer.send('"<" 130 219 ">"')
  await client.screen.shows('<é█>')
})

run('--no-force-binary: ASCII alone, until BINARY is agreed', async (t) => {
  const client = await startClient(t, ['--no-force-binary'])
  client.screen.type('é\r')
  t.deepEqual(await client.peer.takeUntil('"\\n"'), wire('"?\\r\\n"'))
  client.peer.send('"<" 195 169 ">"')
  await client.screen.shows('<\ufffd\ufffd>')
  await say(client, 'IAC WILL BINARY IAC DO BINARY')
  client.peer.takeAllNow()
  client.screen.type('é\r')
  t.deepEqual(await client.peer.takeUntil('"\\n"'), wire('195 169 "\\r\\n"'))
  client.peer.send('"<" 195 169 ">"')
  await client.screen.shows('<é>')
})

run('bytes as they are: Enter is right all the same', async (t) => {
  const client = await startClient(t, ['--encoding', 'false'])
  client.screen.type('é\r')
  t.deepEqual(await client.peer.takeUntil('"\\n"'), wire('195 169 "\\r\\n"'))
  await say(client, 'IAC WILL SGA IAC WILL ECHO')
  client.screen.type('\r')
  await client.peer.takeUntil('"\\r" 0')
  client.peer.send('"<" 195 169 ">"')
  await client.screen.shows('<é>')
})

run('keys that are no UTF-8 do no harm', async (t) => {
  const client = await startClient(t)
  await say(client, 'IAC WILL SGA IAC WILL ECHO')
  for (const byte of [0xff, 0xfe, 0xc3]) client.screen.type(Buffer.of(byte))
  client.screen.type('ok\r')
  await client.peer.takeUntil('"ok\\r"')
  client.screen.type(LEAVE)
  await ending(t, client, 0)
})

run('a megabyte is pasted', async (t) => {
  const client = await startClient(t)
  await say(client, 'IAC WILL SGA IAC WILL ECHO')
  await client.peer.takeUntil('IAC DO ECHO')
  client.screen.type('all work and no play '.repeat(50_000))
  t.is((await client.peer.take(1_050_000)).toString(), 'all work and no play '.repeat(50_000))
})

run('a flood of output keeps no key waiting, and Ctrl-] least of all', async (t) => {
  const { screen, peer } = await startClient(t, [], { blind: true })
  peer.send('IAC WILL SGA IAC WILL ECHO')
  await peer.takeUntil('IAC DO ECHO')
  const flood = 'makes jack a dull boy '.repeat(1_000)
  const pour = () => peer.socket.destroyed || peer.socket.write(flood, () => setImmediate(pour))
  pour()
  await delay(300)
  screen.type('stop')
  await peer.takeUntil('"stop"')
  screen.type(LEAVE)
  t.is(await screen.exited, 0)
  peer.destroy()
  t.regex(screen.raw.slice(-2_000), /Connection closed\.\r\ncode 0\r\n/)
})

run('a log at a raw terminal begins each line at the left edge', async (t) => {
  const client = await startClient(t, ['--loglevel', 'debug'])
  await say(client, 'IAC WILL SGA IAC WILL ECHO IAC WILL BINARY')
  await client.screen.shows('remote BINARY is on')
  const entries = client.screen.lines.filter((line) => line.includes(' debug '))
  t.true(entries.length >= 3)
  for (const entry of entries) t.regex(entry, /^#?\d{4}-/)
})

run('with output in a pipe the terminal still follows the server, and what is hidden stays so', async (t) => {
  const server = await RawServer.listen(t)
  const script = '"$@" | cat; stty -a; echo done'
  const command = [process.execPath, toolPath('telnetkit-client'), '127.0.0.1', String(server.port)]
  const screen = Screen.start('/bin/sh', ['-c', script, 'sh', ...command])
  t.teardown(() => screen.kill())
  const peer = await server.next()
  peer.send('IAC WILL SGA IAC WILL ECHO "Password: "')
  await screen.shows('Password: ')
  screen.type('secret\r')
  await peer.takeUntil('"secret\\r" 0')
  peer.send('"\\r\\nwelcome\\r\\n"')
  await screen.shows(/^welcome$/m)
  t.false(screen.text.includes('secret'), screen.text)
  screen.type(LEAVE)
  await screen.shows(/^done$/m)
  t.regex(screen.text, /^Connection closed\.$/m)
  t.regex(screen.text, /\sicanon(\s|;|$)/)
})

run('options that are always wanted are begun with, and others refused', async (t) => {
  const flags = [
    '--always-will',
    'TSPEED',
    '--always-do',
    '200',
    '--always-wont',
    'naws,TTYPE',
    '--always-dont',
    'ECHO',
  ]
  const { peer, screen } = await startClient(t, [...flags, '--speed', '9600'])
  t.deepEqual(await peer.take(6), wire('IAC WILL TSPEED IAC DO 200'))
  peer.send('IAC DO TSPEED IAC SB TSPEED 1 IAC SE IAC WILL 200 IAC DO NAWS IAC DO TTYPE IAC WILL ECHO')
  const answers = wire('IAC SB TSPEED 0 "9600,9600" IAC SE IAC WONT NAWS IAC WONT TTYPE IAC DONT ECHO')
  t.deepEqual(await peer.take(answers.length), answers)
  peer.end()
  await screen.shows(/^done$/m)
})

run('a MUD that offers GMCP is told what the client wants, and what it says is logged', async (t) => {
  const { peer, screen } = await startClient(t, ['--gmcp-modules', 'Char 1', '--loglevel', 'debug'])
  peer.send('IAC WILL GMCP')
  const said = await peer.takeUntil('IAC SB GMCP "Core.Supports.Set [\\"Char 1\\"]" IAC SE')
  t.true(said.includes('Core.Hello {"client":"telnetkit-client","version":'), said.toString())
  peer.send('IAC SB GMCP "Char.Vitals {\\"hp\\":42}" IAC SE')
  await screen.shows(/debug GMCP Char\.Vitals \{"hp":42\}/)
  peer.end()
  await screen.shows(/^done$/m)
})

run('--loglevel trace tells all that goes over the wire', async (t) => {
  const { peer, screen } = await startClient(t, ['--loglevel', 'trace'])
  peer.send('IAC DO NAWS "hello\\r\\n" IAC WILL ECHO')
  await screen.shows(/trace << IAC WILL ECHO/)
  screen.type('secret\r')
  await screen.shows(/trace >> "secret\\r\\n"/)
  for (const line of [
    'trace << IAC DO NAWS',
    'trace >> IAC WILL NAWS',
    'trace >> IAC SB NAWS 0 80 0 24 IAC SE',
    'trace << "hello\\r\\n"',
  ]) {
    t.true(screen.text.includes(line), `${line} in\n${screen.text}`)
  }
  peer.end()
  await screen.shows(/^done$/m)
})
