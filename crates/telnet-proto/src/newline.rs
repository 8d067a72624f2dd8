//! Line ends on the way out: RFC 854, "The NVT printer and keyboard"; RFC 5198 appendix C says why a bare CR is CR NUL.
//!
//! On the way in there is one rule only, CR NUL is CR, and the [scanner](crate::Scanner) applies it while it looks for
//! IAC.

use memchr::memchr2;

/// Makes the line ends of outgoing text right: a bare LF becomes CR LF, a bare CR becomes CR NUL; CR LF stays.
///
/// A CR at the end of a piece is held until the next piece shows whether an LF follows; [`finish`](Newline::finish)
/// says that none does.
#[derive(Clone, Copy, Debug, Default)]
pub struct Newline {
    held: bool,
}

impl Newline {
    /// Appends `text` to `out`. With `binary` (RFC 856 agreed for this direction) a bare CR stays CR.
    pub fn encode(&mut self, text: &[u8], binary: bool, out: &mut Vec<u8>) {
        let mut rest = text;
        if self.held && !rest.is_empty() {
            self.held = false;
            if rest[0] == b'\n' {
                out.extend_from_slice(b"\r\n");
                rest = &rest[1..];
            } else {
                bare_cr(binary, out);
            }
        }
        while let Some(at) = memchr2(b'\r', b'\n', rest) {
            out.extend_from_slice(&rest[..at]);
            let used = match (rest[at], rest.get(at + 1)) {
                (b'\n', _) => at + 1,
                (_, Some(b'\n')) => at + 2,
                (_, Some(_)) => {
                    bare_cr(binary, out);
                    rest = &rest[at + 1..];
                    continue;
                }
                (_, None) => {
                    self.held = true;
                    return;
                }
            };
            out.extend_from_slice(b"\r\n");
            rest = &rest[used..];
        }
        out.extend_from_slice(rest);
    }

    /// No more text follows in this turn: a held CR was a bare one.
    pub fn finish(&mut self, binary: bool, out: &mut Vec<u8>) {
        if std::mem::take(&mut self.held) {
            bare_cr(binary, out);
        }
    }

    /// True while a CR is held.
    pub fn is_holding(&self) -> bool {
        self.held
    }
}

fn bare_cr(binary: bool, out: &mut Vec<u8>) {
    out.extend_from_slice(if binary { b"\r" } else { b"\r\0" });
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROWS: [(&[u8], &[u8], &[u8]); 9] = [
        (b"", b"", b""),
        (b"plain", b"plain", b"plain"),
        (b"\n", b"\r\n", b"\r\n"),
        (b"\r", b"\r\0", b"\r"),
        (b"\r\n", b"\r\n", b"\r\n"),
        (b"\r\r\n", b"\r\0\r\n", b"\r\r\n"),
        (b"\n\r", b"\r\n\r\0", b"\r\n\r"),
        (b"a\nb\rc\r\nd", b"a\r\nb\r\0c\r\nd", b"a\r\nb\rc\r\nd"),
        (b"\r\0", b"\r\0\0", b"\r\0"),
    ];

    fn encoded(pieces: &[&[u8]], binary: bool) -> Vec<u8> {
        let (mut newline, mut out) = (Newline::default(), Vec::new());
        for piece in pieces {
            newline.encode(piece, binary, &mut out);
        }
        newline.finish(binary, &mut out);
        out
    }

    #[test]
    fn line_ends_come_out_right_wherever_the_text_is_cut() {
        for (text, nvt, binary) in ROWS {
            for cut in 0..=text.len() {
                let pieces = [&text[..cut], b"", &text[cut..]];
                assert_eq!(encoded(&pieces, false), nvt, "{text:?} cut at {cut}");
                assert_eq!(encoded(&pieces, true), binary, "{text:?} cut at {cut}, binary");
            }
        }
    }
}
