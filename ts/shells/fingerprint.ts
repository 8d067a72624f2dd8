// The shell `fingerprint` as the environment says. All that it takes is loaded when somebody comes: see ../fingerprint/shell.ts.

import type { Session } from '../session.js'
import type { Shell } from './index.js'

let shell: Promise<Shell> | undefined

/** Finds out who is calling, keeps it in TELNETKIT_DATA_DIR if that is set, and shows it to them. */
export async function fingerprint(session: Session): Promise<void> {
  shell ??= load()
  await (await shell)(session)
}

async function load(): Promise<Shell> {
  const { fingerprintOptions } = await import('../fingerprint/from-environment.js')
  const { fingerprintShell } = await import('../fingerprint/shell.js')
  return fingerprintShell(fingerprintOptions(process.env))
}
