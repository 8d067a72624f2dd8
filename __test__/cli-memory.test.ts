// What a flood costs telnetkit-client where nobody takes it, or somebody slow: no more than it may hold, however much comes.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import test, { type ExecutionContext } from 'ava'
import { Program } from '../bin/pty-program.js'
import { nodePty, withoutPty } from './support/pty.js'
import { RawServer, wire } from './support/raw-peer.js'
import { toolPath } from './support/tool.js'

const withoutProc = existsSync('/proc/self/status')
  ? undefined
  : 'how much memory a process had at most is read from /proc'
const without = withoutProc ?? withoutPty
if (without) console.log(`Skipped: ${without}`)
const inPipe = withoutProc ? test.skip : test.serial
const inTerminal = without ? test.skip : test.serial

const FLOOD = 100_000_000
const MOST = 50_000_000

/** The most memory that a process has had so far, in bytes. */
function peakOf(pid: number): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) * 1024
}

/** A server that pours out text, as fast as it is taken. */
class Flood {
  readonly over: Promise<void>
  sent = 0

  constructor(socket: Socket) {
    const lines = Buffer.from('all work and no play makes jack a dull boy\r\n'.repeat(1_000))
    const pour = async () => {
      for (; this.sent < FLOOD; this.sent += lines.length) if (!socket.write(lines)) await once(socket, 'drain')
    }
    this.over = pour()
  }

  /** Resolves when no more of it is taken. */
  async stands(): Promise<void> {
    for (let before = -1; before !== this.sent; await delay(500)) before = this.sent
  }
}

async function start(t: ExecutionContext) {
  const server = await RawServer.listen(t)
  const command = [toolPath('telnetkit-client'), '127.0.0.1', String(server.port)]
  return { command, next: () => server.next() }
}

inPipe('a pipe that takes nothing for a while: the server waits, and all arrives', async (t) => {
  const { command, next } = await start(t)
  const child = spawn(process.execPath, command, { stdio: ['pipe', 'pipe', 'inherit'] })
  t.teardown(() => child.kill('SIGKILL'))
  const exited = once(child, 'close')
  const peer = await next()
  peer.send('"#"')
  await once(child.stdout, 'readable')
  const before = peakOf(child.pid!)
  const flood = new Flood(peer.socket)
  await flood.stands()
  t.true(flood.sent < FLOOD / 2)
  let lines = 0
  child.stdout.on('data', (bytes: Buffer) => {
    for (let at = bytes.indexOf('\n'); at !== -1; at = bytes.indexOf('\n', at + 1)) lines++
  })
  await flood.over
  const grown = peakOf(child.pid!) - before
  peer.end()
  t.deepEqual(await exited, [0, null])
  t.is(lines, flood.sent / 44)
  t.true(grown < MOST, `grown by ${grown}`)
})

inTerminal('a terminal that stops now and then: the server waits, and all arrives', async (t) => {
  const { command, next } = await start(t)
  let taken = 0
  const settings = { file: process.execPath, args: command, columns: 80, rows: 24, echo: true, utf8: true }
  const { PATH = '', HOME = '/' } = process.env
  const environment = { PATH, HOME, LANG: 'C.UTF-8', TERM: 'xterm' }
  const program = new Program(nodePty!, { ...settings, environment }, (bytes) => {
    taken += bytes.length
  })
  t.teardown(() => program.kill())
  const peer = await next()
  peer.send(wire('IAC WILL ECHO IAC WILL SGA "#"'))
  while (taken === 0) await delay(10)
  await peer.takeUntil('IAC DO SGA')
  const before = peakOf(program.pid)
  const flood = new Flood(peer.socket)
  program.pause()
  await flood.stands()
  t.true(flood.sent < FLOOD / 2)
  program.resume()
  for (let rest = taken + FLOOD / 5; taken < FLOOD * 0.9; rest += FLOOD / 5) {
    while (taken < rest && taken < FLOOD * 0.9) await delay(10)
    program.pause()
    await delay(100)
    program.resume()
  }
  await flood.over
  const grown = peakOf(program.pid) - before
  peer.end()
  t.is((await program.ended).exitCode, 0)
  t.true(taken > flood.sent)
  t.true(grown < MOST, `grown by ${grown}`)
})
