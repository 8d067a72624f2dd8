// Character sets of telnetkit-client: between a terminal or a pipe, which speak UTF-8, and a server that speaks something else.

import { setTimeout as delay } from 'node:timers/promises'
import test from 'ava'
import { DosScreen, isOfDos } from '../bin/dos-screen.js'
import { WithoutFontSwitches } from '../bin/font-switches.js'
import { foreignLocale } from '../bin/locale.js'
import { WithoutSauce } from '../bin/sauce.js'
import { ending, LEAVE, say, startClient } from './support/client.js'
import { withoutPty } from './support/pty.js'
import { RawServer, wire } from './support/raw-peer.js'
import { Screen } from './support/screen.js'
import { runTool, startServer, toolPath } from './support/tool.js'

// One after another: each takes two or three processes.
const run = withoutPty ? test.skip : test.serial
if (withoutPty) console.log(`Skipped: ${withoutPty}`)

run('what is typed goes out in the set of the server, also half a character at a time', async (t) => {
  const { screen, peer } = await startClient(t, ['--encoding', 'cp437', '--raw-mode'])
  screen.type('é')
  t.deepEqual(await peer.take(1), Buffer.of(0x82))
  const [first, second] = Buffer.from('ß')
  screen.type(Buffer.of(first!))
  await delay(100)
  screen.type(Buffer.of(second!))
  t.deepEqual(await peer.take(1), Buffer.of(0xe1))
  peer.send('201 205 187')
  await screen.shows('╔═╗')
})

for (const [rule, sent] of [
  ['replace', '"a?b"'],
  ['ignore', '"ab"'],
] as const) {
  run(`--encoding-errors ${rule}: what the set lacks`, async (t) => {
    for (const encoding of ['latin1', 'petscii']) {
      const { screen, peer } = await startClient(t, ['--encoding', encoding, '--encoding-errors', rule, '--raw-mode'])
      screen.type('a☕b')
      const expected = wire(sent).toString('latin1')
      t.is((await peer.take(expected.length)).toString('latin1').toLowerCase(), expected)
    }
  })
}

run('--encoding-errors strict: it ends with one line, and the terminal as it was', async (t) => {
  for (const [encoding, what] of [
    ['latin1', 'ISO-8859-1'],
    ['petscii', 'U+2615'],
  ] as const) {
    const client = await startClient(t, ['--encoding', encoding, '--encoding-errors', 'strict', '--raw-mode'])
    client.screen.type('a☕b')
    const text = await ending(t, client, 1)
    t.regex(text, /^telnetkit-client: /m)
    t.true(text.includes(what), text)
    t.notRegex(text, /^ +at /m)
  }
})

run('keys of an old machine: each at once, but an Escape only when no sequence comes of it', async (t) => {
  const client = await startClient(t, ['--encoding', 'petscii'], { columns: 80, env: { ESCDELAY: '200' } })
  // Whatever the server says: such a terminal sends each key.
  await say(client, '')
  client.peer.send('IAC DO NAWS')
  await client.peer.takeUntil('IAC SB NAWS 0 40 0 24 IAC SE')
  client.screen.type('aB\x7f\r')
  t.deepEqual(await client.peer.take(4), Buffer.of(0x41, 0xc2, 0x14, 0x0d))
  client.screen.type('\x1b')
  await delay(20)
  client.screen.type('[A')
  t.deepEqual(await client.peer.take(1), Buffer.of(0x91))
  client.screen.type('\x1b')
  await delay(400)
  client.screen.type('[A')
  t.deepEqual(await client.peer.take(3), Buffer.of(0x1b, 0x5b, 0xc1))
  client.screen.type(LEAVE)
  await ending(t, client, 0)
})

run('--columns: as many as the server is told of, and where the lines of a machine end', async (t) => {
  for (const [flags, told] of [
    [['--columns', '80'], 80],
    [['--columns', '200'], 100],
    [['--columns', '30', '--encoding', 'petscii'], 30],
    [['--columns', '80', '--encoding', 'c128'], 80],
  ] as const) {
    const { screen, peer } = await startClient(t, [...flags], { columns: 100 })
    peer.send('IAC DO NAWS')
    await peer.takeUntil(`IAC WILL NAWS IAC SB NAWS 0 ${told} 0 24 IAC SE`)
    if (flags.length === 2) continue
    peer.send(Buffer.from('*'.repeat(150)))
    await screen.shows(new RegExp(`^\\*{${told}}\\n\\*{30}`, 'm'))
  }
  t.pass()
})

