// The fingerprint of a client: what is asked of whom, what is found and hashed, and that a peer's vices disturb nothing.

import { setTimeout as sleep } from 'node:timers/promises'
import test, { type ExecutionContext } from 'ava'
import { connect, createServer, Option, type ServerOptions, type Session } from 'telnetkit'
import {
  type ClientDocument,
  CORE,
  EXTENDED,
  fingerprint,
  fingerprinting,
  hashOf,
  LEGACY,
  SERIAL,
} from 'telnetkit/fingerprint'
import { Caller, type Manners } from './support/caller.js'
import { serve } from './support/raw-peer.js'

const { BINARY, COM_PORT, ECHO, GMCP, LINEMODE, NAWS, NEW_ENVIRON, SGA, TTYPE } = Option

interface Visit {
  readonly document: ClientDocument
  readonly session: Session
  readonly caller: Caller
}

/** A client calls a server that takes fingerprints, and the session is left open. */
async function visit(t: ExecutionContext, manners: Manners, options: ServerOptions = {}): Promise<Visit> {
  let caller: Caller | undefined
  const found = new Promise<{ document: ClientDocument; session: Session }>((resolve, reject) => {
    const server = createServer(fingerprinting(options), async (session) => {
      resolve({ document: await fingerprint(session), session })
      await new Promise(() => {})
    })
    server.on('sessionError', reject)
    serve(t, server)
      .then(async (port) => {
        caller = await Caller.call(port, manners)
        t.teardown(() => caller?.hangUp())
      })
      .catch(reject)
  })
  return { ...(await found), caller: caller! }
}

/** Who has what most have. */
const USUAL: Manners = {
  performs: [BINARY, SGA, TTYPE, NAWS, NEW_ENVIRON],
  allows: [BINARY, SGA, ECHO],
  types: ['xterm', 'xterm'],
  environment: { USER: 'ada', LANG: 'de_DE.ISO-8859-15@euro', HOME: '', shell: '/bin/sh' },
  tells: { [NAWS]: 'IAC SB NAWS 0 80 0 24 IAC SE' },
}

const USUAL_GROUPS = [CORE, SERIAL, LEGACY].flatMap((group) => Object.entries(group))

test('a client that has what most have', async (t) => {
  const { document, caller } = await visit(t, USUAL)
  const { 'telnet-probe': probe, sessions } = document
  const supported = ['BINARY', 'NAWS', 'NEW_ENVIRON', 'SGA', 'TTYPE']
  const names = USUAL_GROUPS.map(([name]) => name)
  t.deepEqual(probe['fingerprint-data'], {
    'probed-protocol': 'client',
    USER: 'True',
    SHELL: 'True',
    encoding: 'ISO-8859-15',
    TERM: 'Yes',
    charset: 'utf8',
    'ttype-count': 2,
    'supported-options': supported,
    'refused-options': names.filter((name) => !supported.includes(name)).sort(),
  })
  t.is(probe.fingerprint, hashOf(probe['fingerprint-data']))
  t.is(probe['compatible-fingerprint'], probe.fingerprint)
  t.is(sessions.length, 1)
  t.is(sessions[0]!.ip, '127.0.0.1')
  t.true(Math.abs(Date.now() - Date.parse(sessions[0]!.connected)) < 60_000)
  // Each option once, and nobody hears of a number that icy_term does not know.
  const asked = caller.heard.filter((words) => words.startsWith('DO '))
  t.deepEqual(
    asked.filter((words) => words === 'DO 46'),
    ['DO 46'],
  )
  t.deepEqual(
    asked.filter((words) => Number(words.slice(3)) > 140),
    [],
  )
})

test('what is kept of the session beside it', async (t) => {
  const { document } = await visit(t, USUAL)
  const { session_data: data } = document['telnet-probe']
  // Of a person it is only told that there is something.
  t.deepEqual(data.extra, {
    USER: 'True',
    LANG: 'de_DE.ISO-8859-15@euro',
    SHELL: 'True',
    TERM: 'xterm',
    cols: 80,
    rows: 24,
    charset: 'utf8',
  })
  t.deepEqual(data.ttype_cycle, ['xterm', 'xterm'])
  const states = data.option_states as { remote: object; local: object }
  t.like(states.remote, { BINARY: true, SGA: true, TTYPE: true, CHARSET: false, KERMIT: false })
  t.deepEqual(states.local, { BINARY: true, ECHO: true, SGA: true, CHARSET: false })
  const probe = data.probe as Record<string, Record<string, number>>
  t.deepEqual(Object.keys(probe), ['WILL', 'WONT'])
  t.deepEqual(probe.WILL, { BINARY: 0, SGA: 3, TTYPE: 24, NAWS: 31, NEW_ENVIRON: 39 })
  t.deepEqual(Object.keys(data.timing as object), ['probe', 'idle', 'duration', 'connect_time', 'round_trip'])
  t.deepEqual(data.opening, { text: '+24 >3 >0 +31 +39 <42 >1 +0', fingerprint: 'f82f5429575781e6' })
  t.deepEqual(Object.keys(data), ['extra', 'ttype_cycle', 'option_states', 'probe', 'timing', 'opening'])
})

