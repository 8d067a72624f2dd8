// How telnetkit-client starts: what each of its users waits for, each time.

import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import module from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { createServer, version } from 'telnetkit'
import { runTool } from './support/tool.js'

/** Tells on standard error which modules of Node's a program has loaded when it ends. */
const TELLING = `process.on('exit', () => {
  require('node:fs').writeSync(2, process.moduleLoadList.map((name) => 'loaded: ' + name + '\\n').join(''))
})`

test('it starts without a word, whether Node can require it or not', async (t) => {
  const options = [[], ['--no-experimental-require-module'], ['--pending-deprecation', '--trace-warnings']]
  for (const given of options) {
    const { output, exited } = runTool('telnetkit-client', ['--version'], { env: { NODE_OPTIONS: given.join(' ') } })
    t.is(await exited, 0)
    t.deepEqual(output, { out: `${version()}\n`, err: '' }, given.join(' '))
  }
})

test("what V8 compiled is kept in the user's cache, where Node can keep it", async (t) => {
  const folder = await newFolder(t)
  const run = async (env: Record<string, string>) => {
    const { output, exited } = runTool('telnetkit-client', ['--version'], { env: { HOME: '', ...env } })
    t.is(await exited, 0)
    t.is(output.err, '')
  }
  const canKeep = 'enableCompileCache' in module && process.env.NODE_DISABLE_COMPILE_CACHE === undefined
  await run({ XDG_CACHE_HOME: join(folder, 'cache') })
  t.is(existsSync(join(folder, 'cache', 'telnetkit')), canKeep)
  await run({ XDG_CACHE_HOME: 'not/absolute', HOME: folder })
  t.false(existsSync('not'))
  t.is(existsSync(join(folder, '.cache', 'telnetkit')), canKeep)
  await run({ XDG_CACHE_HOME: join(folder, 'off'), NODE_DISABLE_COMPILE_CACHE: '1' })
  t.false(existsSync(join(folder, 'off')))
  // Where nothing can be written it starts all the same.
  await run({ XDG_CACHE_HOME: '/dev/null' })
})

test('modules of Node that few sessions need are not loaded for all', async (t) => {
  const telling = join(await newFolder(t), 'telling.cjs')
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

async function newFolder(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'telnetkit-start-'))
  t.teardown(() => rm(folder, { recursive: true }))
  return folder
}
