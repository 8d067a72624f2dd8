// The documentation is held to the code: what it lists is what there is, with the defaults that hold; its programs run and print
// what it says they do; its links lead somewhere.
//
// A block that begins with ```js run is run as it stands, in a folder where `telnetkit` is this package; a 6023 in it is another free
// port. Where it has `console.log(…) // words`, it must print these words, in that order, and nothing else. Other blocks are
// parsed. The README has a server and a client, which are run against each other.

import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer as createTcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runInNewContext } from 'node:vm'
import test, { type ExecutionContext } from 'ava'
import { connect, createServer, errorCodes } from 'telnetkit'
import ts from 'typescript'
import { commands } from '../bin/fingerprints/flags.js'
import { clientFlags, type Flags, serverFlags, spelling } from '../bin/flags.js'
import { clientSettings, serverSettings } from '../ts/options.js'
import { Script } from './support/script.js'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const pages = ['README.md', 'SECURITY.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)]

let folder: string

test.before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'telnetkit-docs-'))
  await mkdir(join(folder, 'node_modules'))
  await symlink(root, join(folder, 'node_modules', 'telnetkit'), 'junction')
})

test.after.always(async () => {
  if (folder) await rm(folder, { recursive: true, force: true })
})

for (const { page, code, words, number } of pages.flatMap(blocks)) {
  if (page === 'README.md' && words.includes('run')) continue
  if (words.includes('run')) {
    test(`${page}: program ${number} does what it says`, async (t) => {
      const script = await start(t, code, await freePort())
      t.is(await script.exitCode(), 0, script.errors)
      const promised = [...code.matchAll(/^ *console\.log\(.*\) \/\/ (.*)$/gm)].map((match) => match[1]!)
      t.deepEqual(
        script.output.split('\n').map((line) => line.trimEnd()),
        [...promised, ''],
        script.errors,
      )
    })
  } else {
    test(`${page}: program ${number} is JavaScript`, (t) => {
      const compilerOptions = { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext }
      const { diagnostics } = ts.transpileModule(code, { compilerOptions, reportDiagnostics: true, fileName: 'a.mjs' })
      t.deepEqual(
        diagnostics?.map(({ messageText }) => messageText),
        [],
      )
    })
  }
}

test('README.md: its server and its client speak with each other', async (t) => {
  const [server, client] = blocks('README.md').filter(({ words }) => words.includes('run'))
  t.true(server!.code.trim().split('\n').length < 15)
  const port = await freePort()
  const serving = await start(t, server!.code, port)
  await serving.until(new RegExp(`^Connect with: telnet 127\\.0\\.0\\.1 ${port}$`, 'm'))
  const calling = await start(t, client!.code, port)
  await calling.until(/^Hello, Ada!$/m)
})

test('README.md names the versions of Node and Rust and the platforms that the package does', (t) => {
  const manifest = JSON.parse(read('package.json'))
  t.is(manifest.engines.node, '^20.19.0 || ^22.13.0 || >=24')
  t.true(read('README.md').includes('Node.js 20.19, 22.13, or 24 and newer'))
  const [, rust] = /rust-version = "(.*)"/.exec(read('Cargo.toml'))!
  t.true(read('README.md').includes(`Rust ${rust} or newer`))
  for (const script of ['start', 'test']) t.true(script in manifest.scripts)
})

test('README.md leads to every page and every example', (t) => {
  const readme = read('README.md')
  const examples = readdirSync(join(root, 'examples')).map((name) => `examples/${name}`)
  for (const path of [...pages.slice(1), ...examples]) t.true(readme.includes(`(${path})`), path)
})

for (const page of pages) {
  test(`${page}: its links lead somewhere`, (t) => {
    t.pass()
    for (const [, target] of read(page).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(target!)) continue
      const [path, anchor] = target!.split('#') as [string, string | undefined]
      const file = path === '' ? page : join(dirname(page), path)
      t.true(existsSync(join(root, file)), target)
      if (anchor !== undefined) t.true(anchors(file).includes(anchor), target)
    }
  })
}

