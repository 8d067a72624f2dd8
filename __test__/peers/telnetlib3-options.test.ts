// telnetlib3 5.0.1, option by option. Its script does what the lines that we send say, and answers `facts` by what it believes.

import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { ExecutionContext } from 'ava'
import { Command, connect, createServer, Option, type ServerOptions, type Session, Special } from 'telnetkit'
import { freePort, needsPrograms, startPeer } from '../support/peer.js'
import { serve } from '../support/raw-peer.js'

const SCRIPT = fileURLToPath(new URL('../support/telnetlib3-peer.py', import.meta.url))
const ACCEPTED = ['TSPEED', 'XDISPLOC', 'LFLOW', 'LINEMODE', 'STATUS', 'SNDLOC', 'EOR'] as const

/** What telnetlib3 believes. */
interface Facts {
  readonly local: string[]
  readonly remote: string[]
  readonly told: Record<string, string | number | null>
  readonly edit: boolean
  /** Bytes of the mask for forwarding that it was told. */
  readonly mask: number | null
}

/** Asks telnetlib3 what it believes: all that was sent before has been handled when it answers. */
async function facts(session: Session): Promise<Facts> {
  session.write('facts\n')
  await session.readUntil('{')
  return JSON.parse(`{${await session.readUntil(/\}, "edit".*\}/)}`)
}

needsPrograms('telnetlib3-server')('our client at its server, option by option', async (t) => {
  const port = await freePort()
  await startPeer(t, ['python', SCRIPT, 'server', port], /Server ready/)
  const local = Object.fromEntries(ACCEPTED.map((name) => [name, 'accept' as const]))
  const policy = { local, remote: { STATUS: 'accept', EOR: 'accept' } } as const
  const session = await connect({ host: '127.0.0.1', port: Number(port), terminalType: 'vt220', policy })
  t.teardown(() => session.destroy())
  const violations: string[] = []
  session.on('violation', ({ message }) => violations.push(message))
  const says = (words: string) => session.write(`${words}\n`)
  await session.readUntil('ready\r\n')

  for (const name of ACCEPTED) {
    says(`do ${name}`)
    await session.waitFor({ local: { [name]: true } })
  }
  says('will EOR')
  await session.waitFor({ remote: { EOR: true } })
  const believed = await facts(session)
  for (const name of [...ACCEPTED, 'TTYPE', 'NAWS', 'NEW_ENVIRON', 'BINARY']) {
    t.true(believed.remote.includes(name), name)
    t.true(session.local.has(Option[name as keyof typeof Option]), name)
  }
  t.is(believed.told.TERM, 'vt220')
  t.is(believed.told.tspeed, '38400,38400')

  // Its first mode is one of its own, which we acknowledge; its next has the bit of an acknowledgement, which no server
  // gives: RFC 1184 has the client ignore that.
  const first = { edit: false, trapSignals: false, softTab: false, literalEcho: true }
  t.deepEqual(session.linemode, first)
  says('edit')
  t.true((await facts(session)).edit)
  t.deepEqual(session.linemode, first)
  t.true(session.specialCharacters.size >= 18)
  // BINARY is on, so its mask is of 32 bytes.
  says('forwardmask')
  await facts(session)
  t.is(session.forwardMask?.length, 32)

  const flow = once(session, 'flowControl')
  says('flow')
  t.deepEqual(await flow, [{ enabled: true, restartAny: true }])

  for (const [word, command] of [
    ['IP', Command.IP],
    ['AO', Command.AO],
    ['BRK', Command.BRK],
    ['AYT', Command.AYT],
    ['CMD_EOR', Command.EOR],
    ['GA', Command.GA],
    ['NOP', Command.NOP],
  ] as const) {
    const came = once(session, 'command')
    says(`send ${word}`)
    t.deepEqual(await came, [command])
  }

  const status = await session.requestStatus({ timeout: 5_000 })
  t.deepEqual(status?.disagreements, [])
  t.true((await session.timingMark({ timeout: 5_000 })) >= 0)
  // It takes a mark for an option that has been on since, which is no disagreement: a mark has no state.
  const later = await session.requestStatus({ timeout: 5_000 })
  t.true(later?.remote.includes(Option.TM))
  t.deepEqual(later?.disagreements, [])
  // It does not answer.
  await t.throwsAsync(session.areYouThere({ timeout: 200 }), { code: 'TELNET_TIMEOUT' })

  says('dont LFLOW')
  await session.waitFor({ local: { LFLOW: false } })
  // The end comes after what is there to be read.
  session.resume()
  t.true(await session.logout({ timeout: 5_000 }))
  t.deepEqual(violations, [])
})

