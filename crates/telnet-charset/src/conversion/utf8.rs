//! UTF-8, RFC 3629. An ill-formed sequence is as long as Unicode (chapter 3, "U+FFFD Substitution of Maximal Subparts") and the
//! WHATWG Encoding Standard make it.

use encoding_rs::Encoding;

use super::{Conversion, LONGEST_CHARACTER, Progress, Shift, Stop};

pub(crate) static UTF_8: Utf8 = Utf8;

pub(crate) struct Utf8;

impl Conversion for Utf8 {
    fn is_ascii_superset(&self) -> bool {
        true
    }

    /// Pure ASCII costs one scan and one copy. Two scanners, since each is the fastest at its own: the standard library's for
    /// ASCII (ten times `Encoding::ascii_valid_up_to`), `encoding_rs` for the rest (seven times `str::from_utf8`).
    fn decode(&self, bytes: &[u8], _: &mut Shift, out: &mut Vec<u8>) -> Progress {
        if bytes.is_ascii() {
            out.extend_from_slice(bytes);
            return Progress { decoded: bytes.len(), ascii: true, stop: Stop::End };
        }
        let decoded = Encoding::utf8_valid_up_to(bytes);
        let text = &bytes[..decoded];
        out.extend_from_slice(text);
        Progress { decoded, ascii: text.is_ascii(), stop: stop(&bytes[decoded..]) }
    }

    fn encode(&self, text: &str, out: &mut Vec<u8>) -> usize {
        out.extend_from_slice(text.as_bytes());
        text.len()
    }
}

/// What the first bytes that are no whole character are.
fn stop(rest: &[u8]) -> Stop {
    let beginning = &rest[..rest.len().min(LONGEST_CHARACTER)];
    match std::str::from_utf8(beginning) {
        Ok(_) => Stop::End,
        Err(error) => error.error_len().map_or(Stop::Unfinished, Stop::Malformed),
    }
}