test('options.md has every option', async (t) => {
  const named = (heading: string) => options(heading).map(({ name }) => name)
  const both = named('Both sides')
  const unknown = { nobodyKnowsIt: true } as object
  t.deepEqual([...both, ...named('Server')].sort(), taken(t.throws(() => createServer(unknown))))
  const client = [...both, ...named('Client'), ...named('`connect`')]
  t.deepEqual(client.sort(), taken(await t.throwsAsync(connect(unknown))))
  t.deepEqual(named('`server.listen`').sort(), taken(await t.throwsAsync(createServer().listen(unknown))))
})

const roles = [
  ['server', 'Server', serverSettings],
  ['client', 'Client', clientSettings],
] as const

for (const [role, heading, settings] of roles) {
  test(`options.md has the defaults of a ${role}`, (t) => {
    for (const { name, told } of [...options('Both sides'), ...options(heading)]) {
      const value = runInNewContext(`(${literal(told, role)})`)
      t.deepEqual(settings({ [name]: value }), settings({}), name)
    }
  })

  test(`limits.md has the defaults of the options of a ${role}`, (t) => {
    const known = [...options('Both sides'), ...options(heading)].map(({ name }) => name)
    for (const [name, , told] of rows(section('docs/limits.md', 'Other options that are limits'))) {
      if (!known.includes(plain(name!))) continue
      t.deepEqual(settings({ [plain(name!)]: amount(ofRole(told!, role)) }), settings({}), name)
    }
  })
}

test('options.md has the policy of the registry', (t) => {
  const told = rows(section('docs/options.md', 'Policy')).filter((row) => row.length === 5)
  const stances = registry().map(({ option, stances }) => [option, ...stances])
  t.deepEqual(told.map((row) => row.map(plain)).sort(), stances.sort())
})

test('protocol.md has every option of the registry, with its document', (t) => {
  const told = rows(section('docs/protocol.md', 'Options')).map(([option, document]) => [plain(option!), document!])
  t.deepEqual(
    told.sort(),
    registry()
      .map(({ option, document }) => [option, document])
      .sort(),
  )
})

