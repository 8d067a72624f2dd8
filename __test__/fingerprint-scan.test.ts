// fingerprintServer: a scan of servers that exist for a test, of ours, and of such as mean no good.

import { once } from 'node:events'
import test, { type ExecutionContext } from 'ava'
import fc from 'fast-check'
import { Command, createServer, Option } from 'telnetkit'
import { fingerprintServer, hashOf, type ServerScanOptions } from 'telnetkit/fingerprint'
import { Certificates } from './support/certificates.js'
import { RawServer, serve, wire } from './support/raw-peer.js'
import { type ScriptedServer, startScripted } from './support/scripted-server.js'

const QUICK = { bannerQuietTime: 1_000, bannerMaxWait: 5_000, msspWait: 0 } as const

/** What the tests look at of `session_data`. */
interface Told {
  encoding: string
  scan_type: string
  timing: object
  banner_before_return: string
  banner_after_return: string
  dsr_replies: number
  option_states: Record<string, unknown>
  opening: { text: string; fingerprint: string }
  mssp?: object
}

async function scan(t: ExecutionContext, script: ScriptedServer, options: Partial<ServerScanOptions> = {}) {
  const port = await startScripted(t, script)
  const document = await fingerprintServer({ host: '127.0.0.1', port, ...QUICK, ...options })
  const probe = document['server-probe']
  return { port, document, probe, facts: probe['fingerprint-data'], session: probe.session_data as unknown as Told }
}

const ASKED = [
  ...['AARDWOLF', 'ATCP', 'BINARY', 'CHARSET', 'COM_PORT', 'ECHO', 'EOR', 'GMCP', 'MCCP2', 'MCCP3', 'MSDP', 'MSP'],
  ...['MSSP', 'MXP', 'SGA', 'STATUS', 'ZMP'],
]
const without = (...names: string[]) => ASKED.filter((name) => !names.includes(name))

