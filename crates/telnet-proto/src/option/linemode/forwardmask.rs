//! LINEMODE FORWARDMASK: the characters at which a client that edits sends what it has, RFC 1184 section 2.3.
//!
//! The bit of the character c is 7 − c mod 8 of the byte c / 8. Bytes that are left out at the end are 0.

use super::slc::Table;

const WHOLE: usize = 32;
/// Without BINARY the client sends 7 bits.
const HALF: usize = 16;

/// A set of characters, as it goes over the wire. Two are equal that have the same characters, however long they are.
#[derive(Clone, Copy, Debug)]
pub struct ForwardMask {
    bytes: [u8; WHOLE],
    length: u8,
}

impl ForwardMask {
    /// The mask that these bytes say; `None` where there is none, or more than 256 characters have.
    pub fn decode(mask: &[u8]) -> Option<ForwardMask> {
        let mut bytes = [0; WHOLE];
        bytes.get_mut(..mask.len())?.copy_from_slice(mask);
        let length = u8::try_from(mask.len()).ok().filter(|&length| length > 0)?;
        Some(ForwardMask { bytes, length })
    }

    /// The mask with each character of a table that has a function. `binary`: the client may send 8 bits.
    pub fn of(table: &Table, binary: bool) -> ForwardMask {
        let length = if binary { WHOLE } else { HALF };
        let mut bytes = [0; WHOLE];
        for character in table.iter().filter_map(|(_, special)| special.character()) {
            let at = usize::from(character / 8);
            bytes[at] |= if at < length { bit(character) } else { 0 };
        }
        ForwardMask { bytes, length: length as u8 }
    }

    /// As it goes over the wire, 255 not doubled.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }

    /// True if the client sends what it has at this character.
    pub fn contains(&self, character: u8) -> bool {
        self.bytes[usize::from(character / 8)] & bit(character) != 0
    }
}

impl PartialEq for ForwardMask {
    fn eq(&self, other: &ForwardMask) -> bool {
        self.bytes == other.bytes
    }
}

impl Eq for ForwardMask {}

fn bit(character: u8) -> u8 {
    0x80 >> (character % 8)
}

#[cfg(test)]
mod tests {
    use super::super::slc::{Function, Special};
    use super::*;

    #[test]
    fn the_default_table_has_a_bit_for_each_of_its_characters() {
        let mask = ForwardMask::of(&Table::DEFAULT, false);
        let expected = [0x18, 0x01, 0x7f, 0x28, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x01];
        assert_eq!(mask.as_bytes(), expected);
        let characters: Vec<u8> = (0..=255).filter(|&character| mask.contains(character)).collect();
        let table = [0x03, 0x04, 0x0f, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x1a, 0x1c, 0x7f];
        assert_eq!(characters, table);
    }

    #[test]
    fn a_character_of_8_bits_needs_binary() {
        let mut table = Table::DEFAULT;
        table.set(Function::FORW1, Special::value(0xfe));
        assert_eq!(ForwardMask::of(&table, false), ForwardMask::of(&Table::DEFAULT, false));
        let mask = ForwardMask::of(&table, true);
        assert_eq!(mask.as_bytes().len(), 32);
        assert_eq!(mask.as_bytes()[31], 0b10);
    }

    #[test]
    fn what_a_mask_leaves_out_is_0() {
        let [short, long, other] = [&[1, 2][..], &[1, 2, 0], &[1, 2, 4]].map(ForwardMask::decode);
        assert_eq!(short, long);
        assert_ne!(short, other);
    }

    #[test]
    fn one_to_32_bytes_are_a_mask() {
        for length in 0..40 {
            let bytes = vec![0xff; length];
            let mask = ForwardMask::decode(&bytes);
            assert_eq!(mask.is_some(), (1..=32).contains(&length));
            if let Some(mask) = mask {
                assert_eq!(mask.as_bytes(), bytes);
                assert_eq!((0..=255).filter(|&character| mask.contains(character)).count(), 8 * length);
            }
        }
    }
}
