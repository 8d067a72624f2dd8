// What a terminal is found to be, as rows of a table. What is hashed stands in `fingerprint-data`, what changes with the
// window in `session_data`, both in the form of telnetlib3 5.0.1.

import type { JsonObject } from '../document.js'
import { at, membersAt, numberAt, textAt } from './facts.js'
import type { Style } from './paint.js'
import type { Cell } from './table.js'

/** A row: what it is, and what was found. */
export type Row = readonly [label: Cell, value: Cell]

/** Characters of a program's name and version. */
const LONGEST_SOFTWARE = 15

/** Colours of a terminal that has all. */
const TRUE_COLOUR = 2 ** 24

/** The class that a terminal tells with its primary device attributes (DA1). */
const CLASSES: Readonly<Record<number, string>> = {
  1: 'VT100',
  2: 'VT200',
  18: 'VT330',
  41: 'VT420',
  61: 'VT500',
  62: 'VT500',
  64: 'VT500',
  65: 'VT500',
}

/** The tests by which a terminal shows that it knows emoji. */
const EMOJI = ['unicode_wide_results', 'emoji_zwj_results', 'emoji_vs16_results', 'emoji_vs15_results']

/** The rows; none where the terminal was not asked. */
export function terminalRows(
  document: JsonObject,
  size: { columns?: number | undefined; rows?: number | undefined },
): Row[] {
  const probe = at(document, 'terminal-probe')
  if (probe === undefined) return []
  const hashed = at(probe, 'fingerprint-data')
  const seen = at(probe, 'session_data', 'terminal_results')
  return [
    ...row('Fingerprint', textAt(probe, 'fingerprint')),
    ...row('Software', software(hashed)),
    ...row('Size', windowSize(size, seen)),
    ...colours(numberAt(hashed, 'number_of_colors')),
    ...palette(seen),
    ...graphics(hashed),
    ...row('Device Class', deviceClass(numberAt(hashed, 'da_service_class'))),
    ...row('Aspect Ratio', aspectRatio(seen)),
    ...row('Ambiguous Width', numberAt(hashed, 'ambiguous_width') === 2 ? 'wide (2)' : undefined),
    ...graphemes(hashed),
    ...emoji(hashed),
  ]
}

/** A row, if there is anything to tell. */
export function row(label: string, text: string | undefined, as?: Style): Row[] {
  return text === undefined ? [] : [[{ text: label }, { text, as }]]
}

/** The name of the terminal's program, as it told it. */
export function softwareName(document: unknown): string | undefined {
  const name = textAt(document, 'terminal-probe', 'fingerprint-data', 'software_name')
  return name === 'unknown' ? undefined : name
}

function software(hashed: unknown): string | undefined {
  const known = (name: string) => {
    const text = textAt(hashed, name)
    return text === 'unknown' ? undefined : text
  }
  const name = known('software_name')
  if (name === undefined) return undefined
  const version = known('software_version')
  const whole = version === undefined ? name : `${name} ${version}`
  return whole.length > LONGEST_SOFTWARE ? `${whole.slice(0, LONGEST_SOFTWARE - 2)}..` : whole
}

function windowSize({ columns, rows }: { columns?: number | undefined; rows?: number | undefined }, seen: unknown) {
  if (columns === undefined || rows === undefined) return undefined
  const [width, height] = [numberAt(seen, 'cell_width'), numberAt(seen, 'cell_height')]
  const cell = width === undefined || height === undefined ? '' : ` (*${width}x${height})`
  return `${columns}x${rows}${cell}`
}

function colours(count: number | undefined): Row[] {
  if (count === undefined) return []
  if (count >= TRUE_COLOUR) return row('Colors', '24-bit', 'good')
  return row('Colors', String(count), count > 256 ? 'fair' : 'bad')
}

function palette(seen: unknown): Row[] {
  const told = ['foreground_color_hex', 'background_color_hex'].filter((name) => textAt(seen, name) !== undefined)
  return told.length === 0 ? [] : yesOrNo('fg/bg colors', told.length === 2)
}

function graphics(hashed: unknown): Row[] {
  const has = (name: string, ...path: string[]) => at(hashed, name, ...path) === true
  const found = [
    ...(has('kitty_graphics') ? ['Kitty'] : []),
    ...(has('iterm2_features', 'supported') ? ['iTerm2'] : []),
    ...(has('sixel') ? ['Sixel'] : []),
  ]
  if (found.length === 0) return row('Graphics', at(hashed, 'sixel') === undefined ? undefined : 'No', 'bad')
  return row('Graphics', found.join(', '), found[0] === 'Sixel' ? 'fair' : 'good')
}

function deviceClass(number: number | undefined): string | undefined {
  return number === undefined ? undefined : (CLASSES[number] ?? `Class ${number}`)
}

function aspectRatio(seen: unknown): string | undefined {
  const [ratio, name] = [textAt(seen, 'screen_ratio'), textAt(seen, 'screen_ratio_name')]
  return ratio === undefined || name === undefined ? ratio : `${ratio} (${name})`
}

/** Mode 2027: a cluster of characters is one (Contour's proposal, which others followed). */
function graphemes(hashed: unknown): Row[] {
  if (membersAt(hashed, 'modes').length === 0) return []
  const supported = at(hashed, 'modes', '2027', 'supported')
  if (supported === undefined) return row('Graphemes(2027)', 'N/A', 'fair')
  return yesOrNo('Graphemes(2027)', supported === true)
}

function emoji(hashed: unknown): Row[] {
  const shares = EMOJI.flatMap((test) => {
    const errors = numberAt(hashed, 'test_results', test, 'n_errors')
    const total = numberAt(hashed, 'test_results', test, 'n_total')
    return errors === undefined || total === undefined || total <= 0 ? [] : [(total - errors) / total]
  })
  if (shares.length === 0) return []
  const share = shares.reduce((sum, each) => sum + each, 0) / shares.length
  if (share >= 0.99) return row('Emoji', 'Yes', 'good')
  return share >= 0.333 ? row('Emoji', 'Partial', 'fair') : row('Emoji', 'No', 'bad')
}

function yesOrNo(label: string, isSo: boolean): Row[] {
  return isSo ? row(label, 'Yes', 'good') : row(label, 'No', 'bad')
}
