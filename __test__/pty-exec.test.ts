// telnetkit-server --pty-exec: programs of a terminal over Telnet, as their users see them.

import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import test, { type ExecutionContext } from 'ava'
import { type ConnectOptions, connect, Option, type Session } from 'telnetkit'
import { findProgram } from '../bin/program-path.js'
import { loadPtyShell, type PtyOptions } from '../bin/pty.js'
import { createServer } from '../ts/index.js'
import { withoutPty } from './support/pty.js'
import { RawPeer, wire } from './support/raw-peer.js'
import { Screen, type ScreenOptions } from './support/screen.js'
import { startServer, toolPath } from './support/tool.js'

// One after another: each takes two or three processes.
const run = withoutPty ? test.skip : test.serial
if (withoutPty) console.log(`Skipped: ${withoutPty}`)

/** Where games and daemons are that no user has on the PATH. */
const PATH = `${process.env.PATH}:/usr/games:/usr/sbin`

interface Host {
  port: number
  pid: number
  stop: () => Promise<unknown>
  log: () => string
}

/** A server that runs a program; it is stopped with the test. */
async function host(t: ExecutionContext, program: string, args: string[], flags: string[] = []): Promise<Host> {
  const { child, port, output, exited } = await startServer([...flags, '--pty-exec', program, '--', ...args], { PATH })
  t.teardown(() => child.kill('SIGKILL'))
  const stop = () => {
    child.kill('SIGTERM')
    return exited
  }
  return { port, pid: child.pid!, stop, log: () => output.err }
}

/** A server that runs a script of sh. */
function script(t: ExecutionContext, text: string, flags: string[] = []): Promise<Host> {
  return host(t, 'sh', ['-c', text], flags)
}

async function client(t: ExecutionContext, { port }: Host, options: ConnectOptions = {}): Promise<Session> {
  const session = await connect({ host: '127.0.0.1', port, forceBinary: true, ...options })
  t.teardown(() => session.destroy())
  return session
}

/** A client that refuses TTYPE, so that all questions are asked, and answers nothing else. */
async function plain(t: ExecutionContext, { port }: Host): Promise<RawPeer> {
  const peer = await RawPeer.connect(port)
  t.teardown(() => peer.destroy())
  return peer
}

/** A person with a client in a terminal. */
function person(t: ExecutionContext, command: string[], options: ScreenOptions = {}): Screen {
  const [file, ...args] = command as [string, ...string[]]
  const screen = Screen.start(file, args, options)
  t.teardown(() => screen.kill())
  return screen
}

const ours = ({ port }: Host) => [process.execPath, toolPath('telnetkit-client'), '127.0.0.1', String(port)]

async function scratch(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'telnetkit-pty-'))
  t.teardown(() => rm(folder, { recursive: true }))
  return folder
}

/** The clients of this machine, and how they are called. */
const clients: [name: string, program: string | undefined, command: (host: Host) => string[]][] = [
  ['telnetkit-client', process.execPath, ours],
  [
    'inetutils telnet',
    findProgram('inetutils-telnet', PATH),
    ({ port }) => ['inetutils-telnet', '127.0.0.1', String(port)],
  ],
]

/** What is typed into a program, what it says, and how it is left. */
const programs: [program: string, args: string[], typed: string, shown: RegExp, leave: string][] = [
  ['bash', ['--norc', '--noprofile'], 'echo hi-$((40+2))', /^hi-42$/m, 'exit'],
  ['python3', ['-q'], 'print("hi-%d" % (40 + 2))', /^hi-42$/m, 'exit()'],
  ['bc', [], '1000 + 337', /^1337$/m, 'quit'],
]

