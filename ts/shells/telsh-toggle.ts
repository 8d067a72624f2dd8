// telsh's `toggle`: options shown, and switched while the session runs.

import { Option } from '../constants.js'
import type { Linemode } from '../linemode.js'
import type { FlowControl } from '../told.js'
import type { Visit } from './telsh-visit.js'

/** What can be switched. `flip` asks the peer, and says what was asked; its answer shows in the table. */
interface Toggle {
  readonly name: string
  isOn(visit: Visit): boolean
  flip(visit: Visit): string
}

const toggles: readonly Toggle[] = [
  option('echo', 'local', Option.ECHO),
  opposite('goahead', option('suppress go-ahead', 'local', Option.SGA)),
  option('outbinary', 'local', Option.BINARY),
  option('inbinary', 'remote', Option.BINARY),
  flow('xon-any', 'restartAny', 'xon-any'),
  flow('lflow', 'enabled', 'lineflow'),
  option('linemode', 'remote', Option.LINEMODE),
  linemode('linemode-edit', 'edit'),
  linemode('linemode-trapsig', 'trapSignals'),
]

/** Names that stand for several. */
const groups: ReadonlyMap<string, readonly string[]> = new Map([
  ['binary', ['outbinary', 'inbinary']],
  ['all', ['echo', 'goahead', 'outbinary', 'inbinary', 'xon-any', 'lflow']],
])

/** Without a name: how all stand. */
export function toggle(visit: Visit, name: string | undefined): string {
  if (name === undefined) return table(visit)
  const names = groups.get(name) ?? [name]
  const chosen = toggles.filter((one) => names.includes(one.name))
  return chosen.length === 0 ? 'toggle: not an option.' : chosen.map((one) => one.flip(visit)).join('\n')
}

function table(visit: Visit): string {
  const isOn = (name: string) => toggles.some((one) => one.name === name && one.isOn(visit))
  const names = ['binary', ...toggles.map(({ name }) => name)].sort()
  return names.map((name) => `${name} ${(groups.get(name) ?? [name]).every(isOn) ? 'ON' : 'off'}`).join('\n')
}

/** An option of Telnet. */
function option(name: string, side: 'local' | 'remote', number: number): Toggle {
  const [on, off] = side === 'local' ? ['will', 'wont'] : ['do', 'dont']
  return {
    name,
    isOn: ({ session }) => session[side].has(number),
    flip({ session }) {
      const view = session[side]
      const isOn = view.has(number)
      const asked: Promise<unknown> = isOn ? view.disable(number) : view.enable(number)
      asked.catch(ignore)
      return `${isOn ? off : on} ${name}.`
    },
  }
}

/** It is shown as ON while the other is off. */
function opposite(name: string, other: Toggle): Toggle {
  return { ...other, name, isOn: (visit) => !other.isOn(visit) }
}

/** A part of remote flow control (RFC 1372). A client that has not agreed to be told is asked first. */
function flow(name: string, part: keyof FlowControl, called: string): Toggle {
  return {
    name,
    isOn: ({ flowControl }) => flowControl[part],
    flip(visit) {
      const { session } = visit
      visit.flowControl = { ...visit.flowControl, [part]: !visit.flowControl[part] }
      const tell = () => session.setFlowControl(visit.flowControl)
      if (!tell()) session.remote.enable(Option.LFLOW).then(tell).catch(ignore)
      return `${called} ${visit.flowControl[part] ? 'enabled' : 'disabled'}.`
    },
  }
}

/** A part of the mode of LINEMODE (RFC 1184). */
function linemode(name: string, part: keyof Linemode): Toggle {
  return {
    name,
    isOn: ({ session }) => session.linemode?.[part] ?? false,
    flip({ session }) {
      const mode = session.linemode
      if (mode === null) return 'linemode not active.'
      session.setLinemode({ ...mode, [part]: !mode[part] })
      return `${name} ${mode[part] ? 'disabled' : 'enabled'}.`
    },
  }
}

/** The peer may leave before it answers. */
function ignore(): void {}
