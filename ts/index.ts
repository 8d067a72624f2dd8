// telnetkit: the public names, nothing else.

export type { OptionState, Side } from './binding.js'
export { version } from './binding.js'
export type { WriteCallback } from './channel.js'
export { type ConnectOptions, connect } from './connect.js'
export type { Violation } from './connection.js'
export { Command, type CommandName, Option, type OptionName } from './constants.js'
export { AbortError, errorCodes, TelnetError, type TelnetErrorCode } from './errors.js'
export type { Expected, Pattern } from './expect.js'
export type { Dropped } from './hub.js'
export type { OptionConditions, OptionView, WaitForConditions } from './negotiation.js'
export type {
  ClientOptions,
  CommonOptions,
  EncodingErrors,
  Limits,
  Policy,
  ServerOptions,
  Stance,
} from './options.js'
export type { Peer, Variable } from './peer.js'
export type { QuestionOptions } from './question.js'
export type { ReadOptions } from './reader.js'
export {
  type BroadcastOptions,
  type CloseOptions,
  createServer,
  type ListenOptions,
  Server,
  type ServerAddress,
  type ServerEvents,
  type ServerStats,
  type SessionHandler,
} from './server.js'
export { type Mode, Session, type SessionEvents, type SessionOptions } from './session.js'
export type { Tty } from './tty.js'
export type { WaitOptions } from './waiting.js'
