//! Bytes to text, read by read.

use std::ops::Deref;
use std::{error, fmt};

use crate::conversion::{LONGEST_CHARACTER, Progress, Shift, Stop};
use crate::{Charset, ErrorRule, Sink, surrogate};

/// Turns bytes of a character set into text, read by read: a [`Sink`] says in which form.
///
/// Bytes of an unfinished character are held until the next call, at most three. A decoder is 16 bytes and owns no memory, so
/// that an idle session costs nothing more.
///
/// ```
/// use telnet_charset::{Charset, Decoder, ErrorRule};
///
/// let mut decoder = Decoder::new(Charset::CP437, ErrorRule::default());
/// let mut text = Vec::new();
/// decoder.decode(b"\xC9\xCD\xBB", &mut text)?;
/// assert_eq!(text, "╔═╗".as_bytes());
/// # Ok::<(), telnet_charset::DecodeError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Decoder {
    /// Bytes taken in since the decoder was made, those held included.
    offset: u64,
    held: Few,
    shift: Shift,
    charset: Charset,
    errors: ErrorRule,
}

/// Bytes that the set has no character for, under [`ErrorRule::Strict`].
///
/// The text before the culprit is appended, the culprit is dropped; the decoder can go on behind it.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct DecodeError {
    /// The set in which it has no meaning.
    pub charset: Charset,
    /// Where the culprit begins, in bytes since the decoder was made.
    pub offset: u64,
    /// Bytes of this call's input that were used, the culprit among them: go on with the rest. 0 if the culprit was held from
    /// earlier calls.
    pub consumed: usize,
    culprit: Few,
}

impl Decoder {
    /// A decoder at the start of a stream.
    pub fn new(charset: Charset, errors: ErrorRule) -> Self {
        Decoder { offset: 0, held: Few::default(), shift: Shift::default(), charset, errors }
    }

    /// Appends the text of `bytes` to `out`. Bytes of an unfinished character are kept for the next call.
    ///
    /// # Errors
    /// Under [`ErrorRule::Strict`], at the first bytes that are no character. Calls that go on with the rest of `bytes` tell
    /// the next.
    pub fn decode(&mut self, bytes: &[u8], out: &mut dyn Sink) -> Result<(), DecodeError> {
        let mut consumed = 0;
        if self.is_mid_character() {
            consumed = self.decode_held(bytes, out)?;
        }
        let rest = &bytes[consumed..];
        match self.convert(rest, out) {
            (_, Stop::End) => {}
            (at, Stop::Unfinished) => self.held = Few::new(&rest[at..]),
            (at, Stop::Malformed(length)) => {
                let culprit = &rest[at..at + length];
                let error = self.error(self.offset + at as u64, culprit, consumed + at + length);
                self.offset += (at + length) as u64;
                return Err(error);
            }
        }
        self.offset += rest.len() as u64;
        Ok(())
    }

    /// Ends the stream: bytes of an unfinished character are dealt with by the error rule. The decoder may be used again.
    ///
    /// # Errors
    /// Under [`ErrorRule::Strict`], if bytes are held that are no character. After a [`switch`](Decoder::switch) that may be
    /// more than one culprit: the next call tells the next.
    pub fn finish(&mut self, out: &mut dyn Sink) -> Result<(), DecodeError> {
        self.decode(&[], out)?;
        let culprit = std::mem::take(&mut self.held);
        let is_text = culprit.is_empty() || self.charset.conversion().decode_last(&culprit, out);
        if is_text || self.substitute(&culprit, out) {
            return Ok(());
        }
        Err(self.error(self.offset - culprit.len() as u64, &culprit, 0))
    }

    /// Changes the set in mid-stream.
    ///
    /// Bytes held of half a character are carried over: the next [`decode`](Decoder::decode) or [`finish`](Decoder::finish)
    /// reads them in the new set, before its own. A peer that changes its set does so between characters, so what looked like
    /// half of one was already meant in the new set.
    pub fn switch(&mut self, charset: Charset) {
        self.charset = charset;
        self.shift = Shift::default();
    }

