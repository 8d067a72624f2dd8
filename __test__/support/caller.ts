// A client that answers as it is told to: what it performs, what it asks for, how it names its terminal, and its vices. It speaks
// bare Telnet over a socket, and keeps all that it was asked.

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { Command, Option } from 'telnetkit'
import { Scanner } from '../../ts/scanner.js'
import { wire } from './raw-peer.js'

/** How it behaves. */
export interface Manners {
  /** Options that it performs when asked (WILL), by number; all others it refuses. */
  readonly performs?: readonly number[]
  /** Options that the server may perform (DO). */
  readonly allows?: readonly number[]
  /** Options of which it never answers a question. */
  readonly ignores?: readonly number[]
  /** What it says as soon as it is connected, in the words of `wire`. */
  readonly says?: string
  /** Its answers about its terminal, the last again and again. */
  readonly types?: readonly string[]
  /** Its environment, of which it tells all. */
  readonly environment?: Readonly<Record<string, string>>
  /** What it says when it agrees to an option. */
  readonly tells?: Readonly<Record<number, string>>
  /** It answers what it has agreed to already. */
  readonly loops?: boolean
  /** It offers an option and takes it back, ten times a second. */
  readonly chatters?: boolean
  /** It does not answer timing marks. */
  readonly ignoresMarks?: boolean
}

export class Caller {
  /** All that it was told of options, such as `DO 31`. */
  readonly heard: string[] = []
  /** The data that came. */
  data = ''
  readonly #socket: Socket
  readonly #manners: Manners
  readonly #agreed = new Set<string>()
  #types = 0
  /** What it answers to one read. */
  readonly #answers: string[] = []
  readonly #scanner = new Scanner({
    onData: (data) => {
      this.data += data.toString('latin1')
    },
    onNegotiation: (verb, option) => {
      this.heard.push(`${NAMES.get(verb)} ${option}`)
      this.#onVerb(verb, option)
    },
    onSubnegotiation: (option) => this.#onPayload(option),
  })

  private constructor(socket: Socket, manners: Manners) {
    this.#socket = socket
    this.#manners = manners
    socket.setNoDelay()
    socket.on('error', () => {})
    socket.on('data', (bytes) => this.#receive(bytes))
    if (manners.says) socket.write(wire(manners.says))
    if (!manners.chatters) return
    const chatter = setInterval(() => socket.write(wire('IAC WILL SGA IAC WONT SGA')), 100)
    socket.on('close', () => clearInterval(chatter))
  }

  static async call(port: number, manners: Manners): Promise<Caller> {
    const socket = connect(port, '127.0.0.1')
    const caller = new Caller(socket, manners)
    await once(socket, 'connect')
    return caller
  }

  hangUp(): void {
    this.#socket.destroy()
  }

  #receive(bytes: Buffer): void {
    this.#scanner.take(bytes)
    const answers = this.#answers.splice(0)
    if (answers.length > 0) this.#socket.write(wire(answers.join(' ')))
  }

  #onVerb(verb: number, option: number): void {
    const answers = this.#answers
    const { performs = [], allows = [], ignores = [], loops, ignoresMarks, tells } = this.#manners
    if (option === Option.TM) {
      if (!ignoresMarks) answers.push('IAC WONT TM')
    } else if (!ignores.includes(option) && (verb === Command.DO || verb === Command.WILL)) {
      const isOurs = verb === Command.DO
      const key = `${verb} ${option}`
      const agrees = (isOurs ? performs : allows).includes(option)
      if (agrees && this.#agreed.has(key) && !loops) return
      if (agrees) this.#agreed.add(key)
      const word = isOurs ? (agrees ? 'WILL' : 'WONT') : agrees ? 'DO' : 'DONT'
      answers.push(`IAC ${word} ${option}`)
      if (agrees && isOurs && tells?.[option]) answers.push(tells[option])
    }
  }

  #onPayload(option: number): void {
    const answers = this.#answers
    const { types = [], environment = {} } = this.#manners
    if (option === Option.TTYPE && types.length > 0) {
      const name = types[Math.min(this.#types++, types.length - 1)]!
      answers.push(`IAC SB TTYPE 0 "${name}" IAC SE`)
    }
    if (option === Option.NEW_ENVIRON) {
      const told = Object.entries(environment).map(([name, value]) => `0 "${name}" 1 "${value}"`)
      answers.push(`IAC SB NEW_ENVIRON 0 ${told.join(' ')} IAC SE`)
    }
  }
}

const NAMES = new Map([
  [Command.WILL as number, 'WILL'],
  [Command.WONT, 'WONT'],
  [Command.DO, 'DO'],
  [Command.DONT, 'DONT'],
])
