// Python's own telnetlib with our server, driven by a script. By itself it refuses every option; here it tells a window.

import { execFile, spawnSync } from 'node:child_process'
import { promisify } from 'node:util'
import { needs, serve, serveScript } from '../support/peer.js'
import { withoutPty } from '../support/pty.js'
import { GREETING, HELP } from '../support/telsh.js'

const python = process.env.TELNETKIT_TEST_PYTHON ?? 'python3'
const found = spawnSync(python, ['-W', 'ignore', '-c', 'import telnetlib']).status === 0
const missing = found ? undefined : `${python} has no telnetlib`

/** Runs a script that finds a connected `t`, and returns what it printed. */
async function script(port: string, lines: string[]): Promise<string> {
  const begin = ['import sys, telnetlib', 't = telnetlib.Telnet("127.0.0.1", int(sys.argv[1]), 30)']
  const source = [...begin, ...lines].join('\n')
  return (await promisify(execFile)(python, ['-W', 'ignore', '-c', source, port], { timeout: 40_000 })).stdout
}

needs(missing)("Python's telnetlib at the shell", async (t) => {
  const said = await script(await serve(t), [
    'print(t.read_until(b"tel:sh> ", 30))',
    't.write(b"help\\r\\n")',
    'print(t.read_until(b"tel:sh> ", 30))',
    't.write(b"quit\\r\\n")',
    'print(t.read_all())',
  ])
  t.deepEqual(said.trimEnd().split('\n'), [
    `b'${GREETING}\\r\\ntel:sh> '`,
    `b'${HELP.join('\\r\\n')}\\r\\ntel:sh> '`,
    "b'Goodbye.\\r\\n'",
  ])
})

needs(missing, withoutPty)("Python's telnetlib at a program: the size of its window, an answer", async (t) => {
  const said = await script(await serveScript(t, 'stty size; read x; echo "got $x"'), [
    'from telnetlib import IAC, DO, DONT, WILL, WONT, SB, SE, NAWS, ECHO, SGA',
    'def answer(socket, command, option):',
    '  if command == DO and option == NAWS:',
    '    socket.sendall(IAC + WILL + NAWS + IAC + SB + NAWS + bytes([0, 93, 0, 31]) + IAC + SE)',
    '  elif command == DO:',
    '    socket.sendall(IAC + WONT + option)',
    '  elif command == WILL:',
    '    socket.sendall(IAC + (DO if option in (ECHO, SGA) else DONT) + option)',
    't.set_option_negotiation_callback(answer)',
    'print(t.read_until(b"\\n", 30))',
    't.write(b"hello\\r\\n")',
    'print(t.read_all())',
  ])
  t.deepEqual(said.trimEnd().split('\n'), ["b'31 93\\r\\n'", "b'hello\\r\\ngot hello\\r\\n'"])
})