    /// Takes the bytes that are held of an unfinished character, at most three: whoever reads on shall have them.
    pub fn take_held(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(&std::mem::take(&mut self.held));
    }

    /// The set that is read.
    pub fn charset(&self) -> Charset {
        self.charset
    }

    /// True if bytes of an unfinished character are held.
    pub fn is_mid_character(&self) -> bool {
        !self.held.is_empty()
    }

    /// Joins what is held to the first of `bytes` and decodes that. Gives how many of `bytes` it used.
    fn decode_held(&mut self, bytes: &[u8], out: &mut dyn Sink) -> Result<usize, DecodeError> {
        let held = self.held.len();
        let mut joint = [0; 2 * LONGEST_CHARACTER];
        let borrowed = bytes.len().min(LONGEST_CHARACTER);
        joint[..held].copy_from_slice(&self.held);
        joint[held..held + borrowed].copy_from_slice(&bytes[..borrowed]);
        let joint = &joint[..held + borrowed];

        self.held = Few::default();
        let start = self.offset - held as u64;
        let (used, error) = match self.convert(joint, out) {
            (_, Stop::End) => (joint.len(), None),
            (at, Stop::Unfinished) => (at, None),
            (at, Stop::Malformed(length)) => (at + length, Some((at, length))),
        };
        // What was held and is not used yet stays held. Without an error that can only be where `bytes` are all in `joint`
        // and still finish no character: then they are held too.
        let mut consumed = used.saturating_sub(held);
        if used < held {
            let stays = if error.is_some() { &joint[used..held] } else { &joint[used..] };
            self.held = Few::new(stays);
            consumed = (used + stays.len()) - held;
        }
        self.offset += consumed as u64;
        match error {
            None => Ok(consumed),
            Some((at, length)) => Err(self.error(start + at as u64, &joint[at..at + length], consumed)),
        }
    }

    /// Appends the text of `bytes`, applying the error rule, up to the end, an unfinished character, or an error to report.
    fn convert(&mut self, bytes: &[u8], out: &mut dyn Sink) -> (usize, Stop) {
        let conversion = self.charset.conversion();
        let mut at = 0;
        loop {
            let Progress { decoded, stop } = conversion.decode(&bytes[at..], &mut self.shift, out);
            at += decoded;
            match stop {
                Stop::Malformed(length) if self.substitute(&bytes[at..at + length], out) => at += length,
                _ => return (at, stop),
            }
        }
    }

    /// Appends what stands for a culprit. False if the rule has it reported.
    fn substitute(&self, culprit: &[u8], out: &mut dyn Sink) -> bool {
        match self.errors {
            ErrorRule::Strict => return false,
            ErrorRule::Ignore => {}
            ErrorRule::Replace => out.push('\u{FFFD}'),
            ErrorRule::Surrogate => culprit.iter().for_each(|&byte| surrogate::push(byte, out)),
        }
        true
    }

    fn error(&self, offset: u64, culprit: &[u8], consumed: usize) -> DecodeError {
        DecodeError { charset: self.charset, offset, consumed, culprit: Few::new(culprit) }
    }
}

impl DecodeError {
    /// The bytes that are no character, at most four.
    pub fn bytes(&self) -> &[u8] {
        &self.culprit
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no character of {}: bytes", self.charset)?;
        self.bytes().iter().try_for_each(|byte| write!(f, " {byte:02x}"))?;
        write!(f, " at offset {}", self.offset)
    }
}

impl error::Error for DecodeError {}

/// Up to a character's bytes, in place.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
struct Few {
    bytes: [u8; LONGEST_CHARACTER],
    length: u8,
}

impl Few {
    /// `bytes` are at most [`LONGEST_CHARACTER`].
    fn new(bytes: &[u8]) -> Few {
        let mut few = Few { length: bytes.len() as u8, ..Few::default() };
        few.bytes[..bytes.len()].copy_from_slice(bytes);
        few
    }
}

impl Deref for Few {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }
}

