// The data directory: what is stored where, and that nothing which is stored is lost.

import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { clientIdentity, hashOf, Store, UNKNOWN_TERMINAL } from 'telnetkit/fingerprint'
import { client, filesBelow, folderFor, server, terminal, time } from './support/data-directory.js'

const somebody = clientIdentity({ 'client-ip': '192.0.2.1', TERM: 'xterm' })
const file = (...parts: string[]) => `${join(...parts)}.json`
const visits = async (store: Store, path: string) => (await store.read(path)).sessions.map(({ connected }) => connected)

async function collect<Value>(values: AsyncIterable<Value>): Promise<Value[]> {
  const all: Value[] = []
  for await (const value of values) all.push(value)
  return all
}

/** The files of documents and names. */
async function stored(folder: string): Promise<string[]> {
  return Object.keys(await filesBelow(folder)).filter((path) => path.endsWith('.json'))
}

test('a client is filed by its Telnet, its terminal and who it is', async (t) => {
  const store = new Store(join(await folderFor(t), 'data'))
  const document = client(['SGA'])
  const before = await store.saveClient(document, somebody)
  const telnet = document['telnet-probe'].fingerprint
  t.is(before, join(store.folder, file('client', telnet, UNKNOWN_TERMINAL, hashOf(somebody))))
  t.deepEqual(await store.read(before!), document as object)

  const xterm = terminal('xterm')
  const after = await store.addTerminal(before!, xterm)
  t.is(after, join(store.folder, file('client', telnet, xterm.fingerprint, hashOf(somebody))))
  t.deepEqual(await store.read(after), { ...document, 'terminal-probe': xterm } as object)
  // The empty folder is gone, and so are locks and what was written on the way.
  t.deepEqual(Object.keys(await filesBelow(store.folder)), [after.slice(store.folder.length + 1)])
  t.deepEqual(await readdir(join(store.folder, 'client', telnet)), [xterm.fingerprint])
})

test('a file is as Python writes it: keys in order, two blanks, ASCII', async (t) => {
  const store = new Store(await folderFor(t))
  const path = await store.saveClient(client(['SGA'], 0, { '2026': 'é', '7': [], b: {}, B: [1, null] }), somebody)
  const text = await readFile(path!, 'utf8')
  t.true(
    text.includes(
      '"session_data": {\n      "2026": "\\u00e9",\n      "7": [],\n      "B": [\n        1,\n        null\n      ],\n      "b": {}\n    }',
    ),
    text,
  )
})

test('who comes again is added to his document, and what was found last stands there', async (t) => {
  const store = new Store(await folderFor(t))
  const first = await store.saveClient(client(['SGA'], 0, { speed: 1 }), somebody)
  const again = await store.saveClient(client(['SGA'], 1, { speed: 2 }), somebody)
  t.is(again, first)
  const document = await store.read(first!)
  t.deepEqual(document['telnet-probe']!.session_data, { speed: 2 })
  t.deepEqual(await visits(store, first!), [time(0), time(1)])
})

test('of many visits the first and the latest are listed, and the others are counted', async (t) => {
  const store = new Store(await folderFor(t), { visits: 3 })
  let path: string | null = null
  for (let minute = 0; minute < 6; minute++) path = await store.saveClient(client(['SGA'], minute), somebody)
  const document = await store.read(path!)
  t.deepEqual(await visits(store, path!), [time(0), time(4), time(5)])
  t.is(document['sessions-omitted'], 3)
})

test('a client whose terminal is not known stands with others of its Telnet', async (t) => {
  const store = new Store(await folderFor(t))
  const other = clientIdentity({ 'client-ip': '192.0.2.2' })
  const known = await store.addTerminal((await store.saveClient(client(['SGA']), somebody))!, terminal('xterm'))
  const path = await store.saveClient(client(['SGA']), other)
  t.is(join(path!, '..'), join(known, '..'))
  // Its own terminal is another.
  const moved = await store.addTerminal(path!, terminal('mlterm'))
  t.not(join(moved, '..'), join(known, '..'))
  t.is((await stored(store.folder)).length, 2)
})

test('one who comes with this terminal and with that has a document for each, and no visit is lost', async (t) => {
  const store = new Store(await folderFor(t))
  const [one, other] = [terminal('xterm'), terminal('mlterm')]
  let minute = 0
  const come = async (probe: typeof one) => {
    const path = await store.saveClient(client(['SGA'], minute++), somebody)
    return store.addTerminal(path!, probe)
  }
  const paths = [await come(one), await come(one), await come(other), await come(one), await come(other)]
  t.deepEqual(new Set(paths).size, 2)
  t.deepEqual(await visits(store, paths[0]!), [time(0), time(1), time(3)])
  t.deepEqual(await visits(store, paths[2]!), [time(2), time(4)])
  t.deepEqual((await store.read(paths[2]!))['terminal-probe'], other)
  t.deepEqual((await store.read(paths[0]!))['terminal-probe'], one)
})

