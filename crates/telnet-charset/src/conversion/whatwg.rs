//! Sets of the WHATWG Encoding Standard whose every character stands by itself, as `encoding_rs` converts them.
//!
//! The standard's tables are supersets of the sets they are named after: bytes that a Windows code page leaves undefined are
//! C1 controls, Shift_JIS is CP932, EUC-KR is CP949, GBK is CP936 with the euro. Its labels are the web's, so they are not used:
//! `charset.rs` has the names, and those sets of which the web makes another (ISO-8859-1, -9, -11 and KOI8-U) are in `single_byte.rs`.
//! <https://encoding.spec.whatwg.org/>

use encoding_rs::{DecoderResult, EncoderResult, Encoding};

use super::{Conversion, Progress, Shift, Stop};

pub(crate) static ISO_8859_2: Whatwg = Whatwg(encoding_rs::ISO_8859_2);
pub(crate) static ISO_8859_3: Whatwg = Whatwg(encoding_rs::ISO_8859_3);
pub(crate) static ISO_8859_4: Whatwg = Whatwg(encoding_rs::ISO_8859_4);
pub(crate) static ISO_8859_5: Whatwg = Whatwg(encoding_rs::ISO_8859_5);
pub(crate) static ISO_8859_6: Whatwg = Whatwg(encoding_rs::ISO_8859_6);
pub(crate) static ISO_8859_7: Whatwg = Whatwg(encoding_rs::ISO_8859_7);
pub(crate) static ISO_8859_8: Whatwg = Whatwg(encoding_rs::ISO_8859_8);
pub(crate) static ISO_8859_10: Whatwg = Whatwg(encoding_rs::ISO_8859_10);
pub(crate) static ISO_8859_13: Whatwg = Whatwg(encoding_rs::ISO_8859_13);
pub(crate) static ISO_8859_14: Whatwg = Whatwg(encoding_rs::ISO_8859_14);
pub(crate) static ISO_8859_15: Whatwg = Whatwg(encoding_rs::ISO_8859_15);
pub(crate) static ISO_8859_16: Whatwg = Whatwg(encoding_rs::ISO_8859_16);
pub(crate) static WINDOWS_874: Whatwg = Whatwg(encoding_rs::WINDOWS_874);
pub(crate) static WINDOWS_1250: Whatwg = Whatwg(encoding_rs::WINDOWS_1250);
pub(crate) static WINDOWS_1251: Whatwg = Whatwg(encoding_rs::WINDOWS_1251);
pub(crate) static WINDOWS_1252: Whatwg = Whatwg(encoding_rs::WINDOWS_1252);
pub(crate) static WINDOWS_1253: Whatwg = Whatwg(encoding_rs::WINDOWS_1253);
pub(crate) static WINDOWS_1254: Whatwg = Whatwg(encoding_rs::WINDOWS_1254);
pub(crate) static WINDOWS_1255: Whatwg = Whatwg(encoding_rs::WINDOWS_1255);
pub(crate) static WINDOWS_1256: Whatwg = Whatwg(encoding_rs::WINDOWS_1256);
pub(crate) static WINDOWS_1257: Whatwg = Whatwg(encoding_rs::WINDOWS_1257);
pub(crate) static WINDOWS_1258: Whatwg = Whatwg(encoding_rs::WINDOWS_1258);
pub(crate) static KOI8_R: Whatwg = Whatwg(encoding_rs::KOI8_R);
pub(crate) static MACINTOSH: Whatwg = Whatwg(encoding_rs::MACINTOSH);
pub(crate) static X_MAC_CYRILLIC: Whatwg = Whatwg(encoding_rs::X_MAC_CYRILLIC);
pub(crate) static BIG5: Whatwg = Whatwg(encoding_rs::BIG5);
pub(crate) static EUC_JP: Whatwg = Whatwg(encoding_rs::EUC_JP);
pub(crate) static EUC_KR: Whatwg = Whatwg(encoding_rs::EUC_KR);
pub(crate) static GB18030: Whatwg = Whatwg(encoding_rs::GB18030);
pub(crate) static GBK: Whatwg = Whatwg(encoding_rs::GBK);
pub(crate) static SHIFT_JIS: Whatwg = Whatwg(encoding_rs::SHIFT_JIS);

pub(crate) struct Whatwg(&'static Encoding);

impl Conversion for Whatwg {
    /// Only where no byte below 80 is ever the second of a character.
    fn is_ascii_superset(&self) -> bool {
        self.0.is_single_byte() || self.0 == encoding_rs::EUC_JP
    }

    fn decode(&self, bytes: &[u8], _: &mut Shift, out: &mut Vec<u8>) -> Progress {
        let start = out.len();
        let mut decoder = self.0.new_decoder_without_bom_handling();
        let mut append = |bytes: &[u8], last| {
            let filled = out.len();
            let room = decoder.max_utf8_buffer_length_without_replacement(bytes.len());
            out.resize(filled + room.expect("a read is far shorter than memory"), 0);
            let (result, read, written) = decoder.decode_to_utf8_without_replacement(bytes, &mut out[filled..], last);
            out.truncate(filled + written);
            (result, read)
        };
        let (decoded, stop) = match append(bytes, false) {
            (DecoderResult::Malformed(length, after), read) => {
                let (length, after) = (usize::from(length), usize::from(after));
                (read - after - length, Stop::Malformed(length))
            }
            // What the decoder took in and did not convert, it tells when the stream ends.
            (_, read) => match append(&[], true) {
                (DecoderResult::Malformed(length, after), _) => {
                    (read - usize::from(length) - usize::from(after), Stop::Unfinished)
                }
                _ => (read, Stop::End),
            },
        };
        Progress { decoded, ascii: out[start..].is_ascii(), stop }
    }

    fn encode(&self, text: &str, out: &mut Vec<u8>) -> usize {
        encode(self.0, text, out)
    }
}

/// Appends `text`, up to the first character that the set lacks, and whatever shift leads back to ASCII. Gives the bytes of
/// `text` encoded.
pub(super) fn encode(encoding: &'static Encoding, text: &str, out: &mut Vec<u8>) -> usize {
    let mut encoder = encoding.new_encoder();
    let mut append = |text: &str| {
        let filled = out.len();
        let room = encoder.max_buffer_length_from_utf8_without_replacement(text.len());
        out.resize(filled + room.expect("a text is far shorter than memory"), 0);
        let (result, read, written) = encoder.encode_from_utf8_without_replacement(text, &mut out[filled..], true);
        out.truncate(filled + written);
        (result, read)
    };
    let (result, read) = append(text);
    let EncoderResult::Unmappable(_) = result else {
        return read;
    };
    // Back to ASCII, if the set had shifted.
    let _ = append("");
    // The culprit is told as U+FFFD where it would be taken for a shift, so its length is the text's to say.
    let (before, _) = text[..read].char_indices().next_back().expect("the culprit has been read");
    before
}
