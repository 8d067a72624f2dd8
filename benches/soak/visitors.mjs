// The kinds of visitors. Honest ones are let in and answered, whatever else goes on, and say so if they are not; vandals come from one
// address, and whatever becomes of them is right.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect as netConnect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { connect } from 'telnetkit'
import { places } from './hosts.mjs'

const PATIENCE = 60_000

/** Plays for a while, in whatever mode the server likes, and leaves in order. */
async function play({ name, port }, { random }) {
  const session = await enter(port, {
    terminalType: pick(random, ['xterm-256color', 'ansi', 'unknown', 'MUDLET']),
    columns: 20 + Math.floor(random() * 200),
    environment: random() < 0.5 ? { LANG: 'en_US.UTF-8', USER: 'ada' } : {},
    compression: random() < 0.3,
  })
  const { answer } = placeOf(name)
  try {
    for (let left = 2 + random() * 8; left > 0; left--) {
      const line = `move${Math.floor(random() * 1e6)}`
      session.write(`${line}\n`)
      await session.readUntil(answer(line), { timeout: PATIENCE })
      if (random() < 0.3) session.resize(40 + Math.floor(random() * 100), 24)
      await delay(random() * 300)
    }
    session.end()
    await session.readAll({ timeout: PATIENCE })
  } finally {
    session.destroy()
  }
}

/** Pastes thousands of lines at once; each of them has to be answered. */
async function paste({ name, port }, { random }) {
  const session = await enter(port)
  const { answer } = placeOf(name)
  const count = 500 + Math.floor(random() * 1_500)
  try {
    const lines = Array.from({ length: count }, (_, index) => `line${index}x${'pasted '.repeat(5)}`)
    const writing = (async () => {
      for (const line of lines) if (!session.write(`${line}\n`)) await once(session, 'drain')
    })()
    for (const line of lines) await session.readUntil(answer(line), { timeout: PATIENCE })
    await writing
    session.end()
  } finally {
    session.destroy()
  }
}

/** Says nothing at all for a while, as many are used. */
async function listen({ port }, { random, left }) {
  const session = await enter(port)
  try {
    await pause(random() * 3_000, left)
    if (session.destroyed) throw new Error('it was thrown out for saying nothing')
  } finally {
    session.destroy()
  }
}

export const honest = { play, paste, listen }

/** Connects and leaves at once, as scanners do. */
async function scan({ port }, { random }) {
  for (let left = 10; left > 0; left--) {
    const socket = await breakIn(port)
    if (random() < 0.5) socket.resetAndDestroy()
    else socket.destroy()
  }
}

/** Is gone in the middle of a word. */
async function vanish({ port }, { random, left }) {
  const socket = await breakIn(port)
  socket.write('half a lin')
  await pause(random() * 500, left)
  socket.destroy()
}

/** Breaks off in the middle of negotiation. */
async function reset({ port }, { random, left }) {
  const socket = await breakIn(port)
  socket.write(Buffer.from([IAC, WILL, 31, IAC, SB, 31, 0]))
  await pause(random() * 500, left)
  socket.resetAndDestroy()
}

/** Asks for all that there is, and never reads. */
async function stall({ name, port }, { left }) {
  const socket = await breakIn(port)
  socket.pause()
  socket.write(name === 'telsh' ? 'dump 10000\r\n' : `${'much '.repeat(200)}\r\n`.repeat(1_000))
  await gone(socket, 8_000, left)
}

/** Types a letter a second, and never Enter. */
async function dawdle({ port }, { left }) {
  const socket = await breakIn(port)
  for (let letter = 0; letter < 8 && !socket.destroyed; letter++) {
    socket.write('x')
    await pause(1_000, left)
  }
  socket.destroy()
}

/** Stays until it is told to go, and does not go then either. */
async function loiter({ port }, { left }) {
  const socket = await breakIn(port)
  await gone(socket, 14_000, left)
}

