// iTerm2's feature string (iterm2.com, "Terminal Feature Reporting"): codes of one capital and any small letters, each a yes, or
// a number where digits follow. mintty answers in the same form.

/** The codes that have a name in documents; whether a number belongs to them. */
const FEATURES: Readonly<Record<string, readonly [name: string, isNumber?: boolean]>> = {
  T: ['truecolor', true],
  Cw: ['clipboard_writable'],
  Lr: ['decslrm'],
  M: ['mouse'],
  Sc: ['decscusr', true],
  U: ['unicode_basic'],
  Aw: ['ambiguous_wide'],
  Uw: ['unicode_widths', true],
  Ts: ['titles', true],
  B: ['bracketed_paste'],
  F: ['focus_reporting'],
  Gs: ['strikethrough'],
  Go: ['overline'],
  Sy: ['sync'],
  H: ['hyperlinks'],
  No: ['notifications'],
  Sx: ['sixel'],
}

/** The features by name; what has none is left out. */
export function featuresOf(text: string): Record<string, boolean | number> {
  const features: Record<string, boolean | number> = {}
  for (const [, code, digits] of text.matchAll(/([A-Z][a-z]*)(\d{0,5})/g)) {
    const feature = FEATURES[code!]
    if (feature) features[feature[0]] = feature[1] ? Number(digits) : true
  }
  return features
}
