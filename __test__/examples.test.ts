// The examples run as they stand: each is started as its first lines say and played with, over a bare socket, as a peer that
// speaks no Telnet, or by our own client.

import { once } from 'node:events'
import { type Socket, connect as tcp } from 'node:net'
import { fileURLToPath } from 'node:url'
import test, { type ExecutionContext } from 'ava'
import { connect, createServer, type Session } from 'telnetkit'
import { Script } from './support/script.js'

const patience = { timeout: 10_000 }

test('echo gives back what is said, and lets go', async (t) => {
  const socket = await plain(await serve(t, 'echo.mjs'))
  await socket.until('leave.\r\n> ')
  socket.write('hello\r\n')
  await socket.until('You said: hello\r\n> ')
  socket.write('bye\r\n')
  t.true((await socket.all()).endsWith('Goodbye.\r\n'))
})

test('echo shows each key of a client that sends keys, once', async (t) => {
  const session = await call(t, await serve(t, 'echo.mjs'))
  await session.readUntil('> ', patience)
  for (const key of 'helo\x7flo\r') session.write(key)
  t.is(await session.readUntil('\n', patience), 'helo\b \blo\r\n')
  t.is(await session.readUntil('> ', patience), 'You said: hello\r\n> ')
})

test('chat brings what is said to everybody else', async (t) => {
  const port = await serve(t, 'chat.mjs')
  const ada = await plain(port)
  await ada.until('Your name? ')
  ada.write('Ada\r\n')
  await ada.until('* Ada comes in. Here are: Ada.\r\n')
  const grace = await plain(port)
  await grace.until('Your name? ')
  grace.write('Grace\r\n')
  await grace.until('* Grace comes in. Here are: Ada, Grace.\r\n')
  await ada.until('* Grace comes in. Here are: Ada, Grace.\r\n')
  grace.write('Hello!\r\n')
  await ada.until('Grace: Hello!\r\n')
  grace.write('/quit\r\n')
  await ada.until('* Grace has left.\r\n')
  t.false((await grace.all()).includes('Grace: Hello!'), 'what she said comes back to her')
  ada.end()
})

test('blocking-echo serves one after another', async (t) => {
  const port = await serve(t, 'blocking-echo.mjs')
  for (const word of ['one', 'two']) {
    const socket = await plain(port)
    await socket.until('leave.\r\n')
    socket.write(`${word}\r\n`)
    await socket.until(`You said: ${word}\r\n`)
    socket.write('bye\r\n')
    t.true((await socket.all()).endsWith('Goodbye.\r\n'))
  }
})

test('threads bring what is said to everybody', async (t) => {
  const port = await serve(t, 'threads.mjs')
  const people = []
  for (const name of ['Ada', 'Grace']) {
    const socket = await plain(port)
    await socket.until('Your name? ')
    socket.write(`${name}\r\n`)
    await socket.until(`Welcome, ${name}. Say bye to leave.\r\n`)
    people.push(socket)
  }
  const [ada, grace] = people as [(typeof people)[0], (typeof people)[0]]
  await ada.until('* Grace comes in.\r\n')
  grace.write('Hello!\r\n')
  await ada.until('Grace: Hello!\r\n')
  grace.write('bye\r\n')
  await ada.until('* Grace has left.\r\n')
  t.is(await grace.all(), '', 'what she said does not come back to her')
  ada.end()
})

test('backup saves what a router says', async (t) => {
  const router = createServer(async (session) => {
    session.write('Username: ')
    const user = await session.readLine()
    session.write('Password: ')
    const password = await session.readLine()
    session.write(`\n${user}-${password}> `)
    for await (const line of session.lines()) {
      if (line === 'exit') break
      const answer = line.startsWith('show') ? 'hostname core\n!\nend\n' : ''
      session.write(`${line}\n${answer}core> `)
    }
  })
  const { port } = await router.listen(0, '127.0.0.1')
  t.teardown(() => router.close())
  const script = new Script(t, example('backup.mjs'), [`127.0.0.1:${port}`])
  t.is(await script.exitCode(), 0, script.errors)
  t.is(script.output, 'hostname core\n!\nend\n')
})

test('guess answers each guess and ends with the right one', async (t) => {
  const socket = await plain(await serve(t, 'guess.mjs'))
  await socket.until('from 1 to 100.\r\nYour guess? ')
  socket.write('seven\r\n')
  await socket.until('That is no number.\r\nYour guess? ')
  let tries = 1
  for (let [least, most] = [1, 100]; ; ) {
    const guess = Math.floor((least + most) / 2)
    tries++
    socket.write(`${guess}\r\n`)
    const answer = await socket.until('.\r\n')
    if (answer.includes('Right!')) {
      t.true(answer.includes(`It took you ${tries} guess`), answer)
      break
    }
    if (answer.includes('Too small')) least = guess + 1
    else most = guess - 1
    t.true(least <= most, 'the number is none from 1 to 100')
  }
  await socket.all()
})

test('answer wins the game of guess', async (t) => {
  const script = new Script(t, example('answer.mjs'), [String(await serve(t, 'guess.mjs'))])
  t.is(await script.exitCode(), 0, script.errors)
  const lines = script.output.trim().split('\n')
  t.true(lines.length <= 7, script.output)
  for (const line of lines.slice(0, -1)) t.regex(line, /^\d+: Too (small|large)$/)
  t.regex(lines.at(-1)!, new RegExp(`^\\d+: Right! It took you ${lines.length} guess(es)?\\.$`))
})

function example(name: string): string {
  return fileURLToPath(new URL(`../examples/${name}`, import.meta.url))
}

/** Starts a server and gives its port. */
async function serve(t: ExecutionContext, name: string): Promise<number> {
  const [, port] = await new Script(t, example(name), ['0']).until(/telnet 127\.0\.0\.1 (\d+)/)
  return Number(port)
}

async function call(t: ExecutionContext, port: number): Promise<Session> {
  const session = await connect({ host: '127.0.0.1', port })
  t.teardown(() => session.destroy())
  return session
}

/** A peer that speaks no Telnet. Its first word settles that. */
async function plain(port: number): Promise<Peer> {
  const socket = tcp(port, '127.0.0.1')
  await once(socket, 'connect')
  return new Peer(socket)
}

class Peer {
  readonly #socket: Socket
  #heard = ''

  constructor(socket: Socket) {
    this.#socket = socket.setEncoding('latin1').on('data', (text) => {
      this.#heard += text
    })
  }

  write(text: string): void {
    this.#socket.write(text)
  }

  end(): void {
    this.#socket.end()
  }

  /** What came since the last call, up to these words. */
  async until(words: string): Promise<string> {
    const deadline = AbortSignal.timeout(patience.timeout)
    while (!this.#text.includes(words)) {
      await once(this.#socket, 'data', { signal: deadline }).catch(() => {
        throw new Error(`${JSON.stringify(words)} did not come, but ${JSON.stringify(this.#heard)}`)
      })
    }
    const end = this.#text.indexOf(words) + words.length
    const text = this.#text.slice(0, end)
    this.#heard = this.#text.slice(end)
    return text
  }

  /** All that comes until the server closes. */
  async all(): Promise<string> {
    if (!this.#socket.readableEnded) await once(this.#socket, 'end', { signal: AbortSignal.timeout(patience.timeout) })
    return this.#text
  }

  /** Without commands of Telnet: questions of three bytes and marks of two. */
  get #text(): string {
    return this.#heard.replace(/\xff([\xfb-\xfe].|[\xef\xf9])/gs, '')
  }
}
