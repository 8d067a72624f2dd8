// The commands of the prompt that Ctrl-] opens. Their names are those of telnet(1) where it has them, and may be shortened.

import { Command, type Compressed, Option, type OptionView, type Session, type TlsFacts } from '#telnetkit'
import { optionNumber } from '../ts/options.js'
import { optionName } from './policy.js'
import { peerOf, printable, sentence, UsageError } from './report.js'
import type { Mode } from './terminal-mode.js'

/** What comes after a command: the prompt again, the session, or the end. */
export type Outcome = 'stay' | 'go on' | 'leave'

export interface PromptFacts {
  /** Says something to the user, in whole lines. */
  readonly say: (text: string) => void
  /** How the terminal behaves towards the session. */
  readonly mode: () => Mode
  /** The mode to stay in, whatever the server says; `undefined`: the server says it. */
  readonly force: (mode: Mode | undefined) => void
}

interface Context extends PromptFacts {
  readonly session: Session
  readonly words: readonly string[]
  readonly signal: AbortSignal
}

interface PromptCommand {
  /** What follows its name. */
  readonly takes: string
  readonly help: string
  readonly run: (context: Context) => Outcome | Promise<Outcome>
}

/** Milliseconds that a server has for an answer. */
const PATIENCE = 3_000

/** Runs a line. */
export async function runCommand(
  line: string,
  session: Session,
  facts: PromptFacts,
  signal: AbortSignal,
): Promise<Outcome> {
  const [name = '', ...words] = line.split(/\s+/)
  const found = matching(COMMANDS.keys(), name.toLowerCase())
  if (found.length !== 1) {
    const reason = found.length === 0 ? 'no such command' : `${found.join(' or ')}?`
    facts.say(`${printable(name)}: ${reason}; help tells what there is\n`)
    return 'stay'
  }
  try {
    return await COMMANDS.get(found[0]!)!.run({ session, words, signal, ...facts })
  } catch (error) {
    if (!signal.aborted) facts.say(`${found[0]}: ${sentence(error)}\n`)
    return 'stay'
  }
}

/** Those that are meant by a name that may be shortened. */
function matching(names: Iterable<string>, typed: string): string[] {
  const found = [...names].filter((name) => name.startsWith(typed))
  return found.includes(typed) ? [typed] : found
}

function help({ words, say }: Context): Outcome {
  const [topic] = words
  const shown = topic === undefined ? [...COMMANDS.keys()] : matching(COMMANDS.keys(), topic.toLowerCase())
  if (shown.length === 0) throw new UsageError(`there is no command ${printable(topic ?? '')}`)
  const entries = shown.map((name) => [`${name} ${COMMANDS.get(name)!.takes}`.trimEnd(), COMMANDS.get(name)!.help])
  const width = Math.max(...entries.map(([usage]) => usage!.length)) + 2
  for (const [usage, text] of entries) say(`${usage!.padEnd(width)}${text}\n`)
  if (topic === undefined) say('An empty line goes on, Ctrl-] sends one to the server, Ctrl-D leaves.\n')
  if (shown.includes('send'))
    say(`send: ${[...SENT.keys()].join(' ')},\n      and do, dont, will or wont with an option\n`)
  return 'stay'
}

function status({ session, mode, say }: Context): Outcome {
  const { bytesRead, bytesWritten, encoding, closed, tls, compression } = session
  say(
    `${closed ? 'No longer connected' : `Connected to ${peerOf(session)}`}; ${bytesRead} bytes came, ${bytesWritten} went.\n`,
  )
  if (tls) say(`${tlsLine(tls)}\n`)
  if (compression.received) say(`What comes is compressed: ${compressedLine(compression.received)}.\n`)
  if (compression.sent) say(`What goes is compressed: ${compressedLine(compression.sent)}.\n`)
  say(`${MODES[mode()]}\n`)
  say(encoding === null ? 'Bytes, and no character set.\n' : `Character set ${encoding}.\n`)
  say(`The server does: ${options(session.remote)}.\n`)
  say(`We do: ${options(session.local)}.\n`)
  return 'stay'
}

function tlsLine({ protocol, cipher, peerCertificate, authorized }: TlsFacts): string {
  const whose = peerCertificate?.subject?.replaceAll('\n', ', ')
  const worth = authorized ? '' : ', which nobody has checked'
  return printable(`${protocol} with ${cipher}, by the certificate of ${whose || 'nobody named'}${worth}.`)
}

function compressedLine({ option, compressed, plain }: Compressed): string {
  return `${compressed} bytes for ${plain}, by ${optionName(option)}`
}

function options(view: OptionView): string {
  const names = Object.values(Option)
    .filter((option) => view.has(option))
    .map(optionName)
  return names.length > 0 ? names.join(' ') : 'nothing'
}

function explain({ session, say }: Context): Outcome {
  say(session.explain())
  return 'stay'
}

async function send(context: Context): Promise<Outcome> {
  const { words, session } = context
  if (words.length === 0) throw new UsageError('say what: help send')
  // All are looked at before the first is sent.
  const acts = sent(words)
  if (session.destroyed) throw new UsageError('the connection is gone')
  for (const act of acts) await act(context)
  return 'go on'
}

type Act = (context: Context) => unknown

