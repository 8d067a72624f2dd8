// Makes the JavaScript of dist/: what package.json names, a file each, and in dist/chunks what they share. A module
// loads in half a millisecond, and a hundred of them took longer than Node takes to start. Each module stands in one file only, so
// whatever is imported from wherever is the same. Declarations are tsc's, which checks the types.

import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { build } from 'esbuild'

const { exports, imports, bin } = JSON.parse(readFileSync('package.json', 'utf8'))
const targets = [exports, imports, bin]
  .flatMap((entries) => Object.values(entries))
  .map((entry) => entry.default ?? entry)
const entryPoints = [...new Set(targets.filter((path) => path.endsWith('.js')).map(sourceOf))]

const { metafile } = await build({
  entryPoints,
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
})

for (const name of readdirSync('dist/chunks')) {
  const path = `dist/chunks/${name}`
  if (!(path in metafile.outputs)) rmSync(path)
}

/** `ts/index.ts` for `./dist/ts/index.js`. */
function sourceOf(path) {
  return path.replace(/^(?:\.\/)?dist\/(.*)\.js$/, '$1.ts')
}
