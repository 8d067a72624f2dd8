// `npm run bench [-- names…]`: ours beside its rivals, in one interleaved run.
//
// In each round every server runs once, in a fresh process, one after another; a ratio is taken within a round, where
// the machine was the same for both, and the medians over the rounds are printed.

import os from 'node:os'
import { parseArgs } from 'node:util'
import { benchmarks } from './benchmarks.mjs'
import { blocking } from './blocking.mjs'
import { clientBenchmarks, measureClients } from './clients.mjs'
import { identify } from './identity.mjs'
import { buildLoad, Child, cargo } from './processes.mjs'
import { servers } from './servers.mjs'
import { printTable } from './table.mjs'

const NAMES = [...[...benchmarks, ...clientBenchmarks].map(({ name }) => name), 'blocking', 'scan']

const HELP = `npm run bench [-- options] [-- names…]

  names              which to run, by the beginning of their name:
                     ${NAMES.join(' ')}
  --quick            a first impression
  --rounds NUMBER    how often each server runs [5; 2 for idle; --quick 2 and 1]
  --seconds NUMBER   how long each run is measured [2; --quick 1]
  --servers NAMES    only these, by comma: ${namesOf(servers.echo)}; of decode-…: ${namesOf(servers.decode)};
                     of mccp-…: ${namesOf(servers.mccp)}; of pty-…: ${namesOf(servers.pty)}
`

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      help: { type: 'boolean' },
      quick: { type: 'boolean' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      servers: { type: 'string' },
    },
  })
  if (values.help) return console.log(HELP)
  const means = (start, name) => name === start || (name.startsWith(start) && !NAMES.includes(start))
  const wanted = (name) => positionals.length === 0 || positionals.some((start) => means(start, name))
  const strangers = positionals.filter((start) => !NAMES.some((name) => name.startsWith(start)))
  if (strangers.length > 0) throw new Error(`no benchmark is called ${strangers.join(', ')}: see --help`)
  const seconds = number('seconds', values.seconds) ?? (values.quick ? 1 : 2)

  console.log(machine())
  const chosen = benchmarks.filter(({ name }) => wanted(name))
  const load = chosen.length > 0 ? buildLoad() : undefined
  if (chosen.some(({ group }) => group === 'tls')) identify()
  const present = {}
  for (const group of new Set(chosen.map((benchmark) => benchmark.group ?? 'echo'))) {
    const names = values.servers?.split(',') ?? servers[group].map(({ name }) => name)
    present[group] = await probe(servers[group], names, load)
  }
  for (const benchmark of chosen) {
    const { group = 'echo', without = [] } = benchmark
    const taking = present[group].filter(({ name }) => !without.includes(name))
    const usual = values.quick ? 2 : 5
    const rounds = number('rounds', values.rounds) ?? (benchmark.slow ? Math.floor(usual / 2) : usual)
    printTable(benchmark, await measure(benchmark, taking, { rounds, seconds, load }))
  }
  if (wanted('blocking')) await blocking({ rounds: number('rounds', values.rounds) ?? (values.quick ? 1 : 3) })
  for (const benchmark of clientBenchmarks.filter(({ name }) => wanted(name))) {
    progress(benchmark.name)
    printTable(benchmark, await measureClients(benchmark, number('rounds', values.rounds)))
  }
  if (wanted('scan')) scan()
}

function number(flag, text) {
  if (text === undefined) return undefined
  if (!(Number(text) > 0)) throw new Error(`--${flag} takes a number above 0, not ${text}`)
  return Number(text)
}

function namesOf(group) {
  return group.map(({ name }) => name).join(',')
}

/** The servers that can be started here; says of the others why not. */
async function probe(group, names, load) {
  const present = []
  for (const server of group.filter(({ name }) => names.includes(name))) {
    const child = new Child(server.command(server.probe ?? 'echo', load))
    try {
      await child.line(20)
      present.push(server)
    } catch (error) {
      console.log(`${server.title} is left out: ${error.message}${server.get ? ` (${server.get})` : ''}`)
    } finally {
      await child.end()
    }
  }
  return present
}

/** For each server its runs, round by round; a run that failed is an `error`. */
async function measure(benchmark, present, { rounds, ...settings }) {
  const results = present.map((server) => ({ server, runs: [] }))
  for (let round = 0; round < rounds; round++) {
    for (const { server, runs } of results) {
      progress(`${benchmark.name}, round ${round + 1} of ${rounds}: ${server.title}`)
      runs.push(await run(benchmark, server, settings).catch((error) => ({ error: error.message })))
    }
  }
  progress('')
  return results
}

async function run(benchmark, server, { seconds, load }) {
  const target = new Child(server.command(benchmark.mode, load))
  let generator
  try {
    const { port } = await target.line(20)
    const limit = seconds + 60
    const options = { addr: `127.0.0.1:${port}`, pid: target.pid, warmup: 0.5, seconds, limit }
    const file = benchmark.file ? ['--file', benchmark.file()] : []
    generator = new Child(
      [
        load,
        ...benchmark.load,
        ...file,
        ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]),
      ].map(String),
    )
    let line = await generator.line(limit + 5)
    while (line.step) {
      target.say(line.step)
      await target.line(20)
      generator.say('go on')
      line = await generator.line(limit + 5)
    }
    return line
  } catch (error) {
    throw new Error([error.message, target.complaint].filter(Boolean).join('; the server: '))
  } finally {
    await generator?.end()
    await target.end()
  }
}

/** The scanner alone, beside `memchr`. */
function scan() {
  console.log('\nThe scanner alone, beside memchr (cargo bench -p telnet-proto --bench scan)')
  const { status, error } = cargo('bench', '--quiet', '-p', 'telnet-proto', '--bench', 'scan')
  if (status !== 0) console.log(`  not measured: ${error?.message ?? `cargo ended with ${status}`}`)
}

function machine() {
  const cpus = os.cpus()
  return `${cpus.length} cores (${cpus[0]?.model.trim()}), ${os.type()} ${os.release()}, Node ${process.version}, shared with the load generator`
}

/** A line that the next one overwrites, for people who wait. */
function progress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`)
}

main().catch((error) => {
  console.error(`bench: ${error.message}`)
  process.exit(1)
})