impl fmt::Debug for Few {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02x?}", &**self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Form, Units};

    /// Decodes `reads` one by one and ends the stream.
    fn text_of(charset: Charset, errors: ErrorRule, reads: &[&[u8]]) -> Vec<u8> {
        let mut decoder = Decoder::new(charset, errors);
        let mut out = Vec::new();
        for read in reads {
            decoder.decode(read, &mut out).unwrap();
        }
        decoder.finish(&mut out).unwrap();
        out
    }

    fn utf8(errors: ErrorRule, bytes: &[u8]) -> Vec<u8> {
        text_of(Charset::UTF_8, errors, &[bytes])
    }

    #[test]
    fn a_decoder_is_small() {
        assert!(size_of::<Decoder>() <= 16);
    }

    #[test]
    fn a_character_in_three_reads_comes_out_whole() {
        let mut decoder = Decoder::new(Charset::UTF_8, ErrorRule::Strict);
        let mut out = Vec::new();
        for (read, text) in [(&b"\xE2"[..], ""), (b"\x82", ""), (b"", ""), (b"\xAC!", "€!")] {
            decoder.decode(read, &mut out).unwrap();
            assert_eq!(out, text.as_bytes());
            assert_eq!(decoder.is_mid_character(), text.is_empty());
        }
    }

    /// The examples of the Unicode Standard, chapter 3, tables 3-8 to 3-11, and a few that browsers' tests have.
    #[test]
    fn each_maximal_subpart_is_one_replacement() {
        for (bytes, text) in [
            (&b"\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41"[..], "��������A"),
            (b"\xED\xA0\x80\xED\xBF\xBF\xED\xAF\x41", "��������A"),
            (b"\xF4\x91\x92\x93\xFF\x41\x80\xBF\x42", "�����A��B"),
            (b"\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41", "����A"),
            (b"\xE2\x82", "�"),
            (b"\xF0\x9F\x98", "�"),
            (b"\xF0\x9F\x98\xF0\x9F\x98\x80", "�😀"),
            (b"\xC3\xC3\xA9", "�é"),
        ] {
            assert_eq!(String::from_utf8(utf8(ErrorRule::Replace, bytes)).unwrap(), text, "{bytes:02x?}");
        }
    }

    #[test]
    fn ignored_bytes_leave_no_trace() {
        assert_eq!(utf8(ErrorRule::Ignore, b"a\xE2\x82b\xFF\xC3\xA9\xC3"), "abé".as_bytes());
    }

    #[test]
    fn strict_tells_the_culprit_and_goes_on_behind_it() {
        let mut decoder = Decoder::new(Charset::UTF_8, ErrorRule::Strict);
        let mut out = Vec::new();
        decoder.decode(b"ab\xC3", &mut out).unwrap();
        let read = b"\xA9\xE2\x82c\xE2\x82";
        let error = decoder.decode(read, &mut out).unwrap_err();
        assert_eq!((error.offset, error.consumed, error.bytes()), (4, 3, &b"\xE2\x82"[..]));
        assert_eq!(error.to_string(), "no character of UTF-8: bytes e2 82 at offset 4");
        assert_eq!(out, "abé".as_bytes());

        decoder.decode(&read[error.consumed..], &mut out).unwrap();
        let error = decoder.finish(&mut out).unwrap_err();
        assert_eq!((error.offset, error.consumed, error.bytes()), (7, 0, &b"\xE2\x82"[..]));
        assert_eq!(decoder.finish(&mut out), Ok(()));
        assert_eq!(out, "abéc".as_bytes());
    }

    #[test]
    fn strict_reports_a_culprit_held_from_an_earlier_read() {
        let mut decoder = Decoder::new(Charset::UTF_8, ErrorRule::Strict);
        let mut out = Vec::new();
        decoder.decode(b"a\xF0\x9F", &mut out).unwrap();
        let error = decoder.decode(b"bc", &mut out).unwrap_err();
        assert_eq!((error.offset, error.consumed, error.bytes()), (1, 0, &b"\xF0\x9F"[..]));
        decoder.decode(b"bc", &mut out).unwrap();
        assert_eq!(out, b"abc");
    }

    #[test]
    fn surrogates_carry_undecodable_bytes() {
        assert_eq!(utf8(ErrorRule::Surrogate, b"a\x80\xFFb"), b"a\xED\xB2\x80\xED\xB3\xBFb");
        let mut out = Vec::new();
        Decoder::new(Charset::US_ASCII, ErrorRule::Surrogate).decode(b"\xE9", &mut out).unwrap();
        assert_eq!(out, b"\xED\xB3\xA9");
    }

    #[test]
    fn text_is_in_the_form_that_the_sink_has() {
        for (charset, errors, bytes, form) in [
            (Charset::UTF_8, ErrorRule::Replace, &b""[..], Form::Latin1),
            (Charset::UTF_8, ErrorRule::Replace, b"plain\x7F\x00", Form::Latin1),
            (Charset::UTF_8, ErrorRule::Replace, b"caf\xC3\xA9", Form::Latin1),
            (Charset::UTF_8, ErrorRule::Replace, b"caf\xC3", Form::Latin1),
            (Charset::UTF_8, ErrorRule::Replace, b"caf\xFF", Form::Utf16),
            (Charset::UTF_8, ErrorRule::Ignore, b"caf\xFF", Form::Latin1),
            (Charset::UTF_8, ErrorRule::Surrogate, b"caf\xFF", Form::Utf16),
            (Charset::ISO_8859_1, ErrorRule::Replace, b"caf\xE9", Form::Latin1),
            (Charset::CP437, ErrorRule::Replace, b"caf\x82", Form::Latin1),
            (Charset::CP437, ErrorRule::Replace, b"caf\xC9", Form::Utf16),
        ] {
            let (mut memory, mut text) = (Vec::new(), Vec::new());
            let mut units = Units::new(&mut memory);
            Decoder::new(charset, errors).decode(bytes, &mut units).unwrap();
            assert_eq!(units.form(), form, "{charset} {bytes:02x?}");
            Decoder::new(charset, errors).decode(bytes, &mut text).unwrap();
            if let Ok(text) = String::from_utf8(text) {
                let utf16 = || text.encode_utf16().flat_map(u16::to_le_bytes).collect();
                let latin1 = || text.chars().map(|character| character as u8).collect();
                let expected: Vec<u8> = if form == Form::Utf16 { utf16() } else { latin1() };
                assert_eq!(memory, expected, "{charset} {bytes:02x?}");
            }
        }
    }

    #[test]
    fn half_a_character_is_carried_into_the_new_set() {
        let mut decoder = Decoder::new(Charset::UTF_8, ErrorRule::Replace);
        let mut out = Vec::new();
        decoder.decode(b"=\xC4", &mut out).unwrap();
        decoder.switch(Charset::CP437);
        assert_eq!(decoder.charset(), Charset::CP437);
        decoder.decode(b"\xC4=", &mut out).unwrap();
        assert_eq!(out, "=──=".as_bytes());
        assert!(!decoder.is_mid_character());

        decoder.switch(Charset::UTF_8);
        decoder.decode(b"\xE2\x82", &mut out).unwrap();
        decoder.switch(Charset::ISO_8859_1);
        decoder.finish(&mut out).unwrap();
        assert_eq!(out, "=──=â\u{82}".as_bytes());
    }

    #[test]
    fn each_byte_carried_over_can_be_a_culprit() {
        let mut decoder = Decoder::new(Charset::UTF_8, ErrorRule::Strict);
        let mut out = Vec::new();
        decoder.decode(b"\xE2\x82", &mut out).unwrap();
        decoder.switch(Charset::US_ASCII);
        let error = decoder.decode(b"ab", &mut out).unwrap_err();
        assert_eq!((error.offset, error.consumed, error.bytes()), (0, 0, &b"\xE2"[..]));
        let error = decoder.finish(&mut out).unwrap_err();
        assert_eq!((error.offset, error.consumed, error.bytes()), (1, 0, &b"\x82"[..]));
        decoder.decode(b"ab", &mut out).unwrap();
        assert_eq!(out, b"ab");
    }
}
