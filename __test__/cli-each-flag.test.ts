// Each flag of telnetkit-client, seen by a person: what stands on the screen when the client has ended. What the server heard, it
// shows.

import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer } from 'node:tls'
import test, { type ExecutionContext } from 'ava'
import { describeWire } from 'telnetkit'
import { clientFlags } from '../bin/flags.js'
import { Certificates } from './support/certificates.js'
import { withoutPty } from './support/pty.js'
import { type RawPeer, RawServer } from './support/raw-peer.js'
import { Screen } from './support/screen.js'
import { toolPath } from './support/tool.js'

// One after another: each takes two or three processes.
const run = withoutPty ? test.skip : test.serial
if (withoutPty) console.log(`Skipped: ${withoutPty}`)

type Talk = (peer: RawPeer, screen: Screen) => Promise<void> | void

interface Visit {
  /** The flags, as they are typed. */
  typed: string
  /** What the server does; then it closes. */
  talk?: Talk
  /** What the shell does before the client begins, and when it has ended. */
  before?: string
  afterwards?: string
  env?: Record<string, string>
  columns?: number
  /** The screen, but for how it always begins and ends: above that, in it, and below it. */
  above?: string[]
  shows?: string[]
  below?: string[]
}

let folder: string
const certificates = new Certificates()

test.before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'telnetkit-flags-'))
  certificates.make('good')
  await writeFile(join(folder, 'shell.mjs'), SHELL)
  await writeFile(join(folder, 'old'), 'old\n')
})

test.after.always(() => {
  certificates.remove()
  return rm(folder, { recursive: true, force: true })
})

/** A shell that says when it begins, and shows one line. */
const SHELL = `export async function greet(session) {
  process.stdout.write('begun\\n' + (session.bytesRead > 0 ? 'heard before\\n' : ''))
  process.stdout.write(await session.readLine() + '\\n')
}`

/** Takes what the client says up to `end`, and shows it. */
const hears =
  (end: string, begin = ''): Talk =>
  async (peer) => {
    peer.send(begin)
    const lines = describeWire()(await peer.takeUntil(end))
    peer.send(Buffer.from(lines.map((line) => `${line}\r\n`).join('')))
  }

/** The client at a terminal, and a server; what stands on the screen in the end. */
async function see(
  t: ExecutionContext,
  [file, ...args]: string[],
  { before = ':', afterwards = ':', env = {}, columns = 80 }: Partial<Visit>,
  talk: (screen: Screen) => Promise<void> | void,
): Promise<string[]> {
  const script = `cd ${folder}; ${before}; "$@"; echo "code $?"; ${afterwards}; echo done`
  const screen = Screen.start('/bin/sh', ['-c', script, 'sh', file!, ...args], { env, columns })
  t.teardown(() => screen.kill())
  await talk(screen)
  await screen.shows(/^done$/m)
  return screen.lines
}

function command(typed: string, port: number, host = '127.0.0.1'): string[] {
  const words = typed.match(/'[^']*'|\S+/g) ?? []
  return [
    process.execPath,
    toolPath('telnetkit-client'),
    ...words.map((word) => word.replaceAll("'", '')),
    host,
    `${port}`,
  ]
}

const ESCAPE = "Escape character is '^]'."
const closed = ['', 'Connection closed by foreign host.', 'code 0']

