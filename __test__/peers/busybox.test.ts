// The telnet of busybox 1.35, what small devices have: tells its type and its size once, and leaves by a menu of its own.

import { needsPrograms, person, serve } from '../support/peer.js'
import { guest, visits } from '../support/visits.js'

const connected = 'Connected to 127.0.0.1\n\n'

visits({
  program: 'busybox',
  args: (port) => ['telnet', '127.0.0.1', port],
  greeting: () => `${connected}Entering character mode\nEscape character is '^]'.\n\n`,
  lineGreeting: 'Connected to 127.0.0.1\n',
  farewell: 'Connection closed by foreign host',
  exitCodes: [1],
  leaving: [
    [/^tel:sh> $/m, '\x1d'],
    [/^ e\s+exit telnet/m, 'e\r'],
  ],
  followsSize: false,
  sendsKeys: true,
})

needsPrograms('busybox')('its line mode and back: whoever shows what is typed, it is shown once', async (t) => {
  const screen = person(t, ['busybox', 'telnet', '127.0.0.1', await serve(t, ...guest)])
  await screen.shows(/^80 x 24$/m)
  screen.type('\x1d')
  await screen.shows('exit telnet')
  screen.type('l')
  await screen.shows("Escape character is '^C'.")
  screen.type('one\r')
  await screen.shows(/'\^C'\.\s+one\nYou said one$/)
  screen.type('\x03')
  await screen.shows(/exit telnet.*exit telnet/s)
  screen.type('c')
  await screen.shows(/'\^\]'\..*'\^\]'\.$/s)
  screen.type('two\r')
  await screen.shows(/'\^\]'\.\s+two\nYou said two$/)
  t.pass()
})
