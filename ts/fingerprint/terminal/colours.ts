// Colours as X has them (XParseColor, "RGB Device String Specification"), which is how terminals report theirs; and how many a
// terminal has.

import type { Report } from './reports.js'

/** Red, green and blue, each from 0 to 65,535. */
export type Colour = readonly [red: number, green: number, blue: number]

export const TRUE_COLOURS = 2 ** 24

/** `rgb:`, with one to four digits each, which are scaled; the alpha of `rgba:` is left out. */
export function colourOf(text: string): Colour | null {
  const found = /^rgba?:([\da-f]{1,4})\/([\da-f]{1,4})\/([\da-f]{1,4})(?:\/[\da-f]{1,4})?$/i.exec(text)
  if (found === null) return null
  const [red, green, blue] = found.slice(1).map((digits) => {
    return Math.round((Number.parseInt(digits, 16) * 0xffff) / (16 ** digits.length - 1))
  })
  return [red!, green!, blue!]
}

/** `#` and four digits each. */
export function hexOf(colour: Colour): string {
  return `#${colour.map((part) => part.toString(16).padStart(4, '0')).join('')}`
}

/**
 * How many colours it has, as far as it shows: true colours where it keeps one that no palette has, or says that it does; else
 * what terminfo says of it; else as large a palette as it tells of, or eight where it says that it has ANSI's (DA1, 22).
 */
export function numberOfColours(
  reports: readonly Report[],
  capabilities: Readonly<Record<string, string>>,
  features: Readonly<Record<string, boolean | number>>,
): number | null {
  const saysSo = 'RGB' in capabilities || 'Tc' in capabilities || !!features.truecolor
  if (saysSo || keepsTrueColour(reports)) return TRUE_COLOURS
  const told = Number(capabilities.colors || capabilities.Co)
  if (told > 0 && told <= TRUE_COLOURS) return told
  const palette = reports.flatMap((report) =>
    report.kind === 'colour' && typeof report.of === 'number' ? [report.of] : [],
  )
  if (palette.length > 0) return PALETTES.find((size) => palette.every((number) => number < size)) ?? null
  const isAnsi = reports.some((report) => report.kind === 'attributes' && report.numbers.slice(1).includes(22))
  return isAnsi ? 8 : null
}

/** It still paints with the colour that it was given (see `TRUE_COLOUR` in questions.ts). */
export function keepsTrueColour(reports: readonly Report[]): boolean {
  return reports.some((report) => report.kind === 'setting' && /48[:;]2[:;]*1[:;]2[:;]3(?!\d)/.test(report.text))
}

const PALETTES = [8, 16, 88, 256]
