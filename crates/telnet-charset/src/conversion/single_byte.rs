//! Sets in which every character is one byte.

use oem_cp::code_table::*;

use super::{Conversion, Progress, Shift, Stop};

pub(crate) static US_ASCII: SingleByte = SingleByte::over_ascii([None; 128]);
pub(crate) static ISO_8859_1: SingleByte = SingleByte::over_ascii(high_code_points());
pub(crate) static ISO_8859_9: SingleByte = SingleByte::over_ascii(iso_8859_9());
pub(crate) static ISO_8859_11: SingleByte = SingleByte::over_ascii(iso_8859_11());
pub(crate) static KOI8_U: SingleByte = SingleByte::over_ascii(complete(&HIGH_KOI8_U));
pub(crate) static CP437: SingleByte = SingleByte::over_ascii(complete(&DECODING_TABLE_CP437));
pub(crate) static CP720: SingleByte = SingleByte::over_ascii(complete(&DECODING_TABLE_CP720));
pub(crate) static CP737: SingleByte = SingleByte::over_ascii(complete(&DECODING_TABLE_CP737));
pub(crate) static CP775: SingleByte = SingleByte::over_ascii(complete(&DECODING_TABLE_CP775));
pub(crate) static CP850: SingleByte = SingleByte::over_ascii(complete(&DECODING_TABLE_CP850));
pub(crate) static CP852: SingleByte = SingleByte::over_ascii(complete(&DECODING_TABLE_CP852));
pub(crate) static CP855: SingleByte = SingleByte::over_ascii(complete(&DECODING_TABLE_CP855));
pub(crate) static CP857: SingleByte = SingleByte::over_ascii(DECODING_TABLE_CP857);
pub(crate) static CP858: SingleByte = SingleByte::over_ascii(complete(&DECODING_TABLE_CP858));
pub(crate) static CP860: SingleByte = SingleByte::over_ascii(complete(&DECODING_TABLE_CP860));
pub(crate) static CP861: SingleByte = SingleByte::over_ascii(complete(&DECODING_TABLE_CP861));
pub(crate) static CP862: SingleByte = SingleByte::over_ascii(complete(&DECODING_TABLE_CP862));
pub(crate) static CP863: SingleByte = SingleByte::over_ascii(complete(&DECODING_TABLE_CP863));
pub(crate) static CP864: SingleByte = SingleByte::over_ascii(DECODING_TABLE_CP864);
pub(crate) static CP865: SingleByte = SingleByte::over_ascii(complete(&DECODING_TABLE_CP865));
pub(crate) static CP866: SingleByte = SingleByte::over_ascii(complete(&DECODING_TABLE_CP866));
pub(crate) static CP869: SingleByte = SingleByte::over_ascii(complete(&DECODING_TABLE_CP869));

/// A set given by a table, and the same table turned round.
pub(crate) struct SingleByte {
    /// The UTF-8 of each byte's character, padded with zeros so that copying it needs no length.
    text: [[u8; LONGEST_TEXT]; 256],
    /// Its length: 0 where the byte has no character.
    length: [u8; 256],
    /// The byte of each character of ASCII.
    ascii: [Option<u8>; 128],
    /// All of them are their own bytes, as in most sets.
    is_ascii_superset: bool,
    /// The characters from U+0080 up in order, each with its byte; `characters` of them.
    bytes: [(char, u8); 128],
    characters: usize,
}

impl SingleByte {
    /// ASCII, and `high` for bytes from 80 up.
    pub(crate) const fn over_ascii(high: [Option<char>; 128]) -> SingleByte {
        let mut table = [None; 256];
        let mut byte = 0;
        while byte < 128 {
            table[byte] = Some(byte as u8 as char);
            table[128 + byte] = high[byte];
            byte += 1;
        }
        SingleByte::new(&table)
    }

