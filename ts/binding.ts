// The native addon: the only file that loads it. What it offers is told in crates/addon/src/lib.rs; here stand the numbers of
// the records that come from it and of the operations that go to it.

import { createRequire } from 'node:module'
import type Native from '#native'

const native = createRequire(import.meta.url)('#native') as typeof Native

export const {
  Hub: NativeHub,
  Endpoint: NativeEndpoint,
  RawSocket: NativeSocket,
  WaitingRoom: NativeRoom,
  CharsetDecoder,
  charsetName,
  charsetOfFont,
  charsetRefusal,
  charsets,
  handledOptions,
  hasDefaultRoots,
  nearestCharset,
  setDefaultRoots,
  version,
} = native

/** What Node cannot do with a terminal: see crates/addon/src/terminal.rs. Only on Unix; elsewhere they are undefined. */
export const {
  TerminalMode,
  duplicateTerminal,
  eraseCharacter,
  hidesInput,
  readTerminal,
  resizeTerminal,
  setEcho,
  specialCharacters,
  typeInto,
} = native

export type TerminalMode = InstanceType<typeof TerminalMode>
export type TerminalWishes = Parameters<TerminalMode['passKeys']>[0]
export type NativeHub = InstanceType<typeof NativeHub>
export type NativeRoom = InstanceType<typeof NativeRoom>
export type CharsetDecoder = InstanceType<typeof CharsetDecoder>
export type NativeEndpoint = InstanceType<typeof NativeEndpoint>
export type EndpointOptions = ConstructorParameters<typeof NativeEndpoint>[0]

/** Words of a record: the connection, `kind | argument << 8`, the length of its data. */
export const RECORD_WORDS = 3

/** What a record tells. Its data is bytes, text as strings have it, UTF-8 or, where it is rare, JSON. */
export const RecordKind = {
  /** `listener TAB remote address TAB remote port TAB local address TAB local port`; argument `accepted by a listener | TLS << 1`. */
  Open: 1,
  /** Data as bytes. */
  Bytes: 2,
  /** Text, each byte of it a character. */
  Latin1: 3,
  /** Text in UTF-16, the lower byte of a unit first. */
  Utf16: 4,
  /** The peer ended its side. */
  End: 5,
  /** The last record of a connection: bytes read and written, 8 octets each, then the error, if argument 1. */
  Close: 6,
  /** What was queued has fallen below the low mark. */
  Drain: 7,
  /** `option | side << 8 | enabled << 9 | changed << 10`. */
  Option: 8,
  /** `command | synch << 8`: the second for a DM that came as urgent data. */
  Command: 9,
  /** A subnegotiation of the option in the argument. */
  Subnegotiation: 10,
  /** Columns and rows, two octets each. */
  WindowSize: 11,
  /** A name; argument `ordinal | mud << 8`. */
  TerminalType: 12,
  /** The names begin to repeat. */
  TerminalTypesComplete: 13,
  /** `[[kind, name, value or null], …]`; argument 1: an update. */
  Environment: 14,
  /** The peer asked for the value of the option in the argument, and was answered. */
  Requested: 15,
  /** Our timing mark came back. */
  TimingMark: 16,
  /** All questions are answered; argument 1: the peer speaks plain text. */
  Settled: 17,
  /** `{ code, option?, message }`; the argument counts those folded into this one. */
  Violation: 18,
  /** Nothing came or went for so long. */
  Idle: 19,
  /** Endpoint only: bytes to be sent. */
  Output: 20,
  /** `{ code, message }`; argument 0: of what came, 1: of what was written. */
  TextError: 21,
  /** The connection is a listener's number: `{ remoteAddress, remotePort, reason }`. */
  Drop: 22,
  /** The connection is a listener's number: an error of the system. */
  ListenerError: 23,
  /** What the option in the argument told: JSON, whose form is the option's (crates/telnet-net/src/told.rs). */
  Value: 24,
  /** Bytes as they stand on the wire; argument 0: they came, 1: they go. */
  Trace: 25,
  /** The character before this in the data has the function in the argument. */
  Special: 26,
  /** The name of a character set agreed with the peer; none: it took none of ours. Argument 1: asked by the program. */
  Charset: 27,
  /** The text is in the set of this name from here on, by a word of the peer's: see {@link Speech.hear}. */
  Encoding: 28,
  /** A raw passage was left; argument 0: what is to be text again is awaited, 1: it has come. */
  Left: 29,
  /** The peer spoke of a side that is observed: `option | verb << 8`. */
  Heard: 30,
} as const

