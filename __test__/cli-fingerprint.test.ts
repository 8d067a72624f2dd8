// telnetkit-client --fingerprint, as somebody types it: one server, and a list of them.

import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, openSync } from 'node:fs'
import { appendFile, lstat, mkdtemp, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text as textOf } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import test, { type ExecutionContext } from 'ava'
import { Certificates } from './support/certificates.js'
import { filesBelow } from './support/data-directory.js'
import { needs } from './support/peer.js'
import { withoutPty } from './support/pty.js'
import { RawServer } from './support/raw-peer.js'
import { Screen } from './support/screen.js'
import { type ScriptedServer, startScripted } from './support/scripted-server.js'
import { type Run, runTool, startServer, toolPath } from './support/tool.js'

const QUICK = ['--banner-quiet-time', '0.3', '--banner-max-wait', '1', '--mssp-wait', '0']

function look(args: string[], options: { input?: string; env?: Record<string, string> } = {}): Run {
  return runTool('telnetkit-client', ['--fingerprint', ...QUICK, ...args], {
    env: { TELNETKIT_DATA_DIR: '', ...options.env },
    input: options.input ?? '',
  })
}

async function folderFor(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'telnetkit-scan-'))
  t.teardown(() => rm(folder, { recursive: true }))
  return folder
}

async function ends(run: Run, code: number): Promise<Run['output']> {
  const is = await run.exited
  if (is !== code) throw new Error(`it ended with ${is}: ${run.output.err}`)
  return run.output
}

const MUD: ScriptedServer = {
  performs: ['ECHO', 'MSSP'],
  opening: String.raw`"\u001b]0;owned\u0007H\u00e9 \u009b31m\r\nName: "`,
}

test('it prints what a server is, without what is empty, and nothing that moves a cursor', async (t) => {
  const port = await startScripted(t, MUD)
  const { out, err } = await ends(look([`127.0.0.1:${port}`]), 0)
  t.is(err, '')
  t.regex(out, /^[ -~\n]+$/)
  const { 'server-probe': probe, sessions } = JSON.parse(out)
  t.deepEqual(probe['fingerprint-data']['offered-options'], ['ECHO', 'MSSP'])
  t.is(probe['fingerprint-data']['looped-negotiation'], undefined)
  t.true(probe.session_data.banner_before_return.startsWith('\x1b]0;owned\x07H'))
  t.like(sessions[0], { host: '127.0.0.1', port })
})

test('what was found is kept: in the data directory with a name, or in a file', async (t) => {
  const port = String(await startScripted(t, MUD))
  const folder = await folderFor(t)
  const data = join(folder, 'data')
  const { out } = await ends(look(['127.0.0.1', port, '--set-name', 'A mud'], { env: { TELNETKIT_DATA_DIR: data } }), 0)
  const { fingerprint } = JSON.parse(out)['server-probe']
  const files = await filesBelow(data)
  t.deepEqual(JSON.parse(files['fingerprint_names.json']!), { [fingerprint]: 'A mud' })
  const [path] = Object.keys(files).filter((name) => name.startsWith('server/'))
  t.regex(path!, new RegExp(`^server/${fingerprint}/[0-9a-f]{16}\\.json$`))
  const again = await ends(look(['127.0.0.1', port, '--data-dir', data, '--silent']), 0)
  t.is(again.out, '')
  t.is(JSON.parse((await filesBelow(data))[path!]!).sessions.length, 2)

  const file = join(folder, 'one.json')
  await ends(look(['127.0.0.1', port, '--data-dir', data, '--save-json', file, '--silent']), 0)
  t.is(JSON.parse(await readFile(file, 'utf8'))['server-probe'].fingerprint, fingerprint)
  t.is(JSON.parse((await filesBelow(data))[path!]!).sessions.length, 2)
  const env = { TELNETKIT_FINGERPRINT_MAX_FINGERPRINTS: '1' }
  const other = String(await startScripted(t, {}))
  const full = await ends(look(['127.0.0.1', other, '--data-dir', data, '--silent'], { env }), 0)
  t.regex(full.err, / is full: what was found is not kept there\n$/)
})

