// What the client tells of TLS: how little it is worth unverified, and what to do where it fails or is wanted.

/** What is said where a certificate is not looked at. */
export const UNVERIFIED =
  '--ssl-no-verify: nobody checks who answers; whoever is on the way can read and change all that is said'

/** What to do where a connection failed with a code; undefined where nobody can say. */
export function tlsAdvice(code: string): string | undefined {
  return ADVICE.get(code)
}

const TRUST = 'if you know that certificate, trust it by --ssl-cafile <file>'
const LEAVE_OUT = 'for a server without TLS leave --ssl out'

const ADVICE: ReadonlyMap<string, string> = new Map([
  ['CERT_HAS_EXPIRED', 'who runs the server has to renew it'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', TRUST],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'connect by a name that it has'],
  ['SELF_SIGNED_CERT_IN_CHAIN', TRUST],
  ['TELNET_TLS', LEAVE_OUT],
  ['TELNET_TLS_EXPECTED', 'say --ssl'],
  ['TELNET_TLS_TRUNCATED', LEAVE_OUT],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'if you know its authority, trust that by --ssl-cafile <file>'],
])
