// The constants of Python's module, by its names, as the numbers of their bytes.

import { Command, Option } from '../constants.js'

/** The port of Telnet. */
export const TELNET_PORT = 23
/** The debug level of a new instance. */
export const DEBUGLEVEL = 0

/** The option of a command that has none. */
export const NOOPT = 0
/** The byte that is dropped from what comes. */
export const theNULL = 0

export const { IAC, DONT, DO, WONT, WILL, SE, NOP, DM, BRK, IP, AO, AYT, EC, EL, GA, SB } = Command

export const {
  BINARY,
  ECHO,
  RCP,
  SGA,
  NAMS,
  STATUS,
  TM,
  RCTE,
  NAOL,
  NAOP,
  NAOCRD,
  NAOHTS,
  NAOHTD,
  NAOFFD,
  NAOVTS,
  NAOVTD,
  NAOLFD,
  XASCII,
  LOGOUT,
  BM,
  DET,
  SUPDUP,
  SUPDUPOUTPUT,
  SNDLOC,
  TTYPE,
  EOR,
  TUID,
  OUTMRK,
  TTYLOC,
  VT3270REGIME,
  X3PAD,
  NAWS,
  TSPEED,
  LFLOW,
  LINEMODE,
  XDISPLOC,
  OLD_ENVIRON,
  AUTHENTICATION,
  ENCRYPT,
  NEW_ENVIRON,
  TN3270E,
  XAUTH,
  CHARSET,
  RSP,
  COM_PORT: COM_PORT_OPTION,
  SUPPRESS_LOCAL_ECHO,
  START_TLS: TLS,
  KERMIT,
  SEND_URL,
  FORWARD_X,
} = Option

export const PRAGMA_LOGON = 138
export const SSPI_LOGON = 139
export const PRAGMA_HEARTBEAT = 140
export const EXOPL = 255
