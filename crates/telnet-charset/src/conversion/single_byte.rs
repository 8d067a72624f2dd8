//! Sets in which every character is one byte, each given by a table.
//!
//! `oem_cp` has the tables of DOS, `encoding_rs` those of the WHATWG, from which they are asked byte by byte: its own conversion has half the
//! speed.

use std::sync::OnceLock;

use encoding_rs::Encoding;
use oem_cp::code_table::*;

use super::{Conversion, Progress, Shift, Stop};
use crate::Sink;

pub(crate) static US_ASCII: SingleByte = SingleByte::new(|| over_ascii([None; 128]));
pub(crate) static ISO_8859_1: SingleByte = SingleByte::new(latin_1);
pub(crate) static ISO_8859_2: SingleByte = SingleByte::new(|| whatwg(encoding_rs::ISO_8859_2));
pub(crate) static ISO_8859_3: SingleByte = SingleByte::new(|| whatwg(encoding_rs::ISO_8859_3));
pub(crate) static ISO_8859_4: SingleByte = SingleByte::new(|| whatwg(encoding_rs::ISO_8859_4));
pub(crate) static ISO_8859_5: SingleByte = SingleByte::new(|| whatwg(encoding_rs::ISO_8859_5));
pub(crate) static ISO_8859_6: SingleByte = SingleByte::new(|| whatwg(encoding_rs::ISO_8859_6));
pub(crate) static ISO_8859_7: SingleByte = SingleByte::new(|| whatwg(encoding_rs::ISO_8859_7));
pub(crate) static ISO_8859_8: SingleByte = SingleByte::new(|| whatwg(encoding_rs::ISO_8859_8));
pub(crate) static ISO_8859_9: SingleByte = SingleByte::new(iso_8859_9);
pub(crate) static ISO_8859_10: SingleByte = SingleByte::new(|| whatwg(encoding_rs::ISO_8859_10));
pub(crate) static ISO_8859_11: SingleByte = SingleByte::new(iso_8859_11);
pub(crate) static ISO_8859_13: SingleByte = SingleByte::new(|| whatwg(encoding_rs::ISO_8859_13));
pub(crate) static ISO_8859_14: SingleByte = SingleByte::new(|| whatwg(encoding_rs::ISO_8859_14));
pub(crate) static ISO_8859_15: SingleByte = SingleByte::new(|| whatwg(encoding_rs::ISO_8859_15));
pub(crate) static ISO_8859_16: SingleByte = SingleByte::new(|| whatwg(encoding_rs::ISO_8859_16));
pub(crate) static KOI8_R: SingleByte = SingleByte::new(|| whatwg(encoding_rs::KOI8_R));
pub(crate) static KOI8_U: SingleByte = SingleByte::new(|| over_ascii(HIGH_KOI8_U.map(Some)));
pub(crate) static WINDOWS_874: SingleByte = SingleByte::new(|| whatwg(encoding_rs::WINDOWS_874));
pub(crate) static WINDOWS_1250: SingleByte = SingleByte::new(|| whatwg(encoding_rs::WINDOWS_1250));
pub(crate) static WINDOWS_1251: SingleByte = SingleByte::new(|| whatwg(encoding_rs::WINDOWS_1251));
pub(crate) static WINDOWS_1252: SingleByte = SingleByte::new(|| whatwg(encoding_rs::WINDOWS_1252));
pub(crate) static WINDOWS_1253: SingleByte = SingleByte::new(|| whatwg(encoding_rs::WINDOWS_1253));
pub(crate) static WINDOWS_1254: SingleByte = SingleByte::new(|| whatwg(encoding_rs::WINDOWS_1254));
pub(crate) static WINDOWS_1255: SingleByte = SingleByte::new(|| whatwg(encoding_rs::WINDOWS_1255));
pub(crate) static WINDOWS_1256: SingleByte = SingleByte::new(|| whatwg(encoding_rs::WINDOWS_1256));
pub(crate) static WINDOWS_1257: SingleByte = SingleByte::new(|| whatwg(encoding_rs::WINDOWS_1257));
pub(crate) static WINDOWS_1258: SingleByte = SingleByte::new(|| whatwg(encoding_rs::WINDOWS_1258));
pub(crate) static MACINTOSH: SingleByte = SingleByte::new(|| whatwg(encoding_rs::MACINTOSH));
pub(crate) static X_MAC_CYRILLIC: SingleByte = SingleByte::new(|| whatwg(encoding_rs::X_MAC_CYRILLIC));
pub(crate) static CP437: SingleByte = SingleByte::new(|| over_ascii(DECODING_TABLE_CP437.map(Some)));
pub(crate) static CP720: SingleByte = SingleByte::new(|| over_ascii(DECODING_TABLE_CP720.map(Some)));
pub(crate) static CP737: SingleByte = SingleByte::new(|| over_ascii(DECODING_TABLE_CP737.map(Some)));
pub(crate) static CP775: SingleByte = SingleByte::new(|| over_ascii(DECODING_TABLE_CP775.map(Some)));
pub(crate) static CP850: SingleByte = SingleByte::new(|| over_ascii(DECODING_TABLE_CP850.map(Some)));
pub(crate) static CP852: SingleByte = SingleByte::new(|| over_ascii(DECODING_TABLE_CP852.map(Some)));
pub(crate) static CP855: SingleByte = SingleByte::new(|| over_ascii(DECODING_TABLE_CP855.map(Some)));
pub(crate) static CP857: SingleByte = SingleByte::new(|| over_ascii(DECODING_TABLE_CP857));
pub(crate) static CP858: SingleByte = SingleByte::new(|| over_ascii(DECODING_TABLE_CP858.map(Some)));
pub(crate) static CP860: SingleByte = SingleByte::new(|| over_ascii(DECODING_TABLE_CP860.map(Some)));
pub(crate) static CP861: SingleByte = SingleByte::new(|| over_ascii(DECODING_TABLE_CP861.map(Some)));
pub(crate) static CP862: SingleByte = SingleByte::new(|| over_ascii(DECODING_TABLE_CP862.map(Some)));
pub(crate) static CP863: SingleByte = SingleByte::new(|| over_ascii(DECODING_TABLE_CP863.map(Some)));
pub(crate) static CP864: SingleByte = SingleByte::new(|| over_ascii(DECODING_TABLE_CP864));
pub(crate) static CP865: SingleByte = SingleByte::new(|| over_ascii(DECODING_TABLE_CP865.map(Some)));
pub(crate) static CP866: SingleByte = SingleByte::new(|| over_ascii(DECODING_TABLE_CP866.map(Some)));
pub(crate) static CP869: SingleByte = SingleByte::new(|| over_ascii(DECODING_TABLE_CP869.map(Some)));

