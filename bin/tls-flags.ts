// TLS as the flags of both tools have it: their files, read and checked before anybody connects or listens. Loaded only where it is
// spoken.

import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { TlsClientOptions, TlsServerOptions } from '#telnetkit'
import { LONGEST_TIME } from '../ts/checks.js'
import { sentence, UsageError } from './report.js'
import { trustSystem } from './system-roots.js'

interface ClientFlags {
  readonly sslCafile: string | undefined
  readonly sslNoVerify: boolean
}

/** Those of a server, where it speaks TLS. */
export interface ServerTlsFlags {
  readonly sslCertfile: string
  readonly sslKeyfile: string | undefined
  /** Milliseconds; 0: as long as it takes. */
  readonly tlsHandshakeTimeout: number
}

/**
 * How the client speaks TLS. Unless it is told whom to trust it trusts whom the system does.
 * @throws UsageError
 */
export function clientTls({ sslCafile, sslNoVerify }: ClientFlags): TlsClientOptions {
  if (sslCafile === undefined) {
    if (!sslNoVerify) trustSystem()
    return { rejectUnauthorized: !sslNoVerify }
  }
  const ca = readPem('--ssl-cafile', sslCafile)
  certificatesOf('--ssl-cafile', sslCafile, ca)
  return { ca }
}

/**
 * The certificate of the server and its key, which may stand in one file.
 * @param warn is told what the operator should know of the certificate
 * @throws UsageError
 */
export function serverTls(
  { sslCertfile, sslKeyfile, tlsHandshakeTimeout }: ServerTlsFlags,
  warn: (words: string) => void,
): TlsServerOptions {
  const cert = readPem('--ssl-certfile', sslCertfile)
  const [own] = certificatesOf('--ssl-certfile', sslCertfile, cert)
  if (sslKeyfile === undefined && !/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(cert))
    throw new UsageError(`--ssl-certfile ${sslCertfile}: there is no key in it; name its file by --ssl-keyfile`)
  const [flag, file] = sslKeyfile === undefined ? ['--ssl-certfile', sslCertfile] : ['--ssl-keyfile', sslKeyfile]
  const key = sslKeyfile === undefined ? cert : readPem('--ssl-keyfile', sslKeyfile)
  if (!own!.checkPrivateKey(keyOf(flag, file, key)))
    throw new UsageError(`${flag} ${file}: the key is not that of the certificate in ${sslCertfile}`)
  const end = Date.parse(own!.validTo)
  if (end < Date.now()) warn(`the certificate in ${sslCertfile} expired on ${own!.validTo}; clients will refuse it`)
  return { cert, key, handshakeTimeout: tlsHandshakeTimeout || LONGEST_TIME }
}

/** Until when a certificate is good. */
export function endOf({ cert }: TlsServerOptions): string {
  return new X509Certificate(cert as string).validTo
}

function readPem(flag: string, path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch (error) {
    throw new UsageError(`${flag} ${path}: ${sentence(error).replace(/, open '.*/, '')}`)
  }
}

/** All certificates, at least one. */
function certificatesOf(flag: string, path: string, pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g)
  if (blocks === null) throw new UsageError(`${flag} ${path}: there is no certificate in it; give one in PEM`)
  return blocks.map((block, index) => {
    try {
      return new X509Certificate(block)
    } catch {
      throw new UsageError(`${flag} ${path}: certificate ${index + 1} in it cannot be read`)
    }
  })
}

function keyOf(flag: string, path: string, key: string) {
  try {
    return createPrivateKey(key)
  } catch {
    // What Node says of it names no file, and would be about a passphrase that nobody can give.
    const isLocked = /ENCRYPTED/.test(key)
    const what = isLocked
      ? 'the key is encrypted; have openssl pkey write it without'
      : 'there is no key in it that can be read'
    throw new UsageError(`${flag} ${path}: ${what}`)
  }
}
