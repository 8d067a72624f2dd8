//! Sets that no crate has, a file each.

pub(crate) mod atari_st;
pub(crate) mod atascii;
pub(crate) mod cp1131;
pub(crate) mod ebcdic;
pub(crate) mod petscii;

use crate::conversion::single_byte::Table;

/// A table with other characters at some bytes.
fn replace(mut table: Table, others: &[(u8, char)]) -> Table {
    for &(byte, character) in others {
        table[usize::from(byte)] = Some(character);
    }
    table
}