/// The character of each byte.
pub(crate) type Table = [Option<char>; 256];

/// A set given by a table.
pub(crate) struct SingleByte {
    table: fn() -> Table,
    maps: OnceLock<Box<Maps>>,
}

impl SingleByte {
    /// The table is asked for when the set is first used.
    pub(crate) const fn new(table: fn() -> Table) -> SingleByte {
        SingleByte { table, maps: OnceLock::new() }
    }

    fn maps(&self) -> &Maps {
        self.maps.get_or_init(|| Box::new(Maps::new(&(self.table)())))
    }
}

impl Conversion for SingleByte {
    fn is_ascii_superset(&self) -> bool {
        self.maps().is_ascii_superset
    }

    fn decode(&self, bytes: &[u8], _: &mut Shift, out: &mut dyn Sink) -> Progress {
        let maps = self.maps();
        // Made where there is text: a culprit may follow upon a culprit.
        let mut block = None;
        let mut decoded = 0;
        loop {
            let run = maps.latin1_blocks(&bytes[decoded..]);
            out.push_latin1(&bytes[decoded..decoded + run]);
            decoded += run;
            let rest = &bytes[decoded..];
            let known = maps.known(&rest[..rest.len().min(BLOCK)]);
            if known > 0 {
                out.push_utf16(maps.decode_block(&rest[..known], block.get_or_insert([0; 2 * BLOCK])));
            }
            decoded += known;
            if known < BLOCK {
                let stop = if decoded == bytes.len() { Stop::End } else { Stop::Malformed(1) };
                return Progress { decoded, stop };
            }
        }
    }

