// Options: what each side opens with, enable and disable by RFC 1143, waiting for what is agreed, and when a session is ready.

import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import { connect, createServer, Option, type Session } from 'telnetkit'
import { ways } from './support/ends.js'
import { closed, joined, QUIET, RawPeer, RawServer, serve, wire } from './support/raw-peer.js'

/** Longer than any test waits. */
const NEVER = 60_000

test('a server asks one thing at first, and the rest of whoever answers', async (t) => {
  const server = createServer({ negotiationTimeout: NEVER }, () => new Promise(() => {}))
  const peer = await RawPeer.connect(await serve(t, server))
  t.deepEqual(await peer.take(3), wire('IAC DO TTYPE'))
  await new Promise((resolve) => setTimeout(resolve, 50))
  t.is(peer.received.length, 0)
  peer.send('IAC WONT TTYPE')
  const rest = wire('IAC WILL SGA IAC WILL BINARY IAC DO NAWS IAC DO NEW_ENVIRON IAC WILL CHARSET IAC WILL ECHO')
  t.deepEqual(await peer.take(rest.length), rest)
  peer.destroy()
})

test('a client is asked for the variables that the server wants by name, a few at a time, and then for all others', async (t) => {
  const environmentNames = ['HOME', ...Array.from({ length: 9 }, (_, number) => `${number}`.repeat(40)), 'SHELL']
  const policy = { remote: { TTYPE: 'accept', NAWS: 'accept' }, local: QUIET.local! } as const
  const server = createServer({ environmentNames, policy }, () => new Promise(() => {}))
  const peer = await RawPeer.connect(await serve(t, server))
  await peer.takeUntil('IAC DO NEW_ENVIRON')
  peer.send('IAC WILL NEW_ENVIRON IAC WONT TTYPE')
  const asked: string[] = []
  for (let requests = 0; !asked.includes('SHELL'); requests++) {
    const request = (await peer.takeUntil('IAC SE')).subarray(-245)
    const payload = request.subarray(request.lastIndexOf(wire('IAC SB NEW_ENVIRON')) + 3, -2)
    t.true(payload.length + 1 <= 240)
    t.true(requests < 3)
    asked.push(...payload.toString('latin1', 1).split('\0').slice(1))
    peer.send('IAC SB NEW_ENVIRON 0 IAC SE')
  }
  t.deepEqual(asked, environmentNames, 'and nothing else')
  peer.destroy()
  for (const wrong of ['HOME', [''], [1], ['x'.repeat(101)]]) {
    t.throws(() => createServer({ environmentNames: wrong as string[] }), { code: 'TELNET_BAD_OPTION' })
  }
})

test('a whole negotiation ends in a session that knows its peer', async (t) => {
  const server = createServer({ negotiationTimeout: NEVER }, () => new Promise(() => {}))
  const accepted = once(server, 'session') as Promise<[Session]>
  const peer = await RawPeer.connect(await serve(t, server))
  await peer.takeUntil('IAC DO TTYPE')
  peer.send('IAC WILL TTYPE')
  await peer.takeUntil('IAC SB TTYPE 1 IAC SE')
  peer.send('IAC SB TTYPE 0 "XTERM" IAC SE IAC DO SGA IAC DO BINARY IAC WILL NAWS IAC SB NAWS 0 132 0 43 IAC SE')
  await peer.takeUntil('IAC SB TTYPE 1 IAC SE')
  peer.send('IAC SB TTYPE 0 "VT100" IAC SE')
  await peer.takeUntil('IAC SB TTYPE 1 IAC SE')
  peer.send('IAC SB TTYPE 0 "VT100" IAC SE IAC DO ECHO IAC WILL NEW_ENVIRON IAC WILL BINARY IAC DONT CHARSET')
  await peer.takeUntil('IAC SB NEW_ENVIRON 1')
  peer.send('IAC SB NEW_ENVIRON 0 0 "USER" 1 "joe" 3 "USER" 1 "other" 3 "COLOR" 1 "yes" 0 "DISPLAY" IAC SE')
  const [session] = await accepted
  const { peer: facts } = session
  t.deepEqual([...facts.terminalTypes], ['XTERM', 'VT100'])
  t.is(facts.terminalType, 'XTERM')
  t.is(facts.mtts, undefined)
  t.false(facts.isMudClient)
  t.deepEqual([facts.columns, facts.rows], [132, 43])
  t.deepEqual(Object.fromEntries(facts.environment), { USER: 'joe', COLOR: 'yes' })
  t.deepEqual(
    facts.variables.map(({ name, value, kind }) => [kind, name, value]),
    [
      ['VAR', 'USER', 'joe'],
      ['USERVAR', 'USER', 'other'],
      ['USERVAR', 'COLOR', 'yes'],
      ['VAR', 'DISPLAY', undefined],
    ],
  )
  t.is(session.mode, 'character')
  for (const option of [Option.TTYPE, Option.NAWS, Option.BINARY, Option.NEW_ENVIRON])
    t.true(session.remote.has(option))
  for (const option of [Option.SGA, Option.ECHO, Option.BINARY]) t.is(session.local.state(option), 'Yes')

  const update = once(session, 'environment')
  peer.send('IAC SB NEW_ENVIRON 2 0 "USER" 3 "COLOR" 1 "no" IAC SE')
  t.is((await update)[0], facts.environment)
  t.deepEqual(Object.fromEntries(facts.environment), { USER: 'other', COLOR: 'no' })
  peer.destroy()
})

