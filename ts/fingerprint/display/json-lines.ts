// JSON as lines with colours, for a reader: members in order, an indent of two, what is longer than the window goes on in the
// next line.

import { sortedEntries } from '../canonical.js'
import type { JsonObject } from '../document.js'
import type { Line, Span, Style } from './paint.js'
import { wrapLine } from './wrap-line.js'

/** The lines of a value, of at most so many columns. */
export function jsonLines(value: unknown, columns: number, isAscii: boolean): Line[] {
  return spansOf(value, '', []).flatMap((line) => wrapLine(line, columns, isAscii))
}

/** The lines of a value that stands at `indent` behind `before`; the last is without a comma. */
function spansOf(value: unknown, indent: string, before: readonly Span[]): Span[][] {
  if (typeof value !== 'object' || value === null) return [[...before, scalar(value)]]
  const isList = Array.isArray(value)
  const [open, close] = isList ? '[]' : '{}'
  const entries: [Span[], unknown][] = isList
    ? value.map((entry) => [[], entry])
    : sortedEntries(value as JsonObject).map(([name, member]) => [
        [{ text: JSON.stringify(name), as: 'member' }, { text: ': ' }],
        member,
      ])
  if (entries.length === 0) return [[...before, { text: `${open}${close}` }]]
  const deeper = `${indent}  `
  const lines = entries.flatMap(([label, entry], index) => {
    const inner = spansOf(entry, deeper, [{ text: deeper }, ...label])
    return index === entries.length - 1 ? inner : [...inner.slice(0, -1), [...inner.at(-1)!, { text: ',' }]]
  })
  return [[...before, { text: open! }], ...lines, [{ text: `${indent}${close}` }]]
}

function scalar(value: unknown): Span {
  const text = JSON.stringify(value) ?? 'null'
  return { text, as: styleOf(value) }
}

function styleOf(value: unknown): Style {
  return typeof value === 'string' ? 'string' : typeof value === 'number' ? 'number' : 'word'
}