    fn encode(&self, text: &str, out: &mut Vec<u8>) -> usize {
        let maps = self.maps();
        out.reserve(text.len());
        let mut block = [0; BLOCK];
        let mut rest = text.as_bytes();
        loop {
            let (run, after) = rest.split_at(maps.ascii_blocks(rest));
            out.extend_from_slice(run);
            rest = after;
            let mut filled = 0;
            while filled < BLOCK
                && let Some((byte, after)) = maps.encode_first(rest)
            {
                block[filled] = byte;
                filled += 1;
                rest = after;
            }
            out.extend_from_slice(&block[..filled]);
            if filled < BLOCK {
                return text.len() - rest.len();
            }
        }
    }
}

/// A table made ready for both directions.
struct Maps {
    /// The first unit of each byte's character in UTF-16.
    units: [u16; 256],
    /// The second, 0 where there is none: characters beyond U+FFFF.
    seconds: [u16; 256],
    /// The byte has a character.
    known: [bool; 256],
    /// Every byte has a character, of a single unit.
    is_plain: bool,
    /// Every byte is the code point of its character.
    is_latin1: bool,
    /// Bytes below 80 are ASCII, as in most sets.
    is_ascii_superset: bool,
    /// Where in `bytes` the characters of each page are. The first page there has none.
    pages: [u16; PAGES],
    /// The bytes of the characters, page by page.
    bytes: [Option<u8>; MOST_PAGES * PAGE],
}

impl Maps {
    /// Where two bytes have one character, it is encoded as the lower one.
    fn new(table: &Table) -> Maps {
        let mut maps = Maps {
            units: [0; 256],
            seconds: [0; 256],
            known: table.map(|character| character.is_some()),
            is_plain: table.iter().all(|character| character.is_some_and(|character| character.len_utf16() == 1)),
            is_latin1: *table == latin_1(),
            is_ascii_superset: (0..128).all(|byte: u8| table[usize::from(byte)] == Some(byte.into())),
            pages: [0; PAGES],
            bytes: [None; MOST_PAGES * PAGE],
        };
        let mut last_page = 0;
        for (byte, &character) in (0..=255).zip(table) {
            let Some(character) = character else { continue };
            let (at, code_point) = (usize::from(byte), character as usize);
            let mut units = [0; 2];
            character.encode_utf16(&mut units);
            [maps.units[at], maps.seconds[at]] = units;
            let page = &mut maps.pages[code_point / PAGE];
            if *page == 0 {
                last_page += PAGE;
                *page = last_page as u16;
            }
            maps.bytes[usize::from(*page) + code_point % PAGE].get_or_insert(byte);
        }
        maps
    }

    /// The length of the blocks that `bytes` begin with and that are the same in ASCII and the set.
    fn ascii_blocks(&self, bytes: &[u8]) -> usize {
        if !self.is_ascii_superset {
            return 0;
        }
        bytes.chunks(BLOCK).take_while(|block| block.is_ascii()).map(<[u8]>::len).sum()
    }

    /// The length of what `bytes` begin with and that is the same in ISO-8859-1 and the set, in whole blocks.
    fn latin1_blocks(&self, bytes: &[u8]) -> usize {
        if self.is_latin1 { bytes.len() } else { self.ascii_blocks(bytes) }
    }

    /// How many of `bytes` come before the first that has no character.
    fn known(&self, bytes: &[u8]) -> usize {
        let is_known = |&&byte: &&u8| self.known[usize::from(byte)];
        if self.is_plain { bytes.len() } else { bytes.iter().take_while(is_known).count() }
    }

