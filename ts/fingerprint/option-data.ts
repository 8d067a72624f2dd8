// What a server tells by options that MUDs have, and by that of serial ports: kept as documents have it. The protocols of MUDs stand at
// <https://tintin.mudhalla.net/protocols/>, that of serial ports is RFC 2217.

import { isUtf8 } from 'node:buffer'
import { Option } from '../constants.js'
import type { Session } from '../session.js'
import type { JsonObject } from './document.js'

/** Messages of one option that are kept, and bytes of all. */
const MOST_MESSAGES = 100
const MOST_BYTES = 65_536

/** Values of all variables of MSSP that are kept. Who tells all that is known tells some sixty. */
const MOST_VALUES = 1_000

export class OptionData {
  #mssp: Record<string, string | string[]> | undefined
  readonly #zmp: Record<string, string[]> = Object.create(null)
  readonly #atcp: JsonObject[] = []
  readonly #aardwolf: JsonObject[] = []
  readonly #mxp: string[] = []
  readonly #comPort: Record<string, string | number> = {}
  #bytes = 0

  constructor(session: Session<Buffer>) {
    session.on('subnegotiation', (option, payload) => this.#hear(option, payload))
    // A serial port says what it is to who asks (RFC 2217, SIGNATURE).
    session.on('option', (side, option, enabled) => {
      if (option === Option.COM_PORT && side === 'remote' && enabled) session.sendSubnegotiation(option, Buffer.of(0))
    })
  }

  /** What MSSP told has come. */
  get hasMssp(): boolean {
    return this.#mssp !== undefined
  }

  /** All that was told, under the names of documents; what was not is not there. */
  toJson(): JsonObject {
    const filled = <Value extends object>(value: Value) => (Object.keys(value).length > 0 ? value : undefined)
    const all = {
      mssp: this.#mssp,
      zmp: filled(this.#zmp),
      atcp: filled(this.#atcp),
      aardwolf: filled(this.#aardwolf),
      mxp: filled(this.#mxp),
      comport: filled(this.#comPort),
    }
    return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as JsonObject
  }

  #hear(option: number, payload: Buffer): void {
    this.#bytes += payload.length
    if (this.#bytes > MOST_BYTES) return
    switch (option) {
      case Option.MSSP:
        this.#mssp = readMssp(payload)
        break
      case Option.ZMP: {
        const [command, ...words] = stringOf(payload).replace(/\0$/, '').split('\0')
        if (command && Object.keys(this.#zmp).length < MOST_MESSAGES) this.#zmp[command] = words
        break
      }
      case Option.ATCP: {
        const [, name = '', value = ''] = /^([^ ]*) ?(.*)$/s.exec(stringOf(payload)) ?? []
        keep(this.#atcp, { package: name, value })
        break
      }
      case Option.AARDWOLF:
        keep(this.#aardwolf, readAardwolf(payload))
        break
      case Option.MXP:
        keep(this.#mxp, payload.toString('hex') || 'activated')
        break
      case Option.COM_PORT:
        Object.assign(this.#comPort, readComPort(payload))
        break
    }
  }
}

/** `VAR=1 name  VALUE=2 value …`; several values of one name are a list. */
function readMssp(payload: Buffer): Record<string, string | string[]> {
  const variables: Record<string, string | string[]> = Object.create(null)
  let name: string | undefined
  let count = 0
  for (const [piece = ''] of payload.toString('latin1').matchAll(/[\x01\x02][^\x01\x02]*/g)) {
    const text = stringOf(Buffer.from(piece.slice(1), 'latin1'))
    if (piece.startsWith('\x01')) name = text
    else if (name !== undefined) {
      if (++count > MOST_VALUES) break
      const before = variables[name]
      if (Array.isArray(before)) before.push(text)
      else variables[name] = before === undefined ? text : [before, text]
    }
  }
  return variables
}

/** A channel, and mostly a byte. */
function readAardwolf(payload: Buffer): JsonObject {
  const [channel = 0, data] = payload
  const name = payload.length === 0 ? 'unknown' : AARDWOLF[channel - 100]
  return {
    channel: name ?? `0x${channel.toString(16).padStart(2, '0')}`,
    channel_byte: channel,
    ...(payload.length === 2 && { data_byte: data! }),
    ...(payload.length > 1 && { data_bytes: textOrHex(payload.subarray(1)) }),
  }
}

const AARDWOLF = ['status', 'tick', 'affect', 'group', 'skill', 'quest', 'spell', 'stat', 'message']

/** A command, which is 100 more where it is an answer, and its value. */
function readComPort([command = 0, ...value]: Buffer): Record<string, string | number> {
  const [name, read] = COM_PORT[command % 100] ?? []
  const told = command < 200 && name !== undefined ? read!(Buffer.from(value)) : undefined
  return told === undefined ? {} : { [name!]: told }
}

type ReadValue = (value: Buffer) => string | number | undefined

const byte: ReadValue = (value) => (value.length === 1 ? value[0] : undefined)
const oneOf =
  (words: readonly string[]): ReadValue =>
  (value) =>
    value.length === 1 ? (words[value[0]!] ?? `unknown-${value[0]}`) : undefined

const COM_PORT: readonly (readonly [name: string, read: ReadValue])[] = [
  ['signature', (value) => (value.length > 0 ? value.toString('latin1').replace(/[\x80-\xff]/g, '\ufffd') : undefined)],
  ['baudrate', (value) => (value.length === 4 ? value.readUInt32BE() : undefined)],
  ['datasize', byte],
  ['parity', oneOf(['REQUEST', 'NONE', 'ODD', 'EVEN', 'MARK', 'SPACE'])],
  ['stopsize', oneOf(['REQUEST', '1', '2', '1.5'])],
  ['control', byte],
  ['linestate', byte],
  ['modemstate', byte],
]

function keep<Value>(list: Value[], value: Value): void {
  if (list.length < MOST_MESSAGES) list.push(value)
}

/** UTF-8, or else Latin-1, as old servers send. */
function stringOf(bytes: Buffer): string {
  return bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1')
}

function textOrHex(bytes: Buffer): string {
  return bytes.toString(isUtf8(bytes) ? 'utf8' : 'hex')
}
