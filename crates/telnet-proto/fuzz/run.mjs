// Runs the fuzz targets one after another: `npm run fuzz` gives each a minute, `npm run fuzz -- scanner 600` one target ten.
// The fuzzer starts from the conversations in transcripts/ and from corpus/. What it finds goes below target/, a crash to
// artifacts/. `npm run fuzz -- scanner keep` chooses anew what stands in corpus/: the few short inputs that reach the most.

import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
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
  if (seconds === 'keep') keep(target, found)
  else run(['fuzz', 'run', target, found, join(seeds, target), '--', `-max_total_time=${seconds}`])
}

function keep(target, found) {
  const fewest = join(here, 'target', 'fewest', target)
  rmSync(fewest, { recursive: true, force: true })
  mkdirSync(fewest, { recursive: true })
  run(['fuzz', 'run', target, fewest, found, join(seeds, target), '--', '-merge=1', '-max_len=96'])
  const inputs = readdirSync(fewest).map((name) => readFileSync(join(fewest, name)).toString('hex'))
  writeFileSync(join(here, 'corpus', `${target}.txt`), `${inputs.sort().join('\n')}\n`)
}

function run(args) {
  const { status } = cargo(args)
  if (status !== 0) process.exit(status ?? 1)
}
