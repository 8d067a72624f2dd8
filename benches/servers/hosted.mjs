// A program hosted in a terminal, by ours and by others: who and what are the arguments.
//
// The program greets, and then either gives each key back, the terminal's own echo being off (`keys`), or writes lines without end
// once a key has come (`output`). It is the same script for all. The host is a process of its own and is ended with this one.

import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const LINE = 'what a program writes, such as a compiler, a log or a listing, is mostly lines.'

const programs = {
  keys: "stty raw -echo; printf 'ready\\r\\n'; exec cat",
  output: `stty -echo -icanon; printf 'ready\\n'; head -c 1 >/dev/null; exec yes '${LINE}'`,
}

const [who, what] = process.argv[2].split(' ')
const folder = mkdtempSync(join(tmpdir(), 'telnetkit-bench-'))
const program = join(folder, 'program')
writeFileSync(program, `#!/bin/sh\n${programs[what]}\n`)
chmodSync(program, 0o755)

/** The command of each host, and what it says when it is ready. A port that it does not choose itself is given. */
const hosts = {
  telnetkit: () => [
    [process.execPath, fileURLToPath(new URL('../../dist/bin/telnetkit-server.js', import.meta.url))],
    ['127.0.0.1', '0', '--loglevel', 'error', '--pty-exec', program],
    /^Server ready on 127\.0\.0\.1:(\d+)$/m,
  ],
  telnetlib3: (port) => [
    [join(dirname(process.env.TELNETKIT_TEST_PYTHON || '/usr/bin/python3'), 'telnetlib3-server')],
    ['127.0.0.1', port, '--pty-exec', program],
    /Server ready/,
  ],
  // socat takes the place of inetd: it accepts, and becomes telnetd.
  telnetd: () => [['socat'], ['-d', '-d', LISTEN, `EXEC:telnetd -h --exec-login=${program},nofork`], LISTENING],
  socat: () => [['socat'], ['-d', '-d', LISTEN, `EXEC:${program},pty,setsid,ctty`], LISTENING],
}

const LISTEN = 'TCP-LISTEN:0,bind=127.0.0.1,fork,nodelay'
const LISTENING = /listening on .*:(\d+)$/m

const given = String(await freePort())
const [[file, ...before], args, ready] = hosts[who](given)
const child = spawn(file, [...before, ...args], {
  stdio: ['ignore', 'pipe', 'pipe'],
  detached: true,
  env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` },
})
process.on('exit', () => {
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch {}
  rmSync(folder, { recursive: true, force: true })
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1))
process.stdin.on('end', () => process.exit(0)).resume()
child.on('error', ({ message }) => fail(message))
child.on('exit', () => fail(`it ended: ${said.trim().split('\n').at(-1)}`))

let said = ''
let isReady = false
for (const stream of [child.stdout, child.stderr]) {
  stream.setEncoding('utf8').on('data', (text) => {
    if (isReady) return
    said += text
    const match = ready.exec(said)
    if (!match) return
    isReady = true
    console.log(JSON.stringify({ port: Number(match[1] ?? given) }))
  })
}

function fail(message) {
  console.error(`Error: ${who}: ${message}`)
  process.exit(1)
}

async function freePort() {
  const server = createServer()
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}
