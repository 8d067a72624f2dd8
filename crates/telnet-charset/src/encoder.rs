//! Text to bytes.

use std::{error, fmt};

use crate::{Charset, ErrorRule, surrogate};

/// Turns text into bytes of a character set.
///
/// Each call's output stands by itself: text is given in whole characters, and no byte order mark or shift is left over for
/// the next.
///
/// ```
/// use telnet_charset::{Charset, Encoder, ErrorRule};
///
/// let mut encoder = Encoder::new(Charset::US_ASCII, ErrorRule::Strict);
/// let mut bytes = Vec::new();
/// let error = encoder.encode("café", &mut bytes).unwrap_err();
/// assert_eq!(error.to_string(), "U+00E9 'é' at offset 3 is not in US-ASCII");
/// assert!(bytes.is_empty());
/// ```
#[derive(Clone, Debug)]
pub struct Encoder {
    charset: Charset,
    errors: ErrorRule,
}

/// A character that the set does not have, under [`ErrorRule::Strict`] or [`ErrorRule::Surrogate`]. Nothing was appended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct EncodeError {
    /// The set that lacks it.
    pub charset: Charset,
    /// Its code point: a number, since a lone surrogate is no `char`.
    pub character: u32,
    /// Where it stands in the text of this call, in bytes of UTF-8.
    pub offset: usize,
}

impl Encoder {
    /// An encoder for `charset`.
    pub fn new(charset: Charset, errors: ErrorRule) -> Self {
        Encoder { charset, errors }
    }

    /// Appends `text` in the set to `out`. Characters that the set lacks are dealt with by the error rule.
    ///
    /// # Errors
    /// Under [`ErrorRule::Strict`] and [`ErrorRule::Surrogate`], at the first character that the set lacks. Then `out` is as
    /// it was.
    pub fn encode(&mut self, text: &str, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        let start = out.len();
        self.append(text, 0, out).inspect_err(|_| out.truncate(start))
    }

    /// Like [`encode`](Encoder::encode), for text that may have lone surrogates in it, in the form that a
    /// [`Decoder`](crate::Decoder) gives them.
    ///
    /// Under [`ErrorRule::Surrogate`] each of U+DC80 to U+DCFF becomes the byte that it stands for. Any other surrogate, and
    /// under the other rules every one, is a character that the set lacks. Bytes that are no text at all count as U+FFFD.
    ///
    /// # Errors
    /// As for [`encode`](Encoder::encode).
    pub fn encode_wtf8(&mut self, text: &[u8], out: &mut Vec<u8>) -> Result<(), EncodeError> {
        let start = out.len();
        self.append_wtf8(text, out).inspect_err(|_| out.truncate(start))
    }

    /// The set that is written.
    pub fn charset(&self) -> Charset {
        self.charset
    }

    fn append_wtf8(&self, text: &[u8], out: &mut Vec<u8>) -> Result<(), EncodeError> {
        let mut offset = 0;
        while let Some(chunk) = text[offset..].utf8_chunks().next() {
            self.append(chunk.valid(), offset, out)?;
            offset += chunk.valid().len();
            match surrogate::first(&text[offset..]) {
                Some(surrogate) => {
                    match surrogate::byte(surrogate).filter(|_| self.errors == ErrorRule::Surrogate) {
                        Some(byte) => out.push(byte),
                        None => self.substitute(surrogate.into(), offset, out)?,
                    }
                    offset += surrogate::LENGTH;
                }
                None => {
                    if !chunk.invalid().is_empty() {
                        self.append("\u{FFFD}", offset, out)?;
                    }
                    offset += chunk.invalid().len();
                }
            }
        }
        Ok(())
    }

    /// `offset` is where `text` stands in the text of the call.
    fn append(&self, text: &str, offset: usize, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        let conversion = self.charset.conversion();
        let mut at = 0;
        loop {
            at += conversion.encode(&text[at..], out);
            let Some(character) = text[at..].chars().next() else {
                return Ok(());
            };
            self.substitute(character.into(), offset + at, out)?;
            at += character.len_utf8();
        }
    }

