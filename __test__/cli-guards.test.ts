// The guards of telnetkit-server: each flag at work, and the line in the log by which a program that bans addresses knows of it.

import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import test, { type ExecutionContext } from 'ava'
import { Certificates } from './support/certificates.js'
import { withoutPty } from './support/pty.js'
import { RawPeer, wire } from './support/raw-peer.js'
import { startServer, toolPath } from './support/tool.js'

const onTerminal = withoutPty ? test.skip : test.serial
if (withoutPty) console.log(`Skipped: ${withoutPty}`)

function start(t: ExecutionContext, ...flags: string[]) {
  return serve(t, '--shell', 'echo', ...flags)
}

async function serve(t: ExecutionContext, ...flags: string[]) {
  const server = await startServer(['--connect-maxwait', '0', ...flags])
  t.teardown(() => server.child.kill('SIGKILL'))
  const logged = async (line: RegExp) => {
    while (!line.test(server.output.err)) await once(server.child.stderr!, 'data')
    t.regex(server.output.err, line)
  }
  const join = async () => {
    const peer = await RawPeer.connect(server.port)
    t.teardown(() => peer.destroy())
    return peer
  }
  return { ...server, logged, join }
}

/** A line of the log about one peer, whose address a program that bans reads. */
const line = (what: string) => new RegExp(`^\\S+Z warn {2}127\\.0\\.0\\.1:\\d+ ${what}$`, 'm')

const EVERYBODY = ['--exempt-addresses', '']

const crowds: [string, string[]][] = [
  ['max-connections', ['--max-connections', '2']],
  ['max-connections-per-address', ['--max-connections-per-address', '2', ...EVERYBODY]],
  ['accept-rate', ['--accept-rate', '0.2']],
  ['accept-rate-per-address', ['--accept-rate-per-address', '.2', ...EVERYBODY]],
]

for (const [guard, flags] of crowds) {
  test.serial(`--${guard} turns away who is too many, and logs it`, async (t) => {
    const { logged, join } = await start(t, ...flags)
    const [first, second, third] = [await join(), await join(), await join()]
    t.is((await third.takeAll()).length, 0)
    await logged(line(`turned away: ${guard}`))
    for (const peer of [first, second]) {
      peer.send('"here" 13 10')
      await peer.takeUntil('"here"')
    }
  })
}

test.serial('one address has 128 connections, and this machine more', async (t) => {
  const everybody = await start(t, ...EVERYBODY)
  const others = await start(t)
  for (let count = 0; count < 130; count++) {
    await everybody.join()
    await others.join()
  }
  await everybody.logged(line('turned away: max-connections-per-address'))
  const last = await others.join()
  last.send('"here" 13 10')
  await last.takeUntil('"here"')
  t.notRegex(others.output.err, /turned away/)
})

const misdeeds: [guard: string, flags: string[], what: Buffer, words: string][] = [
  ['idle', ['--timeout', '0.1'], Buffer.of(), 'nothing came or went for so long; ended'],
  ['input-rate', ['--input-rate', '100'], Buffer.alloc(5_000, 'x'), 'more came a second than the limit; .*'],
  ['negotiation-rate', ['--negotiation-rate', '10'], Buffer.alloc(1_000, wire('IAC NOP')), 'more commands came .*'],
  [
    'oversized-subnegotiation',
    ['--max-subnegotiation', '10'],
    wire('IAC SB GMCP "Core.Hello {}" IAC SE'),
    'a subnegotiation of GMCP was longer than the limit; dropped',
  ],
  [
    'environment-limit',
    ['--max-environment-name', '3'],
    wire('IAC WILL NEW_ENVIRON IAC SB NEW_ENVIRON 2 0 "LANG" 1 "C" IAC SE'),
    'too many or too long environment variables; excess dropped',
  ],
  [
    'environment-limit',
    ['--max-environment-value', '3'],
    wire('IAC WILL NEW_ENVIRON IAC SB NEW_ENVIRON 2 0 "A" 1 "four" IAC SE'),
    'too many or too long environment variables; excess dropped',
  ],
  [
    'environment-limit',
    ['--max-environment', '1'],
    wire('IAC WILL NEW_ENVIRON IAC SB NEW_ENVIRON 2 0 "A" 1 "1" 0 "B" 1 "2" IAC SE'),
    'too many or too long environment variables; excess dropped',
  ],
  [
    'window-limit',
    ['--max-columns', '100'],
    wire('IAC WILL NAWS IAC SB NAWS 0 101 0 24 IAC SE'),
    'a window larger than the limit; cut',
  ],
  [
    'window-limit',
    ['--max-rows', '20'],
    wire('IAC WILL NAWS IAC SB NAWS 0 80 0 24 IAC SE'),
    'a window larger than the limit; cut',
  ],
]

for (const [guard, flags, what, words] of misdeeds) {
  test.serial(`${flags.join(' ')}: ${guard} is logged`, async (t) => {
    const { logged, join } = await start(t, ...flags)
    const peer = await join()
    peer.send(what)
    await logged(line(`guard ${guard}: ${words}`))
  })
}

