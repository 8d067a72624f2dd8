//! Characters that are written as another which looks like it.
//!
//! The sets of East Asia were put into Unicode by several hands, and not alike: what one typed on a Mac is U+301C where Windows, and
//! with it the WHATWG, have U+FF5E. Both are meant for the same byte, so both are written as that, and the WHATWG's is read.

use super::{Conversion, Progress, Shift, iso_2022_jp, subset, whatwg};
use crate::Sink;

/// A set, and what it has under another code point: each character, and the one as which it is written.
pub(crate) struct LookAlike {
    set: &'static dyn Conversion,
    alike: &'static [(char, char)],
}

pub(crate) static SHIFT_JIS: LookAlike = LookAlike { set: &whatwg::SHIFT_JIS, alike: JIS_X_0208 };
pub(crate) static EUC_JP: LookAlike = LookAlike { set: &whatwg::EUC_JP, alike: JIS_X_0208 };
pub(crate) static ISO_2022_JP: LookAlike = LookAlike { set: &iso_2022_jp::ISO_2022_JP, alike: JIS_X_0208 };
pub(crate) static BIG5: LookAlike = LookAlike { set: &whatwg::BIG5, alike: BIG_FIVE };
pub(crate) static GB2312: LookAlike = LookAlike { set: &subset::GB2312, alike: GB_2312 };

impl Conversion for LookAlike {
    fn is_ascii_superset(&self) -> bool {
        self.set.is_ascii_superset()
    }

    fn decode(&self, bytes: &[u8], shift: &mut Shift, out: &mut dyn Sink) -> Progress {
        self.set.decode(bytes, shift, out)
    }

    fn decode_last(&self, bytes: &[u8], out: &mut dyn Sink) -> bool {
        self.set.decode_last(bytes, out)
    }

    fn encode(&self, text: &str, out: &mut Vec<u8>) -> usize {
        let mut encoded = 0;
        loop {
            encoded += self.set.encode(&text[encoded..], out);
            let rest = &text[encoded..];
            let Some(&(character, alike)) = self.alike.iter().find(|&&(character, _)| rest.starts_with(character))
            else {
                return encoded;
            };
            self.set.encode(alike.encode_utf8(&mut [0; 4]), out);
            encoded += character.len_utf8();
        }
    }
}

/// Unicode's first characters for JIS X 0208, and Windows'.
const JIS_X_0208: &[(char, char)] = &[
    ('\u{A2}', '\u{FFE0}'),
    ('\u{A3}', '\u{FFE1}'),
    ('\u{AC}', '\u{FFE2}'),
    ('\u{2016}', '\u{2225}'),
    ('\u{301C}', '\u{FF5E}'),
];

/// The Unicode consortium's OBSOLETE/EASTASIA/OTHER/BIG5.TXT, and Windows' characters.
const BIG_FIVE: &[(char, char)] = &[
    ('\u{A2}', '\u{FFE0}'),
    ('\u{A3}', '\u{FFE1}'),
    ('\u{A5}', '\u{FFE5}'),
    ('\u{2022}', '\u{2027}'),
    ('\u{203E}', '\u{AF}'),
    ('\u{223C}', '\u{FF5E}'),
    ('\u{2609}', '\u{2299}'),
    ('\u{2641}', '\u{2295}'),
    ('\u{FF64}', '\u{FE51}'),
];

/// The Unicode consortium's OBSOLETE/EASTASIA/GB/GB2312.TXT, and GBK's characters.
const GB_2312: &[(char, char)] = &[('\u{2015}', '\u{2014}'), ('\u{30FB}', '\u{B7}')];
