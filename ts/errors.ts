// Every error that a caller can meet. Match on `code`, not on the class: two copies of the package may be loaded.
//
// A code is one of the table below, or Node's own where the system failed (`ECONNREFUSED`, `EADDRINUSE`, `ENOTFOUND` …), with
// the fields that Node gives. A message says what failed, with which value, and what to do; never a password, never the
// value of an environment variable.

/** Each code of our own, and what it means. docs/errors.md tells the same, at length. */
export const errorCodes = {
  TELNET_BAD_ARGUMENT: 'An argument of a method has a value that it cannot take.',
  TELNET_BAD_OPTION: 'An option has a value that it cannot take, or a name that nobody knows.',
  TELNET_BAD_SHELL: 'What `--shell` names is no function that can be loaded.',
  TELNET_BUSY: 'Another read of the same session, or another raw passage, is still under way.',
  TELNET_CLOSED: 'The session, or the server, is closed.',
  TELNET_COMPRESSION: 'What the peer compressed cannot be read; nothing that it sends can be, from there on.',
  TELNET_CONNECTED: 'A blocking connection was made already, and is made once only.',
  TELNET_DATA_FILE: 'A file or a folder of a data directory is not what it should be.',
  TELNET_DECODE: "With encodingErrors 'strict': bytes came that the encoding does not have.",
  TELNET_ENCODE: "With encodingErrors 'strict': text was written that the encoding does not have.",
  TELNET_EOF: 'The stream ended before what was waited for came; `partial` holds what did.',
  TELNET_HTTP_REQUEST: 'A client that speaks HTTP came to a Telnet port.',
  TELNET_INTERNAL: 'The package itself failed; only this connection was closed. Please report it.',
  TELNET_INTERRUPTED: 'Ctrl-C ended a blocking wait; the program listens to SIGINT.',
  TELNET_LIMIT: 'More came, or waits, than the limit named in `limit` allows.',
  TELNET_LISTENING: 'The server is listening already.',
  TELNET_QUEUE_LIMIT: 'The peer reads too slowly: more output was queued for it than `limits.queuedOutput` allows.',
  TELNET_TIMEOUT: 'The time given ran out.',
  TELNET_TLS: 'TLS could not be agreed on with the peer, or was broken by it.',
  TELNET_TLS_ALERT: 'The peer ended TLS, and said why.',
  TELNET_TLS_CERTIFICATE: 'The certificate of the peer cannot be used.',
  TELNET_TLS_EXPECTED: 'A server that speaks TLS was spoken to in the clear.',
  TELNET_TLS_HELLO: 'A client that speaks TLS came to a port where Telnet is spoken in the clear.',
  TELNET_TLS_TRUNCATED: 'The peer ended in the middle of the handshake of TLS.',
  TELNET_UNKNOWN_ENCODING: 'No character set has that name.',
  TELNET_UNKNOWN_OPTION: 'No Telnet option has that name.',
  TELNET_WRITE_STALLED: 'The peer read nothing for `limits.writeStall` while output was queued for it.',
} as const

/** A code of ours. */
export type TelnetErrorCode = keyof typeof errorCodes

/** What an error can carry beside its code and message. */
export interface TelnetErrorFields {
  /** The error that brought this one about. */
  cause?: unknown
  /** Node's: the system call that failed. */
  syscall?: string | undefined
  /** Node's: the number of the system's error. */
  errno?: number | undefined
  /** The address, or the host, that it concerns. */
  address?: string | undefined
  /** The port that it concerns. */
  port?: number | undefined
  /** TELNET_TIMEOUT: the time that ran out, in milliseconds. */
  timeout?: number | undefined
  /** TELNET_LIMIT: the name of the limit. */
  limit?: string | undefined
  /** TELNET_EOF: what came so far. */
  partial?: string | Buffer | undefined
  /** Of a blocking `write` that threw: how many characters, or bytes, it had queued before. */
  written?: number | undefined
  /**
   * TELNET_DECODE: how many bytes of data came before; TELNET_ENCODE: where the character stands in the text of its `write`.
   */
  offset?: number | undefined
  /** TELNET_DECODE, TELNET_ENCODE: the bytes that are no character, or the character in UTF-8. */
  bytes?: Buffer | undefined
}

/** The one class of errors. */
export class TelnetError extends Error {
  /** One of {@link errorCodes}, or Node's own. */
  readonly code: TelnetErrorCode | (string & {})
  declare readonly syscall?: string
  declare readonly errno?: number
  declare readonly address?: string
  declare readonly port?: number
  declare readonly timeout?: number
  declare readonly limit?: string
  declare readonly partial?: string | Buffer
  declare readonly written?: number
  declare readonly offset?: number
  declare readonly bytes?: Buffer

  constructor(code: TelnetErrorCode | (string & {}), message: string, fields: TelnetErrorFields = {}) {
    const { cause, ...others } = fields
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    for (const [name, value] of Object.entries(others)) {
      if (value !== undefined) Object.defineProperty(this, name, { value, enumerable: true })
    }
  }

  static {
    TelnetError.prototype.name = 'TelnetError'
  }
}

/** A wait was given up by its AbortSignal: `name` and `code` are those of Node's own. `cause` is the signal's reason. */
export class AbortError extends TelnetError {
  constructor(reason?: unknown) {
    super('ABORT_ERR', 'The operation was aborted', { cause: reason })
  }

  static {
    AbortError.prototype.name = 'AbortError'
  }
}

/** What the system, or Node, reports of a failure. */
export interface SystemError {
  code?: string | undefined
  message?: string | undefined
  syscall?: string | undefined
  errno?: number | undefined
  address?: string | undefined
  port?: number | undefined
}

/**
 * Makes a failure of the system ours: its code and fields stay, and the message says what to do.
 * @param what what was tried, such as `Cannot connect to 127.0.0.1 port 23`
 * @param known fields that the system may not have told
 */
export function fromSystem(what: string, error: SystemError, known: TelnetErrorFields = {}): TelnetError {
  const { code = 'TELNET_CLOSED', message = '', syscall, errno, address, port } = error
  const reason = repairs[code] ?? message.replace(/^[a-z]+ E[A-Z]+:? ?/, '')
  const text = reason === '' ? `${what} (${code})` : `${what}: ${reason} (${code})`
  return new TelnetError(code, text, {
    cause: error instanceof Error ? error : undefined,
    syscall: syscall ?? known.syscall,
    errno,
    address: address ?? known.address,
    port: port ?? known.port,
  })
}

/** What happened, and what to do, for the failures that people meet. */
const repairs: Record<string, string | undefined> = {
  EACCES: 'not permitted; ports below 1024 need privileges, take a higher one',
  EADDRINUSE: 'the port is in use; stop the program that has it, or take another port',
  EADDRNOTAVAIL: 'this machine has no such address; take one of its own, or 127.0.0.1',
  ECONNABORTED: 'the connection was given up',
  ECONNREFUSED: 'nobody listens there; check the host and the port',
  ECONNRESET: 'the peer broke the connection off',
  EHOSTUNREACH: 'no route leads to that host; check the network',
  EMFILE: 'too many files are open; raise the limit of open files (ulimit -n)',
  ENETUNREACH: 'no route leads to that network; check the network',
  ENOTFOUND: 'the name is not known; check its spelling',
  EAI_AGAIN: 'the name could not be looked up just now; check the network',
  EPIPE: 'the peer closed the connection',
  ETIMEDOUT: 'no answer came; check the host, the port and what filters between',
}
