// Whether an option can be taken, its name and its value; and an argument. What cannot be throws TELNET_BAD_OPTION, or
// TELNET_BAD_ARGUMENT, with the option, the value and the repair. Values of options may be shown; what is written never is.

import { inspect } from 'node:util'
import { TelnetError } from './errors.js'

/** The longest time that one of Node's timers can wait, in milliseconds. */
export const LONGEST_TIME = 2 ** 31 - 1

/** The error of an option with a value that it cannot take. */
export function bad(name: string, value: unknown, repair: string): TelnetError {
  return new TelnetError('TELNET_BAD_OPTION', `Option ${name} is ${show(value)}: ${repair}`)
}

/** What `listen` and `connect` are given first: a port, or an object. Throws TELNET_BAD_ARGUMENT. */
export function checkWhere(where: unknown): void {
  if (typeof where === 'number' || (typeof where === 'object' && where !== null)) return
  const message = `Where is told by ${show(where)}: give a port as a number, and a host behind it; or an object, { port, host }`
  throw new TelnetError('TELNET_BAD_ARGUMENT', message)
}

/** A function. Throws TELNET_BAD_ARGUMENT. */
export function checkFunction(what: string, value: unknown): void {
  if (typeof value === 'function') return
  throw new TelnetError('TELNET_BAD_ARGUMENT', `The ${what} is ${show(value)}: give a function`)
}

/** Bytes, or text where that will do. Throws TELNET_BAD_ARGUMENT. */
export function checkBytes(what: string, value: unknown, orText = false): void {
  if (value instanceof Uint8Array || (orText && typeof value === 'string')) return
  const repair = orText ? 'give a string or a Uint8Array' : 'give a Uint8Array'
  throw new TelnetError('TELNET_BAD_ARGUMENT', `The ${what} is ${typeof value}: ${repair}`)
}

/** One of Node's names for how text stands for bytes. Throws TELNET_BAD_ARGUMENT. */
export function checkNodeEncoding(name: string): void {
  if (Buffer.isEncoding(name)) return
  throw new TelnetError('TELNET_BAD_ARGUMENT', `The encoding is ${show(name)}: give one of Node's, such as 'hex'`)
}

/** A whole number within bounds. */
export function whole(name: string, value: unknown, byDefault: number, least: number, most: number): number {
  if (value === undefined) return byDefault
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) return value as number
  throw bad(name, value, `give a whole number from ${least} to ${most}`)
}

/** True or false. */
export function flag(name: string, value: unknown, byDefault: boolean): boolean {
  if (value === undefined) return byDefault
  if (typeof value === 'boolean') return value
  throw bad(name, value, 'give true or false')
}

/** An AbortSignal, if any. */
export function checkSignal(signal: unknown): AbortSignal | undefined {
  if (signal === undefined || isSignal(signal)) return signal
  throw bad('signal', signal, 'give the signal of an AbortController')
}

/** By what it can do: where tests bring a world of their own, the class is another one. */
function isSignal(value: unknown): value is AbortSignal {
  return typeof value === 'object' && value !== null && 'aborted' in value && 'addEventListener' in value
}

/** Every name must be known: an option misspelt, and so without effect, would be worse. */
export function checkNames(options: object, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null)
    throw bad('options', options, `give an object, with any of ${known.join(', ')}`)
  for (const name of Object.keys(options)) {
    if (known.includes(name) || (options as Record<string, unknown>)[name] === undefined) continue
    throw new TelnetError('TELNET_BAD_OPTION', `There is no option ${name} here: take one of ${known.join(', ')}`)
  }
}

/** A value, for a message. */
export function show(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : inspect(value, { depth: 0, breakLength: Infinity })
}
