// Saves what a router says to `show running-config`. It shows a script that waits for each answer: nothing else has to happen meanwhile.
//
//     ROUTER_PASSWORD=… node examples/backup.mjs host[:port] [user] > router.cfg

import { TelnetConnection } from 'telnetkit/sync'

const [, , where = 'localhost', user = 'admin'] = process.argv
const [host, port = 23] = where.split(':')

const router = new TelnetConnection(host, Number(port), { timeout: 10_000 }).connect()
router.readUntil(/(login|username): ?$/i)
router.write(`${user}\n`)
router.readUntil(/password: ?$/i)
router.write(`${process.env.ROUTER_PASSWORD ?? ''}\n`)
const { index } = router.expect([/[>#] ?$/, /(login|username): ?$/i])
if (index === 1) throw new Error(`${host} does not let ${user} in`)

router.write('terminal length 0\n')
router.readUntil(/[>#] ?$/)
router.write('show running-config\n')
const [, ...lines] = router.readUntil(/\n[^\n]*[>#] ?$/, { timeout: 60_000 }).split(/\r?\n/)
console.log(lines.slice(0, -1).join('\n'))
router.write('exit\n')
router.close()
