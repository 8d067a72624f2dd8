//! Option negotiation: 256 options, two sides each, every one a machine of [`q`](crate::q) (RFC 1143).
//!
//! Two bytes hold both machines of an option and, for each side, whose word it was that it stands so, and whether we
//! refused it just now. Most peers never speak of an option from 64 on: those have memory when one first does. It keeps
//! no policy and no clock: the caller says what is allowed, and when the peer has been quiet.

use std::fmt;

use crate::q::{Happening, Note, Q, step};
use crate::{Opt, OptionChange, Side, Verb, escape};

/// The negotiation state of one connection.
pub struct Negotiator {
    /// Options 0 to 63.
    near: [Cell; NEAR],
    /// The others, once one of them is spoken of.
    far: Option<Box<[Cell; 256 - NEAR]>>,
    pending: u16,
    /// Some cell remembers a refusal.
    refused: bool,
}

/// Options below this number have their memory in place.
const NEAR: usize = 64;

/// How a side of an option came to stand as it does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Course {
    /// Nobody has spoken of it.
    #[default]
    Silent = 0,
    /// We asked for it: it is on, or the answer is due.
    WeAsked = 1,
    /// The peer asked for it, and it is on.
    PeerAsked = 2,
    /// The peer asked for it, and we refused.
    WeRefused = 3,
    /// We asked for it, and the peer refused.
    PeerRefused = 4,
    /// We had it switched off.
    WeEnded = 5,
    /// The peer had it switched off.
    PeerEnded = 6,
}

impl Course {
    /// All seven, in the order of their numbers.
    pub const ALL: [Course; 7] = [
        Course::Silent,
        Course::WeAsked,
        Course::PeerAsked,
        Course::WeRefused,
        Course::PeerRefused,
        Course::WeEnded,
        Course::PeerEnded,
    ];
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
        Negotiator { near: [Cell(0); NEAR], far: None, pending: 0, refused: false }
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
        self.note_word_of_peer(side, option, before, next.state, next.note);

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
        let happening = if enable { Happening::AskEnable } else { Happening::AskDisable };
        let before = self.state(side, option);
        let next = step(before, happening, true);
        self.set(side, option, next.state);
        let cell = self.cell_mut(option);
        cell.forget_refusal(side);
        if next.note != Note::Idle {
            cell.set_course(side, if enable { Course::WeAsked } else { Course::WeEnded });
        }
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
            let far = self.far.iter_mut().flat_map(|cells| cells.iter_mut());
            for cell in self.near.iter_mut().chain(far) {
                cell.forget_refusal(Side::Local);
                cell.forget_refusal(Side::Remote);
            }
        }
    }

    /// The state of one side of an option.
    pub fn state(&self, side: Side, option: Opt) -> Q {
        self.cell(option).state(side)
    }

    /// Whose word it was that one side of an option stands as it does.
    pub fn course(&self, side: Side, option: Opt) -> Course {
        self.cell(option).course(side)
    }

    /// All that is on, on either side, in the order of the options' numbers.
    pub fn all_on(&self) -> impl Iterator<Item = (Side, Opt)> + '_ {
        let sides = (0..=255).flat_map(|number| [(Side::Local, Opt(number)), (Side::Remote, Opt(number))]);
        sides.filter(|&(side, option)| self.is_on(side, option))
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
        let before = self.state(side, option);
        if before != state {
            self.pending -= u16::from(before.is_pending());
            self.pending += u16::from(state.is_pending());
            self.cell_mut(option).set_state(side, state);
        }
    }

    /// What the peer said is the last word on a side, unless it confirmed ours.
    fn note_word_of_peer(&mut self, side: Side, option: Opt, before: Q, after: Q, note: Note) {
        let course = match (before, after) {
            (Q::No, Q::Yes) => Course::PeerAsked,
            (Q::No, _) if note == Note::Refused => Course::WeRefused,
            (Q::WantYes, Q::No) => Course::PeerRefused,
            (Q::Yes, Q::No) => Course::PeerEnded,
            _ => return,
        };
        self.cell_mut(option).set_course(side, course);
    }

    fn cell(&self, option: Opt) -> Cell {
        let at = usize::from(option.0);
        match (self.near.get(at), &self.far) {
            (Some(cell), _) => *cell,
            (None, Some(far)) => far[at - NEAR],
            (None, None) => Cell(0),
        }
    }

    fn cell_mut(&mut self, option: Opt) -> &mut Cell {
        let at = usize::from(option.0);
        match self.near.get_mut(at) {
            Some(cell) => cell,
            None => &mut self.far.get_or_insert_with(|| Box::new([Cell(0); 256 - NEAR]))[at - NEAR],
        }
    }

    /// Remembers it and says whether it was remembered before.
    fn remember_refusal(&mut self, side: Side, option: Opt) -> bool {
        self.refused = true;
        self.cell_mut(option).remember_refusal(side)
    }
}

