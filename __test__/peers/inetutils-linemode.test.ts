// GNU inetutils telnet 2.4 under LINEMODE (RFC 1184): the bits of its mode, its special characters, and what Ctrl-C then is.

import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { ExecutionContext } from 'ava'
import { needsPrograms, person, serve } from '../support/peer.js'
import type { Screen } from '../support/screen.js'

const run = needsPrograms('inetutils-telnet')

const TELLER = fileURLToPath(new URL('../support/teller.mjs', import.meta.url))

const PROMPT = /inetutils-telnet> $/

/** Somebody at inetutils telnet, connected; it speaks first, as on port 23, and offers LINEMODE. */
async function come(t: ExecutionContext, ...flags: string[]): Promise<Screen> {
  const port = await serve(t, '--shell', TELLER, ...flags)
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

/**
 * Types a line to the server until it answers: as telnet goes from its prompt back to the session it throws away what is typed
 * at that moment.
 */
async function insistently(screen: Screen, words: string, shown: string): Promise<void> {
  while (!screen.text.includes(shown)) {
    screen.type(`\x15${words}\r`)
    for (let turns = 0; turns < 20 && !screen.text.includes(shown); turns++) await delay(50)
  }
}

/** Comes to its prompt from where it edits lines: there the escape character waits for Enter. */
async function commandFromLine(screen: Screen, words: string, shown: string | RegExp): Promise<void> {
  const prompts = screen.text.split('inetutils-telnet> ').length
  while (screen.text.split('inetutils-telnet> ').length === prompts) {
    screen.type('\x1d\r')
    await delay(100)
  }
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

run('a server in line mode has it edit, and again when it has come back to LINEMODE', async (t) => {
  const screen = await come(t, '--line-mode')
  await insistently(screen, 'mode', '[line: edit trapSignals]')
  await commandFromLine(screen, 'status', /Operating in|Local character echo|Catching signals locally/i)
  await commandFromLine(screen, 'mode character', '[remote LINEMODE off]')
  await command(screen, 'mode line', /\[remote LINEMODE on\][\s\S]*\[linemode edit trapSignals\]/)
  await insistently(screen, 'back', '[line back]')
  t.is(screen.text.match(/\[line back\]/g)?.length, 1)
  t.notRegex(screen.text, /violation/)
})

const TOGGLES = [
  'autoflush',
  'autosynch',
  'binary',
  'inbinary',
  'outbinary',
  'crlf',
  'crmod',
  'localchars',
  'prettydump',
]

run('whatever is toggled, a line comes through once', async (t) => {
  const screen = await come(t)
  for (const [index, toggle] of TOGGLES.entries()) {
    const prompts = screen.text.split('inetutils-telnet> ').length
    screen.type('\x1d')
    while (screen.text.split('inetutils-telnet> ').length === prompts) await delay(20)
    screen.type(`toggle ${toggle}\r`)
    await insistently(screen, `line${index}`, `[line line${index}]`)
  }
  const told = screen.text.match(/\[line .*\]/g) ?? []
  t.deepEqual(
    [...new Set(told)],
    TOGGLES.map((_, index) => `[line line${index}]`),
  )
  t.notRegex(screen.text, /violation/)
})