test('a place where nothing can be kept is told before anybody is looked at', async (t) => {
  const server = await RawServer.listen(t)
  server.close()
  const folder = await folderFor(t)
  const file = join(folder, 'file')
  await writeFile(file, 'mine')
  const target = ['127.0.0.1', String(server.port)]
  const places = [
    ['--save-json', join(file, 'below.json'), 'ENOTDIR: not a directory'],
    ['--save-json', join(folder, 'missing', 'a.json'), 'ENOENT: no such file or directory'],
    ['--save-json', folder, 'EISDIR: illegal operation on a directory'],
    ['--data-dir', file, `${file} is no folder: move it away, or take another data directory`],
    [
      '--data-dir',
      join(file, 'below'),
      `${join(file, 'below')} is no folder: move it away, or take another data directory`,
    ],
    ...(process.platform === 'linux'
      ? [['--data-dir', '/proc/x', 'Cannot make the folder /proc/x: nobody may make any there (ENOENT)'] as const]
      : []),
  ] as const
  for (const [flag, path, why] of places) {
    const { out, err } = await ends(look([...target, flag, path]), 2)
    t.is(err, `telnetkit-client: ${flag} ${path}: ${why}; see telnetkit-client --help\n`)
    t.is(out, '')
  }
  t.deepEqual(await readdir(folder), ['file'])
  await ends(look([...target, '--save-json', join(folder, 'new.json')]), 1)
  await ends(look([...target, '--save-json', file]), 1)
  t.deepEqual(await readdir(folder), ['file'])
  t.is(await readFile(file, 'utf8'), 'mine')
})

const onUnix = process.platform === 'win32' ? skipped('Windows has no modes, links or pipes in folders') : test

function skipped(reason: string): typeof test.skip {
  console.log(`Skipped: ${reason}`)
  return test.skip
}

