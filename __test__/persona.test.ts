// The personas of telnetkit/testing: clients that behave as others' programs do. That they do is proven beside the programs, in
// peers/personas.test.ts.

import test from 'ava'
import { createServer, Option, Session } from 'telnetkit'
import { Persona } from 'telnetkit/testing'
import { serve, wire } from './support/raw-peer.js'

test('over a stream, and by TCP: what it is, what it is told, what is typed', async (t) => {
  for (const way of ['stream', 'socket']) {
    const persona = new Persona('tintin++')
    let session: Session
    if (way === 'stream') {
      session = new Session(persona.stream, { role: 'server' })
    } else {
      const port = await new Promise<number>((resolve) => {
        const server = createServer({}, async (visit) => {
          session = visit
          await new Promise((done) => visit.once('close', done))
        })
        server.on('session', (visit) => {
          session = visit
        })
        void serve(t, server).then(resolve)
      })
      await persona.connect({ port })
      while (session! === undefined) await new Promise(setImmediate)
    }
    await session.ready()
    t.deepEqual(session.peer.terminalTypes, ['TINTIN++', 'xterm', 'MTTS 271'])
    t.like(session.peer, { columns: 80, rows: 24, isMudClient: true })
    session.write('Who are you? ')
    await persona.shows('Who are you? ')
    persona.type('Ada \xff\r\n')
    t.is(await session.readLine(), 'Ada \ufffd')
    persona.end()
    t.is(await session.readLine(), null)
  }
})

test('each says its name, and which program it is like', (t) => {
  t.is(Persona.names.length, 14)
  for (const name of Persona.names) t.true(new Persona(name).like.length > 5)
  t.throws(() => new Persona('lynx' as never), {
    code: 'TELNET_BAD_ARGUMENT',
    message: /^There is no persona lynx: give /,
  })
})

test('a mute says nothing, a refuser no, a looper the same again', async (t) => {
  const heard = async (name: 'mute' | 'refuser' | 'looper') => {
    const { stream } = new Persona(name)
    for (let round = 0; round < 2; round++) stream.write(wire('IAC DO SGA IAC WILL ECHO IAC DO 250'))
    stream.end()
    const bytes: Buffer[] = []
    for await (const chunk of stream) bytes.push(chunk)
    return Buffer.concat(bytes)
  }
  t.deepEqual(await heard('mute'), Buffer.alloc(0))
  const no = 'IAC WONT SGA IAC DONT ECHO IAC WONT 250'
  t.deepEqual(await heard('refuser'), wire(`${no} ${no}`))
  const yes = 'IAC WILL SGA IAC DO ECHO IAC WONT 250'
  t.deepEqual(await heard('looper'), wire(`${yes} ${yes}`))
})

test('one like Microsoft telnet dies of a burst, and of a question for USER', async (t) => {
  for (const bytes of [
    wire('IAC DO 37 '.repeat(30)),
    wire('IAC DO NEW_ENVIRON IAC SB NEW_ENVIRON 1 0 "USER" IAC SE'),
  ]) {
    const { stream } = new Persona('microsoft')
    stream.write(bytes)
    stream.resume()
    await new Promise((resolve) => stream.once('end', resolve))
    t.pass()
  }
  const calm = new Persona('microsoft')
  const session = new Session(calm.stream, { role: 'server' })
  await session.ready()
  t.deepEqual(session.peer.terminalTypes, ['ANSI', 'VT100', 'VT52', 'VTNT'])
  t.true(session.remote.has(Option.NAWS))
})
