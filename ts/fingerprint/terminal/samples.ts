// What is written to see how wide a terminal makes it: characters that came with one version of Unicode after another, emoji of one and of
// several characters, and what takes no column of its own.
//
// Expected are the widths of UAX #11 and UTS #51 as terminals have agreed on them: emoji take two columns, a sign followed by
// U+FE0F does so too, one followed by U+FE0E takes one, and combining marks and format characters take none.

/** Samples of one kind, which came with one version of Unicode (or of its emoji), and the columns that each takes. */
export interface Samples {
  readonly version: string
  readonly columns: number
  readonly texts: readonly string[]
}

/** U+00A7, the section sign. */
export const AMBIGUOUS = '\xa7'

/** The kinds, by their names in documents, each from the oldest version on. */
export const KINDS = {
  unicode_wide_results: [
    wide('4.1', '\u31c0', '\u31c5'),
    wide('5.2', '\ua960', '\u{1f200}'),
    wide('6.0', '\u31b8', '\u{1b000}'),
    wide('8.0', '\u{1f32d}', '\u{1f54b}'),
    wide('9.0', '\u231a', '\u{1f57a}', '\u{1f95a}'),
    wide('10.0', '\u{1f6f7}', '\u{1f9d0}'),
    wide('11.0', '\u{1f94d}', '\u{1f9b8}'),
    wide('12.0', '\u{1f90d}', '\u{1fa70}'),
    wide('12.1', '\u32ff'),
    wide('13.0', '\u{1f6fc}', '\u{1fad6}'),
    wide('14.0', '\u{1f6dd}', '\u{1fae0}'),
    wide('15.0', '\u{1fa75}', '\u{1fae8}'),
    wide('15.1', '\u2ffc', '\u31ef'),
    // U+2630 is old, but narrow until then.
    wide('16.0', '\u2630', '\u{1fadf}', '\u{1fae9}'),
    wide('17.0', '\u{1f6d8}', '\u{1faea}'),
  ],
  // A family, a rainbow flag and a technologist; a pirate flag; people holding hands; a polar bear; a heart on fire; a phoenix.
  emoji_zwj_results: [
    wide(
      '4.0',
      '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}\u200d\u{1f466}',
      '\u{1f3f3}\ufe0f\u200d\u{1f308}',
      '\u{1f469}\u200d\u{1f4bb}',
    ),
    wide('11.0', '\u{1f3f4}\u200d\u2620\ufe0f'),
    wide('12.0', '\u{1f9d1}\u200d\u{1f91d}\u200d\u{1f9d1}'),
    wide('13.0', '\u{1f43b}\u200d\u2744\ufe0f'),
    wide('13.1', '\u2764\ufe0f\u200d\u{1f525}'),
    wide('15.1', '\u{1f426}\u200d\u{1f525}'),
  ],
  emoji_vs16_results: [
    wide(
      '6.1',
      '\u2764\ufe0f',
      '\u2600\ufe0f',
      '\u2708\ufe0f',
      '\u2714\ufe0f',
      '\u2194\ufe0f',
      '\xa9\ufe0f',
      '1\ufe0f\u20e3',
    ),
  ],
  emoji_vs15_results: [
    narrow('9.0', '\u231a\ufe0e', '\u23e9\ufe0e', '\u2614\ufe0e', '\u26a1\ufe0e', '\u26bd\ufe0e', '\u26c4\ufe0e'),
  ],
  // Flags, the letters that they are made of, and the tones of skin.
  ri_results: [wide('6.0', '\u{1f1fa}\u{1f1f8}', '\u{1f1ef}\u{1f1f5}', '\u{1f1ea}\u{1f1fa}', '\u{1f1e7}\u{1f1f7}')],
  sri_results: [wide('6.0', '\u{1f1e6}', '\u{1f1ff}')],
  sfz_results: [wide('8.0', '\u{1f3fb}', '\u{1f3ff}')],
  // Behind letters: accents, zero width space, word joiner; vowels and marks of Hebrew, Thai and Devanagari.
  zero_width_results: [
    narrow('1.1', 'e\u0301', 'a\u0308\u0323', 'a\u200b', '\u05e9\u05b8', '\u0e01\u0e34', '\u0915\u094d'),
    narrow('3.2', 'a\u2060', 'a\ufe0f'),
  ],
  // A syllable of three letters.
  hangul_results: [wide('1.1', '\u1112\u1161\u11ab')],
} satisfies Record<string, readonly Samples[]>

function wide(version: string, ...texts: string[]): Samples {
  return { version, columns: 2, texts }
}

function narrow(version: string, ...texts: string[]): Samples {
  return { version, columns: 1, texts }
}