onUnix('--save-json writes where it is told to: links, modes, pipes and devices stay as they are', async (t) => {
  const port = String(await startScripted(t, MUD))
  const folder = await folderFor(t)
  const [file, link, pipe] = [join(folder, 'file'), join(folder, 'link'), join(folder, 'pipe')]
  await writeFile(file, 'x'.repeat(100_000), { mode: 0o600 })
  await symlink('file', link)
  await ends(look(['127.0.0.1', port, '--save-json', link]), 0)
  t.true((await lstat(link)).isSymbolicLink())
  t.is((await stat(file)).mode & 0o777, 0o600)
  t.truthy(JSON.parse(await readFile(file, 'utf8'))['server-probe'])

  execFileSync('mkfifo', [pipe])
  const unread = await ends(look(['127.0.0.1', port, '--save-json', pipe]), 2)
  t.regex(unread.err, /--save-json .*: nobody reads this pipe;/)
  const reader = spawn('cat', [pipe], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.teardown(() => reader.kill())
  const read = textOf(reader.stdout)
  while ((await look(['127.0.0.1', port, '--save-json', pipe]).exited) === 2) await delay(10)
  t.truthy(JSON.parse(await read)['server-probe'])
  t.true((await lstat(pipe)).isFIFO())
})

const withFull = existsSync('/dev/full') ? test : skipped('there is no /dev/full here')

withFull('what cannot be printed, or kept, is an error, and the other is done all the same', async (t) => {
  const port = String(await startScripted(t, MUD))
  const [folder, full] = [await folderFor(t), openSync('/dev/full', 'w')]
  t.teardown(() => closeSync(full))
  const file = join(folder, 'one.json')
  const args = [toolPath('telnetkit-client'), '--fingerprint', ...QUICK, '127.0.0.1', port, '--save-json', file]
  const child = spawn(process.execPath, args, { stdio: ['ignore', full, 'pipe'] })
  const [err, [code]] = await Promise.all([textOf(child.stderr!), once(child, 'close')])
  t.is(code, 1)
  t.regex(err, /^telnetkit-client: Standard output cannot be written: no space left on device \(ENOSPC\)/)
  t.truthy(JSON.parse(await readFile(file, 'utf8'))['server-probe'])

  const unkept = await ends(look(['127.0.0.1', port, '--save-json', '/dev/full']), 1)
  t.truthy(JSON.parse(unkept.out)['server-probe'])
  t.regex(unkept.err, /^telnetkit-client: --save-json \/dev\/full: no space left on device \(ENOSPC\)/)
})

test('many: what cannot be kept is told, the rest is done, and it is looked at again', async (t) => {
  const ports = [await startScripted(t, MUD), await startScripted(t, {})]
  const folder = await folderFor(t)
  const [data, output] = [join(folder, 'data'), join(folder, 'output')]
  const input = ports.map((port) => `127.0.0.1:${port}\n`).join('')
  const run = () => look(['--many', '-', '--data-dir', data, '--output', output, '--concurrency', '1'], { input })
  await ends(look(['127.0.0.1', String(ports[0]), '--data-dir', data]), 0)
  const [hash] = await readdir(join(data, 'server'))
  // Something else stands where its documents belong.
  await rename(join(data, 'server', hash!), join(folder, 'aside'))
  await writeFile(join(data, 'server', hash!), '')
  const { err } = await ends(run(), 1)
  t.regex(err, new RegExp(`127\\.0\\.0\\.1 port ${ports[0]}: what was found cannot be kept: `))
  t.deepEqual(Object.keys(summary(await readFile(output, 'utf8'))), [`127.0.0.1 ${ports[1]}`])
  await rm(join(data, 'server', hash!))
  await ends(run(), 0)
  t.is(Object.keys(summary(await readFile(output, 'utf8'))).length, 2)
})

test('it is a scan by the flags', async (t) => {
  const server = await RawServer.listen(t)
  const flags = ['--ttype', 'xterm', '--send-env', 'A=b=c', '--send-env', 'EMPTY=', '--always-do', 'KERMIT']
  const run = look(['127.0.0.1', String(server.port), ...flags, '--always-dont', 'GMCP', '--encoding', 'cp437'])
  const peer = await server.next()
  peer.send('IAC DO TTYPE IAC SB TTYPE 1 IAC SE IAC DO NEW_ENVIRON IAC SB NEW_ENVIRON 1 IAC SE "\\u00b0\\u00b1"')
  const heard = (await peer.takeUntil('"EMPTY"')).toString('latin1')
  t.true(heard.includes('xterm') && heard.includes('A\x01b=c'), heard)
  t.true(heard.includes('\xff\xfd\x2f') && !heard.includes('\xff\xfd\xc9'))
  peer.end()
  const { session_data: told } = JSON.parse((await ends(run, 0)).out)['server-probe']
  t.like(told, { encoding: 'cp437', banner_before_return: '░▒', closed_by_server: true })
})

test('by TLS, and why there is no connection', async (t) => {
  const certificates = new Certificates().make('own')
  t.teardown(() => certificates.remove())
  const { child, port } = await startServer(['--ssl-certfile', certificates.path('own.pem')])
  t.teardown(() => child.kill('SIGKILL'))
  const trusting = ['--ssl-cafile', certificates.path('own.crt')]
  const { out } = await ends(look([`telnets://localhost:${port}`, ...trusting]), 0)
  t.is(JSON.parse(out)['server-probe'].session_data.tls.authorized, true)
  const untrusted = await ends(look([`localhost:${port}`, '--ssl-no-verify']), 0)
  t.is(JSON.parse(untrusted.out)['server-probe'].session_data.tls.authorized, undefined)
  t.regex(untrusted.err, /^telnetkit-client: --ssl-no-verify: /)
  const refused = await ends(look([`localhost:${port}`, '--ssl']), 1)
  t.regex(refused.err, /^telnetkit-client: Cannot connect to localhost port \d+: .*--ssl-cafile <file>\n$/)

  const closed = await RawServer.listen(t)
  closed.close()
  const { out: nothing, err } = await ends(look(['127.0.0.1', String(closed.port)]), 1)
  t.is(nothing, '')
  t.is(
    err,
    `telnetkit-client: Cannot connect to 127.0.0.1 port ${closed.port}: nobody listens there; check the host and the port (ECONNREFUSED)\n`,
  )
})

test('it is given up after the time that was said', async (t) => {
  const server = await RawServer.listen(t)
  const { err } = await ends(look(['127.0.0.1', String(server.port), '--timeout', '0.2']), 1)
  t.is(err, `telnetkit-client: Looking at 127.0.0.1 port ${server.port} took longer than 200 ms\n`)
})

const REFUSED: [string[], string][] = [
  [['--scan-type', 'full', 'x'], '--scan-type is for --fingerprint'],
  [['--many', 'list'], '--many is for --fingerprint'],
  [['--fingerprint', 'x', '--output', 'y'], '--output is for --many'],
  [['--fingerprint', 'x', '--concurrency', '3'], '--concurrency is for --many'],
  [['--fingerprint', 'x', '--term', 'y'], '--term is not for --fingerprint, where it is --ttype'],
  [['--fingerprint', 'x', '--line-mode'], '--line-mode is not for --fingerprint'],
  [['--fingerprint', 'x', '--encoding', 'false'], '--encoding false is not for --fingerprint: name a character set'],
  [['--fingerprint', 'x', '--data-dir', ''], '--data-dir: name a folder'],
  [
    ['--fingerprint', 'x', '--set-name', 'y'],
    '--set-name needs a data directory: name one by --data-dir or $TELNETKIT_DATA_DIR',
  ],
  [['--fingerprint', 'x', '--data-dir', 'd', '--set-name', '\x1b'], '--set-name: give a name of 1 to 80 characters'],
  ...['=y', 'FOO'].map((typed): [string[], string] => [
    ['--fingerprint', 'x', '--send-env', typed],
    `--send-env ${typed}: give a name and a value, such as USER=guest, or nothing behind =`,
  ]),
  ...['', 'a\x1b', '\u00e9'].map((typed): [string[], string] => [
    ['--fingerprint', 'x', '--ttype', typed],
    `--ttype ${typed.replace('\x1b', '\\x1b')}: give a name of printable ASCII characters`,
  ]),
  [['--fingerprint', 'x', '--banner-max-bytes', '0'], '--banner-max-bytes 0: give at least 1'],
  [['--fingerprint', 'x', '--timeout', '0'], '--timeout 0: give more than 0'],
  [['--timeout', '9', 'x'], '--timeout is for --fingerprint'],
  [['--fingerprint', 'x', '--save-json', ''], '--save-json: name a file'],
  [['--fingerprint', '--many', ''], '--many: name a file, or - for what is piped in'],
  [['--fingerprint', '--many', 'l', '--output', ''], '--output: name a file'],
  [
    ['--fingerprint', 'x', '--silent'],
    '--silent without --save-json or --data-dir: what was found would be neither shown nor kept',
  ],
  [['--fingerprint'], "missing required argument 'host'"],
  [['--fingerprint', '--many', 'l', 'x'], '--many l: the hosts stand in there, and none beside it'],
  [['--fingerprint', '--many', 'l', '--silent'], '--silent is for one server, not for --many'],
  [['--fingerprint', '--many', 'l', '--concurrency', '0'], '--concurrency 0: give at least 1'],
  [['--fingerprint', '--many', 'l', '--concurrency', '513'], '--concurrency 513: give at most 512'],
  [['--fingerprint', '--many', '/nowhere/list'], '--many /nowhere/list: ENOENT: no such file or directory'],
  [
    ['--fingerprint', '--ssl-no-verify', '--ssl-cafile', 'f', 'x'],
    '--ssl-cafile and --ssl-no-verify exclude each other',
  ],
]

test('a bound that is none is refused', async (t) => {
  const { err } = await ends(look(['x'], { env: { TELNETKIT_FINGERPRINT_MAX_FILES: 'many' } }), 2)
  const words = '--fingerprint: TELNETKIT_FINGERPRINT_MAX_FILES is many: give a whole number'
  t.is(err, `telnetkit-client: ${words}; see telnetkit-client --help\n`)
})

test('flags that would have no effect are refused', async (t) => {
  for (const [args, words] of REFUSED) {
    const { err } = await ends(runTool('telnetkit-client', args, { env: { TELNETKIT_DATA_DIR: '' }, input: '' }), 2)
    t.is(err, `telnetkit-client: ${words}; see telnetkit-client --help\n`)
  }
})

/** What a line is about, and what was found: a fingerprint's beginning, or a code. */
function summary(output: string): Record<string, string> {
  if (output !== '' && !output.endsWith('\n')) throw new Error(`it is cut off: ${output.slice(-100)}`)
  const lines = output
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line))
  return Object.fromEntries(
    lines.map(({ error, sessions: [{ host, port }], ...found }) => [
      `${host} ${port}`,
      error?.code ?? found['server-probe']['fingerprint-data']['offered-options'].join(),
    ]),
  )
}

