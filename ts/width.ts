// How many columns of a terminal a grapheme cluster takes: Unicode's East Asian Width (UAX #11) and emoji (UTS #51).
//
// JavaScript knows scripts and emoji, but not East_Asian_Width. The wide characters are those of a dozen scripts and blocks, as
// below; against the table of Unicode 17 this differs only in characters that the Unicode of the running Node does not have.

/** One cluster's columns: 0, 1 or 2. Terminals differ over the rare ones; these are the widths that most agree on. */
export function columnsOf(cluster: string): number {
  if (cluster.length === 1) {
    // What most write in needs no look at the tables: Latin, then Han, then Hangul.
    if (cluster < '\u0300' && cluster !== SOFT_HYPHEN) return 1
    if ((cluster >= '\u4e00' && cluster <= '\u9fff') || (cluster >= '\uac00' && cluster <= '\ud7a3')) return 2
  }
  if (NO_WIDTH.test(cluster)) return 0
  if (WIDE.test(cluster) || EMOJI.test(cluster)) return 2
  // A halfwidth kana keeps its voiced mark in a column of its own.
  return HALFWIDTH_MARK.test(cluster) ? 2 : 1
}

const SOFT_HYPHEN = '\xad'

/** Combining marks and format characters, standing alone; and nothing. */
const NO_WIDTH = /^(?:$|[\p{M}\p{Cf}])/u

const WIDE =
  /^(?![\u1160-\u11ff\ud7b0-\ud7ff\uff61-\uffdc\u{1f1e6}-\u{1f1ff}])[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Yi}\p{Script=Tangut}\p{Script=Nushu}\p{Script=Khitan_Small_Script}\p{Emoji_Presentation}\u2329\u232a\u2630-\u2637\u268a-\u268f\u2ff0-\u303e\u3099-\u31ef\u3200-\u3247\u3250-\u4dff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1d300}-\u{1d376}\u{1f200}-\u{1f265}\u{20000}-\u{2fffd}\u{30000}-\u{3fffd}]/u

/** A sign shown as an emoji by a variation selector, or a flag of two regional indicators. */
const EMOJI = /^(?:\p{Emoji}\u{fe0f}|\p{Regional_Indicator}{2})/u

const HALFWIDTH_MARK = /.[\uff9e\uff9f]$/su