for (const [clientName, clientPath, command] of clients) {
  for (const mode of ['', '--line-mode']) {
    for (const [program, args, typed, shown, leave] of programs) {
      const name = `${program} ${mode} with ${clientName}: what is typed stands there once, and so does the answer`
      const missing =
        withoutPty ?? (clientPath ? undefined : clientName) ?? (findProgram(program, PATH) ? undefined : program)
      if (missing) {
        console.log(`Skipped: ${name}: ${missing} is not installed`)
        continue
      }
      run(name, async (t) => {
        const server = await host(t, program, args, mode === '' ? [] : [mode])
        const screen = person(t, command(server))
        await screen.shows(/^(bash-.*[#$]|>>>|For details)/m)
        screen.type(`${typed}\r`)
        await screen.shows(shown)
        t.is(screen.lines.filter((line) => line.includes(typed)).length, 1, screen.text)
        t.is(screen.lines.filter((line) => shown.test(line)).length, 1, screen.text)
        screen.type(`${leave}\r`)
        t.true([0, 1].includes(await screen.exited), 'an inetutils telnet whose server closes says 1')
        await screen.shows('Connection closed by foreign host.')
      })
    }
  }
}

run('keys that go past JavaScript and keys that do not come in the order in which they were typed', async (t) => {
  const server = await script(t, "stty raw -echo; printf 'ready'; exec cat")
  const session = await client(t, server)
  await session.readUntil('ready')
  t.true(session.remote.has(Option.ECHO), 'else all are told')
  const keys = ['a', 'bc', '\x1b[A', '\r', '\x7f', 'é', '\t', 'no\rmore', '\x03', 'é', 'z']
  let random = 1
  let typed = ''
  let shown = ''
  for (let count = 0; count < 2_000; count++) {
    random = (random * 48_271) % 2_147_483_647
    const key = keys[random % keys.length]!
    typed += key
    session.write(key)
    // Now and then all is quiet; else keys meet on the way.
    while (random % 3 === 0 && shown.length < typed.length) shown += await session.read()
  }
  while (shown.length < typed.length) shown += await session.read()
  t.is(shown, typed)
})

run('behind an Enter that is a bare CR, Ctrl-J is a key', async (t) => {
  const server = await script(t, "stty raw -echo; printf 'ready'; dd bs=1 count=2 2>/dev/null | od -An -tx1")
  const session = await client(t, server)
  await session.readUntil('ready')
  t.true(session.local.has(Option.BINARY))
  session.write(Buffer.from('\r'))
  // However busy the server is, it reads the one before the other comes.
  await delay(500)
  session.write(Buffer.from('\n'))
  t.is((await session.readUntil('0d\n'))?.trim(), '0d 0d')
})

for (const pause of [0, 50]) {
  run(`Ctrl-J and Ctrl-Space behind an Enter are keys of their own, after ${pause} ms`, async (t) => {
    const server = await script(t, "stty raw -echo; printf 'ready'; dd bs=1 count=8 2>/dev/null | od -An -tx1")
    const session = await client(t, server)
    await session.readUntil('ready')
    for (const key of ['\r\0', '\n', '\r\0', '\0', '\r\0', 'x', '\n', '\r\n']) {
      session.write(Buffer.from(key))
      if (pause > 0) await delay(pause)
    }
    t.is((await session.readUntil('0d\n'))?.trim(), '0d 0d 0d 00 0d 78 0d 0d')
  })
}

run('a plain key is typed without JavaScript, until the client shows what it types', async (t) => {
  const folder = await scratch(t)
  const file = join(folder, 'program')
  await writeFile(file, "#!/bin/sh\nstty raw -echo; printf 'ready'; exec cat\n", { mode: 0o755 })
  const log = { info: () => undefined } as unknown as PtyOptions['log']
  const shell = await loadPtyShell({ file, args: [], names: [], folder: undefined, isRaw: false, goAhead: false, log })
  let told = ''
  const server = createServer({}, async (session) => {
    session.on('data', (text) => {
      told += text
    })
    await shell(session as never)
  })
  await server.listen(0, '127.0.0.1')
  t.teardown(() => server.close())
  const session = await client(t, { port: server.address()!.port } as Host)
  const type = async (key: string) => {
    session.write(key)
    await session.readUntil(key)
  }
  await session.readUntil('ready')
  // What has been told until now is given back along with the first answer.
  await type('first')
  const before = told
  await type('a key and others')
  t.is(told, before)
  await type('é')
  t.is(told, `${before}é`)
  await session.remote.disable(Option.ECHO)
  await type('shown here')
  t.is(told, `${before}éshown here`)
})

run('full screens look as they do without Telnet', async (t) => {
  const folder = await scratch(t)
  const path = join(folder, 'text')
  await writeFile(path, Array.from({ length: 300 }, (_, line) => `line ${line} of the text with é and ▓▒░`).join('\n'))
  const keys = ['jjjjj', ' ', 'kk', '/27\r', 'G', 'g', '100g', '\x04', '\x15']
  const less = findProgram('less', PATH)
  if (!less) return void t.log('Skipped: less is not installed')
  const size = { columns: 93, rows: 31 }
  const direct = person(t, [less, path], size)
  await direct.shows('line 5 of')
  const remote = person(t, ours(await host(t, less, [path])), size)
  await remote.shows('line 5 of')
  for (const typed of keys) {
    direct.type(typed)
    remote.type(typed)
    // When the one without Telnet has been still for a while, the other will come to look the same, or never.
    for (let before = ''; before !== direct.raw; ) {
      before = direct.raw
      await delay(250)
    }
    await remote.shows(direct.text).catch(() => t.is(remote.text, direct.text, `after ${JSON.stringify(typed)}`))
  }
  for (const screen of [direct, remote]) screen.type('q')
  t.is(await remote.exited, 0)
})

run('the window has the size of the client from the first moment, and follows it', async (t) => {
  const server = await script(t, 'trap "stty size" WINCH; stty size; while :; do sleep 0.05; done')
  const session = await client(t, server, { columns: 101, rows: 41 })
  await session.readUntil('41 101\r\n')
  session.resize(90, 20)
  await session.readUntil('20 90\r\n')
  for (let columns = 60; columns <= 70; columns++) session.resize(columns, 10)
  t.is(await session.readUntil('10 70\r\n'), '10 70\r\n', 'many changes at once are one')
  session.resize(60_000, 60_000)
  t.regex((await session.readUntil('\r\n')) as string, /^\d{1,4} \d{1,4}\r\n$/)
})

run('a client that does not say how large its window is has said so, and is not waited for', async (t) => {
  const server = await script(t, 'stty size', ['--connect-maxwait', '0.05'])
  const silent = await plain(t, server)
  silent.send('IAC WONT TTYPE IAC WILL NAWS')
  await silent.takeUntil('IAC DO NAWS')
  const unsaid = await plain(t, server)
  unsaid.send('IAC WONT TTYPE IAC WILL NAWS IAC SB NAWS 0 0 0 0 IAC SE')
  const first = await Promise.race([silent, unsaid].map(async (peer) => ({ peer, said: await peer.takeAll() })))
  t.is(first.peer, unsaid)
  t.true(first.said.includes(wire('"24 80\\r\\n"')))
})

run('the environment: what the client may say, and nothing else', async (t) => {
  const server = await host(t, 'env', [], ['--pty-env', 'DISPLAY'])
  const environment = {
    LANG: 'de_DE.UTF-8',
    LC_ALL: 'C.UTF-8',
    COLORTERM: 'truecolor',
    DISPLAY: 'here:0',
    USER: 'mallory',
    LD_PRELOAD: '/tmp/x.so',
    LINES: '9',
  }
  const session = await client(t, server, { terminalType: 'XTERM-256COLOR', environment })
  const lines = ((await session.readAll()) as string).trimEnd().split('\r\n')
  const told = Object.fromEntries(lines.map((line) => line.split(/=(.*)/).slice(0, 2)))
  t.like(told, { TERM: 'xterm-256color', IPADDRESS: '127.0.0.1', PATH, LANG: 'de_DE.UTF-8', COLORTERM: 'truecolor' })
  t.like(told, { LC_ALL: 'C.UTF-8', DISPLAY: 'here:0' })
  t.not(told.USER, 'mallory')
  const known = /^(TERM|IPADDRESS|PATH|HOME|USER|LOGNAME|SHELL|TMPDIR|TZ|PWD|LANG|LC_ALL|COLORTERM|DISPLAY)$/
  t.deepEqual(
    Object.keys(told).filter((name) => !known.test(name)),
    [],
  )
})

run('each form of Enter is one, also split over packets', async (t) => {
  const server = await script(t, 'stty -echo; echo ready; for i in 1 2 3 4 5; do read line; echo "$i<$line>"; done')
  const session = await client(t, server)
  await session.readUntil('ready\r\n')
  for (const piece of ['one\r', '\ntwo\r', '\0three\r', 'four\n', 'five\r\n']) {
    session.write(Buffer.from(piece))
    await delay(20)
  }
  t.is(await session.readAll(), '1<one>\r\n2<two>\r\n3<three>\r\n4<four>\r\n5<five>\r\n')
})

run('while lines are edited both erasing keys erase; a program that reads keys gets them as they are', async (t) => {
  const server = await script(t, 'read line; echo "<$line>"; stty raw -echo; echo raw; head -c 2 | od -An -tx1')
  const session = await client(t, server)
  session.write('ax\x7fby\bc\r')
  await session.readUntil('<abc>')
  await session.readUntil('raw')
  session.write('\x7f\b')
  t.regex((await session.readAll()) as string, /7f 08/)
})

run('the commands of Telnet are the keys of a terminal', async (t) => {
  const program =
    'trap "echo interrupted" INT; echo ready; until read a; do :; done; read b; echo "<$a><$b>"; cat; echo end'
  const server = await script(t, program, ['--line-mode', '--connect-maxwait', '0.05'])
  const peer = await plain(t, server)
  await peer.takeUntil('"ready\\r\\n"')
  peer.send('IAC IP')
  await peer.takeUntil('"interrupted\\r\\n"')
  peer.send('"abc" IAC EC "d\\r\\n" "abc" IAC EL "e\\r\\n"')
  await peer.takeUntil('"<abd><e>\\r\\n"')
  peer.send('IAC EOF')
  await peer.takeUntil('"end\\r\\n"')
  t.pass()
})

run('the keys are those that the terminal is set to', async (t) => {
  const program = 'trap "echo interrupted" INT; stty intr ^G; echo ready; until read a; do :; done; echo "<$a>"'
  const server = await script(t, program, ['--line-mode', '--connect-maxwait', '0.05'])
  const peer = await plain(t, server)
  await peer.takeUntil('"ready\\r\\n"')
  peer.send('IAC IP')
  await peer.takeUntil('"interrupted\\r\\n"')
  peer.send('"a\\r\\n"')
  await peer.takeUntil('"<a>\\r\\n"')
  t.pass()
})

run('AO: what the program has written and is not shown yet is not shown, and it goes on', async (t) => {
  // Within an update of the screen, so that it is held back.
  const program = 'printf "start\\033[?2026hheld back"; read a; printf "\\033[?2026lafter $a"'
  const session = await client(t, await script(t, program))
  await session.readUntil('start')
  await delay(100)
  session.abortOutput()
  session.write('all\r')
  const shown = await session.readUntil('after all')
  t.false(shown!.includes('held back'), shown!)
})

run('what the program writes arrives as it is: CR, LF, characters in pieces', async (t) => {
  const program = 'stty raw; printf "a\\rb\\nc\\r"; sleep 0.1; printf "\\nd\\303"; sleep 0.1; printf "\\251\\r"'
  const server = await script(t, program)
  const session = await client(t, server)
  t.is(await session.readAll(), 'a\rb\nc\r\ndé\r')

  const latin = await script(t, program, ['--encoding', 'latin1', '--connect-maxwait', '0.05'])
  const said = await (await plain(t, latin)).takeAll()
  const end = wire('"a\\r" 0 "b\\nc\\r\\nd" 233 "\\r" 0')
  t.deepEqual(said.subarray(-end.length), end)

  const bytes = await script(t, program, ['--encoding', 'false', '--connect-maxwait', '0.05'])
  const raw = await (await plain(t, bytes)).takeAll()
  const rawEnd = wire('"a\\r" 0 "b\\nc\\r\\nd" 195 169 "\\r" 0')
  t.deepEqual(raw.subarray(-rawEnd.length), rawEnd)
})

run('bytes that are no UTF-8 arrive as they are where the client speaks UTF-8', async (t) => {
  const server = await script(t, "printf 'a\\377\\303b\\r\\n\\303'; sleep 0.1; printf '\\251'")
  const session = await client(t, server, { encoding: null, policy: { remote: { BINARY: 'accept' } } })
  const said: unknown = await session.readAll()
  t.deepEqual(said, Buffer.from('61ffc3620d0d0ac3a9', 'hex'))
})

run('keys go to the program in UTF-8, whatever the character set of the client', async (t) => {
  const server = await script(t, 'read line; printf "%s" "$line" | od -An -tx1', ['--encoding', 'latin1'])
  const session = await client(t, server, { encoding: 'latin1' })
  session.write('é\r')
  t.regex((await session.readAll()) as string, /c3 a9/)
})

run('a megabyte of output arrives whole through a slow reader, though the program has ended long before', async (t) => {
  const server = await script(t, 'head -c 1000000 /dev/zero | tr "\\0" x; echo; echo end')
  const session = await client(t, server)
  let length = 0
  let last = ''
  for await (const chunk of session) {
    length += chunk.length
    last = chunk
    await delay(2)
  }
  t.is(length, 1_000_007)
  t.true(last.endsWith('end\r\n'))
})

/** KiB of memory that a process has; 0 where no system tells. */
async function memoryOf(pid: number): Promise<number> {
  if (process.platform !== 'linux') return 0
  return Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${pid}/status`, 'utf8'))![1])
}

run('100 MB of output are held back for a client that does not read, and cost no memory', async (t) => {
  const size = 100_000_000
  const server = await script(t, `head -c ${size} /dev/zero | tr '\\0' x`)
  const session = await client(t, server, { encoding: null })
  await session.ready()
  const before = await memoryOf(server.pid)
  const grown = async () => (await memoryOf(server.pid)) - before
  await delay(1_000)
  t.true((await grown()) < 16 * 1024, `${await grown()} KiB more for a client that reads nothing`)
  let length = 0
  session.on('data', (chunk) => {
    length += chunk.length
  })
  let most = 0
  let hasEnded = false
  session.once('end', () => {
    hasEnded = true
  })
  // No look is under way when the server is stopped.
  while (!hasEnded) {
    most = Math.max(most, await grown())
    await delay(100)
  }
  t.is(length, size)
  t.true(most < 48 * 1024, `${most} KiB more while it was read`)
})

run('a flood of commands at a terminal that is full does not pile up', async (t) => {
  const program = 'stty raw -echo -isig; echo ready; sleep 3; echo done'
  const server = await script(t, program, ['--connect-maxwait', '0.05', '--encoding', 'false'])
  const peer = await plain(t, server)
  await peer.takeUntil('"ready\\n"')
  const before = await memoryOf(server.pid)
  peer.send(Buffer.alloc(20_000, 'x'))
  peer.send(Buffer.alloc(4_000_000, wire('IAC EC')))
  await peer.takeUntil('"done\\n"')
  const grown = (await memoryOf(server.pid)) - before
  t.true(grown < 48 * 1024, `${grown} KiB more`)
})

run('a megabyte is pasted into a program that is slow to read', async (t) => {
  const server = await script(t, 'stty raw -echo; echo ready; sleep 0.3; head -c 1000000 | md5sum')
  const session = await client(t, server)
  await session.readUntil('ready')
  const text = 'all work and no play makes jack a dull boy '.repeat(24_000).slice(0, 1_000_000)
  session.write(text)
  t.true(((await session.readAll()) as string).includes(createHash('md5').update(text).digest('hex')))
})

run('an update of the screen comes in one piece', async (t) => {
  const server = await script(
    t,
    'printf "a\\033[?2026hfirst"; sleep 0.2; printf "second\\033[?2026lb"; sleep 0.2; printf c',
  )
  const session = await client(t, server)
  const chunks: string[] = []
  for await (const chunk of session) chunks.push(chunk)
  t.true(
    chunks.some((chunk) => chunk.includes('\x1b[?2026hfirstsecond\x1b[?2026l')),
    JSON.stringify(chunks),
  )
})

run('an update that never ends is shown after a while', async (t) => {
  const server = await script(t, 'printf "\\033[?2026hstuck"; read line')
  const session = await client(t, server)
  t.true(((await session.readUntil('stuck', { timeout: 10_000 })) as string).includes('stuck'))
})

run('the program hears that the client is gone', async (t) => {
  const folder = await scratch(t)
  const server = await script(t, `trap 'echo hup > ${folder}/told; exit' HUP; echo ready; while :; do sleep 0.05; done`)
  const session = await client(t, server)
  await session.readUntil('ready')
  session.destroy()
  const told = () => readFile(`${folder}/told`, 'utf8').catch(() => '')
  while ((await told()) === '') await delay(20)
  t.is(await told(), 'hup\n')
})

run('the server ends its programs, those that hear nothing too, and leaves none behind', async (t) => {
  const server = await script(t, 'trap "" HUP INT TERM; echo pid $$; while :; do sleep 0.1; done')
  const session = await client(t, server)
  const pid = /pid (\d+)/.exec((await session.readUntil(/pid \d+\r/)) as string)![1]!
  t.is(await server.stop(), 0)
  await t.throwsAsync(promisify(execFile)('ps', ['-p', pid]), undefined, 'it is gone')
})

run('a second signal does not wait, and leaves no program behind either', async (t) => {
  const server = await script(t, 'trap "" HUP INT TERM; echo pid $$; while :; do sleep 0.1; done')
  const session = await client(t, server)
  const pid = /pid (\d+)/.exec((await session.readUntil(/pid \d+\r/)) as string)![1]!
  t.teardown(() => execFile('kill', ['-9', pid]))
  void server.stop()
  while (!server.log().includes('SIGTERM received')) await delay(1)
  t.is(await server.stop(), 143)
  // One that is dead may wait for a parent that asks what became of it.
  const state = () =>
    promisify(execFile)('ps', ['-o', 'stat=', '-p', pid]).then(
      ({ stdout }) => stdout,
      () => 'Z',
    )
  while (!(await state()).startsWith('Z')) await delay(20)
})

run('the connection closes with the program, though another process holds the terminal', async (t) => {
  const server = await script(t, '(trap "" HUP; sleep 30) & echo last words; exit 5')
  const session = await client(t, server)
  t.is(await session.readAll(), 'last words\r\n')
  while (!/sh ended with status 5\n/.test(server.log())) await delay(5)
})

run('GA after silence where SGA is not agreed', async (t) => {
  const server = await script(t, 'printf one; sleep 0.05; printf two; read line', ['--connect-maxwait', '0.05'])
  const peer = await plain(t, server)
  const said = await peer.takeUntil('IAC GA')
  t.true(said.includes(wire('"onetwo" IAC GA')))

  const silent = await script(t, 'printf one; sleep 0.8; printf two', ['--connect-maxwait', '0.05', '--never-send-ga'])
  t.false((await (await plain(t, silent)).takeAll()).includes(wire('IAC GA')))
})

run('a password is not shown while the program hides it', async (t) => {
  const server = await script(
    t,
    'stty -echo; printf "Password: "; read word; stty echo; echo; echo "got $word"; read line',
  )
  const screen = person(t, ours(server))
  await screen.shows('Password: ')
  screen.type('secret\r')
  await screen.shows('got secret')
  t.is(screen.text.match(/secret/g)?.length, 1)
  screen.type('shown')
  await screen.shows('shown')
})

for (const shell of ['bash', 'busybox ash']) {
  const missing = withoutPty ?? (findProgram(shell.split(' ')[0]!, PATH) ? undefined : `${shell} is not installed`)
  if (missing) console.log(`Skipped: read -s of ${shell}: ${missing}`)
  const runWith = missing ? test.skip : test.serial
  runWith(`a client that shows its own lines is told when they are hidden (${shell})`, async (t) => {
    const read = 'read -sp "Password: " word; echo; echo "got $word"; read line; echo "<$line>"'
    const server = await script(t, `exec ${shell} -c '${read}'`, ['--line-mode'])
    const screen = person(t, ours(server))
    await screen.shows('Password: ')
    const session = await client(t, server)
    await session.waitFor({ remote: { ECHO: true } })
    session.write('secret\n')
    await session.waitFor({ remote: { ECHO: false } })
    session.write('shown\n')
    t.is(await session.readAll(), 'Password: \r\ngot secret\r\n<shown>\r\n')

    screen.type('secret\r')
    await screen.shows('got secret')
    t.is(screen.text.match(/secret/g)?.length, 1)
    screen.type('shown\r')
    await screen.shows('<shown>')
    t.is(screen.text.match(/shown/g)?.length, 2)
  })
}

run('a client that refuses our ECHO shows its own lines, and nothing stands there twice', async (t) => {
  const server = await script(t, 'read line; echo "<$line>"')
  const session = await client(t, server, { policy: { remote: { ECHO: 'refuse' } } })
  await session.ready()
  t.false(session.remote.has(Option.ECHO))
  session.write('hello\n')
  t.is(await session.readAll(), '<hello>\r\n')
})

run('a client that takes the echo over in mid-session, and gives it back', async (t) => {
  const server = await script(t, 'while read line; do echo "<$line>"; stty echo; echo ready; done')
  const session = await client(t, server)
  await session.ready()
  const say = async (line: string) => {
    session.write(`${line}\r`)
    const said = (await session.readUntil('ready\r\n')) as string
    return said.slice(0, -'ready\r\n'.length)
  }
  t.is(await say('theirs'), 'theirs\r\n<theirs>\r\n')
  await session.remote.disable(Option.ECHO)
  t.is(await say('ours'), '<ours>\r\n')
  t.is(await say('still ours'), '<still ours>\r\n', 'though the program has switched it on')
  await session.remote.enable(Option.ECHO)
  t.is(await say('theirs again'), 'theirs again\r\n<theirs again>\r\n')
})
