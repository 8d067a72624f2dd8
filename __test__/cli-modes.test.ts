// How telnetkit-client has its terminal, by what the server does: each row of the table, and the way from each row to each other one while
// the connection stands.

import test from 'ava'
import { ending, LEAVE, startClient } from './support/client.js'
import { withoutPty } from './support/pty.js'
import { wire } from './support/raw-peer.js'

const run = withoutPty ? test.skip : test.serial
if (withoutPty) console.log(`Skipped: ${withoutPty}`)

/** What a server does: LINEMODE with the mode of this mask, ECHO, SGA. */
interface Row {
  readonly name: string
  readonly mask?: number
  readonly echo?: true
  readonly sga?: true
  /** The terminal edits lines. */
  readonly edits: boolean
  /** What is typed is shown on this side. */
  readonly shows: boolean
}

const ROWS: readonly Row[] = [
  { name: 'nothing', edits: true, shows: true },
  { name: 'LINEMODE EDIT', mask: 1, edits: true, shows: true },
  { name: 'LINEMODE', mask: 0, echo: true, edits: false, shows: false },
  { name: 'SGA', sga: true, edits: false, shows: true },
  { name: 'ECHO', echo: true, edits: true, shows: false },
  { name: 'SGA and ECHO', sga: true, echo: true, edits: false, shows: false },
]

/** Each row from each other one, once. */
function walk(): Row[] {
  const pairs = ROWS.flatMap((row, index) => ROWS.slice(index + 1).map((other) => [row, other]))
  return [...pairs.flat(), ROWS[0]!]
}

/** What a server says to come from one row to another. */
function change(from: Row, to: Row): string {
  const said: string[] = []
  const option = (name: 'ECHO' | 'SGA', was = false, is = false) => {
    if (was !== is) said.push(`IAC ${is ? 'WILL' : 'WONT'} ${name}`)
  }
  option('ECHO', from.echo, to.echo)
  option('SGA', from.sga, to.sga)
  if (to.mask !== undefined && from.mask === undefined) said.push('IAC DO LINEMODE')
  if (to.mask !== undefined && from.mask !== to.mask) said.push(`IAC SB LINEMODE 1 ${to.mask} IAC SE`)
  if (to.mask === undefined && from.mask !== undefined) said.push('IAC DONT LINEMODE')
  return said.join(' ')
}

run('each row of the table, and the way from each to each other', async (t) => {
  const client = await startClient(t)
  const { screen, peer } = client
  const expected = ["Escape character is '^]'."]
  let from = ROWS[0]!
  for (const [step, to] of walk().entries()) {
    peer.send(wire(`${change(from, to)} ${JSON.stringify(`${step} ${to.name}> `)}`))
    await screen.shows(`${step} ${to.name}> `)
    peer.takeAllNow()
    screen.type('ab\x7fc\r')
    const sent = to.edits ? '"ac\\r\\n"' : '"ab\\u007fc\\r" 0'
    t.deepEqual(await peer.takeUntil(to.edits ? '"\\n"' : '"\\r" 0'), wire(sent), `${from.name} to ${to.name}`)
    if (!to.shows) peer.send('"\\r\\n"')
    expected.push(`${step} ${to.name}> ${to.shows ? 'ac' : ''}`)
    from = to
  }
  screen.type(LEAVE)
  await ending(t, client, 0)
  t.deepEqual(screen.lines.slice(0, expected.length), expected)
})
