//! Line ends on the way out: RFC 854, "The NVT printer and keyboard"; RFC 5198 appendix C says why a bare CR is CR NUL.
//!
//! On the way in there is one rule only, CR NUL is CR, and the [scanner](crate::Scanner) applies it while it looks for
//! IAC.

use memchr::memchr2;

/// What the line ends of text become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineEnd {
    /// CR LF, and a bare CR is CR NUL: those of the NVT (RFC 854).
    Nvt,
    /// CR LF, and a bare CR stays what it is: BINARY is agreed for this direction (RFC 856).
    Binary,
    /// One character for CR LF, LF and CR alike: those of a machine that has a single key and a single code for it.
    Single(u8),
}

/// Makes the line ends of outgoing text right.
///
/// A CR at the end of a piece is held until the next piece shows whether an LF follows; [`finish`](Newline::finish)
/// says that none does.
#[derive(Clone, Copy, Debug, Default)]
pub struct Newline {
    held: bool,
}

impl Newline {
    /// Appends `text` to `out`.
    pub fn encode(&mut self, text: &[u8], end: LineEnd, out: &mut Vec<u8>) {
        let mut rest = text;
        if self.held && !rest.is_empty() {
            self.held = false;
            if rest[0] == b'\n' {
                end.line(out);
                rest = &rest[1..];
            } else {
                end.bare_cr(out);
            }
        }
        while let Some(at) = memchr2(b'\r', b'\n', rest) {
            out.extend_from_slice(&rest[..at]);
            let used = match (rest[at], rest.get(at + 1)) {
                (b'\n', _) => at + 1,
                (_, Some(b'\n')) => at + 2,
                (_, Some(_)) => {
                    end.bare_cr(out);
                    rest = &rest[at + 1..];
                    continue;
                }
                (_, None) => {
                    self.held = true;
                    return;
                }
            };
            end.line(out);
            rest = &rest[used..];
        }
        out.extend_from_slice(rest);
    }

    /// No more text follows in this turn: a held CR was a bare one.
    pub fn finish(&mut self, end: LineEnd, out: &mut Vec<u8>) {
        if std::mem::take(&mut self.held) {
            end.bare_cr(out);
        }
    }

    /// True while a CR is held.
    pub fn is_holding(&self) -> bool {
        self.held
    }
}

impl LineEnd {
    fn line(self, out: &mut Vec<u8>) {
        match self {
            LineEnd::Nvt | LineEnd::Binary => out.extend_from_slice(b"\r\n"),
            LineEnd::Single(character) => out.push(character),
        }
    }

    fn bare_cr(self, out: &mut Vec<u8>) {
        match self {
            LineEnd::Nvt => out.extend_from_slice(b"\r\0"),
            LineEnd::Binary => out.push(b'\r'),
            LineEnd::Single(character) => out.push(character),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Text, and what it is with each of the rules.
    const ROWS: [[&[u8]; 4]; 9] = [
        [b"", b"", b"", b""],
        [b"plain", b"plain", b"plain", b"plain"],
        [b"\n", b"\r\n", b"\r\n", b"|"],
        [b"\r", b"\r\0", b"\r", b"|"],
        [b"\r\n", b"\r\n", b"\r\n", b"|"],
        [b"\r\r\n", b"\r\0\r\n", b"\r\r\n", b"||"],
        [b"\n\r", b"\r\n\r\0", b"\r\n\r", b"||"],
        [b"a\nb\rc\r\nd", b"a\r\nb\r\0c\r\nd", b"a\r\nb\rc\r\nd", b"a|b|c|d"],
        [b"\r\0", b"\r\0\0", b"\r\0", b"|\0"],
    ];

    fn encoded(pieces: &[&[u8]], end: LineEnd) -> Vec<u8> {
        let (mut newline, mut out) = (Newline::default(), Vec::new());
        for piece in pieces {
            newline.encode(piece, end, &mut out);
        }
        newline.finish(end, &mut out);
        out
    }

    #[test]
    fn line_ends_come_out_right_wherever_the_text_is_cut() {
        for [text, nvt, binary, single] in ROWS {
            for cut in 0..=text.len() {
                let pieces = [&text[..cut], b"", &text[cut..]];
                assert_eq!(encoded(&pieces, LineEnd::Nvt), nvt, "{text:?} cut at {cut}");
                assert_eq!(encoded(&pieces, LineEnd::Binary), binary, "{text:?} cut at {cut}, binary");
                assert_eq!(encoded(&pieces, LineEnd::Single(b'|')), single, "{text:?} cut at {cut}, single");
            }
        }
    }
}
