// The prompt that Ctrl-] opens: each command, the ways out of it, and what it leaves of the session.

import { setTimeout as delay } from 'node:timers/promises'
import test from 'ava'
import { type Client, clientPid, ending, LEAVE, MODES, say, startClient } from './support/client.js'
import { withoutPty } from './support/pty.js'
import { wire } from './support/raw-peer.js'

// One after another: each takes two or three processes.
const run = withoutPty ? test.skip : test.serial
if (withoutPty) console.log(`Skipped: ${withoutPty}`)

/** Opens the prompt. */
async function open({ screen }: Client): Promise<void> {
  screen.type('\x1d')
  await screen.shows(/^telnetkit> $/m)
}

/** Opens it, and types a command when it is shown. */
async function command(client: Client, typed: string): Promise<void> {
  const shown = client.screen.raw.split('telnetkit> ').length
  client.screen.type('\x1d')
  while (client.screen.raw.split('telnetkit> ').length === shown) await delay(10)
  client.screen.type(`${typed}\r`)
}

for (const [mode, said] of MODES) {
  run(`it opens at once and goes on at an empty line, and the terminal is as before: ${mode}`, async (t) => {
    const client = await startClient(t)
    const { screen, peer } = client
    await say(client, said)
    peer.takeAllNow()
    await open(client)
    peer.send('"held back"')
    await delay(50)
    screen.type('xyz\x7f\x15\r')
    await screen.shows('held back')
    t.true(screen.raw.lastIndexOf('telnetkit> ') < screen.raw.indexOf('held back'))
    screen.type('a')
    if (mode.endsWith('keys')) t.deepEqual(await peer.take(1), wire('"a"'))
    screen.type('b\r')
    await peer.takeUntil(mode.endsWith('keys') ? '"b\\r" 0' : '"ab\\r\\n"')
    await delay(50)
    t.is(screen.text.includes('held backab'), mode === 'lines' || mode === 'shown keys', screen.text)
    screen.type(LEAVE)
    await ending(t, client, 0)
    t.false((await peer.takeAll()).includes('\x1d'))
  })
}

run('quit, close and Ctrl-D leave; what was typed of a line is not sent', async (t) => {
  for (const typed of ['quit\r', 'CLOSE\r', 'q\r', '\x04', 'half\x04']) {
    const client = await startClient(t)
    client.screen.type('half a line')
    await client.screen.shows('half a line')
    await open(client)
    client.screen.type(typed)
    await ending(t, client, 0)
    t.true(client.screen.lines.includes('Connection closed.'), client.screen.text)
    t.is((await client.peer.takeAll()).length, 0)
  }
})

run('Ctrl-] there sends one, and what was typed behind it is for the server', async (t) => {
  const client = await startClient(t)
  await say(client, 'IAC WILL ECHO IAC WILL SGA')
  client.peer.takeAllNow()
  client.screen.type('a\x1d\x1db\x1d\rc\x1dsend nop\rd')
  t.deepEqual(await client.peer.takeUntil('"d"'), wire('"a" 29 "bc" IAC NOP "d"'))
})

run('Ctrl-C takes the line back, Ctrl-Z stops the client, and neither ends it', async (t) => {
  const client = await startClient(t, [], { jobControl: true })
  const { screen, peer } = client
  await say(client, 'IAC WILL ECHO IAC WILL SGA')
  await open(client)
  screen.type('rubbish')
  await screen.shows('telnetkit> rubbish')
  screen.type('\x03')
  await screen.shows(/rubbish\^C\ntelnetkit> $/)
  process.kill(await clientPid(client), 'SIGTSTP')
  await screen.shows(/stopped$/m)
  screen.type('\r')
  await screen.shows(/telnetkit> $/)
  screen.type('send ip\r')
  await peer.takeUntil('IAC IP')
  screen.type(LEAVE)
  await ending(t, client, 0)
})

