// `telnetkit-server fingerprints`: what can be done with a data directory from a command line.

import { mkdir, readFile, rename, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { type ClientDocument, clientIdentity, Store } from 'telnetkit/fingerprint'
import { commands } from '../bin/fingerprints/flags.js'
import { type KnownServer, knownServers } from '../ts/fingerprint/known-programs.js'
import {
  client,
  filesBelow,
  folderFor,
  probeOf,
  server,
  terminal,
  time,
  withUnreadable,
} from './support/data-directory.js'
import { needs } from './support/peer.js'
import { withoutPty } from './support/pty.js'
import { Screen } from './support/screen.js'
import { runTool, toolPath } from './support/tool.js'

const HOSTILE = '\x1b]0;owned\x07<script>alert("x")</script>&\u202e'
const hashOf = ({ 'telnet-probe': { fingerprint } }: ClientDocument) => fingerprint
const [alpha, beta] = [client(['NAWS', 'SGA']), client(['ECHO', 'SGA'])]
const xterm = terminal('xterm')

/** A directory with two kinds of clients, of which one has a name, a terminal, and a server. */
async function directory(t: ExecutionContext): Promise<Store> {
  const store = new Store(join(await folderFor(t), 'data'))
  for (const [index, user] of ['ada', 'bob', 'eve'].entries()) {
    const path = await store.saveClient(client(['NAWS', 'SGA'], index), clientIdentity({ USER: user }))
    if (user !== 'eve') await store.addTerminal(path!, xterm)
  }
  const path = await store.saveClient(client(['ECHO', 'SGA'], 5000), clientIdentity({ USER: 'ada' }))
  await store.suggest(path!, { 'telnet-client': 'beta telnet' })
  await store.saveServer(server('mud.example', 7))
  await store.names.set(hashOf(alpha), 'alpha')
  return store
}

interface Told {
  out: string
  err: string
  code: unknown
}

/** Runs a command on a directory; whatever it says, nothing in it moves a cursor. */
async function run(
  t: ExecutionContext,
  store: Store | undefined,
  args: string[],
  input = '',
  user?: number,
): Promise<Told> {
  const where = store ? ['--data-dir', store.folder] : []
  const env = { TELNETKIT_DATA_DIR: '' }
  const { output, exited } = runTool('telnetkit-server', ['fingerprints', ...where, ...args], { input, env, user })
  const code = await exited
  t.notRegex(output.out + output.err, /[\0-\x09\x0b-\x1f\x7f-\x9f\u202e]/)
  return { ...output, code }
}

/** Runs a command that cannot be meant: it says why, in a line. */
async function refused(t: ExecutionContext, store: Store | undefined, args: string[], reason: RegExp): Promise<void> {
  const { out, err, code } = await run(t, store, args)
  t.is(code, 2, err)
  t.is(out, '')
  t.regex(err, reason)
  const command = args.find((word) => Object.hasOwn(commands, word))
  const tool = ['telnetkit-server fingerprints', command].filter(Boolean).join(' ')
  t.regex(err, new RegExp(`^telnetkit-server fingerprints: .*; see ${tool} --help\\n$`))
}

test('all fingerprints are listed, those which were seen most often first', async (t) => {
  const store = await directory(t)
  const { out, err, code } = await run(t, store, ['list'])
  t.is(code, 0, err)
  const rows = out
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ {2,}/))
  t.deepEqual(rows, [
    ['fingerprint', 'of', 'clients', 'calls', 'first', 'last', 'name'],
    [hashOf(alpha), 'Telnet client', '3', '3', '2026-01-01', '2026-01-01', 'alpha'],
    [xterm.fingerprint, 'terminal', '2', '2', '2026-01-01', '2026-01-01', '(no name)'],
    ...[
      [hashOf(beta), 'Telnet client', '1', '1', '2026-01-04', '2026-01-04', '(no name)'],
      [server('')['server-probe'].fingerprint, 'server', '1', '1', '2026-01-01', '2026-01-01', '(no name)'],
    ].sort(),
  ])
  const listed = JSON.parse((await run(t, store, ['list', '--json'])).out)
  t.is(listed.length, 4)
  t.like(listed[0], { subject: 'telnet', fingerprint: hashOf(alpha), name: 'alpha', clients: 3, calls: 3 })
})

