// Which character set a session speaks, and on whose word: each row of the tables of docs/protocol.md, for both roles, over a
// socket and over a Duplex.

import { once } from 'node:events'
import test from 'ava'
import { connect, createServer, type Session } from 'telnetkit'
import { createPair } from 'telnetkit/testing'
import { type End, ways } from './support/ends.js'
import { serve, wire } from './support/raw-peer.js'

const CP437 = Buffer.of(0x82)
const UTF8 = Buffer.from('é')
const LATIN1 = Buffer.of(0xe9)
const ASCII = Buffer.from('?')

/** What the session sends for é. */
async function sends({ session, peer }: End): Promise<Buffer> {
  session.write('é!')
  const sent = await peer.takeUntil('"!"')
  return sent.subarray(0, -1)
}

/** What it reads for these bytes. */
async function reads({ session, peer }: End, bytes: Buffer): Promise<string> {
  peer.send(Buffer.concat([bytes, Buffer.from('!')]))
  return (await session.readUntil('!'))!.slice(0, -1)
}

const DO_CHARSET = 'IAC DO CHARSET'
const agree = (name: string) => `IAC SB CHARSET 2 ${JSON.stringify(name)} IAC SE`
const tell = (name: string, value: string, kind = 0) =>
  `IAC SB NEW_ENVIRON 2 ${kind} ${JSON.stringify(name)} 1 ${JSON.stringify(value)} IAC SE`

