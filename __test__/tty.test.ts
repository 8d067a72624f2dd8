// session.tty under what takes a terminal: Node's own readline and repl.

import { once } from 'node:events'
import { createInterface } from 'node:readline/promises'
import repl from 'node:repl'
import { Readable } from 'node:stream'
import test from 'ava'
import { Option, type Session } from 'telnetkit'
import { createPair } from 'telnetkit/testing'
import { turn } from './support/host.js'
import { joined } from './support/raw-peer.js'
import { textOf, typist, wire } from './support/typist.js'

test('it looks like a terminal', async (t) => {
  const { client, server } = await createPair({ client: { columns: 132, rows: 43 } })
  const { tty } = server
  t.is(tty, server.tty)
  t.true(tty.isTTY)
  t.deepEqual([tty.columns, tty.rows], [132, 43])
  const resized = once(tty, 'resize')
  client.resize(100, 30)
  await resized
  t.deepEqual(tty.getWindowSize(), [100, 30])
})

test('a terminal that does not tell its size has 80 columns and 24 rows', (t) => {
  t.deepEqual(typist().session.tty.getWindowSize(), [80, 24])
})

test('readline asks, edits and answers', async (t) => {
  const { client, server } = await createPair()
  const lines = createInterface({ input: server.tty, output: server.tty })
  t.true(lines.terminal)
  const answer = lines.question('Name? ')
  await client.readUntil('Name? ')
  client.write('Bx\x7fob junk')
  client.write('\x17\x7f\x1b[A\r')
  t.is(await answer, 'Bob')
  lines.close()
})

test('each way of saying Enter is one Enter, also split over packets', async (t) => {
  const { session, type } = typist()
  const lines = createInterface({ input: session.tty, output: session.tty })
  const heard: string[] = []
  lines.on('line', (line) => heard.push(line))
  for (const part of ['a\r\nb\r\0c\rd\ne\r', '\n', 'f\r', '\0\r\n']) {
    type(part)
    await turn()
  }
  while (heard.length < 7) await turn()
  t.deepEqual(heard, ['a', 'b', 'c', 'd', 'e', 'f', ''])
  lines.close()
})

test('what was typed ahead is there for whoever reads next', async (t) => {
  const { client, server } = await createPair()
  client.write(Buffer.from('one\rtwo\rthree\rfour\r\nrest'))
  for (const expected of ['one', 'two']) {
    const lines = createInterface({ input: server.tty, output: server.tty })
    t.is(await lines.question('> '), expected)
    lines.close()
  }
  t.is(await server.question('> '), 'three')
  t.is(await server.readLine(), 'four')
  t.is(await server.read(), 'rest')
})

test('several questions of one readline are answered from one packet', async (t) => {
  const { client, server } = await createPair()
  client.write('one\ntwo\n')
  const lines = createInterface({ input: server.tty, output: server.tty })
  t.is(await lines.question('1 '), 'one')
  t.is(await lines.question('2 '), 'two')
  lines.close()
})

test('a read of the session goes before the terminal', async (t) => {
  const { client, server } = await createPair()
  const lines = createInterface({ input: server.tty, output: server.tty })
  await turn()
  const line = server.readLine()
  client.write('for the session\nfor the terminal\n')
  t.is(await line, 'for the session')
  const [next] = await once(lines, 'line')
  t.is(next, 'for the terminal')
  lines.close()
})

test('the REPL of Node runs', async (t) => {
  const { client, server } = await createPair()
  const machine = repl.start({ input: server.tty, output: server.tty, useGlobal: false, prompt: 'js> ' })
  client.write('6 * 7\r')
  t.regex((await client.readUntil(/42\r\n/, { timeout: 10_000 })) ?? '', /js> .*6 \* 7\r\n42/)
  const left = once(machine, 'exit')
  client.write('.exit\r')
  await left
  t.false(server.destroyed)
})

test('a consumer of readable events gets the keys too', async (t) => {
  const { client, server } = await createPair()
  const { tty } = server
  let heard = ''
  const listen = () => {
    for (let chunk = tty.read(); chunk !== null; chunk = tty.read()) heard += chunk
  }
  tty.setEncoding('utf8').setRawMode(true).on('readable', listen)
  client.write('k')
  client.write('é\r')
  while (!heard.includes('\r')) await turn()
  t.is(heard, 'ké\r')
})

test('raw mode has the client send each key, and gives back what it took', async (t) => {
  const { client, server } = await createPair({ server: { lineMode: true } })
  t.is(client.mode, 'line')
  server.tty.setRawMode(true)
  t.true(server.tty.isRaw)
  await client.waitUntil(() => client.mode === 'character')
  server.tty.setRawMode(false)
  await client.waitFor({ remote: { ECHO: false, SGA: false } })
})

test('raw mode leaves on what was on', async (t) => {
  const { server } = await createPair()
  server.tty.setRawMode(true).setRawMode(false)
  t.true(server.local.has(Option.ECHO) && server.local.has(Option.SGA))
})

test('Enter is LF where the terminal is not raw', async (t) => {
  const { session, type } = typist()
  session.tty.setEncoding('utf8')
  type('a\r\nb\r\0')
  t.deepEqual([...(await once(session.tty, 'data')), ...(await once(session.tty, 'data'))], ['a\n', 'b\n'])
})

test('commands that stand for keys are taken for them', async (t) => {
  const { session, type } = typist()
  const lines = createInterface({ input: session.tty, output: session.tty })
  const interrupted = once(lines, 'SIGINT')
  await turn()
  type(`ab${wire.EC}c`)
  await turn()
  type(wire.IP)
  await interrupted
  t.is(lines.line, 'ac')
  lines.close()
})

