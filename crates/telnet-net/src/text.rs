//! The text of a conversation: bytes of the peer to what strings are made of, and UTF-8 to bytes for the peer.
//!
//! Which character set holds when is decided in [`choice`](crate::choice); how lines end in it, in
//! [`line_end`](crate::line_end).

use std::ops::Range;

use memchr::memchr2;
use telnet_charset::{Charset, DecodeError, Decoder, EncodeError, Encoder, ErrorRule, Sink, Units};
use telnet_proto::escape;
use telnet_proto::newline::Newline;

use crate::ansi::Sequences;
use crate::batch::{Batch, Kind};
use crate::json::{self, Value};
use crate::line_end::{self, Lines, NelAsLf};

/// How text is converted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text {
    /// The set, where it may be spoken.
    pub charset: Charset,
    /// It is spoken though BINARY was not agreed.
    pub forced: bool,
    /// What becomes of that which cannot be converted.
    pub errors: ErrorRule,
    /// The peer ends lines as ASCII does, though its set has a line end of its own.
    pub ascii_line_ends: bool,
}

/// The conversion of both directions.
#[derive(Debug)]
pub(crate) struct TextState {
    errors: ErrorRule,
    ascii_line_ends: bool,
    /// A font chose the set, and it has not ASCII in it.
    ansi: Option<Sequences>,
    decoder: Decoder,
    /// Of the set that is read.
    lines: Lines,
    newline: Newline,
}

impl Text {
    /// UTF-8 where BINARY is agreed.
    pub const UTF_8: Text =
        Text { charset: Charset::UTF_8, forced: false, errors: ErrorRule::Replace, ascii_line_ends: false };
}

impl TextState {
    /// At the start of a stream in `charset`.
    pub(crate) fn new(text: Text, charset: Charset) -> TextState {
        let Text { errors, ascii_line_ends, .. } = text;
        TextState {
            errors,
            ascii_line_ends,
            ansi: None,
            decoder: Decoder::new(charset, errors),
            lines: Lines::of(charset, ascii_line_ends),
            newline: Newline::default(),
        }
    }

    /// Reads on in `charset`. Half a character held is read in it. `by_font`: a font chose it.
    pub(crate) fn switch(&mut self, charset: Charset, by_font: bool) {
        self.decoder.switch(charset);
        self.ansi = (by_font && !charset.is_ascii_superset()).then(|| self.ansi.unwrap_or_default());
        self.lines = self.lines_of(charset);
    }

    /// Other rules from here on. What is held is dealt with by the old ones, if the rule for errors changes.
    pub(crate) fn change(&mut self, id: u32, text: Text, batch: &mut Batch) {
        if self.errors != text.errors {
            self.finish(id, batch);
            self.errors = text.errors;
            self.decoder = Decoder::new(self.decoder.charset(), text.errors);
        }
        self.ascii_line_ends = text.ascii_line_ends;
    }

    /// CR NUL is to be read as CR.
    pub(crate) fn reads_cr_nul(&self) -> bool {
        self.lines.reads_cr_nul()
    }

    /// True where ASCII that comes now is itself.
    pub(crate) fn is_between_keys(&self) -> bool {
        self.decoder.charset().is_ascii_superset() && !self.decoder.is_mid_character()
    }

    /// Appends the text of what came.
    pub(crate) fn decode(&mut self, id: u32, bytes: &[u8], batch: &mut Batch) {
        if let Some(mut sequences) = self.ansi {
            sequences.split(bytes, |run, is_ascii| match is_ascii {
                false => self.decode_run(id, run, batch),
                true => batch.push_text(id, |out| out.push_latin1(run)),
            });
            self.ansi = Some(sequences);
            return;
        }
        if self.lines != Lines::AtasciiWithAscii {
            return self.decode_run(id, bytes, batch);
        }
        line_end::split_at_ascii(bytes, |run, ascii| {
            self.decode_run(id, run, batch);
            batch.push_text(id, |out| match ascii {
                Some(line_end::END_OF_LINE) => out.push(line_end::ESCAPE_SYMBOL),
                end => out.push_latin1(end.as_slice()),
            });
        });
    }

