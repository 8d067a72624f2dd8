// The Synch (RFC 854, "The Telnet Synch signal"; RFC 1123, 3.2.4) over real sockets, with TCP's urgent data.

import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import test, { type ExecutionContext } from 'ava'
import { Command, connect, Server, type Session } from 'telnetkit'
import { createPair } from 'telnetkit/testing'
import { QUIET, serve } from './support/raw-peer.js'

/** A server's session and the client's at its other end. */
async function both(t: ExecutionContext): Promise<{ server: Session; client: Session }> {
  const host = new Server({ policy: QUIET, negotiationTimeout: 50 }, () => new Promise(() => {}))
  const accepted = once(host, 'session')
  const port = await serve(t, host)
  const client = await connect({ port, host: '127.0.0.1', policy: QUIET, negotiationTimeout: 50 })
  t.teardown(() => client.destroy())
  const [server] = await accepted
  return { server, client }
}

/** Resolves when so much has come and waits to be read. */
async function held(session: Session, length: number): Promise<void> {
  while (session.readableLength < length) await delay(5)
}

/** Everything that a session tells of commands, in order. */
function told(session: Session): (number | 'synch')[] {
  const all: (number | 'synch')[] = []
  session.on('synch', () => all.push('synch'))
  session.on('command', (command) => all.push(command))
  return all
}

test('a Synch throws away what came before it and was not read', async (t) => {
  const { server, client } = await both(t)
  const events = told(server)
  client.write('read\nkept')
  t.is(await server.readLine(), 'read')
  await held(server, 4)
  client.synch()
  client.write('after\n')
  t.is(await server.readLine(), 'after')
  t.deepEqual(events, ['synch', Command.DM])
})

test('a read that waits goes on with what comes after the Synch', async (t) => {
  const { server, client } = await both(t)
  const line = server.readLine()
  client.write('half')
  await held(server, 4)
  client.synch()
  client.write('whole\n')
  t.is(await line, 'whole')
})

test('what was sent before the mark is thrown away wherever it waits, and commands in it are told', async (t) => {
  const { server, client } = await both(t)
  const events = told(server)
  client.write('x'.repeat(10_000))
  client.sendCommand(Command.NOP)
  client.write('x')
  client.interrupt()
  client.write('after')
  t.is(await server.readUntil('after'), 'after')
  t.deepEqual(events, [Command.NOP, Command.IP, 'synch', Command.DM])
})

const onLinux = process.platform === 'linux' ? test : test.skip
if (process.platform !== 'linux') console.log('skipped: only Linux tells of urgent data that waits behind other')

onLinux('a program that is stuck is interrupted', async (t) => {
  const { server, client } = await both(t)
  const events = told(server)
  client.write('x'.repeat(340_000))
  // Its 256 KiB are used up by some data less, for records cost more than their data.
  await held(server, 250_000)
  await delay(200)
  t.true(server.readableLength < 340_000, 'it reads no further')
  client.interrupt()
  await once(server, 'synch')
  t.is(server.readableLength, 0)
  client.write('after\n')
  t.is(await server.readLine(), 'after')
  t.deepEqual(events, [Command.IP, 'synch', Command.DM])
})

test('a server answers AO with a Synch', async (t) => {
  const { server, client } = await both(t)
  const events = told(server)
  const heard = told(client)
  server.write('old news')
  await held(client, 8)
  server.on('command', (command) => command === Command.AO && server.write('fresh'))
  client.abortOutput()
  t.is(await client.readUntil('fresh'), 'fresh')
  t.deepEqual(heard, ['synch', Command.DM])
  t.deepEqual(events, [Command.AO, 'synch', Command.DM])
})

test('a client answers AO with nothing', async (t) => {
  const { server, client } = await both(t)
  const heard = told(server)
  server.sendCommand(Command.AO)
  await once(client, 'command')
  client.write('next')
  t.is(await server.readUntil('next'), 'next')
  t.deepEqual(heard, [])
})

test('over a Duplex nothing is urgent: a DM is told, and nothing is thrown away', async (t) => {
  const { server, client } = await createPair()
  t.teardown(() => [server, client].map((session) => session.destroy()))
  const events = told(server)
  client.write('before ')
  client.synch()
  client.write('after')
  t.is(await server.readUntil('after'), 'before after')
  t.deepEqual(events, [Command.DM])
})
