// Runs the fuzz targets of all crates one after another: `npm run fuzz` gives each a minute, `npm run fuzz -- scanner 600` one target
// ten. The fuzzer starts from what a crate's tests/seeds/ gathers, its fuzz/corpus/ among it. What it finds goes below fuzz/target/, a crash
// to fuzz/artifacts/. `npm run fuzz -- scanner keep` chooses anew what stands in corpus/: the few short inputs that reach the most.

import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))

/** The crates that have a fuzz/. */
const crates = readdirSync(here)
  .map((name) => join(here, name))
  .filter((crate) => existsSync(join(crate, 'fuzz')))

if (cargo(here, ['fuzz', '--version'], 'ignore').status !== 0) {
  console.error(
    'fuzzing needs nightly Rust and cargo-fuzz: rustup toolchain install nightly && cargo install cargo-fuzz',
  )
  process.exit(1)
}

const [only, seconds = '60'] = process.argv.slice(2)
const targets = crates.flatMap((crate) =>
  cargo(crate, ['fuzz', 'list'], 'pipe')
    .stdout.trim()
    .split('\n')
    .map((target) => ({ crate, target })),
)
const chosen = targets.filter(({ target }) => only === undefined || target === only)
if (chosen.length === 0) {
  console.error(`there is no fuzz target ${only}: choose from ${targets.map(({ target }) => target).join(', ')}`)
  process.exit(2)
}

for (const { crate, target } of chosen) {
  const built = join(crate, 'fuzz', 'target')
  const seeds = join(built, 'seeds')
  run(crate, ['run', '--quiet', '--manifest-path', join(crate, 'fuzz', 'Cargo.toml'), '--example', 'corpus', seeds])
  const found = join(built, 'corpus', target)
  mkdirSync(found, { recursive: true })
  if (seconds === 'keep') keep(crate, target, found, join(seeds, target))
  else run(crate, ['fuzz', 'run', target, found, join(seeds, target), '--', `-max_total_time=${seconds}`])
}

function keep(crate, target, found, seeds) {
  const fewest = join(crate, 'fuzz', 'target', 'fewest', target)
  rmSync(fewest, { recursive: true, force: true })
  mkdirSync(fewest, { recursive: true })
  run(crate, ['fuzz', 'run', target, fewest, found, seeds, '--', '-merge=1', '-max_len=48'])
  const inputs = readdirSync(fewest).map((name) => readFileSync(join(fewest, name)).toString('hex'))
  writeFileSync(join(crate, 'fuzz', 'corpus', `${target}.txt`), `${inputs.sort().join('\n')}\n`)
}

function run(crate, args) {
  const { status } = cargo(crate, args)
  if (status !== 0) process.exit(status ?? 1)
}

function cargo(crate, args, stdio = 'inherit') {
  return spawnSync('cargo', ['+nightly', ...args], { cwd: crate, stdio, encoding: 'utf8' })
}