test('of a MUD client the second name is the terminal, and the third tells what it can', async (t) => {
  const server = createServer({ negotiationTimeout: NEVER }, () => new Promise(() => {}))
  const accepted = once(server, 'session') as Promise<[Session]>
  const peer = await RawPeer.connect(await serve(t, server))
  peer.send('IAC WILL TTYPE')
  for (const name of ['MUDLET', 'XTERM-256COLOR', 'MTTS 2349']) {
    await peer.takeUntil('IAC SB TTYPE 1 IAC SE')
    peer.send(`IAC SB TTYPE 0 ${JSON.stringify(name)} IAC SE`)
  }
  peer.send('IAC DONT SGA IAC DONT BINARY IAC WONT NAWS IAC WONT NEW_ENVIRON IAC DONT CHARSET IAC DO EOR')
  const [session] = await accepted
  t.true(session.peer.isMudClient)
  t.is(session.peer.terminalType, 'XTERM-256COLOR')
  t.is(session.peer.mtts, 2349)
  t.is(session.mode, 'line')
  t.false(session.local.has(Option.ECHO))
  peer.destroy()
})

test('enable says WILL or DO and resolves with the answer', async (t) => {
  const { session, peer } = await joined(t)
  const offered = session.local.enable(Option.ECHO)
  const asked = session.remote.enable(Option.NAWS)
  t.is(session.local.state(Option.ECHO), 'WantYes')
  t.false(session.local.has(Option.ECHO))
  t.deepEqual(await peer.take(6), wire('IAC WILL ECHO IAC DO NAWS'))
  peer.send('IAC DO ECHO IAC WONT NAWS')
  t.true(await offered)
  t.false(await asked)
  t.is(session.local.state(Option.ECHO), 'Yes')
  t.is(session.remote.state(Option.NAWS), 'No')
  t.true(await session.local.enable(Option.ECHO))
  session.write('.')
  t.deepEqual(await peer.take(1), wire('"."'))
})

test('disable has effect at once, and a wish behind it waits for the answer', async (t) => {
  const { session, peer } = await joined(t)
  peer.send('IAC DO ECHO')
  await session.waitFor({ local: { ECHO: true } })
  await peer.take(3)
  const off = session.local.disable(Option.ECHO)
  t.false(session.local.has(Option.ECHO))
  await off
  t.deepEqual(await peer.take(3), wire('IAC WONT ECHO'))
  t.is(session.local.state(Option.ECHO), 'WantNo')
  const again = session.local.enable(Option.ECHO)
  t.is(session.local.state(Option.ECHO), 'WantNoOpposite')
  peer.send('IAC DONT ECHO')
  t.deepEqual(await peer.take(3), wire('IAC WILL ECHO'))
  peer.send('IAC DO ECHO')
  t.true(await again)
  await session.remote.disable(Option.NAWS)
  session.write('.')
  t.deepEqual(await peer.take(1), wire('"."'))
})