run('send: each of the commands, several, and options', async (t) => {
  const client = await startClient(t)
  await say(client, 'IAC WILL ECHO IAC WILL SGA')
  client.peer.takeAllNow()
  for (const [typed, sent] of [
    ['abort', 'IAC ABORT'],
    ['ao', 'IAC AO'],
    ['ayt', 'IAC AYT'],
    ['brk', 'IAC BRK'],
    ['ec', 'IAC EC'],
    ['el', 'IAC EL'],
    ['eof', 'IAC EOF'],
    ['eor', 'IAC EOR'],
    ['escape', '29'],
    ['ga', 'IAC GA'],
    ['ip', 'IAC IP'],
    ['nop', 'IAC NOP'],
    ['susp', 'IAC SUSP'],
    // Its DM is urgent data, which a plain socket of Node's does not read.
    ['synch', 'IAC'],
    ['IP ayt', 'IAC IP IAC AYT'],
    ['do binary dont echo', 'IAC DO BINARY IAC DONT ECHO'],
    ['will status', 'IAC WILL STATUS'],
    ['wont 5', ''],
  ] as const) {
    await command(client, `send ${typed}`)
    client.screen.type('.')
    t.deepEqual(await client.peer.takeUntil('"."'), wire(`${sent} "."`), typed)
  }
})

run('send: what cannot be sent is told, and nothing of it goes out', async (t) => {
  const client = await startClient(t)
  await command(client, 'send ayt telepathy')
  await client.screen.shows(/^send: there is no telepathy to send; help send tells what there is$/m)
  client.screen.type('send\r')
  await client.screen.shows(/^send: say what: help send$/m)
  client.screen.type('send do\r')
  await client.screen.shows(/^send: say which option, such as send do echo$/m)
  client.screen.type('send will telepathy\r')
  await client.screen.shows(/^send: telepathy is no Telnet option; give a name such as NAWS, or a number$/m)
  client.screen.type('\x04')
  await ending(t, client, 0)
  t.is((await client.peer.takeAll()).length, 0)
})

run('toggle: an option of the server, or of ours, and both directions of BINARY', async (t) => {
  const client = await startClient(t)
  const { screen, peer } = client
  await say(client, 'IAC WILL ECHO')
  peer.takeAllNow()
  await command(client, 'toggle echo')
  await peer.takeUntil('IAC DONT ECHO')
  peer.send('IAC WONT ECHO')
  await screen.shows(/^remote ECHO is off\ntelnetkit> $/m)
  screen.type('tog local naws\r')
  await peer.takeUntil('IAC WILL NAWS')
  peer.send('IAC DO NAWS')
  await screen.shows(/^local NAWS is on$/m)
  screen.type('toggle binary\r')
  await peer.takeUntil('IAC DO BINARY')
  peer.send('IAC WILL BINARY IAC DONT BINARY')
  await screen.shows(/^local BINARY is still off: the server refused\nremote BINARY is on$/m)
  screen.type('toggle telepathy\r')
  await screen.shows(/^toggle: telepathy is no Telnet option/m)
  screen.type('toggle\r')
  await screen.shows(/^toggle: say which option/m)
  t.pass()
})

run('mode: lines here, each key, and as the server says', async (t) => {
  const client = await startClient(t)
  const { screen, peer } = client
  await command(client, 'mode character')
  await delay(100)
  screen.type('a')
  t.deepEqual(await peer.take(1), wire('"a"'))
  await command(client, 'mode line')
  await delay(100)
  screen.type('shown')
  await screen.shows('shown')
  screen.type('\r')
  t.deepEqual(await peer.takeUntil('"\\n"'), wire('"shown\\r\\n"'))
  await say(client, 'IAC WILL ECHO IAC WILL SGA')
  peer.takeAllNow()
  screen.type('b\r')
  t.deepEqual(await peer.takeUntil('"\\n"'), wire('"b\\r\\n"'))
  await command(client, 'mode auto')
  await delay(100)
  screen.type('c')
  t.deepEqual(await peer.take(1), wire('"c"'))
  await command(client, 'mode loud')
  await screen.shows(/^mode: say line, character, or auto to follow the server$/m)
})

run('logout: the server agrees and closes, or does not', async (t) => {
  const client = await startClient(t)
  await command(client, 'logout')
  await client.peer.takeUntil('IAC DO LOGOUT')
  client.peer.send('IAC WONT LOGOUT')
  await client.screen.shows(/^The server does not log you out\.\ntelnetkit> $/m)
  client.screen.type('logout\r')
  await client.peer.takeUntil('IAC DO LOGOUT')
  client.peer.send('IAC WILL LOGOUT')
  await client.screen.shows(/^The server logs you out\.$/m)
  client.peer.end()
  await ending(t, client, 0)
  t.true(client.screen.lines.includes('Connection closed by foreign host.'))
})

