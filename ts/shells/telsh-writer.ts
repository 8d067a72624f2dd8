// telsh's `writer` and `reader`: a session in a line each, in the form that telnetlib3's shell gave them.

import { HIGH_MARK } from '../channel.js'
import { Option } from '../constants.js'
import type { OptionView } from '../negotiation.js'
import type { Visit } from './telsh-visit.js'

/** Who edits and echoes, how output is stopped, which questions wait for their answer, what each side does. */
export function describeWriter({ session, flowControl }: Visit): string {
  const { mode, local, remote } = session
  const lists = {
    'failed-reply': [...due(local, 'WILL', 'WONT'), ...due(remote, 'DO', 'DONT')],
    'server-will': on(local),
    'client-will': on(remote),
  }
  const told = Object.entries(lists).filter(([, list]) => list.length > 0)
  const flow = [`${sign(flowControl.enabled)}lineflow`, `${sign(flowControl.restartAny)}xon_any`]
  const parts = ['server', `mode:${mode}`, ...flow, ...told.map(([name, list]) => `[${name}:${list.join(',')}]`)]
  return `<TelnetWriter ${parts.join(' ')}>`
}

export function describeReader({ session: { encoding, readableLength, readableEnded } }: Visit): string {
  const set = encoding ?? 'bytes'
  return `<TelnetReader encoding='${set}' limit=${HIGH_MARK} buflen=${readableLength} eof=${readableEnded}>`
}

function on(view: OptionView): string[] {
  return OPTIONS.filter(([, option]) => view.has(option)).map(([name]) => name)
}

/** The options whose answer is due, by the command that was sent. */
function due(view: OptionView, yes: string, no: string): string[] {
  return OPTIONS.flatMap(([name, option]) => {
    const state = view.state(option)
    return state.startsWith('Want') ? [`${state.startsWith('WantYes') ? yes : no} ${name}`] : []
  })
}

function sign(isOn: boolean): '+' | '-' {
  return isOn ? '+' : '-'
}

const OPTIONS = Object.entries(Option).sort(([a], [b]) => (a < b ? -1 : 1))
