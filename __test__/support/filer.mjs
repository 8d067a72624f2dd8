// Stores visits of one client in a data directory, one after the other: the directory, how many, and the minute of the first.

import { clientIdentity, hashOf, Store } from 'telnetkit/fingerprint'

const [folder, count, first] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])]
const store = new Store(folder, { visits: 10_000 })
const facts = { 'probed-protocol': 'client', 'supported-options': ['SGA'] }
const probe = { fingerprint: hashOf(facts), 'fingerprint-data': facts, session_data: {} }

for (let minute = first; minute < first + count; minute++) {
  const sessions = [{ ip: '192.0.2.1', connected: new Date(minute * 60_000).toISOString() }]
  const path = await store.saveClient({ 'telnet-probe': probe, sessions }, clientIdentity({ 'client-ip': '192.0.2.1' }))
  // By turns another terminal, so that the document moves, too.
  const terminal = { software_name: `terminal ${minute % 2}` }
  const asked = { fingerprint: hashOf(terminal), 'fingerprint-data': terminal, session_data: {} }
  if (minute % 3 > 0) await store.addTerminal(path, asked, sessions[0])
  console.log(minute)
}