test('protocol.md names tests that there are', (t) => {
  const requirements = rows(section('docs/protocol.md', 'Host requirements (RFC 1123)'))
  for (const [feature, , , here, tests] of requirements) {
    const files = [...tests!.matchAll(/`([^`]+)`/g)].map((match) => match[1]!)
    for (const file of files) t.true(existsSync(join(root, file)), file)
    t.true(files.length > 0 || /^(no\b|nothing)/.test(here!), feature)
  }
})

test('limits.md has every limit', (t) => {
  const told = rows(section('docs/limits.md', '`limits`')).map(([name, , number]) => [plain(name!), amount(number!)])
  t.deepEqual(Object.fromEntries(told), { ...serverSettings({}).limits })
})

/** Bounds that are no options: some words of their row in limits.md, its value there, and the same in the code. */
const bounds: [string, string, string, string][] = [
  ['`readLine`', '1,048,576', 'ts/reader.ts', 'LIMIT = 2 ** 20'],
  ['`readAll`', '67,108,864', 'ts/reader.ts', 'LIMIT_OF_ALL = 2 ** 26'],
  ['`server.close`', '5,000', 'ts/server.ts', 'DEADLINE = 5_000'],
  ['data that came', '256 KiB', 'crates/telnet-net/src/intake.rs', 'CREDIT: u32 = 256 * 1024'],
  ['data that came', '256 KiB', 'ts/over-duplex.ts', 'CREDIT = 256 * 1024'],
  ['output that waits', '64 KiB', 'crates/telnet-net/src/connection.rs', 'LOW_MARK: usize = 64 * 1024'],
  ['the system of Linux', '64 KiB', 'crates/telnet-net/src/socket.rs', 'MOST_UNSENT: u32 = 64 * 1024'],
  ['after a bare CR', '250 ms', 'bin/line-ends.ts', 'TOGETHER = 250'],
  ['after our `end()`', '2 s', 'crates/telnet-net/src/deadline.rs', 'LINGER: Duration = Duration::from_secs(2)'],
  ['after our `end()`', '2 s', 'ts/over-duplex.ts', 'LINGER = 2_000'],
  ['speaking HTTP', '1 MiB', 'crates/telnet-net/src/connection/task.rs', 'MOST_UNHEARD: usize = 1 << 20'],
  ['sessions that wait', '1,024', 'ts/session-queue.ts', 'MOST = 1_024'],
  ['terminal types that', '8', 'crates/telnet-proto/src/option/ttype.rs', 'MOST_NAMES: u8 = 8'],
  ['bytes of one terminal type', '80', 'crates/telnet-proto/src/option/ttype.rs', 'LONGEST_NAME: usize = 80'],
  ['Are-you-there', '32', 'crates/telnet-proto/src/endpoint.rs', 'LONGEST_EVIDENCE: usize = 32'],
  // With the option and the two marks for all others.
  ['a request for', '240', 'crates/telnet-proto/src/option/new_environ.rs', `LONGEST_REQUEST: usize = ${240 - 3}`],
  ['environments that', '4', 'crates/telnet-proto/src/option/new_environ.rs', 'ANSWERS_ON_CREDIT: u64 = 4'],
  ['beside 16 bytes', '4', 'crates/telnet-proto/src/option/new_environ.rs', 'ANSWER_PER_BYTE: u64 = 16'],
  ['`session.setTimeout`', '16,777,215 ms', 'ts/session.ts', 'LONGEST_IDLE = 2 ** 24 - 1'],
  ['an answer to `question`', '4,096', 'ts/line-editor.ts', 'MAX_LENGTH = 4096'],
  ['a line typed at a guard', '2,048', 'ts/shells/asking.ts', 'LONGEST = 2_048'],
  ['how long `busy` waits', '30 s', 'ts/shells/busy.ts', 'PATIENCE = 30_000'],
  ['how long a terminal may take', '5 s', 'ts/shells/robot.ts', 'TERMINAL = 5_000'],
  ['before a terminal has told', '2,048', 'ts/shells/robot.ts', 'LONGEST = 2_048'],
  ['how long a robot may take', '10 s', 'ts/shells/robot.ts', 'ROBOT = 10_000'],
  ['tries that a relay grants', '3, of a second', 'ts/shells/relay.ts', 'ATTEMPTS = 3\nconst ATTEMPT = 1_000'],
  ['KiB that `dump`', '16,384', 'ts/shells/telsh-dump.ts', 'MOST = 16_384'],
  ['guests that `who`', '50', 'ts/shells/telsh-who.ts', 'MOST = 50'],
  ['a caller may suggest', '18, 120 s', 'ts/fingerprint/display/questions.ts', 'LONGEST_NAME = 18'],
  ['a caller may suggest', '18, 120 s', 'ts/fingerprint/display/questions.ts', 'PATIENCE = 120_000'],
  [
    'the display shows',
    '5,000, 131,072, 512',
    'ts/fingerprint/display/facts.ts',
    'LONGEST_TEXT = 512\nconst MOST_VALUES = 5_000\nconst MOST_TEXT = 131_072',
  ],
  ['page of the data base', '10,000', 'ts/fingerprint/acquaintances.ts', 'MOST_COUNTED = 10_000'],
  ['ucs-detect may take', '20 s', 'bin/ucs-detect.ts', 'PATIENCE = 20_000'],
  ['an update of the screen', '256 KiB', 'bin/synchronized.ts', 'UPDATE_LIMIT = 256 * 1024'],
  ['an update of the screen', '1 s', 'bin/pty.ts', 'UPDATE_WAIT = 1_000'],
  ['output that is still in a terminal', '128 KiB', 'bin/pty-program.ts', 'LAST_OUTPUT = 128 * 1024'],
  ['hung up on has', '100 ms', 'bin/pty-program.ts', 'BETWEEN_SIGNALS = 100'],
  ['clients named in a line', '100', 'bin/status-log.ts', 'MOST = 100'],
  ['visits that a document of a fingerprint lists', '200', 'ts/fingerprint/room.ts', 'visits: 200'],
  ['bytes of a document of a fingerprint', '4 MiB', 'ts/fingerprint/data-file.ts', 'LONGEST = 4 * 2 ** 20'],
  ['documents of one fingerprint', '1,000', 'ts/fingerprint/room.ts', 'files: 1_000, fingerprints: 1_000'],
  ['items of an', '64', 'ts/fingerprint/opening.ts', 'MOST = 64'],
  ['tells of itself', '256', 'ts/fingerprint/environment.ts', 'LONGEST = 256'],
  ['speaks on and on', '6 s', 'ts/fingerprint/patience.ts', 'LONGEST = 6_000'],
  ['answers of a scan', '256', 'ts/fingerprint/banner.ts', 'MOST_REPLIES = 256'],
  ['answers of a scan', '5', 'ts/fingerprint/banner.ts', 'MOST_ANSWERS = 5'],
  ['a scan keeps', '65,536, 100', 'ts/fingerprint/option-data.ts', 'MOST_MESSAGES = 100\nconst MOST_BYTES = 65_536'],
  ['a scan reads', '1 MiB', 'ts/fingerprint/scan-options.ts', 'inputRate: 1_048_576'],
  ['output of `--many`', '16 MiB', 'bin/fingerprint-output.ts', 'LONGEST = 16 * 2 ** 20'],
  ['a lock of a data directory', '60 s', 'ts/fingerprint/lock.ts', 'PATIENCE = 60_000'],
  ['to hear that the command stops', '2 s', 'bin/telnetkit-server.ts', 'FAREWELL_TIME = 2_000'],
]

for (const [words, value, file, source] of bounds) {
  test(`limits.md has the bound of ${file}, ${source}`, (t) => {
    const row = read('docs/limits.md')
      .split('\n')
      .find((line) => line.startsWith('|') && line.includes(words))
    t.true(row?.includes(value), row)
    t.true(read(file).includes(source), `${file} says something else`)
  })
}

test('limits.md has every guard, by the options and the flags that there are', (t) => {
  const told = rows(section('docs/limits.md', 'Guards'))
  const names = told.flatMap(([guard]) => guard!.split(', ').map(plain))
  t.deepEqual(names, Object.keys(createServer().stats().guards))
  const { limits } = serverSettings({})
  const named = options('Server').map(({ name }) => name)
  for (const [, option, flag] of told) {
    for (const [, name] of option!.matchAll(/`(?:limits)?\.?(\w+)[`.]/g))
      t.true(name! in limits || named.includes(name!), name)
    for (const [, name] of flag!.matchAll(/`(--[a-z-]+)`/g))
      t.true(Object.keys(serverFlags).map(spelling).includes(name!), name)
  }
})

test('errors.md has every code', (t) => {
  const told = [...read('docs/errors.md').matchAll(/^### `(.*)`$/gm)].map((match) => match[1]!)
  t.deepEqual(told, Object.keys(errorCodes).sort())
})

test('protocol.md has every violation, and limits.md none that there is not', (t) => {
  const ofProtocol = read('crates/telnet-proto/src/event.rs').matchAll(/Violation::\w+.* => "([a-z-]+)"/g)
  const ofStream = ['connection', 'pace'].flatMap((file) => [
    ...read(`crates/telnet-net/src/${file}.rs`).matchAll(/^ +br#"\{"code":"([a-z-]+)"/gm),
  ])
  const codes = [...ofProtocol, ...ofStream].map((match) => match[1]!)
  t.true(codes.length > 15)
  t.deepEqual(
    rows(section('docs/protocol.md', 'Violations')).map(([code]) => plain(code!)),
    codes,
  )
  for (const [, code] of read('docs/limits.md').matchAll(/code `([a-z-]+)`/g)) t.true(codes.includes(code!), code)
})

const tools: [string, Flags][] = [
  ['telnetkit-server [host] [port] [flags] [-- arguments]', serverFlags],
  ['telnetkit-client <host> [port] [flags]', clientFlags],
]

for (const [heading, flags] of tools) {
  test(`cli.md has every flag of ${heading}, and its default`, (t) => {
    const told = rows(section('docs/cli.md', `\`${heading}\``)).filter(([flag]) => flag!.startsWith('`--'))
    t.deepEqual(
      told.map(([flag, byDefault]) => [plain(flag!), plain(byDefault!)]),
      Object.entries(flags)
        .filter(([, { isHidden }]) => !isHidden)
        .map(([name, { argument, told }]) => [
          argument === undefined ? spelling(name) : `${spelling(name)} ${argument}`,
          told ?? '',
        ]),
    )
  })
}

