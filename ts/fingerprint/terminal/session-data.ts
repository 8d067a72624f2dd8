// What is kept of a terminal and not hashed: what a person may set, how large the window is, how long it took. The names are those of
// ucs-detect 2.3.8.

import type { JsonObject } from '../document.js'
import { CLIPBOARD_CAPABILITY } from './capabilities.js'
import { colourOf, hexOf, keepsTrueColour } from './colours.js'
import type { TerminalFacts } from './facts.js'
import { CLIPBOARD, capabilitiesIn, type Findings, LONGEST, modesIn, softwareIn, type Window } from './findings.js'
import type { Report } from './reports.js'
import { newestRight } from './widths.js'

/** What is kept beside it: what a person may set, how large the window is, how long it took. */
export function sessionDataOf(findings: Findings, facts: TerminalFacts): JsonObject {
  const { reports, window, widths, roundTrips } = findings
  const {
    da_service_class,
    da_extensions,
    software_name,
    software_version,
    ambiguous_width,
    test_results,
    ...results
  } = facts
  const size = window && { width: window.width, height: window.height }
  return {
    software_name,
    software_version,
    ambiguous_width,
    ...size,
    ...(widths && {
      test_results: widths.outcomes,
      unicode_version: newestRight(widths.outcomes.unicode_wide_results ?? {}),
    }),
    complete: findings.isComplete,
    seconds_elapsed: Math.round(findings.milliseconds) / 1000,
    ...(roundTrips.length > 0 && {
      cps_summary: { rtt_min_ms: tenths(Math.min(...roundTrips)), rtt_max_ms: tenths(Math.max(...roundTrips)) },
    }),
    terminal_results: {
      ...results,
      ...size,
      ...(software_name !== '' && {
        software_name,
        software_version,
        software_method: softwareIn(findings)!.method,
      }),
      ...(da_service_class !== null && {
        device_attributes: { service_class: da_service_class, extensions: da_extensions },
      }),
      modes: modesIn(reports),
      osc52_clipboard: da_extensions.includes(CLIPBOARD) || CLIPBOARD_CAPABILITY in capabilitiesIn(reports),
      decrqss_truecolor_probe: keepsTrueColour(reports),
      ...secondaryIn(reports),
      ...coloursIn(reports),
      ...pixelsIn(reports, window),
    },
  }
}

function secondaryIn(reports: readonly Report[]): JsonObject {
  const secondary = reports.find((report) => report.kind === 'secondary')
  const unit = reports.find((report) => report.kind === 'unit')
  return {
    ...(secondary && { secondary_device_attributes: secondary.numbers.slice(0, 16) }),
    ...(unit && { unit_id: unit.id.slice(0, LONGEST) }),
  }
}

function coloursIn(reports: readonly Report[]): JsonObject {
  const colours = new Map(
    reports.flatMap((report) => (report.kind === 'colour' ? [[report.of, colourOf(report.colour)] as const] : [])),
  )
  const named = Object.entries({ foreground: 'text', background: 'background', cursor: 'cursor' } as const)
  const told = named.flatMap(([name, of]) => {
    const colour = colours.get(of)
    return colour ? [[`${name}_color_rgb`, colour] as const, [`${name}_color_hex`, hexOf(colour)] as const] : []
  })
  const palette = Array.from({ length: 16 }, (_, number) => colours.get(number))
  const scheme = reports.find((report) => report.kind === 'scheme')
  return {
    ...Object.fromEntries(told),
    ...(palette.every((colour) => !!colour) && { palette: palette.map((colour) => hexOf(colour!)) }),
    color_scheme: scheme !== undefined && (scheme.isDark ? 'dark' : 'light'),
  }
}

/** Pixels: of a cell, of the whole, and in which ratio that is; and of sixel pictures, how many colours they can have. */
function pixelsIn(reports: readonly Report[], window: Window | undefined): JsonObject {
  const cell = sizeIn(reports, 6) ?? reports.find((report) => report.kind === 'cell')
  const area = sizeIn(reports, 4) ?? (cell && window && areaOf(cell, window))
  const registers = reports.find((report) => report.kind === 'graphics' && report.item === 1 && report.status === 0)
  return {
    ...(cell && { cell_width: cell.width, cell_height: cell.height }),
    ...(area && { pixels_width: area.width, pixels_height: area.height, ...ratioOf(area) }),
    ...(registers?.kind === 'graphics' && registers.values.length > 0 && { sixel_colors: registers.values[0]! }),
  }
}

function sizeIn(reports: readonly Report[], of: 4 | 6): Window | undefined {
  const told = reports.find(
    (report) => report.kind === 'size' && report.of === of && report.width > 0 && report.height > 0,
  )
  return told?.kind === 'size' ? told : undefined
}

function areaOf(cell: Window, window: Window): Window {
  return { width: window.width * cell.width, height: window.height * cell.height }
}

/** The ratio of screens that is next to it. */
function ratioOf({ width, height }: Window): JsonObject {
  const distance = ([across, down]: readonly [number, number, string]) => Math.abs(width / height - across / down)
  const [nearest] = RATIOS.toSorted((one, other) => distance(one) - distance(other))
  const [across, down, name] = nearest!
  return { screen_ratio: `${across}:${down}`, screen_ratio_name: name }
}

const RATIOS: readonly (readonly [number, number, string])[] = [
  [4, 3, 'VGA'],
  [16, 9, 'HD'],
  [16, 10, 'WSXGA'],
  [21, 9, 'UWHD'],
  [32, 9, 'WQHD'],
]

function tenths(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10
}
