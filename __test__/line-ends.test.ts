// Line ends of character sets that have one of their own, both ways, split over packets and over writes.

import test from 'ava'
import { ways } from './support/ends.js'

interface Row {
  readonly encoding: string
  readonly asciiLineEnds: boolean
  /** What is written, piece by piece in one turn, and the bytes of it. */
  readonly written: readonly string[]
  readonly sent: readonly number[]
  /** What comes, and the lines of it. */
  readonly came: readonly number[]
  readonly lines: readonly string[]
}

const rows: readonly Row[] = [
  {
    encoding: 'petscii',
    asciiLineEnds: false,
    written: ['a\n', 'b\r', '\nc\r', 'd\r\n'],
    sent: [0x41, 13, 0x42, 13, 0x43, 13, 0x44, 13],
    came: [0x41, 13, 0x42, 0x8d, 13, 0, 0x43, 13],
    lines: ['a', 'b', '', 'c'],
  },
  {
    encoding: 'petscii',
    asciiLineEnds: true,
    written: ['a\n', 'b\r', '\nc\r', 'd'],
    sent: [0x41, 13, 10, 0x42, 13, 10, 0x43, 13, 0, 0x44],
    came: [0x41, 13, 10, 0x42, 13, 0, 0x43, 10],
    lines: ['a', 'b', 'c'],
  },
  {
    encoding: 'atascii',
    asciiLineEnds: false,
    written: ['a\n', 'b\r', '\nc\r', 'd\r\n'],
    sent: [0x61, 0x9b, 0x62, 0x9b, 0x63, 0x9b, 0x64, 0x9b],
    came: [0x61, 13, 0, 0x9b, 0x9b, 10, 0x9b],
    lines: ['a\u{1fb82}\u2665', '', '\u25e3'],
  },
  {
    encoding: 'atascii',
    asciiLineEnds: true,
    written: ['a\n', 'b\r', '\nc\r', '\u241b\r\n'],
    sent: [0x61, 13, 10, 0x62, 13, 10, 0x63, 13, 0, 0x1b, 13, 10],
    came: [0x61, 0x9b, 13, 10, 13, 0, 0x62, 10],
    lines: ['a\u241b', '', 'b'],
  },
  {
    encoding: 'cp037',
    asciiLineEnds: false,
    written: ['a\n', 'b\r', '\nc\r', 'd'],
    sent: [0x81, 13, 0x25, 0x82, 13, 0x25, 0x83, 13, 0, 0x84],
    came: [0x81, 0x15, 0x82, 13, 0x25, 0x83, 13, 0x15, 0x84, 0x25],
    lines: ['a', 'b', 'c', 'd'],
  },
  {
    encoding: 'cp437',
    asciiLineEnds: true,
    written: ['é\n', '\r', '\nc\r', 'd'],
    sent: [0x82, 13, 10, 13, 10, 0x63, 13, 0, 0x64],
    came: [0x82, 13, 10, 13, 0, 0x62, 10],
    lines: ['é', '', 'b'],
  },
]

for (const [way, make] of ways) {
  for (const { encoding, asciiLineEnds, written, sent, came, lines } of rows) {
    test(`${way}: ${encoding}${asciiLineEnds ? ' with the line ends of ASCII' : ''}`, async (t) => {
      const options = { encoding, asciiLineEnds, forceBinary: true }
      const { session, peer } = await make(t, 'server', options)
      for (const text of written) session.write(text)
      t.deepEqual([...(await peer.take(sent.length))], sent)
      // One long text has its own way to the addon.
      session.write(written.join('').repeat(3_000))
      t.deepEqual([...(await peer.take(3_000 * sent.length))].slice(-sent.length), sent)
      for (let cut = 1; cut < came.length; cut++) {
        peer.send(Uint8Array.from(came.slice(0, cut)))
        const first = session.readLine()
        await new Promise(setImmediate)
        peer.send(Uint8Array.from(came.slice(cut)))
        const read = [await first]
        while (read.length < lines.length) read.push(await session.readLine())
        t.deepEqual(read, lines, `cut at ${cut}`)
      }
    })
  }
}

test('a CR at the end of a turn stands alone', async (t) => {
  for (const [encoding, end] of [
    ['petscii', [13]],
    ['atascii', [0x9b]],
    ['cp037', [13, 0]],
    ['utf8', [13, 0]],
  ] as const) {
    const [, make] = ways[0]!
    const { session, peer } = await make(t, 'server', { encoding, forceBinary: true })
    session.write('\r')
    await new Promise(setImmediate)
    t.deepEqual([...(await peer.take(end.length))], end)
    session.write('\r')
    session.end()
    t.deepEqual([...(await peer.takeAll())], end)
  }
})

test('before BINARY the line ends are those of the NVT, whatever the set', async (t) => {
  for (const encoding of ['petscii', 'atascii', 'cp037']) {
    for (const [, make] of ways) {
      const { session, peer } = await make(t, 'server', { encoding })
      session.write('a\nb\rc')
      t.deepEqual(await peer.take(7), Buffer.from('a\r\nb\r\0c'))
      peer.send(Buffer.from('a\r\0b\r\n'))
      t.is(await session.readLine(), 'a')
      t.is(await session.readLine(), 'b')
    }
  }
})
