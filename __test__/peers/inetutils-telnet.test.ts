// GNU inetutils telnet 2.4, what `telnet` is in Debian: sends each key, follows the window, speaks first on port 23 only.

import { visits } from '../support/visits.js'

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
