// A visit to `telnetkit-server --shell fingerprint`: what callers see who use programs that others wrote, and what the host gets.

import { once } from 'node:events'
import { chmod, mkdtemp, readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { ExecutionContext } from 'ava'
import test from 'ava'
import { connect, createServer, type Session } from 'telnetkit'
import { type ClientDocument, fingerprinting, fingerprintShell } from 'telnetkit/fingerprint'
import { fingerprint as builtIn, shells } from 'telnetkit/shells'
import { Persona } from 'telnetkit/testing'
import { Told } from '../ts/fingerprint/told.js'
import { terminalProbe } from './support/fingerprints.js'
import { clientCommand, needsPrograms, PATH, person } from './support/peer.js'
import { RawPeer } from './support/raw-peer.js'
import type { Screen } from './support/screen.js'
import { type Run, runTool, startServer } from './support/tool.js'

/** Milliseconds for what should happen at once. */
const PATIENCE = 15_000

const LEGEND = '[t]erminal  te[l]net  [s]ummary  s[u]ggest a name  w[h]o else was here  [q]uit'

interface Host extends Run {
  readonly port: number
  readonly folder: string
}

async function folderOf(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'telnetkit-fingerprints-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** A server that keeps who calls, in a folder of its own if it is not told another. */
async function host(t: ExecutionContext, flags: string[] = [], env: Record<string, string> = {}): Promise<Host> {
  const folder = await folderOf(t)
  const dataDir = flags.includes('--data-dir') ? [] : ['--data-dir', folder]
  const server = await startServer(['--shell', 'fingerprint', ...dataDir, ...flags], { PATH, ...env })
  t.teardown(async () => {
    server.child.kill('SIGKILL')
    await server.exited
  })
  return { ...server, folder }
}

/** The files of callers, as paths below the data directory. */
async function kept(folder: string): Promise<string[]> {
  const names = await readdir(join(folder, 'client'), { recursive: true }).catch(() => [])
  return names.filter((name) => name.endsWith('.json'))
}

async function documentIn(folder: string): Promise<ClientDocument> {
  const [path] = await kept(folder)
  return JSON.parse(await readFile(join(folder, 'client', path!), 'utf8'))
}

/** Resolves when the log has it. */
async function told({ output }: Host, pattern: RegExp): Promise<void> {
  for (const since = Date.now(); !pattern.test(output.err); await delay(5)) {
    if (Date.now() - since > PATIENCE) throw new Error(`no ${pattern} in the log:\n${output.err}`)
  }
}

/** What stands on the screen from a line on, with hashes made alike, and how many characters LINEMODE lacks. */
function shown(screen: Screen, from: RegExp): string[] {
  const alike = (line: string) => line.replace(/\b[\da-f]{16}\b/g, '#'.repeat(16)).replace(/\d (?=nosupport)/, '# ')
  const lines = screen.lines.map((line) => alike(line).trimEnd())
  return lines.slice(lines.findIndex((line) => from.test(line)))
}

needsPrograms('inetutils-telnet')('telnet at 80 columns: tables, questions, pages, and the second visit', async (t) => {
  const server = await host(t)
  const screen = person(t, ['inetutils-telnet', '127.0.0.1', `${server.port}`])
  await screen.shows('Terminal emulator name (or press return):')
  screen.type('xterm.js\r')
  await screen.shows('What is your TELNET client name? Or, press return:')
  screen.type('inetutilx\x7fs\r')
  await screen.shows('Thank you')
  t.deepEqual(shown(screen, /^╔/), [
    '╔════════════════════════════════════╗ ╔════════════════════════════════════╗',
    '║              Terminal              ║ ║               Telnet               ║',
    '╠═════════════════╦══════════════════╣ ╠═══════════════╦════════════════════╣',
    '║     Fingerprint ║ ################ ║ ║   Fingerprint ║ ################   ║',
    '║            Size ║ 80x24            ║ ║ Terminal Type ║ XTERM              ║',
    '║        Graphics ║ No               ║ ║       Charset ║ utf8               ║',
    '║    Device Class ║ VT100            ║ ║       Options ║ BINARY, ENCRYPT,   ║',
    '║ Graphemes(2027) ║ No               ║ ║               ║ LFLOW, LINEMODE,   ║',
    '║           Emoji ║ Partial          ║ ║               ║ NAWS, NEW_ENVIRON, ║',
    '╚═════════════════╩══════════════════╝ ║               ║ SGA, TSPEED, TTYPE ║',
    '                                       ║           SLC ║ # nosupport        ║',
    '                                       ║         Speed ║ 38400,38400        ║',
    '                                       ╚═══════════════╩════════════════════╝',
    'Welcome! Detected GNU inetutils telnet 2.4 and ################.',
    'Thank you: somebody will look at it.',
    '',
    LEGEND,
  ])
  const document = await documentIn(server.folder)
  t.deepEqual(document.suggestions, { 'terminal-emulator': 'xterm.js', 'telnet-client': 'inetutils' })
  const telnet = document['telnet-probe'].fingerprint
  const terminal = document['terminal-probe']?.fingerprint
  t.regex((await kept(server.folder))[0]!, new RegExp(`^${telnet}/${terminal}/[\\da-f]{16}\\.json$`))

  screen.type('l')
  await screen.shows(`"fingerprint": "${telnet}"`)
  screen.resize(100, 30)
  await screen.shows(/^Lines 1 to 28 of \d+; space: on, b: back$/m)
  screen.type('h')
  await screen.shows('Database (2 fingerprints)')
  screen.type('\x1b')
  await screen.shows('Connection closed by foreign host.')
  await told(server, /Identified 127\.0\.0\.1 'GNU inetutils telnet 2\.4'$/m)

  await writeFile(
    join(server.folder, 'fingerprint_names.json'),
    JSON.stringify({ [telnet]: 'GNU telnet', [`${terminal}`]: '\x1b[31mxterm\u202e.js' }),
  )
  const again = person(t, ['inetutils-telnet', '127.0.0.1', `${server.port}`])
  await again.shows(LEGEND)
  t.deepEqual(shown(again, /^Your exact/), [
    shown(again, /^Your exact/)[0]!,
    'Welcome! Detected GNU telnet and \\x1b[31mxterm\\u{202e}.js.',
    '',
    LEGEND,
  ])
  t.regex(shown(again, /^Your exact/)[0]!, /^Your exact fingerprint was here 1 time before, last \d+ seconds? ago\.$/)
  await told(server, /Identified 127\.0\.0\.1 'GNU telnet' \/ '\\x1b\[31mxterm\\u\{202e\}\.js'$/m)
  t.false(again.raw.includes('\u202e'))
  again.type('q')
  await again.shows('Connection closed by foreign host.')
  t.is((await documentIn(server.folder)).sessions.length, 2)
})

needsPrograms()('our client at 132 columns', async (t) => {
  const server = await host(t)
  const screen = person(t, clientCommand(`${server.port}`), { columns: 132, rows: 43 })
  await screen.shows('Terminal emulator name')
  t.deepEqual(shown(screen, /^╔/).slice(1, 10), [
    '║              Terminal              ║ ║                    Telnet                     ║',
    '╠═════════════════╦══════════════════╣ ╠════════════════╦══════════════════════════════╣',
    '║     Fingerprint ║ ################ ║ ║    Fingerprint ║ ################             ║',
    '║            Size ║ 132x43           ║ ║  Terminal Type ║ xterm                        ║',
    '║        Graphics ║ No               ║ ║ LANG (Charset) ║ C.UTF-8 (UTF-8)              ║',
    '║    Device Class ║ VT100            ║ ║        Options ║ BINARY, CHARSET, EOR, LFLOW, ║',
    '║ Graphemes(2027) ║ No               ║ ║                ║ LINEMODE, NAWS, NEW_ENVIRON, ║',
    '║           Emoji ║ Partial          ║ ║                ║ SGA, STATUS, TSPEED, TTYPE   ║',
    '╚═════════════════╩══════════════════╝ ║          Speed ║ 38400,38400                  ║',
  ])
  screen.type('\x1b')
  await screen.shows('What is your TELNET client name?')
  screen.type('\x1b')
  await screen.shows(LEGEND)
  screen.type('q')
  await screen.shows('Connection closed by foreign host.')
})

needsPrograms('plink')('plink at 40 columns, in pages', async (t) => {
  const server = await host(t)
  const screen = person(t, ['plink', '-telnet', '-P', `${server.port}`, '127.0.0.1'], { columns: 40, rows: 25 })
  await screen.shows('Terminal emulator name')
  screen.type('\r\r')
  await screen.shows('[q]uit')
  const lines = shown(screen, /^╔/)
  t.deepEqual(lines.slice(0, 9), [
    '╔════════════════════════════════════╗',
    '║              Terminal              ║',
    '╠═════════════════╦══════════════════╣',
    '║     Fingerprint ║ ################ ║',
    '║            Size ║ 40x25            ║',
    '║        Graphics ║ No               ║',
    '║    Device Class ║ VT100            ║',
    '║ Graphemes(2027) ║ No               ║',
    '║           Emoji ║ Partial          ║',
  ])
  t.regex(lines.at(-4)!, /^Lines 1 to 21 of \d\d; space: on, b: back$/)
  screen.type(' ')
  await screen.shows('Welcome')
  t.true(screen.lines.every((line) => line.length < 40))
  screen.type('q')
  t.is(await screen.exited, 0)
})

needsPrograms('inetutils-telnet')('a dumb terminal gets lines, in ASCII, and is not asked anything', async (t) => {
  const server = await host(t)
  const screen = person(t, ['inetutils-telnet', '127.0.0.1', `${server.port}`], { env: { TERM: 'dumb' } })
  await screen.shows('press return: ')
  screen.type('\r')
  await screen.shows(/^: $/m)
  t.deepEqual(shown(screen, /^\+-/), [
    '+----------------------------------------------+',
    '|                    Telnet                    |',
    '+---------------+------------------------------+',
    '|   Fingerprint | ################             |',
    '| Terminal Type | DUMB                         |',
    '|       Charset | utf8                         |',
    '|       Options | BINARY, ENCRYPT, LFLOW,      |',
    '|               | LINEMODE, NAWS, NEW_ENVIRON, |',
    '|               | SGA, TSPEED, TTYPE           |',
    '|           SLC | # nosupport                  |',
    '|         Speed | 38400,38400                  |',
    '+---------------+------------------------------+',
    'Welcome! Detected GNU inetutils telnet 2.4.',
    'What is your TELNET client name? Or, press return:',
    '',
    '[t]erminal, te[l]net, [s]ummary, s[u]ggest a name, w[h]o else was here, or',
    '[q]uit',
    ':',
  ])
  screen.type('q\r')
  await screen.shows('Connection closed by foreign host.')
  t.false(screen.raw.includes('\x1b'))
})

const ofMuds = [
  ['tt++', (port: number) => ['-G', '-e', `#session x 127.0.0.1 ${port}`], 'TINTIN++'],
  ['tf', (port: number) => ['-f', '-q', '-v', '127.0.0.1', `${port}`], 'TINYFUGUE'],
] as const

for (const [program, args, type] of ofMuds) {
  needsPrograms(program)(`${program}, a client of the MUD world: lines, and no questions to a terminal`, async (t) => {
    const server = await host(t)
    const screen = person(t, [program, ...args(server.port)])
    await screen.shows('press return:')
    screen.type(`${program}\r`)
    await screen.shows('Thank you')
    t.true(screen.text.includes(`| Terminal Type | ${type} (`))
    screen.type('h\r')
    await screen.shows('Database (1 fingerprint)')
    screen.type('q\r')
    await screen.shows(/DIED|closed by foreign host/)
    const document = await documentIn(server.folder)
    t.is(document['terminal-probe'], undefined)
    t.deepEqual(document.suggestions, { 'telnet-client': program })
    t.regex((await kept(server.folder))[0]!, /^[\da-f]{16}\/0{16}\//)
  })
}

test('a bare connection gets the document as JSON', async (t) => {
  const server = await host(t)
  const peer = await RawPeer.connect(server.port)
  await peer.until(() => peer.received.includes('\n}\r\n'))
  const text = peer.received.toString('latin1')
  const document = JSON.parse(text.slice(text.indexOf('{\r\n')))
  t.deepEqual(document, await documentIn(server.folder))
  peer.socket.destroy()
})

needsPrograms('inetutils-telnet', 'plink')(
  'two at once see each their own, and one another in the data base',
  async (t) => {
    const server = await host(t)
    const one = person(t, ['inetutils-telnet', '127.0.0.1', `${server.port}`])
    const other = person(t, ['plink', '-telnet', '-P', `${server.port}`, '127.0.0.1'])
    for (const screen of [one, other]) {
      await screen.shows('Terminal emulator name')
      screen.type('\x1b')
      await screen.shows('TELNET client name')
      screen.type('\x1b')
      await screen.shows(LEGEND)
    }
    t.is((await kept(server.folder)).length, 2)
    for (const screen of [one, other]) {
      screen.type('h')
      await screen.shows('Database (3 fingerprints)')
      screen.type('q')
    }
    await other.exited
    await one.shows('Connection closed')
  },
)

/** Somebody who answers all that Telnet asks, but has no terminal. */
async function call(t: ExecutionContext, port: number): Promise<Session> {
  const session = await connect({ port, host: '127.0.0.1', terminalType: 'xterm', environment: { TERM: 'xterm' } })
  t.teardown(() => void session.destroy())
  return session
}

test('limits: who is too many is not kept, and sees the display all the same', async (t) => {
  const server = await host(t, [], { TELNETKIT_FINGERPRINT_MAX_FINGERPRINTS: '1' })
  const first = await RawPeer.connect(server.port)
  await first.until(() => first.received.includes('\n}\r\n'))
  first.socket.destroy()
  for (let visit = 0; visit < 2; visit++) {
    const session = await call(t, server.port)
    await session.readUntil('\n: ', { timeout: PATIENCE })
    session.write('u\r')
    await session.readUntil('Nothing is kept here.', { timeout: PATIENCE })
    session.destroy()
  }
  t.is((await kept(server.folder)).length, 1)
  t.is(
    server.output.err.match(/ warn .* is full: no more callers are kept there; look at .*, or raise the limits/g)
      ?.length,
    1,
    server.output.err,
  )
})

test('a data directory that can be written no more is told once, and callers see the display', async (t) => {
  const file = join(await folderOf(t), 'data')
  const server = await host(t, ['--data-dir', file])
  await rmdir(file)
  await writeFile(file, 'what was there')
  for (let visit = 0; visit < 2; visit++) {
    const session = await call(t, server.port)
    await session.readUntil('\n: ', { timeout: PATIENCE })
    session.destroy()
  }
  t.is(server.output.err.match(/ warn /g)?.length, 1, server.output.err)
  t.regex(server.output.err, / warn {2}The data directory fails: .*data/)
  t.is(await readFile(file, 'utf8'), 'what was there')
})

test('what goes wrong is told once an hour, each kind for itself', (t) => {
  const lines: string[] = []
  let now = 5
  const told = new Told({ info: () => {}, warn: (line) => lines.push(line) }, () => now)
  for (const minute of [0, 1, 59, 60, 61, 119, 121]) {
    now = 5 + minute * 60_000
    told.warnHourly('full', `full at ${minute}`)
    if (minute === 59) told.warnHourly('keep ENOSPC', `no space at ${minute}`)
  }
  t.deepEqual(lines, ['full at 0', 'no space at 59', 'full at 60', 'full at 121'])
})

test('a data directory is made when the server starts, which ends where nothing can be written in it', async (t) => {
  const folder = await folderOf(t)
  const fresh = join(folder, 'a', 'b')
  await host(t, ['--data-dir', fresh])
  t.deepEqual(await readdir(fresh), [])
  const file = join(folder, 'file')
  await writeFile(file, 'what was there')
  for (const [flags, env, what] of [
    [['--data-dir', file], {}, '--data-dir'],
    [['--data-dir', join(file, 'data')], {}, '--data-dir'],
    [[], { TELNETKIT_DATA_DIR: file }, '$TELNETKIT_DATA_DIR'],
  ] as const) {
    const { output, exited } = runTool('telnetkit-server', ['127.0.0.1', '0', '--shell', 'fingerprint', ...flags], {
      env,
    })
    t.is(await exited, 2)
    t.is(output.out, '')
    t.true(output.err.startsWith(`telnetkit-server: ${what} ${file}`), output.err)
    t.regex(output.err, / is no folder: move it away, or take another data directory; see telnetkit-server --help\n$/)
  }
  t.is(await readFile(file, 'utf8'), 'what was there')
})

test('without a data directory nothing is kept; TELNETKIT_DATA_DIR names one', async (t) => {
  const server = await startServer(['--shell', 'fingerprint'])
  t.teardown(() => void server.child.kill('SIGKILL'))
  const session = await call(t, server.port)
  await session.readUntil('\n: ', { timeout: PATIENCE })
  session.destroy()

  const folder = await folderOf(t)
  const other = await startServer(['--shell', 'fingerprint'], { TELNETKIT_DATA_DIR: folder })
  t.teardown(() => void other.child.kill('SIGKILL'))
  const visitor = await call(t, other.port)
  await visitor.readUntil('press return: ', { timeout: PATIENCE })
  t.is((await kept(folder)).length, 1)
})

test('hostile files in the data directory are shown harmlessly, or not at all', async (t) => {
  const server = await host(t)
  const session = await call(t, server.port)
  await session.readUntil('press return: ', { timeout: PATIENCE })
  session.destroy()
  const [path] = await kept(server.folder)
  const evil = '\x1b]0;owned\x07\x9b2J\u202e'
  const document = await documentIn(server.folder)
  const hostile = {
    ...document,
    'telnet-probe': {
      ...document['telnet-probe'],
      session_data: { ttype_cycle: [evil.repeat(10_000)], extra: { [evil]: evil } },
    },
    sessions: [{ ip: evil, connected: evil }],
  }
  await writeFile(join(server.folder, 'client', path!), JSON.stringify(hostile))
  await writeFile(join(server.folder, 'client', path!.replace(/[\da-f]{16}\.json$/, `${'a'.repeat(16)}.json`)), '{"a":')
  await writeFile(
    join(server.folder, 'fingerprint_names.json'),
    JSON.stringify({ [document['telnet-probe'].fingerprint]: evil.repeat(99), '../../etc/passwd': evil }),
  )
  const next = await call(t, server.port)
  let raw = ''
  for (const [answer, shown] of [
    ['h', 'Database'],
    ['l', 'Telnet\r\n======'],
    ['s', 'Welcome!'],
    ['q', ''],
  ] as const) {
    raw += await next.readUntil('\n: ', { timeout: PATIENCE })
    next.write(`${answer}\r`)
    if (shown !== '') raw += await next.readUntil(shown, { timeout: PATIENCE })
  }
  raw += await next.readAll({ timeout: PATIENCE })
  // The questions to a terminal are ours.
  t.regex(raw.replace('\x1b[6n\x1b[c', ''), /^[\r\n -~]*$/)
  t.true(raw.includes('\\x1b]0;owned\\x07'))
})

test('who leaves in the middle, wherever that is, disturbs nobody', async (t) => {
  const server = await host(t, ['--loglevel', 'debug'])
  const leave = async (when: (peer: Session) => Promise<unknown>, how: 'end' | 'destroy') => {
    const session = await call(t, server.port)
    await when(session).catch(() => undefined)
    session[how]()
  }
  const steps: ((session: Session) => Promise<unknown>)[] = [
    async () => undefined,
    (session) => session.waitFor({ local: { TTYPE: true } }, { timeout: PATIENCE }),
    (session) => session.waitFor({ local: { SNDLOC: false } }, { timeout: PATIENCE }).then(() => delay(20)),
    (session) => session.readUntil('\x1b[c', { timeout: PATIENCE }),
    (session) => session.readUntil('press return: ', { timeout: PATIENCE }).then(() => session.write('half')),
    async (session) => {
      await session.readUntil('press return: ', { timeout: PATIENCE })
      session.write('\r')
      await session.readUntil('\n: ', { timeout: PATIENCE })
    },
  ]
  await Promise.all(steps.flatMap((step) => [leave(step, 'end'), leave(step, 'destroy')]))
  for (const peer of await Promise.all([RawPeer.connect(server.port), RawPeer.connect(server.port)])) {
    peer.socket.resetAndDestroy()
  }
  const visitor = await call(t, server.port)
  await visitor.readUntil('press return: ', { timeout: PATIENCE })
  visitor.destroy()
  const count = (what: string) => server.output.err.split(` ${what}`).length - 1
  // Those who break it off at once may never have been there.
  const areGone = () => count('connected\n') > 1 && count('disconnected ') === count('connected\n')
  for (const since = Date.now(); !areGone() && Date.now() - since < PATIENCE; ) await delay(20)
  t.true(areGone(), server.output.err)
  t.notRegex(server.output.err, / (warn|error) /)
  t.is(server.child.exitCode, null)
})

const script = fileURLToPath(new URL('support/post-script.mjs', import.meta.url))

needsPrograms('inetutils-telnet', 'tt++')(
  'a post-script that is a module: the file, the terminal, what is interactive',
  async (t) => {
    const server = await host(t, ['--post-script', script])
    const screen = person(t, ['inetutils-telnet', '127.0.0.1', `${server.port}`], { env: { COLORTERM: 'truecolor' } })
    const other = person(t, ['tt++', ...ofMuds[0][1](server.port)])
    await screen.shows('ready')
    await other.shows('ready')
    screen.type('hello\r')
    await screen.shows('Connection closed by foreign host.')
    t.deepEqual(shown(screen, /^16 /), [
      '16 16',
      'xterm  127.0.0.1 1',
      'ready',
      'hello',
      'You said hello',
      'Connection closed by foreign host.',
    ])
    t.regex(other.text, /^16 undefined\nxterm truecolor? ?127\.0\.0\.1 $|^16 undefined$/m)
  },
)

needsPrograms('inetutils-telnet')('a post-script that is a program, by the environment', async (t) => {
  const folder = await folderOf(t)
  const program = join(folder, 'program.sh')
  await writeFile(program, '#!/bin/sh\necho "file $(basename "$1") $TERM"\nread x\necho "got $x"\n')
  await chmod(program, 0o755)
  const server = await host(t, [], { TELNETKIT_FINGERPRINT_POST_SCRIPT: program })
  const screen = person(t, ['inetutils-telnet', '127.0.0.1', `${server.port}`])
  await screen.shows(/^file [\da-f]{16}\.json xterm$/m)
  screen.type('it\r')
  await screen.shows('got it\nConnection closed by foreign host.')
  t.pass()
})

needsPrograms()('SyncTERM gets the bytes of a post-script as they are, since they may be a file', async (t) => {
  const folder = await folderOf(t)
  const program = join(folder, 'program.sh')
  await writeFile(program, "#!/bin/sh\nprintf 'file\\200\\377end'\n")
  await chmod(program, 0o755)
  const server = await host(t, ['--post-script', program])
  const session = await connect({ port: server.port, host: '127.0.0.1', terminalType: 'SyncTERM', encoding: null })
  t.teardown(() => void session.destroy())
  const said = (await session.readUntil('end', { timeout: PATIENCE })) as unknown as Buffer
  t.true(said.includes(Buffer.from('file\x80\xffend', 'latin1')), said.toString('latin1'))
})

const refused: [string[], RegExp, Record<string, string>?][] = [
  [['--data-dir', '/x'], /--data-dir is for --shell fingerprint;/],
  [['--post-script', 'sh'], /--post-script is for --shell fingerprint;/],
  [['--pty-exec', 'sh', '--data-dir', '/x'], /--data-dir is for --shell fingerprint;/],
  [['--shell', 'fingerprint', '--line-mode'], /--line-mode: the shell fingerprint asks clients for all modes/],
  [['--shell', 'fingerprint', '--data-dir', ''], /--data-dir: name a folder/],
  [
    ['--shell', 'fingerprint', '--post-script', 'sh'],
    /--post-script is given the file of who called, and none is kept/,
  ],
  [
    ['--shell', 'fingerprint', '--data-dir', 'x', '--post-script', 'no-such-thing'],
    /--post-script no-such-thing: no such program/,
  ],
  [
    ['--shell', 'fingerprint', '--data-dir', 'x', '--post-script', './no-such.mjs'],
    /--post-script \.\/no-such\.mjs: there is no such file/,
  ],
  [
    ['--shell', 'fingerprint'],
    /TELNETKIT_FINGERPRINT_MAX_FILES is many: give a whole number/,
    { TELNETKIT_FINGERPRINT_MAX_FILES: 'many' },
  ],
]

for (const [flags, message, env = {}] of refused) {
  test(`refused: ${flags.join(' ')} ${Object.keys(env)}`, async (t) => {
    const { output, exited } = runTool('telnetkit-server', ['0', ...flags], { env })
    t.is(await exited, 2)
    t.regex(output.err, message)
    t.is(output.err.trim().split('\n').length, 1)
  })
}

test('who comes again with a terminal that does not answer is shown lines, and no terminal', async (t) => {
  const probes = [{ ...terminalProbe, session_data: {} }, undefined]
  const folder = await folderOf(t)
  const shell = fingerprintShell({ dataDir: folder, probe: async () => probes.shift() })
  const server = createServer(fingerprinting(), shell)
  t.teardown(() => server.close({ deadline: 0 }))
  const { port } = await server.listen(0, '127.0.0.1')
  const first = await call(t, port)
  await first.readUntil('return for "wezterm"', { timeout: PATIENCE })
  first.destroy()
  const again = await call(t, port)
  const said = (await again.readUntil('press return: ', { timeout: PATIENCE })) as string
  t.regex(said, /exact fingerprint was here 1 time before/)
  t.notRegex(said, /\x1b|Terminal {2}/)
  t.truthy((await documentIn(folder))['terminal-probe'])
})

/** Whom the table of programs knows of the personas. */
const KNOWN = [
  ...['BusyBox telnet', 'GNU inetutils telnet', 'Ncat -t', 'PuTTY', 'Python telnetlib', 'Python telnetlib'],
  ...['TinTin++', 'TinyFugue', 'What speaks no Telnet', 'netkit telnet-ssl', 'telnetlib3-client'],
]

test('whoever calls, all at once: each is shown its own, may name it, and leaves', async (t) => {
  const folder = await folderOf(t)
  const lines: string[] = []
  const note = (line: string) => void lines.push(line)
  const server = createServer(fingerprinting(), fingerprintShell({ dataDir: folder, log: { info: note, warn: note } }))
  server.on('sessionError', (error) => note(String(error)))
  t.teardown(() => server.close({ deadline: 0 }))
  const { port } = await server.listen(0, '127.0.0.1')
  await Promise.all(
    Persona.names.map(async (name) => {
      const guest = new Persona(name)
      await guest.connect({ port })
      if (name === 'mute') return guest.shows(/\r\n\}\r\n$/)
      await guest.shows('press return: ')
      guest.type(`${name}\r\n`)
      await guest.shows(/\r\n: $/)
      guest.type('q\r\n')
      if (!guest.stream.closed) await once(guest.stream, 'close')
      const [hash] = /(?<=Fingerprint \| )[\da-f]{16}/.exec(guest.shown) ?? []
      const path = (await kept(folder)).find((one) => one.startsWith(`${hash}/`))
      const { suggestions } = JSON.parse(await readFile(join(folder, 'client', path!), 'utf8'))
      // Some are not told apart, nor is it where they call from.
      t.true(Persona.names.includes(suggestions['telnet-client']))
    }),
  )
  t.is(lines.length, Persona.names.length, lines.join('\n'))
  const known = lines.filter((line) => line.includes("'"))
  t.deepEqual(known.map((line) => line.replace(/^.*'(.*?)( [\d.]+( beta 8)?)?'$/, '$1')).sort(), KNOWN.sort())
})

test('in a program of one’s own: what was found is told, and kept', async (t) => {
  const folder = await folderOf(t)
  const documents: ClientDocument[] = []
  const lines: string[] = []
  const shell = fingerprintShell({
    dataDir: folder,
    onDocument: (document) => void documents.push(document),
    log: { info: (line) => void lines.push(line), warn: (line) => void lines.push(line) },
    postScript: (session, { path, document, isInteractive }) => {
      session.write(`${path} ${document === documents[0]} ${isInteractive}\n`)
    },
  })
  const server = createServer(fingerprinting(), shell)
  t.teardown(() => server.close({ deadline: 0 }))
  const { port } = await server.listen(0, '127.0.0.1')
  const session = await call(t, port)
  const said = (await session.readUntil('\n', { timeout: PATIENCE })) as string
  t.true(said.includes(join(folder, 'client', (await kept(folder))[0]!)), said)
  t.regex(said, / true true\r\n$/)
  t.deepEqual(lines, ["Identified 127.0.0.1 'telnetkit-client 0.1.0'"])
  t.is(shells.fingerprint, builtIn)
  t.throws(() => fingerprintShell({ dataDir: '' }), { code: 'TELNET_BAD_OPTION' })
  t.throws(() => fingerprintShell({ nobodyKnowsIt: 1 } as object), { code: 'TELNET_BAD_OPTION' })
  t.throws(() => fingerprintShell({ postScript: 'x' as never }), { code: 'TELNET_BAD_ARGUMENT' })
})

/** What ucs-detect might find, and write to where it is told. */
const UCS_DETECT = `#!/bin/sh
for file; do :; done
env | cut -d= -f1 | sort | tr '\\n' ' ' > "$(dirname "$0")/environment"
printf 'asking\\033[c'; stty raw -echo; dd bs=1 count=3 2>/dev/null > /dev/null
cat > "$file" <<'END'
{"software_name": "xterm.js", "software_version": "6", "ambiguous_width": 1, "datetime": "now", "system": "here",
 "terminal_results": {"number_of_colors": 16777216, "sixel": true, "device_attributes": {"service_class": 62, "extensions": [22, 4]},
  "modes": {"2026": {"supported": true, "changeable": true, "enabled": false, "value": 2, "mode_name": "SYNC"}}},
 "test_results": {"unicode_wide_results": {"15.0": {"n_errors": 0, "n_total": 10, "pct_success": 100}}}}
END
`

needsPrograms('inetutils-telnet')('--ucs-detect: that is asked instead, and hashed as telnetlib3 does', async (t) => {
  const folder = await folderOf(t)
  await writeFile(join(folder, 'ucs-detect'), UCS_DETECT)
  await chmod(join(folder, 'ucs-detect'), 0o755)
  const server = await host(t, ['--ucs-detect'], { PATH: `${folder}:${PATH}`, SECRET: 'x' })
  const screen = person(t, ['inetutils-telnet', '127.0.0.1', `${server.port}`])
  await screen.shows('Terminal emulator name (return for "xterm.js"):')
  t.true(screen.text.includes('║        Software ║ xterm.js 6'), screen.text)
  t.true(screen.text.includes('║          Colors ║ 24-bit '), screen.text)
  screen.type('\x1b')
  await screen.shows('TELNET client name')
  screen.type('\x1b')
  await screen.shows(LEGEND)
  screen.type('q')
  await screen.shows('Connection closed by foreign host.')
  const { 'terminal-probe': probe } = await documentIn(server.folder)
  // As telnetlib3 5.0.1 makes it of the same.
  t.is(probe?.fingerprint, 'a192e48011ddf64c')
  t.false('system' in probe!.session_data || 'datetime' in probe!.session_data)
  const names = await readFile(join(folder, 'environment'), 'utf8')
  t.regex(names.replace(/OLDPWD |PWD |SHLVL |_ /g, ''), /^(HOME |LANG |PATH |TERM )+$/)
})

needsPrograms('inetutils-telnet')('--ucs-detect: where it fails, the caller sees what else was found', async (t) => {
  const folder = await folderOf(t)
  await writeFile(join(folder, 'ucs-detect'), '#!/bin/sh\nexit 1\n')
  await chmod(join(folder, 'ucs-detect'), 0o755)
  const server = await host(t, ['--ucs-detect'], { PATH: `${folder}:${PATH}` })
  const screen = person(t, ['inetutils-telnet', '127.0.0.1', `${server.port}`])
  await screen.shows('press return: ')
  screen.type('x\r')
  await screen.shows(/^: $/m)
  await told(server, /ucs-detect found out nothing/)
  t.is((await documentIn(server.folder))['terminal-probe'], undefined)
  screen.type('q\r')
  await screen.shows('Connection closed by foreign host.')
})
