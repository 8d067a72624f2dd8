//! Where decoded text goes.

use encoding_rs::mem;

use crate::surrogate;

/// Takes text as it is decoded, a piece at a time.
///
/// A vector of bytes takes it as UTF-8, and lone surrogates in the three bytes that UTF-8 would have for them (WTF-8). For text as
/// JavaScript keeps it there is [`Units`](crate::Units).
pub trait Sink {
    /// Appends characters U+0000 to U+00FF, a byte each.
    fn push_latin1(&mut self, text: &[u8]);

    /// Appends whole characters in UTF-16.
    fn push_utf16(&mut self, text: &[u16]);

    /// Appends a lone surrogate, which stands for a byte that is no character ([`ErrorRule::Surrogate`](crate::ErrorRule::Surrogate)).
    fn push_surrogate(&mut self, surrogate: u16);

    /// Appends a character.
    fn push(&mut self, character: char) {
        self.push_utf16(character.encode_utf16(&mut [0; 2]));
    }
}

impl Sink for Vec<u8> {
    fn push_latin1(&mut self, text: &[u8]) {
        if text.is_ascii() {
            return self.extend_from_slice(text);
        }
        append(self, 2 * text.len(), |space| mem::convert_latin1_to_utf8(text, space));
    }

    fn push_utf16(&mut self, text: &[u16]) {
        append(self, 3 * text.len(), |space| mem::convert_utf16_to_utf8(text, space));
    }

    fn push_surrogate(&mut self, surrogate: u16) {
        self.extend_from_slice(&surrogate::to_wtf8(surrogate));
    }
}

/// Appends what `write` puts into `most` bytes of space, of which it gives the length.
pub(crate) fn append(out: &mut Vec<u8>, most: usize, write: impl FnOnce(&mut [u8]) -> usize) {
    let start = out.len();
    out.resize(start + most, 0);
    let length = write(&mut out[start..]);
    out.truncate(start + length);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vector_takes_all_as_utf_8_and_surrogates_as_wtf_8() {
        let mut text = b"before ".to_vec();
        text.push_latin1(b"plain \xe9\xff ");
        text.push_utf16(&"€ 😀 ".encode_utf16().collect::<Vec<_>>());
        Sink::push(&mut text, '日');
        text.push_surrogate(0xdcff);
        assert_eq!(text, ["before plain éÿ € 😀 日".as_bytes(), b"\xed\xb3\xbf"].concat());
    }
}
