//! Pairs of bytes that the WHATWG has only in a larger set.
//!
//! EUC-KR and GB2312 are sets of 94 by 94 characters (ISO 2022), both bytes of each with their top bit set. What Windows added to
//! them has bytes that such a set has not: in CP949 the second is a letter of ASCII. A peer that knows only the smaller set takes
//! these for other characters, so they are not written, nor read.

use super::whatwg::{self, Whatwg};
use super::{Conversion, Progress, Shift, Stop};
use crate::Sink;

/// Some pairs of a set, and ASCII.
pub(crate) struct Subset {
    pub(super) of: &'static Whatwg,
    pub(super) has: fn(u8, u8) -> bool,
    /// It has every pair of high bytes, and no other.
    pub(super) is_square: bool,
}

/// KS X 1001 in EUC.
pub(crate) static EUC_KR: Subset = Subset { of: &whatwg::CP949, has: is_ks_x_1001, is_square: true };
/// GB 2312-80 in EUC. At A1A4 and A1AA it has the middle dot and the dash of GBK, which are what one types; the Unicode
/// consortium's OBSOLETE/EASTASIA/GB/GB2312.TXT has U+30FB and U+2015.
pub(crate) static GB2312: Subset = Subset { of: &whatwg::GBK, has: is_gb_2312, is_square: false };

impl Subset {
    /// The length of the ASCII and the pairs that `bytes` begin with, and how many characters that is.
    fn run(&self, bytes: &[u8]) -> (usize, usize) {
        let (mut length, mut characters) = (0, 0);
        while self.is_square
            && let Some((block, count)) = bytes[length..].first_chunk().and_then(block_of_pairs)
        {
            length += block;
            characters += count;
        }
        loop {
            length += match bytes[length..] {
                [byte, ..] if byte.is_ascii() => 1,
                [lead, trail, ..] if (self.has)(lead, trail) => 2,
                _ => return (length, characters),
            };
            characters += 1;
        }
    }

    /// Appends the text of the ASCII and the pairs that `bytes` begin with. Gives their length.
    pub(super) fn decode_run(&self, bytes: &[u8], out: &mut dyn Sink) -> usize {
        let (run, _) = self.run(bytes);
        self.of.decode(&bytes[..run], &mut Shift::default(), out).decoded
    }
}

impl Conversion for Subset {
    fn is_ascii_superset(&self) -> bool {
        true
    }

    fn decode(&self, bytes: &[u8], _: &mut Shift, out: &mut dyn Sink) -> Progress {
        let decoded = self.decode_run(bytes, out);
        let stop = match bytes[decoded..] {
            [] => Stop::End,
            [0xA1..=0xFE] => Stop::Unfinished,
            [0xA1..=0xFE, 0xA1..=0xFE, ..] => Stop::Malformed(2),
            _ => Stop::Malformed(1),
        };
        Progress { decoded, stop }
    }

    fn encode(&self, text: &str, out: &mut Vec<u8>) -> usize {
        let mut encoded = 0;
        while encoded < text.len() {
            let mut end = text.len().min(encoded + PIECE);
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            let piece = &text[encoded..end];
            let start = out.len();
            let length = self.of.encode(piece, out);
            let (run, characters) = self.run(&out[start..]);
            if start + run < out.len() {
                out.truncate(start + run);
                let before = piece.char_indices().nth(characters).map_or(length, |(at, _)| at);
                return encoded + before;
            }
            encoded += length;
            if length < piece.len() {
                break;
            }
        }
        encoded
    }
}

/// All that CP949 has of them is KS X 1001, with its euro and registered sign of 1998.
fn is_ks_x_1001(lead: u8, trail: u8) -> bool {
    is_high(lead) && is_high(trail)
}

/// Signs, numbers, foreign letters and Bopomofo, then Hanzi of two levels.
fn is_gb_2312(lead: u8, trail: u8) -> bool {
    is_high(trail)
        && match lead {
            0xA1 | 0xA3 | 0xB0..=0xD6 | 0xD8..=0xF7 => true,
            0xA2 => matches!(trail, 0xB1..=0xE2 | 0xE5..=0xEE | 0xF1..=0xFC),
            0xA4 => trail <= 0xF3,
            0xA5 => trail <= 0xF6,
            0xA6 => matches!(trail, 0xA1..=0xB8 | 0xC1..=0xD8),
            0xA7 => matches!(trail, 0xA1..=0xC1 | 0xD1..=0xF1),
            0xA8 => matches!(trail, 0xA1..=0xBA | 0xC5..=0xE9),
            0xA9 => matches!(trail, 0xA4..=0xEF),
            0xD7 => trail <= 0xF9,
            _ => false,
        }
}