test('many: hosts in every form, each once, a line for each', async (t) => {
  const [one, other] = [await startScripted(t, MUD), await startScripted(t, {})]
  const closed = await RawServer.listen(t)
  closed.close()
  const folder = await folderFor(t)
  const list = join(folder, 'list')
  const lines = [
    '# mine',
    '',
    `127.0.0.1:${one} # a mud`,
    `127.0.0.1 ${one}`,
    `  telnet://localhost:${other}\r`,
    `LOCALHOST:${other}`,
    `127.0.0.1:${closed.port}`,
    'a line of words',
    '127.0.0.1:99999',
    'mud\x1b[31m.example:23',
    `[::ffff:127.0.0.1]:${one}`,
  ]
  await writeFile(list, lines.join('\n'))
  const { out, err } = await ends(look(['--many', list]), 0)
  const expected = {
    [`127.0.0.1 ${one}`]: 'ECHO,MSSP',
    [`localhost ${other}`]: '',
    [`127.0.0.1 ${closed.port}`]: 'ECONNREFUSED',
    [`::ffff:127.0.0.1 ${one}`]: 'ECHO,MSSP',
  }
  t.deepEqual(summary(out), expected)
  t.deepEqual(err.match(/line \d+: .*/g), [
    'line 8: a line has a host, and perhaps a port; left out',
    'line 9: port 99999: give a number from 1 to 65535; left out',
    'line 10: it has controls in it; left out',
  ])
  const piped = look(['--many', '-', '--data-dir', join(folder, 'data')], { input: lines.join('\n') })
  t.deepEqual(summary((await ends(piped, 0)).out), expected)
  const kept = Object.keys(await filesBelow(join(folder, 'data'))).filter((name) => name.startsWith('server/'))
  t.is(kept.length, 3)
})

