// The form of a line of the log as a user gives it (--logfmt), by a template.

import { type Entry, type Level, type LineForm, printable, UsageError } from './report.js'

/**
 * A template as Python's `logging` has them, since the field's tools take those: `%(levelname)-8s %(message)s`.
 * @throws UsageError for what is not there, and for text as a number
 */
export function template(typed: string): LineForm {
  const parts: (string | LineForm)[] = []
  let end = 0
  for (const match of typed.matchAll(CONVERSION)) {
    parts.push(typed.slice(end, match.index), conversion(match))
    end = match.index + match[0].length
  }
  parts.push(typed.slice(end))
  return (entry) => parts.map((part) => (typeof part === 'string' ? part : part(entry))).join('')
}

/** `%(name)` with flags, width, precision and what it is made; `%%`; or a `%` that is none of these. */
const CONVERSION = /%(?:\((\w+)\)([-0]*)(\d{0,3})(?:\.(\d{1,2}))?([sdf])|(%)|(?:\(\w+\))?.?)/gs

function conversion([all, name, flags = '', width = '', precision, kind, percent]: RegExpMatchArray):
  | string
  | LineForm {
  if (percent !== undefined) return percent
  const field = name === undefined ? undefined : FIELDS.get(name)
  if (field === undefined) {
    const names = [...FIELDS.keys()].join(', ')
    throw new UsageError(`${all.trim()} is no field; give %(name)s, where the name is one of ${names}, and %% for a %`)
  }
  if (kind !== 's' && typeof field(SAMPLE) === 'string')
    throw new UsageError(`${all}: ${name} is text, and no number; say %(${name})s`)
  return (entry) => {
    const value = field(entry)
    const shown =
      typeof value === 'string' || kind === 's'
        ? String(value).slice(0, cut(precision))
        : number(value, kind, precision)
    if (flags.includes('-')) return shown.padEnd(Number(width))
    return shown.padStart(Number(width), flags.includes('0') && typeof value === 'number' ? '0' : ' ')
  }
}

function cut(precision: string | undefined): number | undefined {
  return precision === undefined ? undefined : Number(precision)
}

function number(value: number, kind: string | undefined, precision = '6'): string {
  return kind === 'd' ? String(Math.trunc(value)) : value.toFixed(Number(precision))
}

/** By the names of Python's. What has no meaning here, such as the line of a source file, is not there. */
const FIELDS: ReadonlyMap<string, (entry: Entry) => string | number> = new Map<
  string,
  (entry: Entry) => string | number
>([
  ['asctime', ({ time }) => time.toISOString()],
  ['created', ({ time }) => time.getTime() / 1_000],
  ['msecs', ({ time }) => time.getMilliseconds()],
  ['levelname', ({ level }) => (level === 'warn' ? 'WARNING' : level.toUpperCase())],
  ['levelno', ({ level }) => NUMBERS[level]],
  ['message', ({ message }) => printable(message)],
  ['name', ({ name }) => name],
  ['process', () => process.pid],
])

const SAMPLE: Entry = { time: new Date(0), level: 'info', name: '', message: '' }

const NUMBERS: Readonly<Record<Level, number>> = { trace: 5, debug: 10, info: 20, warn: 30, error: 40 }