for (const [way, make] of ways) {
  test(`${way}: a direction is ASCII until BINARY is agreed for it, on both sides`, async (t) => {
    for (const role of ['server', 'client'] as const) {
      const end = await make(t, role, { encoding: 'cp437' })
      t.deepEqual(await sends(end), ASCII)
      t.is(await reads(end, CP437), '\ufffd')
      t.regex(end.session.explain(), /what comes: US-ASCII \(BINARY is off.*what goes: US-ASCII \(BINARY is off/s)
      end.peer.send('IAC WILL BINARY')
      t.is(await reads(end, CP437), 'é')
      await end.peer.takeUntil('IAC DO BINARY')
      t.deepEqual(await sends(end), ASCII)
      end.peer.send('IAC DO BINARY')
      await end.session.waitFor({ local: { BINARY: true } })
      await end.peer.takeUntil('IAC WILL BINARY')
      t.deepEqual(await sends(end), CP437)
      end.peer.send('IAC WONT BINARY')
      t.is(await reads(end, CP437), '\ufffd')
    }
  })

  test(`${way}: forceBinary needs no agreement`, async (t) => {
    for (const role of ['server', 'client'] as const) {
      const end = await make(t, role, { encoding: 'cp437', forceBinary: true })
      t.deepEqual(await sends(end), CP437)
      t.is(await reads(end, CP437), 'é')
      t.regex(
        end.session.explain(),
        /Charset: cp437, both ways, BINARY or not: it was given as encoding, and forceBinary/,
      )
    }
  })

  test(`${way}: a server speaks what the client's LANG names, though it comes before or after CHARSET`, async (t) => {
    const words = [`${DO_CHARSET} ${agree('LATIN1')}`, tell('LANG', 'de_DE.cp-437@euro')]
    for (const said of [words, words.toReversed()]) {
      const end = await make(t, 'server')
      end.peer.send(`IAC WILL NEW_ENVIRON ${said.join(' ')}`)
      await end.session.waitUntil(
        () => end.session.peer.environment.has('LANG') && end.session.peer.charset === 'LATIN1',
      )
      await end.peer.takeUntil('IAC SE')
      t.is(end.session.encoding, 'cp-437')
      end.peer.takeAllNow()
      t.deepEqual(await sends(end), CP437)
      t.is(await reads(end, CP437), 'é')
      t.regex(end.session.explain(), /Charset: cp-437, .*LANG says so, de_DE.cp-437@euro; it goes before LATIN1/)
    }
  })

  test(`${way}: a LANG that names no set that is known gives way`, async (t) => {
    for (const lang of ['', 'C', 'en_IL', 'en_US.klingon', 'en_US.utf-16']) {
      const end = await make(t, 'server', { encoding: 'cp437' })
      end.peer.send(`IAC WILL NEW_ENVIRON ${tell('LANG', lang)}`)
      await end.session.waitUntil(() => end.session.peer.environment.has('LANG'))
      await end.peer.takeUntil('IAC SE')
      t.deepEqual(await sends(end), ASCII, lang)
      end.peer.send(`${DO_CHARSET} ${agree('LATIN1')}`)
      await once(end.session, 'charset')
      await end.peer.takeUntil('IAC SE')
      t.deepEqual(await sends(end), LATIN1, lang)
    }
  })

  test(`${way}: a variable CHARSET names the set where nothing better does`, async (t) => {
    const end = await make(t, 'server')
    const told = once(end.session, 'charset')
    end.peer.send(`IAC WILL NEW_ENVIRON ${tell('CHARSET', 'IBM437', 3)}`)
    t.deepEqual(await told, ['IBM437'])
    await end.peer.takeUntil('IAC SE')
    t.deepEqual(await sends(end), CP437)
    t.regex(end.session.explain(), /Charset: IBM437, .*variable CHARSET says so/)
    end.peer.send(`${DO_CHARSET} ${agree('LATIN1')}`)
    t.is(await reads(end, LATIN1), 'é')
    end.peer.send(tell('LANG', 'en_US.UTF-8'))
    t.is(await reads(end, UTF8), 'é')
  })

  test(`${way}: what is assigned goes before all that came, and not before what comes`, async (t) => {
    const end = await make(t, 'server')
    end.peer.send(`IAC WILL NEW_ENVIRON ${tell('LANG', 'en_US.UTF-8')} ${DO_CHARSET} ${agree('LATIN1')}`)
    await once(end.session, 'charset')
    await end.peer.takeUntil('IAC SE')
    end.peer.takeAllNow()
    end.session.encoding = 'cp437'
    t.deepEqual(await sends(end), CP437)
    t.is(await reads(end, CP437), 'é')
    t.is(end.session.encoding, 'cp437')
    t.regex(
      end.session.explain(),
      /Charset: cp437, both ways, BINARY or not: the program assigned it, and the peer has/,
    )
    end.peer.send(tell('LANG', 'en_US.ISO-8859-1'))
    t.is(await reads(end, LATIN1), 'é')
    t.is(end.session.encoding, 'ISO-8859-1')
    end.peer.send(tell('LANG', 'C'))
    t.is(await reads(end, CP437), 'é')
    t.is(end.session.encoding, 'cp437')
  })

  test(`${way}: what crosses an assignment does not undo it`, async (t) => {
    const end = await make(t, 'server')
    end.peer.send(`IAC WILL NEW_ENVIRON ${tell('LANG', 'en_US.UTF-8')}`)
    await end.session.waitUntil(() => end.session.peer.environment.has('LANG'))
    // The addon has it before, the program is told of it after.
    end.session.once('data', () => {
      end.session.encoding = 'cp437'
    })
    end.peer.send(`"x" ${tell('LANG', 'en_US.ISO-8859-1')} ${tell('EDITOR', 'ed')}`)
    await end.session.waitUntil(() => end.session.peer.environment.has('EDITOR'))
    t.is(end.session.encoding, 'cp437')
    await end.peer.takeUntil('IAC SE')
    t.deepEqual(await sends(end), CP437)
    t.is(await reads(end, CP437), 'é')
  })

  test(`${way}: a client speaks what was agreed by CHARSET, whatever its own LANG is, which follows`, async (t) => {
    const end = await make(t, 'client', { environment: { LANG: 'de_DE.UTF-8@euro' } })
    end.peer.send('IAC DO NEW_ENVIRON IAC SB NEW_ENVIRON 1 0 "LANG" IAC SE')
    const answer = 'IAC WILL NEW_ENVIRON IAC SB NEW_ENVIRON 0 0 "LANG" 1 "de_DE.UTF-8@euro" IAC SE'
    t.deepEqual(await end.peer.takeUntil('IAC SE'), wire(answer))
    t.deepEqual(await sends(end), ASCII)
    end.peer.send('IAC WILL CHARSET IAC SB CHARSET 1 ";cp-437" IAC SE')
    const taken = 'IAC DO CHARSET IAC SB CHARSET 2 "cp-437" IAC SE'
    const mirrored = 'IAC SB NEW_ENVIRON 2 0 "LANG" 1 "de_DE.CP437@euro" IAC SE'
    t.deepEqual(await end.peer.take(wire(`${taken} ${mirrored}`).length), wire(`${taken} ${mirrored}`))
    t.deepEqual(await sends(end), CP437)
    t.is(await reads(end, CP437), 'é')
    t.regex(end.session.explain(), /Charset: cp-437, .*cp-437 was agreed by CHARSET/)
  })

  test(`${way}: a client's LANG names its encoding from the first`, async (t) => {
    const end = await make(t, 'client', { encoding: 'cp437', environment: { LANG: 'de_DE.UTF-8', USER: 'ada' } })
    end.peer.send('IAC DO NEW_ENVIRON IAC SB NEW_ENVIRON 1 IAC SE')
    const told = 'IAC WILL NEW_ENVIRON IAC SB NEW_ENVIRON 0 0 "LANG" 1 "de_DE.CP437" 0 "USER" 1 "ada" IAC SE'
    t.deepEqual(await end.peer.takeUntil('IAC SE'), wire(told))
  })

  test(`${way}: a client takes the set of a font at its last byte, in packets of any length`, async (t) => {
    const bytes = wire('130 27 "[0;40 D" 130 27 "[0;36 D" 123 27 "[1m" 10 "x"')
    for (let cut = 0; cut < bytes.length; cut++) {
      const end = await make(t, 'client')
      const told: string[] = []
      end.session.on('charset', (name) => told.push(name))
      end.peer.send(bytes.subarray(0, cut))
      let text = cut === 0 ? '' : (await end.session.readExactly(cut))!
      end.peer.send(bytes.subarray(cut))
      text += (await end.session.readUntil('x'))!
      t.is(text, '\ufffd\x1b[0;40 Dé\x1b[0;36 D\u2660\x1b[1m\nx')
      t.deepEqual(told, ['CP437', 'ATASCII'])
      t.is(end.session.encoding, 'ATASCII')
      end.session.destroy()
    }
  })

  test(`${way}: a font forces the set that the program chose, and changes none`, async (t) => {
    const end = await make(t, 'client', { encoding: 'utf8' })
    t.is(await reads(end, UTF8), '\ufffd\ufffd')
    end.peer.send('27 "[0;0 D"')
    t.is(await reads(end, UTF8), '\x1b[0;0 Dé')
    t.is(end.session.encoding, 'utf8')
    const chosen = await make(t, 'client')
    end.peer.send('27 "[0;0 D"')
    chosen.peer.send('27 "[0;0 D"')
    t.is(await reads(chosen, CP437), '\x1b[0;0 Dé')
    t.regex(chosen.session.explain(), /Charset: CP437, .*chose a font/)
    // What is assigned is the program's choice.
    chosen.session.encoding = 'latin1'
    t.deepEqual(await sends(chosen), LATIN1)
    chosen.peer.send('27 "[0;0 D"')
    t.is(await reads(chosen, LATIN1), '\x1b[0;0 Dé')
  })

  test(`${way}: fonts that nobody knows, of a server's client, or that are not wanted, are text`, async (t) => {
    for (const [role, options, font] of [
      ['client', {}, 7],
      ['client', {}, 99_999],
      ['client', { followFonts: false }, 0],
      ['server', {}, 0],
    ] as const) {
      const end = await make(t, role, options)
      end.peer.send(`27 "[0;${font} D"`)
      t.is(await reads(end, CP437), `\x1b[0;${font} D\ufffd`)
      t.is(end.session.encoding, 'utf8')
    }
  })

  test(`${way}: half a character is read in the set that it was switched to`, async (t) => {
    const end = await make(t, 'server', { forceBinary: true })
    end.peer.send('"x" 195')
    t.is(await end.session.readExactly(1), 'x')
    end.session.encoding = 'cp437'
    // The assignment has crossed when what was written with it has.
    t.deepEqual(await sends(end), CP437)
    t.is(await reads(end, CP437), '├é')
    end.session.encoding = 'utf8'
    t.deepEqual(await sends(end), UTF8)
    end.peer.send('"x" 195')
    t.is(await end.session.readExactly(1), 'x')
    end.peer.end()
    t.is(await end.session.readAll(), '\ufffd')
  })
}

test('two of ours: the client speaks what its LANG says, and the server hears it', async (t) => {
  const environment = { LANG: 'de_DE.UTF-8' }
  const { client, server } = await createPair({ client: { encoding: 'cp437', environment } })
  t.deepEqual([server.encoding, client.encoding], ['CP437', 'cp437'])
  t.is(server.peer.environment.get('LANG'), 'de_DE.CP437')
  const changed = once(server, 'environment')
  client.encoding = 'latin1'
  await changed
  t.is(server.peer.environment.get('LANG'), 'de_DE.ISO-8859-1')
  server.write('é')
  t.is(await client.readExactly(1), 'é')
  client.write('é')
  t.is(await server.readExactly(1), 'é')
})

test('a set that the program asks for goes before a LANG that came before', async (t) => {
  const server = createServer()
  const accepted = once(server, 'session') as Promise<[Session]>
  const port = await serve(t, server)
  const client = await connect({ port, host: '127.0.0.1', environment: { LANG: 'en_US.UTF-8' } })
  t.teardown(() => client.destroy())
  const [session] = await accepted
  await session.waitUntil(() => session.peer.environment.has('LANG'))
  t.is(await session.requestCharset(['CP437']), 'CP437')
  t.is(session.encoding, 'CP437')
  session.write('é')
  t.is(await client.readExactly(1), 'é')
})
