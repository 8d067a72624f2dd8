// The shell `fingerprint` as the flags of telnetkit-server and the environment have it, and its post-script: a program in a terminal
// of its own, which is given the file of who called.

import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { fingerprintShell } from '../ts/fingerprint/shell.js'
import type { PostScript } from '../ts/fingerprint/visit.js'
import type { Shell } from '../ts/shells/index.js'
import { checkDataFolder, dataFolder } from './data-folder.js'
import type { serverFlags, Values } from './flags.js'
import { findProgram, whyNot } from './program-path.js'
import { loadPty } from './pty.js'
import { type Log, UsageError } from './report.js'
import { loadUcsDetect } from './ucs-detect.js'

type Flags = Values<typeof serverFlags>

const POST_SCRIPT = 'TELNETKIT_FINGERPRINT_POST_SCRIPT'

/** What Node runs. Anything else is a program. */
const MODULE = /\.[cm]?js$/i

/**
 * The shell. Flags go before the environment.
 * @throws UsageError
 */
export async function fingerprintOf(flags: Flags, log: Log): Promise<Shell> {
  const { postScript: typed, dataDir: folder } = flags
  // A client that was asked for LINEMODE and for SGA does not come back to lines of its own (inetutils telnet 2.4).
  if (flags.lineMode)
    throw new UsageError('--line-mode: the shell fingerprint asks clients for all modes; leave it out')
  const script = typed ?? (process.env[POST_SCRIPT] || undefined)
  const what = typed === undefined ? POST_SCRIPT : '--post-script'
  const kept = dataFolder(folder, '--shell fingerprint')
  const { dataDir, limits } = kept
  if (script !== undefined && dataDir === undefined)
    throw new UsageError(`${what} is given the file of who called, and none is kept: name a folder with --data-dir`)
  await checkDataFolder(kept)
  const postScript = script === undefined ? undefined : await postScriptOf(what, script, flags, log)
  const probe = flags.ucsDetect ? await loadUcsDetect(log) : undefined
  return fingerprintShell({ dataDir, limits, probe, postScript, log })
}

async function postScriptOf(what: string, script: string, { neverSendGa }: Flags, log: Log): Promise<PostScript> {
  const isModule = MODULE.test(script)
  const [name, before] = isModule ? [process.execPath, [moduleAt(what, script)]] : [script, []]
  const file = findProgram(name, process.env.PATH)
  if (file === undefined) throw new UsageError(`${what} ${script}: ${whyNot(name, process.env.PATH)}`)
  const run = await loadPty(what)
  return (session, { path, isInteractive, hasTrueColour }) =>
    run(session, {
      file,
      args: [...before, path],
      names: [],
      settings: {
        // What a client says of its colours holds if its terminal has shown them.
        COLORTERM: hasTrueColour ? 'truecolor' : undefined,
        TELNETKIT_INTERACTIVE_TERMINAL: isInteractive ? '1' : undefined,
      },
      folder: undefined,
      isRaw: false,
      goAhead: !neverSendGa,
      log,
    })
}

/** The path of a module, wherever the server's programs begin. */
function moduleAt(what: string, script: string): string {
  const path = resolve(script)
  if (statSync(path, { throwIfNoEntry: false })?.isFile()) return path
  throw new UsageError(`${what} ${script}: there is no such file`)
}
