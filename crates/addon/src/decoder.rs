//! Bytes to text outside of a session: what somebody said, read in a character set that became known later.

use napi::bindgen_prelude::Buffer;
use napi::{Error, Result, Status};
use napi_derive::napi;
use telnet_charset::{Charset, Decoder, ErrorRule, Sink};

/// Turns bytes into text, piece by piece. Each byte that is no character becomes a lone surrogate (U+DC80 … U+DCFF), so that
/// nothing is lost.
#[napi]
pub struct CharsetDecoder {
    decoder: Decoder,
}

#[napi]
impl CharsetDecoder {
    /// Throws where there is no such character set.
    #[napi(constructor)]
    pub fn new(name: String) -> Result<CharsetDecoder> {
        let charset = Charset::for_name(&name)
            .ok_or_else(|| Error::new(Status::InvalidArg, format!("no character set is called {name:?}")))?;
        Ok(CharsetDecoder { decoder: Decoder::new(charset, ErrorRule::Surrogate) })
    }

    /// The text of a piece, in UTF-16, the lower byte of a unit first. Half a character at its end waits for the next.
    #[napi]
    pub fn decode(&mut self, bytes: &[u8]) -> Buffer {
        let mut text = Utf16(Vec::with_capacity(2 * bytes.len()));
        // Under this rule nothing is an error.
        let _ = self.decoder.decode(bytes, &mut text);
        text.0.into()
    }

    /// Half a character that waits, as there comes no more.
    #[napi]
    pub fn finish(&mut self) -> Buffer {
        let mut text = Utf16(Vec::new());
        let _ = self.decoder.finish(&mut text);
        text.0.into()
    }
}

/// The character set that a font of SyncTERM's is drawn for, by its number.
#[napi]
pub fn charset_of_font(font: u16) -> Option<&'static str> {
    telnet_net::charset_of_font(font).map(Charset::name)
}

struct Utf16(Vec<u8>);

impl Sink for Utf16 {
    fn push_latin1(&mut self, text: &[u8]) {
        self.0.extend(text.iter().flat_map(|&byte| [byte, 0]));
    }

    fn push_utf16(&mut self, text: &[u16]) {
        self.0.extend(text.iter().flat_map(|unit| unit.to_le_bytes()));
    }

    fn push_surrogate(&mut self, surrogate: u16) {
        self.push_utf16(&[surrogate]);
    }
}
