// Where an error arose, for whoever wrote the module: the first place in its stack that is neither Node's nor ours. An error of
// a package that the module uses counts for the line that called it.

import { fileURLToPath } from 'node:url'

/** Its path, line and column, `/home/ada/game.js:12:5`; undefined where the stack has no such place. */
export function placeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  // What a peer said may be part of the message, and look like a place.
  const stack = String(error.stack).replace(error.message, '')
  const places = stack.split('\n').flatMap(foreign)
  return places.find((place) => !IN_PACKAGE.test(place)) ?? places[0]
}

/** The line that could not be parsed, in the module of this URL or in one that it imports: `/home/ada/game.js:12`. */
export async function placeOfSyntaxError(url: string, error: SyntaxError): Promise<string | undefined> {
  const told = lineBefore(String(error.stack), error) ?? placeOf(error)
  // Node keeps to itself where it stopped in an ECMAScript module, and tells it only of an error that nobody catches. So
  // another one parses it again.
  return told ?? lineBefore(await complaint(url), error)
}

/** What Node says of a module that cannot be parsed. All modules are parsed before the first one runs, and that one exits. */
async function complaint(url: string): Promise<string> {
  const { execFile } = await import('node:child_process')
  const program = `import 'data:text/javascript,process.exit()'; import ${JSON.stringify(url)}`
  const args = ['--input-type=module', '--eval', program]
  return new Promise((resolve) => {
    execFile(process.execPath, args, { timeout: PATIENCE }, (_error, _output, errors) => resolve(errors))
  })
}

/** Node writes the line first, `file:///home/ada/game.js:12`, then the source, then the error. */
function lineBefore(text: string, { message }: SyntaxError): string | undefined {
  const [, path, line] = /^(.+):(\d+)\n/.exec(text) ?? []
  return path !== undefined && text.includes(message) ? `${plain(path)}:${line}` : undefined
}

/** The place that a line of a stack tells, if it is one of others: none, or one. */
function foreign(line: string): string[] {
  const [, location] = /^ +at (?:async )?(?:.*? \()?(.*?:\d+:\d+)\)?$/.exec(line) ?? []
  if (location === undefined || !PATH.test(location)) return []
  const place = plain(location)
  return place.startsWith(OURS) ? [] : [place]
}

/** A path is what editors open; a URL is not. */
function plain(location: string): string {
  if (!location.startsWith('file:')) return location
  try {
    return fileURLToPath(location)
  } catch {
    return location
  }
}

/** Where our own modules are. */
const OURS = fileURLToPath(new URL('..', import.meta.url))

const PATH = /^(?:file:|\/|[a-z]:[\\/])/i
const IN_PACKAGE = /[\\/]node_modules[\\/]/

/** Milliseconds for a Node to start and say what is wrong. */
const PATIENCE = 10_000
