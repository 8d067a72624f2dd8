// What a terminal reports, by the form of its answers. Each form is told with where it is described:
// - xterm: "XTerm Control Sequences" (ctlseqs), which has DEC's reports too (VT510 Programmer Information)
// - kitty: the protocols on sw.kovidgoyal.net/kitty
// - iTerm2: iterm2.com, "Proprietary Escape Codes" and "Terminal Feature Reporting"
// - contour: the vt-extensions of contour-terminal.org, colour palette notifications
//
// Nothing here is typed by anybody, with one exception: function key 3 with a modifier is the report of a cursor in row 1. So
// whoever asks for positions counts them.

import type { Token } from './tokens.js'

/** What was reported. Numbers are as they came, of at most five digits. */
export type Report =
  /** DA1: `CSI ? … c`. CTerm (SyncTERM) answers `CSI = … c`, its name and version in decimal. */
  | { readonly kind: 'attributes'; readonly numbers: readonly number[]; readonly isCTerm: boolean }
  /** DA2: `CSI > … c`: kind of terminal, firmware, keyboard or cartridge. */
  | { readonly kind: 'secondary'; readonly numbers: readonly number[] }
  /** DA3: `DCS ! | hex ST`: the unit. */
  | { readonly kind: 'unit'; readonly id: string }
  /** CPR: `CSI row ; column R`. */
  | { readonly kind: 'position'; readonly row: number; readonly column: number }
  /** DECRPM of a private mode: `CSI ? mode ; value $ y`. */
  | { readonly kind: 'mode'; readonly mode: number; readonly value: number }
  /** XTVERSION: `DCS > | text ST`. */
  | { readonly kind: 'version'; readonly text: string }
  /** XTGETTCAP: `DCS 1 + r name = value ST`, both in hex; 0: there is no such capability. */
  | { readonly kind: 'capability'; readonly isKnown: boolean; readonly text: string }
  /** DECRPSS: `DCS 1 $ r text ST`; 0: it cannot tell. */
  | { readonly kind: 'setting'; readonly isKnown: boolean; readonly text: string }
  /** XTWINOPS: `CSI 4|6|8 ; height ; width t`: pixels of the text area, pixels of a cell, cells. */
  | { readonly kind: 'size'; readonly of: 4 | 6 | 8; readonly height: number; readonly width: number }
  /** XTSMGRAPHICS: `CSI ? item ; status ; … S`: item 1, colour registers; item 2, the pixels of a sixel picture. */
  | { readonly kind: 'graphics'; readonly item: number; readonly status: number; readonly values: readonly number[] }
  /** kitty's keyboard protocol: `CSI ? flags u`. */
  | { readonly kind: 'keyboard'; readonly flags: number }
  /** contour: `CSI ? 997 ; 1|2 n`: whether the colours are dark, or light. */
  | { readonly kind: 'scheme'; readonly isDark: boolean }
  /** xterm: `OSC 10|11|12 ; colour ST`, or `OSC 4 ; number ; colour ST`: text, background, cursor, and the palette. */
  | { readonly kind: 'colour'; readonly of: 'text' | 'background' | 'cursor' | number; readonly colour: string }
  /** iTerm2: `OSC 1337 ; Capabilities = features ST`. */
  | { readonly kind: 'features'; readonly text: string }
  /** iTerm2: `OSC 1337 ; ReportCellSize = height ; width [; scale] ST`, in points. */
  | { readonly kind: 'cell'; readonly height: number; readonly width: number }
  /** kitty's notifications: `OSC 99 ; i = … : p = ? ; what it can ST`. */
  | { readonly kind: 'notifications'; readonly text: string }
  /** kitty's pointer shapes: `OSC 22 ; name ST`. */
  | { readonly kind: 'pointer'; readonly shape: string }
  /** kitty's graphics: `APC G i = 31 ; OK or what failed ST`. */
  | { readonly kind: 'pictures'; readonly text: string }

