// The default shell: a prompt, and commands that show what the session is and try what it can do. Adding a command is a row of the
// table.

import { version } from '../binding.js'
import { Option } from '../constants.js'
import { drained } from '../drained.js'
import type { Session } from '../session.js'
import { dump, dumpDetails } from './telsh-dump.js'
import { toggle } from './telsh-toggle.js'

/** A command: its arguments in, what to show out; `leave` makes it the last. */
interface Command {
  readonly name: string
  /** What may stand after its name, as the list of all commands tells it. */
  readonly usage?: string
  /** What it does, in a few words. */
  readonly summary: string
  /** What else there is to know: lines of at most 78 characters. */
  readonly details: readonly string[]
  run(session: Session, args: readonly string[], leave: () => void): string | Promise<string>
}

const GREETING = 'Ready. Here you see how your connection stands: type help, or quit to leave.'
const PROMPT = 'tel:sh> '
const NO_SUCH_COMMAND = 'no such command.'

export async function telsh(session: Session): Promise<void> {
  let isLeaving = false
  const leave = () => {
    isLeaving = true
  }
  session.write(`${GREETING}\r\n`)
  while (!isLeaving) {
    // Who asks and does not read gets no more.
    await drained(session)
    const line = await session.question(PROMPT)
    if (line === null) return
    const [name = '', ...args] = line.trim().split(/\s+/)
    if (name === '') continue
    const command = commands.find((one) => one.name === name)
    const reply = command ? await command.run(session, args, leave) : NO_SUCH_COMMAND
    session.write(`${reply}\r\n`)
  }
}

const commands: readonly Command[] = [
  {
    name: 'help',
    usage: '[command]',
    summary: 'this list, or more about a command',
    details: ['What stands in [brackets] may be left out.'],
    run: (_session, [name]) => help(name),
  },
  {
    name: 'quit',
    summary: 'leave',
    details: ['Ends the connection. So does Ctrl-D at the beginning of a line.'],
    run: quit,
  },
  {
    name: 'writer',
    summary: 'what your client and this server have agreed on',
    details: [
      'mode: who edits lines and shows them; character: this server, line: your',
      'client. server-will: the options of Telnet that this server has on.',
      'client-will: those that your client has on. failed-reply: requests of this',
      'server that your client has not answered.',
    ],
    run: describeWriter,
  },
  {
    name: 'toggle',
    usage: '[option|all]',
    summary: 'show the options, or switch one on or off',
    details: [
      'echo: this server shows what you type. goahead: it says when it is your turn.',
      'outbinary, inbinary: text is not limited to ASCII, from here and from you;',
      'binary is both. Your client is asked, and may refuse.',
    ],
    run: (session, [name]) => toggle(session, name),
  },
  {
    name: 'reader',
    summary: 'how what you send is read',
    details: [
      'encoding: the character set. buflen: how much of what you sent is still to be',
      'read. eof: your client has said that nothing more comes.',
    ],
    run: describeReader,
  },
  {
    name: 'proto',
    summary: 'where you come from',
    details: ['Your address and port, as this server sees them.'],
    run: describePeer,
  },
  {
    name: 'dump',
    usage: '[kb]',
    summary: 'rows of slashes, to see how you take much output',
    details: dumpDetails,
    run: dump,
  },
  {
    name: 'version',
    summary: 'which telnetkit this is',
    details: ['The version of the server.'],
    run: () => `telnetkit ${version()}`,
  },
]

/** All commands, or all about one. */
function help(name: string | undefined): string {
  if (name === undefined) return commands.map(row).join('\r\n')
  const command = commands.find((one) => one.name === name)
  return command ? [row(command), '', ...command.details].join('\r\n') : NO_SUCH_COMMAND
}

function row({ name, usage = '', summary }: Command): string {
  return `${`${name} ${usage}`.padEnd(20)} ${summary}`
}

function quit(_session: Session, _args: readonly string[], leave: () => void): string {
  leave()
  return 'Goodbye.'
}

/** Who edits and echoes, which questions wait for their answer, what each side does. */
function describeWriter({ mode, local, remote }: Session): string {
  const names = Object.entries(Option).sort(([a], [b]) => (a < b ? -1 : 1))
  const on = (view: typeof local) => names.filter(([, option]) => view.has(option)).map(([name]) => name)
  const due = (view: typeof local, yes: string, no: string) =>
    names.flatMap(([name, option]) => {
      const state = view.state(option)
      return state.startsWith('Want') ? `${state.startsWith('WantYes') ? yes : no} ${name}` : []
    })
  const lists = {
    'failed-reply': [...due(local, 'WILL', 'WONT'), ...due(remote, 'DO', 'DONT')],
    'server-will': on(local),
    'client-will': on(remote),
  }
  const told = Object.entries(lists).filter(([, list]) => list.length > 0)
  const parts = ['server', `mode:${mode}`, ...told.map(([name, list]) => `[${name}:${list.join(',')}]`)]
  return `<TelnetWriter ${parts.join(' ')}>`
}

function describeReader({ encoding, readableLength, readableEnded }: Session): string {
  return `<TelnetReader encoding='${encoding ?? 'bytes'}' buflen=${readableLength} eof=${readableEnded}>`
}

function describePeer({ remoteAddress = 'unknown', remotePort = 0 }: Session): string {
  return `<Peer ${remoteAddress} ${remotePort}>`
}
