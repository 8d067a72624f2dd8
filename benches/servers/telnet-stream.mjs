// The `telnet-stream` package: transforms around a socket. It leaves negotiation to its user, so the questions of an
// ordinary server are asked here: five options, and for two of them a subnegotiation.

import { createServer } from 'node:net'
import telnetStream from 'telnet-stream'
import { announce, echo, GREETING, mode, onLines } from './control.mjs'

const [BINARY, ECHO, SGA, TTYPE, NAWS] = [0, 1, 3, 24, 31]
const TTYPE_SEND = Buffer.from([1])

const everybody = new Set()

const server = createServer({ noDelay: true }, (socket) => {
  const input = new telnetStream.TelnetInput()
  const output = new telnetStream.TelnetOutput()
  socket.on('error', () => {})
  socket.pipe(input)
  output.pipe(socket)
  if (mode === 'text') input.setEncoding('utf8')
  negotiate(input, output, () => {
    if (mode === 'broadcast') {
      everybody.add(output)
      socket.on('close', () => everybody.delete(output))
      onLines(input, (line) => {
        for (const other of everybody) other.write(line)
      })
    } else {
      echo(input, output)
    }
    output.write(GREETING)
  })
})

/** Asks, and calls `ready` when every question has its answer. */
function negotiate(input, output, ready) {
  const open = new Set(['do 0', 'do 24', 'do 31', 'will 1', 'will 3'])
  const settle = (question) => {
    if (open.delete(question) && open.size === 0) ready()
  }
  input.on('will', (option) => {
    if (option === TTYPE) {
      open.add('sub 24')
      output.writeSub(TTYPE, TTYPE_SEND)
    }
    if (option === NAWS) open.add('sub 31')
    settle(`do ${option}`)
  })
  input.on('wont', (option) => settle(`do ${option}`))
  input.on('do', (option) => settle(`will ${option}`))
  input.on('dont', (option) => settle(`will ${option}`))
  input.on('sub', (option) => settle(`sub ${option}`))
  output.writeDo(TTYPE)
  output.writeDo(NAWS)
  output.writeDo(BINARY)
  output.writeWill(SGA)
  output.writeWill(ECHO)
}

server.listen(0, '127.0.0.1', () => announce(server.address().port))
