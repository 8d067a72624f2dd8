// What options tell beyond being on or off: a speed, a display, a status. Here stands what becomes of each.

import type { Connection } from './connection.js'
import { Option } from './constants.js'
import type { ToldLinemode } from './linemode.js'
import type { TerminalSpeed } from './peer.js'
import { readStatus, type StatusEntry } from './status.js'

/** How a client's terminal is to behave (RFC 1372). */
export interface FlowControl {
  /** It stops output at XOFF and goes on at XON by itself; else both are data for the server. */
  enabled: boolean
  /** Any character makes output go on, not only XON. */
  restartAny: boolean
}

/**
 * What came about logging out (RFC 727): the peer asked to be logged out (`'requested'`; the session ends then), grants what
 * we asked for (`'granted'`), refuses it, or what we warned of (`'refused'`), or is about to log us out (`'warned'`).
 */
export type LogoutNotice = 'requested' | 'granted' | 'refused' | 'warned'

/** Hands on what an option told; crates/telnet-net/src/told.rs writes it. */
export function hear(connection: Connection, option: number, value: unknown): void {
  const { peer, session } = connection
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
      connection.onLinemode(value as ToldLinemode)
      break
    case Option.STATUS:
      connection.onStatus(readStatus(value as StatusEntry[], session))
      break
    case Option.LOGOUT:
      connection.onLogout(value as LogoutNotice)
  }
}