    /// No more comes: half a character is dealt with by the error rule.
    pub(crate) fn finish(&mut self, id: u32, batch: &mut Batch) {
        tell_text(id, batch, |out| self.decoder.finish(out));
    }

    /// Half a character held goes to whoever reads bytes now.
    pub(crate) fn take_held(&mut self, out: &mut Vec<u8>) {
        self.decoder.take_held(out);
    }

    /// Half a character held comes to nothing, and is no error: what belongs to it is discarded.
    pub(crate) fn forget(&mut self) {
        self.decoder = Decoder::new(self.decoder.charset(), self.errors);
    }

    /// Appends text in `charset` to `out`, a CR at its end excepted: that waits. `binary`: BINARY is agreed for the outgoing
    /// direction.
    pub(crate) fn encode(
        &mut self,
        id: u32,
        text: &[u8],
        (charset, binary): (Charset, bool),
        out: &mut Vec<u8>,
        batch: &mut Batch,
    ) {
        let lines = self.lines_of(charset);
        let end = lines.going_out(binary);
        // UTF-8 has no byte 255, and ASCII in a set that contains it neither: the line ends are all there is to do.
        if charset == Charset::UTF_8 && self.errors != ErrorRule::Surrogate
            || charset.is_ascii_superset() && text.is_ascii()
        {
            return self.newline.encode(text, end, out);
        }
        let mut ended = Vec::with_capacity(text.len());
        self.newline.encode(text, end, &mut ended);
        let mut bytes = Vec::with_capacity(ended.len());
        for (run, is_ascii) in self.runs(&ended) {
            if is_ascii {
                bytes.extend_from_slice(&ended[run]);
                continue;
            }
            let Range { mut start, end } = run;
            // What can't be said is left out and told; the text around it goes its way.
            while let Err(mut error) = encode_ended(charset, self.errors, lines, &ended[start..end], &mut bytes) {
                let at = start + error.offset;
                // What stands before the culprit has been seen to convert.
                let _ = encode_ended(charset, self.errors, lines, &ended[start..at], &mut bytes);
                start = at + character_at(&ended[at..]).len();
                error.offset = place(text, &ended[..at]);
                let offset = error.offset as u64;
                let culprit = Culprit { code: "TELNET_ENCODE", charset, offset, bytes: &ended[at..start] };
                batch.push_with(id, Kind::TextError, 1, |out| culprit.write_json(&error, 1, out));
            }
        }
        escape::escape(&bytes, out);
    }

    /// A CR that waits was a bare one.
    pub(crate) fn finish_turn(&mut self, (charset, binary): (Charset, bool), out: &mut Vec<u8>) {
        if self.is_mid_turn() {
            let lines = self.lines_of(charset);
            let mut ended = Vec::new();
            self.newline.finish(lines.going_out(binary), &mut ended);
            // A set has the characters that end its lines.
            let _ = encode_ended(charset, ErrorRule::Replace, lines, &ended, out);
        }
    }

    /// True while a CR waits for what follows it.
    pub(crate) fn is_mid_turn(&self) -> bool {
        self.newline.is_holding()
    }

    /// How lines end in a set. Those of a terminal of ANSI end as in ASCII.
    fn lines_of(&self, charset: Charset) -> Lines {
        Lines::of(charset, self.ascii_line_ends || self.ansi.is_some())
    }

    /// Text to be encoded, and between it what is ASCII's and goes as it is. A sequence is written at once.
    fn runs(&self, text: &[u8]) -> Vec<(Range<usize>, bool)> {
        if self.ansi.is_none() {
            return vec![(0..text.len(), false)];
        }
        let (mut runs, mut start) = (Vec::new(), 0);
        Sequences::default().split(text, |run, is_ascii| {
            let end = start + run.len();
            runs.push((start..end, is_ascii));
            start = end;
        });
        runs
    }

