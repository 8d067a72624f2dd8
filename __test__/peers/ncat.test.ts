// ncat -t with our server: a client without a terminal, which refuses every option.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { needsPrograms, serve } from '../support/peer.js'
import { textOf } from '../support/typist.js'

const run = needsPrograms('ncat')

run('ncat -t at the shell', async (t) => {
  const child = spawn('ncat', ['-t', '127.0.0.1', await serve(t)], { stdio: ['pipe', 'pipe', 'inherit'] })
  t.teardown(() => child.kill('SIGKILL'))
  let received = ''
  child.stdout.setEncoding('latin1').on('data', (text) => {
    received += text
  })
  const has = async (wanted: RegExp) => {
    while (!wanted.test(textOf(received))) await once(child.stdout, 'data')
  }
  await has(/^Ready\.\r\ntel:sh> /)
  child.stdin.write('help\r\n')
  await has(/dump\r\ntel:sh> /)
  child.stdin.write('quit\r\n')
  await has(/Goodbye\.\r\n/)
  child.stdin.end()
  t.deepEqual(await once(child, 'close'), [0, null])
  const help = 'quit, writer, toggle [option|all], reader, proto, dump'
  t.is(textOf(received), `Ready.\r\ntel:sh> ${help}\r\ntel:sh> Goodbye.\r\n`)
})
