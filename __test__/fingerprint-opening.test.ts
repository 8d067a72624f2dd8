// The opening: what a peer says of options first, whatever stands between it and however it is cut.

import test from 'ava'
import { Opening } from 'telnetkit/fingerprint'
import { wire } from './support/raw-peer.js'

/** The opening of a stream, which must be the same however it is cut. */
function openingOf(stream: Buffer): string {
  const whole = new Opening()
  whole.receive(stream)
  const single = new Opening()
  for (const byte of stream) single.receive(Buffer.of(byte))
  if (single.text !== whole.text) throw new Error(`${single.text} is not ${whole.text}`)
  return whole.text
}

for (const [said, text] of [
  ['', ''],
  ['IAC WILL TTYPE IAC DO SGA IAC WONT NEW_ENVIRON IAC DONT CHARSET', '+24 >3 -39 <42'],
  ['"login: " IAC DO SGA "\\r\\n"', '>3'],
  // Commands, data bytes 255, and timing marks do not count.
  ['IAC NOP IAC IAC IAC AYT IAC WILL NAWS IAC WONT TM IAC GA IAC WILL TTYPE', '+31 +24'],
  // Subnegotiations do not, whatever stands in them.
  ['IAC WILL NAWS IAC SB NAWS 0 IAC IAC 0 24 IAC SE IAC WILL TTYPE', '+31 +24'],
  ['IAC SB TTYPE 0 "a" 251 1 IAC SE IAC DO ECHO', '>1'],
  // One that another command breaks off.
  ['IAC SB TTYPE 0 IAC WILL ECHO IAC DO SGA', '+1 >3'],
  // The same again is said again.
  ['IAC WILL ECHO IAC WILL ECHO', '+1 +1'],
  // What is compressed cannot be read as it stands.
  ['IAC DO MCCP3 IAC SB MCCP3 IAC SE 120 156 255 251 1', '>87'],
] as const) {
  test(`${said || 'nothing'} is ${text || 'an empty opening'}`, (t) => t.is(openingOf(wire(said)), text))
}

test('it ends when it is closed, and after 64 items', (t) => {
  const opening = new Opening()
  opening.receive(wire('IAC WILL ECHO IAC'))
  opening.close()
  opening.receive(wire('WILL SGA IAC DO SGA'))
  t.is(opening.text, '+1')
  t.is(openingOf(Buffer.concat(Array.from({ length: 1_000 }, () => wire('IAC WILL 200')))).split(' ').length, 64)
})

test('its hash is that of its text', (t) => {
  const opening = new Opening()
  opening.receive(wire('IAC WILL TTYPE IAC DO SGA'))
  // printf %s "+24 >3" | sha256sum | cut -c-16
  t.is(opening.fingerprint, '2b2248f807053955')
})

test('it tells once how long the first word of options took', (t) => {
  const opening = new Opening()
  t.is(opening.receive(Buffer.from('hello')), undefined)
  t.true(opening.receive(wire('IAC WILL TTYPE'))! >= 0)
  t.is(opening.receive(wire('IAC WILL ECHO')), undefined)
})
