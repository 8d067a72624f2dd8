// Runs the fuzz targets one after another: `npm run fuzz` gives each a minute, `npm run fuzz -- scanner 600` one target ten.
// The fuzzer starts from the conversations in transcripts/. What it finds worth keeping goes below target/, a crash to
// artifacts/.

import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))

function cargo(args, stdio = 'inherit') {
  return spawnSync('cargo', ['+nightly', ...args], { cwd: dirname(here), stdio, encoding: 'utf8' })
}

if (cargo(['fuzz', '--version'], 'ignore').status !== 0) {
  console.error(
    'fuzzing needs nightly Rust and cargo-fuzz: rustup toolchain install nightly && cargo install cargo-fuzz',
  )
  process.exit(1)
}

const [only, seconds = '60'] = process.argv.slice(2)
const targets = cargo(['fuzz', 'list'], 'pipe').stdout.trim().split('\n')
if (only && !targets.includes(only)) {
  console.error(`there is no fuzz target ${only}: choose from ${targets.join(', ')}`)
  process.exit(2)
}

const seeds = join(here, 'target', 'seeds')
run(['run', '--quiet', '--manifest-path', join(here, 'Cargo.toml'), '--example', 'corpus', seeds])

for (const target of only ? [only] : targets) {
  const found = join(here, 'target', 'corpus', target)
  mkdirSync(found, { recursive: true })
  run(['fuzz', 'run', target, found, join(seeds, target), '--', `-max_total_time=${seconds}`])
}

function run(args) {
  const { status } = cargo(args)
  if (status !== 0) process.exit(status ?? 1)
}