test('no answer is no refusal, but has the compatible hash of one', async (t) => {
  const refuses = await visit(t, USUAL)
  const ignores = await visit(t, { ...USUAL, ignores: [LEGACY.TLS!, LEGACY.DET!] })
  const { 'unanswered-options': unanswered, 'refused-options': refused } =
    ignores.document['telnet-probe']['fingerprint-data']
  t.deepEqual(unanswered, ['DET', 'TLS'])
  t.false(refused.includes('TLS'))
  const [one, other] = [refuses, ignores].map(({ document }) => document['telnet-probe'])
  t.not(other!.fingerprint, one!.fingerprint)
  t.is(other!['compatible-fingerprint'], one!.fingerprint)
})

test('Microsoft’s telnet hears nothing of what it cannot stand', async (t) => {
  const microsoft: Manners = {
    says: 'IAC WILL NAWS',
    performs: [BINARY, SGA, TTYPE, NAWS, NEW_ENVIRON],
    allows: [BINARY, SGA, ECHO],
    types: ['ANSI', 'VT100'],
    environment: { SYSTEMTYPE: 'WIN32' },
  }
  const { document, caller } = await visit(t, microsoft)
  const { 'fingerprint-data': facts, session_data: data } = document['telnet-probe']
  t.deepEqual(facts['supported-options'], ['BINARY', 'NAWS', 'SGA', 'TTYPE'])
  t.is(facts.TERM, 'Yes')
  t.deepEqual(data.ttype_cycle, ['ANSI', 'VT100', 'VT100'])
  const asked = caller.heard.filter((words) => words.startsWith('DO ')).map((words) => Number(words.slice(3)))
  const known = [...Object.values(CORE), COM_PORT, Option.TM]
  t.deepEqual(
    asked.filter((option) => !known.includes(option)),
    [],
  )
})

test('who says ansi, and goes on with another name, is not Microsoft’s', async (t) => {
  const { document, caller } = await visit(t, { performs: [TTYPE], types: ['ansi', 'ansi'] })
  t.is(document['telnet-probe']['fingerprint-data'].TERM, 'Yes-ansi')
  t.true(caller.heard.includes(`DO ${LEGACY.TLS}`))
})

test('MUD clients are asked about what only they have: by name', async (t) => {
  const mudlet: Manners = { performs: [TTYPE, GMCP, Option.MSDP], types: ['MUDLET', 'ANSI-TRUECOLOR', 'MTTS 2349'] }
  const { document } = await visit(t, mudlet)
  const { 'fingerprint-data': facts, session_data: data } = document['telnet-probe']
  t.deepEqual(facts['supported-options'], ['GMCP', 'MSDP', 'TTYPE'])
  const names = Object.keys(EXTENDED).filter((name) => name !== 'GMCP' && name !== 'MSDP')
  t.deepEqual(
    names.filter((name) => !facts['refused-options'].includes(name)),
    [],
  )
  // The second of its names is that of the terminal.
  t.is(facts.TERM, 'Yes-ansi')
  t.is(facts['ttype-count'], 3)
  t.is((data.extra as { mtts: number }).mtts, 2349)
})

test('MUD clients are asked about what only they have: by what they offer', async (t) => {
  const offers = await visit(t, { says: 'IAC WILL GMCP', performs: [GMCP] })
  t.true(offers.caller.heard.includes(`DO ${Option.MXP}`))
  t.true(offers.document['telnet-probe']['fingerprint-data']['supported-options'].includes('GMCP'))
  // And also where that is refused.
  const refused = await visit(t, { says: 'IAC WILL GMCP' }, { policy: { remote: { GMCP: 'refuse' } } })
  t.true(refused.caller.heard.includes(`DO ${Option.MXP}`))
  t.deepEqual(refused.document['telnet-probe']['fingerprint-data']['rejected-will'], ['GMCP'])
})

test('SyncTERM is shown that it was recognised', async (t) => {
  const { document, caller } = await visit(t, { performs: [TTYPE], types: ['syncterm'] })
  t.is(document['telnet-probe']['fingerprint-data'].TERM, 'Syncterm')
  for (let waited = 0; caller.data === '' && waited < 5_000; waited += 10) await sleep(10)
  t.is(caller.data, '\x1b[0;40 D')
})