test('lines that are written end in CR LF, in text and in bytes mode', async (t) => {
  for (const encoding of ['utf8', null]) {
    const { session, until } = typist({ encoding, forceBinary: true, policy: { local: { SGA: 'refuse' } } })
    session.tty.write('a\nb\r\n')
    session.tty.write(Buffer.from('ö\n').subarray(0, 1))
    session.tty.write(Buffer.from('ö\n').subarray(1))
    t.is(textOf(await until('\xb6\r\n')), 'a\r\nb\r\n\xc3\xb6\r\n')
  }
})

test('writing waits for a client that reads slowly', async (t) => {
  const { client, server } = await createPair()
  const chunk = 'x'.repeat(2 ** 16)
  let done = 0
  for (let count = 0; count < 40; count++) server.tty.write(chunk, () => done++)
  await turn()
  t.true(done < 40)
  t.is((await client.readExactly(40 * chunk.length))?.length, 40 * chunk.length)
  while (done < 40) await turn()
})

test('a terminal that hangs up ends its input', async (t) => {
  const { client, server } = await createPair()
  const lines = createInterface({ input: server.tty, output: server.tty })
  const closed = once(lines, 'close')
  client.end()
  await closed
  const broken = await createPair()
  const others = createInterface({ input: broken.server.tty, output: broken.server.tty })
  broken.server.on('error', () => {})
  const over = once(others, 'close')
  broken.server.destroy(new Error('lost'))
  await over
  t.pass()
})

test('what is written after the session has closed goes nowhere, and nobody minds', async (t) => {
  const { server } = await createPair()
  const { tty } = server
  tty.on('error', (error) => t.fail(error.message))
  server.destroy()
  await once(server, 'close')
  t.true(tty.write('the echo of the last key'))
  await new Promise<void>((resolve) => void tty.write('more', 'utf8', () => resolve()))
  await new Promise<void>((resolve) => tty.end('the last', resolve))
})

test('what is typed ahead comes in pieces, and the event loop has its turns', async (t) => {
  const { client, server } = await createPair()
  const typed = `x${'😀'.repeat(50_000)}`
  client.write(typed)
  let heard = ''
  let longest = 0
  let inRow = 0
  const count = () => {
    inRow = 0
    if (heard.length < typed.length) setImmediate(count)
  }
  setImmediate(count)
  server.tty.setEncoding('utf8').on('data', (keys: string) => {
    heard += keys
    inRow += keys.length
    longest = Math.max(longest, inRow)
  })
  while (heard.length < typed.length) await turn()
  t.true(heard === typed)
  t.true(longest < 10_000, `${longest} keys in one turn`)
})

test('whoever pipes into it and ends leaves it open, as process.stdout is left', async (t) => {
  const { client, server } = await createPair()
  for (const text of ['one\n', 'two\n']) {
    Readable.from([text]).pipe(server.tty)
    t.is(await client.readLine(), text.trim())
  }
  await new Promise<void>((resolve) => server.tty.end('last\n', resolve))
  t.is(await client.readLine(), 'last')
  t.false(server.writableEnded)
})

test('cursor movements are written', async (t) => {
  const { session, until } = typist()
  const { tty } = session
  tty.cursorTo(4, 2)
  tty.cursorTo(0)
  tty.moveCursor(-1, 1)
  tty.clearLine(0)
  await new Promise<void>((resolve) => tty.clearScreenDown(resolve))
  t.is(textOf(await until('\x1b[0J')), '\x1b[3;5H\x1b[1G\x1b[1D\x1b[1B\x1b[2K\x1b[0J')
})

test('colours are told by the terminal type, MTTS and COLORTERM', async (t) => {
  for (const [options, depth] of [
    [{ terminalType: 'vt100' }, 1],
    [{ terminalType: 'unknown' }, 1],
    [{ terminalType: 'xterm' }, 4],
    [{ terminalType: 'XTERM-256COLOR' }, 8],
    [{ terminalType: 'xterm-direct' }, 24],
    [{ terminalType: ['MUDLET', 'XTERM', 'MTTS 9'] }, 8],
    [{ terminalType: ['MUDLET', 'XTERM-TRUECOLOR', 'MTTS 265'] }, 24],
    [{ terminalType: 'xterm', environment: { COLORTERM: 'truecolor' } }, 24],
  ] as const) {
    const { server } = await createPair({ client: options })
    await server.waitUntil(() => server.peer.terminalType !== undefined)
    t.is(server.tty.getColorDepth(), depth, JSON.stringify(options))
    t.is(server.tty.hasColors(), depth >= 4)
    t.is(server.tty.hasColors(256), depth >= 8)
  }
})

test('it works over bytes', async (t) => {
  const { client, server } = await createPair({ server: { encoding: null, forceBinary: true } })
  const { tty } = server as Session<string>
  const lines = createInterface({ input: tty, output: tty })
  client.write('größe\r')
  t.is(await lines.question('? '), 'größe')
  lines.close()
})

test('what is typed ahead holds its credit, and the peer waits', async (t) => {
  const { session, peer } = await joined(t)
  peer.send(Buffer.from('\r\n'.repeat(2_000_000)))
  session.tty.on('data', () => {})
  while (session.bytesRead < 300_000) await turn()
  for (let count = 0; count < 500; count++) await turn()
  t.true(session.bytesRead < 1_500_000, `${session.bytesRead} bytes were read for some thousand lines`)
})