run('--ansi-keys and --ascii-eol', async (t) => {
  const { screen, peer } = await startClient(t, ['--encoding', 'atascii', '--ansi-keys', '--ascii-eol'])
  screen.type('\x1b[A\x7f\r')
  t.deepEqual(await peer.take(5), Buffer.from('\x1b[A\x7e\r', 'latin1'))
  peer.send('"one\\r\\ntwo\\nthree"')
  await screen.shows(/^one\ntwo\nthree$/m)
})

run('what is piped in has the line ends of the machine whose screen is shown', async (t) => {
  const server = await RawServer.listen(t)
  const client = `"$1" "$2" --encoding atascii 127.0.0.1 ${server.port}`
  const screen = Screen.start('/bin/sh', [
    '-c',
    `printf 'Look\\r\\nat ♥\\nthis' | ${client}; echo done`,
    'sh',
    process.execPath,
    toolPath('telnetkit-client'),
  ])
  t.teardown(() => screen.kill())
  const peer = await server.next()
  peer.send('155')
  t.deepEqual(await peer.takeUntil('"this"'), Buffer.from('Look\x9bat \x00\x9bthis', 'latin1'))
  peer.send('"\\u00c8\\u00e9" 155 "there"')
  await screen.shows(/^Hi\nthere/m)
  peer.end()
  await screen.shows(/^done$/m)
})

run('the font that a server chooses is the set that it speaks, and does not get through to the terminal', async (t) => {
  const { screen, peer } = await startClient(t, ['--raw-mode'])
  const raw = () => screen.raw.slice(screen.raw.indexOf("'^]'."))
  for (const part of ['"\u00c3\u00a9 " 27 "[0;"', '"1 "', '"D" 239 240 27 "[0;0 D" 130 "."']) {
    peer.send(part)
    await delay(50)
  }
  await screen.shows('é пр' + 'é.')
  t.false(raw().includes('D'), raw())
  screen.type('é')
  t.deepEqual(await peer.take(1), Buffer.of(0x82))

  const given = await startClient(t, ['--raw-mode', '--encoding', 'latin1'])
  given.peer.send('27 "[0;1 D" 233 "."')
  await given.screen.shows('é.')
})

run('a pipe gets and gives text, with the line ends of the set', async (t) => {
  for (const [flags, input, sent, said, written] of [
    [['petscii'], 'Hi\n', '200 "I" 13', '200 13 "I" 13 10 "X" 13', 'H\ni\nx\n'],
    [['atascii'], 'Hi ♥\n', '"Hi " 0 155', '"Hi " 128 155', 'Hi ♥\n'],
    [['atascii', '--ascii-eol'], 'Hi\n', '"Hi" 13 10', '"Hi" 13 10', 'Hi\n'],
    [['cp437'], 'é\n', '130 13 10', '27 "[0;1 D" 130 1 13 10', '\x1b[0;1 Dé\x01\n'],
  ] as const) {
    const server = await RawServer.listen(t)
    const tool = runTool('telnetkit-client', ['--encoding', ...flags, '127.0.0.1', String(server.port)], { input })
    t.teardown(() => tool.child.kill('SIGKILL'))
    const peer = await server.next()
    peer.send(said)
    const expected = wire(sent)
    t.deepEqual(await peer.take(expected.length), expected, flags.join(' '))
    peer.end()
    t.is(await tool.exited, 0)
    t.is(tool.output.out, written, flags.join(' '))
  }
})

