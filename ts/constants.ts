// The numbers of Telnet's options, commands and special characters. Generated from the registry of the Rust core; `npm run build:constants`
// writes it anew.

/** Telnet options by name: the registry of IANA, and what the MUD world added. */
export const Option = {
  BINARY: 0,
  ECHO: 1,
  RCP: 2,
  SGA: 3,
  NAMS: 4,
  STATUS: 5,
  TM: 6,
  RCTE: 7,
  NAOL: 8,
  NAOP: 9,
  NAOCRD: 10,
  NAOHTS: 11,
  NAOHTD: 12,
  NAOFFD: 13,
  NAOVTS: 14,
  NAOVTD: 15,
  NAOLFD: 16,
  XASCII: 17,
  LOGOUT: 18,
  BM: 19,
  DET: 20,
  SUPDUP: 21,
  SUPDUPOUTPUT: 22,
  SNDLOC: 23,
  TTYPE: 24,
  EOR: 25,
  TUID: 26,
  OUTMRK: 27,
  TTYLOC: 28,
  VT3270REGIME: 29,
  X3PAD: 30,
  NAWS: 31,
  TSPEED: 32,
  LFLOW: 33,
  LINEMODE: 34,
  XDISPLOC: 35,
  OLD_ENVIRON: 36,
  AUTHENTICATION: 37,
  ENCRYPT: 38,
  NEW_ENVIRON: 39,
  TN3270E: 40,
  XAUTH: 41,
  CHARSET: 42,
  RSP: 43,
  COM_PORT: 44,
  SUPPRESS_LOCAL_ECHO: 45,
  START_TLS: 46,
  KERMIT: 47,
  SEND_URL: 48,
  FORWARD_X: 49,
  MSDP: 69,
  MSSP: 70,
  MCCP1: 85,
  MCCP2: 86,
  MCCP3: 87,
  MCCPX: 88,
  MSP: 90,
  MXP: 91,
  ZMP: 93,
  AARDWOLF: 102,
  MPLEX: 112,
  PRAGMA_LOGON: 138,
  SSPI_LOGON: 139,
  PRAGMA_HEARTBEAT: 140,
  ATCP: 200,
  GMCP: 201,
  MPCP: 202,
  EXOPL: 255,
} as const

/** The number of a known option. */
export type Option = (typeof Option)[keyof typeof Option]

/** The name of a known option, such as `NAWS`. */
export type OptionName = keyof typeof Option

/** Telnet commands by name: the byte after IAC (RFC 854, RFC 885, RFC 1184). */
export const Command = {
  EOF: 236,
  SUSP: 237,
  ABORT: 238,
  EOR: 239,
  SE: 240,
  NOP: 241,
  DM: 242,
  BRK: 243,
  IP: 244,
  AO: 245,
  AYT: 246,
  EC: 247,
  EL: 248,
  GA: 249,
  SB: 250,
  WILL: 251,
  WONT: 252,
  DO: 253,
  DONT: 254,
  IAC: 255,
} as const

/** The number of a command. */
export type Command = (typeof Command)[keyof typeof Command]

/** The name of a command, such as `AYT`. */
export type CommandName = keyof typeof Command

/** Functions that a character can have by name (RFC 1184, SLC). */
export const Special = {
  SYNCH: 1,
  BRK: 2,
  IP: 3,
  AO: 4,
  AYT: 5,
  EOR: 6,
  ABORT: 7,
  EOF: 8,
  SUSP: 9,
  EC: 10,
  EL: 11,
  EW: 12,
  RP: 13,
  LNEXT: 14,
  XON: 15,
  XOFF: 16,
  FORW1: 17,
  FORW2: 18,
  MCL: 19,
  MCR: 20,
  MCWL: 21,
  MCWR: 22,
  MCBOL: 23,
  MCEOL: 24,
  INSRT: 25,
  OVER: 26,
  ECR: 27,
  EWR: 28,
  EBOL: 29,
  EEOL: 30,
} as const

/** The number of a function of special characters. */
export type Special = (typeof Special)[keyof typeof Special]
