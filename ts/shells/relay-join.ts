// Two sessions that a relay joins: each side sees the other. What was agreed with the one is not agreed with the other, so what matters
// there is told across: data and the pace at which it is taken, signals, prompts, the size of the window, who echoes.

import { Command, Option } from '../constants.js'
import type { Session } from '../session.js'

/** Lets each side see the other, until one of them has ended. */
export async function join(session: Session, far: Session<Buffer>): Promise<void> {
  session.encoding = null
  const near = session as unknown as Session<Buffer>
  near.on('resize', () => {
    const { columns, rows } = sizeOf(session)
    far.resize(columns, rows)
  })
  near.on('command', (command) => {
    if (PASSED.has(command)) far.sendCommand(command)
  })
  near.on('synch', () => far.synch())
  const mirrored = mirror(near, far)
  far.on('command', async (command) => {
    // Before that the visitor has suppressed what the far host has not.
    await mirrored
    if (command === Command.GA) near.goAhead()
    if (command === Command.EOR) near.endOfRecord()
  })
  await mirrored
  pass(near, far)
  pass(far, near)
  await Promise.race([closed(near), closed(far)])
  far.end()
}

function closed(session: Session<Buffer>): Promise<void> {
  return session.closed ? Promise.resolve() : new Promise((resolve) => session.once('close', () => resolve()))
}

/** All that comes from the one goes to the other, as fast as that takes it; the end, too. */
function pass(from: Session<Buffer>, to: Session<Buffer>): void {
  from.on('data', (chunk: Buffer) => {
    if (!to.write(chunk)) from.pause()
  })
  to.on('drain', () => from.resume())
  from.on('end', () => to.end())
}

/**
 * Whether each key is sent, who echoes, and whether eight bits pass, is as the far host has it. Resolves when it has said how: what it
 * writes, its prompts among it, is for a visitor who goes by that.
 */
async function mirror(near: Session<Buffer>, far: Session<Buffer>): Promise<void> {
  const follow = (side: 'local' | 'remote', option: number) => {
    const view = near[side === 'remote' ? 'local' : 'remote']
    const isOn = far[side].has(option)
    if (view.has(option) === isOn) return
    ;(isOn ? view.enable(option) : view.disable(option)).catch(ignore)
  }
  far.on('option', (side, option) => {
    if (MIRRORED.some(([one, number]) => one === side && number === option)) follow(side, option)
  })
  await far.ready().catch(ignore)
  for (const [side, option] of MIRRORED) follow(side, option)
}

const MIRRORED: readonly (readonly ['local' | 'remote', number])[] = [
  ['remote', Option.ECHO],
  ['remote', Option.SGA],
  ['remote', Option.BINARY],
  ['local', Option.BINARY],
]

/** Commands that are for the far host. Are-you-there is answered here, and what is in a Synch is sent by `synch`. */
const PASSED: ReadonlySet<number> = new Set([
  Command.IP,
  Command.AO,
  Command.BRK,
  Command.ABORT,
  Command.SUSP,
  Command.EOF,
  Command.EC,
  Command.EL,
])

/** Who leaves need not answer. */
function ignore(): void {}

/** The size of a visitor's window, as far as a client of ours may have it. */
export function sizeOf({ peer: { columns = 80, rows = 25 } }: Session): { columns: number; rows: number } {
  return { columns: Math.min(columns, LARGEST), rows: Math.min(rows, LARGEST) }
}

/** The largest window that a client of ours has. */
const LARGEST = 1_000
