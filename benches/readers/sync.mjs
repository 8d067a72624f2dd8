// Reads record by record to the end with telnetkit/sync, and tells how many there were.

import { TelnetConnection } from 'telnetkit/sync'

const [, , port, mark] = process.argv
const server = new TelnetConnection('127.0.0.1', Number(port), { encoding: null }).connect()
let records = 0
for (; server.readUntil(mark).toString('latin1') !== `end${mark}`; ) records++
console.log(records)
