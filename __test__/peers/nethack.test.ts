// NetHack over our server, with our client and with that of GNU inetutils: a program that draws on the whole screen.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { clientCommand, needsPrograms, person, serve } from '../support/peer.js'
import type { Screen } from '../support/screen.js'

const options = 'role:Valkyrie,race:human,gender:female,align:neutral,pettype:none,!legacy,!autopickup,!splash_screen'
const clients: [name: string, command: (port: string) => string[], ...programs: string[]][] = [
  ['our client', clientCommand],
  ['inetutils telnet', (port) => ['inetutils-telnet', '127.0.0.1', port], 'inetutils-telnet'],
]

for (const [name, command, ...programs] of clients) {
  needsPrograms('nethack', ...programs)(
    `NetHack with ${name}: a step, the picture as it should be, the end`,
    async (t) => {
      const home = await mkdtemp(join(tmpdir(), 'telnetkit-nethack-'))
      t.teardown(() => rm(home, { recursive: true }))
      // A game belongs to a user and a name: each has a name of its own.
      const player = `Tk${process.pid}${programs.length}`
      const environment = [`HOME=${home}`, `NETHACKOPTIONS=name:${player},${options}`]
      const screen = person(t, command(await serve(t, '--pty-exec', 'env', '--', ...environment, 'nethack')))

      await typeUntil(screen, ' ', () => /Dlvl:1 .*HP:/.test(screen.text) && !screen.text.includes('--More--'))
      const start = hero(screen)
      // One of them is no wall.
      for (const key of 'hjklyubn') {
        screen.type(key)
        await still(screen)
        await typeUntil(screen, ' ', () => !screen.text.includes('--More--'))
        if (hero(screen).join() !== start.join()) break
      }
      const [row, column] = hero(screen)
      t.is(Math.max(Math.abs(row - start[0]), Math.abs(column - start[1])), 1, screen.text)

      // All changes together have made the same picture as drawing it at once does. The first line is for messages.
      const map = screen.lines.slice(1)
      screen.type('\x12')
      await still(screen)
      t.deepEqual(screen.lines.slice(1), map)
      screen.resize(100, 40)
      screen.type('\x12')
      await still(screen)
      t.deepEqual(screen.lines.slice(1), map, 'in a larger window too')
      t.regex(map.at(-1)!, /^Dlvl:1 +\$:0 +HP:\d+/)

      screen.type('#quit\r')
      await screen.shows('Really quit?')
      screen.type('y')
      await typeUntil(screen, 'q', () => screen.text.includes('Connection closed by foreign host.'))
      t.true([0, 1].includes(await screen.exited))
    },
  )
}

/** Types a key again and again, whenever the screen stands still, until something is so. */
async function typeUntil(screen: Screen, key: string, isSo: () => boolean): Promise<void> {
  for (let tries = 0; tries < 40; tries++) {
    await still(screen)
    if (isSo()) return
    screen.type(key)
  }
  throw new Error(`it is not so after many a key:\n${screen.text}`)
}

/** Resolves when nothing has come for a while. */
async function still(screen: Screen): Promise<void> {
  for (let before: string | undefined; before !== screen.raw; await delay(250)) before = screen.raw
}

/** Where the hero is. */
function hero(screen: Screen): [row: number, column: number] {
  const row = screen.lines.findIndex((line, index) => index > 0 && line.includes('@'))
  return [row, screen.lines[row]?.indexOf('@') ?? -1]
}
