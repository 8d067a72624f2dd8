//! Decoded text as JavaScript keeps its strings: a byte for each character where none is above U+00FF, else UTF-16. Making a
//! string of these is a copy; making one of UTF-8 is ten to a hundred times as much.

use encoding_rs::mem;

use crate::Sink;
use crate::sink::append;

/// How text is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// A byte is the code point of a character.
    Latin1,
    /// Two bytes are a unit of UTF-16, the lower first. Lone surrogates may be among them.
    Utf16,
}

/// Text appended to borrowed memory, in the shorter [`Form`] that will do for all of it.
///
/// ```
/// use telnet_charset::{Form, Sink, Units};
///
/// let mut memory = Vec::new();
/// let mut text = Units::new(&mut memory);
/// text.push('é');
/// assert_eq!(text.form(), Form::Latin1);
/// text.push('€');
/// assert_eq!(text.form(), Form::Utf16);
/// assert_eq!(memory, b"\xe9\0\xac\x20");
/// ```
#[derive(Debug)]
pub struct Units<'m> {
    memory: &'m mut Vec<u8>,
    /// Where the text begins.
    start: usize,
    form: Form,
}

impl<'m> Units<'m> {
    /// No text yet, behind what is in `memory`.
    pub fn new(memory: &'m mut Vec<u8>) -> Self {
        Units { start: memory.len(), form: Form::Latin1, memory }
    }

    /// How it is written. Text to come may change that.
    pub fn form(&self) -> Form {
        self.form
    }

    /// Makes what there is UTF-16, and all that comes.
    fn widen(&mut self) {
        self.form = Form::Utf16;
        let narrow = self.memory.split_off(self.start);
        self.push_latin1(&narrow);
    }
}

impl Sink for Units<'_> {
    fn push_latin1(&mut self, text: &[u8]) {
        if self.form == Form::Latin1 {
            return self.memory.extend_from_slice(text);
        }
        for piece in text.chunks(PIECE) {
            append(self.memory, 2 * piece.len(), |space| {
                for (unit, &byte) in space.chunks_exact_mut(2).zip(piece) {
                    unit[0] = byte;
                }
                space.len()
            });
        }
    }

    fn push_utf16(&mut self, text: &[u16]) {
        if self.form == Form::Latin1 {
            if mem::is_utf16_latin1(text) {
                return append(self.memory, text.len(), |space| {
                    mem::convert_utf16_to_latin1_lossy(text, space);
                    text.len()
                });
            }
            self.widen();
        }
        for piece in text.chunks(PIECE) {
            append(self.memory, 2 * piece.len(), |space| {
                for (bytes, unit) in space.chunks_exact_mut(2).zip(piece) {
                    bytes.copy_from_slice(&unit.to_le_bytes());
                }
                space.len()
            });
        }
    }

    fn push_surrogate(&mut self, surrogate: u16) {
        self.push_utf16(&[surrogate]);
    }
}

/// Units that are written at once. The memory they take is filled with zeros first, and then still at hand.
const PIECE: usize = 1024;

#[cfg(test)]
mod tests {
    use super::*;

    /// Pushes texts by turns as Latin-1, where they can be, and as UTF-16, behind other things.
    fn units(texts: &[&str]) -> (Form, Vec<u8>) {
        let mut memory = b"before".to_vec();
        let mut units = Units::new(&mut memory);
        for (index, text) in texts.iter().enumerate() {
            match index % 2 {
                0 => units.push_utf16(&text.encode_utf16().collect::<Vec<_>>()),
                _ => units.push_latin1(&text.chars().map(|character| character as u8).collect::<Vec<_>>()),
            }
        }
        let form = units.form();
        (form, memory.split_off(b"before".len()))
    }

    #[test]
    fn text_is_one_byte_a_character_where_that_will_do() {
        for texts in [&[""][..], &["plain"], &["Grüße \u{ff}\u{80}", "é"], &[&"é".repeat(2000), &"ü".repeat(2000)]]
        {
            let latin1: Vec<u8> = texts.concat().chars().map(|character| character as u8).collect();
            assert_eq!(units(texts), (Form::Latin1, latin1));
        }
    }

    #[test]
    fn all_is_utf_16_from_the_first_character_that_needs_it_and_before() {
        let long = "日本😀".repeat(1000);
        for texts in [&["€"][..], &["", "é", "日", "plain \u{ff}"], &["é", &"ü".repeat(3000), &long, &"x".repeat(3000)]]
        {
            let utf16: Vec<u8> = texts.concat().encode_utf16().flat_map(u16::to_le_bytes).collect();
            assert_eq!(units(texts), (Form::Utf16, utf16));
        }
    }

    #[test]
    fn lone_surrogates_are_units_like_others() {
        let mut memory = Vec::new();
        let mut units = Units::new(&mut memory);
        units.push('a');
        units.push_surrogate(0xdc80);
        units.push('\u{d7ff}');
        assert_eq!((units.form(), &*memory), (Form::Utf16, &b"a\0\x80\xdc\xff\xd7"[..]));
    }
}
