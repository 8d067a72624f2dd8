// Whom the system trusts: a person expects of a program what their other programs do, and an administrator who has installed an
// authority does so for all of them. Node by itself trusts a collection of its own.

import { readFileSync } from 'node:fs'
import { env } from 'node:process'
import tls from 'node:tls'
import { setDefaultRoots } from '../ts/binding.js'

/** Trusts them from now on. Where there is no such collection Node's remains. */
export function trustSystem(): void {
  const roots = systemRoots()
  if (roots.length > 0) setDefaultRoots([...roots, ...bundle(env.NODE_EXTRA_CA_CERTS)])
}

function systemRoots(): string[] {
  const named = bundle(env.SSL_CERT_FILE)
  if (named.length > 0) return named
  // From Node 22.15 on; macOS and Windows keep theirs where nothing else reaches.
  const { getCACertificates } = tls as { getCACertificates?: (type: 'system') => string[] }
  const known = getCACertificates?.('system') ?? []
  return known.length > 0 ? known : (BUNDLES.map(bundle).find((roots) => roots.length > 0) ?? [])
}

/** The certificates in a file; none where it cannot be read. */
function bundle(path: string | undefined): string[] {
  if (!path) return []
  try {
    return readFileSync(path, 'latin1').match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  } catch {
    return []
  }
}

/** Where systems keep them: Debian, Fedora and its kin, openSUSE, Alpine and the BSDs. */
const BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
]
