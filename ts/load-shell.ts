// Finds the function that `--shell` names: `./file.js#name`, a package's `package#name`, or a built-in one by a bare word. Without
// a name it is the default export.

import { stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { TelnetError } from './errors.js'
import { placeOf, placeOfSyntaxError } from './place.js'
import { type Shell, shells } from './shells/index.js'

type Exports = Readonly<Record<string, unknown>>

/**
 * Loads a shell. Files and packages are looked for from the working directory.
 *
 * Rejects with TELNET_BAD_SHELL, whose message says what is wrong and what to do.
 */
export async function loadShell(spec: string): Promise<Shell> {
  const builtIn = Object.hasOwn(shells, spec) ? shells[spec] : undefined
  if (builtIn !== undefined) return builtIn
  const hash = spec.lastIndexOf('#')
  const from = hash === -1 ? spec : spec.slice(0, hash)
  const name = hash === -1 ? 'default' : spec.slice(hash + 1)
  const exported = await load(spec, await locate(spec, from))
  if (!(name in exported)) throw bad(spec, `${from} exports nothing called ${name || "''"}; ${advice(from, exported)}`)
  const shell = exported[name]
  if (typeof shell === 'function') return shell as Shell
  throw bad(spec, `its ${name} is no function but ${article(typeof shell)}; ${advice(from, exported)}`)
}

/** The URL of the module, if there is one. */
async function locate(spec: string, from: string): Promise<string> {
  const path = resolve(from)
  const kind = from === '' ? undefined : await kindOf(path)
  if (PATH.test(from)) {
    if (kind === 'file') return pathToFileURL(path).href
    if (kind === 'folder') throw bad(spec, `${path} is a folder; name the file in it`)
    const ending = await missingEnding(path)
    throw bad(
      spec,
      `there is no file ${path}; ${ending === undefined ? 'check the path' : `say ${from}${ending}${spec.slice(from.length)}`}`,
    )
  }
  const url = from === '' ? undefined : findPackage(from)
  if (url !== undefined) return url
  if (kind === 'file') throw bad(spec, `there is no package ${from}; if you mean the file, say ./${spec}`)
  const own = Object.keys(shells).join(', ')
  throw bad(spec, `there is no such shell, and no such package; say ${own}, ./file.js#name or package#name`)
}

async function kindOf(path: string): Promise<'file' | 'folder' | undefined> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file'
  } catch {
    return undefined
  }
}

/** What a path lacks to be a module's: import() does not add it, as require() would. */
async function missingEnding(path: string): Promise<string | undefined> {
  for (const ending of ['.js', '.mjs', '.cjs']) if ((await kindOf(path + ending)) === 'file') return ending
  return undefined
}

/** Node finds packages from the module that asks; a tool that is installed elsewhere asks for the working directory. */
function findPackage(specifier: string): string | undefined {
  try {
    return pathToFileURL(createRequire(join(process.cwd(), 'shell')).resolve(specifier)).href
  } catch {
    // What has no entry for require() may have one for import.
  }
  try {
    return import.meta.resolve(specifier)
  } catch {
    return undefined
  }
}

/** All that a module exports, be it ECMAScript or CommonJS. */
async function load(spec: string, url: string): Promise<Exports> {
  try {
    const module: Exports = await import(url)
    const { default: whole } = module
    return typeof whole === 'object' && whole !== null ? { ...whole, ...module } : module
  } catch (error) {
    const [reason] = String((error as Error)?.message ?? error).split('\n')
    const place = error instanceof SyntaxError ? await placeOfSyntaxError(url, error) : placeOf(error)
    throw bad(spec, `it cannot be loaded: ${reason}${place === undefined ? '' : `, at ${place}`}`, error)
  }
}

/** Which functions there are to choose from. */
function advice(from: string, exported: Exports): string {
  const names = Object.keys(exported).filter((name) => typeof exported[name] === 'function')
  if (names.length === 0) return 'export a function (session) from it'
  return `say ${names.map((name) => (name === 'default' ? from : `${from}#${name}`)).join(' or ')}`
}

function article(type: string): string {
  return type === 'undefined' ? type : `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`
}

function bad(spec: string, what: string, cause?: unknown): TelnetError {
  return new TelnetError('TELNET_BAD_SHELL', `Shell ${spec}: ${what}`, { cause })
}

/** A path begins as one; all else is a package's name. */
const PATH = /^(?:\.{0,2}[\\/]|\.{1,2}$|[a-z]:[\\/])/i