test('many: what stands in the output is not looked at again, and a line that was cut off is', async (t) => {
  const counts = new Map<number, number>()
  const ports: number[] = []
  for (let count = 0; count < 3; count++) {
    ports.push(
      await startScripted(t, {
        onOpen: ({ socket }) => counts.set(socket.localPort!, (counts.get(socket.localPort!) ?? 0) + 1),
      }),
    )
  }
  const folder = await folderFor(t)
  const [list, output] = [join(folder, 'list'), join(folder, 'output')]
  const run = () => ends(look(['--many', list, '--output', output]), 0)
  await writeFile(
    list,
    ports
      .slice(0, 2)
      .map((port) => `127.0.0.1:${port}\n`)
      .join(''),
  )
  t.is((await run()).out, '')
  const whole = await readFile(output, 'utf8')
  // In the middle of a line, and behind all of it but its end.
  await writeFile(output, whole.slice(0, -50))
  await appendFile(list, `127.0.0.1:${ports[2]}\n`)
  await run()
  await writeFile(output, (await readFile(output, 'utf8')).slice(0, -1))
  await run()
  t.is(Object.keys(summary(await readFile(output, 'utf8'))).length, 3)
  t.is((await readFile(output, 'utf8')).split('\n').length, 4)
  t.deepEqual([...counts.values()].sort(), [1, 1, 2])
})