test('one is shown by the first of its digits', async (t) => {
  const store = await directory(t)
  const { out } = await run(t, store, ['show', hashOf(beta).slice(0, 12).toUpperCase()])
  t.true(out.startsWith(`Telnet client ${hashOf(beta)}: (no name)\n  nearest     alpha, 77 % alike\n`), out)
  t.regex(out, /\n {2}suggested {3}1 × beta telnet\n/)
  t.regex(out, /\n {2}seen {8}1 call of 1 client, from 2026-01-04 to 2026-01-04\n/)
  t.true((await run(t, store, ['show', hashOf(alpha)])).out.includes(`\n  with        2 × ${xterm.fingerprint}\n`))
  const shown = JSON.parse((await run(t, store, ['show', '--json', hashOf(beta)])).out)
  t.like(shown, { name: null, nearest: { name: 'alpha' }, suggestions: { 'beta telnet': 1 } })
  t.deepEqual(shown['fingerprint-data'], beta['telnet-probe']['fingerprint-data'])
})

test('names are given, changed and taken away', async (t) => {
  const store = await directory(t)
  const start = hashOf(beta).slice(0, 10)
  t.is((await run(t, store, ['name', start, ' Ñandú '])).out, `${hashOf(beta)}: Ñandú\n`)
  t.is((await store.names.load()).get(hashOf(beta)), 'Ñandú')
  t.is((await run(t, store, ['name', start, '--remove'])).out, `${hashOf(beta)}: Ñandú taken away\n`)
  t.false((await store.names.load()).has(hashOf(beta)))
  // One that nobody came with yet.
  t.is((await run(t, store, ['name', 'f'.repeat(16), 'future'])).code, 0)
  await refused(t, store, ['name', start], /give a name, or --remove/)
  await refused(t, store, ['name', start, 'x', '--remove'], /give a name, or --remove/)
  await refused(t, store, ['name', start, '\x1b[2J'], /"\\x1b\[2J" cannot be a name/)
  await refused(t, store, ['name', start, '--remove'], /has no name/)
})

test('two are compared, field by field', async (t) => {
  const store = await directory(t)
  const { out } = await run(t, store, ['compare', hashOf(alpha), hashOf(beta)])
  t.true(out.endsWith('77 % alike\n  supported-options: only the first NAWS | only the second ECHO\n'), out)
  const compared = JSON.parse((await run(t, store, ['compare', '--json', hashOf(beta), hashOf(alpha)])).out)
  t.deepEqual(compared, {
    similarity: (1 + 1 / 3 + 1) / 3,
    differences: [{ where: 'supported-options', one: ['ECHO', 'SGA'], other: ['NAWS', 'SGA'] }],
  })
  // What only one has is a list, or an object, all the same.
  const slc = { set: { SLC_EC: 'DEL' }, unset: ['SLC_AO'] }
  const facts = { ...alpha['telnet-probe']['fingerprint-data'], slc, 'looped-negotiation': ['NAWS'], HOME: 'True' }
  const gamma = { ...alpha, 'telnet-probe': probeOf(facts, { ttype_cycle: ['GAMMA', HOSTILE] }) }
  await store.saveClient(gamma, clientIdentity({}))
  const more = await run(t, store, ['compare', hashOf(gamma), hashOf(alpha)])
  t.true(
    more.out.endsWith(
      '  HOME: True | -\n  looped-negotiation: only the first NAWS | only the second -\n  slc.set.SLC_EC: DEL | -\n' +
        '  slc.unset: only the first SLC_AO | only the second -\n',
    ),
    more.out,
  )
  t.regex((await run(t, store, ['show', hashOf(gamma)])).out, /\n {2}types {7}GAMMA \\x1b\]0;owned/)
  t.is((await run(t, store, ['compare', hashOf(alpha), hashOf(alpha)])).out.split('\n')[2], '100 % alike')
  await refused(t, store, ['compare', hashOf(alpha), xterm.fingerprint], /is of a Telnet client, and .* of a terminal/)
})

