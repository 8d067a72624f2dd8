// Makes the JavaScript of dist/: what package.json names, a file each, and in dist/chunks what they share. A module
// loads in half a millisecond, and a hundred of them took longer than Node takes to start. Each module stands in one file only, so
// whatever is imported from wherever is the same. Declarations are tsc's, which checks the types.

import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { build } from 'esbuild'

/** What whoever loads anything of a folder loads as well: with all that it imports it becomes one file. */
const LIBRARY = ['ts/index.ts', 'ts/place.ts', 'ts/services.ts']
const TOGETHER = {
  ts: LIBRARY,
  bin: [...LIBRARY, 'bin/command-line.ts', 'bin/line-ends.ts', 'bin/wire-log.ts'],
}

const { exports, imports, bin } = JSON.parse(readFileSync('package.json', 'utf8'))
const targets = [exports, imports, bin]
  .flatMap((entries) => Object.values(entries))
  .map((entry) => entry.default ?? entry)

const options = {
  entryPoints: [...new Set(targets.filter((path) => /^(\.\/)?dist\//.test(path)).map(sourceOf))],
  outdir: 'dist',
  outbase: '.',
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  packages: 'external',
  alias: { '#telnetkit': './ts/index.ts' },
  sourcemap: true,
  keepNames: true,
  metafile: true,
  logLevel: 'warning',
}

// esbuild joins the modules that the same entries import, and what import() names is an entry too: by itself it would cut into
// twenty files what the client loads at its start. So each entry imports what is to be joined.
const { metafile: alone } = await build({ ...options, write: false })
const entries = new Set(Object.values(alone.outputs).map(({ entryPoint }) => entryPoint))
const together = {
  name: 'together',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const source = slashed(relative('.', path))
      if (!entries.has(source)) return undefined
      const more = TOGETHER[source.split('/')[0]].map((shared) => `import ${JSON.stringify(resolve(shared))}\n`)
      return { contents: readFileSync(path, 'utf8') + more.join(''), loader: 'ts' }
    })
  },
}

// An import of a module of Node's makes a copy of all that it exports, and loads what is lazy there: worker threads for node:util. That is a
// twentieth of the time in which the client starts. Who asks for the module itself is spared it.
const builtins = {
  name: 'builtins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:/ }, ({ path, importer, kind }) => {
      if (kind !== 'import-statement') return undefined
      // One for each importer: there is nothing to share, and no file to be made of it.
      return { path: `${path} in ${slashed(relative('.', importer))}`, namespace: 'builtin', pluginData: path }
    })
    onLoad({ filter: /./, namespace: 'builtin' }, ({ pluginData: name }) => {
      const names = Object.keys(process.getBuiltinModule(name)).filter((exported) => exported !== 'default')
      const lines = [
        `const builtin = process.getBuiltinModule('${name}')`,
        'export default builtin',
        ...names.map((exported) => `export const ${exported} = /* @__PURE__ */ (() => builtin.${exported})()`),
      ]
      return { contents: lines.join('\n') }
    })
  },
}

const { metafile } = await build({ ...options, plugins: [together, builtins] })

// A command that a launcher starts: see there.
const launchers = Object.values(bin).filter((path) => path.endsWith('.cjs'))
for (const path of launchers) copyFileSync(path.slice('dist/'.length), path)

const made = new Set([...Object.keys(metafile.outputs), ...launchers])
const stale = readdirSync('dist', { recursive: true, encoding: 'utf8' }).filter((name) => {
  const [, source] = /^(.*)\.d\.ts(?:\.map)?$/.exec(name) ?? []
  if (source !== undefined) return !existsSync(`${source}.ts`)
  return /\.c?js(\.map)?$/.test(name) && !made.has(`dist/${slashed(name)}`)
})
for (const name of stale) rmSync(`dist/${name}`)

/** `ts/index.ts` for `./dist/ts/index.js`. */
function sourceOf(path) {
  return path.replace(/^(?:\.\/)?dist\/(.*)\.c?js$/, '$1.ts')
}

/** A path as esbuild tells it, on Windows too. */
function slashed(path) {
  return path.replaceAll('\\', '/')
}
