//! Big5 as the BBSes of Taiwan speak it: high bytes without a partner are half a cell of art, often just before an ESC.
//!
//! No document governs it. The rule is that of the PCMan family of terminals: a pair that Big5 defines is its character, and a
//! byte that begins no such pair is a character of CP437 (below A1 of ISO-8859-1) while what follows is looked at afresh.
//! Defined is what Big5 had without its extensions, since art is full of bytes that those would take for pairs. The characters
//! are those of the WHATWG's index, which has the kana where ETEN put them.
//!
//! So what is decoded does not come back byte for byte: half a pair may be a character that Big5 has too, and one of CP437 may
//! be sent that is read as ISO-8859-1 or begins a pair with what follows.

use super::single_byte::CP437;
use super::subset::Subset;
use super::whatwg::BIG5;
use super::{Conversion, Progress, Shift, Stop};
use crate::Sink;

pub(crate) static BIG5_BBS: Big5Bbs = Big5Bbs;

pub(crate) struct Big5Bbs;

impl Conversion for Big5Bbs {
    fn is_ascii_superset(&self) -> bool {
        true
    }

    fn decode(&self, bytes: &[u8], _: &mut Shift, out: &mut dyn Sink) -> Progress {
        let mut decoded = 0;
        loop {
            decoded += PAIRS.decode_run(&bytes[decoded..], out);
            let stop = match bytes[decoded..] {
                [] => Stop::End,
                [lead] if is_lead(lead) => Stop::Unfinished,
                [lone, ..] => {
                    push_lone(lone, out);
                    decoded += 1;
                    continue;
                }
            };
            return Progress { decoded, stop };
        }
    }

    fn decode_last(&self, bytes: &[u8], out: &mut dyn Sink) -> bool {
        bytes.iter().for_each(|&lone| push_lone(lone, out));
        true
    }

    fn encode(&self, text: &str, out: &mut Vec<u8>) -> usize {
        let mut encoded = 0;
        loop {
            encoded += PAIRS.encode(&text[encoded..], out);
            let Some(character) = text[encoded..].chars().next() else {
                return encoded;
            };
            encoded += character.len_utf8();
            match character {
                // What is read below A1 goes back as it came.
                '\u{80}'..='\u{A0}' => out.push(character as u8),
                _ if CP437.encode(character.encode_utf8(&mut [0; 4]), out) > 0 => {}
                _ => return encoded - character.len_utf8(),
            }
        }
    }
}

static PAIRS: Subset = Subset { of: &BIG5, has: is_pair, is_square: false };

/// Bytes that begin a pair if the right one follows.
fn is_lead(byte: u8) -> bool {
    matches!(byte, 0xA1..=0xFE)
}

/// The pairs of the Unicode consortium's OBSOLETE/EASTASIA/OTHER/BIG5.TXT: signs, the characters in common use with kana and
/// Cyrillic after them, and the rarer ones.
fn is_pair(lead: u8, trail: u8) -> bool {
    let pair = u16::from_be_bytes([lead, trail]);
    matches!(trail, 0x40..=0x7E | 0xA1..=0xFE) && matches!(pair, 0xA140..=0xA3BF | 0xA440..=0xC7FC | 0xC940..=0xF9D5)
}

fn push_lone(byte: u8, out: &mut dyn Sink) {
    if is_lead(byte) {
        CP437.decode(&[byte], &mut Shift::default(), out);
    } else {
        out.push_latin1(&[byte]);
    }
}
