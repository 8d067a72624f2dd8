// A client that behaves as another's program does, to try a server with who really calls.

import { once } from 'node:events'
import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { checkNames } from '../checks.js'
import { Command, Option } from '../constants.js'
import { TelnetError } from '../errors.js'
import { Scanner } from '../scanner.js'
import { type Manners, manners, optionInWords, type PersonaName } from './manners.js'
import { joinedStreams } from './pair.js'
import { wire } from './words.js'

/** Where a persona connects to. */
export interface PersonaTarget {
  port: number
  /** **Default:** `'127.0.0.1'`. */
  host?: string | undefined
}

/**
 * A client as they are out there: its Telnet is that of the program whose name it has, and the core of telnetkit has no part in it.
 * What is typed and shown is the test's matter.
 *
 * ```js
 * const guest = new Persona('tintin++')
 * const session = new Session(guest.stream, { role: 'server' })
 * await session.ready()
 * console.log(session.peer.terminalTypes) // [ 'TINTIN++', 'xterm', 'MTTS 271' ]
 * ```
 */
export class Persona {
  /** All names that there are. */
  static readonly names: readonly PersonaName[] = Object.keys(manners) as PersonaName[]

  readonly name: PersonaName
  /** The server's end of the line. */
  readonly stream: Duplex

  readonly #manners: Manners
  readonly #own: Duplex
  readonly #agreed = new Set<string>()
  readonly #spokenOf = new Set<string>()
  readonly #said = new Set<string>()
  #isSpokenTo = false
  #mode = 0
  #shown = ''
  #names = 0
  #onShown: (() => void) | undefined

