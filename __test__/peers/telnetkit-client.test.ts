// Our own client on our own server: it must be as good a guest as those that others wrote.

import { clientCommand } from '../support/peer.js'
import { visits } from '../support/visits.js'

visits({
  program: process.execPath,
  args: (port) => clientCommand(port).slice(1),
  greeting: () => "Escape character is '^]'.\n",
  farewell: '\nConnection closed by foreign host.',
  exitCodes: [0],
  leaving: [[/^tel:sh> $/m, '\x1d\x04']],
  followsSize: true,
  sendsKeys: true,
})
