// What is measured: for each benchmark the mode of the servers, the load, and the columns of its table.
//
// A column has a title, a value for one run, and the servers whose value of the same round it is divided by. A goal
// says how our column, divided by a server's, should come out.

import { textFile, texts } from './texts.mjs'

/** `units` are messages, bytes, connections or deliveries, as the load has it. */
const rate = (title, perUnit = 1, against = ['N', 'T']) => ({
  title,
  of: (run) => run.units / run.seconds / perUnit,
  digits: 0,
  against,
})
const loopCpu = (title, perUnit, against = ['N']) => ({
  title,
  of: (run) => (run.mainNs / run.units) * perUnit,
  eventLoop: true,
  digits: 2,
  against,
})
const processCpu = (title, perUnit, against = ['N']) => ({
  title,
  of: (run) => (run.processNs / run.units) * perUnit,
  digits: 2,
  against,
})
const p50 = { title: 'p50 µs', of: (run) => run.p50, digits: 0, against: ['N'] }
const p99 = { title: 'p99 µs', of: (run) => run.p99, digits: 0, against: [] }
const generator = { title: 'load’s cores', of: (run) => run.generator, digits: 2, against: [] }

/** Nanoseconds a unit to microseconds a unit. */
const MICRO = 1 / 1000

const messages = [
  loopCpu('loop µs/msg', MICRO),
  processCpu('process µs/msg', MICRO),
  rate('msgs/s'),
  p50,
  p99,
  generator,
]

function echo(connections) {
  return {
    name: `echo-${connections}`,
    title: `Echo of 64 bytes, ${connections === 1 ? 'one connection' : `${connections.toLocaleString('en')} connections`}, each waiting for its answer`,
    mode: 'echo',
    load: ['echo', '--connections', connections, '--size', 64],
    columns: messages,
    goals: [],
  }
}

function bulk(pattern, title) {
  return {
    name: `bulk-${pattern}`,
    title: `Bulk echo, one connection: ${title}`,
    mode: 'echo',
    load: ['bulk', '--pattern', pattern],
    columns: [
      loopCpu('loop µs/MB', 1e6 * MICRO),
      processCpu('process µs/MB', 1e6 * MICRO),
      rate('MB/s', 1e6),
      { ...generator },
    ],
    goals: [{ column: 'MB/s', against: 'T', atLeast: 0.5 }],
  }
}

function broadcast(burst, title) {
  return {
    name: `broadcast-${burst}`,
    title: `Broadcast to 500 sessions: ${title}`,
    mode: 'broadcast',
    load: ['broadcast', '--connections', 500, '--burst', burst],
    columns: [
      loopCpu('loop µs/line', MICRO),
      processCpu('process µs/line', MICRO),
      rate('lines/s'),
      p50,
      p99,
      generator,
    ],
    goals: [],
  }
}

/** A megabyte of text in a character set over and over, one connection. TextDecoder takes part where it knows the set. */
function decode([name, { set, isOnTheWeb }]) {
  const beside = (column) => ({ ...column, against: isOnTheWeb ? ['I', 'D'] : ['I'] })
  return {
    name: `decode-${name}`,
    title: `Decoding a stream, one connection: ${set}, ${name}`,
    group: 'decode',
    without: [...(isOnTheWeb ? [] : ['D']), ...(name === 'utf8-ascii' ? [] : ['bytes'])],
    mode: set,
    load: ['pour'],
    file: () => textFile(name),
    columns: [
      beside(loopCpu('loop µs/MB', 1e6 * MICRO)),
      beside(processCpu('process µs/MB', 1e6 * MICRO)),
      beside(rate('MB/s', 1e6)),
      generator,
    ],
    goals: [
      { column: 'MB/s', against: 'I', atLeast: 3 },
      ...(isOnTheWeb ? [{ column: 'MB/s', against: 'D', atLeast: 1 }] : []),
      ...(name === 'utf8-ascii' ? [{ column: 'process µs/MB', against: 'bytes', atMost: 1.1 }] : []),
    ],
  }
}