    /// Puts the text of a block together, all of whose bytes have characters.
    fn decode_block<'u>(&self, bytes: &[u8], units: &'u mut [u16; 2 * BLOCK]) -> &'u [u16] {
        if self.is_plain {
            for (unit, &byte) in units.iter_mut().zip(bytes) {
                *unit = self.units[usize::from(byte)];
            }
            return &units[..bytes.len()];
        }
        let mut filled = 0;
        for byte in bytes.iter().map(|&byte| usize::from(byte)) {
            // Both, whatever the length: no byte costs a branch.
            units[filled..filled + 2].copy_from_slice(&[self.units[byte], self.seconds[byte]]);
            filled += 1 + usize::from(self.seconds[byte] != 0);
        }
        &units[..filled]
    }

    /// The byte of the first character of some UTF-8, if it has one, and what follows it.
    ///
    /// The UTF-8 is taken apart here, since that has nearly twice the speed of `str::chars`.
    fn encode_first<'a>(&self, text: &'a [u8]) -> Option<(u8, &'a [u8])> {
        let low = |byte: u8| usize::from(byte & 0x3F);
        let (code_point, rest) = match *text {
            [a @ ..0x80, ref rest @ ..] if self.is_ascii_superset => return Some((a, rest)),
            [a @ ..0x80, ref rest @ ..] => (usize::from(a), rest),
            [a @ ..0xE0, b, ref rest @ ..] => (usize::from(a & 0x1F) << 6 | low(b), rest),
            [a @ ..0xF0, b, c, ref rest @ ..] => (usize::from(a & 0x0F) << 12 | low(b) << 6 | low(c), rest),
            [a, b, c, d, ref rest @ ..] => (usize::from(a & 0x07) << 18 | low(b) << 12 | low(c) << 6 | low(d), rest),
            _ => return None,
        };
        let page = *self.pages.get(code_point / PAGE)?;
        let byte = self.bytes[(usize::from(page) + code_point % PAGE) % (MOST_PAGES * PAGE)]?;
        Some((byte, rest))
    }
}

/// ASCII, and `high` for bytes from 80 up.
pub(crate) fn over_ascii(high: [Option<char>; 128]) -> Table {
    let mut table = latin_1();
    table[128..].copy_from_slice(&high);
    table
}

/// ISO-8859-1: byte and code point are the same number.
pub(crate) fn latin_1() -> Table {
    std::array::from_fn(|byte| Some(char::from(byte as u8)))
}

/// ISO-8859-9: ISO-8859-1 with six letters of Turkish in place of Icelandic's.
/// <https://www.unicode.org/Public/MAPPINGS/ISO8859/8859-9.TXT>
fn iso_8859_9() -> Table {
    let mut table = latin_1();
    for (byte, character) in [(0xD0, 'Ğ'), (0xDD, 'İ'), (0xDE, 'Ş'), (0xF0, 'ğ'), (0xFD, 'ı'), (0xFE, 'ş')] {
        table[byte] = Some(character);
    }
    table
}

/// ISO-8859-11, TIS-620 with a no-break space: Unicode has the Thai letters in the same order.
/// <https://www.unicode.org/Public/MAPPINGS/ISO8859/8859-11.TXT>
fn iso_8859_11() -> Table {
    let mut table = latin_1();
    for (byte, character) in table.iter_mut().enumerate().skip(0xA1) {
        let is_letter = !matches!(byte, 0xDB..=0xDE | 0xFC..);
        *character = if is_letter { char::from_u32(0xE00 + byte as u32 - 0xA0) } else { None };
    }
    table
}

/// A set of the WHATWG Encoding Standard.
fn whatwg(encoding: &'static Encoding) -> Table {
    std::array::from_fn(|byte| {
        let byte = [byte as u8];
        let text = encoding.decode_without_bom_handling_and_without_replacement(&byte)?;
        text.chars().next()
    })
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

/// Bytes converted at a time where text is not pure ASCII.
const BLOCK: usize = 256;
/// Characters in a page.
const PAGE: usize = 64;
/// Pages as far as any of these sets goes: to U+1FFFF.
const PAGES: usize = 0x2_0000 / PAGE;
/// The pages of a set, and the empty one.
const MOST_PAGES: usize = 32;
