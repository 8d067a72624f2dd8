// Worker threads: each context has its own hub, several may listen on one port, and none is missed when it goes.

import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import test from 'ava'
import { createServer } from 'telnetkit'
import { RawPeer } from './support/raw-peer.js'

/** A worker that listens and says its name to everybody; it posts its port, and closes when it is told to. */
function serverWorker(name: string, port = 0): Worker {
  return new Worker(new URL('support/server-worker.mjs', import.meta.url), { workerData: { name, port } })
}

async function ask(port: number): Promise<string> {
  const peer = await RawPeer.connect(port)
  const answer = String(await peer.takeAll())
  peer.destroy()
  return answer
}

test('workers that share a port are dealt the connections out', async (t) => {
  const first = serverWorker('a')
  const [port] = await once(first, 'message')
  const second = serverWorker('b', port)
  t.deepEqual(await once(second, 'message'), [port])
  const answers = new Set<string>()
  for (let count = 0; count < 20; count++) answers.add(await ask(port))
  t.deepEqual([...answers].sort(), ['a', 'b'])

  second.postMessage('close')
  await once(second, 'exit')
  for (let count = 0; count < 5; count++) t.is(await ask(port), 'a')
  first.postMessage('close')
  await once(first, 'exit')
  await t.throwsAsync(RawPeer.connect(port), { code: 'ECONNREFUSED' })
})

test('a port that is not shared is not to be had twice', async (t) => {
  const server = createServer()
  const { port } = await server.listen(0, '127.0.0.1')
  t.teardown(() => server.close())
  await t.throwsAsync(createServer().listen(port, '127.0.0.1'), { code: 'EADDRINUSE' })
})

test('a worker that is ended in the midst of it takes its connections along, and nothing else', async (t) => {
  for (let round = 0; round < 5; round++) {
    const worker = serverWorker('x'.repeat(1000))
    const [port] = await once(worker, 'message')
    const peers = await Promise.all(Array.from({ length: 5 }, () => RawPeer.connect(port)))
    await peers[0]!.take(1000)
    await worker.terminate()
    await Promise.all(peers.map((peer) => peer.takeAll()))
    await t.throwsAsync(RawPeer.connect(port), { code: 'ECONNREFUSED' })
    for (const peer of peers) peer.destroy()
  }
  const server = createServer({ encoding: null }, (session) => void session.write('still here'))
  const { port } = await server.listen(0, '127.0.0.1')
  t.teardown(() => server.close({ deadline: 0 }))
  const peer = await RawPeer.connect(port)
  peer.send('"x"')
  t.regex(String(await peer.takeAll()), /still here$/)
  peer.destroy()
})
