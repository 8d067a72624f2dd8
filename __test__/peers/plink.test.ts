// plink 0.78, PuTTY without a window: says nothing of its own, and has no key to leave by.

import { visits } from '../support/visits.js'

visits({
  program: 'plink',
  args: (port) => ['-telnet', '-P', port, '127.0.0.1'],
  greeting: () => '',
  farewell: '',
  exitCodes: [0],
  leaving: [],
  followsSize: true,
  sendsKeys: true,
})