impl fmt::Debug for Negotiator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sides = (0..=255).flat_map(|number| [(Side::Local, Opt(number)), (Side::Remote, Opt(number))]);
        let on = sides.map(|(side, option)| ((side, option), self.state(side, option)));
        f.debug_map().entries(on.filter(|&(_, state)| state != Q::No)).finish()
    }
}

/// The local side in the low byte, the remote one in the high byte: bits 0–2 the machine, 3 a refusal of ours that the peer
/// has just heard, 4–6 the course.
#[derive(Clone, Copy)]
struct Cell(u16);

impl Cell {
    const MACHINE: u16 = 0b0000_0111;
    const REFUSAL: u16 = 0b0000_1000;
    const COURSE: u16 = 0b0111_0000;

    fn state(self, side: Side) -> Q {
        Q::ALL[usize::from(self.0 >> Self::shift(side) & Self::MACHINE)]
    }

    fn set_state(&mut self, side: Side, state: Q) {
        self.set(side, Self::MACHINE, state as u16);
    }

    fn course(self, side: Side) -> Course {
        Course::ALL[usize::from((self.0 >> Self::shift(side) & Self::COURSE) >> 4)]
    }

    fn set_course(&mut self, side: Side, course: Course) {
        self.set(side, Self::COURSE, (course as u16) << 4);
    }

    fn remember_refusal(&mut self, side: Side) -> bool {
        let known = self.0 >> Self::shift(side) & Self::REFUSAL != 0;
        self.set(side, Self::REFUSAL, Self::REFUSAL);
        known
    }

    fn forget_refusal(&mut self, side: Side) {
        self.set(side, Self::REFUSAL, 0);
    }

    fn set(&mut self, side: Side, mask: u16, bits: u16) {
        let shift = Self::shift(side);
        self.0 = self.0 & !(mask << shift) | bits << shift;
    }