    fn decode_run(&mut self, id: u32, bytes: &[u8], batch: &mut Batch) {
        let mut rest = bytes;
        tell_text(id, batch, |out| {
            let result = match self.lines {
                Lines::Ebcdic => self.decoder.decode(rest, &mut NelAsLf(out)),
                _ => self.decoder.decode(rest, out),
            };
            if let Err(error) = &result {
                rest = &rest[error.consumed..];
            }
            result
        });
    }
}

/// Appends text whose line ends are right. Where it fails, `out` is as it was.
fn encode_ended(
    charset: Charset,
    errors: ErrorRule,
    lines: Lines,
    text: &[u8],
    out: &mut Vec<u8>,
) -> Result<(), EncodeError> {
    let mut encoder = Encoder::new(charset, errors);
    if lines != Lines::AtasciiWithAscii {
        return encoder.encode_wtf8(text, out);
    }
    // What ends lines is no character of the set.
    let (mut start, before) = (0, out.len());
    loop {
        let end = memchr2(b'\r', b'\n', &text[start..]).map_or(text.len(), |at| start + at);
        if let Err(mut error) = encoder.encode_wtf8(&text[start..end], out) {
            out.truncate(before);
            error.offset += start;
            return Err(error);
        }
        let length = match text[end..] {
            [] => return Ok(()),
            [b'\r', 0, ..] => 2,
            _ => 1,
        };
        out.extend_from_slice(&text[end..end + length]);
        start = end + length;
    }
}

/// The first character of text that has one.
fn character_at(text: &[u8]) -> &[u8] {
    let after = (1..text.len()).find(|&next| text[next] & 0b1100_0000 != 0b1000_0000);
    &text[..after.unwrap_or(text.len())]
}

/// Where in `text` stands what follows `ended`, which is the same with its line ends made right. In units of UTF-16, as
/// JavaScript counts.
fn place(text: &[u8], ended: &[u8]) -> usize {
    let is_kept = |byte: &&u8| !matches!(**byte, b'\r' | b'\n' | 0);
    let kept = ended.iter().filter(is_kept).count();
    let at = text.iter().enumerate().filter(|(_, byte)| is_kept(byte)).nth(kept).map_or(text.len(), |(at, _)| at);
    // A character begins with a byte that is no continuation, and four bytes are two units.
    text[..at].iter().map(|&byte| usize::from(byte & 0b1100_0000 != 0b1000_0000) + usize::from(byte >= 0xf0)).sum()
}

/// Tells the text that `decode` appends, call by call until there is no error, and the errors in their places: the first
/// [`MOST_ERRORS`] one by one, all others by one record at the end, since each takes a single byte of the peer's.
fn tell_text(id: u32, batch: &mut Batch, mut decode: impl FnMut(&mut Units<'_>) -> Result<(), DecodeError>) {
    let tell = |error: &DecodeError, count, batch: &mut Batch| {
        let DecodeError { charset, offset, .. } = *error;
        let culprit = Culprit { code: "TELNET_DECODE", charset, offset, bytes: error.bytes() };
        batch.push_with(id, Kind::TextError, 0, |out| culprit.write_json(error, count, out));
    };
    let (mut told, mut untold) = (0, None);
    loop {
        let mut failure = None;
        batch.push_text(id, |out| failure = decode(out).err());
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

/// What could not be converted.
struct Culprit<'c> {
    code: &'static str,
    charset: Charset,
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
            ("charset", Value::Text(self.charset.name())),
            ("offset", Value::Number(self.offset as i64)),
            ("bytes", Value::Text(&bytes)),
            ("count", if count > 1 { Value::Number(count) } else { Value::None }),
        ];
        json::object(&members, out);
    }
}
