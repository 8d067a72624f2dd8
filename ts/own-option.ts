// Options of the program's own: those that telnetkit doesn't know, or leaves alone. A definition says whether the option is
// begun with, accepted or refused, what its subnegotiations mean, and what becomes of them.

import { handledOptions, type Side } from './binding.js'
import { Option } from './constants.js'
import { TelnetError } from './errors.js'
import type { Stance } from './options.js'
import type { Session } from './session.js'

/** A Telnet option of the program's own. `Value` is what a subnegotiation of it says. */
export interface OptionDefinition<Value = Buffer> {
  /** Its number, from 0 to 255: none that telnetkit handles itself. */
  readonly number: number
  /** Its name: capitals, digits and `_`; it may be given wherever an option is named. */
  readonly name: string
  /** Our will about performing it ourselves. **Default:** `'refuse'`. */
  readonly local?: Stance | undefined
  /** Our will about the peer performing it. **Default:** `'refuse'`. */
  readonly remote?: Stance | undefined
  /** What a payload means, 255 single. What it throws is told as a violation. **Default:** the bytes. */
  readonly decode?: ((payload: Buffer) => Value) | undefined
  /** The payload that says a value. **Default:** none, and only bytes can be sent. */
  readonly encode?: ((value: Value) => Uint8Array) | undefined
  /** A side went on. */
  readonly onEnabled?: ((session: Session, side: Side) => unknown) | undefined
  /** A side went off. */
  readonly onDisabled?: ((session: Session, side: Side) => unknown) | undefined
  /** A subnegotiation came, and the option is on on some side. */
  readonly onMessage?: ((session: Session, value: Value) => unknown) | undefined
}

/** A definition as settings keep it. */
// biome-ignore lint/suspicious/noExplicitAny: a list has definitions of every kind of value
export type AnyOptionDefinition = OptionDefinition<any>

/**
 * Gives a definition back as it is, checked: it is there for the types of its handlers.
 *
 * ```js
 * const chat = defineOption({
 *   number: 77, name: 'CHAT', local: 'accept', remote: 'request',
 *   decode: (payload) => payload.toString(),
 *   encode: (line) => Buffer.from(line),
 *   onMessage: (session, line) => session.write(`${line}\n`),
 * })
 * const server = createServer({ options: [chat] }, handler)
 * ```
 *
 * @throws TELNET_BAD_OPTION
 */
export function defineOption<Value = Buffer>(definition: OptionDefinition<Value>): OptionDefinition<Value> {
  check(definition)
  return definition
}

/** The program's own options. */
export class OwnOptions {
  readonly #byNumber: ReadonlyMap<number, AnyOptionDefinition>

  constructor(definitions: readonly AnyOptionDefinition[]) {
    this.#byNumber = new Map(definitions.map((definition) => [definition.number, definition]))
  }

  get all(): AnyOptionDefinition[] {
    return [...this.#byNumber.values()]
  }

  get(number: number): AnyOptionDefinition | undefined {
    return this.#byNumber.get(number)
  }

  /** The number that goes by a name. */
  number(name: string): number | undefined {
    return this.all.find((definition) => definition.name === name)?.number
  }

  /** The payload that says a value of an option: bytes as they are, anything else by its definition. */
  payload(number: number, value: unknown): Uint8Array {
    if (value instanceof Uint8Array) return value
    const definition = this.get(number)
    if (definition?.encode !== undefined) return definition.encode(value)
    const message = `The payload is ${typeof value}: give a Uint8Array, or define the option with encode`
    throw new TelnetError('TELNET_BAD_ARGUMENT', message)
  }
}

/** Reads definitions, of which each has a number and a name of its own. */
export function readDefinitions(given: unknown): OwnOptions {
  if (given === undefined) return NONE
  if (!Array.isArray(given)) throw refusal('options', 'give an array of definitions')
  given.forEach(check)
  for (const [index, { number, name }] of given.entries()) {
    const twice = given.slice(0, index).some((other) => other.number === number || other.name === name)
    if (twice) throw refusal(`options: ${name} (${number})`, 'define it once')
  }
  return new OwnOptions(given)
}

function check(definition: AnyOptionDefinition): void {
  const { number, name } = definition ?? {}
  if (!Number.isInteger(number) || number < 0 || number > 255) {
    throw refusal(`options: number ${String(number)}`, 'give a whole number from 0 to 255')
  }
  if (HANDLED.has(number)) throw refusal(`options: number ${number}`, 'telnetkit handles that option itself')
  if (typeof name !== 'string' || !/^[A-Z][A-Z0-9_]*$/.test(name)) {
    throw refusal(`options: name ${JSON.stringify(name)}`, 'give a name of capitals, digits and _')
  }
  const known = (Option as Record<string, number>)[name]
  if (known !== undefined && known !== number) {
    throw refusal(`options: name ${name}`, `that is the name of option ${known}`)
  }
  for (const handler of ['decode', 'encode', 'onEnabled', 'onDisabled', 'onMessage'] as const) {
    if (definition[handler] !== undefined && typeof definition[handler] !== 'function') {
      throw refusal(`options: ${name}.${handler}`, 'give a function')
    }
  }
}

function refusal(what: string, repair: string): TelnetError {
  return new TelnetError('TELNET_BAD_OPTION', `${what}: ${repair}`)
}

const NONE = new OwnOptions([])

const HANDLED: ReadonlySet<number> = new Set(handledOptions())
