// An echo for one client after another, without await.
//
//     node examples/blocking-echo.mjs [port]        and elsewhere: telnet 127.0.0.1 6023

import { BlockingTelnetServer } from 'telnetkit/sync'

const server = new BlockingTelnetServer('127.0.0.1', Number(process.argv[2] ?? 6023)).start()
console.log(`Connect with: telnet 127.0.0.1 ${server.address.port}`)

for (const client of server) {
  try {
    client.send('Say something; say bye to leave.\n')
    for (const line of client.lines()) {
      if (line === 'bye') break
      client.send(`You said: ${line}\n`)
    }
    client.send('Goodbye.\n')
  } catch (error) {
    if (error.code === 'TELNET_INTERRUPTED') throw error
    console.error(`${client.addrport()}: ${error.message}`) // a client that broke off is none of the next one's business
  }
  client.close()
}
