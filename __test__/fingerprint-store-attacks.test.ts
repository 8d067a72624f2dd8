// The data directory where everything goes wrong: hostile documents, links and pipes in place of files, a disk that is full or read-only,
// several processes at once, one of which is killed. What was stored is still there, and nothing outside was touched.

import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test, { type ExecutionContext } from 'ava'
import { clientIdentity, hashOf, Store, UNKNOWN_TERMINAL, visitsOf } from 'telnetkit/fingerprint'
import { exclusively } from '../ts/fingerprint/lock.js'
import { client, filesBelow, folderFor, terminal, time, withUnreadable } from './support/data-directory.js'
import { Script } from './support/script.js'

const somebody = clientIdentity({ 'client-ip': '192.0.2.1' })
const hash = (supported: string) => client([supported])['telnet-probe'].fingerprint

/** Where a client's document will be. */
function placeFor(store: Store, supported: string): string {
  return join(store.folder, 'client', hash(supported), UNKNOWN_TERMINAL, `${hashOf(somebody)}.json`)
}

test('no hash and no path of a stranger leads out of the directory', async (t) => {
  const folder = await folderFor(t)
  const store = new Store(join(folder, 'data'))
  const wrong = [
    `../${'0'.repeat(13)}`,
    '..',
    '',
    'ABCDEF0123456789',
    '0'.repeat(17),
    `${'0'.repeat(15)}\n`,
    '__proto__',
  ]
  for (const fingerprint of wrong) {
    const document = client(['SGA'])
    const probe = { ...document['telnet-probe'], fingerprint }
    const refused = { code: 'TELNET_BAD_ARGUMENT' }
    await t.throwsAsync(store.saveClient({ ...document, 'telnet-probe': probe }, somebody), refused)
    const withTerminal = { ...document, 'terminal-probe': { ...terminal('x'), fingerprint } }
    await t.throwsAsync(store.saveClient(withTerminal, somebody), refused)
    await t.throwsAsync(store.names.set(fingerprint, 'name'), refused)
    for (const path of [fingerprint, join(store.folder, 'client', fingerprint, UNKNOWN_TERMINAL, 'x.json')])
      for (const attempt of [store.read(path), store.suggest(path, {}), store.addTerminal(path, terminal('x'))])
        await t.throwsAsync(attempt, refused)
  }
  t.deepEqual(await readdir(folder), [])
})

test('keys and values that are meant to break something are kept as they are', async (t) => {
  const store = new Store(await folderFor(t))
  const nasty = JSON.parse(
    '{"__proto__": {"polluted": true}, "constructor": "x", "\\u0000\\u001b[2J": "\\ud800", "../../etc": "\\r\\n", "": 0}',
  )
  const path = await store.saveClient(client(['SGA'], 0, nasty), somebody)
  await store.saveClient(client(['SGA'], 1, nasty), somebody)
  await store.addTerminal(path!, terminal('\x1b]0;owned\x07'))
  const document = await store.read(path!)
  t.deepEqual(Object.entries(document['telnet-probe']!.session_data).sort(), Object.entries(nasty).sort())
  t.false('polluted' in {})
  t.is(document.sessions.length, 2)
  // Nothing but printable ASCII and line ends is in the file.
  for (const text of Object.values(await filesBelow(store.folder))) t.regex(text, /^[ -~\n]*$/)
})

test('what is too large or too deep is refused, and what stood there still does', async (t) => {
  const store = new Store(await folderFor(t))
  const path = await store.saveClient(client(['SGA']), somebody)
  const before = await filesBelow(store.folder)
  let deep: object = {}
  for (let depth = 0; depth < 100_000; depth++) deep = { deep }
  const large = { code: 'TELNET_LIMIT', message: /would have \d+ bytes, and 4194304 is the most/ }
  await t.throwsAsync(store.saveClient(client(['SGA'], 1, { large: 'x'.repeat(5e6) }), somebody), large)
  await t.throwsAsync(store.saveClient(client(['ECHO'], 1, { large: 'x'.repeat(5e6) }), somebody), large)
  await t.throwsAsync(store.saveClient(client(['SGA'], 1, { deep: deep as never }), somebody), { code: 'TELNET_LIMIT' })
  t.deepEqual(await filesBelow(store.folder), before)
  await store.saveClient(client(['SGA'], 2), somebody)
  t.is((await store.read(path!)).sessions.length, 2)
})

