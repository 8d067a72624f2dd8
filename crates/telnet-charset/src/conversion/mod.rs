//! How the bytes of a set become text and back: what the rows of `charset.rs` choose from.
//!
//! A conversion knows its set and nothing else. It keeps no state but the shift that it is lent, applies no error rule and stops at the first thing it
//! cannot convert; [`Decoder`](crate::Decoder) and [`Encoder`](crate::Encoder) do the rest for all sets alike.

pub(crate) mod atascii;
pub(crate) mod big5bbs;
pub(crate) mod iso_2022_jp;
pub(crate) mod look_alike;
pub(crate) mod single_byte;
pub(crate) mod subset;
pub(crate) mod utf8;
pub(crate) mod whatwg;

/// The most bytes of a character, and of a malformed sequence, in any set: four in UTF-8 and in GB18030.
pub(crate) const LONGEST_CHARACTER: usize = 4;

use crate::Sink;

/// Units of UTF-16 that are converted at once. They are on the stack, since a sink does not lend its memory.
pub(crate) const PIECE: usize = 1024;

pub(crate) trait Conversion: Sync {
    /// See [`Charset::is_ascii_superset`](crate::Charset::is_ascii_superset).
    fn is_ascii_superset(&self) -> bool;

    /// Appends the text of `bytes` to `out`, up to the first sequence that is none.
    /// `shift` is where the bytes before have left a set that shifts.
    fn decode(&self, bytes: &[u8], shift: &mut Shift, out: &mut dyn Sink) -> Progress;

    /// Appends the text of an unfinished character that nothing follows any more. False if there is none: that is the error
    /// rule's business.
    fn decode_last(&self, _bytes: &[u8], _out: &mut dyn Sink) -> bool {
        false
    }

    /// Appends `text` in this set to `out`, up to the first character that the set lacks. Gives the bytes of `text` encoded.
    /// A set that shifts begins and ends unshifted.
    fn encode(&self, text: &str, out: &mut Vec<u8>) -> usize;
}

/// Which characters the bytes of a set that shifts (ISO 2022) stand for at the moment; in all others it stays what it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Shift {
    #[default]
    Ascii,
    /// JIS X 0201, its left half.
    Roman,
    /// JIS X 0201, its right half, in seven bits.
    Katakana,
    /// JIS X 0208: two bytes a character.
    Kanji,
}

/// How far [`Conversion::decode`] came.
pub(crate) struct Progress {
    /// Bytes that became text.
    pub(crate) decoded: usize,
    /// Why it stopped there.
    pub(crate) stop: Stop,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Stop {
    /// The bytes were used up.
    End,
    /// What is left begins a character: less than [`LONGEST_CHARACTER`] bytes.
    Unfinished,
    /// So many bytes of what is left are a sequence that is no character and begins none; what follows is looked at afresh.
    Malformed(usize),
}
