// GMCP, the Generic MUD Communication Protocol: option 201. A message is a name and, after a blank, a value as JSON in UTF-8.
// https://www.gammon.com.au/gmcp and https://wiki.mudlet.org/w/Standards:GMCP
//
//     IAC SB GMCP  Char.Vitals {"hp":42}  IAC SE
//
// The server offers it; the client, once it has agreed, says who it is and which packages it knows. Then both may speak.

import { isUtf8 } from 'node:buffer'
import { version } from './binding.js'
import { bad, checkNames, show } from './checks.js'
import { Option } from './constants.js'
import { TelnetError } from './errors.js'
import { defineOption, type OptionDefinition } from './own-option.js'
import type { Session } from './session.js'

/** One message. */
export interface GmcpMessage {
  /** The name of the package and of the message in it, such as `Char.Vitals`. Case does not count. */
  readonly name: string
  /** What it says; `undefined`: the name is all. */
  readonly data?: unknown
}

/** What a client says of itself. */
export interface GmcpClientOptions {
  /** The name of the client. **Default:** `'telnetkit'`. */
  client?: string | undefined
  /** Its version. **Default:** that of telnetkit. */
  version?: string | undefined
  /** The packages that it wants to hear of, each with its version: `'Char 1'`. **Default:** {@link GMCP_MODULES}. */
  modules?: readonly string[] | undefined
}

/**
 * What a client asks for unless it is told otherwise. In small letters, since some servers take a name literally; and with
 * the packages below each, since some take a name for itself alone.
 */
export const GMCP_MODULES: readonly string[] = [
  'char 1',
  'char.vitals 1',
  'char.items 1',
  'room 1',
  'room.info 1',
  'comm 1',
  'comm.channel 1',
  'group 1',
]

/**
 * GMCP for a client: agreed to when the server offers it, and answered once with `Core.Hello` and `Core.Supports.Set`. What the server
 * says is told by the event 'gmcp'; `session.sendSubnegotiation('GMCP', { name, data })` says something.
 *
 * ```js
 * const session = await connect({ host, port: 4000, options: [gmcpClient({ modules: ['Char 1'] })] })
 * session.on('gmcp', (name, data) => console.log(name, data))
 * ```
 *
 * @throws TELNET_BAD_OPTION
 */
export function gmcpClient(options: GmcpClientOptions = {}): OptionDefinition<GmcpMessage> {
  checkNames(options, ['client', 'version', 'modules'])
  const { client = 'telnetkit', version: own = version(), modules = GMCP_MODULES } = options
  for (const [name, text] of Object.entries({ client, version: own })) {
    if (typeof text !== 'string') throw bad(name, text, 'give a text')
  }
  if (!Array.isArray(modules) || !modules.every(isModule)) {
    throw bad('modules', modules, "give an array of names with a version each, such as 'Char 1'")
  }
  // A server may switch the option off and on as often as it likes.
  const greeted = new WeakSet<Session>()
  return definition({
    remote: 'accept',
    onEnabled: (session) => {
      if (greeted.has(session)) return
      greeted.add(session)
      session.sendSubnegotiation('GMCP', { name: 'Core.Hello', data: { client, version: own } })
      session.sendSubnegotiation('GMCP', { name: 'Core.Supports.Set', data: modules })
    },
  })
}

/**
 * GMCP for a server: offered to whoever speaks Telnet. Wait for `{ local: { GMCP: true } }` before you say something.
 *
 * ```js
 * const server = createServer({ options: [gmcpServer()] }, async (session) => {
 *   session.on('gmcp', (name, data) => console.log(name, data))
 *   if (session.local.has('GMCP')) session.sendSubnegotiation('GMCP', { name: 'Char.Vitals', data: { hp: 42 } })
 * })
 * ```
 */
export function gmcpServer(): OptionDefinition<GmcpMessage> {
  return definition({ local: 'request' })
}

function definition(role: Pick<OptionDefinition, 'local' | 'remote' | 'onEnabled'>): OptionDefinition<GmcpMessage> {
  return defineOption<GmcpMessage>({
    ...role,
    number: Option.GMCP,
    name: 'GMCP',
    decode: decodeGmcp,
    encode: encodeGmcp,
    onMessage: (session, { name, data }) => session.emit('gmcp', name, data),
  })
}

/**
 * The message that a payload says. UTF-8, or else Latin-1, as old servers send. A name that runs into its value, and a line end at the
 * end, do no harm.
 *
 * @throws SyntaxError if it has no name, or its value is no JSON
 */
export function decodeGmcp(payload: Uint8Array): GmcpMessage {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.length)
  const text = bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1')
  const [, name, json] = /^([^\s{["]+)\s*(.*)$/s.exec(text) ?? []
  if (name === undefined) throw new SyntaxError('a GMCP message begins with its name')
  return json === '' || json === undefined ? { name } : { name, data: JSON.parse(json) }
}

/**
 * The payload that says a message.
 *
 * @throws TELNET_BAD_ARGUMENT if the name is none, or the value has no JSON
 */
export function encodeGmcp({ name, data }: GmcpMessage): Buffer {
  if (typeof name !== 'string' || !/^[^\s{["]+$/.test(name)) {
    const message = `The name of the GMCP message is ${show(name)}: give one such as Char.Vitals`
    throw new TelnetError('TELNET_BAD_ARGUMENT', message)
  }
  if (data === undefined) return Buffer.from(name)
  const json: string | undefined = JSON.stringify(data)
  if (json === undefined) {
    throw new TelnetError('TELNET_BAD_ARGUMENT', `The data of ${name} is ${show(data)}: give a value that has a JSON`)
  }
  return Buffer.from(`${name} ${json}`)
}

/** A name and the number of its version. */
function isModule(module: unknown): boolean {
  return typeof module === 'string' && /^\S+ [1-9]\d*$/.test(module)
}