const rubbish: Record<string, string> = {
  'half a document': '{"telnet-probe": {"finger',
  'an empty file': '',
  'no object': '[]',
  'no sessions': JSON.stringify({ 'telnet-probe': client(['SGA'])['telnet-probe'] }),
  'sessions that are none': JSON.stringify({ ...client(['SGA']), sessions: [1] }),
  'another fingerprint': JSON.stringify(client(['ECHO'])),
  'a name that is a path': JSON.stringify(client(['SGA'])).replace(hash('SGA'), '../../../../tmp/x'),
  'something bottomless': `${'['.repeat(1e6)}${']'.repeat(1e6)}`,
  'something endless': `"${'x'.repeat(5e6)}"`,
}

for (const [what, text] of Object.entries(rubbish)) {
  test(`${what} in place of a document is put aside, and kept`, async (t) => {
    const store = new Store(await folderFor(t))
    const path = placeFor(store, 'SGA')
    await mkdir(join(path, '..'), { recursive: true })
    await writeFile(path, text)
    if (what !== 'another fingerprint') await t.throwsAsync(store.read(path), { code: 'TELNET_DATA_FILE' })
    t.is(await store.saveClient(client(['SGA']), somebody), path)
    t.is((await store.read(path)).sessions.length, 1)
    const files = await filesBelow(store.folder)
    const bad = Object.keys(files).filter((name) => name.endsWith('.bad'))
    t.is(bad.length, 1)
    t.true(files[bad[0]!] === text)
  })
}

test('names that cannot be read are told, and put aside when another is given', async (t) => {
  const store = new Store(await folderFor(t))
  const path = join(store.folder, 'fingerprint_names.json')
  for (const text of ['{"a":', '["a"]', '5']) {
    await writeFile(path, text)
    await t.throwsAsync(store.names.load(), { code: 'TELNET_DATA_FILE' })
    await store.names.set('a'.repeat(16), 'telnet')
    t.deepEqual([...(await store.names.load())], [['a'.repeat(16), 'telnet']])
    t.true(Object.values(await filesBelow(store.folder)).includes(text))
  }
})

test('whatever else stands among the names stays there', async (t) => {
  const store = new Store(await folderFor(t))
  const path = join(store.folder, 'fingerprint_names.json')
  await writeFile(path, `{"__proto__": "x", "note": ["mine"], "${'a'.repeat(16)}": 5, "${'b'.repeat(16)}": "telnet"}`)
  await store.names.set('c'.repeat(16), '  Ñandú telnet ')
  t.deepEqual(
    [...(await store.names.load())].map(([, name]) => name),
    ['telnet', 'Ñandú telnet'],
  )
  await store.names.remove(['b'.repeat(16), '__nothing__'])
  const kept = [
    ['__proto__', 'x'],
    ['a'.repeat(16), 5],
    ['c'.repeat(16), 'Ñandú telnet'],
    ['note', ['mine']],
  ]
  t.deepEqual(Object.entries(JSON.parse(await readFile(path, 'utf8'))), kept as [string, unknown][])
  for (const name of ['', '  ', 'a\nb', '\x1b[m', '\u202egnp', 'x'.repeat(81), '\ud800'])
    await t.throwsAsync(store.names.set('a'.repeat(16), name), { code: 'TELNET_BAD_ARGUMENT' }, JSON.stringify(name))
})

for (const depth of [1, 2, 3]) {
  test(`a link in place of a folder is not followed, at depth ${depth}`, async (t) => {
    const folder = await folderFor(t)
    const store = new Store(join(folder, 'data'))
    const elsewhere = join(folder, 'elsewhere')
    const parts = placeFor(store, 'SGA')
      .slice(store.folder.length + 1)
      .split('/')
    const inside = join(elsewhere, ...parts.slice(depth))
    await mkdir(join(inside, '..'), { recursive: true })
    await writeFile(inside, JSON.stringify(client(['SGA'])))
    const link = join(store.folder, ...parts.slice(0, depth))
    await mkdir(join(link, '..'), { recursive: true })
    await symlink(elsewhere, link, 'junction')
    const before = await filesBelow(elsewhere)
    const refused = { code: 'TELNET_DATA_FILE', message: /is no folder/ }
    await t.throwsAsync(store.saveClient(client(['SGA'], 1), somebody), refused)
    await t.throwsAsync(store.addTerminal(placeFor(store, 'SGA'), terminal('x')), refused)
    await t.throwsAsync(store.read(placeFor(store, 'SGA')), refused)
    if (depth > 1) for await (const { path } of store.all('client')) t.fail(path)
    t.deepEqual(await filesBelow(elsewhere), before)
  })
}

