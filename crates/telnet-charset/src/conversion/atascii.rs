//! ATASCII, whose line end is one byte of its own.

use super::{Conversion, Progress, Shift};
use crate::Sink;
use crate::table::atascii::{ATASCII as TABLE, END_OF_LINE};

pub(crate) static ATASCII: Atascii = Atascii;

/// The table, and one line end for all that text and the NVT (RFC 854) have: CR LF, LF, CR, and CR NUL. The bytes of CR and LF
/// themselves are pictures.
pub(crate) struct Atascii;

impl Conversion for Atascii {
    fn is_ascii_superset(&self) -> bool {
        TABLE.is_ascii_superset()
    }

    fn decode(&self, bytes: &[u8], shift: &mut Shift, out: &mut dyn Sink) -> Progress {
        TABLE.decode(bytes, shift, out)
    }

    fn encode(&self, text: &str, out: &mut Vec<u8>) -> usize {
        let mut encoded = 0;
        loop {
            encoded += TABLE.encode(&text[encoded..], out);
            // The table has no CR, so it stops there.
            let Some(rest) = text[encoded..].strip_prefix('\r') else {
                return encoded;
            };
            out.push(END_OF_LINE);
            encoded += if rest.starts_with(['\n', '\0']) { 2 } else { 1 };
        }
    }
}
