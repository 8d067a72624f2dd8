// telnetkit/telnetlib beside Python's own: both perform the same conversations with the same server, and each call has to return the
// same, and leave the same behind.

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import test, { type ExecutionContext } from 'ava'
import { BlockingProgram, blocking } from './support/blocking.js'
import { needs } from './support/peer.js'

const python = process.env.TELNETKIT_TEST_PYTHON ?? 'python3'
const hasOracle = spawnSync(python, ['-W', 'ignore', '-c', 'import telnetlib']).status === 0

/** What the server says, round by round, and what is called. */
interface Conversation {
  callback: boolean
  /** Seconds for each wait that has no time of its own. */
  timeout: number
  rounds: { bytes: Buffer; ends: boolean }[]
  calls: unknown[][]
}

/** The same numbers for the same seed: mulberry32. */
function randomly(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

const latin1 = (words: string) => Buffer.from(words, 'latin1')

const PIECES = [
  latin1('login: '),
  latin1('a line\r\n'),
  latin1('x'),
  latin1('> '),
  latin1('y'.repeat(49)),
  latin1('z'.repeat(120)),
  latin1('\r\0'),
  latin1('\x11\0\x11'),
  latin1('\xff\xff'),
  latin1('\xff\xfb\x01'),
  latin1('\xff\xfd\x18'),
  latin1('\xff\xfc\x03'),
  latin1('\xff\xfe\x22'),
  latin1('\xff\xf9'),
  latin1('\xff'),
  latin1('\xfa\x18\x01'),
  latin1('\xff\xfa\x18\x01vt100\xff\xf0'),
  latin1('\xff\xfa\x27\0\xff\xff\xff\xf0'),
  latin1('\xff\xfa half'),
  latin1('\xff\xf0'),
  latin1('é\xe9'),
]

const NEEDLES = ['login: ', '\r\n', '> ', 'y', 'zz', 'never', '\xff', 'line\r', '\xe9', '']
const EXPRESSIONS = ['lo+gin', '[>#] ', 'y+', 'z{60}', 'never', '\\r\\n', '\xff', '(a) (line)', '(?![\\s\\S])']

/** Calls that never wait for ever. Those of the second list do, unless the peer has ended. */
const BRIEF = [
  'read_very_eager',
  'read_eager',
  'read_lazy',
  'read_very_lazy',
  'read_sb_data',
  'sock_avail',
  'process_rawq',
]
const LONG = ['read_all', 'read_some', 'read_until', 'expect']
/** Calls that the time of the connection ends. */
const TIMED = ['read_all', 'read_some', 'fill_rawq']

function conversation(seed: number): Conversation {
  const random = randomly(seed)
  const pick = <Value>(values: readonly Value[]) => values[random(values.length)]!
  const isImpatient = random(5) === 0
  const made: Conversation = { callback: random(3) === 0, timeout: isImpatient ? 0.05 : 10, rounds: [], calls: [] }
  const rounds = 1 + random(4)
  const patience = () => (random(8) === 0 ? 0.2 : 0)
  const readUntil = (timeout: number | null) => ['read_until', latin1(pick(NEEDLES)).toString('hex'), timeout]
  const expect = (timeout: number | null) => {
    const expressions = Array.from({ length: 1 + random(3) }, () => pick(EXPRESSIONS))
    return ['expect', expressions, timeout]
  }
  for (let round = 0; round < rounds; round++) {
    const ends = round === rounds - 1 && random(4) > 0
    const bytes = Buffer.concat(Array.from({ length: random(7) }, () => pick(PIECES)))
    if (bytes.length === 0 && !ends) continue
    made.rounds.push({ bytes, ends })
    made.calls.push(['next'])
    for (let count = random(5); count > 0; count--) {
      const kind = random(10)
      if (isImpatient && kind > 7) made.calls.push([pick(TIMED)])
      else if (kind < 2) made.calls.push(readUntil(patience()))
      else if (kind < 4) made.calls.push(expect(patience()))
      else if (kind < 5) made.calls.push(['write', latin1(`say \xff ${seed}\r\n`).toString('hex')])
      else made.calls.push([pick(BRIEF)])
    }
    if (!ends) continue
    for (let count = 1 + random(3); count > 0; count--) {
      const name = pick(LONG)
      made.calls.push(name === 'read_until' ? readUntil(null) : name === 'expect' ? expect(null) : [name])
    }
    made.calls.push([pick(BRIEF.slice(0, 4))])
  }
  return made
}

/** Two connections a conversation: of the first, each byte asks for a round, which is said on the second. */
class Server {
  /** What came on the second connections. */
  readonly heard: string[] = []
  readonly #server = createServer((socket) => this.#onConnection(socket))
  readonly #conversations: readonly Conversation[]
  #control: Socket | null = null

  constructor(t: ExecutionContext, conversations: readonly Conversation[]) {
    this.#conversations = conversations
    t.teardown(() => this.#server.close())
  }

  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    return (this.#server.address() as { port: number }).port
  }

  #onConnection(socket: Socket): void {
    socket.on('error', () => {})
    if (this.#control === null) {
      this.#control = socket
      socket.write('+')
      return
    }
    const control = this.#control
    const number = this.heard.push('') - 1
    const rounds = [...this.#conversations[number]!.rounds]
    socket.on('data', (bytes) => (this.heard[number] += bytes.toString('hex')))
    control.on('data', (asked) => {
      for (const _ of asked) {
        const { bytes, ends } = rounds.shift()!
        if (ends) socket.end(bytes, () => control.write('+'))
        else socket.write(bytes, () => control.write('+'))
      }
    })
    control.once('close', () => socket.destroy())
    this.#control = null
  }
}

/** What a program tells of the conversations, and what the server heard of it. */
async function perform(t: ExecutionContext, command: string[], conversations: Conversation[]): Promise<unknown[]> {
  const server = new Server(t, conversations)
  const [file = '', ...words] = command
  const child = spawn(file, [...words, String(await server.listen())], { stdio: ['pipe', 'pipe', 'inherit'] })
  t.teardown(() => child.kill('SIGKILL'))
  child.stdin.end(
    conversations.map(({ callback, timeout, calls }) => `${JSON.stringify({ callback, timeout, calls })}\n`).join(''),
  )
  const told = (await text(child.stdout)).trim().split('\n')
  return told.map((line, number) => ({ told: JSON.parse(line), heard: server.heard[number] }))
}

const support = (name: string) => fileURLToPath(new URL(`support/${name}`, import.meta.url))

/** The same conversations by Python's and by ours. */
async function both(t: ExecutionContext, conversations: Conversation[]): Promise<{ theirs: unknown; ours: unknown }[]> {
  const [theirs, ours] = await Promise.all([
    perform(t, [python, '-W', 'ignore', support('telnetlib_oracle.py')], conversations),
    perform(t, [process.execPath, support('telnetlib-caller.mjs')], conversations),
  ])
  t.is(theirs.length, conversations.length)
  return conversations.map((_, number) => ({ theirs: theirs[number], ours: ours[number] }))
}

needs(hasOracle ? undefined : `${python} has no telnetlib`)('400 conversations go as with Python’s own', async (t) => {
  const conversations = Array.from({ length: 400 }, (_, seed) => conversation(seed))
  const told = await both(t, conversations)
  const differing = conversations.filter((_, seed) => !isDeepStrictEqual(told[seed]!.ours, told[seed]!.theirs))
  if (differing.length === 0) return
  // Where a machine has much else to do one of the two may run out of time: such a one is held again, and then it counts.
  t.log(`${differing.length} are held again`)
  for (const [number, { ours, theirs }] of (await both(t, differing)).entries()) {
    t.deepEqual(ours, theirs, `seed ${conversations.indexOf(differing[number]!)}: ${JSON.stringify(differing[number])}`)
  }
})

/** A server that speaks no Telnet of itself. */
async function serve(t: ExecutionContext, handler: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    handler(socket)
  }).listen(0, '127.0.0.1')
  t.teardown(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  await once(server, 'listening')
  return (server.address() as { port: number }).port
}

const IMPORT = "import { ECHO, IAC, Telnet, TELNET_PORT, WILL } from 'telnetkit/telnetlib'\n"

test('errors are told by their codes', async (t) => {
  const port = await serve(t, (socket) => socket.write('login: '))
  const told = await blocking(
    t,
    port,
    `${IMPORT}
    const telnet = new Telnet()
    tell([telnet.host, telnet.port, telnet.get_socket(), TELNET_PORT, [IAC, WILL, ECHO]])
    tell([codeOf(() => telnet.write('x')), codeOf(() => telnet.fileno()), codeOf(() => telnet.read_some())])
    tell([codeOf(() => telnet.open('127.0.0.1', 1)), codeOf(() => telnet.open('no.such.host.invalid', port)).startsWith('E')])
    telnet.open('127.0.0.1', port, 0.1)
    tell([telnet.fileno() > 2, telnet.host, String(telnet.read_until('login: ')), codeOf(() => telnet.read_some())])
    telnet.close()
    telnet.close()
    tell([telnet.eof, telnet.sock, codeOf(() => telnet.read_very_lazy()), codeOf(() => telnet.write('x')), String(telnet.read_all())])
    `,
  )
  t.deepEqual(told, [
    [null, 0, null, 23, [255, 251, 1]],
    ['TELNET_CLOSED', 'TELNET_CLOSED', 'TELNET_CLOSED'],
    ['ECONNREFUSED', true],
    [true, '127.0.0.1', 'login: ', 'TELNET_TIMEOUT'],
    [true, null, 'TELNET_EOF', 'TELNET_CLOSED', ''],
  ])
})

test('what a wait that failed had handed out before is not handed out again', async (t) => {
  const port = await serve(t, (socket) => {
    socket.write('login: ')
    socket.once('data', () => {
      socket.write('Password: ')
      socket.once('data', () => {
        socket.write('x'.repeat(120), () => setTimeout(() => socket.resetAndDestroy(), 50))
      })
    })
  })
  const told = await blocking(
    t,
    port,
    `${IMPORT}
    const telnet = new Telnet('127.0.0.1', port, 0.2)
    tell([String(telnet.read_until(': ')), codeOf(() => telnet.read_some()), codeOf(() => telnet.read_all())])
    telnet.write('bob\\n')
    tell([String(telnet.read_until(': ')), codeOf(() => telnet.read_some())])
    telnet.write('secret\\n')
    telnet.fill_rawq()
    // Until the connection is broken.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500)
    let length = 0
    tell(codeOf(() => {
      for (;;) length += telnet.read_some().length
    }))
    tell([length, String(telnet.read_all()), telnet.eof])
    `,
  )
  t.deepEqual(told, [
    ['login: ', 'TELNET_TIMEOUT', 'TELNET_TIMEOUT'],
    ['Password: ', 'TELNET_TIMEOUT'],
    'ECONNRESET',
    [120, '', true],
  ])
})

test('arguments that cannot be taken are told, and nothing is sent of them', async (t) => {
  let heard = ''
  const port = await serve(t, (socket) => {
    socket.write('some words')
    socket.on('data', (bytes) => (heard += bytes.toString('latin1')))
  })
  const told = await blocking(
    t,
    port,
    `${IMPORT}
    const local = '127.0.0.1'
    tell([-1, NaN, 0, '1'].map((timeout) => codeOf(() => new Telnet(local, port, timeout))))
    tell(['23', -1, 99_999, 1.5, NaN].map((port) => codeOf(() => new Telnet(local, port))))
    tell(codeOf(() => new Telnet('', port)))
    const telnet = new Telnet(local, port, 5)
    tell([null, 5, 'price: 5 \u20ac', new Uint16Array(4)].map((bytes) => codeOf(() => telnet.write(bytes))))
    tell([codeOf(() => telnet.read_until('a', 'x')), codeOf(() => telnet.read_until(5)), codeOf(() => telnet.read_until('\u20ac'))])
    tell([codeOf(() => telnet.expect('abc')), codeOf(() => telnet.expect([5])), codeOf(() => telnet.expect(['a'], NaN))])
    tell(codeOf(() => telnet.set_option_negotiation_callback(5)))
    const socket = telnet.get_socket()
    tell([codeOf(() => socket.recv(-1)), codeOf(() => socket.recv('all')), codeOf(() => socket.sendall(new Uint16Array(1)))])
    telnet.write('price: 5 \xa4')
    tell(String(telnet.read_until('words', 5)))
    telnet.close()
    `,
  )
  const bad = 'TELNET_BAD_ARGUMENT'
  t.deepEqual(told, [
    [bad, bad, bad, bad],
    [bad, bad, bad, bad, bad],
    bad,
    [bad, bad, bad, bad],
    [bad, bad, bad],
    [bad, bad, bad],
    bad,
    [bad, bad, bad],
    'some words',
  ])
  t.is(heard, 'price: 5 \xa4')
})

test('methods can be overridden by either name', async (t) => {
  const port = await serve(t, (socket) => socket.end('x'.repeat(200)))
  const told = await blocking(
    t,
    port,
    `${IMPORT}
    for (const name of ['fill_rawq', 'fillRawq']) {
      let pieces = 0
      class Counting extends Telnet {
        [name]() {
          pieces++
          super[name]()
        }
      }
      const telnet = new Counting('127.0.0.1', port)
      tell([telnet.readAll().length, pieces >= 4])
    }
    `,
  )
  t.deepEqual(told, [
    [200, true],
    [200, true],
  ])
})

test('debug levels above 0 show what comes and goes', async (t) => {
  const port = await serve(t, (socket) => socket.end(latin1('\xff\xfb\x01\xff\xf1hi')))
  const program = new BlockingProgram(
    t,
    port,
    `${IMPORT}
    const telnet = new Telnet()
    telnet.set_debuglevel(1)
    telnet.open('127.0.0.1', port)
    telnet.write(Buffer.of(65, 255, 39, 92))
    telnet.readAll()
    `,
  )
  t.is(await program.ended(), 0)
  const prefix = `Telnet(127.0.0.1,${port}): `
  t.deepEqual(program.output.split('\n'), [
    `${prefix}send b"A\\xff\\xff'\\\\"`,
    `${prefix}recv b'\\xff\\xfb\\x01\\xff\\xf1hi'`,
    `${prefix}IAC WILL 1`,
    `${prefix}IAC 241 not recognized`,
    `${prefix}recv b''`,
    '',
  ])
})

test('the command sends lines and shows what comes', async (t) => {
  const port = await serve(t, (socket) => {
    socket.write('who? ')
    socket.once('data', (bytes) => socket.end(`hello ${bytes}`))
  })
  const main = fileURLToPath(new URL('../dist/ts/telnetlib/index.js', import.meta.url))
  const run = async (words: string[], input: string) => {
    const child = spawn(process.execPath, [main, ...words], { stdio: 'pipe' })
    t.teardown(() => child.kill('SIGKILL'))
    child.stdin.on('error', () => {})
    child.stdin.write(input)
    const told = Promise.all([text(child.stdout), text(child.stderr)])
    const [code] = await once(child, 'close')
    return [code, ...(await told)]
  }
  t.deepEqual(await run(['127.0.0.1', String(port)], 'world\n'), [
    0,
    'who? hello world\n*** Connection closed by remote host ***\n',
    '',
  ])
  const [code, out, err] = await run(['127.0.0.1', 'no-such-service'], '')
  t.deepEqual([code, out], [1, ''])
  t.regex(String(err), /^No service is called 'no-such-service'.*\n$/)
})