test('disable while enabling waits for the answer', async (t) => {
  const { session, peer } = await joined(t)
  const on = session.local.enable(Option.SGA)
  const off = session.local.disable(Option.SGA)
  t.is(session.local.state(Option.SGA), 'WantYesOpposite')
  peer.send('IAC DO SGA')
  await peer.takeUntil('IAC WONT SGA')
  peer.send('IAC DONT SGA')
  t.false(await on)
  await off
  t.is(session.local.state(Option.SGA), 'No')
})

test('an option is called by its name or by its number', async (t) => {
  const { session, peer } = await joined(t)
  const { local, remote } = session
  t.false(local.has('ECHO'))
  const on = local.enable('ECHO')
  t.is(local.state('ECHO'), 'WantYes')
  t.is(local.state(Option.ECHO), 'WantYes')
  peer.send('IAC DO ECHO')
  t.true(await on)
  t.true(local.has('ECHO'))
  t.is(local.course('ECHO'), local.course(Option.ECHO))
  t.is(remote.course('NAWS'), remote.course(Option.NAWS))
  await session.waitFor({ local: { [Option.ECHO]: true, SGA: undefined } })
  await local.disable('ECHO')
  t.false(local.has(Option.ECHO))
  session.sendSubnegotiation('GMCP', Buffer.from('x'))
  await peer.takeUntil('IAC SB GMCP "x" IAC SE')
})

test('a timing mark cannot be enabled', async (t) => {
  const { session } = await joined(t)
  t.false(await session.remote.enable(Option.TM))
})

test('a wait ends with its time, its signal, or its session', async (t) => {
  const { session } = await joined(t)
  const signal = AbortSignal.abort('enough')
  const aborted = await t.throwsAsync(session.local.enable(Option.ECHO, { signal }), {
    name: 'AbortError',
    code: 'ABORT_ERR',
  })
  t.is(aborted?.cause, 'enough')
  await t.throwsAsync(session.remote.enable(Option.ECHO, { timeout: 10 }), { code: 'TELNET_TIMEOUT' })
  await t.throwsAsync(session.waitFor({ remote: { TTYPE: true } }, { timeout: 10 }), { code: 'TELNET_TIMEOUT' })
  await t.throwsAsync(
    session.waitUntil(() => false, { timeout: -1 }),
    { code: 'TELNET_BAD_OPTION' },
  )
  const waiting = [
    session.local.enable(Option.SGA),
    session.waitFor({ remote: { SGA: true } }),
    session.waitUntil(() => false),
  ]
  const done = closed(session)
  session.destroy()
  for (const wait of waiting) await t.throwsAsync(wait, { code: 'TELNET_CLOSED' })
  await done
  await t.throwsAsync(session.ready(), { code: 'TELNET_CLOSED' })
  t.false(session.local.has(Option.ECHO))
  t.is(session.local.state(Option.ECHO), 'No')
})

test('waitFor waits for all that it names; an unknown name is an error', async (t) => {
  const { session, peer } = await joined(t)
  let done = false
  const wait = session
    .waitFor({ remote: { NAWS: true }, local: { ECHO: false, SGA: true }, pending: { EOR: false } })
    .then(() => {
      done = true
    })
  peer.send('IAC WILL NAWS IAC DO ECHO')
  await session.waitFor({ local: { ECHO: true } })
  t.false(done)
  peer.send('IAC DO SGA IAC DONT ECHO')
  await wait
  const pending = session.waitFor({ pending: { EOR: true } })
  const answer = session.local.enable(Option.EOR)
  await pending
  peer.send('IAC DONT EOR')
  t.false(await answer)
  await t.throwsAsync(session.waitFor({ remote: { NONSENSE: true } as never }), {
    code: 'TELNET_UNKNOWN_OPTION',
    message: /NONSENSE/,
  })
})

