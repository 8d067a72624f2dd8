// An echo. It shows that a server is a function, which is called with the session of each client, and that the client is
// let go when the function returns.
//
//     node examples/echo.mjs [port]        and elsewhere: telnet 127.0.0.1 6023

import { createServer } from 'telnetkit'

const server = createServer(async (session) => {
  session.write('Say something; say bye to leave.\n')
  for (;;) {
    const line = await session.question('> ')
    if (line === null) return // the client has hung up
    if (line === 'bye') break
    session.write(`You said: ${line}\n`)
  }
  session.write('Goodbye.\n')
})

const { port } = await server.listen(Number(process.argv[2] ?? 6023), '127.0.0.1')
console.log(`Connect with: telnet 127.0.0.1 ${port}`)
