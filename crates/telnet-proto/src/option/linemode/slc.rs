//! LINEMODE SLC, set local characters: which character has which function, RFC 1184 section 2.4.
//!
//! Each end has a level of support for a function, and both must come to one: they answer each other with the same
//! (acknowledged) or with a lower one, so that it ends.

use std::fmt;

use crate::Role;

/// The bits of a triplet's second byte.
const LEVEL: u8 = 3;
const FLUSH_OUT: u8 = 32;
const FLUSH_IN: u8 = 64;
const ACK: u8 = 128;

/// The value that is no character.
const DISABLED: u8 = 255;

/// How many functions RFC 1184 has.
const COUNT: usize = 30;

/// A function that a character can have, by its number. 0 stands for all of them; unknown numbers survive and print as
/// such.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Function(pub u8);

macro_rules! functions {
    ($($constant:ident = $number:literal, $title:literal;)*) => {
        impl Function {
            $(#[doc = concat!($title, " (", $number, ").")] pub const $constant: Function = Function($number);)*

            /// Every function of RFC 1184: its name and its number, in the order of the numbers, from 1.
            pub const NAMES: [(&'static str, Function); COUNT] = [$((stringify!($constant), Function::$constant)),*];
        }
    };
}

functions! {
    SYNCH = 1, "Synch";
    BRK = 2, "Break";
    IP = 3, "Interrupt process";
    AO = 4, "Abort output";
    AYT = 5, "Are you there";
    EOR = 6, "End of record";
    ABORT = 7, "Abort";
    EOF = 8, "End of file";
    SUSP = 9, "Suspend";
    EC = 10, "Erase character";
    EL = 11, "Erase line";
    EW = 12, "Erase word";
    RP = 13, "Reprint line";
    LNEXT = 14, "Take the next character as it is";
    XON = 15, "Go on with the output";
    XOFF = 16, "Stop the output";
    FORW1 = 17, "Forward what there is";
    FORW2 = 18, "Forward what there is, too";
    MCL = 19, "Move the cursor a character left";
    MCR = 20, "Move the cursor a character right";
    MCWL = 21, "Move the cursor a word left";
    MCWR = 22, "Move the cursor a word right";
    MCBOL = 23, "Move the cursor to the beginning of the line";
    MCEOL = 24, "Move the cursor to the end of the line";
    INSRT = 25, "Insert";
    OVER = 26, "Overstrike";
    ECR = 27, "Erase the character to the right";
    EWR = 28, "Erase the word to the right";
    EBOL = 29, "Erase to the beginning of the line";
    EEOL = 30, "Erase to the end of the line";
}

impl Function {
    /// The function of that name, whatever its case.
    pub fn from_name(name: &str) -> Option<Function> {
        let found = Self::NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|&(_, function)| function)
    }

    /// Its name, if RFC 1184 has it.
    pub fn name(self) -> Option<&'static str> {
        Some(Self::NAMES[self.index()?].0)
    }

    fn index(self) -> Option<usize> {
        usize::from(self.0).checked_sub(1).filter(|&index| index < COUNT)
    }
}

impl fmt::Display for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "{}", self.0),
        }
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Function({self})")
    }
}

/// How an end supports a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Level {
    /// Not at all.
    NoSupport = 0,
    /// By this character and no other.
    CantChange = 1,
    /// By this character.
    Value = 2,
    /// By whatever character the other end would take.
    Default = 3,
}

/// What an end says of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Special {
    /// How it is supported.
    pub level: Level,
    /// Who sends the function also sends a Synch, so that what was typed before is thrown away.
    pub flush_in: bool,
    /// Who sends the function also throws away the output that was on its way.
    pub flush_out: bool,
    /// The character.
    pub value: u8,
}

impl Special {
    /// Not supported.
    pub const UNSUPPORTED: Special = Special { value: DISABLED, ..Special::new(Level::NoSupport, 0) };

    /// Supported by a character, and nothing is flushed.
    pub const fn value(character: u8) -> Special {
        Special::new(Level::Value, character)
    }

    const fn new(level: Level, value: u8) -> Special {
        Special { level, flush_in: false, flush_out: false, value }
    }

    const fn flushing_in(self) -> Special {
        Special { flush_in: true, ..self }
    }

    const fn flushing_out(self) -> Special {
        Special { flush_out: true, ..self }
    }

    /// What a triplet's second byte says, without an acknowledgement, and its third.
    pub fn from_flags(flags: u8, value: u8) -> Special {
        Self::decode(flags, value).0
    }