test('waitUntil looks again at every event, and what its predicate throws is told', async (t) => {
  const { session, peer } = await joined(t)
  const wide = session.waitUntil(({ peer }) => (peer.columns ?? 0) > 100)
  const mine = new Error('mine')
  let calls = 0
  const failing = session.waitUntil(() => {
    if (calls++ > 0) throw mine
    return false
  })
  peer.send('IAC WILL NAWS IAC SB NAWS 0 80 0 24 IAC SE IAC SB NAWS 0 120 0 24 IAC SE')
  await wide
  await t.throwsAsync(failing, { is: mine })
  await t.throwsAsync(
    session.waitUntil(() => {
      throw mine
    }),
    { is: mine },
  )
})

test('the handler runs as soon as all is answered, by a refusal of everything too', async (t) => {
  const server = createServer({ negotiationTimeout: NEVER }, (session) => void session.write('go'))
  const peer = await RawPeer.connect(await serve(t, server))
  await peer.take(3)
  peer.send('IAC WONT TTYPE')
  await peer.takeUntil('IAC WILL ECHO')
  peer.send('IAC DONT SGA IAC DONT BINARY IAC WONT NAWS IAC DONT ECHO IAC WONT NEW_ENVIRON IAC DONT CHARSET')
  t.is(String(await peer.takeAll()), 'go')
  peer.destroy()
})

test('who speaks plain text is taken at his word, and keeps what he said', async (t) => {
  const server = createServer({ negotiationTimeout: NEVER }, async (session) => {
    session.write(`you said ${await session.readLine()}`)
  })
  const peer = await RawPeer.connect(await serve(t, server))
  peer.send('"hello" 13 10')
  await peer.take(3)
  t.is(String(await peer.takeAll()), 'you said hello')
  peer.destroy()
})

test('a mute peer costs negotiationTimeout and is asked nothing more', async (t) => {
  const server = createServer({ negotiationTimeout: 60 }, (session) => void session.write('well then'))
  const peer = await RawPeer.connect(await serve(t, server))
  t.deepEqual(await peer.takeAll(), wire('IAC DO TTYPE "well then"'))
  peer.destroy()
})

test('eager: the handler runs at once, and ready() tells the rest', async (t) => {
  const server = createServer({ negotiationTimeout: NEVER, eager: true }, async (session) => {
    session.write('first')
    await session.ready()
    session.write('then')
  })
  const peer = await RawPeer.connect(await serve(t, server))
  await peer.takeUntil('"first"')
  peer.send('"x"')
  t.is(String(await peer.takeAll()), 'then')
  peer.destroy()
})

test('lineMode says neither ECHO nor SGA; echo: false says no ECHO', async (t) => {
  for (const [options, expected] of [
    [{ lineMode: true }, 'IAC WILL BINARY IAC DO NAWS IAC DO NEW_ENVIRON IAC WILL CHARSET'],
    [{ echo: false }, 'IAC WILL SGA IAC WILL BINARY IAC DO NAWS IAC DO NEW_ENVIRON IAC WILL CHARSET'],
  ] as const) {
    const server = createServer({ negotiationTimeout: NEVER, ...options })
    const peer = await RawPeer.connect(await serve(t, server))
    await peer.take(3)
    peer.send('IAC WONT TTYPE IAC DO ECHO')
    t.deepEqual(await peer.takeUntil('IAC WONT ECHO'), wire(`${expected} IAC WONT ECHO`))
    peer.destroy()
  }
})

test('a policy changes what is requested, accepted and refused', async (t) => {
  const policy = {
    local: { ...QUIET.local, GMCP: 'request' },
    remote: { ...QUIET.remote, NAWS: 'refuse', 70: 'accept' },
  } as const
  const server = createServer({ policy, negotiationTimeout: NEVER })
  const peer = await RawPeer.connect(await serve(t, server))
  t.deepEqual(await peer.take(3), wire('IAC WILL GMCP'))
  peer.send('IAC WILL NAWS IAC WILL MSSP IAC WILL MSDP')
  t.deepEqual(await peer.take(9), wire('IAC DONT NAWS IAC DO MSSP IAC DONT MSDP'))
  peer.destroy()
})

