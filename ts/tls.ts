// TLS as the user chooses it, with the names of `node:tls`; and what it has agreed on. The addon speaks it.
//
// Node's own modules for it are loaded by who speaks it, since they cost all others a sixteenth of what a Node costs to start.

import type { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { domainToASCII } from 'node:url'
import { hasDefaultRoots, type NativeHub, setDefaultRoots } from './binding.js'
import { bad, checkNames, flag, LONGEST_TIME, show, whole } from './checks.js'
import { TelnetError } from './errors.js'

/** Certificates or a key in PEM. */
export type Pem = string | Uint8Array

/** What both sides choose, as in `node:tls`. */
export interface TlsOptions {
  /** Our certificate, and those above it, in PEM. A server needs one. */
  cert?: Pem | undefined
  /** The key of the certificate, in PEM. */
  key?: Pem | undefined
  /** What an encrypted key is opened with. */
  passphrase?: string | undefined
  /** What is trusted, in PEM. **Default:** a client trusts what Node does. */
  ca?: Pem | readonly Pem[] | undefined
  /** Refuse a peer whose certificate is not trusted. **Default:** `true`. */
  rejectUnauthorized?: boolean | undefined
  /** `'TLSv1.2'` or `'TLSv1.3'`. **Default:** `'TLSv1.2'`. */
  minVersion?: TlsVersion | undefined
  /** `'TLSv1.2'` or `'TLSv1.3'`. **Default:** `'TLSv1.3'`. */
  maxVersion?: TlsVersion | undefined
  /** Protocols of the application, the best first (RFC 7301). **Default:** none. */
  ALPNProtocols?: readonly string[] | undefined
  /** Milliseconds that the handshake may take. **Default:** 10,000. */
  handshakeTimeout?: number | undefined
}

/** TLS of a client. */
export interface TlsClientOptions extends TlsOptions {
  /** Whom the certificate has to name. **Default:** the host. */
  servername?: string | undefined
}

/** TLS of a server. */
export interface TlsServerOptions extends TlsOptions {
  /** Ask for the client's certificate, which `ca` has to have signed. **Default:** `false`. */
  requestCert?: boolean | undefined
}

/** Versions of TLS that can be spoken. */
export type TlsVersion = 'TLSv1.2' | 'TLSv1.3'

/** What TLS has agreed on: `session.tls`. */
export interface TlsFacts {
  readonly protocol: TlsVersion
  /** The cipher suite by its IANA name, such as `TLS_AES_256_GCM_SHA384`. */
  readonly cipher: string
  /** The protocol of the application, if one was agreed. */
  readonly alpnProtocol: string | undefined
  /** The name that a client asked for, as its server hears it. */
  readonly servername: string | undefined
  /** The peer's certificate, if it showed one. */
  readonly peerCertificate: X509Certificate | undefined
  /** The peer's certificate is trusted. */
  readonly authorized: boolean
  /** The code of why it is not. */
  readonly authorizationError: string | undefined
}

type Native = NonNullable<Parameters<NativeHub['listen']>[0]['tls']>

/** The option `tls` of a server, and `tlsAuto`. */
export function serverTls(options: TlsServerOptions | undefined, auto: boolean | number = false): Native | undefined {
  if (options === undefined) {
    if (auto !== false) throw bad('tlsAuto', auto, 'give tls, too: it needs a certificate')
    return undefined
  }
  const native = common(options, ['requestCert'])
  native.requestCert = flag('tls.requestCert', options.requestCert, false)
  if (auto !== false) native.auto = auto === true ? AUTO : whole('tlsAuto', auto, AUTO, 1, LONGEST_TIME)
  return native
}

/** Of which network of this machine an IPv6 address is: no certificate knows it. */
const ZONE = /%.*$/s

/** The option `tls` of a client. */
export function clientTls(given: boolean | TlsClientOptions | undefined, host: string): Native | undefined {
  if (given === undefined || given === false) return undefined
  const options = given === true ? {} : given
  const native = common(options, ['servername'])
  const { servername = host } = options
  if (typeof servername !== 'string') throw bad('tls.servername', servername, 'give the name in the certificate')
  // Names of letters beyond ASCII stand in certificates as in the DNS.
  native.serverName = isIP(servername) ? servername.replace(ZONE, '') : domainToASCII(servername) || servername
  if (native.ca === undefined && !hasDefaultRoots()) setDefaultRoots(defaultRoots())
  return native
}

/** What the addon tells, as the user sees it. */
export function factsOf(told: ReturnType<NativeHub['tls']>): TlsFacts | undefined {
  if (!told) return undefined
  const [certificate] = told.certificates
  const { X509Certificate } = process.getBuiltinModule('node:crypto')
  const authorizationError = told.authorizationError ?? undefined
  return Object.freeze({
    protocol: told.protocol as TlsVersion,
    cipher: told.cipher,
    alpnProtocol: told.alpnProtocol ?? undefined,
    servername: told.servername ?? undefined,
    peerCertificate: certificate && new X509Certificate(certificate),
    authorized: certificate !== undefined && authorizationError === undefined,
    authorizationError,
  })
}

/** Milliseconds for the first byte to come. */
const AUTO = 500

const NAMES = [
  'cert',
  'key',
  'passphrase',
  'ca',
  'rejectUnauthorized',
  'minVersion',
  'maxVersion',
  'ALPNProtocols',
  'handshakeTimeout',
]

function common(options: TlsOptions, others: readonly string[]): Native {
  if (typeof options !== 'object' || options === null) throw bad('tls', options, 'give an object, as for node:tls')
  checkNames(options, [...NAMES, ...others])
  const { cert, key, ca, minVersion = 'TLSv1.2', maxVersion = 'TLSv1.3', ALPNProtocols: protocols } = options
  for (const [name, version] of Object.entries({ minVersion, maxVersion })) {
    if (version !== 'TLSv1.2' && version !== 'TLSv1.3')
      throw bad(`tls.${name}`, version, "give 'TLSv1.2' or 'TLSv1.3': none else is spoken")
  }
  if (protocols !== undefined && !(Array.isArray(protocols) && protocols.every((it) => typeof it === 'string')))
    throw bad('tls.ALPNProtocols', protocols, 'give an array of names')
  const native: Native = {
    rejectUnauthorized: flag('tls.rejectUnauthorized', options.rejectUnauthorized, true),
    newestOnly: minVersion === 'TLSv1.3',
    oldestOnly: maxVersion === 'TLSv1.2',
    handshakeTimeout: whole('tls.handshakeTimeout', options.handshakeTimeout, 10_000, 1, LONGEST_TIME),
  }
  if (protocols !== undefined) native.protocols = [...protocols]
  if (cert !== undefined) native.cert = pem('tls.cert', cert)
  if (key !== undefined) native.key = privateKey(pem('tls.key', key), options.passphrase)
  if (ca !== undefined) native.ca = Buffer.concat([ca].flat().map((each) => pem('tls.ca', each as Pem)))
  return native
}

function pem(name: string, value: Pem): Buffer {
  if (typeof value === 'string') return Buffer.from(`${value}\n`)
  if (value instanceof Uint8Array) return Buffer.concat([value, Buffer.from('\n')])
  throw bad(name, typeof value, 'give PEM, as a string or a Buffer')
}

/** In the one form that the addon takes; Node knows all others. The key itself never stands in a message. */
function privateKey(key: Buffer, passphrase: string | undefined): Buffer {
  const { createPrivateKey } = process.getBuiltinModule('node:crypto')
  try {
    const options = passphrase === undefined ? { key } : { key, passphrase }
    return createPrivateKey(options).export({ type: 'pkcs8', format: 'der' })
  } catch (cause) {
    const message = `The option tls.key cannot be read: ${show((cause as Error).message)}; give a private key in PEM, and its passphrase`
    throw new TelnetError('TELNET_BAD_OPTION', message, { cause })
  }
}

/** As Node trusts: its own collection, or the system's where it is told so, and NODE_EXTRA_CA_CERTS. */
function defaultRoots(): string[] {
  const tls = process.getBuiltinModule('node:tls')
  // From Node 22.15 on.
  const { getCACertificates } = tls as { getCACertificates?: (type: 'default') => string[] }
  if (getCACertificates) return getCACertificates('default')
  return [...tls.rootCertificates, ...extraRoots()]
}

function extraRoots(): string[] {
  const { NODE_EXTRA_CA_CERTS: path } = process.env
  if (!path) return []
  try {
    return readFileSync(path, 'utf8').match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  } catch {
    // Node itself has warned of it.
    return []
  }
}
