// All that may stand on a command line, by commander: what there is, the help about it, and what is wrong with what was typed.

import { writeSync } from 'node:fs'
import { Command, CommanderError, Option } from 'commander'
import type { Parsed, Tool } from './command-line.js'
import { type Flags, mayBeNegated, readValue, spelling, type Values } from './flags.js'
import { Exit, isReaderGone, streamError, UsageError } from './report.js'

/**
 * Reads what was typed after the tool's name. `-h`, `--help` and `--version` print and exit.
 * @throws UsageError
 */
export function parseAll<List extends Flags>(tool: Tool<List>, typed: readonly string[]): Parsed<List> {
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

function commandOf(tool: Tool<Flags>): Command {
  const command = new Command(tool.name)
    .usage(usage(tool))
    .description(tool.summary)
    .version(tool.version, '--version', 'print the version')
    .helpOption('-h, --help', 'print this')
    .addHelpText('after', ({ command }) => `\n${command.createHelp().boxWrap(tool.epilogue, helpWidth())}`)
    // The error is thrown as well; it is told once, by who catches it.
    .configureOutput({ writeErr: () => undefined, getOutHelpWidth: helpWidth })
    // Commander would add in JSON what the texts have in words.
    .configureHelp({
      showGlobalOptions: false,
      minWidthToWrap: 20,
      optionDescription: ({ description }) => description,
    })
  for (const [name, help] of tool.operands) command.argument(name, help)
  for (const [name, flag] of Object.entries(tool.flags)) {
    command.addOption(
      optionOf(name, flag)
        .helpGroup(`${flag.group}:`)
        .hideHelp(flag.isHidden ?? false),
    )
    // Commander gives --x and --no-x one value.
    if (mayBeNegated(flag)) command.addOption(new Option(spelling(`no-${name}`)).hideHelp())
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
  return option.argParser((value: string, before: unknown) => readValue(name, flag, value, before ?? fallback))
}

function usage(tool: Tool<Flags>): string {
  const rest = tool.rest === undefined ? [] : [`[-- ${tool.rest}]`]
  return ['[options]', ...tool.operands.map(([name]) => name), ...rest].join(' ')
}