test.serial('--tls-handshake-timeout disconnects who does not come to TLS', async (t) => {
  const certificates = new Certificates().make('server')
  t.teardown(() => certificates.remove())
  const flags = ['--ssl-certfile', certificates.path('server.pem'), '--tls-handshake-timeout', '0.1']
  const { logged, join } = await start(t, ...flags)
  const peer = await join()
  t.is((await peer.takeAll()).length, 0)
  await logged(line('turned away: tls, TLS did not stand within 0\\.1 s'))
})

test.serial('who asks for more than he reads is given up, and it is logged once', async (t) => {
  const shell = ['--shell', `${toolPath('telnetkit-server').replace(/dist.*/, '')}__test__/support/babbler.mjs`]
  for (const [flags, guard] of [
    [['--write-stall', '0.1'], 'write-stall'],
    [['--max-queued-output', '100000'], 'queued-output'],
  ] as const) {
    const { logged, join, child, exited, output } = await start(t, ...shell, ...flags)
    const peer = await join()
    peer.socket.pause()
    await logged(line(`guard ${guard}: .*`))
    child.kill('SIGTERM')
    t.is(await exited, 0)
    t.is(output.err.match(/ (warn|error) /g)?.length, 1, output.err)
  }
})

test.serial('the filter of docs/hosting.md knows who to ban, over IPv6 as well', async (t) => {
  const page = await readFile(new URL('../docs/hosting.md', import.meta.url), 'utf8')
  const [, failregex] = /^failregex = (.*)$/m.exec(page)!
  const filter = new RegExp(failregex!.replace('<HOST>', '(?:::ffff:)?(?<host>[\\w:.]+?)'))
  const flags = ['--max-subnegotiation', '10', '--max-connections-per-address', '1', ...EVERYBODY]
  const { join, output, logged } = await start(t, ...flags)
  const first = await join()
  await join()
  await logged(line('turned away: max-connections-per-address'))
  first.send('IAC SB GMCP "Core.Hello {}" IAC SE')
  await logged(line('guard oversized-subnegotiation: .*'))
  const entries = output.err
    .trimEnd()
    .split('\n')
    .filter((entry) => / warn /.test(entry))
  t.is(entries.length, 2)
  for (const entry of entries) {
    t.is(filter.exec(entry)?.groups?.host, '127.0.0.1', entry)
    t.is(filter.exec(entry.replace('127.0.0.1', '[2001:db8::7]'))?.groups?.host, '2001:db8::7')
    t.is(filter.exec(entry.replace('127.0.0.1', '[::ffff:192.0.2.7]'))?.groups?.host, '192.0.2.7')
  }
  t.is(filter.exec(output.err.split('\n')[0]!), null)
})

test.serial('a flood is logged in few lines, and all of it is counted', async (t) => {
  const { child, logged, join, output } = await start(t, '--max-connections', '1')
  await join()
  await Promise.all(Array.from({ length: 300 }, join))
  const sums = () => [...output.err.matchAll(/ guards, beside .*: max-connections (\d+)$/gm)]
  const lines = () => output.err.split('\n').filter((entry) => line('turned away: max-connections.*').test(entry))
  await logged(/guards, beside what stands above, in one second: max-connections \d+\n/)
  const total = () => lines().length + sums().reduce((sum, [, count]) => sum + Number(count), 0)
  while (total() < 300) await once(child.stderr!, 'data')
  t.is(total(), 300)
  t.true(lines().length <= 20 * (sums().length + 1), `${lines().length} lines, ${sums().length} sums`)
})

onTerminal('kill -9 of a hosted program ends its own session only, and is logged', async (t) => {
  const { logged, join } = await serve(t, '--pty-exec', 'sh', '--', '-c', 'echo "pid $$"; exec cat')
  const pid = async (peer: RawPeer) => {
    await peer.takeUntil('"pid "')
    return Number.parseInt(String(await peer.takeUntil('13 10')), 10)
  }
  const [first, second] = [await join(), await join()]
  process.kill(await pid(first), 'SIGKILL')
  await first.takeAll()
  await logged(/ info {2}127\.0\.0\.1:\d+ \S*sh was ended by SIGKILL$/m)
  await pid(second)
  second.send('"still here" 13 0')
  await second.takeUntil('"still here" 13 10')
})

onTerminal('clients that break off leave no program behind, and no zombie', async (t) => {
  const { child, join } = await serve(t, '--pty-exec', 'cat')
  const children = () => readFile(`/proc/${child.pid}/task/${child.pid}/children`, 'latin1')
  const leave = [(peer: RawPeer) => peer.reset(), (peer: RawPeer) => peer.destroy(), (peer: RawPeer) => peer.end()]
  for (let round = 0; round < 9; round++) {
    const peer = await join()
    peer.send('"x" 13 0')
    await peer.takeUntil('"x" 13 10')
    leave[round % 3]!(peer)
  }
  while (process.platform === 'linux' && (await children()) !== '') await delay(10)
  t.is(child.exitCode, null)
})
