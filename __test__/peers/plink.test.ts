// plink 0.78, PuTTY without a window: says nothing of its own, and has no key to leave by.

import { needsPrograms, serve } from '../support/peer.js'
import { Piped } from '../support/piped.js'
import { GREETING } from '../support/telsh.js'
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

needsPrograms('plink')('-batch, in a pipe', async (t) => {
  const plink = new Piped(t, ['plink', '-batch', '-telnet', '-P', await serve(t), '127.0.0.1'])
  await plink.says('tel:sh> ')
  plink.type('nonsense\nquit\n')
  t.is(await plink.ended(), 0)
  t.is(plink.written, `${GREETING}\r\ntel:sh> nonsense\r\nno such command.\r\ntel:sh> quit\r\nGoodbye.\r\n`)
})