/** What a token reports; `null`: it is no report, but typed. */
export function reportOf({ kind, body }: Token): Report | null {
  for (const [form, report] of FORMS[kind as keyof typeof FORMS] ?? []) {
    const found = form.exec(body)
    if (found) return report(found as unknown as Captures)
  }
  return null
}

/** What the groups of a form matched: those of a form that has matched are all there. */
type Captures = readonly [string, string, string, string]
type Form = readonly [RegExp, (captures: Captures) => Report]

const CSI: readonly Form[] = [
  [/^\?([\d;]*)c$/, ([, list]) => ({ kind: 'attributes', numbers: numbers(list), isCTerm: false })],
  [/^=([\d;]*)c$/, ([, list]) => ({ kind: 'attributes', numbers: numbers(list), isCTerm: true })],
  [/^>([\d;]*)c$/, ([, list]) => ({ kind: 'secondary', numbers: numbers(list) })],
  [/^(\d{1,5});(\d{1,5})R$/, ([, row, column]) => ({ kind: 'position', row: Number(row), column: Number(column) })],
  [/^\?(\d{1,5});([0-4])\$y$/, ([, mode, value]) => ({ kind: 'mode', mode: Number(mode), value: Number(value) })],
  [/^\?(\d{0,5})u$/, ([, flags]) => ({ kind: 'keyboard', flags: Number(flags) })],
  [
    /^([468]);(\d{1,5});(\d{1,5})t$/,
    ([, of, height, width]) => ({
      kind: 'size',
      of: Number(of) as 4 | 6 | 8,
      height: Number(height),
      width: Number(width),
    }),
  ],
  [
    /^\?(\d{1,5});(\d{1,5});?([\d;]*)S$/,
    ([, item, status, list]) => ({
      kind: 'graphics',
      item: Number(item),
      status: Number(status),
      values: numbers(list),
    }),
  ],
  [/^\?997;([12])n$/, ([, scheme]) => ({ kind: 'scheme', isDark: scheme === '1' })],
]

const DCS: readonly Form[] = [
  [/^>\|(.*)$/, ([, text]) => ({ kind: 'version', text })],
  [/^!\|([\da-f]*)$/i, ([, id]) => ({ kind: 'unit', id })],
  [/^([01])\+r(.*)$/, ([, status, text]) => ({ kind: 'capability', isKnown: status === '1', text })],
  [/^([01])\$r(.*)$/, ([, status, text]) => ({ kind: 'setting', isKnown: status === '1', text })],
]

const OSC: readonly Form[] = [
  [/^1([012]);(.+)$/, ([, which, colour]) => ({ kind: 'colour', of: DYNAMIC[Number(which)]!, colour })],
  [/^4;(\d{1,3});(.+)$/, ([, number, colour]) => ({ kind: 'colour', of: Number(number), colour })],
  [/^1337;Capabilities=(\w*)$/, ([, text]) => ({ kind: 'features', text })],
  [
    /^1337;ReportCellSize=(\d{1,5}(?:\.\d{0,5})?);(\d{1,5}(?:\.\d{0,5})?)(?:;|$)/,
    ([, height, width]) => ({ kind: 'cell', height: Number(height), width: Number(width) }),
  ],
  [/^99;(?:[^;]*:)?p=\?;(.*)$/, ([, text]) => ({ kind: 'notifications', text })],
  [/^22;(.+)$/, ([, shape]) => ({ kind: 'pointer', shape })],
]

const APC: readonly Form[] = [[/^Gi=31;(.*)$/, ([, text]) => ({ kind: 'pictures', text })]]

const FORMS = { csi: CSI, dcs: DCS, osc: OSC, apc: APC }

const DYNAMIC = ['text', 'background', 'cursor'] as const

/** Parameters; what is longer than any that there is counts for nothing. */
function numbers(list: string): number[] {
  return list
    .split(';')
    .filter((number) => number !== '' && number.length <= 5)
    .map(Number)
}
