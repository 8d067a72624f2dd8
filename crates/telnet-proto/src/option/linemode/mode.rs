//! LINEMODE MODE: who edits lines and who translates signals, RFC 1184 section 2.2.

use std::fmt;
use std::ops::BitOr;

use crate::Role;

/// A mode: any of four bits, without the one that acknowledges. None of them is remote editing, with which every
/// LINEMODE begins: the client sends each key as it is, and the server does the rest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Mode(u8);

impl Mode {
    /// The client edits lines and sends them whole.
    pub const EDIT: Mode = Mode(1);
    /// The client sends signals as commands (IP, BRK, AYT, ABORT, EOF, SUSP), not as characters.
    pub const TRAPSIG: Mode = Mode(2);
    /// The client expands tabs to blanks.
    pub const SOFT_TAB: Mode = Mode(8);
    /// The client echoes a control character as it is, not as `^X`.
    pub const LIT_ECHO: Mode = Mode(16);

    /// The bit of a mask that says "as you wished".
    pub const ACK: u8 = 4;

    /// The bits by their names, lowest first.
    pub const NAMES: [(&'static str, Mode); 4] =
        [("EDIT", Mode::EDIT), ("TRAPSIG", Mode::TRAPSIG), ("SOFT_TAB", Mode::SOFT_TAB), ("LIT_ECHO", Mode::LIT_ECHO)];

    /// The mode that a mask says. Bits that RFC 1184 doesn't have are dropped, so that they are not agreed to.
    pub fn from_mask(mask: u8) -> Mode {
        let known = Mode::EDIT | Mode::TRAPSIG | Mode::SOFT_TAB | Mode::LIT_ECHO;
        Mode(mask & known.0)
    }

    /// The mask that says this mode.
    pub fn mask(self) -> u8 {
        self.0
    }

    /// True if all bits of `other` are set.
    pub fn contains(self, other: Mode) -> bool {
        self.0 & other.0 == other.0
    }
}

impl BitOr for Mode {
    type Output = Mode;

    fn bitor(self, other: Mode) -> Mode {
        Mode(self.0 | other.0)
    }
}

/// The names of the bits, or 0.
impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut names = Self::NAMES.iter().filter(|&&(_, bit)| self.contains(bit)).map(|(name, _)| name);
        f.write_str(names.next().unwrap_or(&"0"))?;
        names.try_for_each(|name| write!(f, " {name}"))
    }
}

/// What a mask that came makes of the mode in effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Step {
    /// The mode in effect from now on.
    pub(super) mode: Mode,
    /// The mask to answer with.
    pub(super) answer: Option<u8>,
}

/// One step of the negotiation. Nothing is answered that holds already, and no acknowledgement is: so there is no loop.
///
/// A client that is acknowledged for something else has had another mode since; a server takes what the client says,
/// who may lack something that was wished.
pub(super) fn step(role: Role, mode: Mode, mask: u8) -> Step {
    let came = Mode::from_mask(mask);
    let acknowledges = mask & Mode::ACK != 0;
    if came == mode || acknowledges && role == Role::Client {
        return Step { mode, answer: None };
    }
    Step { mode: came, answer: (!acknowledges).then_some(came.0 | Mode::ACK) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_are_as_in_rfc_1184_section_1() {
        for (mask, name) in [(0, "0"), (1, "EDIT"), (3, "EDIT TRAPSIG"), (27, "EDIT TRAPSIG SOFT_TAB LIT_ECHO")] {
            assert_eq!(Mode::from_mask(mask).to_string(), name);
            assert_eq!(Mode::from_mask(mask | Mode::ACK | 0xe0).mask(), mask, "{name} with bits that are none of it");
        }
    }

    /// RFC 1184 section 2.2, MODE_ACK: role, mode in effect, mask that came, mode then, mask to answer.
    #[test]
    fn a_mask_is_answered_as_rfc_1184_section_2_2_has_it() {
        for (role, mode, mask, after, answer) in [
            // Another mode is taken, and acknowledged.
            (Role::Client, 0, 3, 3, Some(7)),
            (Role::Client, 3, 0, 0, Some(4)),
            (Role::Server, 3, 1, 1, Some(5)),
            // Bits that nobody defined are not agreed to.
            (Role::Client, 0, 0x21, 1, Some(5)),
            (Role::Client, 1, 0x21, 1, None),
            // The mode in effect is ignored, acknowledged or not.
            (Role::Client, 3, 3, 3, None),
            (Role::Server, 3, 3, 3, None),
            (Role::Client, 3, 7, 3, None),
            (Role::Server, 3, 7, 3, None),
            // An acknowledgement is never answered. A client ignores one of another mode, a server takes it.
            (Role::Client, 3, 4, 3, None),
            (Role::Server, 0, 5, 1, None),
            (Role::Server, 3, 0x14, 16, None),
        ] {
            let step = step(role, Mode(mode), mask);
            assert_eq!(step, Step { mode: Mode(after), answer }, "{role}: {mask} in {mode}");
        }
    }
}
