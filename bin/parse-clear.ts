// What is clear on a command line, by Node's own reader: flags of a list with their values, and no more operands than there are. All
// else is left to who knows it all (parse-all.ts): help, what is wrong, and what could be meant in two ways.

import { parseArgs } from 'node:util'
import type { Parsed, Tool } from './command-line.js'
import { type Flags, mayBeNegated, readValue, spelling, type Values } from './flags.js'

/**
 * Reads what was typed after a tool's name, if that is clear.
 * @throws UsageError where a flag does not take its value
 */
export function parseClear<List extends Flags>(tool: Tool<List>, typed: readonly string[]): Parsed<List> | undefined {
  // Most say where to go and no more, and need not wait a millisecond for a reader of flags.
  const hasFlags = typed.some((word) => word.startsWith('-'))
  const spellings = new Map(
    hasFlags ? Object.entries(tool.flags).flatMap(([name, flag]) => spellingsOf(name, flag)) : [],
  )
  const read = hasFlags ? piecesOf(spellings, typed) : { positionals: typed, tokens: [] }
  if (!read || !suffice(read.positionals, tool)) return undefined
  const values = new Map<string, unknown>()
  for (const token of read.tokens) {
    if (token.kind === 'option-terminator') return undefined
    if (token.kind === 'positional') continue
    const { name, flag, sets } = spellings.get(token.name)!
    const before = values.get(name) ?? flag.fallback
    values.set(name, token.value === undefined ? sets : readValue(name, flag, token.value, before))
  }
  const chosen = Object.entries(tool.flags).map(([name, flag]) => [name, values.get(name) ?? flag.fallback])
  return {
    flags: Object.fromEntries(chosen) as Values<List>,
    operands: tool.operands.map((_, index) => read.positionals[index]),
    given: new Set(values.keys()),
  }
}

/** A flag by the way it is typed, without the dashes; `sets` is what it means where it takes no value. */
interface Spelling {
  readonly name: string
  readonly flag: Flags[string]
  readonly sets: boolean
}

/** One that may stand with a value and without is not clear. */
function spellingsOf(name: string, flag: Flags[string]): [string, Spelling][] {
  const spelled = (typed: string) => spelling(typed).slice(2)
  if (flag.bare !== undefined) return []
  const usual: [string, Spelling] = [spelled(name), { name, flag, sets: true }]
  return mayBeNegated(flag) ? [usual, [spelled(`no-${name}`), { name, flag, sets: false }]] : [usual]
}

/** What was typed, piece by piece; undefined where something is not among the flags, or not as it should be. */
function piecesOf(spellings: ReadonlyMap<string, Spelling>, typed: readonly string[]) {
  const kinds = [...spellings].map(([typed, { flag }]) => [
    typed,
    { type: flag.argument === undefined ? ('boolean' as const) : ('string' as const) },
  ])
  try {
    const options: Record<string, { type: 'boolean' | 'string' }> = Object.fromEntries(kinds)
    return parseArgs({ args: [...typed], options, allowPositionals: true, tokens: true })
  } catch {
    return undefined
  }
}

/** Those that must be are there, and no others. */
function suffice(operands: readonly unknown[], tool: Pick<Tool<Flags>, 'operands'>): boolean {
  const least = tool.operands.filter(([name]) => name.startsWith('<')).length
  return operands.length >= least && operands.length <= tool.operands.length
}
