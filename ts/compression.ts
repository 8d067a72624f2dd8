// Compression (MCCP): what the option of that name asks for, and what comes of it.

import { type NativeHub, Side } from './binding.js'
import { bad } from './checks.js'
import { Option } from './constants.js'

/** A direction that is compressed, so far. */
export interface Compressed {
  /** By which option: MCCP1, MCCP2 or MCCP3. */
  readonly option: number
  /** Bytes on the wire. */
  readonly compressed: number
  /** Bytes that they stand for. */
  readonly plain: number
}

/** What is compressed; `undefined` where a direction is not. */
export interface Compression {
  /** What comes. */
  readonly received: Compressed | undefined
  /** What goes. */
  readonly sent: Compressed | undefined
}

/**
 * What the option `compression` changes of the policy: side, option, stance; one after another.
 *
 * @param stances the stances, in the order of their numbers
 */
export function compressionStances(role: 'server' | 'client', value: unknown, stances: readonly string[]): number[] {
  if (value === undefined) return []
  if (typeof value !== 'boolean') throw bad('compression', value, 'give true, false, or leave it out')
  // A server performs all of them, though with MCCP3 it is the client that compresses.
  if (value) {
    const side = role === 'server' ? Side.local : Side.remote
    return [Option.MCCP2, Option.MCCP3].flatMap((option) => [side, option, stances.indexOf('request')])
  }
  return [Option.MCCP1, Option.MCCP2, Option.MCCP3].flatMap((option) =>
    Object.values(Side).flatMap((side) => [side, option, stances.indexOf('refuse')]),
  )
}

/** The length of what is compressed tells of secrets in it, so under TLS nothing is. */
export function checkCompression(compression: boolean | undefined, tls: unknown): void {
  if (compression === true && tls)
    throw bad('compression', compression, 'leave it out: under TLS nothing is compressed')
}

/** What the addon tells, as the user sees it. */
export function compressionOf(told: ReturnType<NativeHub['compression']>): Compression {
  return Object.freeze({ received: told?.received ?? undefined, sent: told?.sent ?? undefined })
}