test('a link or a pipe in place of a document is put aside', async (t) => {
  const folder = await folderFor(t)
  const store = new Store(join(folder, 'data'))
  const secret = join(folder, 'secret')
  await writeFile(secret, 'mine')
  for (const make of [(path: string) => symlink(secret, path), makePipe]) {
    const path = placeFor(store, 'SGA')
    await mkdir(join(path, '..'), { recursive: true })
    if ((await make(path)) === false) continue
    await t.throwsAsync(store.read(path), { code: 'TELNET_DATA_FILE' })
    await store.saveClient(client(['SGA']), somebody)
    t.is((await store.read(path)).sessions.length, 1)
    t.is(await readFile(secret, 'utf8'), 'mine')
    await rm(path)
  }
})

test('a file in place of a folder is told, and no more', async (t) => {
  const folder = await folderFor(t)
  await writeFile(join(folder, 'data'), 'mine')
  const store = new Store(join(folder, 'data'))
  const refused = { code: 'TELNET_DATA_FILE', message: /data is no folder: move it away/ }
  await t.throwsAsync(store.saveClient(client(['SGA']), somebody), refused)
  await t.throwsAsync(store.names.set('a'.repeat(16), 'x'), refused)
  t.is(await readFile(join(folder, 'data'), 'utf8'), 'mine')
})

test('a terminal’s folder that may not be written keeps no other client of that Telnet away', async (t) => {
  const store = new Store(join(await folderFor(t), 'data'))
  const path = await store.addTerminal((await store.saveClient(client(['SGA']), somebody))!, terminal('xterm'))
  const user = await withUnreadable(t, store.folder, dirname(path))
  if (user === null) return
  const document = client(['SGA'], 1)
  const program = `
    import { Store } from 'telnetkit/fingerprint'
    console.log(await new Store(${JSON.stringify(store.folder)}).saveClient(${JSON.stringify(document)}, { USER: 'ada' }))`
  const as = user === undefined ? {} : { uid: user, gid: user }
  const saved = execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8', ...as })
  t.is(dirname(saved), join(store.folder, 'client', hash('SGA'), UNKNOWN_TERMINAL))
})

test('many sessions of one client at once lose no visit', async (t) => {
  const store = new Store(await folderFor(t))
  const numbers = Array.from({ length: 60 }, (_, index) => index)
  const come = async (minute: number) => {
    const visit = { ip: '192.0.2.1', connected: time(minute) }
    const path = await store.saveClient(client(['SGA'], minute), somebody)
    if (minute % 3 > 0) await store.addTerminal(path!, terminal(String(minute % 3)), visit)
  }
  await Promise.all(numbers.map(come))
  const found = new Set<unknown>()
  let count = 0
  for await (const { document } of store.all('client')) {
    count += visitsOf(document)
    for (const { connected } of document.sessions) found.add(connected)
  }
  t.is(count, 60)
  t.is(found.size, 60)
  await t.notThrowsAsync(Promise.all(numbers.map((n) => store.names.set(hashOf(n), `name ${n}`))))
  t.is((await store.names.load()).size, 60)
})

test('several processes at once lose no visit, though one is killed in the middle', async (t) => {
  const folder = await folderFor(t)
  const path = fileURLToPath(new URL('support/filer.mjs', import.meta.url))
  const others = [0, 1, 2].map((index) => new Script(t, path, [folder, '30', String(index * 100)]))
  const killed = spawn(process.execPath, [path, folder, '1000', '1000'], { stdio: ['ignore', 'pipe', 'inherit'] })
  let told = ''
  killed.stdout.setEncoding('utf8').on('data', (text: string) => {
    told += text
    if (told.split('\n').length > 8) killed.kill('SIGKILL')
  })
  await once(killed, 'close')
  for (const other of others) t.is(await other.exitCode(), 0, other.errors)
  const minutes = new Set<number>()
  const store = new Store(folder)
  for await (const { document } of store.all('client'))
    for (const { connected } of document.sessions) minutes.add(Date.parse(String(connected)) / 60_000)
  const sure = [0, 1, 2].flatMap((index) => Array.from({ length: 30 }, (_, number) => index * 100 + number))
  for (const minute of [...sure, ...told.trim().split('\n').map(Number)]) t.true(minutes.has(minute), String(minute))
  const flawed = Object.keys(await filesBelow(folder)).filter((name) => name.endsWith('.bad'))
  t.deepEqual(flawed, [])
})