test('a command line that cannot be meant gets one line, and exit code 2', async (t) => {
  const store = await directory(t)
  await refused(t, store, [], /missing required argument 'command'/)
  await refused(
    t,
    store,
    ['frob\x1b'],
    /frob\\x1b: no such command; there are list, show, name, compare, prune, moderate, report/,
  )
  await refused(t, undefined, ['list'], /--data-dir is missing: name the data directory, or set TELNETKIT_DATA_DIR/)
  await refused(t, undefined, ['list', '--data-dir', '/no/such'], /--data-dir \/no\/such: there is no such folder/)
  const file = join(store.folder, 'file')
  await writeFile(file, '')
  await refused(t, undefined, ['list', '--data-dir', file], /--data-dir .*file: that is a file, and no folder; see/)
  await refused(t, undefined, ['list', '--data-dir', join(file, 'data')], /data: there is no such folder; see/)
  await refused(t, store, ['list', '--frob'], /unknown option '--frob'/)
  await refused(t, store, ['show'], /missing required argument 'hash'/)
  await refused(t, store, ['show', '../../etc'], /"..\/..\/etc" is no fingerprint: give sixteen hex digits/)
  await refused(t, store, ['show', 'ffffffffffffffff'], /no fingerprint begins with ffffffffffffffff/)
  // Of three and more, two begin alike, or all of them with another digit: both are told.
  for (let n = 0; n < 20; n++) await store.saveClient(client([`x${n}`]), clientIdentity({}))
  const hashes = [...(await store.hashes())]
  const shared = hashes.find((one) => hashes.filter((other) => other[0] === one[0]).length > 1)!
  await refused(t, store, ['show', shared[0]!], /fingerprints begin with .: [0-9a-f]{16}, /)
})

test('help tells every command, and every command its flags', async (t) => {
  const { out, code } = await run(t, undefined, ['--help'])
  t.is(code, 0)
  for (const name of Object.keys(commands)) {
    t.regex(out, new RegExp(`^  ${name} `, 'm'))
    const help = await run(t, undefined, [name, '--help'])
    t.is(help.code, 0)
    t.regex(help.out, /--data-dir <folder>/)
  }
  t.is((await run(t, undefined, ['moderate', '--version'])).code, 0)
})

test('prune puts documents where they belong, and asks before it takes names away', async (t) => {
  const store = await directory(t)
  const before = await filesBelow(store.folder)
  const right = Object.keys(before).find((path) => path.includes(hashOf(beta)))!
  const wrong = join(
    store.folder,
    'client',
    '1'.repeat(16),
    '2'.repeat(16),
    right.slice(-'0123456789abcdef.json'.length),
  )
  await mkdir(dirname(wrong), { recursive: true })
  await rename(join(store.folder, right), wrong)
  for (const name of ['.json.12-0123abcd.new', '.json.new']) {
    await writeFile(join(dirname(wrong), `x${name}`), 'half')
    await utimes(join(dirname(wrong), `x${name}`), 1, 1)
  }
  await writeFile(join(dirname(wrong), 'y.json.12-0123abcd.new'), 'somebody writes it just now')
  await store.names.set('e'.repeat(16), 'of nothing')
  await store.names.set(server('')['server-probe'].fingerprint, 'a server')

  const { out, code } = await run(t, store, ['prune'])
  t.is(code, 0)
  t.is(
    out,
    '2 files that writers left behind, taken away.\n1 document brought to where they belong.\n1 name without data:\n' +
      `  ${'e'.repeat(16)}  of nothing\nThey stay; with --yes they are taken away.\n`,
  )
  t.is(await readFile(join(store.folder, right), 'utf8'), before[right]!)
  t.is((await store.names.load()).size, 3)
  t.true((await run(t, store, ['prune', '--yes'])).out.endsWith('1 name taken away.\n'))
  t.deepEqual([...(await store.names.load()).values()].sort(), ['a server', 'alpha'])
})

