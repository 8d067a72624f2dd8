// TinyFugue 5.0 beta 8, a client of the MUD world which edits and shows its own lines, and keeps a column of the window to itself.

import type { ExecutionContext } from 'ava'
import { needsPrograms, person, serve, size } from '../support/peer.js'
import type { Screen } from '../support/screen.js'
import { GREETING } from '../support/telsh.js'
import { guest } from '../support/visits.js'

const run = needsPrograms('tf')

/** Starts it without its full-screen mode and without what a user has set. */
function start(t: ExecutionContext, port: string): Screen {
  return person(t, ['tf', '-f', '-q', '-v', '127.0.0.1', port], size)
}

/** The connection has ended, and so does the program: what was said on it, without the empty lines that it adds. */
async function said(t: ExecutionContext, screen: Screen): Promise<string[]> {
  await screen.shows(/^% Connection to .* closed by foreign host\.$/m)
  const lines = screen.lines.filter((line) => line.trim() !== '')
  screen.type('/quit\r')
  t.is(await screen.exited, 0)
  return lines.slice(lines.findLastIndex((line) => line.startsWith('% Connected to')) + 1, -1)
}

run('at the shell: a prompt, an answer, good-bye', async (t) => {
  const screen = start(t, await serve(t))
  await screen.shows('tel:sh> ')
  screen.type('nonsense\r')
  await screen.shows(/command\.\ntel:sh> /)
  screen.type('quit\r')
  t.deepEqual(await said(t, screen), [
    GREETING,
    'tel:sh> ',
    'nonsense',
    'no such command.',
    'tel:sh> ',
    'quit',
    'Goodbye.',
  ])
})

run('at a program: the size of the window, its change, an answer', async (t) => {
  const screen = start(t, await serve(t, ...guest))
  await screen.shows(/^92 x 31$/m)
  screen.type('one\r')
  await screen.shows('You said one')
  screen.resize(101, 37)
  await screen.shows(/^100 x 37$/m)
  screen.type('enough\r')
  // It draws what was there once more when its window changes.
  const whole = await said(t, screen)
  t.deepEqual(whole.slice(-6), ['92 x 31', 'one', 'You said one', '100 x 37', 'enough', 'You said enough'])
})