for (const encoding of ['petscii', 'atascii', 'atarist', 'cp437']) {
  run(`our server and our client in ${encoding}: what is typed is erased and understood`, async (t) => {
    const { child, port } = await startServer(['--encoding', encoding])
    t.teardown(() => child.kill('SIGKILL'))
    const args = [toolPath('telnetkit-client'), '--encoding', encoding, '127.0.0.1', String(port)]
    const screen = Screen.start(process.execPath, args)
    t.teardown(() => screen.kill())
    await screen.shows(/^tel:sh> $/m)
    screen.type('pox\x7f\x7froto\r')
    await screen.shows(/^tel:sh> proto\n<?Peer 127\.0\.0\.1 \d+>?/m)
    screen.type('quit\r')
    t.is(await screen.exited, 0)
  })
}

run('a locale whose set is not UTF-8 is said to be ignored, but not where bytes pass', async (t) => {
  const foreign = { columns: 200, env: { LC_ALL: 'de_DE.ISO-8859-1' } }
  const told = await startClient(t, ['--encoding', 'cp437'], foreign)
  await told.screen.shows(/in UTF-8, though LC_ALL=de_DE\.ISO-8859-1 names/)
  const bytes = await startClient(t, ['--encoding', 'false'], foreign)
  t.false(bytes.screen.raw.includes('UTF-8'))
})

test('locales that name another set than UTF-8', (t) => {
  t.is(foreignLocale({}), undefined)
  t.is(foreignLocale({ LANG: 'C' }), undefined)
  t.is(foreignLocale({ LANG: 'en_US.utf8' }), undefined)
  t.is(foreignLocale({ LANG: 'de_DE.ISO-8859-1', LC_ALL: 'C.UTF-8' }), undefined)
  t.is(foreignLocale({ LANG: 'de_DE.ISO-8859-15@euro', LC_ALL: '' }), 'LANG=de_DE.ISO-8859-15@euro')
})

/** What comes of a text, whole and cut at each position. */
function everyCut(make: () => { feed(text: string): string; end(): string }, text: string): Set<string> {
  const run = (pieces: string[]) => {
    const filter = make()
    return pieces.map((piece) => filter.feed(piece)).join('') + filter.end()
  }
  const cuts = Array.from(text, (_, at) => run([text.slice(0, at), text.slice(at)]))
  return new Set([run([...text]), ...cuts])
}

test('the choice of a font is not for a terminal that has one', (t) => {
  const filter = () => new WithoutFontSwitches()
  t.deepEqual([...everyCut(filter, 'a\x1b[0;40 Db\x1b[1;0 D\x1b[0 Dc')], ['abc'])
  const others = '\x1b[0;4D\x1b[1 q\x1b D\x1b[0;40 \x1b[1;2H\x1b[0;1234567 '
  t.deepEqual([...everyCut(filter, others)], [others])
})

test('a SAUCE record is not for a screen', (t) => {
  const filter = () => new WithoutSauce()
  const record = `SAUCE00${'x'.repeat(121)}`
  t.deepEqual([...everyCut(filter, `art\x1a${record}more`)], ['artmore'])
  t.deepEqual([...everyCut(filter, `art\x1aCOMNT${'SAUCE'.padStart(64)}${'y'.repeat(64)}${record}more`)], ['artmore'])
  const others = 'a\x1ab\x1aSAUC\x1aCOMN\x1a'
  t.deepEqual([...everyCut(filter, others)], [others])
})

test('control characters as DOS shows them', (t) => {
  const show = (text: string) => new DosScreen().show(text)
  t.is(show('\x01\x02\x03\x04\x05\x06\x0b\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19'), '☺☻♥♦♣♠♂♫☼►◄↕‼¶§▬↨↑↓')
  t.is(show('\x1aa\x1c\x1d\x1e\x1f\x7f'), '→a∟↔▲▼⌂')
  t.is(show('\0\x07\b\t\n\r\x1b[m'), '\0\x07\b\t\n\r\x1b[m')
  t.is(show('\x0c'), '\x1b[2J\x1b[H')
  t.is(show('\x1b(B\x1b)0\x0elqk\x0f'), '\x1b(B\x1b)0\x0elqk\x0f', 'a set of line drawing that is designated')
  t.true(['CP437', 'CP850', 'CP737', 'CP1131'].every(isOfDos))
  t.false(['UTF-8', 'windows-1252', 'CP037', 'CP1047', 'ATARIST'].some(isOfDos))
})
