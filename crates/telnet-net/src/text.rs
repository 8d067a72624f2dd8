//! The text of a conversation: bytes of the peer to UTF-8, and UTF-8 to bytes for the peer.
//!
//! Which character set holds when: a direction is NVT ASCII until BINARY is agreed for it (RFC 856), unless the set is
//! forced; then the session's own.

use telnet_charset::{Charset, DecodeError, Decoded, Decoder, Encoder, ErrorRule};
use telnet_proto::escape;
use telnet_proto::newline::Newline;

use crate::batch::{Batch, Kind};
use crate::json::{self, Value};

/// How text is converted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text {
    /// The set, where it may be spoken.
    pub charset: Charset,
    /// It is spoken though BINARY was not agreed.
    pub forced: bool,
    /// What becomes of that which cannot be converted.
    pub errors: ErrorRule,
}

/// The conversion of both directions.
#[derive(Debug)]
pub(crate) struct TextState {
    text: Text,
    decoder: Decoder,
    newline: Newline,
}

impl Text {
    /// The set of a direction, given whether BINARY is agreed for it.
    fn charset(self, binary: bool) -> Charset {
        if binary || self.forced { self.charset } else { Charset::US_ASCII }
    }
}

impl TextState {
    /// At the start of a stream, BINARY not agreed.
    pub(crate) fn new(text: Text) -> TextState {
        let decoder = Decoder::new(text.charset(false), text.errors);
        TextState { text, decoder, newline: Newline::default() }
    }

    /// How text is converted.
    pub(crate) fn text(&self) -> Text {
        self.text
    }

    /// Other text from here on. [`choose_charset`](TextState::choose_charset) is to follow. Half a character held is read
    /// in the new set; where the error rule changes, the old rule deals with it.
    pub(crate) fn change(&mut self, id: u32, text: Text, batch: &mut Batch) {
        if self.text.errors != text.errors {
            self.finish(id, batch);
            self.decoder = Decoder::new(self.decoder.charset(), text.errors);
        }
        self.text = text;
    }

    /// Reads on in the set that holds, given whether BINARY is agreed for the incoming direction.
    pub(crate) fn choose_charset(&mut self, binary: bool) {
        self.decoder.switch(self.text.charset(binary));
    }

    /// Appends the text of what came.
    pub(crate) fn decode(&mut self, id: u32, bytes: &[u8], batch: &mut Batch) {
        let mut rest = bytes;
        tell_text(id, batch, |out| {
            let result = self.decoder.decode(rest, out);
            if let Err(error) = &result {
                rest = &rest[error.consumed..];
            }
            result
        });
    }

    /// No more comes: half a character is dealt with by the error rule.
    pub(crate) fn finish(&mut self, id: u32, batch: &mut Batch) {
        tell_text(id, batch, |out| self.decoder.finish(out));
    }

    /// Half a character held comes to nothing, and is no error: what belongs to it is discarded.
    pub(crate) fn forget(&mut self) {
        self.decoder = Decoder::new(self.decoder.charset(), self.text.errors);
    }

    /// Appends text to `out`, a CR at its end excepted: that waits. `binary`: BINARY is agreed for the outgoing direction.
    pub(crate) fn encode(&mut self, id: u32, text: &[u8], binary: bool, out: &mut Vec<u8>, batch: &mut Batch) {
        let charset = self.text.charset(binary);
        // UTF-8 has no byte 255, and ASCII in a set that contains it neither: the line ends are all there is to do.
        if charset == Charset::UTF_8 && self.text.errors != ErrorRule::Surrogate
            || charset.is_ascii_superset() && text.is_ascii()
        {
            return self.newline.encode(text, binary, out);
        }
        let mut lines = Vec::with_capacity(text.len());
        self.newline.encode(text, binary, &mut lines);
        self.convert(id, charset, &lines, out, batch);
    }

    /// A CR that waits was a bare one.
    pub(crate) fn finish_turn(&mut self, binary: bool, out: &mut Vec<u8>) {
        if self.is_mid_turn() {
            let mut bytes = Vec::new();
            self.newline.finish(binary, &mut bytes);
            let charset = self.text.charset(binary);
            // CR and NUL are in every set that can be spoken.
            let _ = Encoder::new(charset, ErrorRule::Replace).encode_wtf8(&bytes, out);
        }
    }

    /// True while a CR waits for what follows it.
    pub(crate) fn is_mid_turn(&self) -> bool {
        self.newline.is_holding()
    }

    fn convert(&self, id: u32, charset: Charset, text: &[u8], out: &mut Vec<u8>, batch: &mut Batch) {
        let mut encoder = Encoder::new(charset, self.text.errors);
        let mut bytes = Vec::with_capacity(text.len());
        let mut start = 0;
        // What can't be said is left out and told; the text around it goes its way.
        while let Err(error) = encoder.encode_wtf8(&text[start..], &mut bytes) {
            let at = start + error.offset;
            // What stands before the culprit has been seen to convert.
            let _ = encoder.encode_wtf8(&text[start..at], &mut bytes);
            let after = (at + 1..text.len()).find(|&next| text[next] & 0b1100_0000 != 0b1000_0000);
            start = after.unwrap_or(text.len());
            let culprit = Culprit { code: "TELNET_ENCODE", offset: at as u64, bytes: &text[at..start] };
            batch.push_with(id, Kind::TextError, 1, |out| culprit.write_json(&error, 1, out));
        }
        escape::escape(&bytes, out);
    }
}

/// Tells the text that `decode` appends, call by call until there is no error, and the errors in their places: the first
/// [`MOST_ERRORS`] one by one, all others by one record at the end, since each takes a single byte of the peer's.
fn tell_text(id: u32, batch: &mut Batch, mut decode: impl FnMut(&mut Vec<u8>) -> Result<Decoded, DecodeError>) {
    let tell = |error: &DecodeError, count, batch: &mut Batch| {
        let culprit = Culprit { code: "TELNET_DECODE", offset: error.offset, bytes: error.bytes() };
        batch.push_with(id, Kind::TextError, 0, |out| culprit.write_json(error, count, out));
    };
    let (mut told, mut untold) = (0, None);
    loop {
        let mut failure = None;
        batch.push_data(id, |out| match decode(out) {
            Ok(decoded) => text_kind(decoded),
            Err(error) => text_kind(failure.insert(error).decoded),
        });
        let Some(error) = failure else { break };
        if told < MOST_ERRORS {
            tell(&error, 1, batch);
            told += 1;
        } else {
            untold.get_or_insert((error, 0)).1 += 1;
        }
    }
    if let Some((first, count)) = untold {
        tell(&first, count, batch);
    }
}

/// Errors of one piece of data that are told one by one.
const MOST_ERRORS: u32 = 16;

fn text_kind(decoded: Decoded) -> (Kind, u32) {
    if decoded.ascii { (Kind::Ascii, 0) } else { (Kind::Utf8, decoded.surrogates.into()) }
}

/// What could not be converted.
struct Culprit<'c> {
    code: &'static str,
    offset: u64,
    bytes: &'c [u8],
}

impl Culprit<'_> {
    /// `count`: how many there were, this one the first.
    fn write_json(&self, error: &dyn std::error::Error, count: i64, out: &mut Vec<u8>) {
        let message = error.to_string();
        let bytes: String = self.bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let members = [
            ("code", Value::Text(self.code)),
            ("message", Value::Text(&message)),
            ("offset", Value::Number(self.offset as i64)),
            ("bytes", Value::Text(&bytes)),
            ("count", if count > 1 { Value::Number(count) } else { Value::None }),
        ];
        json::object(&members, out);
    }
}
