// GNU inetutils telnet 2.4: every command that it can send, the options that it can switch, and its own idea of what is agreed.

import { fileURLToPath } from 'node:url'
import type { ExecutionContext } from 'ava'
import { needsPrograms, person, serve } from '../support/peer.js'
import type { Screen } from '../support/screen.js'

const run = needsPrograms('inetutils-telnet')

const TELLER = fileURLToPath(new URL('../support/teller.mjs', import.meta.url))

/** Somebody at inetutils telnet, and its prompt. */
class Visitor {
  readonly screen: Screen

  private constructor(screen: Screen) {
    this.screen = screen
  }

  /** @param first it speaks first, as on port 23 */
  static async come(t: ExecutionContext, flags: string[] = [], first = false): Promise<Visitor> {
    const port = await serve(t, '--shell', TELLER, ...flags)
    const visitor = new Visitor(person(t, ['inetutils-telnet'], { rows: 200 }))
    await visitor.screen.shows(/inetutils-telnet> $/)
    visitor.screen.type(`open 127.0.0.1 ${first ? '-' : ''}${port}\r`)
    await visitor.screen.shows('[ready]')
    return visitor
  }

  /** Says something at its prompt, and waits for what the server then tells. */
  async command(words: string, told: string | RegExp): Promise<void> {
    this.screen.type('\x1d')
    await this.screen.shows(/inetutils-telnet> $/)
    this.screen.type(`${words}\r`)
    await this.screen.shows(told)
  }
}

run('every command that it can send arrives as itself', async (t) => {
  const visitor = await Visitor.come(t)
  const commands = {
    ao: 'AO',
    brk: 'BRK',
    ec: 'EC',
    el: 'EL',
    ga: 'GA',
    ip: 'IP',
    nop: 'NOP',
    eof: 'EOF',
    susp: 'SUSP',
    abort: 'ABORT',
    eor: 'EOR',
  }
  for (const [word, name] of Object.entries(commands)) await visitor.command(`send ${word}`, `[command ${name}]`)
  await visitor.command('send ayt', '[Yes]')
  await visitor.screen.shows('[command AYT]')
  await visitor.command('send synch', '[synch]')
  await visitor.screen.shows('[command DM]')
  t.notRegex(visitor.screen.text, /violation/)
})

run('its status, ours, and what both believe to be agreed', async (t) => {
  const visitor = await Visitor.come(t, [], true)
  await visitor.command('toggle options', 'Will show option processing')
  await visitor.command('send getstatus', /RCVD IAC SB STATUS IS/)
  await visitor.screen.shows(/WILL ECHO/)
  t.notRegex(visitor.screen.text, /violation/)
})

run('a terminal speed, asked for when it is wanted', async (t) => {
  const visitor = await Visitor.come(t)
  visitor.screen.type('speed\r')
  await visitor.screen.shows('[remote TSPEED on]')
  await visitor.screen.shows('[speed 38400 38400]')
  t.notRegex(visitor.screen.text, /violation/)
})

run('it tells no server its status, and says so', async (t) => {
  const visitor = await Visitor.come(t)
  visitor.screen.type('status\r')
  await visitor.screen.shows('[no status]')
  t.notRegex(visitor.screen.text, /violation/)
})

run('options are switched from both ends', async (t) => {
  const visitor = await Visitor.come(t)
  await visitor.command('send wont naws', '[remote NAWS off]')
  await visitor.command('send will naws', '[remote NAWS on]')
  await visitor.command('send dont echo', '[local ECHO off]')
  await visitor.command('send do echo', '[local ECHO on]')
  // Both directions were agreed when it came.
  await visitor.command('toggle binary', '[remote BINARY off]')
  await visitor.screen.shows('[local BINARY off]')
  await visitor.command('toggle binary', '[remote BINARY on]')
  await visitor.screen.shows('[local BINARY on]')
  await visitor.command('toggle inbinary', /\[local BINARY off\][\s\S]*\[local BINARY off\]/)
  await visitor.command('toggle outbinary', /\[remote BINARY off\][\s\S]*\[remote BINARY off\]/)
  await visitor.command('send do logout', 'Connection closed by foreign host.')
  t.regex(visitor.screen.text, /\[logout requested\]/)
  t.notRegex(visitor.screen.text, /violation/)
})
