// telnetkit-client in a terminal, a server that says nothing of itself, and the user's shell around it.

import { execFile } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { ExecutionContext } from 'ava'
import { type RawPeer, RawServer, wire } from './raw-peer.js'
import { Screen, type ScreenOptions } from './screen.js'
import { toolPath } from './tool.js'

export interface Client {
  readonly screen: Screen
  readonly peer: RawPeer
}

/** Ctrl-] opens the prompt, and Ctrl-D there leaves. */
export const LEAVE = '\x1d\x04'

/** The modes of the terminal, and what a server says to have each. */
export const MODES = [
  ['lines', ''],
  ['hidden lines', 'IAC WILL ECHO'],
  ['shown keys', 'IAC WILL SGA'],
  ['keys', 'IAC WILL ECHO IAC WILL SGA'],
] as const

/** What the shell tells when the client has ended: its code, and the settings of the terminal. */
const CODE_AND_SETTINGS = 'echo "code $?"; stty -a; echo done'

/** A shell with job control, that reads a line while the client is stopped, and then continues it. */
const JOB_CONTROL = 'set -m; "$@"; echo "stopped"; read typed; echo "ran <$typed>"; fg'

/** Starts the client, and resolves when it is connected. `afterwards` is what the shell does when it has ended. */
export async function startClient(
  t: ExecutionContext,
  flags: string[] = [],
  options: ScreenOptions & { jobControl?: boolean; afterwards?: string; nodeFlags?: string[] } = {},
): Promise<Client> {
  const { jobControl = false, afterwards = CODE_AND_SETTINGS, nodeFlags = [] } = options
  const server = await RawServer.listen(t)
  const command = [
    process.execPath,
    ...nodeFlags,
    toolPath('telnetkit-client'),
    ...flags,
    '127.0.0.1',
    String(server.port),
  ]
  // A shell that is no person's would end by the signals of the keyboard, as all programs there do.
  // As with most people's terminals, only Ctrl-Q undoes Ctrl-S.
  const script = `trap : INT QUIT; stty -ixany; ${jobControl ? JOB_CONTROL : '"$@"'}; ${afterwards}`
  const screen = Screen.start('/bin/sh', ['-c', script, 'sh', ...command], options)
  t.teardown(() => screen.kill())
  const peer = await server.next()
  while (!screen.raw.includes("Escape character is '^]'.")) await delay(10)
  return { screen, peer }
}

/** Has the server say something, and waits until a mark behind it is shown: then what came before is in effect. */
export async function say(client: Client, what: string): Promise<void> {
  const shown = client.screen.text.split('#').length
  client.peer.send(wire(`${what} "#"`))
  while (client.screen.text.split('#').length === shown) await delay(10)
}

/** What a person sees when the client has ended. */
export async function ending(t: ExecutionContext, { screen }: Pick<Client, 'screen'>, code: number): Promise<string> {
  await screen.shows(/^done$/m)
  const text = screen.text
  t.true(text.includes(`code ${code}\n`), text)
  for (const setting of ['icanon', 'echo', 'isig', 'icrnl', 'opost', 'onlcr', 'ixon']) {
    t.regex(text, new RegExp(`(^|\\s)${setting}(\\s|;|$)`), `${setting} in\n${text}`)
  }
  t.regex(text, /eof = \^D/)
  t.false(/(eol|eol2) = \^[\]D]/.test(text), text)
  return text
}

/** The client itself, which is the one child of the shell in the terminal. */
export async function clientPid({ screen }: Client): Promise<number> {
  return Number((await execFileText('pgrep', ['-P', String(screen.program.pid)])).trim())
}

/** Resolves when the terminal passes each key on, as it does while no line is edited in it (Linux). */
export async function sendsKeys({ program }: Screen): Promise<void> {
  const settings = () => execFileText('stty', ['-a', '-F', `/proc/${program.pid}/fd/0`])
  while (!(await settings()).includes('-icanon')) await delay(10)
}

/** As `ps` tells it: `T` if it is stopped; empty when it is gone. */
export async function stateOf(pid: number): Promise<string> {
  return (await execFileText('ps', ['-o', 'stat=', '-p', String(pid)]).catch(() => '')).trim()
}

async function execFileText(file: string, args: string[]): Promise<string> {
  return (await promisify(execFile)(file, args)).stdout
}
