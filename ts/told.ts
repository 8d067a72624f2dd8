// What options tell beyond being on or off: a speed, a display, a status. Here stands what becomes of each.

import { bad, checkNames } from './checks.js'
import type { Connection } from './connection.js'
import { Option } from './constants.js'
import { linemodeOf, type ToldLinemode } from './linemode.js'
import type { TerminalSpeed } from './peer.js'
import { readStatus, type Status, type StatusEntry } from './status.js'
import type { WaitOptions } from './waiting.js'

/** How a client's terminal is to behave (RFC 1372). */
export interface FlowControl {
  /** It stops output at XOFF and goes on at XON by itself; else both are data for the server. */
  enabled: boolean
  /** Any character makes output go on, not only XON. */
  restartAny: boolean
}

/** Throws TELNET_BAD_OPTION for what is none. */
export function checkFlowControl(flowControl: FlowControl): void {
  checkNames(flowControl, ['enabled', 'restartAny'])
  for (const name of ['enabled', 'restartAny'] as const) {
    if (typeof flowControl[name] !== 'boolean') throw bad(name, flowControl[name], 'give true or false')
  }
}

/**
 * What came about logging out (RFC 727): the peer asked to be logged out (`'requested'`; the session ends then), grants what
 * we asked for (`'granted'`), refuses it, or what we warned of (`'refused'`), or is about to log us out (`'warned'`).
 */
export type LogoutNotice = 'requested' | 'granted' | 'refused' | 'warned'

/** What a peer tells of itself by options, and the program's questions about it. Few sessions come to have one. */
export class Told {
  /** What holds of LINEMODE, once anything of it was told. */
  linemode: ToldLinemode | null = null

  readonly #connection: Connection
  /** What the peer believes to be agreed, as it told last. */
  #status: Status | null = null
  /** What came last about logging out. */
  #logout: LogoutNotice | null = null

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /** Resolves with what the peer believes to be agreed. It must have agreed to tell it. */
  async requestStatus(options?: WaitOptions): Promise<Status> {
    const before = this.#status
    this.#connection.channel.requestStatus()
    await this.#connection.until('The status', () => this.#status !== before, options)
    return this.#status!
  }

  /** Resolves with whether the peer does what `logout` asked for, or warned of. */
  async logout(options?: WaitOptions): Promise<boolean> {
    const connection = this.#connection
    this.#logout = null
    connection.channel.logout()
    const isOver = () => this.#logout !== null || connection.peerHasEnded
    await connection.until('The answer to LOGOUT', isOver, options)
    return this.#logout !== 'refused'
  }

  /** LINEMODE went on or off: it begins without a mode. */
  onLinemodeSwitched(): void {
    if (this.linemode !== null) this.linemode = { ...this.linemode, mode: null }
  }

  /** Takes note of what an option told; crates/telnet-net/src/told.rs writes it. */
  hear(option: number, value: unknown): void {
    const { peer, session } = this.#connection
    switch (option) {
      case Option.TSPEED:
        peer.terminalSpeed = value as TerminalSpeed
        session.emit('terminalSpeed', value as TerminalSpeed)
        break
      case Option.XDISPLOC:
        peer.xDisplayLocation = value as string
        session.emit('xDisplayLocation', value as string)
        break
      case Option.SNDLOC:
        peer.location = value as string
        session.emit('location', value as string)
        break
      case Option.LFLOW:
        session.emit('flowControl', value as FlowControl)
        break
      case Option.LINEMODE:
        this.#onLinemode(value as ToldLinemode)
        break
      case Option.STATUS:
        this.#status = readStatus(value as StatusEntry[], session)
        session.emit('status', this.#status)
        break
      case Option.LOGOUT:
        this.#onLogout(value as LogoutNotice)
    }
  }

  #onLinemode(told: ToldLinemode): void {
    const connection = this.#connection
    const before = this.linemode?.mode ?? 0
    this.linemode = told
    if (told.mode !== null && told.mode !== before) connection.session.emit('linemode', linemodeOf(told.mode))
    connection.checkMode()
    connection.session.emit('specialCharacters')
  }

  #onLogout(notice: LogoutNotice): void {
    this.#logout = notice
    this.#connection.session.emit('logout', notice)
    if (notice === 'requested') this.#connection.end()
  }
}
