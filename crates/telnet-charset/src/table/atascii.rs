//! ATASCII of the Atari 8-bit computers, with the graphics set.
//!
//! Source: the chart of kreativekorp.com, and its ATARI8IG mapping in Unicode's proposal for the symbols of legacy computing
//! (L2/19-025). That leaves out 1B to 1F and 7D to 7F, which are controls, and has scan lines and quarters of a cell at 0D, 0E, 14
//! and 16; there these are the pictures that the computer shows, in the choice of code points that telnetlib3's users know.
//!
//! Bytes from 80 up show what the byte 80 below shows, in inverse video, which text does not have: it is lost. Where Unicode has
//! the inverse of a graphic as a character of its own, the byte is that. 9B is the line end.

use super::replace;
use crate::conversion::single_byte::{SingleByte, latin_1};

/// The line end: the one byte from 80 up that is no picture.
pub(crate) const END_OF_LINE: u8 = 0x9B;

pub(crate) static ATASCII: SingleByte = SingleByte::new(|| {
    let mut plain = latin_1();
    plain[..0x20].copy_from_slice(&GRAPHICS.map(Some));
    let plain = replace(plain, &OTHERS);
    let inverse = std::array::from_fn(|byte| plain[byte % 0x80]);
    replace(replace(inverse, &INVERSE), &[(END_OF_LINE, '\n')])
});

/// 00 to 1F.
#[rustfmt::skip]
const GRAPHICS: [char; 0x20] = [
    '\u{2665}', '\u{251C}', '\u{23B9}', '\u{2518}', '\u{2524}', '\u{2510}', '\u{2571}', '\u{2572}',
    '\u{25E2}', '\u{2597}', '\u{25E3}', '\u{259D}', '\u{2598}', '\u{1FB82}', '\u{2582}', '\u{2596}',
    '\u{2663}', '\u{250C}', '\u{2500}', '\u{253C}', '\u{25CF}', '\u{2584}', '\u{258E}', '\u{252C}',
    '\u{2534}', '\u{258C}', '\u{2514}', '\u{241B}', '\u{2191}', '\u{2193}', '\u{2190}', '\u{2192}',
];

/// From 60 to 7F, what is not as in ASCII.
const OTHERS: [(u8, char); 5] =
    [(0x60, '\u{2666}'), (0x7B, '\u{2660}'), (0x7D, '\u{21B0}'), (0x7E, '\u{25C0}'), (0x7F, '\u{25B6}')];

/// Graphics whose inverse is a character.
const INVERSE: [(u8, char); 14] = [
    (0x82, '\u{258A}'),
    (0x88, '\u{25E4}'),
    (0x89, '\u{259B}'),
    (0x8A, '\u{25E5}'),
    (0x8B, '\u{2599}'),
    (0x8C, '\u{259F}'),
    (0x8D, '\u{2586}'),
    (0x8E, '\u{1FB85}'),
    (0x8F, '\u{259C}'),
    (0x94, '\u{25D8}'),
    (0x95, '\u{2580}'),
    (0x96, '\u{1FB8A}'),
    (0x99, '\u{2590}'),
    (0xA0, '\u{2588}'),
];