test('cli.md has every command of telnetkit-server fingerprints, and its flags', (t) => {
  const told = rows(section('docs/cli.md', '`telnetkit-server fingerprints <command>`'))
  t.deepEqual(
    told.map(([command, , flags]) => [plain(command!), flags!.split(', ').map(plain).join(' ')]),
    Object.values(commands).map(({ name, operands, flags }) => [
      [name.split(' ')[2], ...operands.map(([operand]) => operand)].join(' '),
      Object.keys(flags)
        .filter((flag) => flag !== 'dataDir')
        .map(spelling)
        .join(' '),
    ]),
  )
})

interface Block {
  page: string
  /** Which of the page's blocks. */
  number: number
  /** What stands behind the ```, word by word. */
  words: string[]
  code: string
}

/** The programs of a page. */
function blocks(page: string): Block[] {
  const found = [...read(page).matchAll(/^```(js[^\n]*)\n(.*?)^```$/gms)]
  return found.map(([, words, code], index) => ({ page, number: index + 1, words: words!.split(' '), code: code! }))
}

async function start(t: ExecutionContext, code: string, port: number): Promise<Script> {
  const path = join(folder, `${port}-${Math.random()}.mjs`)
  await writeFile(path, code.replaceAll('6023', String(port)))
  return new Script(t, path)
}

