// A certificate that is renewed while the server runs, as authorities want it every few weeks: its files are looked at now and then, and
// who connects from then on is shown the new one. Nobody who is connected is disturbed.

import { statSync } from 'node:fs'
import type { TlsServerOptions } from '#telnetkit'
import { type Log, sentence } from './report.js'
import { endOf, type ServerTlsFlags, serverTls } from './tls-flags.js'

/** Milliseconds between two looks. */
const INTERVAL = 60_000

/** Who shows a certificate. */
export interface Renewable {
  setSecureContext(options: TlsServerOptions): void
}

/** Looks after the files for as long as the process runs. */
export function followRenewals(
  server: Renewable,
  flags: ServerTlsFlags,
  log: Pick<Log, 'info' | 'warn'>,
  interval = INTERVAL,
): NodeJS.Timeout {
  const files = [flags.sslCertfile, flags.sslKeyfile ?? flags.sslCertfile]
  let taken = stampOf(files)
  let refused = taken
  const look = () => {
    const stamp = stampOf(files)
    if (stamp === taken) return
    try {
      const tls = serverTls(flags, (words) => log.warn(words))
      server.setSecureContext(tls)
      taken = stamp
      log.info(`the certificate was renewed; it is good until ${endOf(tls)}`)
    } catch (error) {
      // Of two files one may be there before the other, so that is tried again; it is told once.
      if (stamp !== refused) log.warn(`the certificate cannot be renewed, the old one goes on: ${sentence(error)}`)
      refused = stamp
    }
  }
  return setInterval(look, interval).unref()
}

/** What changes when a file does. */
function stampOf(files: readonly string[]): string {
  return files.map(stamp).join()
}

function stamp(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false })
  return stats ? `${stats.ino} ${stats.size} ${stats.mtimeMs}` : 'none'
}
