//! UTF-8, RFC 3629. An ill-formed sequence is as long as Unicode (chapter 3, "U+FFFD Substitution of Maximal Subparts") and the
//! WHATWG Encoding Standard make it.

use encoding_rs::Encoding;

use super::{Conversion, Progress, Stop};

pub(crate) static UTF_8: Utf8 = Utf8;

pub(crate) struct Utf8;

impl Conversion for Utf8 {
    fn is_ascii_superset(&self) -> bool {
        true
    }

    fn decode(&self, bytes: &[u8], out: &mut Vec<u8>) -> Progress {
        let ascii = Encoding::ascii_valid_up_to(bytes);
        let (valid, stop) = match std::str::from_utf8(&bytes[ascii..]) {
            Ok(text) => (text.len(), Stop::End),
            Err(error) => (
                error.valid_up_to(),
                error.error_len().map_or(Stop::Unfinished, Stop::Malformed),
            ),
        };
        let decoded = ascii + valid;
        out.extend_from_slice(&bytes[..decoded]);
        Progress {
            decoded,
            ascii: valid == 0,
            stop,
        }
    }

    fn encode(&self, text: &str, out: &mut Vec<u8>) -> usize {
        out.extend_from_slice(text.as_bytes());
        text.len()
    }
}
