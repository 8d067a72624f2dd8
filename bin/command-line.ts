// Reads a command line by a list of flags, which says what there is, and runs a tool by it. What is wrong becomes one line on standard
// error that names it and points at --help, and exit code 2.

import type { Shell } from '../ts/shells/index.js'
import type { Flags, Values } from './flags.js'
import { parseClear } from './parse-clear.js'
import { Exit, type Log, printable, sentence, sentenceWithPlace, UsageError, writeNow } from './report.js'

/** A tool, as its command line and its help describe it. */
export interface Tool<List extends Flags> {
  readonly name: string
  readonly version: string
  /** What it does, in a sentence or two. */
  readonly summary: string
  /** The arguments that are not flags, in commander's notation, and what they mean. */
  readonly operands: readonly (readonly [name: string, help: string])[]
  /** What may stand after a bare `--`. */
  readonly rest?: string
  readonly flags: List
  /** Flags that print something, and no more is done: as --version, but with a heading of their own in the help. */
  readonly questions?: readonly Question[]
  /** What stands at the end of the help: examples, and what else there is to say, a paragraph a line. */
  readonly epilogue: string
  /** What to do about an error, by its code. */
  readonly advice?: (code: string) => string | undefined
}

/** A flag that asks for something to be printed. */
export interface Question {
  /** In camel case, as the other flags' names. */
  readonly name: string
  readonly group: string
  readonly help: string
  readonly answer: () => string
}

/** What was typed. An operand that is not there is undefined. */
export interface Parsed<List extends Flags> {
  readonly flags: Values<List>
  readonly operands: readonly (string | undefined)[]
  /** The names of the flags that were given. */
  readonly given: ReadonlySet<keyof List>
}

/**
 * Reads what was typed after the tool's name. `-h`, `--help` and `--version` print and exit. What is clear is read here; commander,
 * which takes longer to load than all else on a command line, is asked for help, and about what is wrong or may mean two things.
 * @throws UsageError
 */
export async function parse<List extends Flags>(tool: Tool<List>, typed: readonly string[]): Promise<Parsed<List>> {
  const clear = parseClear(tool, typed)
  if (clear !== undefined) return clear
  const { parseAll } = await import('./parse-all.js')
  return parseAll(tool, typed)
}

/**
 * Runs a tool and exits with the code that it resolves to. What it throws, and what nobody caught, is told in a line.
 * @param main is given what was typed, and tells which log it opened
 */
export function run(
  { name, advice }: Pick<Tool<Flags>, 'name' | 'advice'>,
  main: (typed: string[], opened: (log: Log) => void) => Promise<number>,
): void {
  let log: Log | undefined
  const fail = (error: unknown): never => {
    const isUsage = error instanceof UsageError
    const told = isUsage ? `${sentence(error)}; see ${error.tool ?? name} --help` : advised(error)
    // Last of all, when a terminal is as it was.
    if (!log?.lastWords(told)) process.once('exit', () => writeNow(2, `${name}: ${told}\n`))
    log?.stack(error)
    process.exit(isUsage ? Exit.usage : Exit.failed)
  }
  const advised = (error: unknown) => {
    const repair = advice?.((error as NodeJS.ErrnoException | undefined)?.code ?? '')
    return repair === undefined ? sentenceWithPlace(error) : `${sentence(error)}; ${repair}`
  }
  process.on('uncaughtException', fail)
  // A shell of the user's may have set an exit code, as Node has it.
  const finish = (code: number) => process.stdout.write('', () => process.exit(code || process.exitCode))
  main(process.argv.slice(2), (opened) => {
    log = opened
  }).then(finish, fail)
}

/** The function that --shell names. One that cannot be had was named wrongly. */
export async function namedShell(name: string): Promise<Shell> {
  const { loadShell } = await import('../ts/load-shell.js')
  try {
    return await loadShell(name)
  } catch (error) {
    throw new UsageError(`--shell ${sentence(error).replace(/^Shell /, '')}`, { cause: error })
  }
}

/** A TCP port in decimal. */
export function parsePort(typed: string, least: 0 | 1): number {
  const port = /^\d{1,5}$/.test(typed) ? Number(typed) : Number.NaN
  if (port >= least && port <= 0xffff) return port
  throw new UsageError(`port ${printable(typed)}: give a number from ${least} to 65535`)
}