async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  return port
}

/** What the registry of the protocol core says of each option: its name, the document that governs it, the stances of the roles. */
function registry(): { option: string; document: string; stances: string[] }[] {
  const form =
    /const \w+: Row = Row \{\s+option: Opt::(\w+),\s+source: "(.*?)",\s+server: \((\w+), (\w+)\),\s+client: \((\w+), (\w+)\)/g
  const files = readdirSync(join(root, 'crates/telnet-proto/src/option'), { recursive: true }).map(String)
  return files.flatMap((file) => {
    if (!file.endsWith('.rs')) return []
    return [...read(`crates/telnet-proto/src/option/${file}`).matchAll(form)].map(
      ([, option, document, ...stances]) => {
        return { option: option!, document: document!, stances: stances.map((stance) => stance.toLowerCase()) }
      },
    )
  })
}

/** What stands under a heading, up to the next one that is no deeper. */
function section(page: string, heading: string): string {
  const [, marks, rest] = read(page).split(new RegExp(`^(##+) ${escaped(heading)}$`, 'm'))
  if (rest === undefined) throw new Error(`${page} has no heading ${heading}`)
  return rest.split(new RegExp(`^#{2,${marks!.length}} `, 'm'))[0]!
}

/** The rows of all tables of a text, without their heads. */
function rows(text: string): string[][] {
  const lines = text.split('\n').filter((line) => line.startsWith('|'))
  const isHead = (index: number) => lines[index + 1]?.startsWith('|---') || lines[index]!.startsWith('|---')
  const cells = (line: string) =>
    line
      .slice(1, line.lastIndexOf('|'))
      .split('|')
      .map((cell) => cell.trim())
  return lines.filter((_, index) => !isHead(index)).map(cells)
}

/** The options that options.md has under a heading: `name` {type} … **Default:** … */
function options(heading: string): { name: string; told: string }[] {
  const items = section('docs/options.md', heading).split(/^- /m).slice(1)
  return items.map((item) => {
    const match = /^`(\w+)` \{[^}]+\} .*\*\*Default:\*\* (.+)\.$/s.exec(item.trim().replace(/\s+/g, ' '))
    if (!match) throw new Error(`not the form of an option: ${item}`)
    return { name: match[1]!, told: match[2]! }
  })
}

/** The names that an error of an unknown one lists. */
function taken(error: Error): string[] {
  return /take one of (.*)$/.exec(error.message)![1]!.split(', ').sort()
}

/** The literal of a default: `1500` on a server, `3000` on a client. */
function literal(told: string, role: string): string {
  return /`([^`]+)`/.exec(ofRole(told, role))![1]!
}

/** The part of "… on a server, … on a client" that concerns a role; all of it if there are no parts. */
function ofRole(told: string, role: string): string {
  return told.split(/, (?=`?\d)/).find((part) => part.endsWith(` on a ${role}`)) ?? told
}

/** A number as people write it. */
function amount(told: string): number {
  return Number(/\d[\d,]*/.exec(told)![0].replaceAll(',', ''))
}

function plain(text: string): string {
  return text.replaceAll('`', '')
}

/** The anchors of a page, as GitHub makes them of its headings. */
function anchors(page: string): string[] {
  const headings = [...read(page).matchAll(/^#+ (.*)$/gm)].map((match) => match[1]!)
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  )
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
