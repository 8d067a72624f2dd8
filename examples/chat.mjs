// A chat room. It shows how one session reaches the others: `server.broadcast`, to all but some, or to those that a filter
// picks; and that `finally` is the place for what has to happen however somebody leaves.
//
//     node examples/chat.mjs [port]        and elsewhere, as often as you like: telnet 127.0.0.1 6023

import { createServer } from 'telnetkit'

const names = new Map()

const server = createServer(async (session) => {
  const name = await session.question('Your name? ', { maxLength: 20 })
  if (!name) return
  names.set(session, name)
  tell(`* ${name} comes in. Here are: ${[...names.values()].join(', ')}.\n`)
  try {
    for (;;) {
      const line = await session.question('')
      if (line === null || line === '/quit') return
      if (line !== '') tell(`${name}: ${line}\n`, session)
    }
  } finally {
    names.delete(session)
    tell(`* ${name} has left.\n`)
  }
})

/** Says it to everybody who has given a name, except perhaps one. */
function tell(text, except) {
  server.broadcast(text, { except, filter: (session) => names.has(session) })
}

const { port } = await server.listen(Number(process.argv[2] ?? 6023), '127.0.0.1')
console.log(`Connect with: telnet 127.0.0.1 ${port}`)