test('a client answers what a server asks, and only from what it was given', async (t) => {
  const raw = await RawServer.listen(t)
  const options = { columns: 100, rows: 255, terminalType: ['my-term', 'vt100'], environment: { USER: 'joe' } }
  const session = await connect({ port: raw.port, host: '127.0.0.1', ...options })
  t.teardown(() => session.destroy())
  const peer = await raw.next()
  t.is(peer.received.length, 0)
  peer.send('IAC DO TTYPE IAC DO NAWS IAC DO NEW_ENVIRON IAC WILL ECHO IAC WILL SGA IAC DO ECHO')
  const answers = wire('IAC WILL TTYPE IAC WILL NAWS IAC SB NAWS 0 100 0 255 255 IAC SE IAC WILL NEW_ENVIRON')
  t.deepEqual(await peer.take(answers.length), answers)
  t.deepEqual(await peer.take(9), wire('IAC DO ECHO IAC DO SGA IAC WONT ECHO'))
  for (const name of ['my-term', 'vt100', 'vt100', 'my-term']) {
    peer.send('IAC SB TTYPE 1 IAC SE')
    const answer = wire(`IAC SB TTYPE 0 ${JSON.stringify(name)} IAC SE`)
    t.deepEqual(await peer.take(answer.length), answer)
  }
  peer.send('IAC SB NEW_ENVIRON 1 0 "USER" 0 "HOME" IAC SE')
  t.deepEqual(await peer.takeUntil('IAC SE'), wire('IAC SB NEW_ENVIRON 0 0 "USER" 1 "joe" 0 "HOME" IAC SE'))
  await session.ready()
  t.is(session.mode, 'character')
  session.resize(90, 20)
  t.deepEqual(await peer.take(9), wire('IAC SB NAWS 0 90 0 20 IAC SE'))
  t.throws(() => session.resize(1.5, 2), { code: 'TELNET_BAD_ARGUMENT' })
})

test('a client is in character mode with ECHO and SGA, whichever end suppresses go-ahead and whenever ECHO comes', async (t) => {
  const raw = await RawServer.listen(t)
  const session = await connect({ port: raw.port, host: '127.0.0.1' })
  t.teardown(() => session.destroy())
  const peer = await raw.next()
  peer.send('IAC DO SGA')
  t.deepEqual(await peer.take(3), wire('IAC WILL SGA'))
  await session.ready()
  t.is(session.mode, 'line')
  for (const [verb, mode] of [
    ['WILL', 'character'],
    ['WONT', 'line'],
  ] as const) {
    const changed = once(session, 'mode')
    peer.send(`IAC ${verb} ECHO`)
    t.deepEqual(await changed, [mode])
    t.is(session.mode, mode)
  }
})

test("a client's ready() gives up on a server that says nothing", async (t) => {
  const raw = await RawServer.listen(t)
  const session = await connect({ port: raw.port, host: '127.0.0.1', negotiationTimeout: 40 })
  t.teardown(() => session.destroy())
  await session.ready()
  const patient = await connect({ port: raw.port, host: '127.0.0.1', negotiationTimeout: NEVER })
  t.teardown(() => patient.destroy())
  await raw.next()
  const peer = await raw.next()
  const ready = patient.ready()
  peer.send('"Welcome"')
  await ready
  t.is(await patient.read(), 'Welcome')
})

for (const [way, make] of ways) {
  test(`${way}: who still asks when we have ended is not answered, and nothing fails`, async (t) => {
    const { session, peer } = await make(t, 'server')
    session.on('error', (error) => t.fail(error.message))
    const gone = closed(session)
    session.end('Bye.')
    await peer.takeUntil('"Bye."')
    for (let round = 0; round < 3; round++) {
      await sleep(30)
      peer.send('IAC DO 77 IAC WILL 77 IAC AYT')
      await sleep(30)
      peer.send('IAC DO 78')
    }
    peer.end()
    t.false(await gone)
    t.is(peer.received.length, 0)
  })
}
