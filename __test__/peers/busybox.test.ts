// The telnet of busybox 1.35, what small devices have: tells its type and its size once, and leaves by a menu of its own.

import { visits } from '../support/visits.js'

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
