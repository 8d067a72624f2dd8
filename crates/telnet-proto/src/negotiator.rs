//! Option negotiation: 256 options, two sides each, every one a machine of [`q`](crate::q) (RFC 1143).
//!
//! One byte holds both machines of an option and, for each side, whether we refused it just now. It keeps no policy and
//! no clock: the caller says what is allowed, and when the peer has been quiet.

use std::fmt;

use crate::q::{Happening, Note, Q, step};
use crate::{Opt, OptionChange, Side, Verb, escape};

/// The negotiation state of one connection: 256 bytes and a count.
pub struct Negotiator {
    cells: [Cell; 256],
    pending: u16,
    /// Some cell remembers a refusal.
    refused: bool,
}

/// What came of a verb received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Received {
    /// The option went on or off, or a question of ours was answered.
    pub change: Option<OptionChange>,
    /// The peer answered "disable" with "enable".
    pub breach: bool,
}

/// What came of asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The answer is due, or the wish is queued behind one that is due. Else it holds already.
    pub pending: bool,
    /// An option that is switched off has no effect from now on, though the answer is due.
    pub change: Option<OptionChange>,
}

impl Default for Negotiator {
    fn default() -> Negotiator {
        Negotiator { cells: [Cell(0); 256], pending: 0, refused: false }
    }
}

impl Negotiator {
    /// Handles a verb from the peer, appending the answer to `out`. `allowed`: the policy lets the peer have it.
    ///
    /// A refusal is sent once; the same request again is met with silence until [`quiet`](Negotiator::quiet) is called,
    /// so that two ends that keep asking cannot loop.
    pub fn receive(&mut self, verb: Verb, option: Opt, allowed: bool, out: &mut Vec<u8>) -> Received {
        let side = verb.side_for_receiver();
        let happening = if verb.enables() { Happening::PeerEnables } else { Happening::PeerDisables };
        let before = self.state(side, option);
        let next = step(before, happening, allowed);
        self.set(side, option, next.state);

        let repeated = next.note == Note::Refused && self.remember_refusal(side, option);
        if let (Some(enable), false) = (next.send, repeated) {
            escape::negotiation(Verb::of(side, enable), option, out);
        }
        let (was, is) = (before == Q::Yes, next.state == Q::Yes);
        let answered = before.is_pending() && !next.state.is_pending();
        let change = (was != is || answered).then_some(OptionChange { side, option, enabled: is, changed: was != is });
        Received { change, breach: next.note == Note::DisableAnsweredByEnable }
    }

    /// Asks the peer to have `option` on or off on a side, appending the request to `out`.
    ///
    /// Switching off takes effect at once: the state leaves [`Q::Yes`] before the answer is here. Whoever asks has
    /// changed their mind, so that a request which we refused before is no repetition any more.
    pub fn ask(&mut self, side: Side, option: Opt, enable: bool, out: &mut Vec<u8>) -> Asked {
        self.cells[usize::from(option.0)].forget_refusal(side);
        let happening = if enable { Happening::AskEnable } else { Happening::AskDisable };
        let before = self.state(side, option);
        let next = step(before, happening, true);
        self.set(side, option, next.state);
        if let Some(enable) = next.send {
            escape::negotiation(Verb::of(side, enable), option, out);
        }
        let ended = before == Q::Yes && next.state != Q::Yes;
        let change = ended.then_some(OptionChange { side, option, enabled: false, changed: true });
        Asked { pending: next.state.is_pending(), change }
    }

    /// The peer has been quiet for a second: a request that we refused may be refused once more.
    pub fn quiet(&mut self) {
        if std::mem::take(&mut self.refused) {
            for cell in &mut self.cells {
                cell.forget_refusal(Side::Local);
                cell.forget_refusal(Side::Remote);
            }
        }
    }

    /// The state of one side of an option.
    pub fn state(&self, side: Side, option: Opt) -> Q {
        self.cells[usize::from(option.0)].state(side)
    }

    /// True if the option has effect on that side.
    pub fn is_on(&self, side: Side, option: Opt) -> bool {
        self.state(side, option) == Q::Yes
    }

    /// How many sides of options wait for the peer's answer.
    pub fn pending(&self) -> u16 {
        self.pending
    }

    fn set(&mut self, side: Side, option: Opt, state: Q) {
        let cell = &mut self.cells[usize::from(option.0)];
        self.pending -= u16::from(cell.state(side).is_pending());
        self.pending += u16::from(state.is_pending());
        cell.set_state(side, state);
    }

    /// Remembers it and says whether it was remembered before.
    fn remember_refusal(&mut self, side: Side, option: Opt) -> bool {
        self.refused = true;
        self.cells[usize::from(option.0)].remember_refusal(side)
    }
}

impl fmt::Debug for Negotiator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut map = f.debug_map();
        for (number, cell) in (0..=255).zip(&self.cells) {
            for side in [Side::Local, Side::Remote] {
                if cell.state(side) != Q::No {
                    map.entry(&(side, Opt(number)), &cell.state(side));
                }
            }
        }
        map.finish()
    }
}

/// Bits 0–2 the local machine, 3–5 the remote one, 6 and 7 a refusal on the local and the remote side.
#[derive(Clone, Copy)]
struct Cell(u8);

impl Cell {
    fn state(self, side: Side) -> Q {
        Q::ALL[usize::from(self.0 >> Self::shift(side) & 0b111)]
    }

    fn set_state(&mut self, side: Side, state: Q) {
        let shift = Self::shift(side);
        self.0 = self.0 & !(0b111 << shift) | (state as u8) << shift;
    }

    fn remember_refusal(&mut self, side: Side) -> bool {
        let known = self.0 & Self::refusal(side) != 0;
        self.0 |= Self::refusal(side);
        known
    }

    fn forget_refusal(&mut self, side: Side) {
        self.0 &= !Self::refusal(side);
    }

    fn refusal(side: Side) -> u8 {
        match side {
            Side::Local => 0b0100_0000,
            Side::Remote => 0b1000_0000,
        }
    }

    fn shift(side: Side) -> u8 {
        match side {
            Side::Local => 0,
            Side::Remote => 3,
        }
    }
}
