// Programs that others wrote: where they are, a person at one, and what that person does with a server of ours.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { delimiter, dirname } from 'node:path'
import { env } from 'node:process'
import test, { type ExecutionContext } from 'ava'
import { findProgram } from '../../bin/program-path.js'
import { withoutPty } from './pty.js'
import { Screen, type ScreenOptions } from './screen.js'
import { startServer, toolPath } from './tool.js'

const pythonPeers = env.TELNETKIT_TEST_PYTHON ? [dirname(env.TELNETKIT_TEST_PYTHON)] : []

/** Where programs are looked for: games and daemons are where no user's PATH looks. */
export const PATH = [...pythonPeers, env.PATH, '/usr/games', '/usr/sbin'].join(delimiter)

type Body = (t: ExecutionContext) => Promise<void>

/**
 * Declares tests that need something. Where it is missing they are skipped and the reason is printed; where a CI runs
 * they fail, as it has to install everything. One after another, as each takes two or three processes.
 */
export function needs(...missing: (string | undefined)[]): (title: string, body: Body) => void {
  const [reason] = missing.filter((entry) => entry !== undefined)
  if (reason === undefined) return test.serial
  if (env.CI) return (title) => test.serial(title, (t) => t.fail(reason))
  console.log(`Skipped: ${reason}`)
  return test.skip
}

/** `needs` for programs and a terminal for them. */
export function needsPrograms(...programs: string[]): (title: string, body: Body) => void {
  return needs(
    withoutPty,
    ...programs.map((name) => (findProgram(name, PATH) ? undefined : `${name} is not installed`)),
  )
}

/** A person in front of a terminal with a program in it. */
export function person(t: ExecutionContext, command: string[], options: ScreenOptions = {}): Screen {
  const [name, ...args] = command as [string, ...string[]]
  const screen = Screen.start(findProgram(name, PATH) ?? name, args, { ...options, env: { PATH, ...options.env } })
  t.teardown(() => screen.kill())
  return screen
}

/** A server of ours with these flags; it is stopped with the test. Returns its port, as it is written in a command. */
export async function serve(t: ExecutionContext, ...flags: string[]): Promise<string> {
  const { child, port } = await startServer(flags, { PATH })
  t.teardown(() => child.kill('SIGKILL'))
  return String(port)
}

/** A server of ours that runs a script of sh in a terminal. */
export function serveScript(t: ExecutionContext, script: string): Promise<string> {
  return serve(t, '--pty-exec', 'sh', '--', '-c', script)
}

/**
 * Starts a server that somebody else wrote; it is killed with the test. Resolves with what `ready` matched in its log.
 */
export async function startPeer(
  t: ExecutionContext,
  command: string[],
  ready: RegExp,
  environment: Record<string, string> = {},
): Promise<RegExpExecArray> {
  const [name, ...args] = command as [string, ...string[]]
  const child = spawn(name, args, { stdio: ['ignore', 'ignore', 'pipe'], env: { ...env, PATH, ...environment } })
  t.teardown(() => child.kill('SIGKILL'))
  let log = ''
  for await (const text of child.stderr.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    log += text
    const match = ready.exec(log)
    if (match) {
      child.stderr.resume()
      return match
    }
  }
  throw new Error(`${name} ended: ${log}`)
}

/** A port for a server that does not tell which one it got. */
export async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return String(port)
}

/** Our client in a terminal. A shell around it tells the exit code, and whether the terminal is as it was. */
export function client(
  t: ExecutionContext,
  port: string,
  options: ScreenOptions = {},
  typed: readonly string[] = ['127.0.0.1', port],
): Screen {
  const script = 'was=$(stty -g); "$@"; echo "code $?"; test "$was" = "$(stty -g)" && echo restored; echo done'
  return person(t, ['sh', '-c', script, 'sh', ...clientCommand(port, typed)], options)
}

export function clientCommand(port: string, typed: readonly string[] = ['127.0.0.1', port]): string[] {
  return [process.execPath, toolPath('telnetkit-client'), ...typed]
}

/** What stands at the beginning and at the end of a session of `client` that the server closed. */
export const clientScreen = {
  begin: ["Escape character is '^]'."],
  end: ['', 'Connection closed by foreign host.', 'code 0', 'restored', 'done'],
}

/** What stands on the screen after `useTelsh`, at telnetlib3's. */
export const telshScreen = [
  'Ready.',
  'tel:sh> help',
  'quit, writer, slc, linemode, toggle [option|all], reader, proto, dump',
  'tel:sh> quit',
  'Goodbye.',
]

/** Somebody asks telnetlib3's shell what there is, and leaves. */
export async function useTelsh(screen: Screen): Promise<void> {
  await screen.shows(/^tel:sh>/m)
  screen.type('help\r')
  await screen.shows(/dump\ntel:sh>/)
  screen.type('quit\r')
  await screen.shows('Goodbye.')
}

/** Tells the size of its window, asks, answers, and tells the size again when it has changed. */
export const sizeScript =
  'stty size; read x; echo "got $x"; trap "stty size; exit" WINCH; echo waiting; while :; do sleep 0.05; done'

/** What stands on the screen after `useSizeScript`, which begins with these columns and rows. */
export const sizeScreen = ['31 93', 'hello', 'got hello', 'waiting', '40 100']
export const size = { columns: 93, rows: 31 }

/** Somebody answers `sizeScript`, and makes the window larger. */
export async function useSizeScript(screen: Screen): Promise<void> {
  await screen.shows(/^31 93$/m)
  screen.type('hello\r')
  await screen.shows(/^waiting$/m)
  screen.resize(100, 40)
  await screen.shows(/^40 100$/m)
}
