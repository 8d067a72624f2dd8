//! Lone surrogates in text: how [`ErrorRule::Surrogate`](crate::ErrorRule::Surrogate) carries bytes that are no character.
//!
//! They are written as UTF-8 would write any code point of three bytes, `ED A0 80` to `ED BF BF`. UTF-8 proper forbids these,
//! so nothing else can be mistaken for one. <https://simonsapin.github.io/wtf-8/>

use crate::Sink;

/// Appends the surrogate that stands for an undecodable byte. A byte below 80 stands for itself: Python refuses to escape it,
/// lest an escape turn into a quote or a slash.
pub(crate) fn push(byte: u8, out: &mut dyn Sink) {
    if byte.is_ascii() {
        out.push_latin1(&[byte]);
    } else {
        out.push_surrogate(0xDC00 + u16::from(byte));
    }
}

/// How a surrogate is written in text.
pub(crate) fn to_wtf8(surrogate: u16) -> [u8; LENGTH] {
    [0xED, 0x80 | (surrogate >> 6) as u8 & 0x3F, 0x80 | surrogate as u8 & 0x3F]
}

/// The surrogate that `text` begins with.
pub(crate) fn first(text: &[u8]) -> Option<u16> {
    match *text {
        [0xED, second @ 0xA0..=0xBF, third @ 0x80..=0xBF, ..] => {
            Some(0xD000 | u16::from(second & 0x3F) << 6 | u16::from(third & 0x3F))
        }
        _ => None,
    }
}

/// The byte that a surrogate stands for, if it stands for one.
pub(crate) fn byte(surrogate: u16) -> Option<u8> {
    matches!(surrogate, 0xDC80..=0xDCFF).then_some(surrogate as u8)
}

/// Bytes of a surrogate in text.
pub(crate) const LENGTH: usize = 3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_high_byte_comes_back() {
        for undecodable in 0x80..=0xFF {
            let mut text = Vec::new();
            push(undecodable, &mut text);
            assert_eq!(text.len(), LENGTH);
            assert_eq!(first(&text), Some(0xDC00 + u16::from(undecodable)));
            assert_eq!(first(&text).and_then(byte), Some(undecodable));
        }
    }

    #[test]
    fn characters_and_other_surrogates_stand_for_no_byte() {
        assert_eq!(first("\u{D7FF}".as_bytes()), None);
        assert_eq!(first(b"\xED\xA0"), None);
        assert_eq!(first(b"\xED\xA0\x80"), Some(0xD800));
        assert_eq!([0xD800, 0xDC7F, 0xDD00].map(byte), [None; 3]);
    }
}