function sent(words: readonly string[]): Act[] {
  const acts: Act[] = []
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!.toLowerCase()
    const verb = VERBS.get(word)
    const act = verb ? verb(words[++at]) : SENT.get(word)
    if (act === undefined) throw new UsageError(`there is no ${printable(word)} to send; help send tells what there is`)
    acts.push(act)
  }
  return acts
}

async function toggle({ words, session, say, signal }: Context): Promise<Outcome> {
  const isLocal = words[0]?.toLowerCase() === 'local'
  const [name] = isLocal ? words.slice(1) : words
  if (name === undefined) throw new UsageError('say which option: toggle echo, toggle local naws, toggle binary')
  const sides = SHORT.get(name.toLowerCase())
  const option = sides === undefined ? numberOf(name) : Option.BINARY
  const views = (sides ?? [isLocal ? 'local' : 'remote']).map((side) => [side, session[side]] as const)
  const enable = !views.every(([, view]) => view.has(option))
  const wait = { timeout: PATIENCE, signal }
  const asked = views.map(([, view]) => (enable ? view.enable(option, wait) : view.disable(option, wait)))
  await Promise.all(asked)
  for (const [side, view] of views) {
    const isOn = view.has(option)
    const state = isOn ? 'on' : 'off'
    say(`${side} ${optionName(option)} is ${isOn === enable ? state : `still ${state}: the server refused`}\n`)
  }
  return 'stay'
}

function numberOf(name: string): number {
  try {
    return optionNumber(name.toUpperCase().replaceAll('-', '_'))
  } catch {
    throw new UsageError(`${printable(name)} is no Telnet option; give a name such as NAWS, or a number`)
  }
}

function mode({ words, force }: Context): Outcome {
  const [name = ''] = words
  const [found, ...others] = matching(FORCED.keys(), name.toLowerCase())
  if (found === undefined || others.length > 0)
    throw new UsageError('say line, character, or auto to follow the server')
  force(FORCED.get(found))
  return 'go on'
}

async function logout({ session, say, signal }: Context): Promise<Outcome> {
  const agrees = await session.logout({ timeout: PATIENCE, signal })
  say(agrees ? 'The server logs you out.\n' : 'The server does not log you out.\n')
  return agrees ? 'go on' : 'stay'
}

const leave = (): Outcome => 'leave'

const COMMANDS: ReadonlyMap<string, PromptCommand> = new Map([
  ['status', { takes: '', help: 'how the connection stands', run: status }],
  ['explain', { takes: '', help: 'why it stands so, option by option', run: explain }],
  ['send', { takes: '<what> …', help: 'send ao, ayt, brk, ip, synch …, and go on', run: send }],
  [
    'toggle',
    { takes: '[local] <option>', help: "switch an option of the server's, or of ours, on or off", run: toggle },
  ],
  [
    'mode',
    { takes: 'line | character | auto', help: 'edit lines here, send each key, or do as the server says', run: mode },
  ],
  ['logout', { takes: '', help: 'ask the server to log you out', run: logout }],
  ['close', { takes: '', help: 'close the connection, and leave', run: leave }],
  ['quit', { takes: '', help: 'the same', run: leave }],
  ['help', { takes: '[command]', help: 'this', run: help }],
  ['?', { takes: '[command]', help: 'the same', run: help }],
])

const MODES: Readonly<Record<Mode, string>> = {
  lines: 'Lines are edited and shown here.',
  'hidden-lines': 'Lines are edited here, and not shown.',
  'shown-keys': 'Each key is sent, and shown here.',
  keys: 'Each key is sent, and the server shows what it likes.',
}

const FORCED: ReadonlyMap<string, Mode | undefined> = new Map([
  ['line', 'lines'],
  ['character', 'keys'],
  ['auto', undefined],
])

/** Both directions of BINARY, or one of them. */
const SHORT: ReadonlyMap<string, readonly ('local' | 'remote')[]> = new Map([
  ['binary', ['local', 'remote']],
  ['inbinary', ['remote']],
  ['outbinary', ['local']],
])

const command =
  (code: number): Act =>
  ({ session }) =>
    session.sendCommand(code)

const SENT: ReadonlyMap<string, Act> = new Map([
  ['abort', command(Command.ABORT)],
  ['ao', command(Command.AO)],
  ['ayt', command(Command.AYT)],
  ['brk', command(Command.BRK)],
  ['ec', command(Command.EC)],
  ['el', command(Command.EL)],
  ['eof', command(Command.EOF)],
  ['eor', command(Command.EOR)],
  ['escape', ({ session }) => session.write('\x1d')],
  ['ga', command(Command.GA)],
  ['ip', command(Command.IP)],
  ['nop', command(Command.NOP)],
  ['susp', command(Command.SUSP)],
  ['synch', ({ session }) => session.synch()],
])

/** What an option is asked for by, on the side that it is about. An answer is not waited for. */
const VERBS: ReadonlyMap<string, (option: string | undefined) => Act> = new Map([
  ['do', asking('remote', 'enable')],
  ['dont', asking('remote', 'disable')],
  ['will', asking('local', 'enable')],
  ['wont', asking('local', 'disable')],
])

function asking(side: 'local' | 'remote', what: 'enable' | 'disable'): (option: string | undefined) => Act {
  return (name) => {
    if (name === undefined) throw new UsageError('say which option, such as send do echo')
    const option = numberOf(name)
    return ({ session }) => {
      session[side][what](option).catch(() => undefined)
    }
  }
}
