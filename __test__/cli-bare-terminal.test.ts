// telnetkit-client where the system gives keys of a terminal and no more, as Windows does: it edits lines itself.

import { fileURLToPath } from 'node:url'
import test, { type ExecutionContext } from 'ava'
import { type Client, ending, LEAVE, say, startClient } from './support/client.js'
import { withoutPty } from './support/pty.js'
import { wire } from './support/raw-peer.js'

const run = withoutPty ? test.skip : test.serial
if (withoutPty) console.log(`Skipped: ${withoutPty}`)

const bare = fileURLToPath(new URL('support/bare-terminal.mjs', import.meta.url))

function start(t: ExecutionContext): Promise<Client> {
  return startClient(t, [], { nodeFlags: ['--import', bare] })
}

run('lines are edited and shown, and nothing goes out before Enter', async (t) => {
  const client = await start(t)
  const { screen, peer } = client
  screen.type('hex\x7fllo')
  await screen.shows(/^hello$/m)
  t.is(peer.received.length, 0)
  screen.type(' wo rd\x17\x17world\r')
  t.deepEqual(await peer.takeUntil('"\\n"'), wire('"hello world\\r\\n"'))
  peer.send('"one\\r\\ntwo\\r\\n"')
  await screen.shows(/^hello world\none\ntwo$/m)
  screen.type('no\x15yes\rand more\r')
  t.deepEqual(await peer.takeUntil('"more\\r\\n"'), wire('"yes\\r\\nand more\\r\\n"'))
  screen.type('half\x04\x04')
  t.deepEqual(await peer.takeUntil('4 4'), wire('"half" 4 4'))
  peer.end()
  await ending(t, client, 0)
})

run('what the server hides stays hidden, and is edited all the same', async (t) => {
  const client = await start(t)
  await say(client, 'IAC WILL ECHO')
  client.screen.type('secrex\x7ft\r')
  t.deepEqual(await client.peer.takeUntil('"\\n"'), wire('IAC DO ECHO "secret\\r\\n"'))
  client.peer.send('IAC WONT ECHO "\\r\\nthen "')
  await client.screen.shows('then')
  client.screen.type('open\r')
  await client.screen.shows('then open')
  t.false(client.screen.text.includes('secre'))
  client.peer.end()
  await ending(t, client, 0)
})

run('each key is sent where the server wants it, and back; no line is drawn twice', async (t) => {
  const client = await start(t)
  await say(client, 'IAC WILL ECHO IAC WILL SGA')
  client.peer.takeAllNow()
  client.screen.type('a\x03\x1a\x1c\x04\r')
  t.deepEqual(await client.peer.takeUntil('"\\r" 0'), wire('"a" 3 26 28 4 "\\r" 0'))
  client.peer.send('"x\\r\\ny\\r\\n"')
  await client.screen.shows(/^#x\ny$/m)
  t.false(client.screen.raw.includes('\r\r'))
  await say(client, 'IAC WONT ECHO IAC WONT SGA')
  client.peer.takeAllNow()
  client.screen.type('linex\x7f\r')
  t.deepEqual(await client.peer.takeUntil('"\\n"'), wire('"line\\r\\n"'))
  client.screen.type(LEAVE)
  await ending(t, client, 0)
})

run('Ctrl-] opens the prompt at once, where lines are edited and shown, too', async (t) => {
  const client = await start(t)
  const { screen, peer } = client
  screen.type('half a line\x1d')
  await screen.shows(/^telnetkit> $/m)
  screen.type('sendx\x7f ay\x7fyt\r')
  t.deepEqual(await peer.takeUntil('IAC AYT'), wire('IAC AYT'))
  await screen.shows(/^telnetkit> send ayt$/m)
  screen.type('whole\r')
  t.deepEqual(await peer.takeUntil('"\\n"'), wire('"whole\\r\\n"'))
  screen.type('\x1dquit\r')
  await ending(t, client, 0)
})

run('keys for signals are signals', async (t) => {
  const client = await start(t)
  client.screen.type('half a line\x03whole\r')
  t.deepEqual(await client.peer.takeUntil('"\\n"'), wire('IAC IP "whole\\r\\n"'))
  await client.screen.shows(/^half a line\^Cwhole$/m)
  client.screen.type('\x1c')
  await ending(t, client, 131)
})
