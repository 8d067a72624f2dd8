// The certificate that servers speak TLS with, made for one run: of the kind that public authorities sign today, ECDSA on P-256.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Makes it, and tells its place to all children. Without openssl the servers that need it cannot start, and say so. */
export function identify() {
  const folder = mkdtempSync(join(tmpdir(), 'telnetkit-bench-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  const pem = join(folder, 'identity.pem')
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', pem]
  spawnSync('openssl', ['req', '-x509', ...key, '-subj', '/CN=localhost', '-days', '2', '-out', `${pem}.crt`])
  spawnSync('sh', ['-c', 'cat "$1.crt" >> "$1"', 'sh', pem])
  process.env.TELNETKIT_BENCH_PEM = pem
}
