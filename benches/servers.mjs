// Who is measured, and how each is started.

import { fileURLToPath } from 'node:url'

/** `eventLoop`: the main thread is where its handlers run. N and T are what the others are told as a ratio to. */
const echoing = [
  { name: 'N', title: 'node:net (N)', command: node('net.mjs'), eventLoop: true },
  { name: 'T', title: 'tokio (T)', command: tokio, eventLoop: false },
  { name: 'telnetkit', title: 'telnetkit', command: node('telnetkit.mjs'), eventLoop: true, get: 'npm run build' },
  { name: 'telnet-stream', title: 'telnet-stream', command: node('telnet-stream.mjs'), eventLoop: true, get: 'npm ci' },
  {
    name: 'telnetlib3',
    title: 'telnetlib3',
    command: python('telnetlib3_server.py'),
    eventLoop: true,
    get: 'pip install telnetlib3==5.0.1; TELNETKIT_TEST_PYTHON names another Python',
  },
]

/** Who decodes text; I and D are what ours is told as a ratio to. */
const decoding = [
  { name: 'I', title: 'node:net, iconv-lite (I)', command: decoder('iconv'), get: 'npm ci' },
  { name: 'D', title: 'node:net, TextDecoder (D)', command: decoder('TextDecoder') },
  { name: 'bytes', title: 'telnetkit in bytes', command: decoder('bytes'), get: 'npm run build' },
  { name: 'telnetkit', title: 'telnetkit', command: decoder('telnetkit'), get: 'npm run build' },
].map((server) => ({ ...server, eventLoop: true, probe: 'utf8' }))

/** Who speaks TLS; S is what ours is told as a ratio to. */
const secure = [
  { name: 'S', title: 'node:tls (S)', command: node('tls.mjs') },
  { name: 'telnetkit', title: 'telnetkit', command: node('telnetkit.mjs'), get: 'npm run build' },
].map((server) => ({ ...server, eventLoop: true, probe: 'tls' }))

/** Who compresses; Z is what ours is told as a ratio to. */
const compressing = [
  { name: 'Z', title: 'node:zlib on node:net (Z)', command: node('zlib.mjs') },
  { name: 'telnetkit', title: 'telnetkit', command: node('telnetkit.mjs'), get: 'npm run build' },
].map((server) => ({ ...server, eventLoop: true, probe: 'mccp' }))

/** Who hosts a program in a terminal; what is told of ours as a ratio is to socat (S) and inetutils' telnetd (I). */
const hosting = [
  { name: 'S', title: 'socat (S)', command: host('socat'), get: 'apt install socat' },
  { name: 'I', title: 'inetutils telnetd (I)', command: host('telnetd'), get: 'apt install inetutils-telnetd socat' },
  { name: 'telnetkit', title: 'telnetkit', command: host('telnetkit'), get: 'npm run build, with node-pty' },
  { name: 'telnetlib3', title: 'telnetlib3', command: host('telnetlib3'), get: 'as above' },
].map((server) => ({ ...server, eventLoop: false, probe: 'keys' }))

/** By what they are for. */
export const servers = { echo: echoing, decode: decoding, tls: secure, mccp: compressing, pty: hosting }

function host(who) {
  return (program) => [process.execPath, path('hosted.mjs'), `${who} ${program}`]
}

function decoder(who) {
  return (set) => [process.execPath, '--expose-gc', path('decode.mjs'), `${who} ${set}`]
}

function node(file) {
  return (mode) => [process.execPath, '--expose-gc', path(file), mode]
}

function python(file) {
  return (mode) => [process.env.TELNETKIT_TEST_PYTHON || 'python3', path(file), mode]
}

function tokio(mode, load) {
  return [load, 'echo-server', '--mode', mode === 'broadcast' ? mode : 'echo']
}

function path(file) {
  return fileURLToPath(new URL(`servers/${file}`, import.meta.url))
}