  /** @throws TELNET_BAD_ARGUMENT for a name that there is not */
  constructor(name: PersonaName) {
    if (!Object.hasOwn(manners, name)) {
      const message = `There is no persona ${String(name)}: give one of ${Persona.names.join(', ')}`
      throw new TelnetError('TELNET_BAD_ARGUMENT', message)
    }
    this.name = name
    this.#manners = manners[name]
    const [near, own] = joinedStreams()
    this.stream = near
    this.#own = own
    const scanner = new Scanner({
      onData: (data) => this.#show(data),
      onNegotiation: (verb, option) => this.#hear(verb, option),
      onSubnegotiation: (option, payload) => this.#answer(option, payload),
    })
    own.on('data', (bytes: Buffer) => {
      if (this.#dies(bytes)) own.destroy()
      else scanner.take(bytes)
    })
    own.on('end', () => own.end())
    own.on('error', () => {})
    this.#say(this.#manners.opening ?? '')
  }

  /** Which program it is like, and of which version. */
  get like(): string {
    return this.#manners.like
  }

  /** What the server has said to its user so far; a character a byte. */
  get shown(): string {
    return this.#shown
  }

  /** Connects to a server, and resolves when the connection stands. */
  async connect(target: PersonaTarget): Promise<void> {
    checkNames(target, ['port', 'host'])
    const socket = connect({ host: '127.0.0.1', ...target, noDelay: true })
    await once(socket, 'connect')
    socket.pipe(this.stream).pipe(socket)
    socket.on('error', () => this.stream.destroy())
    this.stream.on('close', () => socket.destroy())
  }

  /** Its user types; what an Enter is, is the test's to say. */
  type(text: string): void {
    this.#own.write(text.replaceAll('\xff', '\xff\xff'), 'latin1')
  }

  /** Resolves when `shown` has it. */
  async shows(wanted: string | RegExp): Promise<void> {
    const isThere = () => (typeof wanted === 'string' ? this.#shown.includes(wanted) : wanted.test(this.#shown))
    while (!isThere()) await new Promise<void>((resolve) => (this.#onShown = resolve))
  }

  /** Leaves. */
  end(): void {
    this.#own.end()
  }

  #say(words: string): void {
    const due = words.replace(/\[(.*?)\]/g, (_, once: string) => {
      const isNew = !this.#said.has(once)
      this.#said.add(once)
      return isNew ? once : ''
    })
    if (due !== '' && this.#own.writable) this.#own.write(wire(due))
  }

  #show(data: Buffer): void {
    this.#shown += data.toString('latin1')
    this.#onShown?.()
  }

  #hear(verb: number, option: number): void {
    const { isMute, greeting } = this.#manners
    if (isMute) return
    if (greeting !== undefined && !this.#isSpokenTo) this.#say(greeting)
    this.#isSpokenTo = true
    const isOffer = verb === Command.WILL || verb === Command.WONT
    const name = optionInWords(option)
    const wish = `${isOffer ? 'WILL' : 'DO'} ${name}`
    const refusal = `IAC ${isOffer ? 'DONT' : 'WONT'} ${name}`
    if (verb === Command.DO || verb === Command.WILL) this.#say(this.#answerTo(wish, refusal))
    else if (this.#agreed.delete(wish)) this.#say(refusal)
  }

  /** What it says to `DO NAWS`. */
  #answerTo(wish: string, refusal: string): string {
    const { answers, repeats = {}, isLooper, isTerse, flipsSga } = this.#manners
    const answer = answers[wish]
    const about = isTerse ? wish.replace(/^\w+ /, '') : wish
    const isNew = !this.#spokenOf.has(about)
    this.#spokenOf.add(about)
    if (flipsSga && wish.endsWith(' SGA')) return this.#flip(wish)
    if (answer === undefined) return isNew || !isTerse ? refusal : ''
    this.#agreed.add(wish)
    return isNew || isLooper ? answer : (repeats[wish] ?? '')
  }

  #flip(wish: string): string {
    if (wish === 'WILL SGA' && this.#agreed.has('SGA')) return ''
    if (this.#agreed.delete('SGA')) return 'IAC DONT SGA'
    this.#agreed.add('SGA')
    return 'IAC DO SGA'
  }

  /** A mode is acknowledged, if it is another; special characters that it has not are refused. */
  #edit([what, ...rest]: Buffer): void {
    const { lacks } = this.#manners
    const [mask = 0] = rest
    if (lacks === undefined) return
    if (what === MODE && (mask & ACK) === 0 && mask !== this.#mode) {
      this.#mode = mask
      this.#say(`IAC SB LINEMODE 1 ${mask | ACK} IAC SE`)
    } else if (what === SLC) {
      const triplets = Array.from({ length: Math.floor(rest.length / 3) }, (_, at) => rest.slice(3 * at, 3 * at + 3))
      const refused = triplets.filter(
        ([function_ = 0, flags = 0]) => lacks.includes(function_) && (flags & SLC_ACK) === 0,
      )
      if (refused.length > 0) this.#say(`IAC SB LINEMODE 3 ${refused.map(([name]) => `${name} 0 0`).join(' ')} IAC SE`)
    }
  }

  /** A question for what it has agreed to tell. */
  #answer(option: number, payload: Buffer): void {
    const [what] = payload
    const { terminalTypes = [], tells = {}, charset, leaks, isMute } = this.#manners
    const name = optionInWords(option)
    if (isMute) return
    if (leaks) this.#own.write(Buffer.of(Command.IAC, 0, option))
    if (option === Option.LINEMODE) this.#edit(payload)
    if (what === REQUEST && option === Option.CHARSET && charset !== undefined)
      this.#say(`IAC SB CHARSET 2 ${JSON.stringify(charset)} IAC SE`)
    if (what !== SEND) return
    const type = terminalTypes[Math.min(this.#names, terminalTypes.length - 1)]
    if (option === Option.TTYPE && type !== undefined) {
      this.#names++
      this.#say(`IAC SB TTYPE 0 ${JSON.stringify(type)} IAC SE`)
    } else if (tells[name] !== undefined) {
      this.#say(`IAC SB ${name} 0 ${tells[name]} IAC SE`)
    }
  }

  #dies(bytes: Buffer): boolean {
    const { diesOf } = this.#manners
    if (diesOf === undefined) return false
    const text = bytes.toString('latin1')
    return (
      text.split('\xff\xfd').length > diesOf.burst || new RegExp(`\xff\xfa'\x01.*${diesOf.variable}`, 's').test(text)
    )
  }
}

const SEND = 1
const REQUEST = 1

/** Of RFC 1184. */
const MODE = 1
const ACK = 4
const SLC = 3
const SLC_ACK = 128
