// Reads a command line by a list of flags: commander does the reading, the list says what there is. What is wrong becomes one
// line on standard error that names it and points at --help, and exit code 2.

import { writeSync } from 'node:fs'
import { Command, CommanderError, Option } from 'commander'
import type { Shell } from '../ts/shells/index.js'
import type { Flags, Values } from './flags.js'
import { spelling } from './flags.js'
import {
  Exit,
  isReaderGone,
  type Log,
  printable,
  sentence,
  sentenceWithPlace,
  streamError,
  UsageError,
  writeNow,
} from './report.js'

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
 * Reads what was typed after the tool's name. `-h`, `--help` and `--version` print and exit.
 * @throws UsageError
 */
export function parse<List extends Flags>(tool: Tool<List>, typed: readonly string[]): Parsed<List> {
  let told = ''
  const writeOut = (text: string) => {
    told += text
  }
  const command = commandOf(tool).exitOverride().configureOutput({ writeOut })
  try {
    command.parse(typed, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) {
      print(told)
      process.exit(Exit.ok)
    }
    throw new UsageError(error.message.replace(/^error: /, '').replaceAll('\n', ' '))
  }
  return {
    flags: Object.fromEntries(
      Object.entries(tool.flags).map(([name, { fallback }]) => [name, command.getOptionValue(name) ?? fallback]),
    ) as Values<List>,
    operands: command.processedArgs,
    given: new Set(Object.keys(tool.flags).filter((name) => command.getOptionValueSource(name) === 'cli')),
  }
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
    const told = isUsage ? `${sentence(error)}; see ${name} --help` : advised(error)
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

function commandOf(tool: Tool<Flags>): Command {
  const command = new Command(tool.name)
    .usage(usage(tool))
    .description(tool.summary)
    .version(tool.version, '--version', 'print the version')
    .helpOption('-h, --help', 'print this')
    .addHelpText('after', ({ command }) => `\n${command.createHelp().boxWrap(tool.epilogue, helpWidth())}`)
    // The error is thrown as well; it is told once, by who catches it.
    .configureOutput({ writeErr: () => undefined, getOutHelpWidth: helpWidth })
    .configureHelp({ showGlobalOptions: false, minWidthToWrap: 20 })
  for (const [name, help] of tool.operands) command.argument(name, help)
  for (const [name, flag] of Object.entries(tool.flags)) {
    command.addOption(
      optionOf(name, flag)
        .helpGroup(`${flag.group}:`)
        .hideHelp(flag.isHidden ?? false),
    )
    // Commander gives --x and --no-x one value.
    if (flag.fallback === true || flag.isThreeWay) command.addOption(new Option(spelling(`no-${name}`)).hideHelp())
  }
  for (const { name, group, help, answer } of tool.questions ?? []) {
    const option = new Option(spelling(name), help).helpGroup(`${group}:`)
    command.addOption(option).on(`option:${option.name()}`, () => {
      print(answer())
      process.exit(Exit.ok)
    })
  }
  return command
}

/** Prints what nothing follows. */
function print(text: string): void {
  try {
    writeSync(1, text)
  } catch (error) {
    if (!isReaderGone(error as NodeJS.ErrnoException))
      throw streamError('Standard output cannot be written', error as Error)
  }
}

/** The terminal's, as far as lines are easy to read. */
function helpWidth(): number {
  return Math.min((process.stdout.isTTY && process.stdout.columns) || 80, 100)
}

function optionOf(name: string, flag: Flags[string]): Option {
  const { argument, fallback, told } = flag
  const typed = spelling(name)
  // Commander is not given the defaults: it would tell them in JSON.
  const help = told === undefined ? flag.help : `${flag.help} (default: ${told})`
  const option = new Option(argument === undefined ? typed : `${typed} ${argument}`, help)
  if (argument === undefined) return option
  if (flag.bare !== undefined) option.preset(flag.bare)
  return option.argParser((value: string, before: unknown) => {
    try {
      return flag.parse(value, before ?? fallback)
    } catch (error) {
      if (error instanceof UsageError) throw new UsageError(`${typed} ${printable(value)}: ${error.message}`)
      throw error
    }
  })
}

function usage(tool: Tool<Flags>): string {
  const rest = tool.rest === undefined ? [] : [`[-- ${tool.rest}]`]
  return ['[options]', ...tool.operands.map(([name]) => name), ...rest].join(' ')
}
