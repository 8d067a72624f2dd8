// What helps to tell which server a fingerprint is of: where it is, by name and by address, and what it shows to who comes.

import { Resolver } from 'node:dns/promises'
import type { Counted } from '../../ts/fingerprint/census.js'
import { readJson } from '../../ts/fingerprint/data-file.js'
import { visible } from '../../ts/fingerprint/display/visible.js'
import type { JsonObject } from '../../ts/fingerprint/document.js'

/** Milliseconds for a question to the DNS, with all its tries. */
const PATIENCE = 5_000

/** Lines of a banner that are shown. */
const MOST_LINES = 24

/** CSI, OSC and other strings, and what is only one character behind ESC. */
const ESCAPES = /\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_].*?(?:\x07|\x1b\\|$)|[ -/]*[0-~])/gs

export async function serverContext({ sample, path }: Counted, { dns }: { dns: boolean }): Promise<string[]> {
  const { session_data: seen = {} } = sample
  const { host = '', ip = '', port = '' } = await latestVisit(path)
  const place = `  at          ${visible(String(host))} port ${visible(String(port))}, ${visible(String(ip))}`
  const found = dns ? await lookUp(String(host), String(ip)) : []
  return [place, ...found, ...banner(seen, 'banner_before_return'), ...banner(seen, 'banner_after_return')]
}

async function latestVisit(path: string): Promise<JsonObject> {
  const document = (await readJson(path)) as { readonly sessions?: readonly JsonObject[] } | undefined
  return document?.sessions?.at(-1) ?? {}
}

/** The addresses of a name, and the names of an address. What is not known within five seconds is left out. */
async function lookUp(host: string, ip: string): Promise<string[]> {
  const resolver = new Resolver({ timeout: PATIENCE, tries: 1 })
  const timer = setTimeout(() => resolver.cancel(), PATIENCE)
  const [addresses, names] = await Promise.all([
    resolver.resolve(host).catch(() => []),
    resolver.reverse(ip).catch(() => []),
  ])
  clearTimeout(timer)
  return [
    ...(addresses.length > 0 ? [`  addresses   ${addresses.map((address) => visible(address)).join(' ')}`] : []),
    ...(names.length > 0 ? [`  names       ${names.map((name) => visible(name)).join(' ')}`] : []),
  ]
}

/** What a server showed, without colours and moves of the cursor. */
function banner(seen: JsonObject, key: string): string[] {
  const text = Object.hasOwn(seen, key) ? seen[key] : ''
  if (typeof text !== 'string' || text.trim() === '') return []
  const lines = text.replace(ESCAPES, '').split(/\r?\n|\r/)
  const full = lines.map((line) => line.trimEnd()).filter((line, index, all) => line !== '' || all[index - 1] !== '')
  const shown = full.slice(0, MOST_LINES).map((line) => `  | ${visible(line)}`)
  return full.length > MOST_LINES ? [...shown, `  | and ${many(full.length - MOST_LINES)}`] : shown
}

function many(lines: number): string {
  return lines === 1 ? '1 line more' : `${lines} lines more`
}
