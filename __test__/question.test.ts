// Questions over whole sessions: who shows what is typed, and where what was typed goes.

import { setTimeout } from 'node:timers/promises'
import test from 'ava'
import { Option, type Session } from 'telnetkit'
import { createPair } from 'telnetkit/testing'
import { turn } from './support/host.js'
import { joined } from './support/raw-peer.js'
import { textOf, typist, wire } from './support/typist.js'

const ERASE = '\b \b'

test('in character mode the answer is edited and shown here', async (t) => {
  const { client, server } = await createPair()
  const answer = server.question('Name? ')
  t.is(await client.readUntil('? '), 'Name? ')
  for (const key of ['B', 'o', 'x', '\x7f', 'b']) client.write(key)
  client.write(Buffer.from('\r\0'))
  t.is(await answer, 'Bob')
  t.is(await client.readUntil('\n'), `Box${ERASE}b\r\n`)
})

test('each line end ends an answer, also split over packets and questions', async (t) => {
  const peer = typist({ lineMode: true })
  await peer.session.ready()
  const typed = ['one\r\ntwo\r\0thr', 'ee\r', '\nfour\nfive\r', 'six\n']
  for (const part of typed) peer.type(part)
  const answers: (string | null)[] = []
  for (let count = 0; count < 6; count++) answers.push(await peer.session.question('> '))
  t.deepEqual(answers, ['one', 'two', 'three', 'four', 'five', 'six'])
})

test('what follows an answer stays to be read, by whatever read', async (t) => {
  const { client, server } = await createPair()
  client.write('one\ntwo\nthree\nrest')
  t.is(await server.question('1 '), 'one')
  t.is(await server.readLine(), 'two')
  t.is(await server.question('3 '), 'three')
  t.is(await server.read(), 'rest')
})

test('a hidden answer is not shown, but its line end is', async (t) => {
  const { client, server } = await createPair()
  const answer = server.question('Password: ', { hidden: true })
  client.write('s3cret\n')
  t.is(await answer, 's3cret')
  server.write('Welcome')
  t.is(await client.readUntil('come'), 'Password: \r\nWelcome')
})

test('a hidden answer may be masked', async (t) => {
  const { client, server } = await createPair()
  const answer = server.question('PIN: ', { hidden: '*' })
  client.write('1234\n')
  t.is(await answer, '1234')
  t.is(await client.readUntil('\n'), 'PIN: ****\r\n')
})

test('while a hidden answer is typed a client that edits lines is told not to show it', async (t) => {
  const { client, server } = await createPair({ server: { lineMode: true } })
  t.is(client.mode, 'line')
  const changes: [number, boolean][] = []
  client.on('option', (side, option, enabled) => {
    if (side === 'remote') changes.push([option, enabled])
  })
  const answer = server.question('Password: ', { hidden: true })
  t.is(await client.readUntil(': '), 'Password: ')
  t.deepEqual(changes, [[Option.ECHO, true]])
  client.write('s3cret\n')
  t.is(await answer, 's3cret')
  await client.waitFor({ remote: { ECHO: false } })
  t.deepEqual(changes, [
    [Option.ECHO, true],
    [Option.ECHO, false],
  ])
  t.is(await client.read(), '\r\n')
})

test('a hidden question does not wait for a peer that refuses, or says nothing', async (t) => {
  const refusing = typist({ lineMode: true })
  const first = refusing.session.question('Password: ', { hidden: true })
  await refusing.until(wire.WILL_ECHO)
  refusing.type(wire.DONT_ECHO)
  refusing.type('s3cret\r\n')
  t.is(await first, 's3cret')
  // It has shown the line itself, and the line's end.
  t.is(textOf(refusing.received), 'Password: ')
  const mute = typist({ lineMode: true })
  mute.type('s3cret\r\n')
  t.is(await mute.session.question('Password: ', { hidden: true }), 's3cret')
})

test('nothing is shown to a client that shows it itself', async (t) => {
  const peer = typist({ lineMode: true })
  await peer.session.ready()
  const answer = peer.session.question('Name? ')
  await peer.until(`Name? ${wire.GA}`)
  peer.type('Bob\r\n')
  t.is(await answer, 'Bob')
  await turn()
  t.is(peer.received, '')
})

test('a client that shows lines under BINARY gets its cursor to the beginning of the next', async (t) => {
  const { client, server } = await createPair({ server: { lineMode: true } })
  client.write('Bob\n')
  t.is(await server.question('Name? '), 'Bob')
  server.end()
  t.is(await client.readAll(), 'Name? \r')
})

test('echo can be forced either way', async (t) => {
  const peer = typist({ lineMode: true, goAhead: false })
  const shown = peer.session.question('Name? ', { echo: true })
  await peer.until('? ')
  peer.type('Bob\r\n')
  t.is(await shown, 'Bob')
  t.is(await peer.until('\n'), 'Bob\r\n')
  const { client, server } = await createPair()
  client.write('Bob\n')
  t.is(await server.question('Name? ', { echo: false }), 'Bob')
  server.end()
  t.is(await client.readAll(), 'Name? ')
})

test('Ctrl-D, the command EOF, and the end of the stream give null', async (t) => {
  const { client, server } = await createPair()
  client.write('\x04')
  t.is(await server.question('> '), null)
  client.sendCommand(236)
  t.is(await server.question('> '), null)
  const last = server.question('> ')
  client.write('half')
  client.end()
  t.is(await last, null)
  t.is(await server.question('> '), null)
})

