//! Telnet commands: the byte after IAC.
//!
//! RFC 854 ("Telnet command structure") defines SE to DONT, RFC 885 EOR, RFC 1184 section 2.1 EOF, SUSP and ABORT.

use std::fmt;

/// A command byte. Unknown values survive and print as their number.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Command(pub u8);

impl Command {
    /// End of file (RFC 1184).
    pub const EOF: Command = Command(236);
    /// Suspend the current process (RFC 1184).
    pub const SUSP: Command = Command(237);
    /// Abort the process, stronger than IP (RFC 1184).
    pub const ABORT: Command = Command(238);
    /// End of record (RFC 885).
    pub const EOR: Command = Command(239);
    /// End of subnegotiation parameters.
    pub const SE: Command = Command(240);
    /// No operation.
    pub const NOP: Command = Command(241);
    /// Data mark: the data stream's end of a Synch.
    pub const DM: Command = Command(242);
    /// Break.
    pub const BRK: Command = Command(243);
    /// Interrupt process.
    pub const IP: Command = Command(244);
    /// Abort output.
    pub const AO: Command = Command(245);
    /// Are you there: wants a visible answer.
    pub const AYT: Command = Command(246);
    /// Erase character.
    pub const EC: Command = Command(247);
    /// Erase line.
    pub const EL: Command = Command(248);
    /// Go ahead.
    pub const GA: Command = Command(249);
    /// Begin of a subnegotiation.
    pub const SB: Command = Command(250);
    /// I perform, or want to perform, an option.
    pub const WILL: Command = Command(251);
    /// I don't perform an option.
    pub const WONT: Command = Command(252);
    /// You may, or please, perform an option.
    pub const DO: Command = Command(253);
    /// Don't perform an option.
    pub const DONT: Command = Command(254);
    /// Interpret as command: begins each command, and stands twice for the data byte 255.
    pub const IAC: Command = Command(255);

    /// The names, in the order of their codes.
    pub const NAMES: [(&'static str, Command); 20] = [
        ("EOF", Command::EOF),
        ("SUSP", Command::SUSP),
        ("ABORT", Command::ABORT),
        ("EOR", Command::EOR),
        ("SE", Command::SE),
        ("NOP", Command::NOP),
        ("DM", Command::DM),
        ("BRK", Command::BRK),
        ("IP", Command::IP),
        ("AO", Command::AO),
        ("AYT", Command::AYT),
        ("EC", Command::EC),
        ("EL", Command::EL),
        ("GA", Command::GA),
        ("SB", Command::SB),
        ("WILL", Command::WILL),
        ("WONT", Command::WONT),
        ("DO", Command::DO),
        ("DONT", Command::DONT),
        ("IAC", Command::IAC),
    ];

    /// The command of that name, whatever its case.
    pub fn from_name(name: &str) -> Option<Command> {
        let found = Self::NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|&(_, command)| command)
    }

    /// Its name, or `None` below 236.
    pub fn name(self) -> Option<&'static str> {
        let index = self.0.checked_sub(Self::EOF.0)?;
        Some(Self::NAMES[usize::from(index)].0)
    }

    /// True for the commands that stand alone: two bytes, IAC and this.
    pub fn is_two_byte(self) -> bool {
        (Self::EOF.0..=Self::GA.0).contains(&self.0) && self != Self::SE
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "{}", self.0),
        }
    }
}

impl fmt::Debug for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Command({self})")
    }
}

/// The four commands of an option negotiation (RFC 854, RFC 855).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Verb {
    /// The sender performs, or offers to perform, the option.
    Will = 251,
    /// The sender does not perform the option.
    Wont = 252,
    /// The receiver may perform, or is asked to perform, the option.
    Do = 253,
    /// The receiver must not perform the option.
    Dont = 254,
}

impl Verb {
    /// The verb of a command byte.
    pub fn from_byte(byte: u8) -> Option<Verb> {
        match byte {
            251 => Some(Verb::Will),
            252 => Some(Verb::Wont),
            253 => Some(Verb::Do),
            254 => Some(Verb::Dont),
            _ => None,
        }
    }

    /// The verb that says this of a side, from the one who sends it.
    pub fn of(side: Side, enable: bool) -> Verb {
        match (side, enable) {
            (Side::Local, true) => Verb::Will,
            (Side::Local, false) => Verb::Wont,
            (Side::Remote, true) => Verb::Do,
            (Side::Remote, false) => Verb::Dont,
        }
    }

    /// Whose performance it speaks of, for the one who receives it.
    pub fn side_for_receiver(self) -> Side {
        match self {
            Verb::Will | Verb::Wont => Side::Remote,
            Verb::Do | Verb::Dont => Side::Local,
        }
    }

    /// WILL and DO enable; WONT and DONT disable.
    pub fn enables(self) -> bool {
        matches!(self, Verb::Will | Verb::Do)
    }

    /// The command byte.
    pub fn byte(self) -> u8 {
        self as u8
    }
}

impl fmt::Display for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Command(self.byte()).fmt(f)
    }
}

/// The two sides of an option: each end may perform it or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Side {
    /// We perform it: WILL and WONT are sent, DO and DONT received.
    Local = 0,
    /// The peer performs it: DO and DONT are sent, WILL and WONT received.
    Remote = 1,
}

impl Side {
    /// The other one.
    pub fn other(self) -> Side {
        match self {
            Side::Local => Side::Remote,
            Side::Remote => Side::Local,
        }
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Side::Local => "local",
            Side::Remote => "remote",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_at_their_codes() {
        for (index, (name, command)) in Command::NAMES.iter().enumerate() {
            assert_eq!(usize::from(command.0), 236 + index);
            assert_eq!(command.name(), Some(*name));
            assert_eq!(Command::from_name(&name.to_lowercase()), Some(*command));
        }
        assert_eq!(Command(235).name(), None);
        assert_eq!(Command(7).to_string(), "7");
    }

    #[test]
    fn verbs_and_sides_agree_with_rfc_854() {
        for (side, enable, verb) in [
            (Side::Local, true, Verb::Will),
            (Side::Local, false, Verb::Wont),
            (Side::Remote, true, Verb::Do),
            (Side::Remote, false, Verb::Dont),
        ] {
            assert_eq!(Verb::of(side, enable), verb);
            assert_eq!(verb.side_for_receiver(), side.other());
            assert_eq!(verb.enables(), enable);
            assert_eq!(Verb::from_byte(verb.byte()), Some(verb));
        }
    }
}
