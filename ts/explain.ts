// Why a session is as it is, in words: who edits and echoes, in which character set, and whose word each option stands on.

import { courses, type OptionCourse, type Side, states } from './binding.js'
import type { Compressed } from './compression.js'
import type { Connection } from './connection.js'
import { Option } from './constants.js'

/** The answer of `session.explain()`. */
export function explain(connection: Connection): string {
  const options = spokenOf(connection)
  const lines = [
    explainMode(connection),
    explainEcho(connection),
    ...explainCharset(connection),
    ...explainCompression(connection),
  ]
  if (options.length > 0) lines.push('Options:', ...options.map((line) => `  ${line}`))
  return `${lines.join('\n')}\n`
}

function explainMode(connection: Connection): string {
  const isServer = connection.settings.role === 'server'
  switch (connection.mode) {
    case 'character':
      return 'Mode: character. Each key goes to the server at once: ECHO and SGA are on.'
    case 'remote':
      return 'Mode: remote. LINEMODE is on, and the server edits lines: its mode has no EDIT.'
    case 'line': {
      const edits = isServer ? 'The client edits lines and sends them whole' : 'Lines are edited here and sent whole'
      return `Mode: line. ${edits}${whyLine(connection)}.`
    }
  }
}

function whyLine(connection: Connection): string {
  const side: Side = connection.settings.role === 'server' ? 'local' : 'remote'
  if (connection.isOn('local', Option.LINEMODE) || connection.isOn('remote', Option.LINEMODE)) {
    return ': LINEMODE is on, with EDIT'
  }
  const missing = [Option.ECHO, Option.SGA].filter((option) => !connection.isOn(side, option))
  return `: ${missing.map((option) => `${name(option)} is off (${reason(connection, side, option)})`).join(', ')}`
}

function explainEcho(connection: Connection): string {
  const isServer = connection.settings.role === 'server'
  const side: Side = isServer ? 'local' : 'remote'
  const why = reason(connection, side, Option.ECHO)
  if (connection.isOn(side, Option.ECHO)) return `Echo: the server shows what is typed (ECHO is on: ${why}).`
  return `Echo: the client shows what is typed (ECHO is off: ${why}).`
}

/** The character set of each direction, and on whose word it is spoken: a line each, or one for both. */
export function explainCharset(connection: Connection): string[] {
  const { encoding, speech } = connection
  if (encoding === null) return ['Charset: none, the session is in bytes.']
  if (speech.isForced) return [`Charset: ${encoding}, both ways, BINARY or not: ${whyCharset(connection)}.`]
  const directions: [Side, string][] = [
    ['remote', 'what comes'],
    ['local', 'what goes'],
  ]
  return directions.map(([side, what]) => {
    const why = reason(connection, side, Option.BINARY)
    if (connection.isOn(side, Option.BINARY)) return `Charset of ${what}: ${encoding} (BINARY is on: ${why}).`
    return `Charset of ${what}: US-ASCII (BINARY is off: ${why}), else it would be ${encoding}.`
  })
}

/** Why a set is spoken whether BINARY is agreed or not. */
function whyCharset({ speech, settings, peer }: Connection): string {
  const { forceBinary } = settings
  const own = speech.word === 'options' ? 'it was given as encoding' : 'the program assigned it'
  const agreed = peer.charset === undefined ? '' : `; it goes before ${peer.charset}, agreed by CHARSET`
  switch (speech.word) {
    case 'options':
    case 'program':
      return `${own}, and ${forceBinary ? 'forceBinary says so' : 'the peer has shown that it speaks more than ASCII'}`
    case 'charset':
      return `${peer.charset} was agreed by CHARSET`
    case 'language':
      return `the client's LANG says so, ${peer.environment.get('LANG')}${agreed}`
    case 'variable':
      return `the client's variable CHARSET says so, ${peer.environment.get('CHARSET')}`
    case 'font':
      return 'the server chose a font that is drawn for it'
  }
}

function explainCompression({ compression: { received, sent } }: Connection): string[] {
  const line = (what: string, { option, compressed, plain }: Compressed) =>
    `Compression of ${what}: ${name(option)}, ${compressed} bytes for ${plain}.`
  return [...(received ? [line('what comes', received)] : []), ...(sent ? [line('what goes', sent)] : [])]
}

/** A line for each side of each option that anybody has spoken of. */
function spokenOf(connection: Connection): string[] {
  const lines: string[] = []
  for (let option = 0; option < 256; option++) {
    for (const side of ['local', 'remote'] as const) {
      if (courseOf(connection, side, option) === 'silent') continue
      const where = side === 'local' ? 'here' : 'there'
      const state = connection.isOn(side, option) ? 'on' : 'off'
      lines.push(`${name(option)} ${where}: ${state}, ${reason(connection, side, option)}`)
    }
  }
  return lines
}

/** Whose word it is. `local`: we say WILL and the peer DO; `remote`: the other way round. */
function reason(connection: Connection, side: Side, option: number): string {
  const isDue = states[connection.optionState(side, option)]!.startsWith('Want')
  const [yes, no, ask] = side === 'local' ? ['DO', 'DONT', 'WILL'] : ['WILL', 'WONT', 'DO']
  const [ourYes, ourNo] = side === 'local' ? ['WILL', 'WONT'] : ['DO', 'DONT']
  switch (courseOf(connection, side, option)) {
    case 'silent':
      return 'nobody spoke of it'
    case 'weAsked':
      return isDue ? `we said ${ask}, the peer has not answered` : `we said ${ask}, the peer ${yes}`
    case 'peerAsked':
      return `the peer said ${yes}, we ${ourYes}`
    case 'weRefused':
      return `the peer said ${yes}, we ${ourNo}`
    case 'peerRefused':
      return `we said ${ask}, the peer ${no}`
    case 'weEnded':
      return `we said ${ourNo}`
    case 'peerEnded':
      return `the peer said ${no}`
  }
}

function courseOf(connection: Connection, side: Side, option: number): OptionCourse {
  return courses[connection.optionCourse(side, option)]!
}

function name(option: number): string {
  return names.get(option) ?? String(option)
}

const names: ReadonlyMap<number, string> = new Map(Object.entries(Option).map(([name, option]) => [option, name]))