test('moderation goes through what has no name, and what most people say is the usual answer', async (t) => {
  const store = await directory(t)
  await store.names.set('e'.repeat(16), 'of nothing')
  const { out, code } = await run(t, store, ['moderate', '--no-dns'], 'y\n\n')
  t.is(code, 0)
  t.regex(out, /1 name without data:\n {2}e{16} {2}of nothing\nRemove\? \[y\/N\] \n1 name taken away\./)
  // The terminal is first; of the other two, one has a suggestion.
  t.regex(out, /1 of 3\nterminal .*\n(?:.*\n)*Name \(return for none\): \n/)
  const names = await store.names.load()
  t.deepEqual([...names.values()], ['alpha'])

  const all = await run(t, store, ['moderate', '--no-dns', '--no-prune'], 'bad\x07name\nXTerm\n\n\n')
  t.regex(all.out, /A name has 1 to 80 characters/)
  t.regex(all.out, /Name \(return for "beta telnet", - for none\): \n[0-9a-f]{16}: beta telnet\n/)
  t.regex(all.out, /\n {2}at {10}mud\.example port 23, 192\.0\.2\.9\n/)
  t.regex(all.out, /2 names given\.\n$/)
  t.deepEqual([...(await store.names.load()).values()].sort(), ['XTerm', 'alpha', 'beta telnet'])
})

test('the program that is known to answer so is told, and is the usual name where nobody says another', async (t) => {
  const [{ name, version, offers, requests }] = knownServers as [KnownServer]
  const [program, store] = [`${name} ${version}`, new Store(join(await folderFor(t), 'data'))]
  const document = server('mud.example')
  const options = { 'offered-options': offers.split(' '), 'requested-options': requests.split(' ').filter(Boolean) }
  const probe = probeOf({ ...document['server-probe']['fingerprint-data'], ...options })
  await store.saveServer({ ...document, 'server-probe': probe })
  t.true((await run(t, store, ['list'])).out.endsWith(`  (no name; answers as ${program})\n`))
  t.is(JSON.parse((await run(t, store, ['list', '--json'])).out)[0].program, program)
  t.true((await run(t, store, ['report', '-'])).out.includes(`<span class="none">${program}?</span>`))
  await run(t, store, ['moderate', '--no-dns'], '\n')
  t.is((await store.names.load()).get(probe.fingerprint), program)
  await store.names.set(probe.fingerprint, 'mine')
  t.true((await run(t, store, ['show', probe.fingerprint])).out.includes(`: mine\n  answers as  ${program}\n`))
})

test('names that people would change are asked for with --check-revise', async (t) => {
  const store = await directory(t)
  t.regex((await run(t, store, ['moderate', '--check-revise'])).out, /Nobody suggests another name\.\n$/)
  const suggest = async (user: string, name: string, ip: string) => {
    const document = client(['NAWS', 'SGA'])
    const path = await store.saveClient(
      { ...document, sessions: [{ ip, connected: time(9) }] },
      clientIdentity({ USER: user }),
    )
    await store.suggest(path!, { 'telnet-client-revision': name })
  }
  // One who calls himself three persons has one voice.
  for (const user of ['1', '2', '3']) await suggest(user, 'the best', '192.0.2.3')
  for (const [index, user] of ['4', '5'].entries()) await suggest(user, 'alpha 2.0', `192.0.2.${index}`)
  const { out } = await run(t, store, ['moderate', '--check-revise'], '\n')
  t.regex(out, /\n {2}revised {5}2 × alpha 2\.0\n {14}1 × the best\n/)
  t.regex(out, /Now alpha\. Name \(return for "alpha 2\.0", - for none\): \n/)
  t.is((await store.names.load()).get(hashOf(alpha)), 'alpha 2.0')
})

