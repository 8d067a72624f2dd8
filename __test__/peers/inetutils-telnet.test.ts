// GNU inetutils telnet 2.4, what `telnet` is in Debian: sends each key, follows the window, speaks first on port 23 only.

import { needsPrograms, person, serve } from '../support/peer.js'
import { Piped } from '../support/piped.js'
import { GREETING } from '../support/telsh.js'
import { guest, visits } from '../support/visits.js'

visits({
  program: 'inetutils-telnet',
  args: (port) => ['127.0.0.1', port],
  greeting: () => "Trying 127.0.0.1...\nConnected to 127.0.0.1.\nEscape character is '^]'.\n",
  farewell: 'Connection closed by foreign host.',
  exitCodes: [0, 1], // by what it reads and writes last
  leaving: [
    [/^tel:sh> $/m, '\x1d'],
    [/^inetutils-telnet> $/m, 'quit\r'],
  ],
  followsSize: true,
  sendsKeys: true,
})

needsPrograms('inetutils-telnet')(
  'its line mode and back: whoever shows what is typed, it is shown once',
  async (t) => {
    const screen = person(t, ['inetutils-telnet', '127.0.0.1', await serve(t, ...guest)])
    const command = async (words: string) => {
      screen.type('\x1d')
      await screen.shows(/^inetutils-telnet> $/m)
      screen.type(`${words}\r`)
      await screen.shows(`inetutils-telnet> ${words}`)
    }
    await screen.shows(/^80 x 24$/m)
    await command('mode line')
    screen.type('one\r')
    // What it shows itself under BINARY ends with a bare LF.
    await screen.shows(/^one\n +You said one$/m)
    // In line mode its escape character waits for Enter.
    screen.type('\x1d\r')
    await screen.shows(/^inetutils-telnet> $/m)
    screen.type('mode character\r')
    screen.type('two\r')
    await screen.shows(/^two\nYou said two$/m)
    await command('send ayt')
    await screen.shows('[Yes]')
    t.is(screen.text.match(/one/g)?.length, 2)
  },
)

needsPrograms('inetutils-telnet')('in a pipe', async (t) => {
  const telnet = new Piped(t, ['inetutils-telnet', '127.0.0.1', await serve(t)])
  await telnet.says('tel:sh> ')
  telnet.type('nonsense\n')
  await telnet.says(/command\.\r\ntel:sh> /)
  telnet.type('quit\n')
  await telnet.says('Connection closed by foreign host.')
  const said = `${GREETING}\r\ntel:sh> nonsense\r\nno such command.\r\ntel:sh> quit\r\nGoodbye.\r\n`
  t.true(telnet.written.includes(said), telnet.written)
})

needsPrograms('inetutils-telnet')('it speaks first, as it does on port 23', async (t) => {
  const screen = person(t, ['inetutils-telnet'])
  await screen.shows(/^inetutils-telnet> $/m)
  screen.type(`open 127.0.0.1 -${await serve(t)}\r`)
  await screen.shows(/^tel:sh> $/m)
  screen.type('nonsense\rquit\r')
  await screen.shows('Connection closed by foreign host.')
  const said = `${GREETING}\ntel:sh> nonsense\nno such command.\ntel:sh> quit\nGoodbye.\n`
  t.true(screen.text.includes(`'^]'.\n${said}`), screen.text)
})
