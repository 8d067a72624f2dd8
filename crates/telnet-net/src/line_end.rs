//! How lines end in a character set: nearly always as in the NVT (RFC 854), but the machines that had one key for it had one
//! code, too.
//!
//! | set | coming in | going out: CR LF, LF, bare CR |
//! |---|---|---|
//! | all others | CR NUL is CR | CR LF, CR LF, CR NUL (with BINARY CR) |
//! | PETSCII | CR NUL is CR | all CR |
//! | ATASCII | 9B is LF; the bytes of CR and LF are pictures | all 9B |
//! | ATASCII, where ASCII's line ends are wanted | CR NUL is CR; 9B is a picture | as in all others |
//! | EBCDIC | CR NUL is CR; NEL (15), the record end of IBM's hosts, is LF, as is 25 | CR LF is 0D 25, bare CR as above |

use memchr::memchr3;
use telnet_charset::{Charset, Sink};
use telnet_proto::newline::LineEnd;

const CR: u8 = b'\r';
const LF: u8 = b'\n';

/// ATASCII's line end.
pub(crate) const END_OF_LINE: u8 = 0x9b;
/// What 9B shows where it ends no line: ESC in inverse video.
pub(crate) const ESCAPE_SYMBOL: char = '\u{241b}';
const NEL: u16 = 0x85;

/// The ways of the sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lines {
    Nvt,
    Petscii,
    Atascii,
    /// Those of ASCII among the pictures of ATASCII.
    AtasciiWithAscii,
    Ebcdic,
}

impl Lines {
    /// `ascii`: the peer has the line ends of ASCII, whatever its set.
    pub(crate) fn of(charset: Charset, ascii: bool) -> Lines {
        if charset.is_ascii_superset() {
            return Lines::Nvt;
        }
        match charset.name() {
            "ATASCII" if ascii => Lines::AtasciiWithAscii,
            "ATASCII" => Lines::Atascii,
            name if name.starts_with("PETSCII") && !ascii => Lines::Petscii,
            "CP037" | "CP273" | "CP277" | "CP500" | "CP1047" => Lines::Ebcdic,
            _ => Lines::Nvt,
        }
    }

    /// What line ends become on the way out, before the set is applied.
    pub(crate) fn going_out(self, binary: bool) -> LineEnd {
        match self {
            Lines::Petscii => LineEnd::Single(CR),
            Lines::Atascii => LineEnd::Single(LF),
            Lines::Nvt | Lines::AtasciiWithAscii | Lines::Ebcdic if binary => LineEnd::Binary,
            Lines::Nvt | Lines::AtasciiWithAscii | Lines::Ebcdic => LineEnd::Nvt,
        }
    }

    /// CR NUL is read as CR.
    pub(crate) fn reads_cr_nul(self) -> bool {
        self != Lines::Atascii
    }
}

/// Gives out bytes of ATASCII in runs, and between them the CR, LF and 9B that are none of its characters.
pub(crate) fn split_at_ascii(bytes: &[u8], mut give: impl FnMut(&[u8], Option<u8>)) {
    let mut rest = bytes;
    while let Some(at) = memchr3(CR, LF, END_OF_LINE, rest) {
        give(&rest[..at], Some(rest[at]));
        rest = &rest[at + 1..];
    }
    give(rest, None);
}

/// Takes text in which NEL stands for LF.
pub(crate) struct NelAsLf<'s, S>(pub(crate) &'s mut S);

impl<S: Sink> Sink for NelAsLf<'_, S> {
    fn push_latin1(&mut self, text: &[u8]) {
        for (index, run) in text.split(|&byte| byte == NEL as u8).enumerate() {
            if index > 0 {
                self.0.push_latin1(b"\n");
            }
            self.0.push_latin1(run);
        }
    }

    fn push_utf16(&mut self, text: &[u16]) {
        for (index, run) in text.split(|&unit| unit == NEL).enumerate() {
            if index > 0 {
                self.0.push_latin1(b"\n");
            }
            self.0.push_utf16(run);
        }
    }

    fn push_surrogate(&mut self, surrogate: u16) {
        self.0.push_surrogate(surrogate);
    }
}

#[cfg(test)]
mod tests {
    use telnet_charset::{Decoder, ErrorRule};

    use super::*;

    #[test]
    fn sets_end_lines_in_their_ways() {
        for charset in Charset::all() {
            let mut text = Vec::new();
            Decoder::new(charset, ErrorRule::Replace).decode(b"\xc1\xc2", &mut text).expect("it replaces");
            let (own, ascii) = match charset.name() {
                "ATASCII" => (Lines::Atascii, Lines::AtasciiWithAscii),
                "PETSCII" | "PETSCII-unshifted" => (Lines::Petscii, Lines::Nvt),
                // The letters of EBCDIC.
                _ if text == b"AB" => (Lines::Ebcdic, Lines::Ebcdic),
                _ => (Lines::Nvt, Lines::Nvt),
            };
            assert_eq!((Lines::of(charset, false), Lines::of(charset, true)), (own, ascii), "{charset}");
        }
    }

    #[test]
    fn nel_is_lf() {
        for (text, read) in
            [("", ""), ("plain", "plain"), ("é", "é"), ("a\u{85}b", "a\nb"), ("\u{85}\u{85}Â\r\u{85}", "\n\nÂ\r\n")]
        {
            let mut out = Vec::new();
            NelAsLf(&mut out).push_utf16(&text.encode_utf16().collect::<Vec<_>>());
            assert_eq!(out, read.as_bytes());
            out.clear();
            NelAsLf(&mut out).push_latin1(&text.chars().map(|character| character as u8).collect::<Vec<_>>());
            assert_eq!(out, read.as_bytes());
        }
    }
}
