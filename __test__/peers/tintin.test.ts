// TinTin++ with our server: a client of lines, which shows what is typed by itself and what comes above it.

import {
  needsPrograms,
  person,
  serve,
  serveScript,
  size,
  sizeScreen,
  sizeScript,
  telshScreen,
  useSizeScript,
  useTelsh,
} from '../support/peer.js'
import type { Screen } from '../support/screen.js'

const run = needsPrograms('tt++')
const tintin = (port: string) => ['tt++', '-G', '-e', `#session x 127.0.0.1 ${port}`]

/** What stands between the line that tells of the connection and the one that tells of its end. */
function session(screen: Screen): string[] {
  const lines = screen.lines
  return lines.slice(lines.findIndex((line) => /CONNECTED TO/.test(line)) + 1, lines.indexOf("#SESSION 'x' DIED."))
}

run('TinTin++ at the shell', async (t) => {
  const screen = person(t, tintin(await serve(t)))
  await useTelsh(screen)
  await screen.shows("#SESSION 'x' DIED.")
  t.deepEqual(session(screen), telshScreen)
  screen.type('#end\r')
  t.is(await screen.exited, 0)
})

run('TinTin++ at a program: the size of the window, its change, an answer', async (t) => {
  const screen = person(t, tintin(await serveScript(t, sizeScript)), size)
  await useSizeScript(screen)
  await screen.shows("#SESSION 'x' DIED.")
  const said = session(screen).filter((line) => line !== '')
  t.deepEqual(said, sizeScreen, 'blank lines are its own: it draws the screen anew')
  screen.type('#end\r')
  t.is(await screen.exited, 0)
})
