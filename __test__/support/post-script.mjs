// A post-script: tells what it was given, and what a caller types.

import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

const [path] = process.argv.slice(2)
const { 'telnet-probe': telnet, 'terminal-probe': terminal } = JSON.parse(readFileSync(path, 'utf8'))
const { TERM, COLORTERM, IPADDRESS, TELNETKIT_INTERACTIVE_TERMINAL } = process.env
console.log(`${telnet.fingerprint.length} ${terminal?.fingerprint.length}`)
console.log([TERM, COLORTERM, IPADDRESS, TELNETKIT_INTERACTIVE_TERMINAL].join(' '))
createInterface({ input: process.stdin, output: process.stdout, terminal: false }).once('line', (line) => {
  console.log(`You said ${line}`)
  process.exit()
})
console.log('ready')
