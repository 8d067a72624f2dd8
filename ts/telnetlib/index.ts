// telnetkit/telnetlib: the class of Python's removed module, its constants, and its command line:
//
//     node …/telnetlib/index.js [-d] … [host [port]]

import { realpathSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { TelnetError } from '../errors.js'
import { servicePort } from '../services.js'
import { Telnet } from './telnet.js'

export * from './constants.js'
export { type Bytes, type OptionCallback, PythonNames } from './python-names.js'
export { TelnetSocket } from './socket.js'
export { type ExpectResult, Telnet } from './telnet.js'

/** Seconds that the command waits for a connection. */
const PATIENCE = 0.5

/** What `python -m telnetlib` does. */
export function main(words: readonly string[]): void {
  const rest = [...words]
  let level = 0
  while (rest[0] === '-d') {
    level++
    rest.shift()
  }
  const [host = 'localhost', port = '0'] = rest
  const telnet = new Telnet()
  try {
    telnet.setDebuglevel(level)
    telnet.open(host, portOf(port), PATIENCE)
    telnet.interact()
  } catch (error) {
    if (!(error instanceof TelnetError)) throw error
    console.error(error.message)
    process.exitCode = 1
  } finally {
    telnet.close()
  }
}

/** A number, or the name of a service. */
function portOf(text: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : servicePort(text)
  if (port !== undefined) return port
  throw new TelnetError('TELNET_BAD_ARGUMENT', `No service is called '${text}': give a number`)
}

function isMain(): boolean {
  const [, script] = process.argv
  try {
    return script !== undefined && import.meta.url === pathToFileURL(realpathSync(script)).href
  } catch {
    return false
  }
}

if (isMain()) main(process.argv.slice(2))