/** Each waits for a line that is compressed. */
function mccpLines(connections, note) {
  return {
    name: `mccp-lines-${connections}`,
    title: `MCCP2: ${connections.toLocaleString('en')} connections${note}: each asks for a line of some 80 bytes and waits for it`,
    group: 'mccp',
    mode: 'mccp',
    load: ['mccp-lines', '--connections', connections],
    columns: [
      loopCpu('loop µs/line', MICRO, ['Z']),
      processCpu('process µs/line', MICRO, ['Z']),
      rate('lines/s', 1, ['Z']),
      { ...p50, against: ['Z'] },
      p99,
      { title: 'times smaller', of: (run) => run.plain / run.wire, digits: 2, against: ['Z'] },
      generator,
    ],
    goals: [{ column: 'process µs/line', against: 'Z', atMost: 1.1 }],
  }
}

const idle = {
  name: 'idle',
  title: '10,000 idle negotiated sessions: resident memory each, CPU while idle',
  mode: 'echo',
  load: ['idle', '--connections', 10_000],
  slow: true,
  columns: [
    { title: 'KiB each', of: (run) => run.residentKib / run.units, digits: 2, against: ['N'] },
    { title: 'after GC', of: (run) => run.collectedKib / run.units, digits: 2, against: ['N'] },
    { title: 'idle CPU ms/s', of: (run) => run.processNs / 1e6 / run.seconds, digits: 2, against: [] },
  ],
  goals: [{ column: 'KiB each', atMost: 5 }],
}

