//! Sets in which every character is one byte.

use oem_cp::code_table::DECODING_TABLE_CP437;

use super::{Conversion, Progress, Stop};

pub(crate) static US_ASCII: SingleByte = SingleByte::over_ascii([None; 128]);
pub(crate) static ISO_8859_1: SingleByte = SingleByte::over_ascii(high_code_points());
pub(crate) static CP437: SingleByte = SingleByte::over_ascii(complete(&DECODING_TABLE_CP437));

/// A set given by a table, and the same table turned round.
pub(crate) struct SingleByte {
    /// The UTF-8 of each byte's character, padded with zeros so that copying it needs no length.
    text: [[u8; LONGEST_TEXT]; 256],
    /// Its length: 0 where the byte has no character.
    length: [u8; 256],
    /// The characters from U+0080 up in order, each with its byte; `characters` of them.
    bytes: [(char, u8); 128],
    characters: usize,
}

impl SingleByte {
    /// ASCII, and `high` for bytes from 80 up. Where two bytes have one character, it is encoded as the lower one.
    const fn over_ascii(high: [Option<char>; 128]) -> SingleByte {
        let mut set =
            SingleByte { text: [[0; LONGEST_TEXT]; 256], length: [0; 256], bytes: [('\0', 0); 128], characters: 0 };
        let mut byte = 0;
        while byte < 256 {
            let character = if byte < 128 { Some(byte as u8 as char) } else { high[byte - 128] };
            if let Some(character) = character {
                let mut text = [0; 4];
                let length = character.encode_utf8(&mut text).len();
                let mut at = 0;
                while at < length {
                    set.text[byte][at] = text[at];
                    at += 1;
                }
                set.length[byte] = length as u8;
                if byte >= 128 {
                    set.insert(character, byte as u8);
                }
            }
            byte += 1;
        }
        set
    }

    /// Puts a character in its place in `bytes` unless it is there. It must be no ASCII: those never ask `bytes`.
    const fn insert(&mut self, character: char, byte: u8) {
        assert!(!character.is_ascii());
        let mut place = self.characters;
        while place > 0 && self.bytes[place - 1].0 as u32 >= character as u32 {
            place -= 1;
        }
        if place < self.characters && self.bytes[place].0 as u32 == character as u32 {
            return;
        }
        let mut moved = self.characters;
        while moved > place {
            self.bytes[moved] = self.bytes[moved - 1];
            moved -= 1;
        }
        self.bytes[place] = (character, byte);
        self.characters += 1;
    }

    fn byte(&self, character: char) -> Option<u8> {
        if character.is_ascii() {
            return Some(character as u8);
        }
        let known = &self.bytes[..self.characters];
        let place = known.binary_search_by_key(&character, |&(character, _)| character).ok()?;
        Some(known[place].1)
    }

    /// Appends the text of a few bytes, up to the first without a character. Gives how many became text.
    ///
    /// The text is put together on the stack: growing `out` by each character has a quarter of the speed.
    fn decode_block(&self, block: &[u8], out: &mut Vec<u8>) -> usize {
        let mut text = [0; BLOCK * LONGEST_TEXT];
        let mut filled = 0;
        let mut decoded = 0;
        for &byte in block {
            let byte = usize::from(byte);
            if self.length[byte] == 0 {
                break;
            }
            text[filled..filled + LONGEST_TEXT].copy_from_slice(&self.text[byte]);
            filled += usize::from(self.length[byte]);
            decoded += 1;
        }
        out.extend_from_slice(&text[..filled]);
        decoded
    }
}

impl Conversion for SingleByte {
    fn is_ascii_superset(&self) -> bool {
        true
    }

    fn decode(&self, bytes: &[u8], out: &mut Vec<u8>) -> Progress {
        out.reserve(bytes.len());
        let mut decoded = 0;
        let mut ascii = true;
        loop {
            let run = ascii_blocks(&bytes[decoded..]);
            out.extend_from_slice(&bytes[decoded..decoded + run]);
            decoded += run;
            let block = &bytes[decoded..bytes.len().min(decoded + BLOCK)];
            if block.is_empty() {
                return Progress { decoded, ascii, stop: Stop::End };
            }
            let converted = self.decode_block(block, out);
            decoded += converted;
            ascii = ascii && block[..converted].is_ascii();
            if converted < block.len() {
                return Progress { decoded, ascii, stop: Stop::Malformed(1) };
            }
        }
    }

    fn encode(&self, text: &str, out: &mut Vec<u8>) -> usize {
        out.reserve(text.len());
        let mut encoded = 0;
        while encoded < text.len() {
            let rest = &text[encoded..];
            let run = ascii_blocks(rest.as_bytes());
            out.extend_from_slice(&rest.as_bytes()[..run]);
            encoded += run;
            for (_, character) in rest[run..].char_indices().take_while(|&(at, _)| at < BLOCK) {
                let Some(byte) = self.byte(character) else {
                    return encoded;
                };
                out.push(byte);
                encoded += character.len_utf8();
            }
        }
        encoded
    }
}

/// The length of the blocks of pure ASCII that `bytes` begin with.
fn ascii_blocks(bytes: &[u8]) -> usize {
    bytes.chunks(BLOCK).take_while(|block| block.is_ascii()).map(<[u8]>::len).sum()
}

/// The table of ISO-8859-1: byte and code point are the same number.
const fn high_code_points() -> [Option<char>; 128] {
    let mut high = [None; 128];
    let mut at = 0;
    while at < 128 {
        high[at] = Some((128 + at) as u8 as char);
        at += 1;
    }
    high
}

/// A table of `oem_cp` in which every byte has a character.
const fn complete(table: &[char; 128]) -> [Option<char>; 128] {
    let mut high = [None; 128];
    let mut at = 0;
    while at < 128 {
        high[at] = Some(table[at]);
        at += 1;
    }
    high
}

const LONGEST_TEXT: usize = 4;
/// Bytes converted at a time where text is not pure ASCII.
const BLOCK: usize = 64;