/** By flag. What needs another server than a plain one stands below. */
const visits: { [Name in keyof typeof clientFlags]?: Visit[] } = {
  encoding: [{ typed: '--encoding cp437', talk: (peer) => peer.send('130 201 187 "\\r\\n"'), shows: ['é╔╗'] }],
  encodingErrors: [
    { typed: '--encoding-errors ignore', talk: (peer) => peer.send('"a" 254 "b\\r\\n"'), shows: ['ab'] },
    { typed: '--encoding-errors replace', talk: (peer) => peer.send('"a" 254 "b\\r\\n"'), shows: ['a�b'] },
  ],
  forceBinary: [
    { typed: '--no-force-binary', talk: (peer) => peer.send('195 169 "\\r\\n"'), shows: ['��'] },
    { typed: '--force-binary', talk: (peer) => peer.send('195 169 "\\r\\n"'), shows: ['é'] },
  ],
  compression: [
    { typed: '--compression', talk: hears('IAC DO MCCP2 IAC DO MCCP3'), shows: ['IAC DO MCCP2', 'IAC DO MCCP3'] },
    { typed: '--no-compression', talk: hears('IAC DONT MCCP2', 'IAC WILL MCCP2'), shows: ['IAC DONT MCCP2'] },
  ],
  term: [
    {
      typed: '--term dumb',
      talk: hears('IAC SE', 'IAC DO TTYPE IAC SB TTYPE 1 IAC SE'),
      shows: ['IAC WILL TTYPE', 'IAC SB TTYPE 0 "dumb" IAC SE'],
    },
  ],
  speed: [
    {
      typed: '--speed 9600',
      talk: hears('IAC SE', 'IAC DO TSPEED IAC SB TSPEED 1 IAC SE'),
      shows: ['IAC WILL TSPEED', 'IAC SB TSPEED 0 "9600,9600" IAC SE'],
    },
  ],
  sendEnviron: [
    {
      typed: '--send-environ EDITOR',
      env: { EDITOR: 'ed', PAGER: 'more' },
      talk: hears('IAC SE', 'IAC DO NEW_ENVIRON IAC SB NEW_ENVIRON 1 IAC SE'),
      shows: ['IAC WILL NEW_ENVIRON', 'IAC SB NEW_ENVIRON 0 0 "EDITOR" 1 "ed" IAC SE'],
    },
  ],
  columns: [
    {
      typed: '--columns 72',
      talk: hears('IAC SE', 'IAC DO NAWS'),
      shows: ['IAC WILL NAWS', 'IAC SB NAWS 0 72 0 24 IAC SE'],
    },
  ],
  lineMode: [
    {
      typed: '--line-mode',
      talk: async (peer, screen) => {
        peer.send('IAC WILL ECHO IAC WILL SGA')
        await peer.takeUntil('IAC DONT SGA')
        screen.type('helloo\x7f\r')
        await peer.takeUntil('"hello\\r\\n"')
      },
      // A blank stands where the letter was that was one too many.
      shows: ['hello '],
    },
  ],
  rawMode: [
    {
      typed: '--raw-mode',
      talk: async (peer, screen) => {
        screen.type('a')
        await peer.takeUntil('"a"')
        screen.type('\r')
        await peer.takeUntil('13 0')
        peer.send('"[a]\\r\\n"')
      },
      shows: ['[a]'],
    },
  ],
  ansiKeys: [
    { typed: '--encoding atascii --ansi-keys --raw-mode', talk: arrow('27 "[A"'), shows: ['up'] },
    { typed: '--encoding atascii --raw-mode', talk: arrow('28'), shows: ['up'] },
  ],
  asciiEol: [
    {
      typed: '--encoding atascii --ascii-eol',
      talk: (peer) => peer.send('"one\\r\\ntwo\\r\\n"'),
      shows: ['one', 'two'],
    },
    { typed: '--encoding atascii', talk: (peer) => peer.send('"one" 155 "two" 155'), shows: ['one', 'two'] },
  ],
  alwaysWill: [{ typed: '--always-will SNDLOC', talk: hears('IAC WILL SNDLOC'), shows: ['IAC WILL SNDLOC'] }],
  alwaysDo: [{ typed: '--always-do STATUS', talk: hears('IAC DO STATUS'), shows: ['IAC DO STATUS'] }],
  alwaysWont: [
    { typed: '--always-wont TTYPE', talk: hears('IAC WONT TTYPE', 'IAC DO TTYPE'), shows: ['IAC WONT TTYPE'] },
  ],
  alwaysDont: [
    { typed: '--always-dont ECHO', talk: hears('IAC DONT ECHO', 'IAC WILL ECHO'), shows: ['IAC DONT ECHO'] },
  ],
  gmcpModules: [
    {
      typed: "--gmcp-modules 'Room 1'",
      talk: async (peer) => {
        peer.send('IAC WILL GMCP')
        await peer.takeUntil('"Core.Supports.Set "')
        peer.send(Buffer.from(`${(await peer.takeUntil('IAC SE')).subarray(0, -2)}\r\n`))
      },
      shows: ['["Room 1"]'],
    },
  ],
  loglevel: [
    {
      typed: "--loglevel debug --logfmt '%(levelname)s %(message)s'",
      talk: hears('IAC DO EOR', 'IAC WILL EOR'),
      above: ['INFO connected to 127.0.0.1:PORT'],
      shows: ['DEBUG remote EOR is on', 'IAC DO EOR'],
    },
  ],
  logfmt: [{ typed: "--loglevel info --logfmt '%(name)s %(levelno)d'", above: ['telnetkit-client 20'] }],
  logfile: [
    {
      typed: "--loglevel info --logfmt '<%(message)s>' --logfile log",
      afterwards: 'cat log',
      below: ['<connected to 127.0.0.1:PORT>'],
    },
  ],
  logfileMode: [['append', 'old'], ['rewrite']].map(([mode, ...old]) => ({
    typed: `--loglevel info --logfmt %(message)s --logfile log-${mode} --logfile-mode ${mode}`,
    before: `cp old log-${mode}`,
    afterwards: `cat log-${mode}`,
    below: [...old, 'connected to 127.0.0.1:PORT'],
  })),
  typescript: [
    {
      typed: '--typescript script',
      talk: (peer) => peer.send('"north\\r\\n"'),
      afterwards: 'cat script',
      shows: ['north'],
      below: ['north'],
    },
  ],
  typescriptMode: [['append', 'old'], ['rewrite']].map(([mode, ...old]) => ({
    typed: `--typescript script-${mode} --typescript-mode ${mode}`,
    before: `cp old script-${mode}`,
    talk: (peer: RawPeer) => peer.send('"north\\r\\n"'),
    afterwards: `cat script-${mode}`,
    shows: ['north'],
    below: [...old, 'north'],
  })),
}

