// Which program it is, by the table of known ones: the personas are who they are like, and so are no others.

import test from 'ava'
import { Session } from 'telnetkit'
import { fingerprint, fingerprinting, identify, type JsonObject } from 'telnetkit/fingerprint'
import { Persona, type PersonaName } from 'telnetkit/testing'
import { knownClients, knownServers } from '../ts/fingerprint/known-programs.js'

const LIKE: { [Name in PersonaName]?: string } = {
  inetutils: 'GNU inetutils telnet',
  'telnet-ssl': 'netkit telnet-ssl',
  busybox: 'BusyBox telnet',
  plink: 'PuTTY',
  'tintin++': 'TinTin++',
  tf5: 'TinyFugue',
  telnetlib3: 'telnetlib3-client',
  'python-telnetlib': 'Python telnetlib',
  ncat: 'Ncat -t',
  refuser: 'Python telnetlib',
  mute: 'What speaks no Telnet',
}

/** What is found of a persona. */
async function factsOf(name: PersonaName): Promise<JsonObject> {
  const { stream } = new Persona(name)
  const session = new Session(stream, { role: 'server', ...fingerprinting() })
  const { 'telnet-probe': probe } = await fingerprint(session)
  session.destroy()
  return probe['fingerprint-data']
}

for (const name of Persona.names) {
  test(`${name} is ${LIKE[name] ?? 'nobody'}`, async (t) => {
    t.is(identify(await factsOf(name))?.name, LIKE[name])
  })
}

test('of nonsense, and of facts that lie, nobody is known', (t) => {
  for (const facts of [
    {},
    { 'probed-protocol': 'server' },
    { 'supported-options': 5 },
    { slc: [], 'looped-negotiation': null },
  ])
    t.is(identify(facts as JsonObject), undefined)
})

test('no two of the table are alike', (t) => {
  for (const table of [knownClients, knownServers]) {
    const manners = table.map(({ name, version, ...others }) => JSON.stringify(others))
    t.is(new Set(manners).size, table.length)
  }
})