test('many: a file that is not ours is left as it is', async (t) => {
  const folder = await folderFor(t)
  const [list, output] = [join(folder, 'list'), join(folder, 'output')]
  await writeFile(list, '127.0.0.1:1\n')
  const ours = '{"error":{},"sessions":[{"host":"127.0.0.1","port":1}]}\n'
  const foreign = [
    'some text\n',
    'text',
    '{"a":1}\n',
    '{"important":1}',
    '{"error":{"code":1}}',
    '{"a":',
    `${ours}mine`,
  ]
  for (const wrong of foreign) {
    await writeFile(output, wrong)
    const { err } = await ends(look(['--many', list, '--output', output]), 2)
    t.regex(err, /--output .*: line [12] is about no server; name another file; see/)
    t.is(await readFile(output, 'utf8'), wrong)
  }
  for (const cut of ['{"', '{"error":{"co', '{"server-probe":{"fingerprint']) {
    await writeFile(output, `${ours}${cut}`)
    await ends(look(['--many', list, '--output', output]), 0)
    t.is(await readFile(output, 'utf8'), ours)
  }
})

test('many: no more at once than was said', async (t) => {
  let [now, most, all] = [0, 0, 0]
  const count: ScriptedServer = {
    opening: '"Name: "',
    onOpen: ({ socket }) => {
      all++
      most = Math.max(most, ++now)
      socket.on('close', () => now--)
    },
  }
  const ports = await Promise.all(Array.from({ length: 9 }, () => startScripted(t, count)))
  const input = ports.map((port) => `127.0.0.1:${port}\n`).join('')
  await ends(look(['--many', '-', '--concurrency', '3'], { input }), 0)
  t.is(all, 9)
  // One that was looked at may still be hanging up.
  t.true(most >= 3 && most <= 6, String(most))
})

test('many: Ctrl-C ends it in order, and it goes on from there', async (t) => {
  const mute = await RawServer.listen(t)
  const quick = await startScripted(t, MUD)
  const folder = await folderFor(t)
  const [list, output] = [join(folder, 'list'), join(folder, 'output')]
  await writeFile(list, `127.0.0.1:${quick}\n127.0.0.1:${mute.port}\nlocalhost:${mute.port}\n`)
  const run = runTool('telnetkit-client', ['--fingerprint', '--many', list, '--output', output, '--concurrency', '2'])
  await mute.next()
  while (!(await readFile(output, 'utf8')).includes('\n')) await delay(10)
  run.child.kill('SIGINT')
  const { err } = await ends(run, 130)
  t.is(err, '')
  t.deepEqual(summary(await readFile(output, 'utf8')), { [`127.0.0.1 ${quick}`]: 'ECHO,MSSP' })
  mute.close()
  await ends(look(['--many', list, '--output', output]), 0)
  t.is(Object.keys(summary(await readFile(output, 'utf8'))).length, 3)
})

test('many: Ctrl-C ends it while nothing is piped in', async (t) => {
  const port = await startScripted(t, MUD)
  for (const list of ['-', '/dev/stdin']) {
    const run = runTool('telnetkit-client', ['--fingerprint', ...QUICK, '--many', list])
    run.child.stdin!.write(`127.0.0.1:${port}\n`)
    while (!run.output.out.endsWith('\n')) await delay(10)
    run.child.kill('SIGINT')
    t.is((await ends(run, 130)).err, '')
  }
})

