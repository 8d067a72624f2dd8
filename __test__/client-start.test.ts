// How telnetkit-client starts: what each of its users waits for, each time.

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { createServer } from 'telnetkit'
import { runTool } from './support/tool.js'

/** Tells on standard error which modules of Node's a program has loaded when it ends. */
const TELLING = `process.on('exit', () => {
  require('node:fs').writeSync(2, process.moduleLoadList.map((name) => 'loaded: ' + name + '\\n').join(''))
})`

test('modules of Node that few sessions need are not loaded for all', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'telnetkit-start-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const telling = join(folder, 'telling.cjs')
  await writeFile(telling, TELLING)
  const server = createServer((session) => void session.end('hello\n'))
  const { port } = await server.listen(0, '127.0.0.1')
  t.teardown(() => server.close())

  const env = { NODE_OPTIONS: `--require=${telling}` }
  const { output, exited } = runTool('telnetkit-client', ['127.0.0.1', String(port)], { input: '', env })
  t.is(await exited, 0)
  t.is(output.out, 'hello\n')
  const loaded: string[] = output.err.match(/(?<=^loaded: NativeModule )\S+$/gm) ?? []
  t.true(loaded.includes('net'))
  for (const needless of ['child_process', 'crypto', 'dns/promises', 'perf_hooks', 'readline', 'tls', 'worker_threads'])
    t.false(loaded.includes(needless), needless)
})