    /// The characters of all bytes. Where two bytes have one character, it is encoded as the lower one.
    pub(crate) const fn new(table: &[Option<char>; 256]) -> SingleByte {
        let mut set = SingleByte {
            text: [[0; LONGEST_TEXT]; 256],
            length: [0; 256],
            ascii: [None; 128],
            is_ascii_superset: true,
            bytes: [('\0', 0); 128],
            characters: 0,
        };
        let mut byte = 0;
        while byte < 256 {
            if let Some(character) = table[byte] {
                let mut text = [0; 4];
                let length = character.encode_utf8(&mut text).len();
                let mut at = 0;
                while at < length {
                    set.text[byte][at] = text[at];
                    at += 1;
                }
                set.length[byte] = length as u8;
                if !character.is_ascii() {
                    set.insert(character, byte as u8);
                } else if set.ascii[character as usize].is_none() {
                    set.ascii[character as usize] = Some(byte as u8);
                }
            }
            set.is_ascii_superset &=
                byte >= 128 || matches!(table[byte], Some(character) if character as usize == byte);
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
            return self.ascii[character as usize];
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

    /// The length of the blocks that `bytes` begin with and that are the same in ASCII and the set.
    fn ascii_blocks(&self, bytes: &[u8]) -> usize {
        if !self.is_ascii_superset {
            return 0;
        }
        bytes.chunks(BLOCK).take_while(|block| block.is_ascii()).map(<[u8]>::len).sum()
    }
}

impl Conversion for SingleByte {
    fn is_ascii_superset(&self) -> bool {
        self.is_ascii_superset
    }

    fn decode(&self, bytes: &[u8], _: &mut Shift, out: &mut Vec<u8>) -> Progress {
        out.reserve(bytes.len());
        let mut decoded = 0;
        let mut ascii = true;
        loop {
            let run = self.ascii_blocks(&bytes[decoded..]);
            out.extend_from_slice(&bytes[decoded..decoded + run]);
            decoded += run;
            let block = &bytes[decoded..bytes.len().min(decoded + BLOCK)];
            if block.is_empty() {
                return Progress { decoded, ascii, stop: Stop::End };
            }
            let start = out.len();
            let converted = self.decode_block(block, out);
            decoded += converted;
            ascii = ascii && out[start..].is_ascii();
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
            let run = self.ascii_blocks(rest.as_bytes());
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

/// The table of ISO-8859-9: that of ISO-8859-1 with six letters of Turkish in place of Icelandic's.
/// <https://www.unicode.org/Public/MAPPINGS/ISO8859/8859-9.TXT>
const fn iso_8859_9() -> [Option<char>; 128] {
    let mut high = high_code_points();
    high[0x50] = Some('\u{11E}');
    high[0x5D] = Some('\u{130}');
    high[0x5E] = Some('\u{15E}');
    high[0x70] = Some('\u{11F}');
    high[0x7D] = Some('\u{131}');
    high[0x7E] = Some('\u{15F}');
    high
}

/// The table of ISO-8859-11, TIS-620 with a no-break space: Unicode has the Thai letters in the same order.
/// <https://www.unicode.org/Public/MAPPINGS/ISO8859/8859-11.TXT>
const fn iso_8859_11() -> [Option<char>; 128] {
    let mut high = high_code_points();
    let mut at = 0x21;
    while at < 128 {
        let is_letter = !matches!(at, 0x5B..=0x5E | 0x7C..);
        high[at] = if is_letter { char::from_u32(0xE00 + at as u32 - 0x20) } else { None };
        at += 1;
    }
    high
}

/// A table in which every byte has a character, as `oem_cp` writes them.
pub(crate) const fn complete(table: &[char; 128]) -> [Option<char>; 128] {
    let mut high = [None; 128];
    let mut at = 0;
    while at < 128 {
        high[at] = Some(table[at]);
        at += 1;
    }
    high
}

/// RFC 2319. The WHATWG's KOI8-U is KOI8-RU, which has Belarusian letters in place of two corners that art is drawn with.
#[rustfmt::skip]
const HIGH_KOI8_U: [char; 128] = [
    '─', '│', '┌', '┐', '└', '┘', '├', '┤', '┬', '┴', '┼', '▀', '▄', '█', '▌', '▐',
    '░', '▒', '▓', '⌠', '■', '∙', '√', '≈', '≤', '≥', '\u{A0}', '⌡', '°', '²', '·', '÷',
    '═', '║', '╒', 'ё', 'є', '╔', 'і', 'ї', '╗', '╘', '╙', '╚', '╛', 'ґ', '╝', '╞',
    '╟', '╠', '╡', 'Ё', 'Є', '╣', 'І', 'Ї', '╦', '╧', '╨', '╩', '╪', 'Ґ', '╬', '©',
    'ю', 'а', 'б', 'ц', 'д', 'е', 'ф', 'г', 'х', 'и', 'й', 'к', 'л', 'м', 'н', 'о',
    'п', 'я', 'р', 'с', 'т', 'у', 'ж', 'в', 'ь', 'ы', 'з', 'ш', 'э', 'щ', 'ч', 'ъ',
    'Ю', 'А', 'Б', 'Ц', 'Д', 'Е', 'Ф', 'Г', 'Х', 'И', 'Й', 'К', 'Л', 'М', 'Н', 'О',
    'П', 'Я', 'Р', 'С', 'Т', 'У', 'Ж', 'В', 'Ь', 'Ы', 'З', 'Ш', 'Э', 'Щ', 'Ч', 'Ъ',
];

const LONGEST_TEXT: usize = 4;
/// Bytes converted at a time where text is not pure ASCII.
const BLOCK: usize = 64;