run('status, explain and help; names may be shortened, as long as they are clear', async (t) => {
  const client = await startClient(t, [], { columns: 120, rows: 60 })
  const { screen } = client
  await say(client, 'IAC WILL ECHO IAC WILL SGA')
  await command(client, 'sta')
  await screen.shows(
    /^Connected to 127\.0\.0\.1:\d+; 7 bytes came, 6 went\.\nEach key is sent, and the server shows what it likes\.\nCharacter set utf8\.\nThe server does: ECHO SGA\.\nWe do: nothing\.\ntelnetkit> $/m,
  )
  screen.type('explain\r')
  await screen.shows(/^Mode: character\. [\s\S]*SGA there: on, [^\n]*\ntelnetkit> $/m)
  screen.type('help\r')
  await screen.shows(/^mode line \| character \| auto {2}edit lines here[^\n]*\nlogout [\s\S]*Ctrl-D leaves\.\n/m)
  screen.type('? send\r')
  await screen.shows(
    /^send <what> … {2}[^\n]*\nsend: abort ao ayt brk ec el eof eor escape ga ip nop susp synch,\n {6}and do, dont, will or wont with an option$/m,
  )
  screen.type('s\r')
  await screen.shows(/^s: status or send\?; help tells what there is$/m)
  screen.type('fly \x1b[31m\r')
  await screen.shows(/^fly: no such command; help tells what there is$/m)
  screen.type('help fly\r')
  await screen.shows(/^help: there is no command fly$/m)
  t.pass()
})

run('what the server has switched on is off at the prompt, and on again', async (t) => {
  const client = await startClient(t)
  const { screen, peer } = client
  await say(client, 'IAC WILL ECHO IAC WILL SGA')
  peer.send('27 "[?1049h" 27 "[?25l" 27 "[31m" "full screen"')
  await screen.shows('full screen')
  await open(client)
  t.regex(screen.raw, /full screen\x1b\[\?1049l\x1b\[\?25h\x1b\[m\r\ntelnetkit> $/)
  screen.type('\r')
  while (!screen.raw.endsWith('\x1b[?1049h\x1b[?25l')) await delay(10)
  await open(client)
  screen.type('quit\r')
  await ending(t, client, 0)
  t.false(screen.raw.slice(screen.raw.lastIndexOf('quit')).includes('\x1b'))
})

run('a flood stops while it is open, and goes on behind it', async (t) => {
  const client = await startClient(t, [], { blind: true })
  const { screen, peer } = client
  peer.send('IAC WILL ECHO IAC WILL SGA')
  const text = 'over and over\r\n'.repeat(1_000)
  const pour = () => peer.socket.destroyed || peer.socket.write(text, () => setTimeout(pour, 1))
  pour()
  while (screen.raw.length < 100_000) await delay(10)
  screen.type('\x1d')
  while (!screen.raw.endsWith('telnetkit> ')) await delay(10)
  await delay(200)
  t.true(screen.raw.endsWith('telnetkit> '))
  const { length } = screen.raw
  screen.type('\r')
  while (screen.raw.length < length + 100_000) await delay(10)
  screen.type(LEAVE)
  t.is(await screen.exited, 0)
  peer.destroy()
})

run('the server ends, or the connection is lost, while it is open', async (t) => {
  for (const [end, code, told] of [
    [({ peer }: Client) => peer.end(), 0, 'Connection closed by foreign host.'],
    [({ peer }: Client) => peer.reset(), 1, 'telnetkit-client: Lost the connection'],
  ] as const) {
    const client = await startClient(t)
    await say(client, 'IAC WILL ECHO IAC WILL SGA')
    await open(client)
    client.screen.type('stat')
    client.peer.send('"last words"')
    await delay(100)
    end(client)
    const text = await ending(t, client, code)
    t.true(text.includes(told), text)
    t.regex(text, /^telnetkit> stat\nlast words$/m)
  }
})

run('what waits behind the prompt when the connection is lost is shown', async (t) => {
  const client = await startClient(t)
  await open(client)
  client.peer.send('"last words\\r\\n"')
  await delay(100)
  client.peer.end()
  client.screen.type('\r')
  const text = await ending(t, client, 0)
  t.regex(text, /^last words$/m)
})
