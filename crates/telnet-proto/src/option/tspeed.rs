//! TSPEED, terminal speed: option 32, RFC 1079. The client performs it.
//!
//! ```text
//! server: IAC SB TSPEED  SEND=1                       IAC SE
//! client: IAC SB TSPEED  IS=0  transmit , receive     IAC SE      two decimal numbers in ASCII, bits a second
//! ```
//!
//! A server does not ask for it by itself: hardly anybody has a use for it. A client that offers it is asked.

use super::{Behaviour, Opt, Row, When};
use crate::endpoint::Context;
use crate::policy::Stance::{Accept, Refuse};
use crate::{Event, Role, Side, Violation, escape};

pub(super) const ROW: Row = Row {
    option: Opt::TSPEED,
    source: "RFC 1079",
    server: (Refuse, Accept),
    client: (Accept, Refuse),
    asked: (When::Burst, When::Burst),
    behaviour: Behaviour { enabled: on_enabled, disabled: on_disabled, receive: Some(receive), verbs: None },
};

/// First byte of a payload: here is the speed.
pub const IS: u8 = 0;
/// First byte of a payload: send the speed.
pub const SEND: u8 = 1;

/// How fast a terminal sends and receives, in bits a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Speed {
    /// From the terminal.
    pub transmit: u32,
    /// To the terminal.
    pub receive: u32,
}

/// Server: an answer is due.
#[derive(Debug, Default)]
pub(crate) struct State {
    awaiting: bool,
}

impl State {
    pub(crate) fn is_awaiting(&self) -> bool {
        self.awaiting
    }
}

/// Appends the payload that tells a speed.
pub fn encode(speed: Speed, out: &mut Vec<u8>) {
    out.push(IS);
    out.extend_from_slice(format!("{},{}", speed.transmit, speed.receive).as_bytes());
}

/// The speed that `transmit,receive` says; blanks around a number do no harm.
pub fn decode(text: &[u8]) -> Option<Speed> {
    let (transmit, receive) = std::str::from_utf8(text).ok()?.split_once(',')?;
    Some(Speed { transmit: number(transmit)?, receive: number(receive)? })
}

/// Digits and nothing else: `parse` would take a sign.
fn number(text: &str) -> Option<u32> {
    let digits = text.trim_matches(|character| matches!(character, ' ' | '\0'));
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
}

fn on_enabled(context: &mut Context<'_>, side: Side) {
    if context.config.role == Role::Server && side == Side::Remote {
        context.states.tspeed.awaiting = true;
        escape::subnegotiation(Opt::TSPEED, &[SEND], context.out);
    }
}

fn on_disabled(context: &mut Context<'_>, side: Side) {
    if side == Side::Remote {
        context.states.tspeed.awaiting = false;
    }
}

fn receive<'a>(context: &mut Context<'_>, payload: &'a [u8]) -> Event<'a> {
    match (context.config.role, payload) {
        (Role::Server, [IS, text @ ..]) => {
            context.states.tspeed.awaiting = false;
            decode(text).map_or(Event::Violation(Violation::MalformedSubnegotiation(Opt::TSPEED)), Event::TerminalSpeed)
        }
        (Role::Client, [SEND]) if !context.performs(Opt::TSPEED) => {
            Event::Violation(Violation::UnagreedSubnegotiation(Opt::TSPEED))
        }
        (Role::Client, [SEND]) => {
            let mut payload = Vec::new();
            encode(context.config.terminal_speed, &mut payload);
            escape::subnegotiation(Opt::TSPEED, &payload, context.out);
            Event::Requested(Opt::TSPEED)
        }
        (Role::Server, [SEND, ..]) | (Role::Client, [IS, ..]) => {
            Event::Violation(Violation::WrongDirection(Opt::TSPEED))
        }
        _ => Event::Violation(Violation::MalformedSubnegotiation(Opt::TSPEED)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_speed_is_two_decimal_numbers() {
        let mut payload = Vec::new();
        encode(Speed { transmit: 38_400, receive: 1_200 }, &mut payload);
        assert_eq!(payload, b"\x0038400,1200");
        for (text, expected) in [
            (&b"38400,1200"[..], Some((38_400, 1_200))),
            (b"9,0", Some((9, 0))),
            (b" 9600 , 9600\0", Some((9_600, 9_600))),
            (b"4294967295,1", Some((u32::MAX, 1))),
            (b"4294967296,1", None),
            (b"38400", None),
            (b"fast,slow", None),
            (b"-1,+1", None),
            (b",", None),
            (b"1,2,3", None),
            (b"\xff,1", None),
        ] {
            let expected = expected.map(|(transmit, receive)| Speed { transmit, receive });
            assert_eq!(decode(text), expected, "{}", text.escape_ascii());
        }
    }
}
