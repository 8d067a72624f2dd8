//! Sides of options whose negotiation is looked at and not taken part in.

use crate::{Opt, Side};

/// A set of sides: a bit each.
#[derive(Debug, Default)]
pub(crate) struct Observed([[u64; 4]; 2]);

impl Observed {
    pub(crate) fn insert(&mut self, side: Side, option: Opt) {
        let (word, bit) = place(option);
        self.0[side as usize][word] |= bit;
    }

    pub(crate) fn contains(&self, side: Side, option: Opt) -> bool {
        let (word, bit) = place(option);
        self.0[side as usize][word] & bit != 0
    }
}

fn place(Opt(number): Opt) -> (usize, u64) {
    (usize::from(number >> 6), 1 << (number & 63))
}
