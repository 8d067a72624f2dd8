//! ISO-2022-JP, RFC 1468: seven bits, and escape sequences that say whose characters follow.
//!
//! It is read more widely than it is written: JIS X 0201's half-width katakana too, which mail of the nineties had (`ESC ( I`).
//! A peer may stop in the middle of a line that is shifted, so a control character is one in any shift, and a line end leads
//! back to ASCII: RFC 1468 has every line begin there. The WHATWG Encoding Standard, made for whole documents, would eat it.

use super::whatwg::{EUC_JP, ISO_2022_JP as WRITTEN};
use super::{Conversion, Progress, Shift, Stop};
use crate::Sink;

pub(crate) static ISO_2022_JP: Iso2022Jp = Iso2022Jp;

pub(crate) struct Iso2022Jp;

impl Conversion for Iso2022Jp {
    fn is_ascii_superset(&self) -> bool {
        false
    }

    fn decode(&self, bytes: &[u8], shift: &mut Shift, out: &mut dyn Sink) -> Progress {
        let mut decoded = 0;
        let stop = loop {
            decoded += match *shift {
                Shift::Ascii => append_ascii(&bytes[decoded..], out),
                Shift::Kanji => append_kanji(&bytes[decoded..], out),
                _ => 0,
            };
            match next(&bytes[decoded..], *shift) {
                Ok((length, Next::Shift(next))) => {
                    *shift = next;
                    decoded += length;
                }
                Ok((length, Next::Character(character))) => {
                    if matches!(character, '\r' | '\n') {
                        *shift = Shift::Ascii;
                    }
                    out.push(character);
                    decoded += length;
                }
                Err(stop) => break stop,
            }
        };
        Progress { decoded, stop }
    }

    /// An ESC that nothing follows is a terminal's, too.
    fn decode_last(&self, bytes: &[u8], out: &mut dyn Sink) -> bool {
        let is_escape = bytes.first() == Some(&ESC);
        if is_escape {
            out.push_latin1(bytes);
        }
        is_escape
    }

    fn encode(&self, text: &str, out: &mut Vec<u8>) -> usize {
        let mut encoded = 0;
        loop {
            let rest = &text[encoded..];
            let line = line(rest);
            let length = WRITTEN.encode(line, out);
            encoded += length;
            match rest.as_bytes()[length..] {
                // It would read as a shift.
                [ESC, b'(' | b'$', ..] => return encoded,
                [byte @ (ESC | SO | SI | b'\r' | b'\n'), ..] => out.push(byte),
                [_, ..] if length == line.len() => continue,
                _ => return encoded,
            }
            encoded += 1;
        }
    }
}

/// What `text` begins with, up to a line end, which is to stand outside any shift; `encoding_rs` would stay in that of ISO 646-JP.
/// Not more than some, since it is looked for again behind each character that the set lacks.
fn line(text: &str) -> &str {
    let is_end = |&(at, character): &(usize, char)| at >= LONGEST_LINE || matches!(character, '\r' | '\n');
    let end = text.char_indices().find(is_end).map_or(text.len(), |(at, _)| at);
    &text[..end]
}

/// Appends the characters of ASCII that `bytes` begin with. Gives how many bytes they are.
fn append_ascii(bytes: &[u8], out: &mut dyn Sink) -> usize {
    let length = bytes.iter().take_while(|&&byte| byte.is_ascii() && byte != ESC).count();
    out.push_latin1(&bytes[..length]);
    length
}

/// Appends the characters of JIS X 0208 that `bytes` begin with. Gives how many bytes they are.
///
/// EUC-JP has these characters at the same bytes, with their top bits set.
fn append_kanji(bytes: &[u8], out: &mut dyn Sink) -> usize {
    let mut appended = 0;
    for block in bytes.chunks(BLOCK) {
        let length = block.iter().take_while(|byte| matches!(byte, 0x21..0x7F)).count() & !1;
        let mut high = [0; BLOCK];
        high.iter_mut().zip(&block[..length]).for_each(|(high, byte)| *high = byte | 0x80);
        let Progress { decoded, .. } = EUC_JP.decode(&high[..length], &mut Shift::default(), out);
        appended += decoded;
        if decoded < BLOCK {
            break;
        }
    }
    appended
}

enum Next {
    Shift(Shift),
    Character(char),
}

/// What `bytes` begin with behind what was appended at once, and how many of them it is.
fn next(bytes: &[u8], shift: Shift) -> Result<(usize, Next), Stop> {
    match (bytes, shift) {
        (&[], _) => Err(Stop::End),
        (&[ESC, ..], _) => escape(bytes),
        (&[byte @ (..0x20 | 0x7F), ..], _) => Ok((1, Next::Character(byte.into()))),
        (&[byte @ 0x20..0x7F, ..], Shift::Roman) => Ok((1, Next::Character(roman(byte)))),
        (&[byte @ 0x21..0x60, ..], Shift::Katakana) => Ok((1, Next::Character(katakana(byte)))),
        (&[0x21..0x7F], Shift::Kanji) => Err(Stop::Unfinished),
        (&[0x21..0x7F, 0x21..0x7F, ..], Shift::Kanji) => Err(Stop::Malformed(2)),
        // A blank is the same in all of them.
        (&[b' ', ..], _) => Ok((1, Next::Character(' '))),
        _ => Err(Stop::Malformed(1)),
    }
}

