// `npm run soak [-- options]`: telnetkit-server among people, machines and vandals, for as long as one likes.
//
// Three servers run, with their guards set low: lines given back, a command line, a program of a terminal. A crowd in a process of
// its own comes and goes: it negotiates, plays, pastes, vanishes, resets, stalls, lies. Meanwhile some sessions stay, ask something again
// and again, and measure how long the answer takes. At the end nothing may be left of the crowd: no memory, no descriptor,
// no program, no zombie.

import { fork } from 'node:child_process'
import { once } from 'node:events'
import os from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Host, places } from './soak/hosts.mjs'
import { Inhabitant } from './soak/inhabitants.mjs'

const HELP = `npm run soak [-- options]

  --minutes NUMBER   how long the crowd comes [2]
  --crowd NUMBER     how many of it there are at once, for each server [24]
  --seed NUMBER      what chance depends on, to see the same again [taken from the clock, and printed]
`

/** Sessions that stay, for each server. */
const INHABITANTS = 4

async function main() {
  const { values } = parseArgs({
    options: {
      help: { type: 'boolean' },
      minutes: { type: 'string', default: '2' },
      crowd: { type: 'string', default: '24' },
      seed: { type: 'string', default: String(Date.now() % 2 ** 32) },
    },
  })
  if (values.help) return console.log(HELP)
  const [minutes, size, seed] = ['minutes', 'crowd', 'seed'].map((name) => number(name, values[name]))
  console.log(
    `soak: ${minutes} minutes, a crowd of ${size} for each server, seed ${seed}; ${os.cpus().length} cores, Node ${process.version}`,
  )

  const faults = []
  const hosts = await Promise.all(places.map((place) => Host.start(place, (fault) => faults.push(fault))))
  process.on('exit', () => {
    for (const host of hosts) host.kill()
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1))

  const inhabitants = []
  for (const host of hosts) {
    for (let count = 0; count < INHABITANTS; count++) inhabitants.push(await Inhabitant.enter(host))
  }
  const living = inhabitants.map((inhabitant) => inhabitant.live((fault) => faults.push(fault)))
  for (const host of hosts) host.remember()

  const crowd = await visit(hosts, { size, seed, seconds: minutes * 60 })
  faults.push(...crowd.faults)
  await settle(hosts, INHABITANTS, faults)
  for (const inhabitant of inhabitants) inhabitant.leave()
  await Promise.all(living)
  await settle(hosts, 0, faults)
  for (const host of hosts) faults.push(...host.growth())
  report(hosts, inhabitants, crowd)
  await Promise.all(hosts.map((host) => host.stop()))

  for (const fault of new Set(faults)) console.log(`  ${fault}`)
  console.log(faults.length === 0 ? 'soak: well' : `soak: ${faults.length} faults`)
  process.exitCode = faults.length === 0 ? 0 : 1
}

/** Has the crowd come, and tells what it did. */
async function visit(hosts, { size, seed, seconds }) {
  const where = hosts.map(({ port, place: { name } }) => ({ name, port }))
  const settings = JSON.stringify({ where, size, seed, seconds })
  const crowd = fork(fileURLToPath(new URL('soak/crowd.mjs', import.meta.url)), [settings])
  process.on('exit', () => crowd.kill('SIGKILL'))
  const ended = once(crowd, 'exit')
  const told = once(crowd, 'message')
  const watching = setInterval(() => {
    for (const host of hosts) host.look()
  }, 1_000)
  try {
    const result = await Promise.race([
      told.then(([message]) => message),
      ended.then(([code]) => ({ visits: {}, faults: [`the crowd ended with ${code}`] })),
    ])
    await ended
    return result
  } finally {
    clearInterval(watching)
  }
}

/** Waits until nothing is left of who went away. */
async function settle(hosts, sessions, faults) {
  for (const host of hosts) {
    const until = performance.now() + 30_000
    let left = host.leftBehind(sessions)
    while (left.length > 0 && performance.now() < until) {
      await delay(100)
      left = host.leftBehind(sessions)
    }
    faults.push(...left)
  }
}

function report(hosts, inhabitants, { visits }) {
  for (const host of hosts) {
    const here = inhabitants.filter((one) => one.host === host)
    const times = here.flatMap((one) => one.times)
    const missing = here.filter((one) => one.isForsaken).length
    times.sort((one, other) => one - other)
    const at = (part) => `${(times[Math.floor(part * (times.length - 1))] ?? Number.NaN).toFixed(1)} ms`
    console.log(`\n${host.place.title}`)
    console.log(
      `  answers     ${times.length}, and ${missing || 'none'} that did not come; p50 ${at(0.5)}, p99 ${at(0.99)}, the slowest ${at(1)}`,
    )
    console.log(`  memory      ${host.memoryTold}`)
    console.log(`  descriptors ${host.descriptorsTold}`)
    console.log(`  sessions    ${host.sessions}; guards: ${host.guardsTold}`)
  }
  const kinds = Object.entries(visits).map(([kind, count]) => `${kind} ${count}`)
  console.log(`\nvisits: ${kinds.join(', ')}`)
}

function number(flag, text) {
  if (!(Number(text) > 0)) throw new Error(`--${flag} takes a number above 0, not ${text}`)
  return Number(text)
}

main().catch((error) => {
  console.error(`soak: ${error.stack}`)
  process.exit(1)
})
