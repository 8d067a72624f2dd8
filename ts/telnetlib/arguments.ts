// What the methods are given, as far as it can be something else than it should. Each throws TELNET_BAD_ARGUMENT with the repair; bytes that
// are to be sent are not shown.

import { show } from '../checks.js'
import { TelnetError } from '../errors.js'

/** Bytes; a string stands for its own in Latin-1. */
export function bytesOf(bytes: unknown): Buffer {
  if (bytes instanceof Uint8Array) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (typeof bytes !== 'string') throw wrong(`Bytes are ${typeof bytes}`, 'give a string or a Uint8Array')
  const at = bytes.search(BEYOND)
  if (at === -1) return Buffer.from(bytes, 'latin1')
  throw wrong(`Character ${at + 1} of a string is no byte`, 'encode such text first: Buffer.from(text)')
}

/** Seconds that a call may take; `null`: as long as it takes. Below 0 nothing is left, as when they are over. */
export function checkSeconds(timeout: unknown): void {
  if (timeout === null || (typeof timeout === 'number' && !Number.isNaN(timeout))) return
  throw wrong(`The timeout is ${show(timeout)}`, 'give seconds, or null for as long as it takes')
}

/** Seconds for each call that has no time of its own. */
export function checkPatience(timeout: unknown): void {
  if (timeout === null || (typeof timeout === 'number' && timeout > 0)) return
  throw wrong(`The timeout is ${show(timeout)}`, 'give seconds above 0, or null for as long as it takes')
}

export function checkPlace(host: unknown, port: unknown): void {
  if (typeof host !== 'string' || host === '') throw wrong(`The host is ${show(host)}`, 'give a name or an IP address')
  if (Number.isInteger(port) && (port as number) >= 0 && (port as number) <= 65_535) return
  throw wrong(`The port is ${show(port)}`, 'give a whole number from 0 to 65535; 0 is 23')
}

export function checkExpressions(expressions: unknown): void {
  const isOne = (it: unknown) => typeof it === 'string' || it instanceof RegExp
  if (Array.isArray(expressions) && expressions.every(isOne)) return
  throw wrong('The expressions are no array of strings and RegExps', "give one, such as ['login: ', /[>#] $/]")
}

export function checkCallback(callback: unknown): void {
  if (callback === null || typeof callback === 'function') return
  throw wrong(`The callback is ${show(callback)}`, 'give a function, or null')
}

export function checkCount(count: unknown): void {
  if (Number.isInteger(count) && (count as number) >= 0) return
  throw wrong(`The count is ${show(count)}`, 'give a whole number of bytes')
}

const BEYOND = /[^\0-\xff]/

function wrong(what: string, repair: string): TelnetError {
  return new TelnetError('TELNET_BAD_ARGUMENT', `${what}: ${repair}`)
}