export const benchmarks = [
  { ...echo(1), goals: [{ column: 'p50 µs', against: 'N', atMost: 1 }] },
  {
    ...echo(64),
    goals: [
      { column: 'loop µs/msg', against: 'N', atMost: 0.3 },
      { column: 'process µs/msg', against: 'N', atMost: 1 },
      { column: 'msgs/s', against: 'N', atLeast: 1.1 },
    ],
  },
  echo(1000),
  {
    ...echo(64),
    name: 'text-64',
    title: 'The same through strings: UTF-8 decoded and encoded (T passes bytes), 64 connections',
    mode: 'text',
  },
  bulk('clean', 'text without a 255'),
  bulk('iac1', '1 % of the bytes are 255, doubled'),
  bulk('lines80', 'lines of 80 bytes'),
  {
    name: 'storm',
    title: 'Connection storm: connect, negotiate, be greeted, leave; 50 at a time (N and T only greet)',
    mode: 'echo',
    load: ['storm', '--concurrency', 50],
    columns: [
      loopCpu('loop µs/conn', MICRO),
      processCpu('process µs/conn', MICRO),
      rate('conns/s'),
      p50,
      p99,
      { title: 'options', of: (run) => run.options, digits: 1, against: [] },
      { title: 'SBs', of: (run) => run.subnegotiations, digits: 1, against: [] },
      generator,
    ],
    goals: [{ column: 'conns/s', against: 'N', atLeast: 1 }],
  },
  { ...broadcast(10, 'lines of 80 bytes in bursts of 10'), goals: [{ column: 'lines/s', against: 'N', atLeast: 7 }] },
  broadcast(1, 'one line of 80 bytes at a time'),
  ...Object.entries(texts).map(decode),
  {
    name: 'pty-output',
    title: 'A program in a terminal, one connection: lines without end',
    group: 'pty',
    mode: 'output',
    load: ['output'],
    columns: [{ ...rate('MB/s', 1e6), digits: 1, against: ['S', 'telnetlib3'] }],
    goals: [
      { column: 'MB/s', against: 'S', atLeast: 0.8 },
      { column: 'MB/s', against: 'I', atLeast: 1 },
      { column: 'MB/s', against: 'telnetlib3', atLeast: 1 },
    ],
  },
  {
    name: 'pty-keys',
    title: 'A program in a terminal, one connection: a key, and the program gives it back',
    group: 'pty',
    mode: 'keys',
    load: ['echo', '--connections', 1, '--size', 1],
    columns: [{ ...p50, against: ['I'] }, p99],
    goals: [{ column: 'p50 µs', against: 'I', atMost: 1.3 }],
  },
  idle,
  {
    ...idle,
    name: 'idle-guarded',
    title: 'The same with every guard of telnetkit on',
    mode: 'guarded',
    goals: [{ column: 'KiB each', atMost: 8 }],
  },
  {
    name: 'tls-handshakes',
    title: 'TLS: connect, shake hands, be greeted, leave; 16 at a time, none resumed (nothing is asked of Telnet)',
    group: 'tls',
    mode: 'tls',
    load: ['tls-handshakes', '--concurrency', 16],
    columns: [
      loopCpu('loop µs/conn', MICRO, ['S']),
      processCpu('process µs/conn', MICRO, ['S']),
      rate('conns/s', 1, ['S']),
      { ...p50, against: ['S'] },
      p99,
      generator,
    ],
    goals: [{ column: 'conns/s', against: 'S', atLeast: 1 }],
  },
  {
    name: 'tls-bulk',
    title: 'TLS: one connection that takes as much as it is sent',
    group: 'tls',
    mode: 'tls',
    load: ['tls-bulk'],
    columns: [
      loopCpu('loop µs/MB', 1e6 * MICRO, ['S']),
      processCpu('process µs/MB', 1e6 * MICRO, ['S']),
      rate('MB/s', 1e6, ['S']),
      generator,
    ],
    goals: [{ column: 'MB/s', against: 'S', atLeast: 1 }],
  },
  {
    name: 'tls-idle',
    title: '2,000 idle TLS sessions: resident memory each, CPU while idle',
    group: 'tls',
    mode: 'tls',
    load: ['tls-idle', '--connections', 2_000],
    slow: true,
    columns: [
      { title: 'KiB each', of: (run) => run.residentKib / run.units, digits: 2, against: ['S'] },
      { title: 'after GC', of: (run) => run.collectedKib / run.units, digits: 2, against: ['S'] },
      { title: 'idle CPU ms/s', of: (run) => run.processNs / 1e6 / run.seconds, digits: 2, against: [] },
    ],
    goals: [{ column: 'KiB each', against: 'S', atMost: 0.5 }],
  },
  {
    name: 'mccp-bulk',
    title: 'MCCP2: one connection that takes as much text as it is sent, compressed at level 6',
    group: 'mccp',
    mode: 'mccp',
    load: ['mccp-bulk'],
    columns: [
      loopCpu('loop µs/MB', 1e6 * MICRO, ['Z']),
      processCpu('process µs/MB', 1e6 * MICRO, ['Z']),
      rate('MB/s', 1e6, ['Z']),
      { title: 'times smaller', of: (run) => run.units / run.wire, digits: 2, against: ['Z'] },
      generator,
    ],
    goals: [{ column: 'process µs/MB', against: 'Z', atMost: 1.1 }],
  },
  mccpLines(64, ''),
  mccpLines(1_000, ', more than keep what compresses'),
  ...[
    ['mccp-busy', '100 compressed sessions, each of which hears a line every 200 ms', 100, ['--every', 200], 1],
    ['mccp-idle', '10,000 compressed sessions that have heard a line and then say nothing', 10_000, [], 0.1],
  ].map(([name, title, connections, more, atMost]) => ({
    name,
    title: `MCCP2: ${title}: resident memory each`,
    group: 'mccp',
    mode: 'mccp',
    load: ['mccp-standing', '--connections', connections, ...more],
    slow: true,
    columns: [
      { title: 'KiB each', of: (run) => run.residentKib / run.units, digits: 2, against: ['Z'] },
      { title: 'after GC', of: (run) => run.collectedKib / run.units, digits: 2, against: ['Z'] },
      { title: 'CPU ms/s', of: (run) => run.processNs / 1e6 / run.seconds, digits: 2, against: ['Z'] },
    ],
    goals: [{ column: 'KiB each', against: 'Z', atMost }],
  })),
]
