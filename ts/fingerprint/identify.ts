// Which program it is, by the table of those that are known.

import type { Json } from './canonical.js'
import type { JsonObject } from './document.js'
import { CORE, EXTENDED, LEGACY, SERIAL } from './groups.js'
import { type KnownClient, type KnownServer, knownClients, knownServers } from './known-programs.js'

/** A program, and the version in which it was found to be so. */
export interface Identity {
  readonly name: string
  readonly version: string
}

/**
 * The program that answers so; undefined where none is known. What is told is what programs of that name and version answer: another may
 * well do the same, and anybody can pretend to be one.
 *
 * @param facts `fingerprint-data` of a client or a server
 */
export function identify(facts: JsonObject): Identity | undefined {
  const known = facts['probed-protocol'] === 'server' ? serverOf(facts) : clientOf(facts)
  return known && { name: known.name, version: known.version }
}

function clientOf(facts: JsonObject): KnownClient | undefined {
  const has = {
    supported: listOf(facts['supported-options']),
    refused: listOf(facts['refused-options']),
    silent: listOf(facts['unanswered-options']),
  }
  const asked = [...has.supported, ...has.refused, ...has.silent]
  // Who was asked for little may be anybody.
  if (!Object.keys(LEGACY).every((name) => asked.includes(name))) return undefined
  return knownClients.find((client) => {
    const {
      performs,
      mayPerform = '',
      silent = '',

      names,
      loops = '',
      lacks = '',
      isLoose = false,
    } = client
    const varies = new Set(words(mayPerform))
    const fixed = (list: Iterable<string>) => [...list].filter((name) => !varies.has(name))
    const wanted = words(performs)
    const quiet = silent === '*' ? asked.filter((name) => !wanted.includes(name)) : words(silent)
    const { slc } = facts
    return (
      same(fixed(has.supported), wanted) &&
      // Not everybody is asked about everything: what it was not asked about speaks neither way.
      same(
        fixed(has.silent),
        quiet.filter((name) => asked.includes(name)),
      ) &&
      same(listOf(facts['looped-negotiation']), words(loops)) &&
      same(
        listOf(memberOf(slc, 'nosupport')),
        words(lacks).map((name) => `SLC_${name}`),
      ) &&
      facts['ttype-count'] === names &&
      'unagreed-answered' in facts === isLoose
    )
  })
}

function serverOf(facts: JsonObject): KnownServer | undefined {
  const offered = quick(facts['offered-options'])
  const requested = listOf(facts['requested-options'])
  const silent = quick(facts['unanswered-options'])
  return knownServers.find(
    ({ offers, requests, isMute = false }) =>
      same(offered, words(offers)) &&
      same(requested, words(requests)) &&
      (isMute ? silent.length > 0 && quick(facts['refused-options']).length === 0 : silent.length === 0),
  )
}

/** Without what only a full look asks for. */
function quick(list: Json | undefined): string[] {
  return listOf(list).filter((name) => QUICK.has(name))
}

const QUICK = new Set(
  [CORE, SERIAL, EXTENDED].flatMap((group) => Object.keys(group)).filter((name) => !(name in LEGACY)),
)

function words(text: string): string[] {
  return text === '' ? [] : text.split(' ')
}

function same(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((name) => other.includes(name))
}

function listOf(json: Json | undefined): string[] {
  return Array.isArray(json) ? json.filter((entry) => typeof entry === 'string') : []
}

function memberOf(json: Json | undefined, name: string): Json | undefined {
  const isObject = typeof json === 'object' && json !== null && !Array.isArray(json)
  return isObject ? (json as JsonObject)[name] : undefined
}
