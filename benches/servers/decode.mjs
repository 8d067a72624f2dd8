// Who decodes a stream: the character set, and who of them, are the words of its mode. What comes is made a string, and its
// length is counted, no more.

import { createServer as createNetServer } from 'node:net'
import iconv from 'iconv-lite'
import { createServer } from 'telnetkit'
import { announce, GREETING, mode } from './control.mjs'

const [who, set] = mode.split(' ')

const decoded = { characters: 0 }

const count = (text) => {
  decoded.characters += text.length
}

const plain = (makeDecode) =>
  createNetServer({ noDelay: true }, (socket) => {
    const decode = makeDecode()
    socket.on('error', () => {})
    socket.on('data', (chunk) => count(decode(chunk)))
    socket.write(GREETING)
  })

const ours = (encoding) =>
  createServer({ encoding, forceBinary: true }, (session) => {
    session.on('error', () => {})
    // No client's word about its set may change what is measured.
    session.encoding = encoding
    session.on('data', count)
    session.write(GREETING)
    return new Promise((resolve) => session.on('close', resolve))
  })

const servers = {
  iconv: () =>
    plain(() => {
      const decoder = iconv.getDecoder(set)
      return (chunk) => decoder.write(chunk)
    }),
  TextDecoder: () =>
    plain(() => {
      const decoder = new TextDecoder(set)
      return (chunk) => decoder.decode(chunk, { stream: true })
    }),
  telnetkit: () => ours(set),
  bytes: () => ours(null),
}

const server = servers[who]()
if (who === 'telnetkit' || who === 'bytes') server.listen(0, '127.0.0.1').then(({ port }) => announce(port))
else server.listen(0, '127.0.0.1', () => announce(server.address().port))