test('what it offers or asks for, and is refused', async (t) => {
  const says = 'IAC WILL 100 IAC WILL 9 IAC DO 7 IAC DO NAWS IAC DO TTYPE IAC WILL COM_PORT'
  const { document } = await visit(t, { says, performs: [COM_PORT] })
  const { 'fingerprint-data': facts, session_data: data } = document['telnet-probe']
  t.deepEqual(facts['rejected-will'], ['0x64', 'NAOP'])
  t.deepEqual(facts['rejected-do'], ['RCTE'])
  t.deepEqual(facts['directional-refusals'], ['NAWS', 'TTYPE'])
  t.deepEqual(facts['supported-options'], ['COM_PORT'])
  t.deepEqual(data.rejected, { will: ['0x64', 'NAOP'], do: ['RCTE'], directional: ['NAWS', 'TTYPE'] })
})

test('who answers what holds already is known for it, and the session goes on', async (t) => {
  const { document, session, caller } = await visit(t, { ...USUAL, loops: true })
  const { 'fingerprint-data': facts, session_data: data } = document['telnet-probe']
  t.deepEqual(facts['looped-negotiation'], ['BINARY', 'ECHO', 'NAWS', 'NEW_ENVIRON', 'SGA', 'TTYPE'])
  t.is(session.mode, 'character')
  // The window that it tells each time is its size, no answer.
  t.deepEqual([session.peer.columns, session.peer.rows], [80, 24])
  t.false('looped-negotiation' in data)
  t.deepEqual(
    caller.heard.filter((words) => words === `DO ${NAWS}`),
    [`DO ${NAWS}`, `DO ${NAWS}`],
  )
})

test('LINEMODE: the special characters that are not BSD’s, as they were before it was switched off', async (t) => {
  const tells = {
    // SYNCH none, IP as BSD has it, AO another, EOF none but changeable; and the rest as the server likes.
    [LINEMODE]: 'IAC SB LINEMODE 3 1 0 0 3 98 3 4 2 16 8 2 0 IAC SE',
  }
  const { document, session } = await visit(t, { performs: [LINEMODE, SGA], tells })
  const { 'fingerprint-data': facts, session_data: data } = document['telnet-probe']
  t.deepEqual(facts.slc, { set: { SLC_AO: 16 }, unset: ['SLC_EOF'], nosupport: ['SLC_SYNCH'] })
  t.deepEqual(data.slc_tab, facts.slc)
  t.true((data.option_states as { remote: Record<string, boolean> }).remote.LINEMODE)
  t.false(session.remote.has(LINEMODE))
})

test('a mute, and one that answers no marks, are found out', async (t) => {
  const ignores = Array.from({ length: 256 }, (_, option) => option)
  const mute = await visit(t, { ignores, ignoresMarks: true }, { negotiationTimeout: 100 })
  const facts = mute.document['telnet-probe']['fingerprint-data']
  t.deepEqual([facts.TERM, facts['supported-options'], facts['refused-options']], ['None', [], []])
  t.is(facts['unanswered-options']?.length, USUAL_GROUPS.length)
  t.false('opening' in facts)
  const without = await visit(t, { ...USUAL, ignoresMarks: true })
  const usual = await visit(t, USUAL)
  t.is(without.document['telnet-probe'].fingerprint, usual.document['telnet-probe'].fingerprint)
})

test('who speaks on and on, and answers nothing, is not waited for for ever', async (t) => {
  t.timeout(90_000)
  const ignores = Array.from({ length: 256 }, (_, option) => option)
  const found = visit(t, { says: 'IAC WILL 100', ignores, ignoresMarks: true, chatters: true })
  // What it says of SGA is an answer.
  t.is(
    (await found).document['telnet-probe']['fingerprint-data']['unanswered-options']?.length,
    USUAL_GROUPS.length - 1,
  )
})

test('a session of bytes has no character set of its own', async (t) => {
  const server = createServer({ ...fingerprinting(), encoding: null }, async (session) => {
    const { 'telnet-probe': probe } = await fingerprint(session)
    session.end(probe['fingerprint-data'].charset)
  })
  const session = await connect({
    port: await serve(t, server),
    host: '127.0.0.1',
    policy: { local: { CHARSET: 'refuse' } },
  })
  t.is(await session.readAll(), 'None')
})

