// Servers that exist for a test: how they negotiate is told by a few words, and what they say by a script.

import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import type { ExecutionContext } from 'ava'
import { Command, Option } from 'telnetkit'
import { Scanner } from '../../ts/scanner.js'
import { wire } from './raw-peer.js'

const { IAC, DO, DONT, WILL, WONT } = Command

/** How a server negotiates, and what it says. */
export interface ScriptedServer {
  /** What it performs when asked; all else is refused. */
  readonly performs?: readonly (keyof typeof Option)[]
  /** What it has us perform when we offer it. */
  readonly wants?: readonly (keyof typeof Option)[]
  /** It says nothing of options. */
  readonly isMute?: boolean
  /** It answers also what holds already. */
  readonly loops?: boolean
  /** What it says first, as `wire` has it. */
  readonly opening?: string
  /** What it does when the connection stands. */
  readonly onOpen?: (line: ScriptedLine) => unknown
  /** What it does when something was typed. */
  readonly onText?: (line: ScriptedLine, text: string) => unknown
  /** What it does when an option is asked for; `true`: that was the answer. */
  readonly onQuestion?: (line: ScriptedLine, verb: number, option: number) => boolean
}

/** One connection. */
export interface ScriptedLine {
  readonly socket: Socket
  /** All that was typed. */
  readonly typed: string
  say(description: string): void
}

/** Starts it; it is closed with the test. Resolves with its port. */
export async function startScripted(t: ExecutionContext, script: ScriptedServer): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    serve(socket, script)
  })
  t.teardown(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as { port: number }).port
}

function serve(socket: Socket, script: ScriptedServer): void {
  const { performs = [], wants = [], isMute = false, loops = false, opening = '' } = script
  const line = {
    socket,
    typed: '',
    say: (description: string) => {
      if (socket.writable) socket.write(wire(description))
    },
  }
  const on = { [DO]: new Set<number>(), [WILL]: new Set<number>() }
  const yes = {
    [DO]: new Set(performs.map((name) => Option[name])),
    [WILL]: new Set(wants.map((name) => Option[name])),
  }
  const answer = (verb: number, option: number) => {
    if (isMute || script.onQuestion?.(line, verb, option) || (verb !== DO && verb !== WILL)) return
    const agrees = (yes[verb] as Set<number>).has(option)
    if (agrees && on[verb].has(option) && !loops) return
    if (agrees) on[verb].add(option)
    const word = verb === DO ? (agrees ? WILL : WONT) : agrees ? DO : DONT
    if (socket.writable) socket.write(Buffer.of(IAC, word, option))
  }
  let text = ''
  const scanner = new Scanner({
    onData: (data) => {
      text += data.toString('latin1')
    },
    onNegotiation: answer,
  })
  socket.setNoDelay()
  socket.on('error', () => {})
  socket.on('data', (bytes) => {
    text = ''
    scanner.take(bytes)
    line.typed += text
    if (text !== '') script.onText?.(line, text)
  })
  if (opening !== '') line.say(opening)
  script.onOpen?.(line)
}