test('who refuses everything', async (t) => {
  const steps: string[] = []
  const { document, facts, probe, session, port } = await scan(t, {}, { onProgress: (step) => void steps.push(step) })
  t.deepEqual(facts, {
    'probed-protocol': 'server',
    'scan-type': 'quick',
    'offered-options': [],
    'requested-options': [],
    'refused-options': ASKED,
    'wrong-direction-offered': [],
    'directional-refusals': [],
    'looped-negotiation': [],
  })
  t.is(probe.fingerprint, hashOf(facts))
  t.is(probe['compatible-fingerprint'], probe.fingerprint)
  t.deepEqual(document.sessions, [
    { host: '127.0.0.1', ip: '127.0.0.1', port, connected: document.sessions[0]!.connected },
  ])
  t.regex(document.sessions[0]!.connected, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
  t.deepEqual(Object.keys(session.timing), ['probe', 'total'])
  t.like(session, { scan_type: 'quick', encoding: 'ascii', banner_before_return: '', dsr_requests: 0 })
  t.deepEqual(steps, ['connected', 'banner', 'prompt', 'options', 'wrong-direction', 'loop', 'done'])
})

test('who offers, asks and shows something', async (t) => {
  const { facts, session } = await scan(t, {
    performs: ['ECHO', 'SGA', 'GMCP', 'MSSP'],
    wants: ['MSDP'],
    opening: String.raw`IAC WILL ECHO IAC DO TTYPE IAC WILL NAWS IAC DO NEW_ENVIRON IAC DO AUTHENTICATION "Hello\r\n"`,
    onQuestion: (line, verb, option) => {
      if (verb === Command.WILL && option === Option.NEW_ENVIRON) line.say('IAC SB NEW_ENVIRON 1 0 "USER" IAC SE')
      return [Option.TTYPE, Option.NEW_ENVIRON].includes(option as never) && verb === Command.WILL
    },
    onText: (line) => line.say('"Goodbye"'),
  })
  t.deepEqual(facts['offered-options'], ['ECHO', 'GMCP', 'MSSP', 'SGA'])
  t.deepEqual(facts['requested-options'], ['MSDP', 'NEW_ENVIRON', 'TTYPE'])
  t.deepEqual(facts['refused-options'], without('ECHO', 'GMCP', 'MSSP', 'SGA'))
  t.deepEqual(facts['directional-refusals'], ['NAWS'])
  t.like(session, { banner_before_return: 'Hello\r\n', banner_after_return: 'Goodbye' })
  t.is(session.opening.text, '+1 >24 +31 >39 >37 +1')
  t.is(session.opening.fingerprint.length, 16)
  t.deepEqual(session.option_states.environ_requested, [{ type: 'VAR', name: 'USER' }])
  t.deepEqual(session.option_states.directional_refusals, ['NAWS'])
  t.like(session.option_states.server_offered as object, { ECHO: true, GMCP: true, NAWS: false, MSP: false })
  t.like(session.option_states.server_requested as object, { TTYPE: true, AUTHENTICATION: false, MSDP: true })
})

test('who agrees to what a server cannot have, and who says it all again', async (t) => {
  const wrong = await scan(t, { performs: ['NAWS', 'SGA'], wants: ['ECHO'] })
  t.deepEqual(wrong.facts['wrong-direction-offered'], ['ECHO', 'NAWS'])
  t.deepEqual(wrong.facts['requested-options'], ['ECHO'])
  t.deepEqual(wrong.facts['looped-negotiation'], [])
  const looping = await scan(t, { performs: ['SGA', 'GMCP'], wants: ['MSDP'], loops: true })
  t.deepEqual(looping.facts['looped-negotiation'], ['GMCP', 'MSDP', 'SGA'])
})

test('who says nothing has refused nothing, but in the hash that is like that of telnetlib3', async (t) => {
  const { facts, probe } = await scan(t, { isMute: true })
  t.deepEqual(facts['refused-options'], [])
  t.deepEqual(facts['unanswered-options'], ASKED)
  const refuser = await scan(t, {})
  t.is(probe['compatible-fingerprint'], refuser.probe.fingerprint)
  t.not(probe.fingerprint, refuser.probe.fingerprint)
})

test('a full scan asks for what hardly anybody has, and only that', async (t) => {
  const { facts, session } = await scan(t, { performs: ['KERMIT', 'START_TLS'] }, { scanType: 'full' })
  t.deepEqual(facts['offered-options'], ['KERMIT', 'TLS'])
  t.is(facts['refused-options'].length, ASKED.length + 30)
  t.is(facts['scan-type'], 'full')
  t.is(session.scan_type, 'full')
})

test('questions are answered, a few; names and passwords never', async (t) => {
  let typed = ''
  const { session } = await scan(t, {
    opening: '"Color? "',
    onText: (line, text) => {
      typed += text
      line.say(typed.length < 4 ? String.raw`"\r\n1) ANSI 2) UTF-8: "` : '"\\r\\nlogin: "')
    },
  })
  t.is(typed, 'y\r\n2\r\n\r\n')
  t.is(session.encoding, 'utf-8')
  t.is(session.banner_after_return, '\r\n1) ANSI 2) UTF-8: \r\nlogin: \r\nlogin: ')
  let count = 0
  await scan(t, { opening: '"y/n"', onText: (line) => line.say(`"${count++} y/n"`) })
  t.is(count, 5)
})

test('nothing is said to who asks for a password, and no more than Enter to who asks for a name', async (t) => {
  for (const [opening, said] of [
    ['5) UTF-8 menu\\r\\nPassword: ', ''],
    ['5) UTF-8\\r\\nPassword: ', ''],
    ['Color? y/n\\r\\nlogin: ', '\r\n'],
  ]) {
    let typed = ''
    const onText: ScriptedServer['onText'] = (line, text) => {
      typed += text
      line.say('"Password: "')
    }
    const { facts, session } = await scan(t, { opening: `"${opening}"`, onText })
    t.is(typed, said!)
    t.is(session.banner_after_return, said === '' ? '' : 'Password: ')
    t.deepEqual(facts['refused-options'], ASKED)
  }
})

test('what MSSP tells is awaited, but not for ever', async (t) => {
  const opening = '"Hi "'
  const mssp: ScriptedServer = {
    performs: ['MSSP'],
    opening,
    onOpen: (line) => setTimeout(() => line.say('IAC SB MSSP 1 "NAME" 2 "Mud" IAC SE'), 1_500),
  }
  t.deepEqual((await scan(t, mssp, { msspWait: 60_000 })).session.mssp, { NAME: 'Mud' })
  t.is((await scan(t, { performs: ['MSSP'], opening }, { msspWait: 1_500 })).session.mssp, undefined)
  const leaving: ScriptedServer = {
    performs: ['MSSP'],
    onQuestion: (line, verb) => {
      if (verb === Command.WILL) setTimeout(() => line.socket.end(), 5_000)
      return false
    },
  }
  const { session, facts } = await scan(t, leaving, { msspWait: 60_000 })
  t.is(session.mssp, undefined)
  t.deepEqual(facts['offered-options'], ['MSSP'])
})

test('what comes with the first packet is heard', async (t) => {
  const first = 'IAC WILL MSSP IAC SB MSSP 1 "NAME" 2 "Mud" IAC SE IAC WILL ZMP IAC SB ZMP "a" 0 "b" 0 IAC SE "Hi "'
  const scans = Array.from({ length: 8 }, () => scan(t, { opening: first }))
  for (const { session } of await Promise.all(scans)) t.like(session, { mssp: { NAME: 'Mud' }, zmp: { a: ['b'] } })
})

test('the wait for MSSP is cut at the bound, and so is listening', async (t) => {
  const silent = await scan(t, { performs: ['MSSP'], opening: '"Hi "' }, { msspWait: 600_000, timeout: 8_000 })
  t.deepEqual(silent.facts['offered-options'], ['MSSP'])
  const dripping: ScriptedServer = {
    onOpen: ({ socket }) => {
      const drip = setInterval(() => socket.write('.'), 50)
      socket.on('close', () => clearInterval(drip))
    },
  }
  const bounds = { bannerMaxWait: 600_000, bannerQuietTime: 600_000, timeout: 8_000 }
  t.deepEqual((await scan(t, dripping, bounds)).facts['refused-options'], ASKED)
})

test('who ticks on and on answers nothing thereby', async (t) => {
  for (const tick of ['IAC NOP', 'IAC SB GMCP "Char.Vitals {}" IAC SE']) {
    const { facts } = await scan(
      t,
      {
        isMute: true,
        opening: 'IAC WILL GMCP "Name? "',
        onOpen: (line) => {
          const ticks = setInterval(() => line.say(tick), 100)
          line.socket.on('close', () => clearInterval(ticks))
        },
      },
      // It was looked at for a minute.
      { timeout: 40_000 },
    )
    t.deepEqual(facts['offered-options'], ['GMCP'])
  }
})

test('what a callback throws, or rejects with, is what the scan rejects with, once', async (t) => {
  const thrown = new Error('of the program')
  let calls = 0
  const callbacks: Partial<ServerScanOptions>[] = [
    {
      trace: () => {
        calls++
        throw thrown
      },
    },
    {
      onProgress: () => {
        calls++
        throw thrown
      },
    },
    {
      onProgress: (async () => {
        calls++
        throw thrown
      }) as () => void,
    },
  ]
  for (const callback of callbacks) {
    calls = 0
    t.is(await t.throwsAsync(scan(t, { opening: '"Hi "' }, callback)), thrown)
    // A promise is heard of a moment later: meanwhile the next step may have begun.
    t.true(calls <= (callback === callbacks[2] ? 2 : 1))
  }
})

test('who hangs up has shown what it has shown', async (t) => {
  const { facts, session } = await scan(t, { opening: '"17:00"', onOpen: ({ socket }) => socket.end() })
  t.like(session, { banner_before_return: '17:00', banner_after_return: '', closed_by_server: true })
  t.deepEqual([facts['offered-options'], facts['refused-options']], [[], []])
  const later = await scan(t, { opening: '"Press RETURN"', onText: ({ socket }) => socket.end() })
  t.like(later.session, { banner_before_return: 'Press RETURN', closed_by_server: true })
})

test('a connection that breaks, at every step', async (t) => {
  const atOnce = await startScripted(t, { onOpen: ({ socket }) => socket.resetAndDestroy() })
  const banner = await startScripted(t, { opening: '"Hi"', onText: ({ socket }) => socket.resetAndDestroy() })
  for (const port of [atOnce, banner]) {
    const document = await fingerprintServer({ host: '127.0.0.1', port, ...QUICK }).catch((error) => error.code)
    // A reset may overtake the connection itself.
    if (document !== 'ECONNRESET') t.is(document['server-probe'].session_data.closed_by_server, true)
  }
  const breaks = [
    [Command.DO, Option.STATUS],
    [Command.WILL, Option.ECHO],
    [Command.DO, Option.NAWS],
  ] as const
  for (const [verb, option] of breaks) {
    const port = await startScripted(t, {
      onQuestion: ({ socket }, asked, about) => {
        if (asked === verb && about === option) socket.resetAndDestroy()
        return socket.destroyed
      },
    })
    await t.throwsAsync(fingerprintServer({ host: '127.0.0.1', port, ...QUICK }), { code: 'ECONNRESET' })
    const ending = await startScripted(t, {
      onQuestion: ({ socket }, asked, about) => {
        if (asked === verb && about === option) socket.end()
        return socket.writableEnded
      },
    })
    await t.throwsAsync(fingerprintServer({ host: '127.0.0.1', port: ending, ...QUICK }), { code: 'TELNET_CLOSED' })
  }
})

test('who floods, or asks without end, is looked at all the same', async (t) => {
  const flooding = await scan(
    t,
    {
      onOpen: async ({ socket }) => {
        while (!socket.destroyed) {
          if (!socket.write(Buffer.alloc(65_536, 'flood \x1b[6n'))) await once(socket, 'drain').catch(() => {})
        }
      },
    },
    { bannerMaxBytes: 10_000 },
  )
  t.is(flooding.session.banner_before_return.length, 10_000)
  t.true(flooding.session.dsr_replies <= 256)
  const looping: ScriptedServer = {
    onQuestion: (line, verb, option) => {
      line.say(`IAC ${option % 2 === 0 ? 'WILL' : 'DO'} ${(option * 7 + verb) % 200}`)
      return false
    },
  }
  t.is((await scan(t, looping)).probe.fingerprint.length, 16)
})

test('it can be given up, and gives up by itself', async (t) => {
  const server = await RawServer.listen(t)
  const at = { host: '127.0.0.1', port: server.port }
  const controller = new AbortController()
  const aborted = fingerprintServer({ ...at, signal: controller.signal })
  const peer = await server.next()
  controller.abort()
  await t.throwsAsync(aborted, { code: 'ABORT_ERR' })
  await peer.takeAll()
  await t.throwsAsync(fingerprintServer({ ...at, signal: AbortSignal.abort() }), { code: 'ABORT_ERR' })
  const late = await t.throwsAsync(fingerprintServer({ ...at, timeout: 300 }), { code: 'TELNET_TIMEOUT' })
  t.is(late?.message, `Looking at 127.0.0.1 port ${server.port} took longer than 300 ms`)
  server.close()
  await t.throwsAsync(fingerprintServer(at), { code: 'ECONNREFUSED' })
})

test('the server is told a terminal, and what else it may know', async (t) => {
  const server = await RawServer.listen(t)
  const heard = fingerprintServer({
    ...QUICK,
    host: '127.0.0.1',
    port: server.port,
    terminalType: 'xterm',
    environment: { PLACE: 'here' },
    policy: { remote: { GMCP: 'refuse', KERMIT: 'request' } },
  })
  const peer = await server.next()
  peer.send('IAC DO TTYPE IAC SB TTYPE 1 IAC SE IAC DO NEW_ENVIRON IAC SB NEW_ENVIRON 1 IAC SE IAC DO XDISPLOC')
  const all = await peer.takeUntil('IAC WILL XDISPLOC')
  t.true(all.includes(wire('IAC SB TTYPE 0 "xterm" IAC SE')), all.toString('latin1'))
  t.regex(all.toString('latin1'), /TERM\x01xterm/)
  t.regex(all.toString('latin1'), /PLACE\x01here/)
  t.true(all.includes(wire('IAC DO KERMIT')))
  t.false(all.includes(wire('IAC DO GMCP')))
  peer.end()
  await heard
})

test('by TLS it tells by which, and asks for no compression', async (t) => {
  const certificates = new Certificates().make('own', { leaf: true })
  const [cert, key] = [certificates.read('own.crt'), certificates.read('own.key')]
  certificates.remove()
  const port = await serve(
    t,
    createServer({ tls: { cert, key } }, (session) => session.readAll().then(() => {})),
  )
  const document = await fingerprintServer({ host: 'localhost', port, ...QUICK, tls: { ca: cert } })
  const { session_data, 'fingerprint-data': facts } = document['server-probe']
  t.like(session_data.tls as object, { protocol: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', authorized: true })
  t.like((session_data.tls as { certificate: object }).certificate, { subject: 'CN=localhost', issuer: 'CN=localhost' })
  t.true(facts['refused-options'].includes('MCCP2'))
  await t.throwsAsync(fingerprintServer({ host: 'localhost', port, tls: true }), {
    code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
  })
})

test('what cannot be meant is refused before anybody connects', async (t) => {
  const wrong: [object, string][] = [
    [{ port: 0 }, 'TELNET_BAD_OPTION'],
    [{ scanType: 'deep' }, 'TELNET_BAD_OPTION'],
    [{ bannerQuietTime: -1 }, 'TELNET_BAD_OPTION'],
    [{ encoding: 'klingon' }, 'TELNET_UNKNOWN_ENCODING'],
    [{ encoding: null }, 'TELNET_BAD_OPTION'],
    [{ colour: true }, 'TELNET_BAD_OPTION'],
    [{ onProgress: 'yes' }, 'TELNET_BAD_OPTION'],
  ]
  for (const [options, code] of wrong) {
    await t.throwsAsync(fingerprintServer({ host: '127.0.0.1', ...options }), { code }, JSON.stringify(options))
  }
  await t.throwsAsync(fingerprintServer(undefined as never), { code: 'TELNET_BAD_ARGUMENT' })
})

test('whatever a server says, a scan ends in a document or in an error of ours', async (t) => {
  t.timeout(120_000)
  const piece = fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    fc.tuple(fc.integer({ min: 240, max: 254 }), fc.nat(255)).map(([verb, option]) => Buffer.of(255, verb, option)),
    fc
      .tuple(fc.nat(255), fc.uint8Array({ maxLength: 300 }))
      .map(([option, bytes]) => Buffer.concat([Buffer.of(255, 250, option), bytes, Buffer.of(255, 240)])),
    fc.constantFrom('\x1b[6n', '\x1b[c', 'y/n', 'press esc twice', '1) UTF-8', '\x1b[0;36 D', '\x1b]').map(Buffer.from),
  )
  const speeches = fc.sample(fc.tuple(fc.array(piece, { maxLength: 30 }), fc.boolean()), 40)
  const heard = speeches.map(async ([pieces, isMute]) => {
    let answers = 0
    const port = await startScripted(t, {
      isMute,
      onOpen: async ({ socket }) => {
        for (const bytes of pieces) {
          if (!socket.destroyed) socket.write(bytes)
          await new Promise((resolve) => setImmediate(resolve))
        }
      },
      // Not for ever: are-you-there is answered each time.
      onText: ({ socket }) => answers++ < 5 && socket.write(pieces[0] ?? 'nothing'),
    })
    const found = await fingerprintServer({ host: '127.0.0.1', port, ...QUICK, timeout: 60_000 }).catch(
      (error) => error,
    )
    if (found instanceof Error)
      return t.regex(
        (found as NodeJS.ErrnoException).code ?? found.stack!,
        /^(TELNET_|E[A-Z]+$)/,
        Buffer.concat(pieces).toString('hex'),
      )
    t.notThrows(() => hashOf(found['server-probe']))
    return undefined
  })
  await Promise.all(heard)
  t.pass()
})