test('a server of any options can take one; what is not watched from the beginning is not told', async (t) => {
  let document: ClientDocument | undefined
  const server = createServer(async (session) => {
    document = await fingerprint(session)
  })
  const session = await connect({ port: await serve(t, server), host: '127.0.0.1', terminalType: 'vt220' })
  await session.readAll()
  const { 'fingerprint-data': facts, session_data: data } = document!['telnet-probe']
  t.true(facts['supported-options'].includes('TTYPE'))
  t.false('opening' in data)
  t.deepEqual(Object.keys(data.timing as object), ['probe', 'idle', 'round_trip'])
})

test('text of a peer’s is kept as far as it makes sense, and its names do no harm', async (t) => {
  const long = 'x'.repeat(3_000)
  const environment = {
    __proto__x: '1',
    constructor: '2',
    LANG: `de_DE.${long}`,
    LC_ALL: 'C',
    LC_SECRET: 'hush',
    AWS_SECRET: 'hush',
  }
  const { document } = await visit(t, { performs: [TTYPE, NEW_ENVIRON], types: [long], environment })
  const { 'fingerprint-data': facts, session_data: data } = document['telnet-probe']
  t.is(facts.encoding, 'other')
  t.deepEqual(data.ttype_cycle, [long.slice(0, 256), long.slice(0, 256)])
  const extra = data.extra as Record<string, unknown>
  t.is(extra.CONSTRUCTOR, 'True')
  t.is(extra.LC_ALL, 'C')
  t.false(JSON.stringify(document).includes('hush'))
  t.true(JSON.stringify(document).length < 10_000)
})

test('it asks for variables by name, in requests of at most 240 bytes, and for no secret', async (t) => {
  const { environmentNames } = fingerprinting()
  const secret = /TOKEN|SECRET|PASS|KEY|AUTH|CRED|API|DATABASE|JWT|PRIVATE/
  t.deepEqual(
    environmentNames!.filter((name) => secret.test(name)),
    [],
  )
  t.is(new Set(environmentNames).size, environmentNames!.length)
  const asked: Buffer[] = []
  const trace: ServerOptions['trace'] = (direction, bytes) => {
    if (direction === 'out') asked.push(bytes)
  }
  await visit(t, USUAL, { trace })
  const sent = Buffer.concat(asked).toString('latin1')
  const requests = sent.match(/\xff\xfa\x27[^\xff]*\xff\xf0/g)!.map((request) => request.slice(3, -2))
  t.true(requests.length > 1)
  const names = requests.flatMap((request) => request.slice(1).split(/[\0\x03]/))
  t.deepEqual(
    names.filter((name) => name !== ''),
    [...environmentNames!],
  )
  for (const request of requests) t.true(request.length + 1 <= 240)
})

test.serial('five hundred at once are one program', async (t) => {
  const MANY = 500
  const documents: ClientDocument[] = []
  const port = await new Promise<number>((resolve, reject) => {
    const server = createServer(fingerprinting(), async (session) => {
      documents.push(await fingerprint(session))
      session.end()
    })
    server.on('sessionError', reject)
    serve(t, server).then(resolve, reject)
  })
  const called = await Promise.all(Array.from({ length: MANY }, () => Caller.call(port, USUAL)))
  for (let waited = 0; documents.length < MANY && waited < 30_000; waited += 20) await sleep(20)
  for (const caller of called) caller.hangUp()
  t.is(documents.length, MANY)
  const probes = documents.map((document) => document['telnet-probe'])
  for (const probe of probes)
    t.deepEqual(probe['fingerprint-data'], probes[0]!['fingerprint-data'], JSON.stringify(probe.session_data))
  t.is(new Set(probes.map(({ session_data: { opening } }) => (opening as { text: string }).text)).size, 1)
})

test('only the session of a server has a client', async (t) => {
  const server = createServer(() => {})
  const session = await connect({ port: await serve(t, server), host: '127.0.0.1' })
  await t.throwsAsync(fingerprint(session), { code: 'TELNET_BAD_ARGUMENT', message: /fingerprintServer/ })
  session.destroy()
})

test('it can be given up, and ends with the session', async (t) => {
  const given = new AbortController()
  const outcome = new Promise<string>((resolve) => {
    const server = createServer(fingerprinting({ eager: true }), async (session) => {
      const first = fingerprint(session, { signal: given.signal })
      given.abort()
      const name = await first.catch((error: Error) => error.name)
      const second = fingerprint(session)
      session.destroy()
      resolve(`${name} ${await second.catch((error: { code: string }) => error.code)}`)
    })
    void serve(t, server).then(async (port) => {
      const caller = await Caller.call(port, USUAL)
      t.teardown(() => caller.hangUp())
    })
  })
  t.is(await outcome, 'AbortError TELNET_CLOSED')
})
