// Character sets with telnetlib3 5.0.1, both ways: what its server writes on our client's screen and understands of what is typed
// there, and what our server writes on its client's screen.

import { delimiter, dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort, needsPrograms, person, startPeer } from '../support/peer.js'
import { startServer, toolPath } from '../support/tool.js'

const support = dirname(fileURLToPath(new URL('../support/peer.js', import.meta.url)))

/** A sample that the sets have, what is typed, and how its code points are spelled by who reads it. */
const sets = [
  { encoding: 'cp437', sample: 'café ╔═╗ ß', typed: 'né ß', spelled: '6e e9 20 df' },
  { encoding: 'big5bbs', sample: '中文 abc ▀', typed: '文a', spelled: '6587 61' },
  { encoding: 'petscii', sample: 'Hello, £ ┼', typed: 'Hi £', spelled: '48 69 20 a3' },
  { encoding: 'atascii', sample: 'Hello ♥ ♣', typed: 'Hi ♥', spelled: '48 69 20 2665' },
  { encoding: 'atarist', sample: 'café ß', typed: 'né ß', spelled: '6e e9 20 df' },
] as const

for (const { encoding, sample, typed, spelled } of sets) {
  needsPrograms('telnetlib3-server')(`a server of telnetlib3 in ${encoding}, and our client`, async (t) => {
    const port = await freePort()
    const env = { SAMPLE: sample, PYTHONPATH: [support, process.env.PYTHONPATH].filter(Boolean).join(delimiter) }
    const command = [
      'telnetlib3-server',
      '--encoding',
      encoding,
      '--shell',
      'telnetlib3_speller.shell',
      '127.0.0.1',
      port,
    ]
    await startPeer(t, command, /Server ready/, env)
    const screen = person(t, [
      process.execPath,
      toolPath('telnetkit-client'),
      '--encoding',
      encoding,
      '127.0.0.1',
      port,
    ])
    await screen.shows(`sample: ${sample}`)
    screen.type(`${typed}\r`)
    await screen.shows(`${spelled}: ${typed}`)
    screen.type('\x1d\x04')
    t.is(await screen.exited, 0)
  })
}

const shell = fileURLToPath(new URL('../support/sample.mjs', import.meta.url))

for (const { encoding, sample } of sets) {
  needsPrograms('telnetlib3-client')(`a client of telnetlib3 in ${encoding}, and our server`, async (t) => {
    const { child, port } = await startServer(['--encoding', encoding, '--shell', shell], { SAMPLE: sample })
    t.teardown(() => child.kill('SIGKILL'))
    const screen = person(t, ['telnetlib3-client', '--encoding', encoding, '127.0.0.1', String(port)])
    // Lines of a Commodore end with CR, and that client shows no more than a CR for it: what follows is over what was there.
    await screen.shows(/^ready/m)
    t.true(screen.raw.includes(`${sample}\r`), screen.raw)
    // It sends what is typed as it comes from the terminal, whatever the set is; digits and Enter are the same in all.
    screen.type('23\r')
    await screen.shows(/^32 33: 23/m)
    screen.type('\x1d')
    t.is(await screen.exited, 0)
  })
}