/** Sends what no client sends. */
async function lie({ port }, { random, left }) {
  const socket = await breakIn(port)
  const lies = [
    () => Buffer.from(Array.from({ length: 20_000 }, () => Math.floor(random() * 256))),
    () => Buffer.alloc(60_000, Buffer.from([IAC, WILL, 31, IAC, WONT, 31])),
    () => Buffer.alloc(60_000, Buffer.from([IAC, AYT])),
    () => Buffer.alloc(60_000, Buffer.from([IAC, DO, 77])),
    () => Buffer.concat([Buffer.from([IAC, WILL, 31]), ...Array.from({ length: 2_000 }, (_, n) => window(n))]),
    () => Buffer.from([IAC, WILL, 31, IAC, SB, 31, ...Array(8).fill(IAC), IAC, SE]),
    () => Buffer.concat([Buffer.from([IAC, SB, 24, 0]), Buffer.alloc(200_000, 'X')]),
    () => Buffer.concat([Buffer.from([IAC, WILL, 39, IAC, SB, 39, 0]), ...Array.from({ length: 60 }, variable), END]),
    () => Buffer.concat(Array.from({ length: 2_000 }, () => Buffer.from([IAC, SB, 24, 0, 65, IAC, SE]))),
    () => Buffer.from('16030100a5010000a10303', 'hex'),
    () => Buffer.from('POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nquit\r\n'),
    () => Buffer.alloc(500_000, 'no end of it '),
    () => Buffer.alloc(20_000, '\x03\x1c\x1a\x04\x11\x13'),
  ]
  for (let left = 3; left > 0 && !socket.destroyed; left--) {
    socket.write(pick(random, lies)())
    await delay(random() * 300)
  }
  await pause(random() * 2_000, left)
  if (random() < 0.5) socket.resetAndDestroy()
  else socket.destroy()
}

const CLIENTS = `
import { connect } from 'node:net'
for (let count = 0; count < 5; count++) {
  const socket = connect({ port: Number(process.argv[1]), host: '127.0.0.1' })
  socket.on('error', () => {})
  socket.on('data', () => {})
  socket.write('a lin')
}
console.log('open')
setInterval(() => {}, 1000)
`

/** A program with several connections is killed; or it stops where it is, and is killed later. */
async function kill({ port }, { random, left }) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', CLIENTS, String(port)])
  try {
    await once(child.stdout, 'data')
    await pause(random() * 500, left)
    child.kill('SIGSTOP')
    await pause(random() * 3_000, left)
  } finally {
    child.kill('SIGKILL')
  }
}

/** Kills the program that it is served by. Where there is none, it only looks. */
async function assassinate({ name, port }, { random, left }) {
  const session = await connect({ port, host: '127.0.0.1', localAddress: HONEST, terminalType: 'xterm' })
  try {
    if (name === 'pty') {
      const { match } = await session.expect([/pid (\d+)\r\n/], { timeout: PATIENCE })
      await pause(random() * 300, left)
      process.kill(Number(match[1]), 'SIGKILL')
    }
  } finally {
    await session.readAll({ timeout: 100 }).catch(() => {})
    session.destroy()
  }
}

export const vandals = { scan, vanish, reset, stall, dawdle, loiter, lie, kill, assassinate }

const [IAC, DO, WONT, WILL, SB, AYT, SE] = [255, 253, 252, 251, 250, 246, 240]
const END = Buffer.from([IAC, SE])

/** Who is honest shares no address with vandals. */
const HONEST = '127.0.0.3'

async function enter(port, options = {}) {
  const session = await connect({ port, host: '127.0.0.1', localAddress: HONEST, terminalType: 'xterm', ...options })
  session.on('error', () => {})
  await session.ready()
  return session
}

async function breakIn(port) {
  const socket = netConnect({ port, host: '127.0.0.1', localAddress: '127.0.0.1', allowHalfOpen: true })
  socket.on('error', () => {})
  await once(socket, 'connect')
  socket.resume()
  return socket
}

/** Waits until the server has had enough, or so long. */
async function gone(socket, patience, left) {
  const closed = new Promise((resolve) => socket.once('close', resolve))
  await Promise.race([closed, pause(patience, left)])
  socket.destroy()
}

/** Waits, but no longer than the crowd is to stay. */
function pause(time, left) {
  return delay(time, undefined, { signal: left }).catch(() => {})
}

function placeOf(name) {
  return places.find((place) => place.name === name)
}

function pick(random, values) {
  return values[Math.floor(random() * values.length)]
}

function window(number) {
  return Buffer.from([IAC, SB, 31, 0, 80 + (number % 2), 0, 24, IAC, SE])
}

function variable(_, number) {
  return Buffer.from(`\0V${number}\x01${'x'.repeat(number)}`)
}
