//! PETSCII of the Commodore computers, in both its shifts.
//!
//! Sources: the C64IPRI mapping of Unicode's proposal for the symbols of legacy computing (L2/19-025) for the unshifted graphics;
//! the Commodore 64 Programmer's Reference Guide, appendix C, for which bytes show the same. The shifted graphics are in the
//! choice of code points that telnetlib3's users know: its 60 to 7F are graphics, while the machine shows there what C0 to DF
//! show, as the unshifted set here does.
//!
//! 00 to 1F and 80 to 9F are controls, colours and the cursor, which keep their numbers. But 8D, shift and return, is a CR. There
//! is no line feed: CR is the line end. Missing of ASCII are backslash, circumflex, underscore and backtick, braces, bar and tilde,
//! and without the shift the small letters.

use crate::conversion::single_byte::{SingleByte, Table, latin_1};

/// Capitals and small letters: what one chats in.
pub(crate) static SHIFTED: SingleByte = SingleByte::new(|| {
    let mut table = common();
    put(&mut table, 0x41, 'a'..='z');
    put(&mut table, 0x60, SHIFTED_60);
    put(&mut table, 0xA0, SHIFTED_A0);
    put(&mut table, 0xC0, ['\u{2500}']);
    put(&mut table, 0xC1, 'A'..='Z');
    put(&mut table, 0xDB, ['\u{253C}', '\u{2502}', '\u{2571}', PI, '\u{25E5}']);
    put(&mut table, 0xE0, SHIFTED_A0);
    put(&mut table, 0xFF, [PI]);
    table
});
/// Capitals and graphics: how the machine starts.
pub(crate) static UNSHIFTED: SingleByte = SingleByte::new(|| {
    let mut table = common();
    put(&mut table, 0x60, UNSHIFTED_60);
    put(&mut table, 0xA0, UNSHIFTED_A0);
    put(&mut table, 0xC0, UNSHIFTED_60);
    put(&mut table, 0xE0, UNSHIFTED_A0);
    put(&mut table, 0xFF, [PI]);
    table
});

/// Controls, digits, signs, and the capitals of the unshifted set.
fn common() -> Table {
    let mut table = latin_1();
    put(&mut table, 0x5C, ['£', ']', '\u{2191}', '\u{2190}']);
    put(&mut table, 0x8D, ['\r']);
    table
}

fn put(table: &mut Table, start: usize, characters: impl IntoIterator<Item = char>) {
    for (place, character) in table[start..].iter_mut().zip(characters) {
        *place = Some(character);
    }
}

const PI: char = '\u{3C0}';

#[rustfmt::skip]
const SHIFTED_60: [char; 32] = [
    '\u{2500}', '\u{2660}', '\u{2502}', '\u{2500}', '\u{2597}', '\u{2596}', '\u{2598}', '\u{259D}',
    '\u{2599}', '\u{259F}', '\u{259E}', '\u{2595}', '\u{258F}', '\u{2584}', '\u{2580}', '\u{2588}',
    '\u{2584}', '\u{259B}', '\u{2583}', '\u{2665}', '\u{259C}', '\u{256D}', '\u{2573}', '\u{25CB}',
    '\u{2663}', '\u{259A}', '\u{2666}', '\u{253C}', '\u{2502}', '\u{2571}', '\u{3C0}', '\u{25E5}',
];

#[rustfmt::skip]
const SHIFTED_A0: [char; 32] = [
    '\u{A0}', '\u{2584}', '\u{2580}', '\u{2500}', '\u{2500}', '\u{2500}', '\u{2502}', '\u{2502}',
    '\u{2502}', '\u{256E}', '\u{2570}', '\u{256F}', '\u{2572}', '\u{2571}', '\u{2573}', '\u{2022}',
    '\u{25E4}', '\u{258C}', '\u{2597}', '\u{2514}', '\u{2510}', '\u{2582}', '\u{250C}', '\u{2534}',
    '\u{252C}', '\u{2524}', '\u{251C}', '\u{2586}', '\u{2585}', '\u{2590}', '\u{2588}', '\u{2572}',
];

#[rustfmt::skip]
const UNSHIFTED_60: [char; 32] = [
    '\u{2500}', '\u{2660}', '\u{1FB72}', '\u{1FB78}', '\u{1FB77}', '\u{1FB76}', '\u{1FB7A}', '\u{1FB71}',
    '\u{1FB74}', '\u{256E}', '\u{2570}', '\u{256F}', '\u{1FB7C}', '\u{2572}', '\u{2571}', '\u{1FB7D}',
    '\u{1FB7E}', '\u{2022}', '\u{1FB7B}', '\u{2665}', '\u{1FB70}', '\u{256D}', '\u{2573}', '\u{25CB}',
    '\u{2663}', '\u{1FB75}', '\u{2666}', '\u{253C}', '\u{1FB8C}', '\u{2502}', '\u{3C0}', '\u{25E5}',
];

#[rustfmt::skip]
const UNSHIFTED_A0: [char; 32] = [
    '\u{A0}', '\u{258C}', '\u{2584}', '\u{2594}', '\u{2581}', '\u{258F}', '\u{2592}', '\u{2595}',
    '\u{1FB8F}', '\u{25E4}', '\u{1FB87}', '\u{251C}', '\u{2597}', '\u{2514}', '\u{2510}', '\u{2582}',
    '\u{250C}', '\u{2534}', '\u{252C}', '\u{2524}', '\u{258E}', '\u{258D}', '\u{1FB88}', '\u{1FB82}',
    '\u{1FB83}', '\u{2583}', '\u{1FB7F}', '\u{2596}', '\u{259D}', '\u{2518}', '\u{2598}', '\u{259A}',
];
