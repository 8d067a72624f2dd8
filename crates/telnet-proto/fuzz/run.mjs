// Runs the fuzz targets one after another: `npm run fuzz` gives each a minute, `npm run fuzz -- scanner 600` one target ten.
// The committed corpus stays as it is: what the fuzzer finds worth keeping goes below target/, a crash to artifacts/.

import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))

function cargoFuzz(args, stdio = 'inherit') {
  return spawnSync('cargo', ['+nightly', 'fuzz', ...args], { cwd: dirname(here), stdio, encoding: 'utf8' })
}

if (cargoFuzz(['--version'], 'ignore').status !== 0) {
  console.error(
    'fuzzing needs nightly Rust and cargo-fuzz: rustup toolchain install nightly && cargo install cargo-fuzz',
  )
  process.exit(1)
}

const [only, seconds = '60'] = process.argv.slice(2)
const targets = cargoFuzz(['list'], 'pipe').stdout.trim().split('\n')
if (only && !targets.includes(only)) {
  console.error(`there is no fuzz target ${only}: choose from ${targets.join(', ')}`)
  process.exit(2)
}

for (const target of only ? [only] : targets) {
  const found = join(here, 'target', 'corpus', target)
  const seeds = join(here, 'corpus', target)
  mkdirSync(found, { recursive: true })
  const corpora = existsSync(seeds) ? [found, seeds] : [found]
  const { status } = cargoFuzz(['run', target, ...corpora, '--', `-max_total_time=${seconds}`])
  if (status !== 0) process.exit(status ?? 1)
}
