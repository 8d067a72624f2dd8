// A chat with a thread for each who takes part. What one says is brought to the others by a BroadcastChannel; a thread looks there between
// two waits for its own client.
//
//     node examples/threads.mjs [port]        and elsewhere, several times: telnet 127.0.0.1 6023

import { BroadcastChannel, isMainThread, receiveMessageOnPort } from 'node:worker_threads'
import { BlockingTelnetServer } from 'telnetkit/sync'

/** Milliseconds. */
const GLANCE = 100

/** Runs in a thread of its own for each client. */
export default function chat(client) {
  client.write('Your name? ')
  const name = client.readLine()?.trim() || 'Nobody'
  const room = new BroadcastChannel('chat')
  room.postMessage(`* ${name} comes in.\n`)
  try {
    client.send(`Welcome, ${name}. Say bye to leave.\n`)
    for (let line = ''; line !== null && line !== 'bye'; line = nextLine(client)) {
      if (line) room.postMessage(`${name}: ${line}\n`)
      for (let heard = receiveMessageOnPort(room); heard; heard = receiveMessageOnPort(room)) client.send(heard.message)
    }
  } finally {
    room.postMessage(`* ${name} has left.\n`) // also who was cut off
    room.close()
  }
}

/** A line; none where nothing was said for a moment; `null` when the client has left. */
function nextLine(client) {
  try {
    return client.readLine({ timeout: GLANCE })
  } catch (error) {
    if (error.code === 'TELNET_TIMEOUT') return ''
    throw error
  }
}

if (isMainThread) {
  const server = new BlockingTelnetServer('127.0.0.1', Number(process.argv[2] ?? 6023), { workers: 50 }).start()
  console.log(`Connect with: telnet 127.0.0.1 ${server.address.port}`)
  server.serveForever(new URL(import.meta.url))
}
