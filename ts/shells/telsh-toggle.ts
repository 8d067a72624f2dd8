// telsh's `toggle`: options shown, and switched while the session runs.

import { Option } from '../constants.js'
import type { Session } from '../session.js'

interface Toggle {
  readonly name: string
  readonly side: 'local' | 'remote'
  readonly option: number
  /** It is shown as ON while the option is off. */
  readonly isOpposite?: boolean
  /** What the messages call it. */
  readonly called: string
}

const toggles: readonly Toggle[] = [
  { name: 'echo', side: 'local', option: Option.ECHO, called: 'echo' },
  { name: 'goahead', side: 'local', option: Option.SGA, isOpposite: true, called: 'suppress go-ahead' },
  { name: 'outbinary', side: 'local', option: Option.BINARY, called: 'outbinary' },
  { name: 'inbinary', side: 'remote', option: Option.BINARY, called: 'inbinary' },
]

/** Names that stand for several. */
const groups: ReadonlyMap<string, readonly string[]> = new Map([
  ['binary', ['outbinary', 'inbinary']],
  ['all', toggles.map(({ name }) => name)],
])

/** Without a name: how all stand. */
export function toggle(session: Session, name: string | undefined): string {
  if (name === undefined) return table(session)
  const names = groups.get(name) ?? [name]
  const chosen = toggles.filter((one) => names.includes(one.name))
  return chosen.length === 0 ? 'toggle: not an option.' : chosen.map((one) => flip(session, one)).join('\r\n')
}

function table(session: Session): string {
  const isOn = (name: string) => toggles.some((one) => one.name === name && isShownOn(session, one))
  const names = ['binary', ...groups.get('all')!].sort()
  const lines = names.map((name) => `${name} ${(groups.get(name) ?? [name]).every(isOn) ? 'ON' : 'off'}`)
  return lines.join('\r\n')
}

function isShownOn(session: Session, { side, option, isOpposite = false }: Toggle): boolean {
  return session[side].has(option) !== isOpposite
}

/** Asks the peer, and says what was asked; its answer shows in the table. */
function flip(session: Session, { side, option, called }: Toggle): string {
  const view = session[side]
  const isOn = view.has(option)
  const asked: Promise<unknown> = isOn ? view.disable(option) : view.enable(option)
  asked.catch(ignore)
  const [on, off] = side === 'local' ? ['will', 'wont'] : ['do', 'dont']
  return `${isOn ? off : on} ${called}.`
}

/** The peer may leave before it answers. */
function ignore(): void {}