for (const [flag, cases] of Object.entries(visits)) {
  for (const visit of cases) {
    run(`${flag}: ${visit.typed}`, async (t) => {
      const server = await RawServer.listen(t)
      const lines = await see(t, command(visit.typed, server.port), visit, async (screen) => {
        const peer = await server.next()
        await screen.shows(/^Escape character/m)
        await visit.talk?.(peer, screen)
        peer.end()
      })
      const { above = [], shows = [], below = [] } = visit
      const expected = [...above, ESCAPE, ...shows, ...closed, ...below, 'done']
      t.deepEqual(
        lines,
        expected.map((line) => line.replace('PORT', `${server.port}`)),
      )
    })
  }
}

run('shell, connectMinwait, connectMaxwait: when it begins, and what it shows', async (t) => {
  const shell = '--shell ./shell.mjs#greet'
  for (const [typed, shown] of [
    // The server says nothing of Telnet, ever.
    [`${shell} --connect-maxwait 0.05`, ['begun', 'Good morning.']],
    // Nothing is asked that it could wait for, and yet it does.
    [`${shell} --connect-minwait 1 --connect-maxwait 2`, ['begun', 'heard before', 'Good morning.']],
  ] as const) {
    const server = await RawServer.listen(t)
    const lines = await see(t, command(typed, server.port), {}, async (screen) => {
      const peer = await server.next()
      if (!typed.includes('minwait')) await screen.shows('begun')
      peer.send('"Good morning.\\r\\n"')
      await screen.shows('Good morning.')
      peer.end()
    })
    t.deepEqual(lines, [...shown, 'code 0', 'done'])
  }
})

run('connectTimeout: who does not answer', async (t) => {
  // An address for documentation (RFC 5737): it does not answer, or where no route leads there, is refused at once.
  const lines = await see(t, command('--connect-timeout 0.2', 23, '192.0.2.1'), { columns: 200 }, () => {})
  t.regex(lines[0]!, /^telnetkit-client: (Connecting|Cannot connect) to 192\.0\.2\.1 port 23\b/)
  t.deepEqual(lines.slice(1), ['code 1', 'done'])
})

run('ssl, sslCafile, sslNoVerify: whom it trusts', async (t) => {
  const server = createServer({ cert: certificates.read('good.crt'), key: certificates.read('good.key') }, (socket) => {
    socket.on('error', () => {})
    socket.end('It is dark.\r\n')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const { port } = server.address() as { port: number }
  const visit = (typed: string) => see(t, command(typed, port, 'localhost'), { columns: 300 }, () => {})
  const whole = [ESCAPE, 'It is dark.', ...closed, 'done']
  t.deepEqual(await visit(`--ssl-cafile ${certificates.path('good.crt')}`), whole)
  const [warning, ...rest] = await visit('--ssl-no-verify')
  t.regex(warning!, /^telnetkit-client: .*--ssl-no-verify/)
  t.deepEqual(rest, whole)
  const [error, ...last] = await visit('--ssl')
  t.regex(error!, /^telnetkit-client: .*--ssl-cafile/)
  t.deepEqual(last, ['code 1', 'done'])
})

test('no flag is left out', (t) => {
  const elsewhere = ['shell', 'connectMinwait', 'connectMaxwait', 'connectTimeout', 'ssl', 'sslCafile', 'sslNoVerify']
  // What belongs to --fingerprint shows nothing to a person at a terminal: see cli-fingerprint.test.ts.
  const all = Object.entries(clientFlags).filter(([, { group }]) => !group.startsWith('Looking at '))
  t.deepEqual([...Object.keys(visits), ...elsewhere].sort(), all.map(([name]) => name).sort())
})

/** The key is pressed, and the server says `up` if it hears what it should. */
function arrow(heard: string): Talk {
  return async (peer, screen) => {
    screen.type('\x1b[A')
    await peer.takeUntil(heard)
    peer.send('"up" 155')
  }
}
