// ser2net 4 (Debian): a serial line by Telnet, as consoles of routers and boards are reached. The line here is a terminal of socat's, at whose
// other end a script, or an echo, stands for the device.

import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect as netConnect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { ExecutionContext } from 'ava'
import { connect, Option } from 'telnetkit'
import { sendsKeys } from '../support/client.js'
import { client, clientScreen, freePort, needsPrograms, startPeer } from '../support/peer.js'
import { Piped } from '../support/piped.js'

const run = needsPrograms('ser2net', 'socat')

/** Starts ser2net on a serial line with a device of socat's at its other end, and returns the port. */
async function start(t: ExecutionContext, device: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'telnetkit-ser2net-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const line = join(folder, 'line')
  await startPeer(t, ['socat', '-d', '-d', `PTY,link=${line},raw,echo=0`, device], /starting data transfer/)
  const [port, other] = [await freePort(), await freePort()]
  const settings = join(folder, 'ser2net.yaml')
  // What stands further down listens later: when that answers, the line does.
  await writeFile(
    settings,
    `connection: &line
  accepter: telnet(rfc2217),tcp,127.0.0.1,${port}
  connector: serialdev,${line},9600n81,local
  options:
    banner: "line of \\\\p\\r\\n"
connection: &ready
  accepter: tcp,127.0.0.1,${other}
  connector: echo
`,
  )
  new Piped(t, ['ser2net', '-n', '-c', settings])
  while (!(existsSync(line) && (await answers(other)))) await delay(20)
  return port
}

function answers(port: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = netConnect(Number(port), '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

run(
  'our client at a console: each key is sent and shown once, hidden ones not, and Ctrl-C is the device’s',
  async (t) => {
    const script = [
      'trap "echo interrupted" INT',
      'printf "login: "; read name; stty -echo; printf "Password: "; read word; stty echo; echo',
      'echo "Hello $name, $word."; sleep 30; echo bye; exec sleep 30',
    ]
    const folder = await mkdtemp(join(tmpdir(), 'telnetkit-device-'))
    t.teardown(() => rm(folder, { recursive: true }))
    await writeFile(join(folder, 'device'), `${script.join('\n')}\n`)
    const port = await start(t, `EXEC:sh ${join(folder, 'device')},pty,setsid,ctty,stderr`)
    const screen = client(t, port)
    await screen.shows('login:')
    screen.type('jox\x7fe\r')
    await screen.shows('Password:')
    screen.type('open sesame\r')
    await screen.shows('Hello joe, open sesame.')
    screen.type('\x03')
    await screen.shows(/^bye$/m)
    screen.type('\x1dsend brk\r')
    await screen.shows('send brk')
    await sendsKeys(screen)
    screen.type('\x1dquit\r')
    await screen.shows(/^done$/m)
    t.deepEqual(screen.lines, [
      ...clientScreen.begin,
      `line of telnet(rfc2217),tcp,127.0.0.1,${port}`,
      'login: joe',
      'Password: ',
      'Hello joe, open sesame.',
      '^Cinterrupted',
      'bye',
      '',
      'telnetkit> send brk',
      '',
      'telnetkit> quit',
      'Connection closed.',
      ...clientScreen.end.slice(2),
    ])
  },
)

run('each byte passes both ways as it is, and the port’s own settings are not ours to change', async (t) => {
  const session = await connect({ host: '127.0.0.1', port: Number(await start(t, 'EXEC:cat')), encoding: null })
  t.teardown(() => session.destroy())
  await session.readUntil('\r\n')
  await session.waitFor({ local: { BINARY: true }, remote: { BINARY: true } })
  t.false(session.local.has(Option.COM_PORT))
  const bytes = Buffer.from(Array.from({ length: 3 * 256 }, (_, index) => (index * 7) % 256))
  session.write(bytes)
  t.deepEqual(await session.readExactly(bytes.length), bytes)
})
