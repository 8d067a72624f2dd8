// The events of a session.

import type { Side } from './binding.js'
import type { TelnetError } from './errors.js'
import type { Linemode } from './linemode.js'
import type { TerminalSpeed } from './peer.js'
import type { Status } from './status.js'
import type { FlowControl, LogoutNotice } from './told.js'

/**
 * Who edits and who echoes what is typed, by what is agreed: `line`, the client does both; `character`, each key goes to
 * the server, which echoes it (SGA and ECHO on); `remote`, the server edits under LINEMODE (RFC 1184).
 */
export type Mode = 'line' | 'remote' | 'character'

/** The events of a session, and what each brings. */
export interface SessionEvents<Data extends string | Buffer = string> {
  /** Something came: text, or a Buffer in bytes mode. */
  data: [chunk: Data]
  /** After a write that returned false: what was queued has left. */
  drain: []
  /** The peer has ended its side and all that came was read. */
  end: []
  /** The last event. `hadError`: it was closed by an error. */
  close: [hadError: boolean]
  /** Why it failed; at most once. Without a listener the session only closes, and a server hands the error to 'sessionError'. */
  error: [error: Error]
  /**
   * With `encodingErrors: 'strict'`: bytes came that are no text (TELNET_DECODE), while no read waits that could reject with that; or text
   * was written that the character set lacks (TELNET_ENCODE). It was left out, and the session goes on. With `'surrogate'` only the
   * second.
   */
  encodingError: [error: TelnetError]
  /** Nothing came or went for as long as `setTimeout`, or the server's option `timeout`, says. */
  timeout: []
  /** A side of an option went on or off. */
  option: [side: Side, option: number, enabled: boolean]
  /** A command came, such as `Command.IP`. Are-you-there is answered already. */
  command: [command: number]
  /**
   * The peer's Synch came (RFC 854): what it sent before and nobody has read was thrown away. It comes before the `Command.DM` in
   * 'command', and after the commands that stood before it.
   */
  synch: []
  /** A subnegotiation came, of an option that isn't handled here. */
  subnegotiation: [option: number, payload: Buffer]
  /** The peer's window has this size; 0: it doesn't say. */
  resize: [columns: number, rows: number]
  /** The peer named a terminal type; `session.peer` knows all. */
  terminalType: [name: string]
  /** The peer told variables of its environment. */
  environment: [environment: ReadonlyMap<string, string>]
  /**
   * A character set was agreed with the peer (RFC 2066), by the name that it goes by there; or another one is spoken from here on, since
   * the client's environment names it, or the server chose a font.
   */
  charset: [name: string]
  /** The peer told the speed of its terminal (RFC 1079). */
  terminalSpeed: [speed: TerminalSpeed]
  /** The peer told its X display (RFC 1096). */
  xDisplayLocation: [display: string]
  /** The peer told where its user is (RFC 779). */
  location: [location: string]
  /** The mode of LINEMODE changed (RFC 1184). */
  linemode: [mode: Linemode]
  /** A special character of LINEMODE changed (RFC 1184); `session.specialCharacters` has all. */
  specialCharacters: []
  /**
   * Something that has a function came (RFC 1184, SLC): as a command, or, where the client sends each key as it is, as a
   * character, which can be read all the same. Characters are looked for only while somebody listens.
   */
  special: [special: number]
  /** Client: the server says how the terminal is to behave from now on (RFC 1372). */
  flowControl: [flowControl: FlowControl]
  /** The peer told what it believes to be agreed (RFC 859). */
  status: [status: Status]
  /** A GMCP message came, where `gmcpClient` or `gmcpServer` is among the `options`. `data` is `undefined` where it is a name alone. */
  gmcp: [name: string, data: unknown]
  /** Something came about logging out (RFC 727). After `'requested'` the session ends. */
  logout: [notice: LogoutNotice]
  /** GA or EOR came: the peer has said what it wanted to say. */
  prompt: []
  /** The mode changed. */
  mode: [mode: Mode]
  /** The peer broke a rule of the protocol; the session goes on. */
  violation: [violation: Violation]
}

/** What a peer did wrong: the argument of the event 'violation'. */
export interface Violation {
  /** Which rule, such as `stray-end`; docs/protocol.md lists them. */
  readonly code: string
  /** The number of the option concerned. */
  readonly option?: number
  /** A sentence. */
  readonly message: string
  /** How many of the same kind came one after another. */
  readonly count: number
}