/// How much of a block is ASCII and pairs of high bytes, without a look at each character: all of it, or all but the first half of
/// a pair that ends it. And how many characters that is. `None`: the block has something else in it.
fn block_of_pairs(block: &[u8; BLOCK]) -> Option<(usize, usize)> {
    // A bit for each byte that is not ASCII.
    let mut high = 0;
    for (index, word) in block.chunks_exact(8).enumerate() {
        let word = word.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte));
        let bits = (word & 0x8080_8080_8080_8080).wrapping_mul(0x0002_0408_1020_4081) >> 56;
        high |= bits << (8 * index);
    }
    // A bit for each byte up to which they are odd in number: where such a byte is ASCII, the one before it has no partner.
    let mut odd = high;
    for distance in [1, 2, 4, 8, 16, 32] {
        odd ^= odd << distance;
    }
    let is_known = block.iter().fold(true, |is_known, &byte| is_known & (byte.is_ascii() | is_high(byte)));
    let cut = (odd >> 63) as usize;
    let pairs = high.count_ones() as usize / 2;
    (is_known && odd & !high == 0).then_some((BLOCK - cut, BLOCK - cut - pairs))
}

fn is_high(byte: u8) -> bool {
    matches!(byte, 0xA1..=0xFE)
}

/// Bytes that are looked at together: a bit of a word for each.
const BLOCK: usize = 64;
/// Bytes of text that are converted at once: with a culprit in them, the rest of it has been converted in vain.
const PIECE: usize = 256;

#[cfg(test)]
mod tests {
    use crate::{Charset, Decoder, Encoder, ErrorRule};

    fn decode(name: &str, bytes: &[u8]) -> String {
        let mut text = Vec::new();
        let mut decoder = Decoder::new(Charset::for_name(name).unwrap(), ErrorRule::Replace);
        decoder.decode(bytes, &mut text).and_then(|_| decoder.finish(&mut text)).unwrap();
        String::from_utf8(text).unwrap()
    }

    fn encode(name: &str, text: &str) -> Vec<u8> {
        let mut bytes = Vec::new();
        Encoder::new(Charset::for_name(name).unwrap(), ErrorRule::Replace).encode(text, &mut bytes).unwrap();
        bytes
    }

    #[test]
    fn what_windows_added_is_neither_read_nor_written() {
        assert_eq!(encode("CP949", "가똠a"), b"\xB0\xA1\x8Cca");
        assert_eq!(encode("EUC-KR", "가똠a"), b"\xB0\xA1?a");
        assert_eq!(decode("EUC-KR", b"\xB0\xA1\x8Cca"), "가\u{FFFD}ca");
        assert_eq!(encode("GBK", "中镕€"), b"\xD6\xD0\xE9F\x80");
        assert_eq!(encode("GB2312", "中镕€"), b"\xD6\xD0??");
        assert_eq!(decode("GB2312", b"\xD6\xD0\xE9F\x80"), "中\u{FFFD}F\u{FFFD}");
    }

    #[test]
    fn a_pair_that_is_none_is_one_culprit_and_what_cannot_be_one_another() {
        assert_eq!(decode("GB2312", b"\xAA\xA1\xD6\xD0"), "\u{FFFD}中");
        assert_eq!(decode("EUC-KR", b"\xFE\xFE\xB0\xA1"), "\u{FFFD}가");
        assert_eq!(decode("EUC-KR", b"\xB0\xFF\xB0\xA1\xB0"), "\u{FFFD}\u{FFFD}가\u{FFFD}");
    }

    #[test]
    fn long_text_is_read_as_well_as_short() {
        for before in 0..4 {
            for culprit in [&b""[..], b"\xB0", b"\x80", b"\xFF\xB0\xA1", b"\xB0\xA1\xA1", b"\xC9\xFEa"] {
                let mut bytes = b"x".repeat(before);
                (0..40).for_each(|_| bytes.extend_from_slice(b"\xB0\xA1\xB3\xAA a"));
                let at = bytes.len() / 2 + before;
                bytes.splice(at..at, culprit.iter().copied());
                // Read byte by byte, none of it is long.
                let mut text = Vec::new();
                let mut decoder = Decoder::new(Charset::for_name("EUC-KR").unwrap(), ErrorRule::Replace);
                bytes.iter().for_each(|byte| decoder.decode(&[*byte], &mut text).unwrap());
                decoder.finish(&mut text).unwrap();
                assert_eq!(decode("EUC-KR", &bytes), String::from_utf8(text).unwrap(), "{bytes:02x?}");
            }
        }
    }

    #[test]
    fn text_of_many_pieces_stops_where_it_must() {
        let text = format!("{}똠{}", "가나 ".repeat(100), "다".repeat(300));
        let bytes = encode("EUC-KR", &text);
        assert_eq!(decode("EUC-KR", &bytes), text.replace('똠', "?"));
    }
}
