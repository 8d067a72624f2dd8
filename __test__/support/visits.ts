// What a person does at a terminal with a client that others wrote, on a server of ours. Each client sees the same, but for its own
// words: it gets a prompt, its line, the answer once, the size of its window; nothing twice and nothing missing, so whole screens
// are compared.

import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { ExecutionContext } from 'ava'
import { needsPrograms, PATH, person } from './peer.js'
import type { Screen } from './screen.js'
import { GREETING } from './telsh.js'
import { type Run, startServer } from './tool.js'

/** A client at a terminal. */
export interface Visitor {
  readonly program: string
  readonly args: (port: string) => string[]
  /** What it shows when the connection stands. */
  readonly greeting: (port: string) => string
  /** The same on a server that lets the client edit lines, if that is another. */
  readonly lineGreeting?: string
  /** What it shows when the server has closed, and how it ends then. */
  readonly farewell: string
  /** What must be typed for it to end, where it does not by itself. */
  readonly endKeys?: string
  readonly exitCodes: readonly number[]
  /** How the user leaves: keys, each when the screen shows what stands before it. Without any, they close the window. */
  readonly leaving: readonly (readonly [shown: RegExp, keys: string])[]
  /** How it ends when the user has left, if not with 0. */
  readonly leavingCodes?: readonly number[]
  /** It tells a new size of its window. */
  readonly followsSize: boolean
  /** It sends each key, where the server wants that. */
  readonly sendsKeys: boolean
  /** Flags of every server that it visits, and what telsh says there first, if that is other than usual. */
  readonly serverFlags?: readonly string[]
  readonly telshGreeting?: string
  /** Takes away what it puts among the server's words. */
  readonly tidy?: (screen: string) => string
}

/** Milliseconds for what should happen at once. */
const PATIENCE = 15_000

const WINDOW = { columns: 93, rows: 31 }

/** Flags of a server which runs `guest.mjs` in a terminal. */
export const guest = ['--pty-exec', process.execPath, '--', beside('guest.mjs')]

/** Registers all that such a client must be able to do. */
export function visits(visitor: Visitor): void {
  const test = needsPrograms(visitor.program)
  const { telshGreeting = GREETING } = visitor

  test('telsh: a prompt, a line with a mistake in it, its answer, and good-bye', async (t) => {
    const { screen, welcome, goodbye } = await visit(t, visitor)
    await screen.shows(/^tel:sh> $/m)
    screen.type('nonsenx\x7fse\r')
    await screen.shows(/command\.\ntel:sh> $/)
    screen.type('quit\r')
    await goodbye(`${welcome}${telshGreeting}\ntel:sh> nonsense\nno such command.\ntel:sh> quit\nGoodbye.\n`)
  })

  test('a password is not shown, and what follows is', async (t) => {
    const { screen, welcome, goodbye } = await visit(t, visitor, '--shell', beside('gate.mjs'))
    await screen.shows('Name: ')
    screen.type('Ada\r')
    await screen.shows('Password: ')
    screen.type('hushx\x7f-hush\r')
    await screen.shows('letters. ')
    screen.type('shown\r')
    await goodbye(`${welcome}Name: Ada\nPassword: \nAda has a password of 9 letters. shown\n`)
    t.false(screen.raw.includes('hush'), 'not even for a moment')
  })

  test('a program in a terminal: echo once, the size of the window and its changes', async (t) => {
    // The character set is named, so that clients which do not agree to BINARY have it too.
    const { screen, welcome, goodbye } = await visit(t, visitor, '--encoding', 'utf8', ...guest)
    await screen.shows(/^93 x 31$/m)
    screen.type('één €\r')
    await screen.shows('You said één €')
    if (visitor.followsSize) {
      screen.resize(101, 37)
      await screen.shows(/^101 x 37$/m)
    }
    screen.type('enough\r')
    const change = visitor.followsSize ? '101 x 37\n' : ''
    await goodbye(`${welcome}93 x 31\néén €\nYou said één €\n${change}enough\nYou said enough\n`)
  })

  test('--line-mode: the client edits its lines, and nothing is there twice', async (t) => {
    const { screen, welcome, goodbye } = await visit(t, visitor, '--line-mode', ...guest)
    await screen.shows(/^93 x 31$/m)
    screen.type('onx\x7fe\r')
    await screen.shows('You said one')
    screen.type('enough\r')
    await goodbye(`${visitor.lineGreeting ?? welcome}93 x 31\none\nYou said one\nenough\nYou said enough\n`)
  })

  test('bash: its prompt, the kind and the size of the terminal, its own line editor, an interrupt', async (t) => {
    const settings = ['PS1=$ ', 'HISTFILE=']
    const program = ['--pty-exec', 'env', '--', ...settings, 'bash', '--norc', '--noprofile', '-i']
    const { screen, welcome, goodbye } = await visit(t, visitor, ...program)
    await screen.shows(/^\$ $/m)
    screen.type('stty size && echo $TERM $((40+2))\r')
    await screen.shows(/^31 93\nxterm 42\n\$ $/m)
    let said = `${welcome}$ stty size && echo $TERM $((40+2))\n31 93\nxterm 42\n`
    if (visitor.sendsKeys) {
      screen.type('cat\r')
      await screen.shows(/^\$ cat$/m)
      screen.type('meow\r')
      await screen.shows(/^meow\nmeow$/m)
      screen.type('\x03')
      await screen.shows(/^\^C\n\$ $/m)
      // The line before the last, its last two characters and another two of it changed, by both erasing keys.
      screen.type('\x1b[A\x1b[A\x1b[D\x1b[D\b\x7f-1\r')
      await screen.shows(/^xterm 39\n\$ $/m)
      said += '$ cat\nmeow\nmeow\n^C\n$ stty size && echo $TERM $((40-1))\n31 93\nxterm 39\n'
    }
    screen.type('exit\r')
    await goodbye(`${said}$ exit\nexit\n`)
  })

  test('the user leaves, and others are served as before', async (t) => {
    const { screen, server } = await visit(t, visitor)
    await screen.shows(/^tel:sh> $/m)
    for (const [shown, keys] of visitor.leaving) {
      await screen.shows(shown)
      screen.type(keys)
    }
    const isLeft = visitor.leaving.length > 0
    if (!isLeft) process.kill(screen.program.pid, 'SIGHUP')
    const codes = isLeft ? (visitor.leavingCodes ?? [0]) : [129]
    const code = await ended(screen)
    t.true(codes.includes(code), `${code}: ${screen.text}`)
    await told(server, / disconnected /)
    const next = start(t, visitor, server.port)
    await next.shows(/^tel:sh> $/m)
    t.is(server.child.exitCode, null)
  })

  test('the server stops: its guests hear of it', async (t) => {
    const { screen, server, welcome, shows } = await visit(t, visitor)
    await screen.shows(/^tel:sh> $/m)
    server.child.kill('SIGTERM')
    await shows(`${welcome}${telshGreeting}\ntel:sh> \nThe server is closing. Goodbye.\n`)
    t.is(await server.exited, 0)
  })
}