/// What an escape sequence is: one that asks for none of the shifts is a terminal's, and goes through as it is. So ESC waits for
/// what follows it.
fn escape(bytes: &[u8]) -> Result<(usize, Next), Stop> {
    let shift = match *bytes {
        [_, b'(', b'B', ..] => Shift::Ascii,
        [_, b'(', b'J', ..] => Shift::Roman,
        [_, b'(', b'I', ..] => Shift::Katakana,
        [_, b'$', b'@' | b'B', ..] => Shift::Kanji,
        [_] | [_, b'(' | b'$'] => return Err(Stop::Unfinished),
        _ => return Ok((1, Next::Character(ESC.into()))),
    };
    Ok((3, Next::Shift(shift)))
}

fn roman(byte: u8) -> char {
    match byte {
        b'\\' => '\u{A5}',
        b'~' => '\u{203E}',
        byte => byte.into(),
    }
}

/// Halfwidth katakana of Unicode are in the order of JIS X 0201.
fn katakana(byte: u8) -> char {
    char::from_u32(0xFF61 + u32::from(byte) - 0x21).expect("21 to 5F are U+FF61 to U+FF9F")
}

const ESC: u8 = 0x1B;
/// As ESC, these are not written by `encoding_rs`, since other sets of ISO 2022 shift with them. Here they are a terminal's business.
const SO: u8 = 0x0E;
const SI: u8 = 0x0F;
/// Bytes of text that are written at once.
const LONGEST_LINE: usize = 1024;
/// Bytes that are read at once: whole pairs.
const BLOCK: usize = 256;

#[cfg(test)]
mod tests {
    use crate::{Charset, Decoder, Encoder, ErrorRule};

    fn charset() -> Charset {
        Charset::for_name("ISO-2022-JP").unwrap()
    }

    /// The text of `bytes`, read whole and byte by byte.
    fn decode(bytes: &[u8]) -> String {
        let [whole, single] = [bytes.len(), 1].map(|length| {
            let mut decoder = Decoder::new(charset(), ErrorRule::Replace);
            let mut text = Vec::new();
            bytes.chunks(length).for_each(|read| decoder.decode(read, &mut text).unwrap());
            decoder.finish(&mut text).unwrap();
            String::from_utf8(text).unwrap()
        });
        assert_eq!(whole, single);
        whole
    }

    fn encode(text: &str) -> Vec<u8> {
        let mut out = Vec::new();
        Encoder::new(charset(), ErrorRule::Replace).encode(text, &mut out).unwrap();
        out
    }

    #[test]
    fn each_shift_has_its_characters() {
        assert_eq!(decode(b"a\x1B$B$\"$$\x1B(Bb"), "aあいb");
        assert_eq!(decode(b"\x1B$@F|K\\\x1B(J\\~\x1B(IAB\x1B(B\\~"), "日本¥‾ﾁﾂ\\~");
    }

    #[test]
    fn a_line_end_leads_back_to_ascii() {
        assert_eq!(decode(b"\x1B$B$\"\r\nplain"), "あ\r\nplain");
    }

    /// As fuzzing found, a yen at the end of a line took the next for a backslash.
    #[test]
    fn every_line_begins_in_ascii() {
        assert_eq!(encode("¥\r\n¥"), b"\x1B(J\\\x1B(B\r\n\x1B(J\\\x1B(B");
        assert_eq!(encode("あ\nい"), b"\x1B$B$\"\x1B(B\n\x1B$B$$\x1B(B");
        let long = format!("あ{}い☕\n", "a¥日".repeat(2000));
        assert_eq!(decode(&encode(&long)), long.replace('☕', "?"));
    }

    #[test]
    fn sequences_of_a_terminal_go_through() {
        assert_eq!(decode(b"\x1B[1m\x1B$B$\"\x1B(B\x1B[0m"), "\x1B[1mあ\x1B[0m");
        assert_eq!(encode("\x1B[Aあ\x1B[0m"), b"\x1B[A\x1B$B$\"\x1B(B\x1B[0m");
        assert_eq!(encode("\x1B$B\x1B(B"), b"?$B?(B");
    }

    #[test]
    fn an_escape_at_the_end_is_none_of_ours() {
        assert_eq!(decode(b"a\x1B"), "a\x1B");
        assert_eq!(decode(b"\x1B$B$\"\x1B("), "あ\x1B(");
        assert_eq!(decode(b"\x1B$B$\"$"), "あ\u{FFFD}");
    }

    #[test]
    fn what_the_set_lacks_is_a_question_mark_outside_any_shift() {
        assert_eq!(encode("あ☕い"), b"\x1B$B$\"\x1B(B?\x1B$B$$\x1B(B");
        assert_eq!(decode(&encode("¥☕\\")), "¥?\\");
    }
}
