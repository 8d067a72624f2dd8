// `telnetkit-server fingerprints`: what to do with the fingerprints in a data directory. Here it is found out which command is meant; each is
// loaded when it is.

import { type Stats, statSync } from 'node:fs'
import { version } from '../../ts/binding.js'
import type { Census } from '../../ts/fingerprint/census.js'
import { Store } from '../../ts/fingerprint/store.js'
import { type Parsed, parse, run } from '../command-line.js'
import type { Flags } from '../flags.js'
import { Exit, isReaderGone, printable, sentence, UsageError } from '../report.js'
import { type CommandName, commands, type Described, program } from './flags.js'

/** What a command works on. */
export interface Work {
  readonly store: Store
  /** Reads all that is stored. What cannot be read is told, and left out. */
  count(): Promise<Census>
  /** Prints to standard output, a line each. */
  print(...lines: string[]): void
  /** Tells on standard error what is in nobody's way. */
  warn(line: string): void
}

/** Runs it. */
export function fingerprints(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (isReaderGone(error)) process.exit(Exit.ok)
    throw error
  })
  run(program, async ([, ...typed]) => {
    const at = commandAt(typed)
    const name = typed[at]
    // Help is asked for, or something is missing.
    if (name === undefined) await parse({ ...program, version: version(), epilogue: overview() }, typed)
    if (!isCommand(name))
      throw new UsageError(`${printable(name ?? '')}: no such command; there are ${Object.keys(commands).join(', ')}`)
    await perform(name, typed.toSpliced(at, 1)).catch((error) => {
      if (error instanceof UsageError) error.tool = commands[name].name
      throw error
    })
    return Exit.ok
  })
}

/** Performs a command, with what was typed beside it. */
async function perform(name: CommandName, typed: readonly string[]): Promise<void> {
  switch (name) {
    case 'list': {
      const { flags, work } = await read(commands.list, typed)
      return (await import('./list.js')).list(work, flags)
    }
    case 'show': {
      const { flags, operands, work } = await read(commands.show, typed)
      return (await import('./show.js')).show(work, operands[0]!, flags)
    }
    case 'name': {
      const { flags, operands, work } = await read(commands.name, typed)
      return (await import('./name.js')).name(work, operands[0]!, operands[1], flags)
    }
    case 'compare': {
      const { flags, operands, work } = await read(commands.compare, typed)
      return (await import('./compare.js')).compare(work, operands[0]!, operands[1]!, flags)
    }
    case 'prune': {
      const { flags, work } = await read(commands.prune, typed)
      return (await import('./prune.js')).prune(work, flags)
    }
    case 'moderate': {
      const { flags, work } = await read(commands.moderate, typed)
      return (await import('./moderate.js')).moderate(work, flags)
    }
    case 'report': {
      const { operands, work } = await read(commands.report, typed)
      return (await import('./report.js')).report(work, operands[0]!)
    }
  }
}

async function read<List extends Flags & typeof program.flags>(
  command: Described<List>,
  typed: readonly string[],
): Promise<Parsed<List> & { work: Work }> {
  const parsed = await parse({ ...command, version: version() }, typed)
  return { ...parsed, work: workOn(parsed.flags.dataDir as string | undefined) }
}

function workOn(typed: string | undefined): Work {
  const folder = typed ?? process.env.TELNETKIT_DATA_DIR
  if (folder === undefined || folder === '')
    throw new UsageError('--data-dir is missing: name the data directory, or set TELNETKIT_DATA_DIR')
  const what = `${typed === undefined ? '$TELNETKIT_DATA_DIR' : '--data-dir'} ${printable(folder)}`
  if (!found(what, folder).isDirectory()) throw new UsageError(`${what}: that is a file, and no folder`)
  const store = new Store(folder)
  const warn = (line: string) => void process.stderr.write(`${program.name}: ${printable(line)}\n`)
  return {
    store,
    warn,
    print: (...lines) => void process.stdout.write(lines.map((line) => `${line}\n`).join('')),
    async count() {
      const { census } = await import('../../ts/fingerprint/census.js')
      const found = await census(store)
      for (const { message } of found.flaws) warn(message)
      return found
    },
  }
}

/** What stands where the data directory should be. */
function found(what: string, folder: string): Stats {
  try {
    return statSync(folder)
  } catch (error) {
    const isNone = ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')
    const reason = isNone ? 'there is no such folder' : sentence(error).replace(/, stat '.*/, '')
    throw new UsageError(`${what}: ${reason}`, { cause: error })
  }
}

/** Where the command stands, before which there may be flags. */
function commandAt(typed: readonly string[]): number {
  return typed.findIndex((word, index) => !word.startsWith('-') && typed[index - 1] !== '--data-dir')
}

function isCommand(word: string | undefined): word is CommandName {
  return word !== undefined && Object.hasOwn(commands, word)
}

function overview(): string {
  const widest = Math.max(...Object.keys(commands).map((name) => name.length))
  const lines = Object.entries(commands).map(([name, { brief }]) => `  ${name.padEnd(widest)}  ${brief}`)
  return `Commands:\n${lines.join('\n')}\n\nEach tells more with --help.`
}