onUnix('many: a list may come through a pipe that has a name', async (t) => {
  const [port, folder] = [await startScripted(t, MUD), await folderFor(t)]
  const [pipe, output] = [join(folder, 'pipe'), join(folder, 'output')]
  execFileSync('mkfifo', [pipe])
  const run = runTool('telnetkit-client', ['--fingerprint', ...QUICK, '--many', pipe])
  await writeFile(pipe, `127.0.0.1:${port}\n`)
  t.deepEqual(summary((await ends(run, 0)).out), { [`127.0.0.1 ${port}`]: 'ECHO,MSSP' })

  const idle = runTool('telnetkit-client', ['--fingerprint', '--many', pipe, '--output', output])
  // Its last step before it reads is to open the output.
  while (!existsSync(output)) await delay(10)
  idle.child.kill('SIGTERM')
  await ends(idle, 143)
})

onUnix('many: where this machine may open no more, fewer are looked at at once', async (t) => {
  const ports = await Promise.all(Array.from({ length: 40 }, () => startScripted(t, MUD)))
  const list = join(await folderFor(t), 'list')
  await writeFile(list, ports.map((port) => `127.0.0.1:${port}\n`).join(''))
  const args = ['--fingerprint', ...QUICK, '--many', list, '--concurrency', '40']
  const shell = spawn('sh', [
    '-c',
    'ulimit -n 44; exec "$@"',
    'sh',
    process.execPath,
    toolPath('telnetkit-client'),
    ...args,
  ])
  const [out, err, [code]] = await Promise.all([textOf(shell.stdout), textOf(shell.stderr), once(shell, 'close')])
  t.is(code, 0, err)
  t.deepEqual(summary(out), Object.fromEntries(ports.map((port) => [`127.0.0.1 ${port}`, 'ECHO,MSSP'])))
  t.is(err.match(/ \(EMFILE\); from here on fewer than 40 are looked at at once\n/g)?.length, 1, err)
})

const inTerminal = needs(withoutPty)

inTerminal('in a terminal the document has colours, unless nobody wants them', async (t) => {
  const port = String(await startScripted(t, MUD))
  const command = [toolPath('telnetkit-client'), '--fingerprint', ...QUICK, '127.0.0.1', port]
  const show = async (env: Record<string, string>) => {
    const screen = Screen.start(process.execPath, command, { env, columns: 120 })
    t.is(await screen.exited, 0)
    return screen
  }
  const coloured = await show({})
  t.true(coloured.raw.includes('\x1b[1;34m"server-probe"\x1b[0m: {'), coloured.raw)
  t.true(coloured.raw.includes(`\x1b[1;34m"port"\x1b[0m: \x1b[33m${port}\x1b[0m`))
  await coloured.shows(/"banner_before_return": "\\u001b\]0;owned\\u0007H/)
  for (const env of [{ NO_COLOR: '1' }, { TERM: 'dumb' }]) t.false((await show(env as never)).raw.includes('\x1b['))
})

inTerminal('many: a bar shows how far it is, and goes away', async (t) => {
  const [quick, mute] = [await startScripted(t, MUD), await RawServer.listen(t)]
  const folder = await folderFor(t)
  await writeFile(join(folder, 'list'), `127.0.0.1:${quick}\n127.0.0.1:${mute.port}\n`)
  const where = ['--many', join(folder, 'list'), '--output', join(folder, 'output')]
  const screen = Screen.start(process.execPath, [toolPath('telnetkit-client'), '--fingerprint', ...where])
  await screen.shows(/\[#{15}\.{15}\] 1 of 2, 1 running, 0 failed/)
  screen.type('\x03')
  t.is(await screen.exited, 130)
  await screen.shows(/^(\^C)?$/)
})
