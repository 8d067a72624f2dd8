// A number-guessing game. It shows `question`, which lets the player edit the line and gives it when Enter is pressed. Who plays
// is in no hurry, but after five minutes of silence the server hangs up by itself (the option `timeout`).
//
//     node examples/guess.mjs [port]        and elsewhere: telnet 127.0.0.1 6023

import { randomInt } from 'node:crypto'
import { createServer } from 'telnetkit'

const server = createServer(async (session) => {
  const secret = randomInt(1, 101)
  session.write('I think of a number from 1 to 100.\n')
  for (let tries = 1; ; tries++) {
    const typed = await session.question('Your guess? ', { maxLength: 3 })
    if (typed === null) return
    const guess = Number.parseInt(typed, 10)
    if (guess === secret) {
      session.write(`Right! It took you ${tries} ${tries === 1 ? 'guess' : 'guesses'}.\n`)
      return
    }
    if (Number.isNaN(guess)) session.write('That is no number.\n')
    else session.write(guess < secret ? 'Too small.\n' : 'Too large.\n')
  }
})

const { port } = await server.listen(Number(process.argv[2] ?? 6023), '127.0.0.1')
console.log(`Connect with: telnet 127.0.0.1 ${port}`)