test('a lock that a dead process left is taken over, at once if it was of this machine', async (t) => {
  const store = new Store(await folderFor(t))
  const { pid } = spawn(process.execPath, ['--version'])
  await store.names.set('a'.repeat(16), 'x')
  const here = execFileSync(process.execPath, ['-p', 'os.hostname()'], { encoding: 'utf8' }).trim()
  await new Promise((resolve) => setTimeout(resolve, 200))
  for (const holder of [`${pid} x ${here}`, '1 x another.example', '']) {
    await writeFile(join(store.folder, '.locks', 'names'), holder)
    await store.names.set('b'.repeat(16), holder || 'nobody')
    t.deepEqual(await readdir(join(store.folder, '.locks')), [])
  }
  t.is((await store.names.load()).get('b'.repeat(16)), 'nobody')
})

test('who loses the lock, asleep, begins anew', async (t) => {
  const folder = await folderFor(t)
  const path = join(folder, '.locks', 'key')
  const tries: string[] = []
  const result = await exclusively(folder, 'key', async (isStillOurs) => {
    await isStillOurs()
    tries.push(await readFile(path, 'utf8'))
    if (tries.length === 1) {
      // Another took it over, and has done what it wanted by the time that we come again.
      await writeFile(path, 'another')
      setTimeout(() => rm(path), 200)
      await isStillOurs()
      t.fail('it went on without the lock')
    }
    return 'done'
  })
  t.is(result, 'done')
  t.is(new Set(tries).size, 2)
  t.deepEqual(await readdir(join(folder, '.locks')), [])
  // One that fails lets go, too.
  await t.throwsAsync(
    exclusively(folder, 'key', () => Promise.reject(new Error('no'))),
    { message: 'no' },
  )
  t.deepEqual(await readdir(join(folder, '.locks')), [])
})

test('a directory that vanishes under the writers is made anew', async (t) => {
  const store = new Store(join(await folderFor(t), 'data'))
  const come = (n: number) => store.saveClient(client(['SGA'], n), clientIdentity({ USER: String(n) }))
  const numbers = Array.from({ length: 40 }, (_, index) => index)
  await Promise.all(numbers.map((n) => (n % 8 === 7 ? rm(store.folder, { recursive: true, force: true }) : come(n))))
  const path = await come(1_000)
  t.is((await store.read(path!)).sessions.length, 1)
})

test('a full disk, and one that is read-only, lose nothing that is stored', async (t) => {
  const folder = await folderFor(t)
  if (!mounts(t, 'size=128k', folder)) return
  const store = new Store(folder)
  const path = await store.saveClient(client(['SGA']), somebody)
  await store.names.set('a'.repeat(16), 'telnet')
  const before = await filesBelow(folder)
  const full = { code: 'ENOSPC', message: /^Cannot write .*: no space is left on the disk; make room \(ENOSPC\)$/ }
  await t.throwsAsync(store.saveClient(client(['SGA'], 1, { large: 'x'.repeat(1e6) }), somebody), full)
  await t.throwsAsync(store.saveClient(client(['ECHO'], 1, { large: 'x'.repeat(1e6) }), somebody), full)
  t.deepEqual(await filesBelow(folder), before)
  // Not one byte is left.
  await writeFile(join(folder, 'large'), Buffer.alloc(1e6)).catch(() => {})
  await t.throwsAsync(store.saveClient(client(['SGA'], 1), somebody), { code: 'ENOSPC' })
  await t.throwsAsync(store.names.set('b'.repeat(16), 'x'), { code: 'ENOSPC' })
  await rm(join(folder, 'large'))
  t.deepEqual(await filesBelow(folder), before)

  execFileSync('mount', ['-o', 'remount,ro', folder])
  await t.throwsAsync(store.saveClient(client(['SGA'], 2), somebody), {
    code: 'EROFS',
    message: /the disk is read-only/,
  })
  await t.throwsAsync(store.names.set('b'.repeat(16), 'x'), { code: 'EROFS' })
  t.is((await store.read(path!)).sessions.length, 1)
  t.is((await store.names.load()).size, 1)
  execFileSync('mount', ['-o', 'remount,rw', folder])
  await store.saveClient(client(['SGA'], 3), somebody)
  t.is((await store.read(path!)).sessions.length, 2)
})

async function makePipe(path: string): Promise<boolean> {
  if (process.platform === 'win32') return false
  execFileSync('mkfifo', [path])
  return true
}

/** Mounts a small disk in memory; false, and the reason in the log, where that cannot be done. */
function mounts(t: ExecutionContext, options: string, folder: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: ['ignore', 'ignore', 'pipe'] })
  } catch (error) {
    t.log(`no small disk can be mounted here: ${String(error)}`)
    t.pass()
    return false
  }
  t.teardown(() => execFileSync('umount', ['-l', folder]))
  return true
}
