// Servers that others wrote, and ours, each at its log-in or at its shell, for who looks at them from outside. Each serves one connection
// after another, as often as one likes.

import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { ExecutionContext } from 'ava'
import { freePort, startPeer } from './peer.js'
import { Piped } from './piped.js'
import { startServer } from './tool.js'

/** A server and how it is started. */
export interface RealServer {
  readonly name: string
  /** What has to be installed. */
  readonly programs: readonly string[]
  /** It serves one at a time. */
  readonly isLone?: boolean
  /** Resolves with its port. It ends with the test. */
  readonly start: (t: ExecutionContext) => Promise<number>
}

const python = process.env.TELNETKIT_TEST_PYTHON ?? 'python3'

export const realServers: readonly RealServer[] = [
  {
    name: 'inetutils telnetd',
    programs: ['telnetd', 'socat'],
    start: async (t) => {
      const login = await loginIn(t)
      const command = [
        'socat',
        '-d',
        '-d',
        'TCP-LISTEN:0,bind=127.0.0.1,fork',
        `EXEC:telnetd -h --exec-login=${login},nofork`,
      ]
      return Number((await startPeer(t, command, /listening on .*:(\d+)\n/))[1])
    },
  },
  {
    name: 'telnetlib3-server',
    programs: ['telnetlib3-server'],
    start: async (t) => {
      const port = await freePort()
      await startPeer(t, ['telnetlib3-server', '127.0.0.1', port], /Server ready/)
      return Number(port)
    },
  },
  {
    name: 'ser2net',
    isLone: true,
    programs: ['ser2net', 'socat'],
    start: async (t) => {
      const folder = await folderFor(t)
      const line = join(folder, 'line')
      await startPeer(t, ['socat', '-d', '-d', `PTY,link=${line},raw,echo=0`, 'EXEC:cat'], /starting data transfer/)
      const port = await freePort()
      const settings = join(folder, 'ser2net.yaml')
      const options = 'options:\n    banner: "console\\r\\n"\n    kickolduser: true'
      const accepter = `accepter: telnet(rfc2217),tcp,127.0.0.1,${port}`
      await writeFile(
        settings,
        `connection: &line\n  ${accepter}\n  connector: serialdev,${line},9600n81,local\n  ${options}\n`,
      )
      while (!existsSync(line)) await delay(20)
      new Piped(t, ['ser2net', '-n', '-c', settings])
      return listening(port)
    },
  },
  {
    name: 'Twisted',
    programs: [python],
    start: async (t) => {
      const script = fileURLToPath(new URL('twisted-peer.py', import.meta.url))
      return Number((await startPeer(t, [python, script], /listening on (\d+)/))[1])
    },
  },
  {
    name: 'ncat',
    programs: ['ncat'],
    start: async (t) => {
      const port = await freePort()
      const ncat = new Piped(t, ['ncat', '-l', '-k', '-v', '127.0.0.1', port])
      await ncat.says(`Listening on 127.0.0.1:${port}`)
      return Number(port)
    },
  },
  { name: 'telnetkit-server', programs: [], start: async (t) => ourServer(t) },
  { name: 'telnetkit-server --line-mode', programs: [], start: async (t) => ourServer(t, '--line-mode') },
]

async function ourServer(t: ExecutionContext, ...flags: string[]): Promise<number> {
  const { child, port } = await startServer(flags)
  t.teardown(() => child.kill('SIGKILL'))
  return port
}

/** What stands in the place of `login`: it asks, and lets nobody in. */
async function loginIn(t: ExecutionContext): Promise<string> {
  const login = join(await folderFor(t), 'login')
  const script = 'while :; do printf "host login: "; read name || exit; test -n "$name" && echo "Login incorrect"; done'
  await writeFile(login, `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  return login
}

async function folderFor(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'telnetkit-real-'))
  t.teardown(() => rm(folder, { recursive: true }))
  return folder
}

/** Resolves when somebody answers there. */
async function listening(port: string): Promise<number> {
  for (;;) {
    const answers = await new Promise<boolean>((resolve) => {
      const socket = connect(Number(port), '127.0.0.1')
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
      socket.once('connect', () => socket.destroy())
    })
    if (answers) return Number(port)
    await delay(20)
  }
}