/** A session of ours with its client, which is ready, and what it does wrong from then on. */
async function itsClient(
  t: ExecutionContext,
  options: ServerOptions,
): Promise<{ session: Session; violations: string[] }> {
  const server = createServer(options)
  const accepted = once(server, 'session') as Promise<[Session]>
  const port = await serve(t, server)
  await startPeer(t, ['python', SCRIPT, 'client', String(port)], /Client ready/)
  const [session] = await accepted
  t.teardown(() => session.destroy())
  const violations: string[] = []
  session.on('violation', ({ message }) => violations.push(message))
  await session.readUntil('ready')
  return { session, violations }
}

needsPrograms('telnetlib3-client')('its client at our server, option by option', async (t) => {
  const asked = Object.fromEntries(
    ['TSPEED', 'XDISPLOC', 'LFLOW', 'LINEMODE'].map((name) => [name, 'request' as const]),
  )
  const policy = { local: { EOR: 'accept' }, remote: { ...asked, EOR: 'accept' } } as const
  const { session, violations } = await itsClient(t, { policy })

  await session.waitUntil(() => session.peer.terminalSpeed !== undefined && session.peer.xDisplayLocation !== undefined)
  t.deepEqual(session.peer.terminalSpeed, { transmit: 19200, receive: 9600 })
  t.is(session.peer.xDisplayLocation, 'host:0.1')
  t.deepEqual([session.peer.columns, session.peer.rows], [93, 31])
  t.deepEqual([...session.peer.terminalTypes], ['vt220'])
  t.is(session.peer.environment.get('TERM'), 'vt220')
  t.is(session.peer.environment.get('COLUMNS'), '93')
  await session.waitFor({ remote: { LINEMODE: true, LFLOW: true, NAWS: true, TTYPE: true, BINARY: true } })
  t.true(session.setFlowControl({ enabled: true, restartAny: true }))

  t.true(session.setLinemode({ edit: true, trapSignals: true }))
  await session.waitUntil(() => session.linemode?.edit === true)
  // It asked for our special characters, and it is told at which of them to forward.
  t.is(session.specialCharacters.get(Special.IP)?.character, 3)
  const believed = await facts(session)
  t.true(believed.edit)
  t.is(believed.mask, 32)
  t.deepEqual(
    believed.local.filter((name) => name in asked),
    ['LFLOW', 'LINEMODE', 'TSPEED', 'XDISPLOC'],
  )
  for (const name of ['IP', 'AO', 'BRK', 'AYT', 'ABORT', 'SUSP', 'EOF', 'EC', 'EL', 'NOP'] as const) {
    const came = once(session, 'command')
    session.write(`send ${name}\n`)
    t.deepEqual(await came, [Command[name]])
  }
  session.write('will EOR\n')
  await session.waitFor({ remote: { EOR: true } })
  t.true((await session.timingMark({ timeout: 5_000 })) >= 0)
  const status = await session.requestStatus({ timeout: 5_000 })
  t.true(status?.remote.includes(Option.NAWS))
  t.deepEqual(status?.disagreements, [])
  const leaving = once(session, 'logout')
  session.write('do LOGOUT\n')
  t.deepEqual(await leaving, ['requested'])
  t.deepEqual(violations, [])
})

needsPrograms('telnetlib3-client')('its client at a server of ours in line mode, and back in it', async (t) => {
  const { session, violations } = await itsClient(t, { lineMode: true })
  t.is(session.mode, 'line')
  for (const _ of [1, 2]) {
    session.write('will LINEMODE\n')
    await session.waitUntil(() => session.linemode?.edit === true)
    t.true(session.linemode?.trapSignals)
    t.is(session.mode, 'line')
    t.true((await facts(session)).edit)
    session.write('wont LINEMODE\n')
    await session.waitFor({ remote: { LINEMODE: false } })
  }
  t.deepEqual(violations, [])
})