test('a server is filed by what it is, and by where', async (t) => {
  const store = new Store(await folderFor(t))
  const document = server('mud.example')
  const path = await store.saveServer(document)
  const session = hashOf({ host: 'mud.example', ip: '192.0.2.9', port: 23 })
  t.is(path, join(store.folder, file('server', document['server-probe'].fingerprint, session)))
  t.is(await store.saveServer(server('mud.example', 1)), path)
  t.not(await store.saveServer(server('bbs.example', 1)), path)
  t.deepEqual(await visits(store, path!), [time(0), time(1)])
  await t.throwsAsync(store.addTerminal(path!, terminal('xterm')), { code: 'TELNET_BAD_ARGUMENT' })
})

test('who a client is, is told by what is known of it', (t) => {
  const identity = clientIdentity({ 'client-ip': '::1', TERM: '', USER: 'ada', LANG: undefined, PASSWORD: 'secret' })
  t.deepEqual(identity, { 'client-ip': '::1', USER: 'ada' })
})

test('a full folder takes no new document, and every update', async (t) => {
  const store = new Store(await folderFor(t), { files: 2 })
  const come = (n: number, minute: number) =>
    store.saveClient(client(['SGA'], minute), clientIdentity({ USER: String(n) }))
  const [first, second] = [await come(1, 0), await come(2, 0)]
  t.is(await come(3, 0), null)
  t.is(await come(1, 1), first)
  t.is(await come(2, 1), second)
  t.deepEqual(await visits(store, first!), [time(0), time(1)])
  t.is((await stored(store.folder)).length, 2)
})

test('so many fingerprints are kept and no more, and so many terminals of each', async (t) => {
  const store = new Store(await folderFor(t), { fingerprints: 2 })
  const first = await store.saveClient(client(['SGA']), somebody)
  t.truthy(await store.saveClient(client(['NAWS']), somebody))
  t.is(await store.saveClient(client(['ECHO']), somebody), null)
  t.truthy(await store.saveClient(client(['SGA']), clientIdentity({ USER: 'ada' })))
  const one = await store.addTerminal(first!, terminal('1'))
  // The zeros and one terminal: there is room for no other, and the document stays where it is, with what was found.
  const kept = await store.saveClient(client(['SGA']), clientIdentity({ USER: 'bob' }))
  t.is(join(kept!, '..'), join(one, '..'))
  t.is(await store.addTerminal(kept!, terminal('2')), kept!)
  t.is((await store.read(kept!))['terminal-probe']!.fingerprint, terminal('2').fingerprint)
})

test('the limits hold for many who come at once', async (t) => {
  const store = new Store(await folderFor(t), { files: 5, fingerprints: 3 })
  const of = (options: string) => (n: number) =>
    store.saveClient(client([options]), clientIdentity({ USER: String(n) }))
  const numbers = Array.from({ length: 20 }, (_, index) => index)
  const alike = await Promise.all(numbers.map(of('SGA')))
  t.is(alike.filter((path) => path !== null).length, 5)
  const unlike = await Promise.all(numbers.map((n) => of(String(n))(n)))
  t.is(unlike.filter((path) => path !== null).length, 2)
})

test('suggestions are added to a document, wherever it went', async (t) => {
  const store = new Store(await folderFor(t))
  const before = await store.saveClient(client(['SGA']), somebody)
  await store.suggest(before!, { 'telnet-client': 'inetutils' })
  const after = await store.addTerminal(before!, terminal('xterm'))
  await store.suggest(before!, { 'terminal-emulator': 'XTerm', 'telnet-client': 'telnet' })
  const suggestions = { 'telnet-client': 'telnet', 'terminal-emulator': 'XTerm' }
  t.deepEqual((await store.read(after)).suggestions, suggestions)
  t.deepEqual((await store.read(before!)).suggestions, suggestions)
  for (const wrong of [
    { 'telnet-client': '\x1b[2J' },
    { 'telnet-client': 5 },
    { __proto: 'x' },
    { 'telnet-client': ' x ' },
  ])
    await t.throwsAsync(async () => store.suggest(after, wrong), { code: 'TELNET_BAD_ARGUMENT' })
  // They stay with the next visit.
  await store.saveClient(client(['SGA'], 1), somebody)
  t.deepEqual((await store.read(after)).suggestions, suggestions)
})

test('all documents are found, and what is none is told', async (t) => {
  const store = new Store(await folderFor(t))
  t.deepEqual(await collect(store.all('client')), [])
  const paths = [
    await store.saveClient(client(['SGA']), somebody),
    await store.saveClient(client(['ECHO']), somebody),
    await store.saveServer(server('mud.example')),
  ]
  await writeFile(join(paths[0]!, '..', `${'a'.repeat(16)}.json`), '{"sessions": []}')
  await writeFile(join(paths[0]!, '..', 'notes.txt'), 'mine')
  const flaws: string[] = []
  const found = await collect(store.all('client', (flaw) => flaws.push(flaw.message)))
  t.deepEqual(found.map(({ path }) => path).sort(), paths.slice(0, 2).sort() as string[])
  t.is(flaws.length, 1)
  t.regex(flaws[0]!, /aaaa\.json is no document of a fingerprint: it has no telnet-probe/)
  t.is((await collect(store.all('server'))).length, 1)
  t.is(await store.clientsLike(client(['SGA'])['telnet-probe'].fingerprint), 2)
})

