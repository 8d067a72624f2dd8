//! Everything that the caller of an endpoint can be told.

use std::fmt;

use crate::option::charset::Offers;
use crate::option::lflow::FlowControl;
use crate::option::linemode::Mode;
use crate::option::logout::Logout;
use crate::option::new_environ::Environment;
use crate::option::status::Report;
use crate::option::tspeed::Speed;
use crate::{Command, Opt, Side, Verb};

/// One thing that came out of the input. Slices live until the next call of the endpoint.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Event<'a> {
    /// Data, never empty: 255 single and, if the endpoint reads text, CR NUL as CR.
    Data(&'a [u8]),
    /// A command that stands alone. Are-you-there is answered by then. GA and EOR mark a prompt.
    Command(Command),
    /// A side of an option went on or off, or the peer answered what we asked.
    Option(OptionChange),
    /// The peer spoke of a side that is [observed](crate::Endpoint::say). Nothing came of it.
    Heard(Verb, Opt),
    /// The peer named a terminal type (RFC 1091).
    TerminalType {
        /// The name as it came, without trailing NULs; ASCII by the RFC, not checked.
        name: &'a [u8],
        /// 1 for the first answer.
        ordinal: u8,
        /// The first name is that of a MUD client.
        mud: bool,
    },
    /// The peer's terminal types began to repeat: all are known.
    TerminalTypesComplete,
    /// The peer's window has this size (RFC 1073); 0 means that it doesn't say.
    WindowSize {
        /// Characters in a line, at most [`Limits::columns`](crate::Limits::columns).
        columns: u16,
        /// Lines, at most [`Limits::rows`](crate::Limits::rows).
        rows: u16,
    },
    /// The peer sent variables of its environment (RFC 1572).
    Environment(Environment<'a>),
    /// The peer offers character sets (RFC 2066). To be answered at once by
    /// [`Endpoint::answer_charset`](crate::Endpoint::answer_charset); else they are rejected before anything else is told.
    CharsetRequested(Offers<'a>),
    /// The peer took a character set that we offered: what follows in the input is in that set.
    Charset {
        /// The name of the set, as the peer spells it.
        name: &'a [u8],
        /// [`Endpoint::request_charset`](crate::Endpoint::request_charset) asked, not the opening.
        by_caller: bool,
    },
    /// The peer took none of the character sets that we offered.
    CharsetRefused {
        /// As in [`Event::Charset`].
        by_caller: bool,
    },
    /// The peer told the speed of its terminal (RFC 1079).
    TerminalSpeed(Speed),
    /// The peer told its X display, as it came (RFC 1096).
    XDisplayLocation(&'a [u8]),
    /// The peer told where its user is, as it came (RFC 779).
    Location(&'a [u8]),
    /// The server says how our terminal is to behave from now on (RFC 1372).
    FlowControl(FlowControl),
    /// The peer told what it believes to be agreed (RFC 859).
    Status(Report<'a>),
    /// Something came about logging out (RFC 727).
    Logout(Logout),
    /// The peer spoke of the mode of LINEMODE (RFC 1184).
    Linemode {
        /// What is in effect.
        mode: Mode,
        /// False where it is as it was.
        changed: bool,
    },
    /// The peer spoke of special characters (RFC 1184); see
    /// [`special_characters`](crate::Endpoint::special_characters).
    SpecialCharacters {
        /// False where they are as they were.
        changed: bool,
    },
    /// The peer spoke of the characters to forward at (RFC 1184); see [`forward_mask`](crate::Endpoint::forward_mask).
    ForwardMask {
        /// False where they are as they were.
        changed: bool,
    },
    /// The peer asked for the value of an option, and was answered, unless we have just switched the option off.
    Requested(Opt),
    /// The peer reached our timing mark (RFC 860).
    TimingMark,
    /// The peer compresses all that it sends from here on, by this option of MCCP: what stands in the input is to be made plain
    /// before it is lent again.
    Compressed(Opt),
    /// A subnegotiation of an option that has no codec here, or one of LINEMODE that crossed our verb: not acted on.
    Subnegotiation {
        /// Whose it is.
        option: Opt,
        /// Between `IAC SB option` and `IAC SE`, 255 single.
        payload: &'a [u8],
    },
    /// Every question that we asked has its answer, or the peer speaks plain text. Told at most once, when a read is used
    /// up, so that what else stands in that read is known by then.
    Settled {
        /// Data came and no Telnet: the peer is taken for one that speaks none.
        plain: bool,
    },
    /// The peer broke a rule; the stream goes on.
    Violation(Violation),
}

/// What happened to one side of an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OptionChange {
    /// Whose performance it is.
    pub side: Side,
    /// Which option.
    pub option: Opt,
    /// Whether it is on now.
    pub enabled: bool,
    /// False where it is as it was: the peer refused what we asked, or confirmed what we switched off.
    pub changed: bool,
}

/// What a peer did wrong: a closed list. None ends the session by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Violation {
    /// IAC before a byte that is no command (RFC 854). The IAC is dropped, the byte is data.
    UnknownCommand(u8),
    /// IAC SE outside a subnegotiation (RFC 855). Dropped.
    StrayEnd,
    /// IAC SB without an option (RFC 855). Dropped.
    EmptySubnegotiation,
    /// A command inside a subnegotiation. What came of the subnegotiation is dropped, the command is carried out.
    InterruptedSubnegotiation(Opt),
    /// A subnegotiation over [`Limits::subnegotiation`](crate::Limits::subnegotiation). Dropped whole.
    OversizedSubnegotiation(Opt),
    /// A single 255 inside a subnegotiation, before a byte that is no command (RFC 855). Both bytes are payload.
    UnescapedIac(Opt),
    /// A payload that does not have the option's form. Dropped.
    MalformedSubnegotiation(Opt),
    /// A payload that only the other role may send, such as a terminal type from a server. Dropped.
    WrongDirection(Opt),
    /// A request for a value of an option that we refuse, or what LINEMODE says where it is not agreed (RFC 855). Not
    /// answered.
    UnagreedSubnegotiation(Opt),
    /// WILL after our DONT, or DO after our WONT, as if it were an answer (RFC 1143). Taken as RFC 1143 says.
    DisableAnsweredByEnable(Side, Opt),
    /// A timing mark that nobody asked for (RFC 860). Ignored.
    UnsolicitedTimingMark,
    /// An answer about a character set that we did not ask for, or that takes one that we did not offer (RFC 2066). Ignored.
    UnsolicitedCharset,
    /// More or longer environment variables than [`Limits`](crate::Limits) has. The excess is dropped.
    EnvironmentLimit,
    /// A window over [`Limits::columns`](crate::Limits::columns) or rows. Cut to the bound.
    WindowLimit,
    /// The peer asks for a long value again and again. Not answered, so that we don't amplify what it sends.
    RequestStorm(Opt),
}

impl Violation {
    /// A stable name for programs, such as `stray-end`.
    pub fn code(self) -> &'static str {
        match self {
            Violation::UnknownCommand(_) => "unknown-command",
            Violation::StrayEnd => "stray-end",
            Violation::EmptySubnegotiation => "empty-subnegotiation",
            Violation::InterruptedSubnegotiation(_) => "interrupted-subnegotiation",
            Violation::OversizedSubnegotiation(_) => "oversized-subnegotiation",
            Violation::UnescapedIac(_) => "unescaped-iac",
            Violation::MalformedSubnegotiation(_) => "malformed-subnegotiation",
            Violation::WrongDirection(_) => "wrong-direction",
            Violation::UnagreedSubnegotiation(_) => "unagreed-subnegotiation",
            Violation::DisableAnsweredByEnable(..) => "disable-answered-by-enable",
            Violation::UnsolicitedTimingMark => "unsolicited-timing-mark",
            Violation::UnsolicitedCharset => "unsolicited-charset",
            Violation::EnvironmentLimit => "environment-limit",
            Violation::WindowLimit => "window-limit",
            Violation::RequestStorm(_) => "request-storm",
        }
    }

    /// The option it concerns, if one.
    pub fn option(self) -> Option<Opt> {
        match self {
            Violation::InterruptedSubnegotiation(option)
            | Violation::OversizedSubnegotiation(option)
            | Violation::UnescapedIac(option)
            | Violation::MalformedSubnegotiation(option)
            | Violation::WrongDirection(option)
            | Violation::UnagreedSubnegotiation(option)
            | Violation::DisableAnsweredByEnable(_, option)
            | Violation::RequestStorm(option) => Some(option),
            Violation::UnsolicitedTimingMark => Some(Opt::TM),
            Violation::UnsolicitedCharset => Some(Opt::CHARSET),
            Violation::EnvironmentLimit => Some(Opt::NEW_ENVIRON),
            Violation::WindowLimit => Some(Opt::NAWS),
            Violation::UnknownCommand(_) | Violation::StrayEnd | Violation::EmptySubnegotiation => None,
        }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Violation::UnknownCommand(byte) => {
                write!(f, "IAC before {byte}, which is no command; read as data")
            }
            Violation::StrayEnd => f.write_str("IAC SE outside a subnegotiation; dropped"),
            Violation::EmptySubnegotiation => f.write_str("a subnegotiation without an option; dropped"),
            Violation::InterruptedSubnegotiation(option) => {
                write!(f, "a subnegotiation of {option} was interrupted by a command; dropped")
            }
            Violation::OversizedSubnegotiation(option) => {
                write!(f, "a subnegotiation of {option} was longer than the limit; dropped")
            }
            Violation::UnescapedIac(option) => {
                write!(f, "a subnegotiation of {option} held a single 255; read as if it were doubled")
            }
            Violation::MalformedSubnegotiation(option) => {
                write!(f, "a subnegotiation of {option} did not have its form; dropped")
            }
            Violation::WrongDirection(option) => {
                write!(f, "a subnegotiation of {option} came from the side that may not send it; dropped")
            }
            Violation::UnagreedSubnegotiation(option) => {
                write!(f, "a subnegotiation of {option} came, though the option is not agreed; not answered")
            }
            Violation::DisableAnsweredByEnable(side, option) => {
                write!(f, "{option} on the {side} side was enabled in answer to our disabling it")
            }
            Violation::UnsolicitedTimingMark => f.write_str("a timing mark that nobody asked for; ignored"),
            Violation::UnsolicitedCharset => {
                f.write_str("an answer about a character set that was not offered; ignored")
            }
            Violation::EnvironmentLimit => f.write_str("too many or too long environment variables; excess dropped"),
            Violation::WindowLimit => f.write_str("a window larger than the limit; cut"),
            Violation::RequestStorm(option) => {
                write!(f, "the value of {option} was asked for too often; not answered")
            }
        }
    }
}