    /// A triplet's second byte, without an acknowledgement.
    pub fn flags(self) -> u8 {
        let flush = [(self.flush_in, FLUSH_IN), (self.flush_out, FLUSH_OUT)];
        flush.iter().fold(self.level as u8, |flags, &(set, bit)| flags | if set { bit } else { 0 })
    }

    /// What the last two bytes of a triplet say, and whether it acknowledges.
    pub(super) fn decode(flags: u8, value: u8) -> (Special, bool) {
        let level = match flags & LEVEL {
            0 => Level::NoSupport,
            1 => Level::CantChange,
            2 => Level::Value,
            _ => Level::Default,
        };
        let (flush_in, flush_out) = (flags & FLUSH_IN != 0, flags & FLUSH_OUT != 0);
        (Special { level, flush_in, flush_out, value }, flags & ACK != 0)
    }

    /// Appends the triplet.
    pub(super) fn encode(self, function: Function, acknowledges: bool, out: &mut Vec<u8>) {
        let acknowledgement = if acknowledges { ACK } else { 0 };
        out.extend_from_slice(&[function.0, self.flags() | acknowledgement, self.value]);
    }

    /// The character, if there is one. 0 and 255 are none: terminals have them for "nothing".
    pub fn character(self) -> Option<u8> {
        (self.level != Level::NoSupport && !matches!(self.value, 0 | DISABLED)).then_some(self.value)
    }

    fn says_the_same(self, other: Special) -> bool {
        (self.level, self.value) == (other.level, other.value)
    }
}

/// What an end says of each function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table([Special; COUNT]);

impl Table {
    /// The characters that BSD's terminals have.
    pub const DEFAULT: Table = {
        let mut table = [Special::UNSUPPORTED; COUNT];
        let bound = [
            (Function::SYNCH, Special::new(Level::Default, 0)),
            (Function::BRK, Special::new(Level::Default, 0)),
            (Function::IP, Special::value(0x03).flushing_in().flushing_out()),
            (Function::AO, Special::value(0x0f).flushing_out()),
            (Function::AYT, Special::value(0x14)),
            (Function::EOR, Special::new(Level::Default, 0)),
            (Function::ABORT, Special::value(0x1c).flushing_in().flushing_out()),
            (Function::EOF, Special::value(0x04)),
            (Function::SUSP, Special::value(0x1a).flushing_in()),
            (Function::EC, Special::value(0x7f)),
            (Function::EL, Special::value(0x15)),
            (Function::EW, Special::value(0x17)),
            (Function::RP, Special::value(0x12)),
            (Function::LNEXT, Special::value(0x16)),
            (Function::XON, Special::value(0x11)),
            (Function::XOFF, Special::value(0x13)),
        ];
        let mut at = 0;
        while at < bound.len() {
            table[bound[at].0.0 as usize - 1] = bound[at].1;
            at += 1;
        }
        Table(table)
    };

    /// What is said of a function; `None` where RFC 1184 has no such function.
    pub fn get(&self, function: Function) -> Option<Special> {
        Some(self.0[function.index()?])
    }

    /// Sets it, and says whether there is such a function.
    pub(super) fn set(&mut self, function: Function, special: Special) -> bool {
        function.index().map(|index| self.0[index] = special).is_some()
    }

    /// Each function, in order.
    pub fn iter(&self) -> impl Iterator<Item = (Function, Special)> + '_ {
        Function::NAMES.iter().zip(&self.0).map(|(&(_, function), &special)| (function, special))
    }

    /// The function of a character: the first, where several have it.
    pub fn function(&self, character: u8) -> Option<Function> {
        self.iter().find(|(_, special)| special.character() == Some(character)).map(|(function, _)| function)
    }

    /// Appends the triplets of all that is supported, and of what else a peer may suppose to be.
    pub(super) fn encode(&self, out: &mut Vec<u8>) {
        let usual = self.iter().zip(Table::DEFAULT.0);
        usual
            .filter(|((_, special), usual)| special.level.max(usual.level) != Level::NoSupport)
            .for_each(|((function, special), _)| special.encode(function, false, out));
    }
}

/// What comes of a triplet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Step {
    /// What holds from now on.
    pub(super) now: Special,
    /// What to answer, and whether that acknowledges.
    pub(super) answer: Option<(Special, bool)>,
}

impl Step {
    fn silent(now: Special) -> Step {
        Step { now, answer: None }
    }

    fn agreeing(now: Special) -> Step {
        Step { now, answer: Some((now, true)) }
    }

    fn countering(now: Special) -> Step {
        Step { now, answer: Some((now, false)) }
    }
}

