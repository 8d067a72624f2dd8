// telnetkit: the public names, nothing else.

export type { OptionCourse, OptionState, Side } from './binding.js'
export { version } from './binding.js'
export type { WriteCallback } from './channel.js'
export type { Compressed, Compression } from './compression.js'
export { type ConnectOptions, connect } from './connect.js'
export { Command, type CommandName, Option, type OptionName, Special } from './constants.js'
export { type Encoding, encodings } from './encodings.js'
export { AbortError, errorCodes, TelnetError, type TelnetErrorCode } from './errors.js'
export type { Expected, Pattern } from './expect.js'
export {
  decodeGmcp,
  encodeGmcp,
  GMCP_MODULES,
  type GmcpClientOptions,
  type GmcpMessage,
  gmcpClient,
  gmcpServer,
} from './gmcp.js'
export type { Guard, GuardCounts, Guarded } from './guards.js'
export type { Dropped } from './hub.js'
export type { FlushOptions, Linemode, SpecialCharacter, SpecialSupport } from './linemode.js'
export type { ListenOptions, ServerAddress } from './listening.js'
export type { OptionConditions, OptionView, WaitForConditions } from './negotiation.js'
export type {
  ClientOptions,
  CommonOptions,
  EncodingErrors,
  Limits,
  OptionKey,
  Policy,
  ServerOptions,
  Stance,
  Trace,
} from './options.js'
export { defineOption, type OptionDefinition } from './own-option.js'
export type { Peer, TerminalSpeed, Variable } from './peer.js'
export type { QuestionOptions } from './question.js'
export type { RawPassage } from './raw-passage.js'
export type { ReadOptions } from './reader.js'
export {
  type BroadcastOptions,
  type CloseOptions,
  createServer,
  Server,
  type ServerEvents,
  type ServerStats,
  type SessionHandler,
} from './server.js'
export { Session, type SessionOptions } from './session.js'
export type { Mode, SessionEvents, Violation } from './session-events.js'
export type { Disagreement, Status } from './status.js'
export type { Pem, TlsClientOptions, TlsFacts, TlsOptions, TlsServerOptions, TlsVersion } from './tls.js'
export type { FlowControl, LogoutNotice } from './told.js'
export type { Tty } from './tty.js'
export type { WaitOptions } from './waiting.js'
export { describeWire } from './wire.js'
