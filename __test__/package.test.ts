// What a user gets from npm: the root package and the native library of this platform, packed as they would be published
// and installed into an empty folder that has Node on its PATH and nothing else: no Rust, no compiler, no registry.

import { execFile } from 'node:child_process'
import { readdirSync, readFileSync, realpathSync } from 'node:fs'
import { copyFile, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import test from 'ava'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { createServer } from 'telnetkit'

const run = promisify(execFile)
const root = dirname(dirname(fileURLToPath(import.meta.url)))
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const platforms = readdirSync(join(root, 'npm')).map(readPlatform)

let home: string
let project: string
let packed: string[]

test.before(async (t) => {
  t.timeout(180_000, 'packing and installing')
  home = await mkdtemp(join(tmpdir(), 'telnetkit-package-'))
  project = join(home, 'project')
  await mkdir(project)
  await writeFile(join(project, 'package.json'), '{ "private": true }')
  await mkdir(join(home, 'bin'))
  await symlink(process.execPath, join(home, 'bin', 'node'))

  const main = await pack(root)
  packed = main.files
  const native = await pack(await platformFolder())
  // Its one dependency comes from node_modules, so that the answer does not hang on a registry. node-pty is optional, and
  // compiles where npm has no build of it: the tests of --pty-exec are where it matters.
  const commander = await pack(join(root, 'node_modules', 'commander'))
  const tarballs = [commander.path, native.path, main.path]
  await npm(['install', '--offline', '--omit=optional', '--no-audit', '--no-fund', ...tarballs], project)
})

test.after.always(async () => {
  if (home) await rm(home, { recursive: true, force: true })
})

test('the package holds what it promises and nothing of the workshop', (t) => {
  const promised = [
    ...Object.values(manifest.bin as Record<string, string>),
    ...Object.values(manifest.exports as Record<string, string | Record<string, string>>).flatMap((entry) =>
      typeof entry === 'string' ? [entry] : Object.values(entry),
    ),
    ...Object.values(manifest.imports as Record<string, Record<string, string>>).flatMap((entry) =>
      Object.values(entry),
    ),
    'LICENSE',
    'README.md',
  ].map((path) => path.replace(/^\.\//, ''))
  for (const path of promised) t.true(packed.includes(path), `${path} is missing from the package`)

  const allowed = /^(dist|ts|bin)\/|^native\/index\.|^(package\.json|LICENSE|README\.md|CHANGELOG\.md)$/
  t.deepEqual(
    packed.filter((path) => !allowed.test(path) || /\.(node|tsbuildinfo)$/.test(path)),
    [],
  )
  for (const script of ['preinstall', 'install', 'postinstall', 'prepare'])
    t.false(script in manifest.scripts, `${script} would run on users' machines`)
})

test('what an earlier build left is not in the package', (t) => {
  const sources = new Set(packed.filter((path) => path.endsWith('.ts') && !path.startsWith('dist/')))
  for (const path of packed) {
    const [, source] = /^dist\/(.*)\.d\.ts(?:\.map)?$/.exec(path) ?? []
    if (source !== undefined) t.true(sources.has(`${source}.ts`), path)
  }
  const programs = packed.filter((path) => /^dist\/.*\.js$/.test(path)).map((path) => join(root, path))
  const entries = programs.filter((path) => packed.includes(`${relative(join(root, 'dist'), path).slice(0, -3)}.ts`))
  const used = new Set(entries.flatMap((path) => loadedWith(path, { later: true })))
  t.deepEqual(
    programs.filter((path) => !used.has(path)),
    [],
  )
})

test('publint finds nothing to mend', async (t) => {
  const pkgDir = join(project, 'node_modules', 'telnetkit')
  const { messages, pkg } = await publint({ pkgDir, pack: false, level: 'warning', strict: true })
  t.deepEqual(
    messages.map((message) => formatMessage(message, pkg)),
    [],
  )
})

test('import and require give a server and a client that speak', async (t) => {
  const conversation = `
    const server = createServer(async (session) => {
      session.write('You said ' + (await session.readLine()) + '\\n')
    })
    const { port } = await server.listen(0, '127.0.0.1')
    const session = await connect({ host: '127.0.0.1', port })
    session.write('hello\\n')
    console.log(await session.readLine())
    session.destroy()
    await server.close()`
  const imported = `import { connect, createServer } from 'telnetkit'\n${conversation}`
  const required = `const { connect, createServer } = require('telnetkit');\n(async () => {${conversation}\n})()`
  t.is(await runProgram('imported.mjs', imported), 'You said hello')
  t.is(await runProgram('required.cjs', required), 'You said hello')
})

test('import and require give telnetkit/testing', async (t) => {
  const imported = "import { createPair } from 'telnetkit/testing'; console.log(typeof createPair)"
  const required = "const { createPair } = require('telnetkit/testing'); console.log(typeof createPair)"
  t.is(await runProgram('testing.mjs', imported), 'function')
  t.is(await runProgram('testing.cjs', required), 'function')
})

test('import and require give telnetkit/shells', async (t) => {
  const imported = "import { telsh } from 'telnetkit/shells'; console.log(typeof telsh)"
  const required = "const { telsh } = require('telnetkit/shells'); console.log(typeof telsh)"
  t.is(await runProgram('shells.mjs', imported), 'function')
  t.is(await runProgram('shells.cjs', required), 'function')
})

test('a program loads few files: each takes half a millisecond', (t) => {
  const most = { 'ts/index.js': 2, 'bin/telnetkit-client.js': 3, 'bin/telnetkit-server.js': 5 }
  for (const [entry, files] of Object.entries(most)) {
    const loaded = loadedWith(join(root, 'dist', entry))
    t.true(loaded.length <= files, `${entry} loads ${loaded.join(', ')}`)
  }
})

test('who does not fingerprint loads nothing of it', (t) => {
  for (const entry of ['ts/index.js', 'ts/shells/index.js', 'bin/telnetkit-client.js', 'bin/telnetkit-server.js']) {
    const loaded = loadedWith(join(root, 'dist', entry))
    t.true(loaded.length > 1)
    for (const path of loaded) t.false(readFileSync(path, 'utf8').includes('fingerprint-data'), `${entry}: ${path}`)
  }
  t.true(
    loadedWith(join(root, 'dist/ts/fingerprint/index.js')).some((path) =>
      readFileSync(path, 'utf8').includes('fingerprint-data'),
    ),
  )
})

test('TypeScript finds the types from a module and from CommonJS', async (t) => {
  t.timeout(120_000)
  const source = `
    import { createServer, type Session } from 'telnetkit'
    import { telsh } from 'telnetkit/shells'
    import { createPair } from 'telnetkit/testing'
    export const server = createServer((session: Session) => void session.write('hello'))
    export const pair = createPair
    export const shell = createServer(telsh)
    // @ts-expect-error a port is no host
    server.listen(0, 1)`
  await writeFile(join(project, 'module.mts'), source)
  await writeFile(join(project, 'common.cts'), source)
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const types = ['--typeRoots', join(root, 'node_modules', '@types'), '--types', 'node']
  const options = ['--noEmit', '--strict', '--target', 'es2023', '--module', 'nodenext', ...types]
  t.is(await inProject(process.execPath, [tsc, ...options, 'module.mts', 'common.cts']), '')
})

for (const command of Object.keys(manifest.bin)) {
  test(`${command} answers --version and --help`, async (t) => {
    const program = join(project, 'node_modules', '.bin', command)
    t.is(await inProject(program, ['--version']), manifest.version)
    t.regex(await inProject(program, ['--help']), new RegExp(`^Usage: ${command} `))
  })
}

test("a module of the user's has the very classes that telnetkit-client has", async (t) => {
  const source = `
    import { Session } from 'telnetkit'
    export const tell = (session) => console.log(session instanceof Session)`
  await writeFile(join(project, 'tell.mjs'), source)
  const server = createServer((session) => void session.end('hello'))
  const { port } = await server.listen(0, '127.0.0.1')
  t.teardown(() => server.close())
  const client = join(project, 'node_modules', '.bin', 'telnetkit-client')
  t.is(await inProject(client, ['--shell', './tell.mjs#tell', '127.0.0.1', String(port)]), 'true')
})

test('one version, and one list of platforms, everywhere', async (t) => {
  const cargo = await readFile(join(root, 'Cargo.toml'), 'utf8')
  t.is(/\[workspace\.package\]\nversion = "(.+)"/.exec(cargo)?.[1], manifest.version)
  t.is(platforms.length, manifest.napi.targets.length)
  for (const { name, folder, main, version, engines } of platforms) {
    t.is(name, `telnetkit-${folder}`)
    t.is(main, `telnetkit.${folder}.node`)
    t.is(version, manifest.version, name)
    t.deepEqual(engines, manifest.engines, name)
  }
})

type Platform = {
  folder: string
  name: string
  version: string
  main: string
  engines: unknown
  os: string[]
  cpu: string[]
  libc?: string[]
}

function readPlatform(folder: string): Platform {
  return { folder, ...JSON.parse(readFileSync(join(root, 'npm', folder, 'package.json'), 'utf8')) }
}

/** A copy of this platform's folder under npm/ with the library that the build made. */
async function platformFolder(): Promise<string> {
  const report = process.report.getReport() as { header: { glibcVersionRuntime?: string } }
  const libc = report.header.glibcVersionRuntime ? 'glibc' : 'musl'
  const mine = platforms.find(
    (one) => one.os.includes(process.platform) && one.cpu.includes(process.arch) && (one.libc?.includes(libc) ?? true),
  )
  if (!mine) throw new Error(`npm/ has no folder for ${process.platform} on ${process.arch}`)
  const copy = join(home, mine.name)
  await cp(join(root, 'npm', mine.folder), copy, { recursive: true })
  await copyFile(join(root, 'native', mine.main), join(copy, mine.main))
  return copy
}

async function pack(folder: string): Promise<{ path: string; files: string[] }> {
  const [{ filename, files }] = JSON.parse(
    await npm(['pack', '--json', '--ignore-scripts', '--pack-destination', home], folder),
  )
  return { path: join(home, filename), files: files.map(({ path }: { path: string }) => path) }
}

/** Runs npm's own program by this very node, so that npm need not be on the PATH. */
async function npm(args: string[], cwd: string): Promise<string> {
  return (await run(process.execPath, [npmProgram(), ...args], { cwd, env: bareEnvironment() })).stdout
}

/** Runs a program of the user's, written to `name` in the project, and gives what it printed. */
async function runProgram(name: string, source: string): Promise<string> {
  await writeFile(join(project, name), source)
  return inProject(process.execPath, [name])
}

async function inProject(program: string, args: string[]): Promise<string> {
  const { stdout, stderr } = await run(program, args, { cwd: project, env: bareEnvironment(), timeout: 60_000 })
  return (stdout + stderr).trim()
}

function npmProgram(): string {
  const { npm_execpath: running, PATH = '' } = process.env
  if (running?.endsWith('-cli.js')) return running.replace('npx-cli', 'npm-cli')
  for (const folder of PATH.split(delimiter)) {
    try {
      return realpathSync(join(folder, 'npm'))
    } catch {}
  }
  throw new Error('npm is not on PATH')
}

function bareEnvironment(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_OPTIONS$|NODE_PATH$)/.test(name))
  return { ...Object.fromEntries(inherited), PATH: join(home, 'bin') }
}

/** The files that are loaded along with one; and `later`, those that it asks for while it runs. */
function loadedWith(path: string, { later = false } = {}, loaded: string[] = []): string[] {
  if (loaded.includes(path)) return loaded
  loaded.push(path)
  const text = readFileSync(path, 'utf8')
  const statements = [...text.matchAll(/^(?:import|export)\b[^;]*?["'](\.[^"']+)["']/gm)]
  if (later) statements.push(...text.matchAll(/\bimport\(["'](\.[^"']+)["']\)/g))
  for (const [, from] of statements) loadedWith(join(dirname(path), from!), { later }, loaded)
  return loaded
}