/** Words of an operation: the connection, `kind | argument << 8`, the length of its data, bytes drained. */
export const OPERATION_WORDS = 4

/** What an operation does. */
export const OperationKind = {
  /** Only gives back credit. */
  Nothing: 0,
  /** Sends bytes, 255 doubled. */
  Bytes: 1,
  /** Sends text. */
  Text: 2,
  /** Sends `IAC argument`. */
  Command: 3,
  /** Sends a subnegotiation of the option in the argument. */
  Subnegotiation: 4,
  /** `option | side << 8 | enable << 9`. */
  Ask: 5,
  /** What is queued leaves, then the connection ends. */
  End: 6,
  /** The connection ends at once. */
  Destroy: 7,
  /** The window has columns and rows, two octets each. */
  Resize: 8,
  /** No more waiting for answers. */
  GiveUp: 9,
  /** Sends a timing mark. */
  TimingMark: 10,
  /** The idle time in milliseconds. */
  Timeout: 11,
  /** The data names the encoding; none: bytes. `without BINARY too | rule for errors << 1 | line ends of ASCII << 3`. */
  Charset: 12,
  /** `noDelay | set << 1 | keepAlive << 2 | set << 3`. */
  Socket: 13,
  /** Asks to be logged out, or warns of it. */
  Logout: 14,
  /** Asks for the peer's status. */
  RequestStatus: 15,
  /** How the client's terminal is to behave: `enabled | restartAny << 1`. */
  FlowControl: 16,
  /** Tells of special characters in the data from here on. */
  Watch: 17,
  /** Proposes the mode of LINEMODE in the argument. */
  Linemode: 18,
  /** `function | flags << 8 | character << 16`. */
  Special: 19,
  /** Offers character sets: names with LF between; none: those of the options. */
  RequestCharset: 20,
  /** Sends a Synch. */
  Synch: 21,
  /** A raw passage begins (argument 1), or is left. */
  Raw: 22,
  /** What the passage brought last is to be text again. */
  Reread: 23,
  /** `option | verb << 8`: says that whatever the state, and observes the side of it. */
  Say: 24,
  /** Nothing is observed any more. */
  Unobserve: 25,
  /** A NUL behind a CR is told as well, in text too (argument 1), or no more. */
  KeepNuls: 26,
} as const

/** The sides of an option, as they cross the boundary. */
export const Side = { local: 0, remote: 1 } as const

/** A side of an option: `local` is our own performance (WILL), `remote` the peer's (DO). */
export type Side = keyof typeof Side

/** The states of a side in RFC 1143, as numbered in the addon; a queued opposite request is folded in. */
export const states = ['No', 'Yes', 'WantNo', 'WantNoOpposite', 'WantYes', 'WantYesOpposite'] as const

/** How a side of an option came to stand as it does, as numbered in the addon. */
export const courses = ['silent', 'weAsked', 'peerAsked', 'weRefused', 'peerRefused', 'weEnded', 'peerEnded'] as const

/**
 * How a side of an option came to stand as it does: nobody spoke of it; we or the peer asked for it; we or the peer refused
 * it; we or the peer had it switched off.
 */
export type OptionCourse = (typeof courses)[number]

/** A state of RFC 1143. */
export type OptionState = (typeof states)[number]