test('what a server showed is told without what would paint it', async (t) => {
  const store = new Store(join(await folderFor(t), 'data'))
  const document = server('mud.example')
  const banner = `\x1b[2J\x1b[1;32mWelcome${HOSTILE}\x1b[0m\r\n\n\n\nLogin: \x07\ud800`
  const probe = { ...document['server-probe'], session_data: { banner_before_return: banner } }
  await store.saveServer({ ...document, 'server-probe': probe })
  t.regex((await run(t, store, ['show', probe.fingerprint])).out, /\n {2}\| Login: /)
  const { out } = await run(t, store, ['moderate', '--no-dns'])
  t.regex(out, /\n {2}\| Welcome<script>alert\("x"\)<\/script>&\\u\{202e\}\n {2}\| \n {2}\| Login: \\x07\\u\{d800\}\n/)
})

needs(withoutPty)('at a terminal a name is typed and corrected, and Ctrl-D ends it', async (t) => {
  const store = await directory(t)
  const args = [toolPath('telnetkit-server'), 'fingerprints', 'moderate', '--data-dir', store.folder]
  const screen = Screen.start(process.execPath, args, { rows: 60 })
  t.teardown(() => screen.kill())
  await screen.shows('Name (return for none):')
  screen.type('XTx\x7ferm\r')
  await screen.shows(`${xterm.fingerprint}: XTerm`)
  await screen.shows('2 of 3')
  screen.type('\x04')
  t.is(await screen.exited, 0)
  await screen.shows('1 name given.')
  t.is((await store.names.load()).get(xterm.fingerprint), 'XTerm')
})

