//! UTF-8, RFC 3629. An ill-formed sequence is as long as Unicode (chapter 3, "U+FFFD Substitution of Maximal Subparts") and the
//! WHATWG Encoding Standard make it.

use super::whatwg::Whatwg;
use super::{Conversion, Progress, Shift};
use crate::Sink;

pub(crate) static UTF_8: Utf8 = Utf8;

pub(crate) struct Utf8;

static READ: Whatwg = Whatwg(encoding_rs::UTF_8);

impl Conversion for Utf8 {
    fn is_ascii_superset(&self) -> bool {
        true
    }

    fn decode(&self, bytes: &[u8], shift: &mut Shift, out: &mut dyn Sink) -> Progress {
        READ.decode(bytes, shift, out)
    }

    fn encode(&self, text: &str, out: &mut Vec<u8>) -> usize {
        out.extend_from_slice(text.as_bytes());
        text.len()
    }
}
