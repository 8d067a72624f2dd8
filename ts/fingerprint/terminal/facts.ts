// What is hashed of a terminal. The names are those of telnetlib3 5.0.1, whose terminal probe is made by the program ucs-detect.

import type { JsonObject } from '../document.js'
import { CLIPBOARD_CAPABILITY } from './capabilities.js'
import { numberOfColours } from './colours.js'
import {
  attributesIn,
  capabilitiesIn,
  type Findings,
  featuresIn,
  isKind,
  LONGEST,
  modesIn,
  SIXEL,
  softwareIn,
  TMUX,
} from './findings.js'
import { keyboardFacts } from './keyboard.js'
import { CLIPBOARD_PASTE, HASHED, type Mode } from './modes.js'
import { newestRight, type Versions, type Widths } from './widths.js'

/** What is hashed of a terminal. What was not asked, since the terminal would have shown the question, is an empty object. */
export interface TerminalFacts extends JsonObject {
  readonly software_name: string
  readonly software_version: string
  readonly number_of_colors: number | null
  readonly sixel: boolean
  readonly iterm2_features: { readonly supported?: boolean; readonly features?: JsonObject }
  readonly kitty_graphics: boolean
  readonly kitty_clipboard_protocol: boolean
  readonly kitty_keyboard: JsonObject
  readonly kitty_notifications: false | { readonly supported: true }
  readonly kitty_pointer_shapes: false | { readonly supported: true; readonly current: string }
  readonly text_sizing: { readonly width?: boolean; readonly scale?: boolean }
  readonly da_service_class: number | null
  readonly da_extensions: readonly number[]
  readonly modes: { readonly [mode: string]: Mode }
  readonly xtgettcap: { readonly supported?: boolean; readonly capabilities?: JsonObject }
  readonly ambiguous_width: number
}

/** What is hashed. */
export function factsOf(findings: Findings): TerminalFacts {
  const { reports, asked, keyboard, sizing, widths } = findings
  const software = softwareIn(findings)
  const [serviceClass = null, ...extensions] = attributesIn(reports)
  const capabilities = capabilitiesIn(reports)
  const features = featuresIn(reports)
  const modes = modesIn(reports)
  const notified = reports.some(({ kind }) => kind === 'notifications')
  const pointer = reports.find((report) => report.kind === 'pointer')
  const { [CLIPBOARD_CAPABILITY]: _, ...hashedCapabilities } = capabilities
  return {
    software_name: software?.name ?? '',
    software_version: software?.version ?? '',
    number_of_colors: numberOfColours(reports, capabilities, features ?? {}),
    sixel: extensions.includes(SIXEL),
    iterm2_features: asked.osc ? { supported: features !== null, features: features ?? {} } : {},
    kitty_graphics: reports.some((report) => report.kind === 'pictures' && report.text === 'OK'),
    kitty_clipboard_protocol: modes[CLIPBOARD_PASTE]?.supported ?? false,
    kitty_keyboard: keyboard === undefined ? {} : keyboardFacts(keyboard),
    kitty_notifications: notified && { supported: true },
    kitty_pointer_shapes: pointer !== undefined && { supported: true, current: pointer.shape.slice(0, LONGEST) },
    text_sizing: asked.osc ? { ...sizing } : {},
    da_service_class: serviceClass,
    da_extensions: extensions.toSorted((one, other) => one - other),
    modes: Object.fromEntries(HASHED.filter((mode) => mode in modes).map((mode) => [mode, modes[mode]!])),
    xtgettcap: asked.dcs
      ? { supported: Object.keys(hashedCapabilities).length > 0, capabilities: hashedCapabilities }
      : {},
    ambiguous_width: widths?.ambiguous ?? -1,
    ...(widths && { test_results: resultsOf(widths, isKind(reports, TMUX)) }),
  }
}

/** tmux 3.3a joins emoji only if all of one comes in the same read, so what it makes of them depends on the network. */
function resultsOf({ outcomes }: Widths, isTmux: boolean): JsonObject {
  const hashed = Object.entries(outcomes).filter(([kind]) => !isTmux || kind !== 'emoji_zwj_results')
  return Object.fromEntries(hashed.map(summary))
}

function summary([kind, versions]: [string, Versions]): [string, JsonObject] {
  const outcomes = Object.values(versions)
  const sum = (key: 'n_errors' | 'n_total') => outcomes.reduce((total, outcome) => total + outcome[key], 0)
  return [kind, { unicode_version: newestRight(versions), n_errors: sum('n_errors'), n_total: sum('n_total') }]
}