test('a report is one page that loads nothing, whatever stands in it', async (t) => {
  const store = await directory(t)
  const path = await store.saveClient(client([HOSTILE, '__proto__'], -1), clientIdentity({ USER: 'x' }))
  const loud = {
    ...terminal(HOSTILE),
    'fingerprint-data': { software_name: HOSTILE, software_version: '"><img src=x>' },
  }
  await store.addTerminal(path!, loud)
  await store.names.set(hashOf(beta), '<b onclick="x">beta</b> & Co')
  const out = join(store.folder, '..', 'report.html')
  t.is((await run(t, store, ['report', out])).out, `Written: ${out}\n`)
  const page = await readFile(out, 'utf8')
  t.true(page.startsWith('<!doctype html>'))
  t.notRegex(page, /https?:|@import|url\(|192\.0\.2\./)
  const { elements, attributes } = markup(page)
  for (const loading of ['img', 'link', 'iframe', 'object', 'b', 'a', 'form']) t.false(elements.has(loading), loading)
  for (const name of attributes) t.notRegex(name, /^(src|href|on.*|style|data|action)$/)
  t.is(page.match(/<script/g)!.length, 1)
  t.regex(page, /script-src 'sha256-[A-Za-z0-9+/=]{44}'/)
  t.true(page.includes('&#60;b onclick=&#34;x&#34;&#62;beta&#60;/b&#62; &#38; Co'))
  t.true(page.includes('\\x1b]0;owned\\x07&#60;script&#62;'))
  t.notRegex(page, /[\0-\x09\x0b-\x1f\x7f\u202e]/)
  // Each opened is closed, in order.
  t.deepEqual(unclosed(page), [])
  t.is((await run(t, store, ['report', '-'])).out.slice(0, 15), page.slice(0, 15))
  const { err, code } = await run(t, store, ['report', '/no/such/folder/x.html'])
  t.is(code, 1)
  t.regex(err, /^telnetkit-server fingerprints: Cannot write \/no\/such\/folder\/x\.html: there is no such folder\n$/)
})

test('an empty directory, and what cannot be read, are told', async (t) => {
  const folder = await folderFor(t)
  const store = new Store(folder)
  t.is((await run(t, store, ['list'])).out, 'No fingerprints are stored here.\n')
  t.is((await run(t, store, ['prune'])).out, 'All names have data.\n')
  t.is((await run(t, store, ['moderate'])).out, 'All fingerprints have names.\n')
  t.regex((await run(t, store, ['report', '-'])).out, /Nothing is stored yet/)
  const path = await store.saveClient(alpha, clientIdentity({}))
  await writeFile(path!, '{')
  const { out, err, code } = await run(t, store, ['list'])
  t.is(out, 'No fingerprints are stored here.\n')
  t.regex(err, /^telnetkit-server fingerprints: .*\.json is no document of a fingerprint: .*\n$/)
  t.is(code, 0)
  await store.saveClient(alpha, clientIdentity({}))
  t.regex(
    (await run(t, store, ['prune'])).out,
    /^.*\.json\.[0-9a-f]{8}\.bad was put aside, .*\nAll names have data\.\n$/,
  )
})

test('names that cannot be read are told, and missed nowhere else; the next that is given puts them aside', async (t) => {
  const store = await directory(t)
  const path = join(store.folder, 'fingerprint_names.json')
  await writeFile(path, '{{{')
  const told =
    /^telnetkit-server fingerprints: .*names\.json is no list of names: Expected .*; repair it, or the next name that is given puts it aside as \.bad\n/
  for (const [args, shown] of [
    [['list'], /beta|\(no name\)/],
    [['show', hashOf(alpha)], /seen +3 calls of 3 clients/],
    [['report', '-'], /^<!doctype html>/],
    [['prune', '--yes'], /^$/],
    [['name', hashOf(alpha), 'alpha'], /: alpha\n$/],
  ] as const) {
    const { out, err, code } = await run(t, store, [...args])
    t.is(code, 0, err)
    t.regex(err, told, args[0])
    t.regex(out, shown, args[0])
  }
  t.deepEqual([...(await store.names.load()).values()], ['alpha'])
  await writeFile(path, '[]')
  const moderated = await run(t, store, ['moderate', '--no-dns'], '\nfirst\n')
  t.is(moderated.code, 0, moderated.err)
  t.regex(moderated.err, /is no list of names: it is no object; /)
  t.deepEqual([...(await store.names.load()).values()], ['first'])
  const aside = Object.entries(await filesBelow(store.folder)).filter(([name]) => name.endsWith('.bad'))
  t.deepEqual(aside.map(([, text]) => text).sort(), ['[]', '{{{'])
})

test('a folder that cannot be read is told, and all else is as usual', async (t) => {
  const store = await directory(t)
  const folder = join(store.folder, 'client', hashOf(beta))
  const user = await withUnreadable(t, store.folder, folder)
  if (user === null) return
  const flaw = new RegExp(`^telnetkit-server fingerprints: Cannot read ${folder}: not permitted; .* \\(EACCES\\)\n`)
  const listed = await run(t, store, ['list'], '', user)
  t.is(listed.code, 0)
  t.regex(listed.err, flaw)
  t.regex(listed.out, /alpha\n/)
  t.is(listed.out.split('\n').length, 5)
  const reported = await run(t, store, ['report', '-'], '', user)
  t.is(reported.code, 0)
  t.regex(reported.err, flaw)
  t.regex(reported.out, /alpha/)
  // What it holds is not known, so no name is without data.
  await store.names.set('f'.repeat(16), 'idle')
  const pruned = await run(t, store, ['prune', '--yes'], '', user)
  t.is(pruned.code, 0, pruned.err)
  t.regex(pruned.err, /Names without data are not looked for, since not all can be read\n$/)
  t.is((await store.names.load()).size, 2)
})

/** The names of the elements and attributes that a page has. */
function markup(page: string): { elements: Set<string>; attributes: Set<string> } {
  const tags = [...page.matchAll(/<([a-z][a-z0-9]*)((?: [^<>]*)?)>/g)]
  const attributes = tags.flatMap(([, , text]) =>
    [...text!.matchAll(/ ([^\s=]+)(?:="[^"]*")?/g)].map(([, name]) => name!),
  )
  return { elements: new Set(tags.map(([, name]) => name!)), attributes: new Set(attributes) }
}

/** The elements of a page that are not closed, or closed in another order than they were opened. */
function unclosed(page: string): string[] {
  const open: string[] = []
  const body = page.replace(/<(script|style)>.*?<\/\1>/gs, '')
  for (const [, slash, name, self] of body.matchAll(/<(\/?)([a-z][a-z0-9]*)(?: [^<>]*?)?(\/?)>/g)) {
    if (self === '/' || name === 'meta') continue
    if (slash === '') open.push(name!)
    else if (open.at(-1) === name) open.pop()
    else return [...open, `/${name}`]
  }
  return open
}
