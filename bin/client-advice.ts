// What the client tells a person to do about an error, which is mostly one of TLS.

import type { Session } from '#telnetkit'

/** What is said where a certificate is not looked at. */
export const UNVERIFIED =
  '--ssl-no-verify: nobody checks who answers; whoever is on the way can read and change all that is said'

/** What to do where a connection failed with a code; undefined where nobody can say. */
export function clientAdvice(code: string, session: Session | undefined): string | undefined {
  // Of what was sent to who broke off nothing may count as sent.
  if (code === 'ECONNRESET' && session?.tls === undefined && session?.bytesRead === 0) return MUTE
  return ADVICE.get(code)
}

/**
 * True if a server closed without a word when it was spoken to: so do those that expect TLS and find none, where OpenSSL speaks it for
 * them. Others that say nothing are printers, for instance.
 */
export function isMute({ tls, bytesRead, bytesWritten }: Session): boolean {
  return tls === undefined && bytesRead === 0 && bytesWritten > 0
}

/** What is said of such a server. */
export const MUTE = 'the server said nothing; if it speaks TLS, say --ssl'

const TRUST = 'if you know that certificate, trust it by --ssl-cafile <file>'
const LEAVE_OUT = 'for a server without TLS leave --ssl out'

const ADVICE: ReadonlyMap<string, string> = new Map([
  ['CERT_HAS_EXPIRED', 'who runs the server has to renew it'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', TRUST],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'connect by a name that it has'],
  ['SELF_SIGNED_CERT_IN_CHAIN', TRUST],
  ['TELNET_COMPRESSION', 'here that is --no-compression'],
  ['TELNET_TLS', LEAVE_OUT],
  ['TELNET_TLS_EXPECTED', 'say --ssl'],
  ['TELNET_TLS_TRUNCATED', LEAVE_OUT],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'if you know its authority, trust that by --ssl-cafile <file>'],
])
