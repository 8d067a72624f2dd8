// JSON as lines with colours, for a reader: members in order, an indent of two, what has no members that have any in
// one line if it fits, and lists of such filled. What is longer than the window goes on in the next line.

import { sortedEntries } from '../canonical.js'
import type { JsonObject } from '../document.js'
import type { Line, Span, Style } from './paint.js'
import { widthOf } from './table.js'
import { flow, wrapLine } from './wrap-line.js'

/** The lines of a value, of at most so many columns. */
export function jsonLines(value: unknown, columns: number, isAscii: boolean): Line[] {
  return spansOf(value, columns, '', []).flatMap((line) => wrapLine(line, columns, isAscii))
}

/** The lines of a value that stands at `indent` behind `before`; the last is without a comma. */
function spansOf(value: unknown, columns: number, indent: string, before: readonly Span[]): Span[][] {
  if (!isNested(value)) return [[...before, scalar(value)]]
  const [open, close] = Array.isArray(value) ? '[]' : '{}'
  const members = membersOf(value)
  if (!members.some(([, member]) => isNested(member))) {
    const line = [...before, ...inline(members, open!, close!)]
    if (widthOf(line) < columns) return [line]
  }
  const deeper = `${indent}  `
  if (Array.isArray(value) && !members.some(([, member]) => isNested(member)))
    return [[...before, { text: open! }], ...filled(value, columns, deeper), [{ text: `${indent}${close}` }]]
  const lines = members.flatMap(([label, member], index) => {
    const inner = spansOf(member, columns, deeper, [{ text: deeper }, ...label])
    return index === members.length - 1 ? inner : [...inner.slice(0, -1), [...inner.at(-1)!, { text: ',' }]]
  })
  return [[...before, { text: open! }], ...lines, [{ text: `${indent}${close}` }]]
}

function inline(members: readonly Member[], open: string, close: string): Span[] {
  const spans = members.flatMap(([label, member], index) => {
    return [...(index === 0 ? [] : [{ text: ', ' }]), ...label, scalar(member)]
  })
  return [{ text: open }, ...spans, { text: close }]
}

/** As many entries of a list in a line as there is room for. */
function filled(list: readonly unknown[], columns: number, indent: string): Span[][] {
  const entries = list.map((entry, index): Line => [scalar(entry), { text: index === list.length - 1 ? '' : ',' }])
  return flow(entries, columns - indent.length, 1).map((line) => [{ text: indent }, ...line])
}

type Member = readonly [label: readonly Span[], value: unknown]

function membersOf(value: object): Member[] {
  if (Array.isArray(value)) return value.map((entry) => [[], entry])
  return sortedEntries(value as JsonObject).map(([name, member]) => {
    return [[{ text: JSON.stringify(name), as: 'member' }, { text: ': ' }], member]
  })
}

function isNested(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function scalar(value: unknown): Span {
  const text = JSON.stringify(value) ?? 'null'
  return { text, as: styleOf(value) }
}

function styleOf(value: unknown): Style {
  return typeof value === 'string' ? 'string' : typeof value === 'number' ? 'number' : 'word'
}
