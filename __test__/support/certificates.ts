// Certificates for the time of a test file, made by openssl as people make them by hand.

import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder of certificates. */
export class Certificates {
  readonly folder = mkdtempSync(join(tmpdir(), 'telnetkit-tls-'))

  /**
   * A self-signed certificate for localhost, and its key: `NAME.crt`, `NAME.key`, and both in `NAME.pem`. As openssl does by itself,
   * it is made an authority, too.
   */
  make(name: string, { altName = 'DNS:localhost', leaf = false, expired = false } = {}): this {
    const [key, crt, request] = ['key', 'crt', 'csr'].map((kind) => this.path(`${name}.${kind}`)) as [
      string,
      string,
      string,
    ]
    const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', key]
    const what = ['-subj', '/CN=localhost', '-addext', `subjectAltName=${altName}`]
    if (expired) {
      openssl('req', ...kind, ...what, '-out', request)
      openssl('x509', '-req', '-in', request, '-signkey', key, '-copy_extensions', 'copy', '-days', '-1', '-out', crt)
    } else {
      const more = leaf ? ['-addext', 'basicConstraints=critical,CA:FALSE'] : []
      openssl('req', '-x509', ...kind, ...what, ...more, '-days', '2', '-out', crt)
    }
    writeFileSync(this.path(`${name}.pem`), this.read(`${name}.crt`) + this.read(`${name}.key`))
    return this
  }

  /** The key of a certificate, encrypted. */
  lock(name: string, password: string): string {
    const locked = this.path(`${name}-locked.key`)
    openssl('pkcs8', '-topk8', '-in', this.path(`${name}.key`), '-out', locked, '-passout', `pass:${password}`)
    return locked
  }

  path(name: string): string {
    return join(this.folder, name)
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'utf8')
  }

  remove(): void {
    rmSync(this.folder, { recursive: true })
  }
}

function openssl(...args: string[]): void {
  execFileSync('openssl', args, { stdio: 'ignore' })
}