/// One step of the negotiation about a function. `own` is what we would have of ourselves, `now` what holds.
///
/// Where both ends change a function at once, each acknowledges the other, and both would hold the other's wish. So the
/// client takes the server's acknowledgement for the server's word, and the server ignores the client's: then both hold
/// what the server heard last.
pub(super) fn step(role: Role, own: Special, now: Special, came: Special, acknowledges: bool) -> Step {
    use Level::{CantChange, Default, NoSupport, Value};

    if came.says_the_same(now) {
        return Step::silent(now);
    }
    if acknowledges {
        return Step::silent(if role == Role::Client { came } else { now });
    }
    match (came.level, own.level) {
        (NoSupport, _) => Step::agreeing(Special::UNSUPPORTED),
        // Neither has a character of its own for it.
        (Default, Default) => Step::countering(Special::UNSUPPORTED),
        (Default, _) => Step::countering(own),
        (CantChange | Value, Value | Default) => Step::agreeing(came),
        (CantChange, CantChange) => Step::countering(Special::UNSUPPORTED),
        (Value, CantChange) => Step::countering(own),
        (CantChange | Value, NoSupport) => Step::countering(Special::UNSUPPORTED),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{HashSet, VecDeque};

    use super::*;

    #[test]
    fn names_stand_at_their_numbers_and_go_both_ways() {
        for ((number, (name, function)), expected) in (1..).zip(Function::NAMES).zip([
            "SYNCH", "BRK", "IP", "AO", "AYT", "EOR", "ABORT", "EOF", "SUSP", "EC", "EL", "EW", "RP", "LNEXT", "XON",
            "XOFF", "FORW1", "FORW2", "MCL", "MCR", "MCWL", "MCWR", "MCBOL", "MCEOL", "INSRT", "OVER", "ECR", "EWR",
            "EBOL", "EEOL",
        ]) {
            assert_eq!((name, function), (expected, Function(number)));
            assert_eq!(function.name(), Some(name));
            assert_eq!(Function::from_name(&name.to_lowercase()), Some(function));
        }
        assert_eq!((Function(0).name(), Function(31).name()), (None, None));
        assert_eq!(Function(31).to_string(), "31");
    }

    #[test]
    fn a_triplet_is_decoded_as_it_was_encoded() {
        for flags in 0..=255_u8 {
            let (special, acknowledges) = Special::decode(flags, 7);
            let mut triplet = Vec::new();
            special.encode(Function::IP, acknowledges, &mut triplet);
            assert_eq!(triplet, [3, flags & 0xe3, 7]);
        }
    }

    #[test]
    fn the_default_table_is_told_as_bsd_tells_it() {
        let mut told = Vec::new();
        Table::DEFAULT.encode(&mut told);
        let expected = "010300 020300 036203 04220f 050214 060300 07621c 080204 09421a 0a027f 0b0215 0c0217 0d0212 \
                        0e0216 0f0211 100213";
        let triplets: Vec<String> =
            told.chunks(3).map(|t| t.iter().map(|byte| format!("{byte:02x}")).collect()).collect();
        assert_eq!(triplets.join(" "), expected);
    }

    #[test]
    fn a_character_has_the_first_function_that_it_is_set_for() {
        let mut table = Table::DEFAULT;
        table.set(Function::EOF, Special::value(0x03));
        table.set(Function::FORW1, Special::value(0));
        table.set(Function::FORW2, Special::value(255));
        table.set(Function::AO, Special { level: Level::NoSupport, ..Special::value(0x0f) });
        for (character, function) in
            [(0x03, Some(Function::IP)), (0x7f, Some(Function::EC)), (0, None), (255, None), (0x0f, None), (0x04, None)]
        {
            assert_eq!(table.function(character), function, "{character}");
        }
    }

    const NONE: Special = Special::UNSUPPORTED;
    const DEFAULT: Special = Special::new(Level::Default, 0);
    const A: Special = Special::value(1);
    const B: Special = Special::value(2);
    const FIXED_A: Special = Special::new(Level::CantChange, 1);
    const FIXED_B: Special = Special::new(Level::CantChange, 2);

    /// RFC 1184 sections 2.4 and 5.9: what we would have, what holds, what came, what holds then, the answer.
    #[test]
    fn a_triplet_is_answered_as_rfc_1184_has_it() {
        let agreed = |special| Some((special, true));
        let countered = |special| Some((special, false));
        for (own, now, came, then, answer) in [
            // What holds is not answered.
            (A, A, A, A, None),
            (A, NONE, NONE, NONE, None),
            (DEFAULT, DEFAULT, DEFAULT, DEFAULT, None),
            // Who doesn't support a function is not talked into it.
            (A, A, NONE, NONE, agreed(NONE)),
            (FIXED_A, FIXED_A, NONE, NONE, agreed(NONE)),
            (A, A, Special { value: 0, ..NONE }, NONE, agreed(NONE)),
            // Who asks for our default is told it, and that there is none where it would be the other's.
            (A, B, DEFAULT, A, countered(A)),
            (A, NONE, DEFAULT, A, countered(A)),
            (FIXED_A, NONE, DEFAULT, FIXED_A, countered(FIXED_A)),
            (NONE, NONE, DEFAULT, NONE, countered(NONE)),
            (DEFAULT, A, DEFAULT, NONE, countered(NONE)),
            // What we can change is changed.
            (A, A, B, B, agreed(B)),
            (A, NONE, B, B, agreed(B)),
            (A, A, FIXED_B, FIXED_B, agreed(FIXED_B)),
            (A, FIXED_B, A, A, agreed(A)),
            (DEFAULT, DEFAULT, B, B, agreed(B)),
            (DEFAULT, DEFAULT, FIXED_B, FIXED_B, agreed(FIXED_B)),
            // What we cannot change is not; where neither can, the function falls away.
            (FIXED_A, FIXED_A, B, FIXED_A, countered(FIXED_A)),
            (FIXED_A, FIXED_A, FIXED_B, NONE, countered(NONE)),
            (NONE, NONE, B, NONE, countered(NONE)),
            (NONE, NONE, FIXED_B, NONE, countered(NONE)),
        ] {
            for role in [Role::Server, Role::Client] {
                let step = step(role, own, now, came, false);
                assert_eq!(step, Step { now: then, answer }, "{role}: {came:?} where {now:?} holds, of {own:?}");
            }
        }
    }

    #[test]
    fn an_acknowledgement_is_never_answered() {
        let all = [NONE, DEFAULT, A, B, FIXED_A, FIXED_B];
        let pairs = || all.iter().flat_map(|&now| all.map(|came| (now, came)));
        for (own, (now, came)) in all.iter().flat_map(|&own| pairs().map(move |pair| (own, pair))) {
            assert_eq!(step(Role::Server, own, now, came, true), Step::silent(now));
            let client = step(Role::Client, own, now, came, true);
            assert_eq!(client, Step::silent(if came.says_the_same(now) { now } else { came }));
        }
    }

    /// A server, a client, and what is on its way to each.
    #[derive(Clone, PartialEq, Eq, Hash)]
    struct Link {
        own: [Special; 2],
        now: [Special; 2],
        towards: [VecDeque<(Special, bool)>; 2],
    }

    impl Link {
        fn set(&mut self, end: usize, special: Special) {
            self.own[end] = special;
            if self.now[end] != special {
                self.now[end] = special;
                self.towards[1 - end].push_back((special, false));
            }
        }

        fn deliver(&mut self, end: usize) -> bool {
            let Some((came, acknowledges)) = self.towards[end].pop_front() else {
                return false;
            };
            let role = [Role::Server, Role::Client][end];
            let step = step(role, self.own[end], self.now[end], came, acknowledges);
            self.now[end] = step.now;
            self.towards[1 - end].extend(step.answer);
            true
        }
    }

    /// Whatever two ends set at whatever time, they fall silent and hold the same.
    #[test]
    fn two_ends_agree_however_their_wishes_cross() {
        const SET: [[Special; 4]; 2] = [[NONE, DEFAULT, A, FIXED_A], [NONE, DEFAULT, B, FIXED_B]];
        let start = Link { own: [A; 2], now: [A; 2], towards: [VecDeque::new(), VecDeque::new()] };
        let mut links = HashSet::from([start]);
        for _ in 0..6 {
            let next = links.iter().flat_map(|link| {
                (0..10).filter_map(move |act| {
                    let mut link = link.clone();
                    match act {
                        0..8 => link.set(act / 4, SET[act / 4][act % 4]),
                        _ if !link.deliver(act - 8) => return None,
                        _ => {}
                    }
                    Some(link)
                })
            });
            links = next.collect();
            for link in &links {
                let mut link = link.clone();
                let mut delivered = 0;
                while link.deliver(0) || link.deliver(1) {
                    delivered += 1;
                    assert!(delivered < 40, "they don't fall silent");
                }
                assert!(link.now[0].says_the_same(link.now[1]), "{:?}", link.now);
            }
        }
    }
}