/** Starts a server with these flags, and the client on it. */
async function visit(t: ExecutionContext, visitor: Visitor, ...flags: string[]) {
  const server = await startServer(['--loglevel', 'debug', ...(visitor.serverFlags ?? []), ...flags], { PATH })
  t.teardown(() => server.child.kill('SIGKILL'))
  const screen = start(t, visitor, server.port)

  /** This and the client's farewell is all that is shown in the end. */
  const shows = async (said: string) => {
    const whole = `${said}${visitor.farewell}`.trim()
    const shown = () => (visitor.tidy?.(screen.text) ?? screen.text).trim()
    for (const since = Date.now(); shown() !== whole && Date.now() - since < PATIENCE; ) await delay(5)
    t.is(shown(), whole)
  }

  /** The server has closed the connection: the client ends and the server goes on. */
  const goodbye = async (said: string) => {
    await shows(said)
    if (visitor.endKeys) screen.type(visitor.endKeys)
    const code = await ended(screen)
    t.true(visitor.exitCodes.includes(code), `${code}`)
    await told(server, / disconnected /)
    t.is(server.child.exitCode, null)
    t.notRegex(server.output.err, /Z (error|warn) /)
  }
  return { server, screen, welcome: visitor.greeting(String(server.port)), shows, goodbye }
}

function start(t: ExecutionContext, visitor: Visitor, port: number): Screen {
  return person(t, [visitor.program, ...visitor.args(String(port))], WINDOW)
}

/** Resolves when the log of the server has it. */
async function told(server: Run, pattern: RegExp): Promise<void> {
  for (const since = Date.now(); !pattern.test(server.output.err); await delay(5)) {
    if (Date.now() - since > PATIENCE) throw new Error(`no ${pattern} in the log:\n${server.output.err}`)
  }
}

/** Resolves with the exit code of what runs in the terminal. */
async function ended(screen: Screen): Promise<number> {
  const calledOff = new AbortController()
  const code = await Promise.race([screen.exited, delay(PATIENCE, undefined, calledOff)])
  calledOff.abort()
  if (code === undefined) throw new Error(`it does not end:\n${screen.text}`)
  return code
}

/** The path of a file beside this one, to be run by a server. */
function beside(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url))
}
