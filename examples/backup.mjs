// Saves what a router says to `show running-config`. It shows a script that waits for each answer: nothing else has to happen meanwhile.
//
//     ROUTER_PASSWORD=… node examples/backup.mjs host[:port] [user] > router.cfg

import { TelnetConnection } from 'telnetkit/sync'

const [, , where = 'localhost', user = 'admin'] = process.argv
const { hostname, port } = new URL(`telnet://${where}`)
const host = hostname.replace(/^\[|\]$/g, '') // an IPv6 address stands in brackets

const router = new TelnetConnection(host, Number(port || 23), { timeout: 10_000 }).connect()
answer(/(login|username): ?$/i)
router.write(`${user}\n`)
answer(/password: ?$/i)
router.write(`${process.env.ROUTER_PASSWORD ?? ''}\n`)
if (/: ?$/.test(answer(/[>#] ?$|(login|username): ?$/i))) throw new Error(`${host} does not let ${user} in`)

router.write('terminal length 0\n')
answer(/[>#] ?$/)
router.write('show running-config\n')
const [, ...lines] = answer(/\n[^\n]*[>#] ?$/, 60_000).split(/\r?\n/)
console.log(lines.slice(0, -1).join('\n'))
router.write('exit\n')
router.close()

/** What the router says up to there; it may hang up instead. */
function answer(pattern, timeout = 10_000) {
  const text = router.readUntil(pattern, { timeout })
  if (text === null) throw new Error(`${host} has hung up`)
  return text
}
