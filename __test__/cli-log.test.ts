// The log of both commands: its forms.

import { once } from 'node:events'
import { createServer } from 'node:net'
import test from 'ava'
import { connect } from 'telnetkit'
import { template } from '../bin/log-template.js'
import { type Entry, UsageError } from '../bin/report.js'
import { RawServer } from './support/raw-peer.js'
import { runTool } from './support/tool.js'

const ENTRY: Entry = {
  time: new Date('2026-01-31T12:00:00.007Z'),
  level: 'warn',
  name: 'telnetkit-server',
  message: 'a\nb\x9b',
}

test('a template has the fields of Python, with flags, width and precision', (t) => {
  const made = (typed: string, entry = ENTRY) => template(typed)(entry)
  t.is(made('%(levelname)s %(message)s'), 'WARNING a\\x0ab\\x9b')
  t.is(made('%(asctime)s|%(name)s'), '2026-01-31T12:00:00.007Z|telnetkit-server')
  t.is(made('[%(levelname)-9s] [%(levelname)9s] [%(levelname).4s]'), '[WARNING  ] [  WARNING] [WARN]')
  t.is(
    made('%(msecs)03d %(msecs)d %(created).3f %(created)d %(created)f'),
    '007 7 1769860800.007 1769860800 1769860800.007000',
  )
  t.is(made('%(levelno)s %(levelno)5d %(levelno)-5d.'), '30    30 30   .')
  t.is(made('%(process)d'), String(process.pid))
  t.is(made('100%% sure'), '100% sure')
  t.is(made('no field'), 'no field')
  const levels = (['error', 'warn', 'info', 'debug', 'trace'] as const).map((level) =>
    made('%(levelname)s %(levelno)d', { ...ENTRY, level }),
  )
  t.deepEqual(levels, ['ERROR 40', 'WARNING 30', 'INFO 20', 'DEBUG 10', 'TRACE 5'])
})

test('a template that asks for what is not there', (t) => {
  for (const [typed, message] of [
    ['%(filename)s:%(lineno)d', /^%\(filename\)s is no field; give %\(name\)s, where the name is one of asctime, /],
    ['%(message)', /^%\(message\) is no field/],
    ['%s', /^%s is no field/],
    ['50% of it', /^% is no field; .* and %% for a %$/],
    ['%', /^% is no field/],
    ['%(message)d', /message is text, and no number; say %\(message\)s$/],
  ] as const) {
    t.throws(() => template(typed), { instanceOf: UsageError, message }, typed)
  }
})

test.serial('--logfmt is the form of every line, in both commands', async (t) => {
  const server = runTool('telnetkit-server', ['0', '--logfmt', '<%(levelname)s %(name)s> %(message)s'])
  while (!server.output.err.includes('ready')) await once(server.child.stderr!, 'data')
  t.regex(server.output.err, /^<INFO telnetkit-server> Server ready on 127\.0\.0\.1:\d+\n$/)
  const port = /:(\d+)\n/.exec(server.output.out)![1]!
  const logged = ['--logfmt', '<%(levelname)s> %(message)s', '--loglevel', 'info']
  const client = runTool('telnetkit-client', ['127.0.0.1', port, ...logged], { input: 'quit\n' })
  t.is(await client.exited, 0)
  t.regex(client.output.err, /^<INFO> connected to 127\.0\.0\.1:\d+\n/)
  server.child.kill()
  await server.exited
  for (const line of server.output.err.trimEnd().split('\n')) t.regex(line, /^<INFO telnetkit-server> /)
  const wrong = runTool('telnetkit-client', ['127.0.0.1', '--logfmt', '%(lineno)d'])
  t.is(await wrong.exited, 2)
  t.regex(wrong.output.err, /^telnetkit-client: --logfmt %\(lineno\)d: .*; see telnetkit-client --help\n$/)
})

test.serial('--log-format json: all that the server says is an object a line', async (t) => {
  const { child, output, exited } = runTool('telnetkit-server', ['0', '--log-format', 'json'])
  while (!output.out.endsWith('\n')) await once(child.stdout!, 'data')
  const ready = JSON.parse(output.out)
  t.like(ready, { level: 'info', name: 'telnetkit-server', address: '127.0.0.1' })
  t.is(ready.message, `Server ready on 127.0.0.1:${ready.port}`)
  const session = await connect({ host: '127.0.0.1', port: ready.port })
  const { localPort: remotePort } = session
  session.write('quit\n')
  await session.readAll()
  const { bytesRead: bytesWritten } = session
  child.kill()
  t.is(await exited, 0)
  t.is(output.out.split('\n').length, 2)
  const entries = output.err
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  t.true(entries.length >= 5, output.err)
  const remote = { remoteAddress: '127.0.0.1', remotePort }
  t.like(
    entries.find(({ message }) => message.endsWith(' connected')),
    remote,
  )
  const { seconds, ...last } = entries.find(({ message }) => message.includes(' disconnected'))
  t.like(last, { ...remote, bytesWritten })
  t.is(typeof seconds, 'number')
  for (const { time, level, message } of entries) {
    t.is(new Date(time).toISOString(), time)
    t.is(level, 'info')
    t.is(typeof message, 'string')
  }
})

test.serial('--log-format json: last words, too, and no template beside it', async (t) => {
  const busy = createServer().listen(0, '127.0.0.1')
  await once(busy, 'listening')
  t.teardown(() => busy.close())
  const { port } = busy.address() as { port: number }
  const failed = runTool('telnetkit-server', [String(port), '--log-format', 'json'])
  t.is(await failed.exited, 1)
  t.like(JSON.parse(failed.output.err), { level: 'error', name: 'telnetkit-server' })
  t.regex(JSON.parse(failed.output.err).message, /\(EADDRINUSE\)$/)
  const both = runTool('telnetkit-server', ['0', '--log-format', 'json', '--logfmt', '%(message)s'])
  t.is(await both.exited, 2)
  t.regex(both.output.err, /^telnetkit-server: --logfmt is for text, and --log-format json is none; see/)
})

test.serial('an option is told once, though the server has it on as soon as it is connected', async (t) => {
  const server = await RawServer.listen(t)
  const runs = Array.from({ length: 5 }, () =>
    runTool('telnetkit-client', ['127.0.0.1', `${server.port}`, '--loglevel', 'debug'], { input: '' }),
  )
  for (const _ of runs) {
    const peer = await server.next()
    peer.send('IAC WILL ECHO IAC DO NAWS')
    await peer.takeUntil('IAC DO ECHO')
    peer.end()
  }
  for (const { output, exited } of runs) {
    t.is(await exited, 0)
    const told = output.err.match(/(remote ECHO|local NAWS) is on/g)
    t.deepEqual(told?.sort(), ['local NAWS is on', 'remote ECHO is on'], output.err)
  }
})
