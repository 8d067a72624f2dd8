// telnetlib3-client 5.0.1, of Python: sends each key, and leaves by Ctrl-].

import { visits } from '../support/visits.js'

visits({
  program: 'telnetlib3-client',
  args: (port) => ['127.0.0.1', port],
  greeting: () => "Escape character is '^]'.\n",
  farewell: '\nConnection closed by foreign host.',
  exitCodes: [0],
  leaving: [[/^tel:sh> $/m, '\x1d']],
  followsSize: true,
  sendsKeys: true,
})
