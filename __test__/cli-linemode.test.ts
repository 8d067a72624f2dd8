// telnetkit-client under LINEMODE (RFC 1184) and remote flow control (RFC 1372): the terminal does what the server says.

import { setTimeout as delay } from 'node:timers/promises'
import test, { type ExecutionContext } from 'ava'
import { type Client, ending, LEAVE, say, startClient } from './support/client.js'
import { withoutPty } from './support/pty.js'
import { wire } from './support/raw-peer.js'

const run = withoutPty ? test.skip : test.serial
if (withoutPty) console.log(`Skipped: ${withoutPty}`)

/** The client, whose server has agreed to LINEMODE and proposes a mode. */
async function start(t: ExecutionContext, mask: number, more = ''): Promise<Client> {
  const client = await startClient(t)
  client.peer.send('IAC DO LINEMODE')
  await client.peer.takeUntil('IAC WILL LINEMODE')
  client.peer.send(`IAC SB LINEMODE 1 ${mask} IAC SE`)
  if (mask !== 0) await client.peer.takeUntil(`IAC SB LINEMODE 1 ${mask | 4} IAC SE`)
  await say(client, more)
  client.peer.takeAllNow()
  return client
}

run('EDIT: lines are edited here; the server is told which keys the user has', async (t) => {
  const client = await startClient(t)
  client.peer.send('IAC DO LINEMODE')
  // 0 DEFAULT 0: tell me yours. Then what of the user's differs from BSD's: nothing, in this terminal.
  const said = await client.peer.takeUntil('IAC SE')
  t.true(said.includes(wire('IAC WILL LINEMODE IAC SB LINEMODE 3 0 3 0')))
  client.peer.send('IAC SB LINEMODE 1 1 IAC SE')
  await client.peer.takeUntil('IAC SB LINEMODE 1 5 IAC SE')
  await say(client, '')
  client.screen.type('hex\x7fllo\r')
  t.deepEqual(await client.peer.takeUntil('"\\n"'), wire('"hello\\r\\n"'))
  await client.screen.shows('hello')
  client.screen.type(LEAVE)
  await ending(t, client, 0)
})

run('without EDIT each key is sent, and the server shows it if it echoes', async (t) => {
  const client = await start(t, 0, 'IAC WILL ECHO')
  client.screen.type('a\x7f')
  t.deepEqual(await client.peer.take(2), wire('"a\\u007f"'))
  client.peer.send('IAC SB LINEMODE 1 1 IAC SE IAC WONT ECHO')
  await client.peer.takeUntil('IAC DONT ECHO')
  await say(client, '')
  client.screen.type('bc\x7f\r')
  t.deepEqual(await client.peer.takeUntil('"\\n"'), wire('"b\\r\\n"'))
  client.screen.type(LEAVE)
  await ending(t, client, 0)
})

run('TRAPSIG: keys for signals are commands, and flush what they should', async (t) => {
  const client = await start(t, 3)
  client.screen.type('half')
  await delay(50)
  client.screen.type('\x03')
  await client.peer.takeUntil('IAC IP IAC')
  // Output that was on its way is not shown, up to the mark that comes back.
  await client.peer.takeUntil('IAC DO TM')
  client.peer.send('"stale" IAC WILL TM "fresh"')
  await client.screen.shows('fresh')
  t.false(client.screen.text.includes('stale'), client.screen.text)
  client.screen.type('\x1a')
  await client.peer.takeUntil('IAC SUSP IAC')
  client.screen.type('\x1c')
  await client.peer.takeUntil('IAC ABORT IAC')
  await client.peer.takeUntil('IAC DO TM')
  client.peer.send('IAC WILL TM')
  client.screen.type('end\x04')
  t.deepEqual(await client.peer.takeUntil('IAC EOF'), wire('"end" IAC EOF'))
  client.screen.type(LEAVE)
  await ending(t, client, 0)
})

run('TRAPSIG without EDIT: the keys are commands all the same', async (t) => {
  const client = await start(t, 2, 'IAC WILL ECHO')
  client.screen.type('a\x14b')
  t.deepEqual(await client.peer.take(4), wire('"a" IAC AYT "b"'))
  client.screen.type(LEAVE)
  await ending(t, client, 0)
})

run('characters that the server sets are the terminal’s', async (t) => {
  const client = await start(t, 1)
  // EC is x from now on, EL is not there.
  client.peer.send('IAC SB LINEMODE 3 10 2 120 11 0 IAC IAC IAC SE')
  await client.peer.takeUntil('IAC SE')
  await say(client, '')
  client.screen.type('abx\x15c\r')
  t.deepEqual(await client.peer.takeUntil('"\\n"'), wire('"a\\u0015c\\r\\n"'))
  client.screen.type(LEAVE)
  const text = await ending(t, client, 0)
  t.regex(text, /erase = \^\?; kill = \^U/)
})

run('flow control: Ctrl-S is a key, or stops the output, as the server says', async (t) => {
  const client = await startClient(t)
  client.peer.send('IAC WILL ECHO IAC WILL SGA IAC DO LFLOW')
  await client.peer.takeUntil('IAC WILL LFLOW')
  client.peer.send('IAC SB LFLOW 0 IAC SE')
  await say(client, '')
  client.screen.type('\x13')
  t.deepEqual(await client.peer.take(1), wire('"\\u0013"'))
  client.peer.send('IAC SB LFLOW 1 IAC SE')
  await say(client, '')
  client.screen.type('\x13')
  client.screen.type('a')
  t.deepEqual(await client.peer.take(1), wire('"a"'))
  client.peer.send('"later"')
  await delay(100)
  t.false(client.screen.text.includes('later'))
  client.screen.type('\x11')
  await client.screen.shows('later')
  client.screen.type(LEAVE)
  await ending(t, client, 0)
})

run('who chose how lines are edited does not ask the server', async (t) => {
  const client = await startClient(t, ['--raw-mode'])
  client.peer.send('IAC DO LINEMODE IAC DO LFLOW')
  t.deepEqual(await client.peer.take(6), wire('IAC WONT LINEMODE IAC WONT LFLOW'))
  client.screen.type(LEAVE)
  await ending(t, client, 0)
})
