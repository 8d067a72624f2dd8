// What the probe has found out about a terminal, and how it is read. A terminal can tell as much as it likes: only answers to what was
// asked are taken, and of each text at most so many characters.

import { CAPABILITIES, capabilityOf } from './capabilities.js'
import { featuresOf } from './features.js'
import { MODES, type Mode, modeFrom } from './modes.js'
import type { Report } from './reports.js'
import { type Software, softwareOf, softwareOfCTerm } from './software.js'
import type { Widths } from './widths.js'

/** A window, in cells. */
export interface Window {
  readonly width: number
  readonly height: number
}

/** What the probe has found out. */
export interface Findings {
  readonly reports: readonly Report[]
  readonly window: Window | undefined
  /** It swallows control strings of this kind, so its silence says no. */
  readonly asked: { readonly osc: boolean; readonly dcs: boolean }
  readonly answerback: Software | undefined
  /** Sets of kitty's keyboard flags that it took; `undefined` where it has no such protocol. */
  readonly keyboard: number | undefined
  readonly sizing: { readonly width: boolean; readonly scale: boolean }
  readonly widths: Widths | null
  /** Milliseconds of each batch. */
  readonly roundTrips: readonly number[]
  /** Every batch was answered up to its end. */
  readonly isComplete: boolean
  readonly milliseconds: number
}

/** Of each text at most so many characters. */
export const LONGEST = 512

/** Extensions that DA1 tells of: sixel graphics, and (vt-extensions) that a clipboard may be written to. */
export const SIXEL = 4
export const CLIPBOARD = 52

/** The kinds of terminal that these two tell in DA2: the letters S and T. */
export const GNU_SCREEN = 83
export const TMUX = 84

export function isKind(reports: readonly Report[], kind: number): boolean {
  return reports.some((report) => report.kind === 'secondary' && report.numbers[0] === kind)
}

export function softwareIn({ reports, answerback }: Findings): Software | undefined {
  const version = reports.find((report) => report.kind === 'version')
  return (version && softwareOf(version.text)) ?? softwareOfCTerm(reports) ?? answerback
}

/** Class and extensions. CTerm's answer has neither, but SyncTERM shows sixel pictures. */
export function attributesIn(reports: readonly Report[]): readonly number[] {
  const found = reports.find((report) => report.kind === 'attributes')
  return found?.isCTerm ? [0, SIXEL] : (found?.numbers ?? [])
}

export function capabilitiesIn(reports: readonly Report[]): Record<string, string> {
  const told = reports.flatMap((report) =>
    report.kind === 'capability' && report.isKnown ? [capabilityOf(report.text)] : [],
  )
  const taken = told.filter((capability) => capability !== null && CAPABILITIES.includes(capability[0]))
  return Object.fromEntries(taken.map((capability) => [capability![0], capability![1].slice(0, LONGEST)]))
}

export function featuresIn(reports: readonly Report[]): Record<string, boolean | number> | null {
  const found = reports.find((report) => report.kind === 'features')
  return found ? featuresOf(found.text) : null
}

export function modesIn(reports: readonly Report[]): Record<number, Mode> {
  const told = reports.flatMap((report) => (report.kind === 'mode' && MODES.includes(report.mode) ? [report] : []))
  return Object.fromEntries(told.map(({ mode, value }) => [mode, modeFrom(value)]))
}
