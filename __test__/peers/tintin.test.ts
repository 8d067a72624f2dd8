// TinTin++ 2.02, a client of the MUD world: it edits lines itself, and shows what the server says above them.

import { visits } from '../support/visits.js'

visits({
  program: 'tt++',
  args: (port) => ['-G', '-e', `#session x 127.0.0.1 ${port}`],
  greeting: (port) =>
    `#TRYING TO CONNECT 'x' TO '127.0.0.1' PORT '${port}'.\n#SESSION 'x' CONNECTED TO '127.0.0.1' PORT '${port}'\n`,
  farewell: "#SESSION 'x' DIED.\n#SESSION 'gts' ACTIVATED.",
  endKeys: '#end\r',
  exitCodes: [0],
  leaving: [[/^tel:sh> $/m, '#end\r']],
  followsSize: true,
  sendsKeys: false,
  // It adds blank lines, and where the end comes close after a line of the server, that line once more (one read, seen with strace).
  tidy: (screen) => screen.replace(/\n{2,}/g, '\n').replace(/^(.+)\n\1(?=#SESSION 'x' DIED)/m, '$1\n'),
})