    fn shift(side: Side) -> u32 {
        match side {
            Side::Local => 0,
            Side::Remote => 8,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the two ends say in turn of our own side of an option, and what is known then. `+` asks, `-` ends.
    #[rustfmt::skip]
    const COURSES: &[(&str, bool, &str, Course)] = &[
        ("",           true,  "",           Course::Silent),
        ("us+",        true,  "WILL",       Course::WeAsked),
        ("us+ DO",     true,  "WILL",       Course::WeAsked),
        ("us+ DONT",   true,  "WILL",       Course::PeerRefused),
        ("DO",         true,  "WILL",       Course::PeerAsked),
        ("DO",         false, "WONT",       Course::WeRefused),
        ("DO DONT",    true,  "WILL WONT",  Course::PeerEnded),
        ("DO us-",     true,  "WILL WONT",  Course::WeEnded),
        ("us+ DO us- DONT us+ DO", true, "WILL WONT WILL", Course::WeAsked),
        // What changes nothing leaves the last word.
        ("DO us+",     true,  "WILL",       Course::PeerAsked),
        ("DONT",       true,  "",           Course::Silent),
    ];

    #[test]
    fn it_is_known_whose_word_holds() {
        for &(said, allowed, expected, course) in COURSES {
            for option in [Opt::ECHO, Opt::GMCP] {
                let (mut negotiator, mut out) = (Negotiator::default(), Vec::new());
                for word in said.split_whitespace() {
                    match word {
                        "us+" => drop(negotiator.ask(Side::Local, option, true, &mut out)),
                        "us-" => drop(negotiator.ask(Side::Local, option, false, &mut out)),
                        "DO" => drop(negotiator.receive(Verb::Do, option, allowed, &mut out)),
                        _ => drop(negotiator.receive(Verb::Dont, option, allowed, &mut out)),
                    }
                }
                let sent = out.chunks(3).filter_map(|bytes| Verb::from_byte(bytes[1])).map(|verb| verb.to_string());
                assert_eq!(sent.collect::<Vec<_>>().join(" "), expected, "{said}");
                assert_eq!(negotiator.course(Side::Local, option), course, "{said}");
                assert_eq!(negotiator.course(Side::Remote, option), Course::Silent, "{said}");
            }
        }
    }

    /// What can happen to our own side of an option.
    #[derive(Clone, Copy, Debug, PartialEq)]
    enum Word {
        Do,
        Dont,
        Enable,
        Disable,
    }

    /// Every sequence of four words up to eight long, by what RFC 1143 forbids: an answer to what already holds; two
    /// answers to one word; an answer to a word that only repeats, which is how loops go on; an answer due that is not counted.
    #[test]
    fn no_sequence_of_eight_words_breaks_the_rules() {
        const WORDS: [Word; 4] = [Word::Do, Word::Dont, Word::Enable, Word::Disable];
        let mut sequences = 0_u32;
        for allowed in [true, false] {
            for length in 1..=8_u32 {
                for number in 0..4_u32.pow(length) {
                    let words = (0..length).map(|at| WORDS[(number >> (2 * at) & 3) as usize]);
                    follow(&words.collect::<Vec<_>>(), allowed);
                    sequences += 1;
                }
            }
        }
        assert_eq!(sequences, 2 * 87_380);
    }

    fn follow(words: &[Word], allowed: bool) {
        let mut negotiator = Negotiator::default();
        let mut last = None;
        for &word in words {
            let mut out = Vec::new();
            let before = negotiator.state(Side::Local, Opt::ECHO);
            let breach = match word {
                Word::Do => negotiator.receive(Verb::Do, Opt::ECHO, allowed, &mut out).breach,
                Word::Dont => negotiator.receive(Verb::Dont, Opt::ECHO, allowed, &mut out).breach,
                Word::Enable | Word::Disable => {
                    negotiator.ask(Side::Local, Opt::ECHO, word == Word::Enable, &mut out);
                    false
                }
            };
            let after = negotiator.state(Side::Local, Opt::ECHO);
            let said = match out[..] {
                [] => None,
                [255, verb, 1] => Verb::from_byte(verb),
                _ => panic!("more than one answer in {words:?}"),
            };
            let holds =
                matches!((word, before), (Word::Do | Word::Enable, Q::Yes) | (Word::Dont | Word::Disable, Q::No));
            assert!(!holds || said.is_none() && after == before, "an answer to what holds in {words:?}");
            let repeats = last == Some(word) && matches!(word, Word::Do | Word::Dont);
            assert!(!repeats || said.is_none(), "an answer to {word:?} again in {words:?}");
            assert_eq!(u16::from(after.is_pending()), negotiator.pending(), "{words:?}");
            // After a breach the peer's word is taken for a new one.
            last = (!breach).then_some(word);
        }
    }

    #[test]
    fn an_option_of_which_nobody_speaks_takes_no_memory() {
        let (mut negotiator, mut out) = (Negotiator::default(), Vec::new());
        negotiator.receive(Verb::Do, Opt::ECHO, true, &mut out);
        negotiator.receive(Verb::Wont, Opt::GMCP, true, &mut out);
        assert!(negotiator.far.is_none());
        negotiator.receive(Verb::Will, Opt::GMCP, true, &mut out);
        assert!(negotiator.far.is_some());
        let on: Vec<_> = negotiator.all_on().collect();
        assert_eq!(on, [(Side::Local, Opt::ECHO), (Side::Remote, Opt::GMCP)]);
    }
}