test('of two documents of the same client, that which was seen last goes on', async (t) => {
  const store = new Store(await folderFor(t))
  const one = await store.addTerminal((await store.saveClient(client(['SGA']), somebody))!, terminal('xterm'))
  const path = await store.saveClient(client(['SGA'], 1), somebody)
  const other = await store.addTerminal(path!, terminal('mlterm'))
  await utimes(one, 1, 1)
  t.is(await store.saveClient(client(['SGA'], 2), somebody), other)
  await utimes(other, 0.5, 0.5)
  t.is(await store.saveClient(client(['SGA'], 3), somebody), one)
})

test('a document that stands where it does not belong is brought there, and added to what is there', async (t) => {
  const store = new Store(await folderFor(t))
  const right = await store.addTerminal((await store.saveClient(client(['SGA']), somebody))!, terminal('xterm'))
  const document = { ...client(['SGA'], 1), 'terminal-probe': terminal('xterm') }
  const wrong = join(store.folder, file('client', 'f'.repeat(16), '1'.repeat(16), hashOf(somebody)))
  await mkdir(join(wrong, '..'), { recursive: true })
  await writeFile(wrong, JSON.stringify(document))
  t.false(store.isInPlace({ path: wrong, document }))
  t.is(await store.refile(wrong), right)
  t.true(store.isInPlace({ path: right, document: await store.read(right) }))
  t.deepEqual(await visits(store, right), [time(0), time(1)])
  t.deepEqual(await stored(store.folder), [right.slice(store.folder.length + 1)])
})

test('one of each fingerprint is at hand, what was stored just now among them', async (t) => {
  const store = new Store(await folderFor(t))
  const found = async (name: 'telnet-probe' | 'terminal-probe' | 'server-probe') =>
    (await store.samples(name)).map((sample) => sample['fingerprint-data'])
  for (const name of ['telnet-probe', 'terminal-probe', 'server-probe'] as const) t.deepEqual(await found(name), [])
  const path = await store.saveClient(client(['SGA']), somebody)
  await store.saveClient(client(['SGA'], 1), clientIdentity({ USER: 'ada' }))
  await store.addTerminal(path!, terminal('xterm'))
  await store.saveServer(server('mud.example'))
  t.deepEqual(await found('telnet-probe'), [client(['SGA'])['telnet-probe']['fingerprint-data']])
  t.deepEqual(await found('terminal-probe'), [terminal('xterm')['fingerprint-data']])
  t.deepEqual(await found('server-probe'), [server('')['server-probe']['fingerprint-data']])
  // One who comes to the directory anew finds the same.
  const other = new Store(store.folder)
  const twice = await Promise.all([other.samples('terminal-probe'), other.samples('terminal-probe')])
  t.deepEqual(twice, [await store.samples('terminal-probe'), await store.samples('terminal-probe')])
})

test('whatever nonsense is given, the answer is what to give', async (t) => {
  const any = (value?: unknown) => value as never
  for (const folder of [undefined, '', 5]) t.throws(() => new Store(any(folder)), { code: 'TELNET_BAD_ARGUMENT' })
  for (const limits of [{ files: 0 }, { files: 1.5 }, { visits: '9' }, { visits: 1 }, { nobody: 1 }])
    t.throws(() => new Store('data', any(limits)), { code: 'TELNET_BAD_OPTION' })
  const store = new Store(join(await folderFor(t), 'data'))
  const nonsense = [
    ...[undefined, null, 5, {}, { 'telnet-probe': 5 }, { ...client(['SGA']), sessions: undefined }].flatMap((given) => [
      () => store.saveClient(any(given), somebody),
      () => store.saveServer(any(given)),
    ]),
    ...[undefined, 5, '', '../x.json'].flatMap((path) => [
      () => store.read(any(path)),
      () => store.suggest(any(path), {}),
      () => store.addTerminal(any(path), terminal('x')),
      () => store.refile(any(path)),
    ]),
  ]
  for (const call of nonsense) await t.throwsAsync(async () => call(), { code: 'TELNET_BAD_ARGUMENT' }, String(call))
  const path = await store.saveClient(client(['SGA']), somebody)
  for (const probe of [undefined, {}, { fingerprint: terminal('x').fingerprint }])
    await t.throwsAsync(store.addTerminal(path!, any(probe)), { code: 'TELNET_BAD_ARGUMENT' })
  t.deepEqual(await store.read(path!), client(['SGA']) as object)
})
