// telnet-ssl 0.17.41, which is Debian's netkit telnet with OpenSSL: with `-z ssl` it speaks TLS from the first byte.

import test from 'ava'
import { Certificates } from '../support/certificates.js'
import { SECURE_GREETING } from '../support/telsh.js'
import { visits } from '../support/visits.js'

const certificates = new Certificates().make('server')
test.after.always(() => certificates.remove())

visits({
  program: 'telnet-ssl',
  args: (port) => ['-z', 'ssl', '-z', `cacert=${certificates.path('server.crt')}`, 'localhost', port],
  greeting: () => "Trying 127.0.0.1...\nConnected to localhost.\nEscape character is '^]'.\n",
  farewell: 'Connection closed by foreign host.',
  exitCodes: [0, 1], // by what it reads and writes last
  leaving: [
    [/^tel:sh> $/m, '\x1d'],
    [/^telnet-ssl> $/m, 'quit\r'],
  ],
  leavingCodes: [0, 141], // SIGPIPE: now and then it writes when it has closed
  followsSize: true,
  sendsKeys: true,
  serverFlags: ['--ssl-certfile', certificates.path('server.pem')],
  telshGreeting: SECURE_GREETING,
})
