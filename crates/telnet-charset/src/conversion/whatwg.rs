//! Sets of the WHATWG Encoding Standard whose every character stands by itself, as `encoding_rs` converts them.
//!
//! The standard's tables are supersets of the sets they are named after: bytes that a Windows code page leaves undefined are
//! C1 controls, Shift_JIS is CP932, GBK is CP936 with the euro. Its labels are the web's, so they are not used: `list.rs` has the
//! names. Sets of which the web makes another are elsewhere: ISO-8859-1, -9, -11 and KOI8-U in `single_byte.rs`, EUC-KR and GB2312 in
//! `subset.rs`.
//! <https://encoding.spec.whatwg.org/>

use encoding_rs::{DecoderResult, EncoderResult, Encoding};

use super::{Conversion, PIECE, Progress, Shift, Stop};
use crate::Sink;

pub(crate) static BIG5: Whatwg = Whatwg(encoding_rs::BIG5);
pub(crate) static CP949: Whatwg = Whatwg(encoding_rs::EUC_KR);
pub(crate) static EUC_JP: Whatwg = Whatwg(encoding_rs::EUC_JP);
pub(crate) static GB18030: Whatwg = Whatwg(encoding_rs::GB18030);
pub(crate) static GBK: Whatwg = Whatwg(encoding_rs::GBK);
/// Only to write: `iso_2022_jp.rs` reads.
pub(super) static ISO_2022_JP: Whatwg = Whatwg(encoding_rs::ISO_2022_JP);
pub(crate) static SHIFT_JIS: Whatwg = Whatwg(encoding_rs::SHIFT_JIS);

pub(crate) struct Whatwg(pub(super) &'static Encoding);

impl Conversion for Whatwg {
    /// Only where no byte below 80 is ever the second of a character.
    fn is_ascii_superset(&self) -> bool {
        self.0 == encoding_rs::EUC_JP
    }

    fn decode(&self, bytes: &[u8], _: &mut Shift, out: &mut dyn Sink) -> Progress {
        if bytes.is_ascii() {
            out.push_latin1(bytes);
            return Progress { decoded: bytes.len(), stop: Stop::End };
        }
        let mut decoder = self.0.new_decoder_without_bom_handling();
        // Between culprits there may be few characters, or none: a large piece is made where there are many.
        let (mut few, mut many) = ([0; FEW], None);
        let mut piece = &mut few[..];
        let (mut decoded, mut is_last) = (0, false);
        loop {
            let rest = &bytes[decoded..];
            let (result, read, written) = decoder.decode_to_utf16_without_replacement(rest, piece, is_last);
            out.push_utf16(&piece[..written]);
            decoded += read;
            let stop = match result {
                DecoderResult::OutputFull => {
                    piece = many.get_or_insert([0; PIECE]);
                    continue;
                }
                // What the decoder took in and did not convert, it tells when the stream ends.
                DecoderResult::InputEmpty if !is_last => {
                    is_last = true;
                    continue;
                }
                DecoderResult::InputEmpty => Stop::End,
                DecoderResult::Malformed(length, after) => {
                    decoded -= usize::from(length) + usize::from(after);
                    if is_last { Stop::Unfinished } else { Stop::Malformed(length.into()) }
                }
            };
            return Progress { decoded, stop };
        }
    }

    fn encode(&self, text: &str, out: &mut Vec<u8>) -> usize {
        let mut encoder = self.0.new_encoder();
        let mut piece = [0; ENCODED];
        let mut encoded = 0;
        loop {
            let rest = &text[encoded..];
            let (result, read, written) = encoder.encode_from_utf8_without_replacement(rest, &mut piece, true);
            out.extend_from_slice(&piece[..written]);
            encoded += read;
            match result {
                EncoderResult::OutputFull => {}
                EncoderResult::InputEmpty => return encoded,
                EncoderResult::Unmappable(_) => break,
            }
        }
        // Back to ASCII, if the set had shifted.
        let (_, _, written) = encoder.encode_from_utf8_without_replacement("", &mut piece, true);
        out.extend_from_slice(&piece[..written]);
        // The culprit is told as U+FFFD where it would be taken for a shift, so its length is the text's to say.
        let (before, _) = text[..encoded].char_indices().next_back().expect("the culprit has been read");
        before
    }
}

/// Units of UTF-16 that are read at once, at first.
const FEW: usize = 16;
/// Bytes that are written at once. They are on the stack: to lengthen `out` for all that could come is to fill it with zeros
/// first, again behind each culprit.
const ENCODED: usize = 1024;
