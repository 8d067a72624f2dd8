// The default shell: a prompt, and commands that show what the session is and try what it can do. Adding a command is a row of the
// table.

import { version } from '../binding.js'
import { Option } from '../constants.js'
import type { Session } from '../session.js'
import { drained } from './drained.js'
import { dump } from './telsh-dump.js'
import { toggle } from './telsh-toggle.js'

/** A command: its arguments in, what to show out; `leave` makes it the last. */
interface Command {
  readonly name: string
  /** What else `help` says of it. */
  readonly usage?: string
  /** `help` does not name it. */
  readonly isHidden?: boolean
  run(session: Session, args: readonly string[], leave: () => void): string | Promise<string>
}

const PROMPT = 'tel:sh> '

export async function telsh(session: Session): Promise<void> {
  let isLeaving = false
  const leave = () => {
    isLeaving = true
  }
  session.write('Ready.\r\n')
  while (!isLeaving) {
    // Who asks and does not read gets no more.
    await drained(session)
    const line = await session.question(PROMPT)
    if (line === null) return
    const [name = '', ...args] = line.trim().split(/\s+/)
    if (name === '') continue
    const command = commands.find((one) => one.name === name)
    const reply = command ? await command.run(session, args, leave) : 'no such command.'
    session.write(`${reply}\r\n`)
  }
}

const commands: readonly Command[] = [
  { name: 'help', isHidden: true, run: help },
  { name: 'quit', run: quit },
  { name: 'writer', run: describeWriter },
  { name: 'toggle', usage: '[option|all]', run: (session, [name]) => toggle(session, name) },
  { name: 'reader', run: describeReader },
  { name: 'proto', run: describePeer },
  { name: 'dump', run: dump },
  { name: 'version', isHidden: true, run: () => `telnetkit ${version()}` },
]

function help(): string {
  const told = commands.filter((command) => !command.isHidden)
  return told.map(({ name, usage }) => (usage ? `${name} ${usage}` : name)).join(', ')
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
