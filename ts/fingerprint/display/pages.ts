// What can be looked at beside the summary: all that was found of the terminal and of Telnet, and who else was here.

import { at, membersAt } from './facts.js'
import { jsonLines } from './json-lines.js'
import type { Line } from './paint.js'
import type { Window } from './summary.js'
import { draw } from './table.js'
import { brief } from './visible.js'
import type { Entry, Visitor } from './visitor.js'

/** The probe of the terminal. */
export function terminalPage({ document }: Visitor, window: Window): Line[] {
  return detail('Terminal', at(document, 'terminal-probe'), window, 'Your terminal was not asked.')
}

/** The probe of Telnet, without what the lists of options say once more, with numbers. */
export function telnetPage({ document }: Visitor, window: Window): Line[] {
  const probe = Object.fromEntries(membersAt(document, 'telnet-probe'))
  const rest = membersAt(probe, 'session_data').filter(([name]) => !REPEATED.includes(name))
  const shown = rest.length === 0 ? probe : { ...probe, session_data: Object.fromEntries(rest) }
  return detail('Telnet', shown, window, 'There is nothing.')
}

const REPEATED = ['probe', 'option_states']

/** Who was here, with the names of all fingerprints; undefined where that cannot be read. */
export function databasePage(entries: readonly Entry[] | undefined, { columns, borders }: Window): Line[] {
  if (entries === undefined) return [[{ text: 'Who else was here cannot be read.' }]]
  if (entries.length === 0) return [[{ text: 'Nobody is kept here.' }]]
  const isNarrow = columns < WIDE
  const without = <Value>(cells: readonly Value[]): readonly Value[] =>
    isNarrow ? cells.filter((_, column) => column !== CLIENTS) : cells
  const rows = entries.map(({ kind, name, clients, calls }) =>
    without([
      { text: kind },
      { text: brief(name, borders.isAscii), as: 'good' as const },
      { text: `${clients}` },
      { text: `${calls}` },
    ]),
  )
  return draw(
    {
      title: `Database (${entries.length} fingerprint${entries.length === 1 ? '' : 's'})`,
      head: without(['Type', 'Fingerprint', 'Clients', 'Calls']),
      rows,
      aligned: without(['left', 'left', 'right', 'right']),
      flexible: 1,
      widest: WIDEST_NAME,
    },
    columns,
    borders,
  )
}

const WIDEST_NAME = 60

/** Below this there is no room for the column of clients. */
const WIDE = 60
const CLIENTS = 2

function detail(title: string, probe: unknown, { columns, borders }: Window, nothing: string): Line[] {
  const heading: Line[] = [[{ text: title, as: 'title' }], [{ text: '='.repeat(title.length), as: 'mark' }]]
  if (membersAt(probe).length === 0) return [...heading, [{ text: nothing }]]
  return [...heading, ...jsonLines(probe, columns, borders.isAscii)]
}
