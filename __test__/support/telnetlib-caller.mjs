// telnetkit/telnetlib performs conversations, one line of JSON each, as telnetlib_oracle.py does with Python's.

import { readFileSync } from 'node:fs'
import { Telnet } from 'telnetkit/telnetlib'

const [, , port] = process.argv
const ERRORS = { TELNET_EOF: 'EOFError', TELNET_TIMEOUT: 'TimeoutError' }
const hex = (bytes) => Buffer.from(bytes).toString('hex')
const latin1 = (text) => hex(Buffer.from(text, 'latin1'))

const state = (telnet) => [hex(telnet.cookedq), telnet.eof, hex(telnet.iacseq), telnet.sb, hex(telnet.sbdataq)]

function call(telnet, name, [first, second]) {
  if (name === 'next') {
    telnet.control.write('n')
    // It says so when what was asked for is on the other connection.
    return hex(telnet.control.read_some())
  }
  if (name === 'write') return telnet.write(Buffer.from(first, 'hex')) ?? null
  if (name === 'read_until') return hex(telnet.read_until(Buffer.from(first, 'hex'), second))
  if (name === 'expect') {
    const [index, match, text] = telnet.expect(first, second)
    return [index, match && latin1(match[0]), hex(text)]
  }
  const result = telnet[name]()
  return result instanceof Uint8Array ? hex(result) : (result ?? null)
}

function converse({ callback, timeout, calls }) {
  const told = []
  const control = new Telnet('127.0.0.1', Number(port), 10)
  control.read_some()
  const telnet = new Telnet('127.0.0.1', Number(port), timeout)
  telnet.control = control
  if (callback) {
    telnet.set_option_negotiation_callback((_, command, option) =>
      told.push(['called', command, option, hex(telnet.read_sb_data())]),
    )
  }
  for (const [name, ...values] of calls) {
    let result
    try {
      result = call(telnet, name, values)
    } catch (error) {
      result = ERRORS[error.code]
      if (result === undefined) throw error
    }
    told.push([name, result, state(telnet)])
  }
  // Closed with something unread the socket would send a reset, and what was said last would be lost.
  while (telnet.sock.isReadable(0) && telnet.sock.recv(65_500).length > 0);
  telnet.close()
  control.close()
  return told
}

for (const line of readFileSync(0, 'utf8').trim().split('\n')) console.log(JSON.stringify(converse(JSON.parse(line))))
