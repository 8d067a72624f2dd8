// GNU inetutils telnet 2.4 under LINEMODE (RFC 1184): the bits of its mode, its special characters, and what Ctrl-C then is.

import { fileURLToPath } from 'node:url'
import type { ExecutionContext } from 'ava'
import { needsPrograms, person, serve } from '../support/peer.js'
import type { Screen } from '../support/screen.js'

const run = needsPrograms('inetutils-telnet')

const TELLER = fileURLToPath(new URL('../support/teller.mjs', import.meta.url))

const PROMPT = /inetutils-telnet> $/

/** Somebody at inetutils telnet, connected; it speaks first, as on port 23, and offers LINEMODE. */
async function come(t: ExecutionContext): Promise<Screen> {
  const port = await serve(t, '--shell', TELLER)
  const screen = person(t, ['inetutils-telnet'], { columns: 400, rows: 200 })
  await screen.shows(PROMPT)
  screen.type(`open 127.0.0.1 -${port}\r`)
  await screen.shows('[ready]')
  return screen
}

/** Says something at its prompt, and waits for what that has shown; `shown` must not have been there before. */
async function command(screen: Screen, words: string, shown: string | RegExp): Promise<void> {
  screen.type('\x1d')
  await screen.shows(PROMPT)
  screen.type(`${words}\r`)
  await screen.shows(shown)
}

/** Types a line to the server, and waits for its answer. */
async function line(screen: Screen, words: string, shown: string | RegExp): Promise<void> {
  screen.type(`${words}\r`)
  await screen.shows(shown)
}

run('bits of a mode that it sets are agreed, and taken back', async (t) => {
  const screen = await come(t)
  await line(screen, 'mode', '[remote: nothing]')
  await command(screen, 'mode isig', '[linemode trapSignals]')
  await command(screen, 'mode softtabs', '[linemode trapSignals softTab]')
  await command(screen, 'mode litecho', '[linemode trapSignals softTab literalEcho]')
  await line(screen, 'mode', '[remote: trapSignals softTab literalEcho]')
  screen.type('\x03')
  await screen.shows(/\[command IP\]\n\[special IP\]/)
  await command(screen, 'mode -isig', '[linemode softTab literalEcho]')
  await command(screen, 'mode -softtabs', '[linemode literalEcho]')
  await command(screen, 'mode -litecho', '[linemode nothing]')
  await command(screen, 'mode character', '[remote LINEMODE off]')
  await line(screen, 'mode', '[character: none]')
  t.notRegex(screen.text, /violation/)
})

run('without signals trapped, Ctrl-C is a character that has a function', async (t) => {
  const screen = await come(t)
  await line(screen, 'mode', '[remote: nothing]')
  screen.type('\x03')
  await screen.shows('[special IP]')
  t.notRegex(screen.text, /command IP|violation/)
})

run('special characters, told, asked for and changed from both ends', async (t) => {
  const screen = await come(t)
  await line(screen, 'specials', /\[specials .*IP value 3, AO value 15, AYT none -, .*EC value 127, EL value 21,/)
  await command(screen, 'toggle options', 'Will show option processing')
  await line(screen, 'special IP 5', /SENT IAC SB LINEMODE SLC IP VARIABLE\|ACK 5;/)
  await line(screen, 'specials', /\[specials .*IP value 5,/)
  await command(screen, 'slc check', /slc check\n[\s\S]*SENT IAC SB LINEMODE SLC [\s\S]*RCVD IAC SB LINEMODE SLC /)
  await command(screen, 'slc import', /slc import\n[\s\S]*SENT IAC SB LINEMODE SLC [\s\S]*RCVD IAC SB LINEMODE SLC /)
  await command(screen, 'slc export', /slc export\n[\s\S]*SENT IAC SB LINEMODE SLC /)
  await line(screen, 'specials', /slc export\n[\s\S]*\[specials .*IP value \d+,/)
  t.notRegex(screen.text, /violation/)
})
