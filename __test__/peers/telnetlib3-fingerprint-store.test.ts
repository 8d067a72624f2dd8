// The data directory beside telnetlib3 5.0.1: hashes and likeness are the same, and either reads what the other wrote.

import { join } from 'node:path'
import fc from 'fast-check'
import {
  clientIdentity,
  hashOf,
  type JsonObject,
  named,
  nearest,
  Store,
  similarity,
  UNKNOWN_TERMINAL,
  visitsOf,
} from 'telnetkit/fingerprint'
import { census } from '../../ts/fingerprint/census.js'
import { client, filesBelow, folderFor, server, terminal, time } from '../support/data-directory.js'
import { facts } from '../support/facts.js'
import { oracle, withoutOracle } from '../support/fingerprint-oracle.js'
import { needs } from '../support/peer.js'

const run = needs(withoutOracle)

/** Python adds up the members in another order each time. */
function isSame(ours: number, theirs: number): boolean {
  return Math.abs(ours - theirs) < 1e-9
}

run('likeness and hash are the same', async (t) => {
  const ask = oracle(t)
  const pairs = fc.sample(fc.tuple(facts, facts), { numRuns: 500, seed: 9 })
  for (const [one, other] of pairs) {
    const theirs = (await ask('similarity', one, other)) as number
    t.true(isSame(similarity(one, other), theirs), JSON.stringify([one, other, theirs]))
    t.is(hashOf(one), (await ask('hash_of', one)) as string)
  }
})

run('who somebody is has the same hash', async (t) => {
  const ask = oracle(t)
  const all = { TERM: 'xterm', USER: 'ada', HOME: '/home/ada', SHELL: '/bin/sh', LANG: 'de_AT.UTF-8', charset: 'utf8' }
  for (const told of [{}, all, { ...all, IPADDRESS: '192.0.2.7', LANG: '' }, { TERM: 'é', LOGNAME: 'x' }]) {
    const ours = hashOf(clientIdentity({ 'client-ip': '192.0.2.1', ...told }))
    t.is(ours, (await ask('identity', '192.0.2.1', told)) as string)
  }
})

run('it reads what we wrote', async (t) => {
  const ask = oracle(t)
  const store = new Store(await folderFor(t))
  const somebody = (name: string) => clientIdentity({ USER: name })
  for (const [index, options] of [['SGA'], ['SGA'], ['ECHO', 'NAWS'], ['ECHO']].entries()) {
    const path = await store.saveClient(client(options, index), somebody(`${index % 2}`))
    await store.addTerminal(path!, terminal(options[0]!))
  }
  const all = client(['ECHO', 'NAWS'])['telnet-probe']
  await store.names.set(all.fingerprint, 'Ñandú')
  await store.names.set(terminal('SGA').fingerprint, 'xterm')
  const names = await store.names.load()
  for (const probe of ['telnet-probe', 'terminal-probe'] as const) {
    const samples = await store.samples(probe)
    const ours = Object.fromEntries(samples.map((sample) => [sample.fingerprint, sample['fingerprint-data']]))
    t.deepEqual(ours, (await ask('known', store.folder, probe)) as Record<string, JsonObject>)
    const like =
      probe === 'telnet-probe'
        ? client(['ECHO', 'TTYPE'])['telnet-probe']['fingerprint-data']
        : terminal('z')['fingerprint-data']
    const found = nearest(like, named(names, samples))
    const [name, score] = (await ask('nearest', store.folder, like, probe)) as [string, number]
    t.is(found?.name, name)
    t.true(isSame(found!.score, score))
  }
})

run('it counts the same', async (t) => {
  const ask = oracle(t)
  const store = new Store(await folderFor(t))
  for (const [index, options] of [['SGA'], ['SGA'], ['ECHO', 'NAWS'], ['ECHO'], ['SGA']].entries()) {
    const path = await store.saveClient(client(options, index), clientIdentity({ USER: `${index % 3}` }))
    if (index > 0) await store.addTerminal(path!, terminal(options[0]!))
    await store.saveClient(client(options, index + 10), clientIdentity({ USER: `${index % 3}` }))
  }
  await store.names.set(client(['SGA'])['telnet-probe'].fingerprint, 'Ñandú')
  const { fingerprints } = await census(store)
  const ours = fingerprints.map(({ subject, hash, name, clients, calls }) => {
    return [subject === 'telnet' ? 'Telnet' : 'Terminal', name ?? hash, clients, calls]
  })
  t.true(ours.length > 4)
  t.deepEqual(ours.sort(), ((await ask('census', store.folder)) as typeof ours).sort())
})

run('we read what it wrote, and it goes on with ours', async (t) => {
  const ask = oracle(t)
  const store = new Store(await folderFor(t))
  const document = client(['SGA'], 0, { extra: { 'é\u001b': 'ÿ' } })
  const { fingerprint } = document['telnet-probe']
  const session = hashOf(clientIdentity({ USER: 'ada' }))
  const target = join(store.folder, 'client', fingerprint, UNKNOWN_TERMINAL)
  const theirs = await ask('save', store.folder, target, session, document, 'telnet-probe', 'client')
  t.deepEqual(await store.read(theirs as string), document as object)
  const ofThem = Object.values(await filesBelow(store.folder))
  t.is(await store.saveClient(client(['SGA'], 1), clientIdentity({ USER: 'ada' })), theirs as string)
  t.is(await ask('save', store.folder, target, session, client(['SGA'], 2), 'telnet-probe', 'client'), theirs)
  const visits = (await store.read(theirs as string)).sessions.map(({ connected }) => connected)
  t.deepEqual(visits, [time(0), time(1), time(2)])

  // The same document, written by each, has the same bytes.
  const other = new Store(await folderFor(t))
  await other.saveClient(document, clientIdentity({ USER: 'ada' }))
  t.deepEqual(Object.values(await filesBelow(other.folder)), ofThem)

  const ours = await store.saveServer(server('mud.example'))
  const folder = join(ours!, '..')
  const name = ours!.slice(folder.length + 1, -'.json'.length)
  t.is(await ask('save', store.folder, folder, name, server('mud.example', 1), 'server-probe', 'server'), ours)
  t.is(visitsOf(await store.read(ours!)), 2)

  await ask('name', store.folder, fingerprint, 'Ñandú')
  await store.names.set('b'.repeat(16), 'other')
  await ask('name', store.folder, 'c'.repeat(16), 'third')
  t.deepEqual([...(await store.names.load()).values()].sort(), ['other', 'third', 'Ñandú'])
})
