// The guards of telnetkit-server: what its flags say of them, and the line in the log for each that had something to do.

import type { Guard, Guarded, Server, ServerOptions } from '#telnetkit'
import { isDrop } from '../ts/guards.js'
import type { serverFlags, Values } from './flags.js'
import { type Log, peerOf, remoteOf } from './report.js'

/** Options of a server, as the flags have them. */
export function guardOptions(flags: Values<typeof serverFlags>): ServerOptions {
  return {
    timeout: flags.timeout,
    maxConnections: flags.maxConnections,
    maxConnectionsPerAddress: flags.maxConnectionsPerAddress,
    acceptRate: flags.acceptRate,
    acceptRatePerAddress: flags.acceptRatePerAddress,
    exemptAddresses: flags.exemptAddresses,
    limits: {
      writeStall: flags.writeStall,
      queuedOutput: flags.maxQueuedOutput,
      inputRate: flags.inputRate,
      negotiationRate: flags.negotiationRate,
      subnegotiation: flags.maxSubnegotiation,
      environmentVariables: flags.maxEnvironment,
      environmentName: flags.maxEnvironmentName,
      environmentValue: flags.maxEnvironmentValue,
      columns: flags.maxColumns,
      rows: flags.maxRows,
    },
  }
}

/** Logs what the guards of a server do, with the address first, as programs that ban addresses want it. */
export function logGuards(server: Server, log: Log): void {
  const lines = new GuardLines(log)
  server.on('guard', (guarded) => lines.tell(guarded))
}

/** A flood must not fill the disk: in each second so many lines are told, and the rest are summed up in one. */
class GuardLines {
  readonly #log: Log
  readonly #untold = new Map<Guard, number>()
  #left = MOST_LINES
  #second: NodeJS.Timeout | undefined

  constructor(log: Log) {
    this.#log = log
  }

  tell(guarded: Guarded): void {
    const { guard, message, count } = guarded
    this.#second ??= setTimeout(() => this.#sumUp(), 1_000).unref()
    if (this.#left > 0) {
      this.#left--
      const what = isDrop(guard) ? message : `guard ${guard}: ${message}`
      const told = `${peerOf(guarded)} ${what}${count > 1 ? `, ${count} times` : ''}`
      this.#log.warn(told, { ...remoteOf(guarded), guard, count })
    } else {
      this.#untold.set(guard, (this.#untold.get(guard) ?? 0) + count)
    }
  }

  #sumUp(): void {
    const sums = Array.from(this.#untold, ([guard, count]) => `${guard} ${count}`)
    if (sums.length > 0) this.#log.warn(`guards, beside what stands above, in one second: ${sums.join(', ')}`)
    this.#untold.clear()
    this.#left = MOST_LINES
    this.#second = undefined
  }
}

const MOST_LINES = 20
