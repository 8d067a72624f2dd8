// A relay: who knows the passcode is connected to another Telnet host, and from then on each side sees the other. What was agreed
// with the one is not agreed with the other, so Telnet is spoken on both sides, and told across what matters there: data, signals,
// prompts, who echoes; the kind of the terminal, its colours, its size and its changes.

import { createHash, timingSafeEqual } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { bad } from '../checks.js'
import { type ConnectOptions, connect } from '../connect.js'
import { Command, Option } from '../constants.js'
import { TelnetError } from '../errors.js'
import type { Policy } from '../options.js'
import type { Session } from '../session.js'
import { Target } from '../target.js'
import { ask } from './asking.js'
import type { Shell } from './index.js'

/** Where a relay leads, and what opens it. */
export interface RelayOptions extends Pick<ConnectOptions, 'port' | 'family' | 'tls' | 'connectTimeout'> {
  /** The host, a name or an address. */
  host: string
  /** What a visitor must know. It cannot be empty: an open relay would be anybody's. */
  passcode: string
}

/** How often a visitor may try, and how long each try takes at least, in milliseconds. */
const ATTEMPTS = 3
const ATTEMPT = 1_000

/** Milliseconds to type a passcode. */
const PATIENCE = 30_000

/**
 * A shell that relays to another Telnet host. Text passes as it is, in whatever character set the two speak.
 *
 * @throws TELNET_BAD_OPTION
 */
export function relay({ passcode, ...target }: RelayOptions): Shell {
  if (typeof passcode !== 'string' || passcode === '') throw bad('passcode', '…', 'give one that is not empty')
  // What is wrong with it is told now, not to the first visitor.
  const { host, port } = new Target(target)
  return async (session) => {
    session.write('Telnet Relay shell ready.\n\n')
    if (!(await admits(session, passcode))) return
    session.write(`Connecting to ${host}:${port} ... `)
    const far = await reach(session, target)
    session.write('connected!\n')
    await join(session, far)
  }
}

async function admits(session: Session, passcode: string): Promise<boolean> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const typed = await ask(session, 'Passcode: ', PATIENCE, { hidden: true })
    if (typed === null) return false
    // Right or wrong, it takes as long.
    await delay(ATTEMPT)
    if (isSame(typed, passcode)) return true
  }
  return false
}

/** Tells nothing by how long it takes. */
function isSame(typed: string, passcode: string): boolean {
  const [one, other] = [typed, passcode].map((text) => createHash('sha256').update(text).digest())
  return timingSafeEqual(one!, other!)
}

/** Calls the other host as the visitor would. One who leaves meanwhile has nobody called. */
async function reach(session: Session, target: ConnectOptions): Promise<Session<Buffer>> {
  const left = new AbortController()
  const leave = () => left.abort()
  session.once('close', leave)
  const { columns, rows } = sizeOf(session)
  const { terminalTypes, environment } = session.peer
  const colours = environment.get('COLORTERM')
  const names = terminalTypes.filter((name) => NAME.test(name))
  const [name] = names
  try {
    return await connect({
      ...target,
      ...(name !== undefined && { terminalType: names }),
      environment: { ...(name !== undefined && { TERM: name }), ...(colours !== undefined && { COLORTERM: colours }) },
      columns,
      rows,
      encoding: null,
      policy: POLICY,
      signal: left.signal,
    })
  } catch (error) {
    session.write('failed.\n')
    throw error
  } finally {
    session.off('close', leave)
  }
}

/** The name of a terminal as RFC 1091 has it. */
const NAME = /^[!-~]{1,40}$/

/** What concerns a terminal that is not ours, and a character set that is not looked at, is not agreed to. */
const POLICY: Policy = {
  local: { LINEMODE: 'refuse', LFLOW: 'refuse', CHARSET: 'refuse' },
  remote: { CHARSET: 'refuse' },
}

