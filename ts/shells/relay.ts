// A relay: who knows the passcode is connected to another Telnet host, which is told the kind of his terminal, its colours and its size.
// From then on each side sees the other: see relay-join.ts.

import { createHash, timingSafeEqual } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { bad } from '../checks.js'
import { type ConnectOptions, connect } from '../connect.js'
import { TelnetError } from '../errors.js'
import type { Policy } from '../options.js'
import type { Session } from '../session.js'
import { Target } from '../target.js'
import { ask } from './asking.js'
import type { Shell } from './index.js'
import { join, sizeOf } from './relay-join.js'

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