    /// Appends what stands for a character that the set lacks.
    fn substitute(&self, character: u32, offset: usize, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        match self.errors {
            ErrorRule::Replace => {
                self.charset.conversion().encode("?", out);
                Ok(())
            }
            ErrorRule::Ignore => Ok(()),
            ErrorRule::Strict | ErrorRule::Surrogate => Err(EncodeError { charset: self.charset, character, offset }),
        }
    }
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "U+{:04X}", self.character)?;
        if let Some(character) = char::from_u32(self.character).filter(|character| !character.is_control()) {
            write!(f, " '{character}'")?;
        }
        write!(f, " at offset {} is not in {}", self.offset, self.charset)
    }
}

impl error::Error for EncodeError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn encode(charset: Charset, errors: ErrorRule, text: &str) -> Result<Vec<u8>, EncodeError> {
        let mut out = Vec::new();
        Encoder::new(charset, errors).encode(text, &mut out).map(|()| out)
    }

    fn encode_wtf8(charset: Charset, errors: ErrorRule, text: &[u8]) -> Result<Vec<u8>, EncodeError> {
        let mut out = Vec::new();
        Encoder::new(charset, errors).encode_wtf8(text, &mut out).map(|()| out)
    }

    #[test]
    fn each_rule_deals_with_what_the_set_lacks() {
        let text = "né €5 日";
        assert_eq!(encode(Charset::ISO_8859_1, ErrorRule::Replace, text).unwrap(), b"n\xE9 ?5 ?");
        assert_eq!(encode(Charset::ISO_8859_1, ErrorRule::Ignore, text).unwrap(), b"n\xE9 5 ");
        assert_eq!(encode(Charset::US_ASCII, ErrorRule::Replace, text).unwrap(), b"n? ?5 ?");
        assert_eq!(encode(Charset::UTF_8, ErrorRule::Strict, text).unwrap(), text.as_bytes());
        for errors in [ErrorRule::Strict, ErrorRule::Surrogate] {
            let error = encode(Charset::ISO_8859_1, errors, text).unwrap_err();
            assert_eq!(error, EncodeError { charset: Charset::ISO_8859_1, character: 0x20AC, offset: 4 });
        }
    }

    #[test]
    fn an_error_leaves_the_output_as_it_was() {
        let mut out = b"before".to_vec();
        Encoder::new(Charset::CP437, ErrorRule::Strict).encode("fine, then ☕", &mut out).unwrap_err();
        assert_eq!(out, b"before");
        Encoder::new(Charset::CP437, ErrorRule::Strict).encode_wtf8(b"fine, then \xED\xB2\x80", &mut out).unwrap_err();
        assert_eq!(out, b"before");
    }

    #[test]
    fn surrogates_become_their_bytes_under_their_rule_only() {
        let text = b"a\xED\xB2\x80\xED\xB3\xBFb";
        for charset in Charset::all().filter(|charset| charset.is_ascii_superset()) {
            assert_eq!(encode_wtf8(charset, ErrorRule::Surrogate, text).unwrap(), b"a\x80\xFFb");
            assert_eq!(encode_wtf8(charset, ErrorRule::Replace, text).unwrap(), b"a??b");
            assert_eq!(encode_wtf8(charset, ErrorRule::Ignore, text).unwrap(), b"ab");
            let error = encode_wtf8(charset, ErrorRule::Strict, text).unwrap_err();
            assert_eq!((error.character, error.offset), (0xDC80, 1));
        }
        let ebcdic = Charset::for_name("CP037").unwrap();
        assert_eq!(encode_wtf8(ebcdic, ErrorRule::Surrogate, text).unwrap(), b"\x81\x80\xFF\x82");
        assert_eq!(encode_wtf8(ebcdic, ErrorRule::Replace, text).unwrap(), b"\x81\x6F\x6F\x82");
        let error = encode_wtf8(Charset::UTF_8, ErrorRule::Surrogate, b"a\xED\xA0\x80").unwrap_err();
        assert_eq!(error.to_string(), "U+D800 at offset 1 is not in UTF-8");
    }

    #[test]
    fn what_is_no_text_counts_as_replacement_characters() {
        assert_eq!(encode_wtf8(Charset::UTF_8, ErrorRule::Strict, b"a\xFF\xE2\x82b").unwrap(), "a��b".as_bytes());
        assert_eq!(encode_wtf8(Charset::CP437, ErrorRule::Replace, b"a\xFF\xE2\x82b").unwrap(), b"a??b");
    }
}