/** Lets each side see the other, until one of them has ended. */
async function join(session: Session, far: Session<Buffer>): Promise<void> {
  session.encoding = null
  const near = session as unknown as Session<Buffer>
  near.on('resize', () => {
    const { columns, rows } = sizeOf(session)
    far.resize(columns, rows)
  })
  near.on('command', (command) => {
    if (PASSED.has(command)) far.sendCommand(command)
  })
  near.on('synch', () => far.synch())
  far.on('command', (command) => {
    if (command === Command.GA) near.goAhead()
    if (command === Command.EOR) near.endOfRecord()
  })
  await mirror(near, far)
  pass(near, far)
  pass(far, near)
  await Promise.race([closed(near), closed(far)])
  far.end()
}

function closed(session: Session<Buffer>): Promise<void> {
  return session.closed ? Promise.resolve() : new Promise((resolve) => session.once('close', () => resolve()))
}

/** All that comes from the one goes to the other, as fast as that takes it; the end, too. */
function pass(from: Session<Buffer>, to: Session<Buffer>): void {
  from.on('data', (chunk: Buffer) => {
    if (!to.write(chunk)) from.pause()
  })
  to.on('drain', () => from.resume())
  from.on('end', () => to.end())
}

/**
 * Whether each key is sent, who echoes, and whether eight bits pass, is as the far host has it. Resolves when it has said how: what it
 * writes, its prompts among it, is for a visitor who goes by that.
 */
async function mirror(near: Session<Buffer>, far: Session<Buffer>): Promise<void> {
  const follow = (side: 'local' | 'remote', option: number) => {
    const view = near[side === 'remote' ? 'local' : 'remote']
    const isOn = far[side].has(option)
    if (view.has(option) === isOn) return
    ;(isOn ? view.enable(option) : view.disable(option)).catch(ignore)
  }
  far.on('option', (side, option) => {
    if (MIRRORED.some(([one, number]) => one === side && number === option)) follow(side, option)
  })
  await far.ready().catch(ignore)
  for (const [side, option] of MIRRORED) follow(side, option)
}

const MIRRORED: readonly (readonly ['local' | 'remote', number])[] = [
  ['remote', Option.ECHO],
  ['remote', Option.SGA],
  ['remote', Option.BINARY],
  ['local', Option.BINARY],
]

/** Commands that are for the far host. Are-you-there is answered here, and what is in a Synch is sent by `synch`. */
const PASSED: ReadonlySet<number> = new Set([
  Command.IP,
  Command.AO,
  Command.BRK,
  Command.ABORT,
  Command.SUSP,
  Command.EOF,
  Command.EC,
  Command.EL,
])

/** Who leaves need not answer. */
function ignore(): void {}

function sizeOf({ peer: { columns = 80, rows = 25 } }: Session): { columns: number; rows: number } {
  return { columns: Math.min(columns, LARGEST), rows: Math.min(rows, LARGEST) }
}

/** The largest window that a client of ours has. */
const LARGEST = 1_000

/** The names of the variables that tell a relay its target and its passcode. */
const TARGET = 'TELNETKIT_RELAY_TARGET'
const PASSCODE = 'TELNETKIT_RELAY_PASSCODE'

/**
 * A relay as variables of the environment say. It is closed unless both are there.
 *
 * @throws TELNET_BAD_OPTION
 */
export function relayFrom(environment: Readonly<Record<string, string | undefined>>): Shell {
  const { [TARGET]: target = '', [PASSCODE]: passcode = '' } = environment
  if (target === '') throw new TelnetError('TELNET_BAD_OPTION', `The relay has no target: set ${TARGET} to host:port`)
  if (passcode === '')
    throw new TelnetError('TELNET_BAD_OPTION', `The relay has no passcode: set ${PASSCODE}, or it stays closed`)
  const [, scheme, bracketed, plain, port] = PLACE.exec(target) ?? []
  const host = bracketed ?? plain
  if (host === undefined || !(Number(port) > 0 && Number(port) <= 0xffff))
    throw bad(TARGET, target, 'give host:port or [address]:port, behind telnets:// if TLS is to be spoken')
  return relay({ host, port: Number(port), tls: scheme === 'telnets://', passcode })
}

/** Where a relay leads: with `telnets://` by TLS. */
const PLACE = /^(telnets?:\/\/)?(?:\[([^\]]+)\]|([^:/\s]+)):(\d{1,5})\/?$/

/** The shell that `--shell relay` names, as the environment says at the time of a visit. */
export async function relayShell(session: Session): Promise<void> {
  await relayFrom(process.env)(session)
}
