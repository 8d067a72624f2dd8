// A session of either role and the raw peer at its other end, by each of the two ways in which bytes come to a session: over a
// socket of ours, and over a Duplex that Node carries.

import { once } from 'node:events'
import { createServer, connect as netConnect, type Socket } from 'node:net'
import type { ExecutionContext } from 'ava'
import { type ClientOptions, connect, type ServerOptions, Session } from 'telnetkit'
import { joined, QUIET, RawPeer, RawServer } from './raw-peer.js'

export interface End<Data extends string | Buffer = string> {
  session: Session<Data>
  peer: RawPeer
}

type Options = ServerOptions & ClientOptions

/** Makes one. It lasts as long as the test. */
export type Make = <Data extends string | Buffer = string>(
  t: ExecutionContext,
  role: 'server' | 'client',
  options?: Options,
) => Promise<End<Data>>

const overSocket: Make = async <Data extends string | Buffer>(
  t: ExecutionContext,
  role: 'server' | 'client',
  options: Options = {},
) => {
  if (role === 'server') return joined<Data>(t, options)
  const raw = await RawServer.listen(t)
  const session = (await connect({ port: raw.port, host: '127.0.0.1', ...options })) as unknown as Session<Data>
  t.teardown(() => session.destroy())
  return { session, peer: await raw.next() }
}

const overDuplex: Make = async <Data extends string | Buffer>(
  t: ExecutionContext,
  role: 'server' | 'client',
  options: Options = {},
) => {
  const listener = createServer({ allowHalfOpen: true })
  t.teardown(() => listener.close())
  await once(listener.listen(0, '127.0.0.1'), 'listening')
  const { port } = listener.address() as { port: number }
  const accepted = once(listener, 'connection') as Promise<[Socket]>
  const peer = new RawPeer(netConnect({ port, host: '127.0.0.1', allowHalfOpen: true }))
  const [duplex] = await accepted
  const policy = role === 'server' ? { policy: QUIET } : {}
  const session = new Session<Data>(duplex, { role, ...policy, ...options } as never)
  t.teardown(() => {
    session.destroy()
    peer.destroy()
  })
  return { session, peer }
}

/** Both ways, by their names. */
export const ways: readonly (readonly [name: string, make: Make])[] = [
  ['socket', overSocket],
  ['Duplex', overDuplex],
]
