// Text that could not be converted, under `encodingErrors: 'strict'`: the error that tells it.

import { charsetName } from './binding.js'
import { TelnetError } from './errors.js'

/** As the addon tells it. */
export interface ToldFault {
  code: 'TELNET_DECODE' | 'TELNET_ENCODE'
  message: string
  /** The own name of the character set. */
  charset: string
  offset: number
  /** In hexadecimal digits. */
  bytes: string
  /** How many there were, this one the first. */
  count?: number
}

/** @param encoding the session's, which is not what was spoken where BINARY is not agreed */
export function faultOf(told: ToldFault, outgoing: boolean, encoding: string | null): TelnetError {
  const { code, message, charset, offset, count } = told
  const what = outgoing ? 'What was written cannot be said' : 'What came cannot be read'
  const more = count === undefined ? '' : `, and ${count - 1} more behind it`
  const fields = { offset, bytes: Buffer.from(told.bytes, 'hex') }
  return new TelnetError(code, `${what}: ${message}${more}${cause(charset, outgoing, encoding)}`, fields)
}

/** The commonest cause, where it is that. */
function cause(charset: string, outgoing: boolean, encoding: string | null): string {
  if (encoding === null || charset !== ASCII || charsetName(encoding) === ASCII) return ''
  const direction = outgoing ? 'what goes' : 'what comes'
  return `. BINARY is not agreed for ${direction}, which is ASCII therefore: set forceBinary to speak ${encoding} all the same`
}

const ASCII = 'US-ASCII'
