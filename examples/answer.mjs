// A client that answers questions: it plays examples/guess.mjs by halving. It shows `connect`, and `expect`, which waits until the
// server has said one of several things and tells which; the same way one logs in to a router and asks it for its settings.
//
//     node examples/guess.mjs              and elsewhere: node examples/answer.mjs [port]

import { connect } from 'telnetkit'

const session = await connect({ host: '127.0.0.1', port: Number(process.argv[2] ?? 6023) })
let [least, most] = [1, 100]
let isRight = false
while (!isRight) {
  await session.readUntil('guess? ', { timeout: 5_000 })
  const guess = Math.floor((least + most) / 2)
  session.write(`${guess}\n`)
  const { index, match } = await session.expect([/Right!.*\r\n/, 'Too small', 'Too large'], { timeout: 5_000 })
  console.log(`${guess}: ${String(match).trim()}`)
  if (index === 1) least = guess + 1
  if (index === 2) most = guess - 1
  isRight = index === 0
}
session.end()
