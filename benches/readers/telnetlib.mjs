// Reads record by record to the end with telnetkit/telnetlib, and tells how many there were.

import { Telnet } from 'telnetkit/telnetlib'

const [, , port, mark] = process.argv
const telnet = new Telnet('127.0.0.1', Number(port))
let records = 0
for (; telnet.readUntil(mark).toString('latin1') !== `end${mark}`; ) records++
console.log(records)