test('commands that stand for keys are taken for them', async (t) => {
  const peer = typist()
  const answer = peer.session.question('> ', { echo: true })
  peer.type(`abc${wire.EC}`)
  t.is(textOf(await peer.until(ERASE)), `> abc${ERASE}`)
  peer.type(wire.EL)
  t.is(await peer.until(ERASE + ERASE), ERASE + ERASE)
  peer.type(`xy${wire.IP}z\r\n`)
  t.is(await answer, 'z')
  t.is(await peer.until('z\r\n'), 'xy^C\r\n> z\r\n')
})

test('what was typed when a question was given up is the beginning of the next answer', async (t) => {
  const { client, server } = await createPair()
  const controller = new AbortController()
  const first = server.question('1> ', { signal: controller.signal })
  client.write('Bo')
  await client.readUntil('Bo')
  controller.abort()
  await t.throwsAsync(first, { name: 'AbortError' })
  await t.throwsAsync(server.question('2> ', { timeout: 0 }), { code: 'TELNET_TIMEOUT' })
  await t.throwsAsync(server.question('3> ', { signal: AbortSignal.abort() }), { name: 'AbortError' })
  const last = server.question('4> ')
  client.write('b\n')
  t.is(await last, 'Bob')
  t.is(await client.readUntil('\n'), '2> Bo4> Bob\r\n')
})

test('of a hidden answer that was given up nothing stays', async (t) => {
  const { client, server } = await createPair()
  const controller = new AbortController()
  const secret = server.question('1> ', { hidden: true, signal: controller.signal })
  client.write('s3c')
  await client.timingMark()
  controller.abort()
  await t.throwsAsync(secret, { name: 'AbortError' })
  client.write('no\n')
  t.is(await server.question('2> '), 'no')
  t.is(await client.readUntil('\n'), '1> 2> no\r\n')
})

test('a question while another read waits is refused, and not shown', async (t) => {
  const { client, server } = await createPair()
  const line = server.readLine()
  await t.throwsAsync(server.question('> '), { code: 'TELNET_BUSY' })
  client.write('line\n')
  t.is(await line, 'line')
  server.end()
  t.is(await client.readAll(), '')
})

test('more than maxLength is refused with a bell', async (t) => {
  const { client, server } = await createPair()
  client.write('abcdef\n')
  t.is(await server.question('> ', { maxLength: 3 }), 'abc')
  t.is(await client.readUntil('\n'), '> abc\x07\r\n')
})

test('what cannot be asked is refused, and not shown', async (t) => {
  const { client, server } = await createPair()
  for (const options of [{ hiden: true }, { hidden: 5 }, { echo: 'no' }, { maxLength: -1 }, { timeout: -1 }, null]) {
    await t.throwsAsync(server.question('> ', options as never), { code: 'TELNET_BAD_OPTION' }, JSON.stringify(options))
  }
  await t.throwsAsync(server.question(undefined as never), { code: 'TELNET_BAD_ARGUMENT' })
  server.end()
  t.is(await client.readAll(), '')
})

test('an answer that is there at once is had at once', async (t) => {
  const { client, server } = await createPair()
  const long = 'x'.repeat(3_000)
  client.write(`${long}\n`)
  await client.timingMark()
  t.is(await server.question('> ', { timeout: 0 }), long)
  await t.throwsAsync(server.question('> ', { timeout: 0 }), { code: 'TELNET_TIMEOUT' })
})

test('in bytes mode what is typed is taken for UTF-8', async (t) => {
  const { client, server } = await createPair({ server: { encoding: null, forceBinary: true } })
  client.write('wörld\x7f\n')
  t.is(await (server as Session<string>).question('> '), 'wörl')
  t.is(await client.readUntil('\n'), `> wörld${ERASE}\r\n`)
})

test('a prompt ends with GA where SGA is not agreed', async (t) => {
  const peer = typist({ lineMode: true })
  const answer = peer.session.question('> ')
  await peer.until(`> ${wire.GA}`)
  peer.end()
  t.is(await answer, null)
})

test('what is typed ahead of the next question holds its credit, and the peer waits', async (t) => {
  const { session, peer } = await joined(t)
  peer.send(Buffer.from('\r\n'.repeat(2_000_000)))
  for (let count = 0; count < 500; count++) t.is(await session.question(''), '')
  await setTimeout(50)
  t.true(session.bytesRead < 1_000_000, `${session.bytesRead} bytes were read for 500 empty answers`)
})

test('a long line that is typed ahead leaves the event loop its turns', async (t) => {
  const { client, server } = await createPair()
  client.write(`${'\x01'.repeat(100_000)}end\n`)
  let turns = 0
  let isOver = false
  const count = () => {
    turns++
    if (!isOver) setImmediate(count)
  }
  setImmediate(count)
  t.is(await server.question('> '), 'end')
  isOver = true
  t.true(turns > 10, `${turns} turns`)
})

test('a character of two units is shown whole, wherever the keys that are edited in one go end', async (t) => {
  for (const before of ['', 'x']) {
    const { client, server } = await createPair()
    const line = before + '😀'.repeat(200)
    client.write(`${line}\n`)
    t.is(await server.question(''), line)
    t.is(await client.readLine(), line)
  }
})
