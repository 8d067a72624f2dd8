// Who is at the other end, as far as that is known: the document, what it is like, and when it was here before.

import type { JsonObject } from '../document.js'
import { softwareName } from './terminal-rows.js'
import { brief, visible } from './visible.js'

/** A fingerprint, and what people call it. */
export interface Likeness {
  readonly hash: string
  /** Its name. */
  readonly name: string | undefined
  /** The program that answers so, by the table of known ones. */
  readonly program: string | undefined
  /** Where it has no name: the most similar that has one, and how similar that is, up to 1. */
  readonly nearest: { readonly name: string; readonly score: number } | undefined
}

export interface Visitor {
  /** What was found, bounded. */
  readonly document: JsonObject
  readonly telnet: Likeness
  /** There if its terminal was asked. */
  readonly terminal: Likeness | undefined
  /** How many other clients have the same Telnet. */
  readonly others: number
  /** How often this one was here before, and when last. */
  readonly visits: number
  readonly last: Date | undefined
  /** Its user's name, if it told that. */
  readonly user: string | undefined
}

/** One line of the data base. */
export interface Entry {
  readonly kind: 'Telnet' | 'Terminal'
  readonly name: string
  readonly clients: number
  readonly calls: number
}

/** What the display asks of who shows it. */
export interface Records {
  /** Keeps what somebody says that a fingerprint is. False: it could not. Undefined: nothing is kept, so that nobody need be asked. */
  readonly suggest: ((suggestions: Readonly<Record<string, string>>) => Promise<boolean>) | undefined
  /** All that is known, most calls first. Undefined: it cannot be read. */
  entries(): Promise<readonly Entry[] | undefined>
}

/** Less similar than this, and a name is a guess. */
const SURE = 0.8

/** What a fingerprint is called: its name, that of a known program, that of the nearest, or the hash. */
export function calledBy({ name, program, nearest, hash }: Likeness, isAscii = false): string {
  const sure = name ?? program
  if (sure !== undefined) return brief(sure, isAscii)
  if (nearest === undefined) return hash
  return `${brief(nearest.name, isAscii)}${nearest.score < SURE ? '?' : ''} (${Math.floor(nearest.score * 100)}%)`
}

/** The line of the log. */
export function identification(visitor: Visitor, address: string): string {
  const { software, telnet, terminal } = named(visitor)
  const names = [telnet, terminal].filter((name) => name !== undefined).map((name) => `'${name}'`)
  const known = [...(software === undefined ? [] : [software]), ...names]
  return visible(`Identified ${address} ${known.length === 0 ? '(unknown)' : known.join(' / ')}`)
}

/** What is known by name: the terminal's program, and the fingerprints. */
export function named({ document, telnet, terminal }: Visitor): { readonly [what: string]: string } {
  const called = (likeness: Likeness | undefined) =>
    likeness === undefined || (likeness.name ?? likeness.program ?? likeness.nearest) === undefined
      ? undefined
      : calledBy(likeness)
  const software = softwareName(document)
  const names = { software: software && brief(software), telnet: called(telnet), terminal: called(terminal) }
  return Object.fromEntries(Object.entries(names).filter((entry): entry is [string, string] => entry[1] !== undefined))
}
