// curl 7.88 with telnet://, between two pipes. It tells what it is asked by its flag -t, and refuses the rest.

import { needsPrograms, serve, serveScript } from '../support/peer.js'
import { Piped } from '../support/piped.js'
import { GREETING } from '../support/telsh.js'

const run = needsPrograms('curl')

run('at the shell: prompts, answers, good-bye', async (t) => {
  const curl = new Piped(t, ['curl', '-sN', `telnet://127.0.0.1:${await serve(t)}`])
  // It waits for its input before it reads what has come, and takes the end of it for leave to read on.
  curl.type('nonsense\nquit\n')
  curl.end()
  t.is(await curl.ended(), 0)
  // If its first word is quicker than its answer, it is a peer without Telnet, for which nothing is echoed.
  t.true(curl.written.startsWith(`${GREETING}\r\n`))
  t.regex(curl.written, /\r\ntel:sh> (nonsense\r\n)?no such command\.\r\ntel:sh> (quit\r\n)?Goodbye\.\r\n$/)
})

run('its terminal type and its environment reach a program', async (t) => {
  const port = await serveScript(t, 'echo "$TERM $LANG"')
  const told = ['-t', 'TTYPE=vt220', '-t', 'NEW_ENV=LANG,de_CH.UTF-8']
  const curl = new Piped(t, ['curl', '-sN', ...told, `telnet://127.0.0.1:${port}`])
  curl.end()
  t.is(await curl.ended(), 0)
  t.is(curl.written, 'vt220 de_CH.UTF-8\r\n')
})
