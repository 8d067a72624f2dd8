// A client that is gone without a word, as when a cable is cut: what is sent to it the system takes all the same, and only the
// missing answer tells.

import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import test from 'ava'

const run = promisify(execFile)

const reason = await run('unshare', ['--net', '--map-root-user', 'ip', 'link', 'set', 'lo', 'up']).then(
  () => undefined,
  (error: Error) => `no network of one's own can be had: ${error.message.split('\n')[1] || error.message}`,
)
if (reason !== undefined) console.log(`Skipped: ${reason}`)

const inItsOwnNetwork = reason === undefined ? test.serial : test.skip

inItsOwnNetwork('who vanishes is given up by write-stall, though all that was said to him fits his line', async (t) => {
  const script = fileURLToPath(new URL('./support/vanishing.mjs', import.meta.url))
  const { stdout } = await run('unshare', ['--net', '--map-root-user', process.execPath, script], { timeout: 30_000 })
  const { code, open, guards } = JSON.parse(stdout)
  t.is(code, 'TELNET_WRITE_STALLED')
  t.is(open, 0)
  t.is(guards['write-stall'], 1)
})
